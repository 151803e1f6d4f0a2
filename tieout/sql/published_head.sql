-- Head of the log when the copy was published.
SELECT size, head FROM log_head
