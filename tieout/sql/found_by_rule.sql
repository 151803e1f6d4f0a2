-- The checks that found something in the judgement of the copy, by what their findings are known by.
SELECT DISTINCT rule, code, subject_kind FROM pub.main.finding
