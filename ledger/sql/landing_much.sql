-- Much is to be read: the second thread earns its keep, and of what is written hardly anything is read again.
SET threads = 2;
SET memory_limit = '512MB'
