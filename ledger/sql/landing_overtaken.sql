-- New rows of subjects that tonight's later file has without them: the later file's row of the subject takes their place.
CREATE TABLE {taken} AS
SELECT $file_id AS file_id, r.row_no, r.{sub} AS sub_no, p.file_id AS by_file_id, p.row_no AS by_row_no
FROM (SELECT * FROM {rows} ANTI JOIN {current} USING ({key})) AS r JOIN {subjects} AS p USING ({parent}) SEMI JOIN (SELECT file_id FROM {sooner} WHERE is_sooner) AS s ON s.file_id = p.file_id
