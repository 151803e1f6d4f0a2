-- The facts of a case, beside its books.
ATTACH $path AS fact
