/*
title = "Entries of payments that were cancelled in Odoo"
kind = "fact"
why = "Odoo deletes the entry of a payment that is cancelled. The payment stays and says so, also in an extract of what has changed alone, which cannot say that the entry is gone: what it had booked books nothing any more."
reads = ["odoo_payment", "odoo_payment_current"]
*/
SELECT DISTINCT p.entity, p.odoo_id AS payment_id, q.move_odoo_id
FROM odoo_payment_current AS p JOIN odoo_payment AS q ON q.entity = p.entity AND q.odoo_id = p.odoo_id
WHERE p.state = 'canceled' AND p.move_odoo_id IS NULL AND q.move_odoo_id IS NOT NULL
