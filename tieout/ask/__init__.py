"""Answers: they read the books and write nothing into them."""
