"""One set of books: its settings, opening it, what is in force, what watchers hear of it."""
