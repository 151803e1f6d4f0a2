-- Movements of store credit: children of their account, or objects with it.
SELECT l.row_no, l.j, coalesce(l.parent, json_extract_string(l.j, '$.account.id')) AS account_gid,
  coalesce(json_extract_string(a.j, '$.owner.id'), json_extract_string(l.j, '$.account.owner.id')) AS owner_gid,
  lower(regexp_extract(l.kind, '^StoreCreditAccount(Credit|DebitRevert|Debit|Expiration)', 1)) AS movement
FROM stage.lines AS l LEFT JOIN stage.lines AS a ON a.id = l.parent
WHERE l.kind LIKE 'StoreCreditAccount%Transaction'
