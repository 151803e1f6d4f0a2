-- Lines are a list of their document.
SELECT row_no, json_extract_string(d, '$.type') AS document_type, json_extract_string(d, '$.code') AS document_code, unnest(list) AS j, generate_subscripts(list, 1) AS item_no
FROM (SELECT row_no, j AS d, json_extract(j, '$.lines[*]') AS list FROM stage.lines)
