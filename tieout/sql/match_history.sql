-- What people said of either of two things.
SELECT decision_id, action, left_key, right_key FROM match_decision WHERE left_key = $left OR right_key = $right ORDER BY rowid
