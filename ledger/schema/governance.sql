-- Governance: files, runs, mappings, decisions and the audit log.

CREATE TABLE file (
  file_id VARCHAR NOT NULL,
  feed VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  bytes BIGINT NOT NULL,
  importer VARCHAR NOT NULL,
  state VARCHAR NOT NULL,
  context VARCHAR NOT NULL,
  rows BIGINT NOT NULL,
  new BIGINT NOT NULL,
  same BIGINT NOT NULL,
  versions BIGINT NOT NULL,
  unknown_columns VARCHAR,
  complete_until DATE,
  supersedes VARCHAR,
  known_at TIMESTAMP NOT NULL,
  run_id VARCHAR NOT NULL
);
COMMENT ON TABLE file IS 'Every file that was landed or recognised again';
COMMENT ON COLUMN file.file_id IS 'sha256 of its bytes';
COMMENT ON COLUMN file.feed IS 'folder of inbox/ that it came from';
COMMENT ON COLUMN file.name IS 'name as delivered';
COMMENT ON COLUMN file.bytes IS 'size';
COMMENT ON COLUMN file.importer IS 'importer that claimed it';
COMMENT ON COLUMN file.state IS 'landed; unverified_completeness where the format has no total that would betray a lost row; announced where a bank file''s entries come again in the statement; duplicate';
COMMENT ON COLUMN file.context IS 'store, account, bank account or entity of the feed';
COMMENT ON COLUMN file.rows IS 'records in the file, the header not counted';
COMMENT ON COLUMN file.new IS 'rows landed for the first time';
COMMENT ON COLUMN file.same IS 'rows that the ledger already held';
COMMENT ON COLUMN file.versions IS 'rows that are a new version of a known key';
COMMENT ON COLUMN file.unknown_columns IS 'columns that the importer does not know, joined by '', ''';
COMMENT ON COLUMN file.complete_until IS 'last day that the file covers';
COMMENT ON COLUMN file.supersedes IS 'file of the same name that came before with other bytes';
COMMENT ON COLUMN file.known_at IS 'UTC moment of the run that landed it';
COMMENT ON COLUMN file.run_id IS 'run that landed it';

CREATE TABLE file_left_out (
  file_id VARCHAR NOT NULL,
  column_name VARCHAR NOT NULL,
  word VARCHAR NOT NULL,
  currency VARCHAR NOT NULL,
  lines BIGINT NOT NULL,
  amount DECIMAL(18,4) NOT NULL,
  known_at TIMESTAMP NOT NULL,
  run_id VARCHAR NOT NULL
);
COMMENT ON TABLE file_left_out IS 'Records of a landed file that are of no account, by the listed word that says so: rows read are those that landed and these';
COMMENT ON COLUMN file_left_out.file_id IS 'sha256 of the file''s bytes';
COMMENT ON COLUMN file_left_out.column_name IS 'column whose word left them out, as the file calls it';
COMMENT ON COLUMN file_left_out.word IS 'the word as the file writes it';
COMMENT ON COLUMN file_left_out.currency IS 'ISO 4217, empty where the rows have none';
COMMENT ON COLUMN file_left_out.lines IS 'records';
COMMENT ON COLUMN file_left_out.amount IS 'their money as the file states it, summed';
COMMENT ON COLUMN file_left_out.known_at IS 'UTC moment of the run that landed the file';
COMMENT ON COLUMN file_left_out.run_id IS 'run that landed the file';

CREATE TABLE dead_letter (
  file_id VARCHAR NOT NULL,
  feed VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  code VARCHAR NOT NULL,
  reason VARCHAR NOT NULL,
  row_no BIGINT,
  column_name VARCHAR,
  hint VARCHAR NOT NULL,
  known_at TIMESTAMP NOT NULL,
  run_id VARCHAR NOT NULL,
  state VARCHAR NOT NULL
);
COMMENT ON TABLE dead_letter IS 'A file refused at the door and still waiting';
COMMENT ON COLUMN dead_letter.file_id IS 'sha256 of its bytes, or of where it lies where they were not read';
COMMENT ON COLUMN dead_letter.feed IS 'folder of inbox/ that it came from';
COMMENT ON COLUMN dead_letter.name IS 'name as delivered';
COMMENT ON COLUMN dead_letter.code IS 'code of the refusal';
COMMENT ON COLUMN dead_letter.reason IS 'what is wrong';
COMMENT ON COLUMN dead_letter.row_no IS 'record where it is wrong';
COMMENT ON COLUMN dead_letter.column_name IS 'column where it is wrong';
COMMENT ON COLUMN dead_letter.hint IS 'what to do';
COMMENT ON COLUMN dead_letter.known_at IS 'UTC moment of the refusal';
COMMENT ON COLUMN dead_letter.run_id IS 'run that refused it';
COMMENT ON COLUMN dead_letter.state IS 'waiting, landed, discarded';

