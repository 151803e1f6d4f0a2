-- What is made of all rows takes more room than landing them.
SET memory_limit = '1GB'
