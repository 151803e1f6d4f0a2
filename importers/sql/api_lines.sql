-- Every object of a JSON lines file with its number, the kind that its id names, and its parent.
SELECT row_number() OVER () AS row_no, json AS j, json_extract_string(json, '$.id') AS id,
  regexp_extract(json_extract_string(json, '$.id'), '^gid://shopify/([A-Za-z]+)/', 1) AS kind,
  json_extract_string(json, '$.__parentId') AS parent
FROM read_ndjson_objects($path, maximum_object_size = $most)
