-- What is current of it, as the view behind it says.
CREATE OR REPLACE TEMP VIEW {table}_current AS SELECT b.* FROM {table} AS b ANTI JOIN row_superseded AS s ON s.table_name = '{table}' AND s.file_id = b.file_id AND s.row_no = b.row_no
