-- How many orders of each orders export stand in Odoo as sale orders of which company.
SELECT o.store AS orders_look, s.company, count(*) AS orders FROM look.odoo_sale_order AS s JOIN look.sales_order AS o ON o.order_name = coalesce(s.client_order_ref, s.origin) AND o.currency = s.currency
GROUP BY o.store, s.company ORDER BY orders_look, orders DESC, s.company
