"""Acts of persons: who may do what, and what becomes of it in the books."""
