-- The file that becomes the copy is laid out.
USE pub
