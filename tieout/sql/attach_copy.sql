-- The auditors' copy, and beside it the place where its rules run again.
ATTACH $path AS pub (READ_ONLY)
