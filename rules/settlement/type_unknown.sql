/*
title = "Settlement type is unknown"
kind = "check"
rule = "C-11"
code = "TYPE_UNKNOWN"
severity = "block"
class = "DATA"
subject = "settlement_line"
owner = "treasury"
why = "Nobody can say which account the money belongs to; the payout is held."
suggestion = "Have the type added to the bucket map."
reads = ["line_fact"]
*/
SELECT l.entity, NULL AS store, concat(l.account, '/', l.line_id) AS subject_key, NULL AS expected, l.gross AS actual, l.gross AS difference, l.currency, NULL AS due_on,
  concat('The type ', l.native_type, ' is in no bucket.') AS cause, concat(l.file_id, ':', l.row_no) AS evidence, NULL AS candidates
FROM line_fact AS l WHERE l.bucket = 'unknown'
ORDER BY subject_key
