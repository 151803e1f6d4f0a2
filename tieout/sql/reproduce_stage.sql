-- What the judgement found when it began, as far as the copy holds more by now: the run's own row, its journal entries and its files came after.
ATTACH ':memory:' AS ledger;
ATTACH ':memory:' AS fact;
CREATE TABLE fact.main.run_context AS SELECT * FROM pub.main.run_context;
CREATE TABLE fact.main.feed AS SELECT * FROM pub.main.feed;
CREATE TABLE ledger.main.run AS SELECT u.* FROM pub.main.run AS u CROSS JOIN pub.main.run_context AS c WHERE u.run_id IS DISTINCT FROM c.run_id;
CREATE TABLE ledger.main.journal_entry AS SELECT j.* FROM pub.main.journal_entry AS j CROSS JOIN pub.main.run_context AS c WHERE j.run_id IS DISTINCT FROM c.run_id OR j.kind = 'J-20';
CREATE TABLE ledger.main.journal_line AS SELECT l.* FROM pub.main.journal_line AS l WHERE l.entry_id IN (SELECT j.entry_id FROM ledger.main.journal_entry AS j);
CREATE TABLE ledger.main.export_entry AS SELECT e.* FROM pub.main.export_entry AS e JOIN pub.main.export_file AS f ON f.export_id = e.export_id CROSS JOIN pub.main.run_context AS c WHERE f.run_id IS DISTINCT FROM c.run_id;
CREATE TABLE ledger.main.payout_proof AS SELECT * FROM pub.main.payout_proof WHERE false;
CREATE TABLE ledger.main.payout_bucket AS SELECT * FROM pub.main.payout_bucket WHERE false;
CREATE TABLE ledger.main.clearing_proof AS SELECT * FROM pub.main.clearing_proof WHERE false;
CREATE TABLE ledger.main.roll_forward AS SELECT * FROM pub.main.roll_forward WHERE false;
CREATE TABLE ledger.main.refund AS SELECT * FROM pub.main.refund WHERE false;
CREATE TABLE ledger.main.watermark AS SELECT * FROM pub.main.watermark WHERE false;
