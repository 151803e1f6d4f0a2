-- What waits in one exception, the most money first.
SELECT subject_kind, subject_key, amount, currency FROM exception_dependant WHERE exception_id = $id ORDER BY amount DESC NULLS LAST, subject_kind, subject_key
