-- Which rows of which lists tonight's files have.
CREATE OR REPLACE TEMP TABLE seen (table_name VARCHAR, entity VARCHAR, odoo_id VARCHAR, file_id VARCHAR)
