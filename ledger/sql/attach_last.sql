-- The auditors' copy as it was published last, beside the books that are open; one that was attached before is let go.
DETACH DATABASE IF EXISTS last;
ATTACH $path AS last (READ_ONLY)
