-- Open findings whose cure is a row of a mapping file.
SELECT code, subject_key, suggestion FROM exception WHERE state IN ('open', 'review') AND code IN ('GATEWAY_UNMAPPED', 'MAPPING_MISSING', 'TYPE_UNKNOWN', 'TAX_AUTO_CREATED') ORDER BY code, subject_key
