-- A rule whose pack is off reads nothing.
DELETE FROM fact.rule_source WHERE name IN (SELECT name FROM fact.rule_state WHERE state = 'off')
