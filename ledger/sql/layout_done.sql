-- The file as it is given away.
CHECKPOINT pub;
USE memory;
DETACH pub;
