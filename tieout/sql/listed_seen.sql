-- The rows of one file that was just read.
INSERT INTO temp.seen SELECT $table, entity, odoo_id, $file_id FROM {rows}
