-- Much is to be read: the second thread earns its keep.
SET threads = 2
