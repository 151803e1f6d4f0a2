/*
title = "Odoo's hash of a posted entry changed or vanished"
kind = "check"
rule = "A-03"
code = "JE_TAMPERED"
severity = "block"
class = "CONTROL"
subject = "odoo_document"
owner = "finance"
why = "Odoo hashes posted entries so that nobody changes them; another hash, or none, means that somebody did, past Odoo's own rules."
suggestion = "Run Odoo's data inalterability check report and ask who worked on the database; keep both extracts."
reads = ["odoo_move", "odoo_move_current"]
*/
WITH hashed AS (
  SELECT m.entity, m.odoo_id, m.inalterable_hash, max(concat(m.file_id, ':', m.row_no)) AS evidence, max(m.known_at) AS known_at
  FROM odoo_move AS m WHERE m.inalterable_hash IS NOT NULL GROUP BY m.entity, m.odoo_id, m.inalterable_hash
), hashing AS (
  -- an extract without the column says nothing about hashes
  SELECT m.file_id FROM odoo_move AS m WHERE m.inalterable_hash IS NOT NULL GROUP BY m.file_id
)
SELECT c.entity, NULL AS store, concat(c.company, '/', coalesce(c.name, c.odoo_id)) AS subject_key, c.total AS expected, c.total AS actual, CAST(0 AS DECIMAL(18,4)) AS difference,
  c.currency, NULL AS due_on,
  CASE WHEN c.inalterable_hash IS NULL THEN concat('Odoo had hashed ', coalesce(c.name, c.odoo_id), ', and the last extract shows no hash of it.')
    ELSE concat('Odoo had hashed ', coalesce(c.name, c.odoo_id), ', and the last extract shows another hash.') END AS cause,
  concat(c.file_id, ':', c.row_no, ' ', string_agg(h.evidence, ' ' ORDER BY h.known_at, h.evidence)) AS evidence, NULL AS candidates
FROM odoo_move_current AS c
JOIN hashed AS h ON h.entity = c.entity AND h.odoo_id = c.odoo_id
WHERE h.inalterable_hash <> c.inalterable_hash OR (c.inalterable_hash IS NULL AND EXISTS (SELECT 1 FROM hashing AS f WHERE f.file_id = c.file_id))
GROUP BY c.entity, c.company, c.name, c.odoo_id, c.total, c.currency, c.inalterable_hash, c.file_id, c.row_no
ORDER BY subject_key
