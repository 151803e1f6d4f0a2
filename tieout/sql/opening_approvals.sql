-- Who approved a file of opening positions, in their order.
SELECT actor FROM decision WHERE kind = 'opening' AND subject_key = $file_id ORDER BY rowid
