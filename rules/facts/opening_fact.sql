/*
title = "Opening positions in force"
kind = "fact"
why = "A position counts once its file is approved, in the last approved version, for an entity that has a cut-over; a file that waits changes nothing. A clearing balance of zero is a balance; any other position of zero is taken back."
reads = ["opening_position", "decision", "cutover", "map_processor_account"]
*/
WITH latest AS (
  SELECT o.entity, o.kind, o.account, o.reference, o.due_on, o.amount, o.currency, o.file_id, o.row_no,
    row_number() OVER (PARTITION BY o.entity, o.kind, o.account, o.reference ORDER BY o.version DESC) AS place
  FROM opening_position AS o
  WHERE EXISTS (SELECT 1 FROM decision AS d WHERE d.kind = 'opening' AND d.action = 'approved' AND d.subject_key = o.file_id)
)
SELECT o.entity, o.kind, nullif(o.account, '') AS account, o.reference, o.due_on, o.amount, o.currency, c.cutover_on, p.bank_account, p.processor, o.file_id, o.row_no
FROM latest AS o
JOIN cutover AS c ON c.entity = o.entity
LEFT JOIN map_processor_account AS p ON p.account = o.account AND p.entity = o.entity AND c.cutover_on BETWEEN p.valid_from AND p.valid_to
WHERE o.place = 1 AND (o.amount <> 0 OR o.kind = 'clearing')
