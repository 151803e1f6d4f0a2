-- Books: journal entries, the files that carry them, receipts and periods.

CREATE TABLE journal_entry (
  entry_id VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  entity VARCHAR NOT NULL,
  account VARCHAR NOT NULL,
  subject_kind VARCHAR NOT NULL,
  subject_key VARCHAR NOT NULL,
  booked_on DATE NOT NULL,
  journal VARCHAR NOT NULL,
  ref VARCHAR NOT NULL,
  currency VARCHAR NOT NULL,
  known_at TIMESTAMP NOT NULL,
  run_id VARCHAR NOT NULL,
  rule_sha256 VARCHAR NOT NULL
);
COMMENT ON TABLE journal_entry IS 'A balanced set of postings that Tieout prepared';
COMMENT ON COLUMN journal_entry.entry_id IS 'tieout.<environment>_<entity>_<kind>_<account>_<source id>; the external id in Odoo';
COMMENT ON COLUMN journal_entry.kind IS 'pattern of the catalogue: J-02, J-03, J-13, J-20';
COMMENT ON COLUMN journal_entry.entity IS 'entity';
COMMENT ON COLUMN journal_entry.account IS 'processor account';
COMMENT ON COLUMN journal_entry.subject_kind IS 'payout; of a reversal journal_entry';
COMMENT ON COLUMN journal_entry.subject_key IS '<account>/<payout id>; of a reversal the entry that it takes back';
COMMENT ON COLUMN journal_entry.booked_on IS 'accounting date';
COMMENT ON COLUMN journal_entry.journal IS 'journal code in Odoo';
COMMENT ON COLUMN journal_entry.ref IS 'payout id, or the bank''s reference';
COMMENT ON COLUMN journal_entry.currency IS 'ISO 4217';
COMMENT ON COLUMN journal_entry.known_at IS 'UTC moment of the run that prepared it';
COMMENT ON COLUMN journal_entry.run_id IS 'run that prepared it';
COMMENT ON COLUMN journal_entry.rule_sha256 IS 'sha256 of the posting rule; of a reversal that of the entry it takes back';

CREATE TABLE journal_line (
  entry_id VARCHAR NOT NULL,
  line_key VARCHAR NOT NULL,
  role VARCHAR NOT NULL,
  entity VARCHAR NOT NULL,
  odoo_account VARCHAR NOT NULL,
  label VARCHAR NOT NULL,
  lines BIGINT NOT NULL,
  currency VARCHAR NOT NULL,
  debit DECIMAL(18,4) NOT NULL,
  credit DECIMAL(18,4) NOT NULL
);
COMMENT ON TABLE journal_line IS 'One debit or credit of a journal entry';
COMMENT ON COLUMN journal_line.entry_id IS 'journal entry';
COMMENT ON COLUMN journal_line.line_key IS 'key within the entry; entry id and line key together are the line''s external id';
COMMENT ON COLUMN journal_line.role IS 'posting role';
COMMENT ON COLUMN journal_line.entity IS 'entity';
COMMENT ON COLUMN journal_line.odoo_account IS 'account number in Odoo';
COMMENT ON COLUMN journal_line.label IS 'what it is';
COMMENT ON COLUMN journal_line.lines IS 'settlement lines behind it';
COMMENT ON COLUMN journal_line.currency IS 'ISO 4217';
COMMENT ON COLUMN journal_line.debit IS 'never negative';
COMMENT ON COLUMN journal_line.credit IS 'never negative';

CREATE TABLE held_entry (
  entry_id VARCHAR NOT NULL,
  entity VARCHAR NOT NULL,
  reason VARCHAR NOT NULL,
  detail VARCHAR NOT NULL
);
COMMENT ON TABLE held_entry IS 'Journal entries that wait, and why';
COMMENT ON COLUMN held_entry.entry_id IS 'journal entry';
COMMENT ON COLUMN held_entry.entity IS 'entity';
COMMENT ON COLUMN held_entry.reason IS 'period_locked, period_closed, foreign_currency, account_unknown, in_odoo, blocked, payout_failed, extract_missing, extract_stale';
COMMENT ON COLUMN held_entry.detail IS 'one sentence';

CREATE TABLE export_file (
  export_id VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  entity VARCHAR NOT NULL,
  remote VARCHAR NOT NULL,
  path VARCHAR NOT NULL,
  sha256 VARCHAR NOT NULL,
  bytes BIGINT NOT NULL,
  rows BIGINT NOT NULL,
  total DECIMAL(38,4),
  currency VARCHAR,
  ledger_head VARCHAR NOT NULL,
  known_at TIMESTAMP NOT NULL,
  run_id VARCHAR NOT NULL
);
COMMENT ON TABLE export_file IS 'A file that Tieout wrote to go out';
COMMENT ON COLUMN export_file.export_id IS 'first 24 hex digits of the sha256 of its contents'' keys';
COMMENT ON COLUMN export_file.kind IS 'odoo_journal, finance_summary';
COMMENT ON COLUMN export_file.entity IS 'entity';
COMMENT ON COLUMN export_file.remote IS 'folder of outbox/';
COMMENT ON COLUMN export_file.path IS 'path within the books';
COMMENT ON COLUMN export_file.sha256 IS 'sha256 of its bytes';
COMMENT ON COLUMN export_file.bytes IS 'size';
COMMENT ON COLUMN export_file.rows IS 'rows without the header';
COMMENT ON COLUMN export_file.total IS 'sum of debits, or of the amounts';
COMMENT ON COLUMN export_file.currency IS 'ISO 4217';
COMMENT ON COLUMN export_file.ledger_head IS 'sha256 of the last manifest when it was written';
COMMENT ON COLUMN export_file.known_at IS 'UTC moment of the run that wrote it';
COMMENT ON COLUMN export_file.run_id IS 'run that wrote it';

CREATE TABLE export_entry (
  export_id VARCHAR NOT NULL,
  entry_id VARCHAR NOT NULL
);
COMMENT ON TABLE export_entry IS 'Which journal entries a file carries';
COMMENT ON COLUMN export_entry.export_id IS 'export';
COMMENT ON COLUMN export_entry.entry_id IS 'journal entry';

CREATE TABLE receipt (
  export_id VARCHAR NOT NULL,
  remote VARCHAR NOT NULL,
  path VARCHAR NOT NULL,
  sha256 VARCHAR NOT NULL,
  "at" TIMESTAMP NOT NULL
);
COMMENT ON TABLE receipt IS 'A file that arrived at a remote, read back and compared';
COMMENT ON COLUMN receipt.export_id IS 'export';
COMMENT ON COLUMN receipt.remote IS 'remote';
COMMENT ON COLUMN receipt.path IS 'path there';
COMMENT ON COLUMN receipt.sha256 IS 'sha256 of the bytes read back';
COMMENT ON COLUMN receipt."at" IS 'UTC';

CREATE TABLE period (
  entity VARCHAR NOT NULL,
  period VARCHAR NOT NULL,
  state VARCHAR NOT NULL,
  closed_at TIMESTAMP,
  closed_by VARCHAR
);
COMMENT ON TABLE period IS 'Periods of each entity and whether they are closed';
COMMENT ON COLUMN period.entity IS 'entity';
COMMENT ON COLUMN period.period IS 'YYYY-MM';
COMMENT ON COLUMN period.state IS 'open, closed';
COMMENT ON COLUMN period.closed_at IS 'UTC';
COMMENT ON COLUMN period.closed_by IS 'person';
