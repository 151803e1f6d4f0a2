-- What is made of all rows takes more room than landing them, and as many threads as so many rows are worth.
SET memory_limit = '1GB';
SET threads = $threads
