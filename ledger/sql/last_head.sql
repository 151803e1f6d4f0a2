-- Head of the log when the copy that is attached was written.
SELECT size, head FROM last.main.log_head
