-- The rows of a file that is not taken after all.
DELETE FROM {target} WHERE {owner} = $no
