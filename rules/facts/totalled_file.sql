/*
title = "Files with a total of their own"
kind = "fact"
why = "A total, a count or balances in the file would have betrayed a lost row. Of files without any the check of control totals says nothing, however often they come."
reads = ["file"]
*/
SELECT file_id, feed, name FROM file
QUALIFY bool_or(state = 'landed') OVER (PARTITION BY file_id)
ORDER BY file_id, feed, name
