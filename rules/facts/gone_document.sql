/*
title = "Entries, sale orders and payments that were in Odoo and are not any more"
kind = "fact"
why = "What a later extract of the whole list lacked when it landed, and no extract had since, as it was last. The entry of a payment goes with it and stands for it where it was exported; where the payment is still there and cancelled, its entry is not lost."
reads = ["row_superseded", "odoo_move", "odoo_move_current", "odoo_payment", "odoo_payment_current", "odoo_sale_order", "odoo_sale_order_current", "payment_withdrawn"]
*/
WITH lost AS (
  SELECT table_name, file_id, row_no, by_file_id, by_row_no, known_at FROM row_superseded WHERE by_row_no = 1 AND table_name IN ('odoo_move', 'odoo_payment', 'odoo_sale_order')
), gone AS (
  SELECT 'entry' AS what, m.entity, m.odoo_id, m.company, m.name, m.booked_on AS day, m.total AS amount, m.currency, coalesce(m.ref, m.invoice_origin) AS ref, m.invoice_origin AS origin, m.file_id, m.row_no, l.by_file_id, l.known_at
  FROM lost AS l JOIN odoo_move AS m ON l.table_name = 'odoo_move' AND m.file_id = l.file_id AND m.row_no = l.row_no
  WHERE NOT EXISTS (SELECT 1 FROM odoo_move_current AS c WHERE c.entity = m.entity AND c.odoo_id = m.odoo_id) AND NOT EXISTS (SELECT 1 FROM payment_withdrawn AS w WHERE w.entity = m.entity AND w.move_odoo_id = m.odoo_id)
  UNION ALL
  SELECT 'sale order', s.entity, s.odoo_id, s.company, s.name, CAST(s.ordered_at AS DATE), s.total, s.currency, coalesce(s.client_order_ref, s.origin), s.origin, s.file_id, s.row_no, l.by_file_id, l.known_at
  FROM lost AS l JOIN odoo_sale_order AS s ON l.table_name = 'odoo_sale_order' AND s.file_id = l.file_id AND s.row_no = l.row_no
  WHERE NOT EXISTS (SELECT 1 FROM odoo_sale_order_current AS c WHERE c.entity = s.entity AND c.odoo_id = s.odoo_id)
  UNION ALL
  -- where its entry is in the extract, that is told
  SELECT 'payment', p.entity, p.odoo_id, p.company, p.name, p.paid_on, p.amount, p.currency, p.memo, NULL, p.file_id, p.row_no, l.by_file_id, l.known_at
  FROM lost AS l JOIN odoo_payment AS p ON l.table_name = 'odoo_payment' AND p.file_id = l.file_id AND p.row_no = l.row_no
  WHERE NOT EXISTS (SELECT 1 FROM odoo_payment_current AS c WHERE c.entity = p.entity AND c.odoo_id = p.odoo_id)
    AND NOT EXISTS (SELECT 1 FROM odoo_move AS m WHERE m.entity = p.entity AND m.odoo_id = p.move_odoo_id)
), last AS (
  SELECT what, entity, odoo_id, company, name, day, amount, currency, ref, origin, file_id, row_no, by_file_id, known_at, row_number() OVER (PARTITION BY what, entity, odoo_id ORDER BY known_at DESC, by_file_id, file_id, row_no) AS place FROM gone
)
SELECT what, entity, odoo_id, company, name, day, amount, currency, ref, origin, file_id, row_no, by_file_id, CAST(known_at AS DATE) AS gone_on FROM last WHERE place = 1