CREATE TABLE row_superseded (
  table_name VARCHAR NOT NULL,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  sub_no INTEGER NOT NULL,
  by_file_id VARCHAR NOT NULL,
  by_row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE row_superseded IS 'Rows that a later version of the same key has taken the place of, and rows that a later export of the whole list lacks';
COMMENT ON COLUMN row_superseded.table_name IS 'source table';
COMMENT ON COLUMN row_superseded.file_id IS 'file of the older row';
COMMENT ON COLUMN row_superseded.row_no IS 'its record number';
COMMENT ON COLUMN row_superseded.sub_no IS '0, or the place among rows that one record made';
COMMENT ON COLUMN row_superseded.by_file_id IS 'file of the newer row';
COMMENT ON COLUMN row_superseded.by_row_no IS 'its record number; 1, the header, where a whole list has that row no more';
COMMENT ON COLUMN row_superseded.known_at IS 'UTC moment of the run that learnt it';

CREATE TABLE row_conflict (
  table_name VARCHAR NOT NULL,
  owner_key VARCHAR NOT NULL,
  subject_kind VARCHAR NOT NULL,
  subject_key VARCHAR NOT NULL,
  code VARCHAR NOT NULL,
  columns VARCHAR NOT NULL,
  expected DECIMAL(18,4),
  actual DECIMAL(18,4),
  currency VARCHAR,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE row_conflict IS 'Two contents for one key of which neither can be said to be the later';
COMMENT ON COLUMN row_conflict.table_name IS 'source table';
COMMENT ON COLUMN row_conflict.owner_key IS 'store, account, bank account or entity';
COMMENT ON COLUMN row_conflict.subject_kind IS 'subject kind';
COMMENT ON COLUMN row_conflict.subject_key IS 'subject key';
COMMENT ON COLUMN row_conflict.code IS 'KEY_CONFLICT, IMMUTABLE_CHANGED';
COMMENT ON COLUMN row_conflict.columns IS 'columns that differ';
COMMENT ON COLUMN row_conflict.expected IS 'amount of the earlier row';
COMMENT ON COLUMN row_conflict.actual IS 'amount of the later row';
COMMENT ON COLUMN row_conflict.currency IS 'ISO 4217';
COMMENT ON COLUMN row_conflict.file_id IS 'file of the later row';
COMMENT ON COLUMN row_conflict.row_no IS 'its record number';
COMMENT ON COLUMN row_conflict.known_at IS 'UTC moment of the run that saw it';

CREATE TABLE run (
  run_id VARCHAR NOT NULL,
  as_of DATE NOT NULL,
  started_at TIMESTAMP NOT NULL,
  environment VARCHAR NOT NULL,
  code_version VARCHAR NOT NULL,
  rules_sha256 VARCHAR NOT NULL,
  mapping_sha256 VARCHAR NOT NULL,
  exit_code INTEGER NOT NULL,
  seq BIGINT NOT NULL
);
COMMENT ON TABLE run IS 'One execution of the night';
COMMENT ON COLUMN run.run_id IS 'run';
COMMENT ON COLUMN run.as_of IS 'business date';
COMMENT ON COLUMN run.started_at IS 'UTC; the one clock reading of the run';
COMMENT ON COLUMN run.environment IS 'test, staging, production';
COMMENT ON COLUMN run.code_version IS 'version of Tieout';
COMMENT ON COLUMN run.rules_sha256 IS 'sha256 over all rules';
COMMENT ON COLUMN run.mapping_sha256 IS 'sha256 over the mapping versions in force';
COMMENT ON COLUMN run.exit_code IS '0, 65, 70, 74, 75';
COMMENT ON COLUMN run.seq IS 'manifest that records it';

CREATE TABLE run_mapping (
  run_id VARCHAR NOT NULL,
  file VARCHAR NOT NULL,
  proposal_id VARCHAR NOT NULL,
  content_sha256 VARCHAR NOT NULL
);
COMMENT ON TABLE run_mapping IS 'Which approved content of each mapping file a run used';
COMMENT ON COLUMN run_mapping.run_id IS 'run';
COMMENT ON COLUMN run_mapping.file IS 'mapping file without its ending';
COMMENT ON COLUMN run_mapping.proposal_id IS 'proposal that was in force';
COMMENT ON COLUMN run_mapping.content_sha256 IS 'sha256 of its rows';

CREATE TABLE run_step (
  run_id VARCHAR NOT NULL,
  step VARCHAR NOT NULL,
  ordinal INTEGER NOT NULL,
  read BIGINT NOT NULL,
  new BIGINT NOT NULL,
  same BIGINT NOT NULL,
  versions BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  left_out BIGINT,
  records BIGINT,
  files BIGINT
);
COMMENT ON TABLE run_step IS 'What each step of a run read and wrote; of landing: read = new + same + versions + left_out';
COMMENT ON COLUMN run_step.run_id IS 'run';
COMMENT ON COLUMN run_step.step IS 'pull, land, match, check, post, export, push';
COMMENT ON COLUMN run_step.ordinal IS 'place in the run';
COMMENT ON COLUMN run_step.read IS 'rows looked at: rows that the files held (land), rows on both sides (match), subjects of each check (check), payouts (post), journal entries that were to go out (export); files (pull, push)';
COMMENT ON COLUMN run_step.new IS 'what was added to the ledger: rows (land), groups (match), exceptions opened (check), entries (post), files (export), receipts (pull, push)';
COMMENT ON COLUMN run_step.same IS 'what the ledger already held and stands unchanged';
COMMENT ON COLUMN run_step.versions IS 'new versions: of rows (land), groups undone (match), further events of known exceptions (check)';
COMMENT ON COLUMN run_step.refused IS 'files refused; their rows are in none of the other counts';
COMMENT ON COLUMN run_step.left_out IS 'records that a listed word of the format leaves out';
COMMENT ON COLUMN run_step.records IS 'records in the files, headers not counted; one record may make several rows, or several make one';
COMMENT ON COLUMN run_step.files IS 'files fetched, landed or recognised or refused, written, sent';

CREATE TABLE mapping (
  proposal_id VARCHAR NOT NULL,
  file VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  row_key VARCHAR NOT NULL,
  cells VARCHAR NOT NULL,
  valid_from DATE,
  valid_to DATE
);
COMMENT ON TABLE mapping IS 'Rows of the mapping files, each with the proposal that brought it';
COMMENT ON COLUMN mapping.proposal_id IS 'proposal';
COMMENT ON COLUMN mapping.file IS 'mapping file without its ending';
COMMENT ON COLUMN mapping.row_no IS 'record number in the file, the header being 1';
COMMENT ON COLUMN mapping.row_key IS 'key columns of the row, joined by '' / ''';
COMMENT ON COLUMN mapping.cells IS 'JSON object of the row';
COMMENT ON COLUMN mapping.valid_from IS 'first day';
COMMENT ON COLUMN mapping.valid_to IS 'last day, empty = open';

CREATE TABLE mapping_event (
  event_id VARCHAR NOT NULL,
  proposal_id VARCHAR NOT NULL,
  file VARCHAR NOT NULL,
  row_key VARCHAR,
  before VARCHAR,
  after VARCHAR,
  action VARCHAR NOT NULL,
  actor VARCHAR NOT NULL,
  "at" TIMESTAMP NOT NULL,
  reason VARCHAR,
  base_sha256 VARCHAR NOT NULL,
  content_sha256 VARCHAR NOT NULL,
  signature VARCHAR
);
COMMENT ON TABLE mapping_event IS 'Who proposed, approved or declined which change of a mapping';
COMMENT ON COLUMN mapping_event.event_id IS 'event';
COMMENT ON COLUMN mapping_event.proposal_id IS 'proposal';
COMMENT ON COLUMN mapping_event.file IS 'mapping file without its ending, or tieout.toml for its sealed part';
COMMENT ON COLUMN mapping_event.row_key IS 'row that changes; empty for the whole file';
COMMENT ON COLUMN mapping_event.before IS 'JSON of the row before';
COMMENT ON COLUMN mapping_event.after IS 'JSON of the row after';
COMMENT ON COLUMN mapping_event.action IS 'proposed, approved, declined; endorsed where more people have to approve';
COMMENT ON COLUMN mapping_event.actor IS 'person';
COMMENT ON COLUMN mapping_event."at" IS 'UTC';
COMMENT ON COLUMN mapping_event.reason IS 'words of the person';
COMMENT ON COLUMN mapping_event.base_sha256 IS 'sha256 of the file''s content in force when it was proposed';
COMMENT ON COLUMN mapping_event.content_sha256 IS 'sha256 of the file''s proposed content';
COMMENT ON COLUMN mapping_event.signature IS 'sha256 of the signed document: ledger/acts/<sha256>.json beside its .json.sig; empty for an act without signature';

CREATE TABLE config_version (
  config_sha256 VARCHAR NOT NULL,
  "at" TIMESTAMP NOT NULL,
  content VARCHAR NOT NULL,
  changes VARCHAR
);
COMMENT ON TABLE config_version IS 'What tieout.toml said from when on: feeds, remotes and all that is not sealed';
COMMENT ON COLUMN config_version.config_sha256 IS 'sha256 of the content and a line end; every manifest from then on carries it as `config`';
COMMENT ON COLUMN config_version."at" IS 'UTC moment at which a command that writes saw it first';
COMMENT ON COLUMN config_version.content IS 'JSON of the settings, defaults filled in; references to secrets, no secret';
COMMENT ON COLUMN config_version.changes IS 'settings that differ from those before, each with what it was and is; empty for the first';

CREATE TABLE rule_parameter_default (
  rule VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  value VARCHAR NOT NULL,
  meaning VARCHAR NOT NULL
);
COMMENT ON TABLE rule_parameter_default IS 'Parameters as the rules declare them, approved when the books were made or by a later proposal';
COMMENT ON COLUMN rule_parameter_default.rule IS 'rule id';
COMMENT ON COLUMN rule_parameter_default.name IS 'parameter';
COMMENT ON COLUMN rule_parameter_default.value IS 'value as text';
COMMENT ON COLUMN rule_parameter_default.meaning IS 'what it does';

CREATE TABLE decision (
  decision_id VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  subject_key VARCHAR NOT NULL,
  action VARCHAR NOT NULL,
  actor VARCHAR NOT NULL,
  "at" TIMESTAMP NOT NULL,
  reason VARCHAR NOT NULL,
  comment VARCHAR,
  amount DECIMAL(18,4),
  currency VARCHAR,
  before VARCHAR,
  after VARCHAR,
  base_sha256 VARCHAR,
  signature VARCHAR
);
COMMENT ON TABLE decision IS 'What a person decided';
COMMENT ON COLUMN decision.decision_id IS 'decision';
COMMENT ON COLUMN decision.kind IS 'resolve, write_off, reopen, assign, confirm, undo, export_again, replay, discard, reverse, close_period, reopen_period, opening';
COMMENT ON COLUMN decision.subject_key IS 'exception id, entry id, file id, or the two keys of a match joined by '' = ''';
COMMENT ON COLUMN decision.action IS 'what was decided';
COMMENT ON COLUMN decision.actor IS 'person';
COMMENT ON COLUMN decision."at" IS 'UTC';
COMMENT ON COLUMN decision.reason IS 'reason code';
COMMENT ON COLUMN decision.comment IS 'words of the person';
COMMENT ON COLUMN decision.amount IS 'amount concerned';
COMMENT ON COLUMN decision.currency IS 'ISO 4217';
COMMENT ON COLUMN decision.before IS 'state before';
COMMENT ON COLUMN decision.after IS 'state after';
COMMENT ON COLUMN decision.base_sha256 IS 'sha256 of what the person saw: the subject''s last event';
COMMENT ON COLUMN decision.signature IS 'sha256 of the signed document: ledger/acts/<sha256>.json beside its .json.sig; empty for an act without signature';

CREATE TABLE match_decision (
  decision_id VARCHAR NOT NULL,
  action VARCHAR NOT NULL,
  left_kind VARCHAR NOT NULL,
  left_key VARCHAR NOT NULL,
  right_kind VARCHAR NOT NULL,
  right_key VARCHAR NOT NULL,
  actor VARCHAR NOT NULL,
  "at" TIMESTAMP NOT NULL,
  reason VARCHAR NOT NULL
);
COMMENT ON TABLE match_decision IS 'What people said of pairs: that they belong together, or that they do not; the last word on a pair holds';
COMMENT ON COLUMN match_decision.decision_id IS 'decision';
COMMENT ON COLUMN match_decision.action IS 'confirmed, undone';
COMMENT ON COLUMN match_decision.left_kind IS 'order_transaction or payout';
COMMENT ON COLUMN match_decision.left_key IS 'its subject key';
COMMENT ON COLUMN match_decision.right_kind IS 'settlement_line or bank_line';
COMMENT ON COLUMN match_decision.right_key IS 'its subject key';
COMMENT ON COLUMN match_decision.actor IS 'person';
COMMENT ON COLUMN match_decision."at" IS 'UTC';
COMMENT ON COLUMN match_decision.reason IS 'words of the person';

CREATE TABLE refused_act (
  refusal_id VARCHAR NOT NULL,
  act VARCHAR NOT NULL,
  actor VARCHAR,
  error VARCHAR NOT NULL,
  subject VARCHAR,
  document_sha256 VARCHAR,
  "at" TIMESTAMP NOT NULL
);
COMMENT ON TABLE refused_act IS 'What people tried and were not allowed';
COMMENT ON COLUMN refused_act.refusal_id IS 'refusal';
COMMENT ON COLUMN refused_act.act IS 'propose, approve, decline, resolve, …; open where the sealed part of tieout.toml did not agree';
COMMENT ON COLUMN refused_act.actor IS 'person; empty for a name that the books do not list';
COMMENT ON COLUMN refused_act.error IS 'name of the error';
COMMENT ON COLUMN refused_act.subject IS 'what it was about, where that was known';
COMMENT ON COLUMN refused_act.document_sha256 IS 'sha256 of the document that was signed or offered';
COMMENT ON COLUMN refused_act."at" IS 'UTC';

CREATE TABLE log_leaf (
  seq BIGINT NOT NULL,
  kind VARCHAR NOT NULL,
  key VARCHAR NOT NULL,
  run_id VARCHAR,
  "at" TIMESTAMP NOT NULL,
  sha256 VARCHAR NOT NULL,
  prev VARCHAR NOT NULL
);
COMMENT ON TABLE log_leaf IS 'One leaf of the audit log: one manifest';
COMMENT ON COLUMN log_leaf.seq IS 'number of the manifest, from 0';
COMMENT ON COLUMN log_leaf.kind IS 'import, quarantine, match, decision, approval, journal, export, receipt, config, run';
COMMENT ON COLUMN log_leaf.key IS 'idempotency key';
COMMENT ON COLUMN log_leaf.run_id IS 'run';
COMMENT ON COLUMN log_leaf."at" IS 'UTC';
COMMENT ON COLUMN log_leaf.sha256 IS 'sha256 of the manifest''s bytes';
COMMENT ON COLUMN log_leaf.prev IS 'sha256 of the manifest before; zeros for the first';

CREATE TABLE log_head (
  size BIGINT NOT NULL,
  root VARCHAR NOT NULL,
  head VARCHAR NOT NULL,
  environment VARCHAR NOT NULL,
  books VARCHAR NOT NULL,
  "at" TIMESTAMP NOT NULL
);
COMMENT ON TABLE log_head IS 'The head of the audit log when this copy was published';
COMMENT ON COLUMN log_head.size IS 'manifests';
COMMENT ON COLUMN log_head.root IS 'Merkle root (RFC 6962) over the manifests, hex';
COMMENT ON COLUMN log_head.head IS 'sha256 of the last manifest';
COMMENT ON COLUMN log_head.environment IS 'environment of the books';
COMMENT ON COLUMN log_head.books IS 'name of the books';
COMMENT ON COLUMN log_head."at" IS 'UTC moment of the last manifest';
