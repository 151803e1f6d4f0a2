-- Judgement: what was matched, what is wrong, and the proof of every payout.

CREATE TABLE refund (
  store VARCHAR NOT NULL,
  order_name VARCHAR NOT NULL,
  ordinal INTEGER NOT NULL,
  entity VARCHAR,
  account VARCHAR,
  amount DECIMAL(18,4) NOT NULL,
  currency VARCHAR NOT NULL,
  refunded_at TIMESTAMP NOT NULL,
  refunded_on DATE NOT NULL
);
COMMENT ON TABLE refund IS 'One successful refund of an order, read off its transactions';
COMMENT ON COLUMN refund.store IS 'store';
COMMENT ON COLUMN refund.order_name IS 'order';
COMMENT ON COLUMN refund.ordinal IS 'place among the order''s refunds by time, from 1';
COMMENT ON COLUMN refund.entity IS 'entity that owns the store';
COMMENT ON COLUMN refund.account IS 'processor account that paid it back, or gift_card, store_credit, manual';
COMMENT ON COLUMN refund.amount IS 'positive';
COMMENT ON COLUMN refund.currency IS 'ISO 4217';
COMMENT ON COLUMN refund.refunded_at IS 'UTC';
COMMENT ON COLUMN refund.refunded_on IS 'day in the store''s own zone';

CREATE TABLE rule_run (
  run_id VARCHAR NOT NULL,
  rule VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  rule_sha256 VARCHAR NOT NULL,
  rows BIGINT NOT NULL,
  not_evaluated BIGINT NOT NULL,
  state VARCHAR NOT NULL
);
COMMENT ON TABLE rule_run IS 'One rule in one run: what it looked at and what it found';
COMMENT ON COLUMN rule_run.run_id IS 'run';
COMMENT ON COLUMN rule_run.rule IS 'rule id of the catalogue, or the name of a match, post or fact';
COMMENT ON COLUMN rule_run.name IS 'file of the rule without its ending';
COMMENT ON COLUMN rule_run.kind IS 'fact, match, check, post, control';
COMMENT ON COLUMN rule_run.rule_sha256 IS 'sha256 of the rule''s file';
COMMENT ON COLUMN rule_run.rows IS 'rows that the rule returned';
COMMENT ON COLUMN rule_run.not_evaluated IS 'subjects beyond the watermark of a source that the rule needs';
COMMENT ON COLUMN rule_run.state IS 'ran; no_source where a source it needs was never landed; off where no entity has switched on its pack';

CREATE TABLE match_group (
  group_id VARCHAR NOT NULL,
  rule VARCHAR NOT NULL,
  pass VARCHAR NOT NULL,
  state VARCHAR NOT NULL,
  entity VARCHAR,
  account VARCHAR,
  amount DECIMAL(18,4),
  difference DECIMAL(18,4),
  currency VARCHAR,
  known_at TIMESTAMP NOT NULL,
  run_id VARCHAR NOT NULL
);
COMMENT ON TABLE match_group IS 'Things that belong together, found by one match rule';
COMMENT ON COLUMN match_group.group_id IS 'first 24 hex digits of the sha256 of the rule and the members';
COMMENT ON COLUMN match_group.rule IS 'match rule';
COMMENT ON COLUMN match_group.pass IS 'which predicate joined them: exact key first, then unique composites';
COMMENT ON COLUMN match_group.state IS 'matched, or undone where a later version took a member away';
COMMENT ON COLUMN match_group.entity IS 'entity';
COMMENT ON COLUMN match_group.account IS 'processor account';
COMMENT ON COLUMN match_group.amount IS 'amount of the group';
COMMENT ON COLUMN match_group.difference IS 'sum of one side less the other';
COMMENT ON COLUMN match_group.currency IS 'ISO 4217';
COMMENT ON COLUMN match_group.known_at IS 'UTC moment of the run that found it';
COMMENT ON COLUMN match_group.run_id IS 'run that found it';

CREATE TABLE match_member (
  group_id VARCHAR NOT NULL,
  member_kind VARCHAR NOT NULL,
  member_key VARCHAR NOT NULL,
  amount DECIMAL(18,4),
  known_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE match_member IS 'The members of each match group';
COMMENT ON COLUMN match_member.group_id IS 'match group';
COMMENT ON COLUMN match_member.member_kind IS 'subject kind of the member';
COMMENT ON COLUMN match_member.member_key IS 'subject key of the member';
COMMENT ON COLUMN match_member.amount IS 'amount of the member';
COMMENT ON COLUMN match_member.known_at IS 'UTC moment of the run that found it';

CREATE TABLE exception (
  exception_id VARCHAR NOT NULL,
  rule VARCHAR NOT NULL,
  code VARCHAR NOT NULL,
  class VARCHAR NOT NULL,
  severity VARCHAR NOT NULL,
  state VARCHAR NOT NULL,
  entity VARCHAR,
  store VARCHAR,
  subject_kind VARCHAR NOT NULL,
  subject_key VARCHAR NOT NULL,
  expected DECIMAL(18,4),
  actual DECIMAL(18,4),
  difference DECIMAL(18,4),
  currency VARCHAR,
  first_seen_on DATE NOT NULL,
  last_seen_on DATE NOT NULL,
  age_days INTEGER NOT NULL,
  due_on DATE,
  owner VARCHAR,
  cause VARCHAR NOT NULL,
  suggestion VARCHAR NOT NULL,
  evidence VARCHAR NOT NULL,
  candidates VARCHAR
);
COMMENT ON TABLE exception IS 'A row that a person must look at: its present state, one row per exception id';
COMMENT ON COLUMN exception.exception_id IS 'first 24 hex digits of the sha256 of rule, code, entity and subject key; the same over the nights';
COMMENT ON COLUMN exception.rule IS 'rule id of the catalogue';
COMMENT ON COLUMN exception.code IS 'code of the finding, e.g. PAYOUT_NOT_IN_BANK';
COMMENT ON COLUMN exception.class IS 'TECH_TRANSIENT, TECH_PERMANENT, DATA, TIMING, BUSINESS, CONTROL, FX';
COMMENT ON COLUMN exception.severity IS 'block, high, medium, low';
COMMENT ON COLUMN exception.state IS 'in_transit, open, review, before_cutover, resolved, written_off, gone';
COMMENT ON COLUMN exception.entity IS 'entity';
COMMENT ON COLUMN exception.store IS 'store';
COMMENT ON COLUMN exception.subject_kind IS 'order, refund, order_transaction, settlement_line, payout, bank_line, odoo_document, dispute, gift_card, store_credit, tax_transaction, order_return, product, account_balance, mapping, file, feed, store_day, exchange_rate';
COMMENT ON COLUMN exception.subject_key IS 'key of the subject, spelled as docs/reference/exceptions.md says';
COMMENT ON COLUMN exception.expected IS 'what should be';
COMMENT ON COLUMN exception.actual IS 'what is';
COMMENT ON COLUMN exception.difference IS 'size of the finding in currency';
COMMENT ON COLUMN exception.currency IS 'ISO 4217';
COMMENT ON COLUMN exception.first_seen_on IS 'business date of the run that saw it first';
COMMENT ON COLUMN exception.last_seen_on IS 'business date of the last run that still saw it';
COMMENT ON COLUMN exception.age_days IS 'business days from due_on where it has passed, else from first_seen_on, to the last run''s business date, or to the day on which it ended';
COMMENT ON COLUMN exception.due_on IS 'day after which it is no longer in transit';
COMMENT ON COLUMN exception.owner IS 'who has to act';
COMMENT ON COLUMN exception.cause IS 'one sentence: what happened';
COMMENT ON COLUMN exception.suggestion IS 'one sentence: what to do';
COMMENT ON COLUMN exception.evidence IS 'JSON: files and rows that show it';
COMMENT ON COLUMN exception.candidates IS 'JSON: nearest candidates with the predicate that failed and the delta';

CREATE TABLE exception_total (
  standing VARCHAR NOT NULL,
  state VARCHAR NOT NULL,
  code VARCHAR NOT NULL,
  severity VARCHAR NOT NULL,
  class VARCHAR NOT NULL,
  currency VARCHAR NOT NULL,
  exceptions BIGINT NOT NULL,
  amount DECIMAL(38,4) NOT NULL,
  oldest_days INTEGER NOT NULL
);
COMMENT ON TABLE exception_total IS 'Exceptions counted: what every summary, page, sheet and metric prints';
COMMENT ON COLUMN exception_total.standing IS 'to_decide for open and review, waiting for in_transit, before_cutover, closed for resolved, written_off and gone';
COMMENT ON COLUMN exception_total.state IS 'state of the exceptions';
COMMENT ON COLUMN exception_total.code IS 'code';
COMMENT ON COLUMN exception_total.severity IS 'block, high, medium, low';
COMMENT ON COLUMN exception_total.class IS 'class';
COMMENT ON COLUMN exception_total.currency IS 'ISO 4217; empty where they have no amount';
COMMENT ON COLUMN exception_total.exceptions IS 'how many';
COMMENT ON COLUMN exception_total.amount IS 'sum of the sizes of their differences';
COMMENT ON COLUMN exception_total.oldest_days IS 'business days that the oldest of them stands';

CREATE TABLE exception_cause (
  exception_id VARCHAR NOT NULL,
  cause_id VARCHAR NOT NULL,
  subject VARCHAR NOT NULL,
  payout VARCHAR,
  at_risk DECIMAL(18,4),
  late_days INTEGER NOT NULL,
  cause_place BIGINT NOT NULL,
  place BIGINT NOT NULL,
  weighed_in VARCHAR
);
COMMENT ON TABLE exception_cause IS 'Exceptions to decide, each below the one to begin with: what is about one order with its payments, refunds and lines, or about one payout and its entry at the bank, lies together; the most money first';
COMMENT ON COLUMN exception_cause.exception_id IS 'exception that is open or in review';
COMMENT ON COLUMN exception_cause.cause_id IS 'the gravest exception about the same order or payout, of equally grave ones that of the most money; itself where there is no other';
COMMENT ON COLUMN exception_cause.subject IS 'what they share: order <store>/<order name>, or payout <account>/<payout id>; else the exception''s own subject';
COMMENT ON COLUMN exception_cause.payout IS '<account>/<payout id> whose proof shows it, where it is one';
COMMENT ON COLUMN exception_cause.at_risk IS 'largest difference of those that lie together: they speak of the same money';
COMMENT ON COLUMN exception_cause.late_days IS 'business days since the due day; where it has none, since it was first seen';
COMMENT ON COLUMN exception_cause.cause_place IS 'place of its cause: one code of one entity, currency and owner, from 1; first what blocks and has no amount, then by money: the largest of each currency in which money is compared, then the second of each';
COMMENT ON COLUMN exception_cause.place IS 'place of the exception, from 1';
COMMENT ON COLUMN exception_cause.weighed_in IS 'currency in which its money was compared: that of the company where Odoo''s last rate makes it so, else its own; nothing without an amount';

CREATE TABLE exception_dependant (
  exception_id VARCHAR NOT NULL,
  subject_kind VARCHAR NOT NULL,
  subject_key VARCHAR NOT NULL,
  amount DECIMAL(18,4),
  currency VARCHAR
);
COMMENT ON TABLE exception_dependant IS 'What waits in an exception and raises nothing of its own: subjects that a missing file or day may explain, and those that one finding tells together';
COMMENT ON COLUMN exception_dependant.exception_id IS 'the exception that they wait in: open, in review or in transit';
COMMENT ON COLUMN exception_dependant.subject_kind IS 'what the subject is';
COMMENT ON COLUMN exception_dependant.subject_key IS 'its key, as in exceptions of its own';
COMMENT ON COLUMN exception_dependant.amount IS 'money that it is about, without a sign';
COMMENT ON COLUMN exception_dependant.currency IS 'currency of the amount';

CREATE TABLE exception_event (
  event_id VARCHAR NOT NULL,
  exception_id VARCHAR NOT NULL,
  action VARCHAR NOT NULL,
  state VARCHAR NOT NULL,
  seen_on DATE NOT NULL,
  "at" TIMESTAMP NOT NULL,
  run_id VARCHAR,
  actor VARCHAR NOT NULL,
  reason VARCHAR,
  comment VARCHAR,
  rule VARCHAR NOT NULL,
  code VARCHAR NOT NULL,
  class VARCHAR NOT NULL,
  severity VARCHAR NOT NULL,
  entity VARCHAR,
  store VARCHAR,
  subject_kind VARCHAR NOT NULL,
  subject_key VARCHAR NOT NULL,
  expected DECIMAL(18,4),
  actual DECIMAL(18,4),
  difference DECIMAL(18,4),
  currency VARCHAR,
  due_on DATE,
  owner VARCHAR,
  cause VARCHAR NOT NULL,
  suggestion VARCHAR NOT NULL,
  evidence VARCHAR NOT NULL,
  candidates VARCHAR
);
COMMENT ON TABLE exception_event IS 'What happened to each exception, in order; nothing is ever changed';
COMMENT ON COLUMN exception_event.event_id IS 'event';
COMMENT ON COLUMN exception_event.exception_id IS 'exception';
COMMENT ON COLUMN exception_event.action IS 'opened, changed, due, gone, review, reopened, assigned, resolved, written_off';
COMMENT ON COLUMN exception_event.state IS 'state after the event';
COMMENT ON COLUMN exception_event.seen_on IS 'business date of the run or of the decision';
COMMENT ON COLUMN exception_event."at" IS 'UTC';
COMMENT ON COLUMN exception_event.run_id IS 'run that noticed it';
COMMENT ON COLUMN exception_event.actor IS 'tieout, or the person who decided';
COMMENT ON COLUMN exception_event.reason IS 'reason code, or what removed the cause';
COMMENT ON COLUMN exception_event.comment IS 'words of the person who decided';
COMMENT ON COLUMN exception_event.rule IS 'rule id';
COMMENT ON COLUMN exception_event.code IS 'code';
COMMENT ON COLUMN exception_event.class IS 'class';
COMMENT ON COLUMN exception_event.severity IS 'severity';
COMMENT ON COLUMN exception_event.entity IS 'entity';
COMMENT ON COLUMN exception_event.store IS 'store';
COMMENT ON COLUMN exception_event.subject_kind IS 'subject kind';
COMMENT ON COLUMN exception_event.subject_key IS 'subject key';
COMMENT ON COLUMN exception_event.expected IS 'what should be';
COMMENT ON COLUMN exception_event.actual IS 'what is';
COMMENT ON COLUMN exception_event.difference IS 'size of the finding';
COMMENT ON COLUMN exception_event.currency IS 'ISO 4217';
COMMENT ON COLUMN exception_event.due_on IS 'day after which it is no longer in transit';
COMMENT ON COLUMN exception_event.owner IS 'who has to act';
COMMENT ON COLUMN exception_event.cause IS 'what happened';
COMMENT ON COLUMN exception_event.suggestion IS 'what to do';
COMMENT ON COLUMN exception_event.evidence IS 'JSON: files and rows';
COMMENT ON COLUMN exception_event.candidates IS 'JSON: nearest candidates';

CREATE TABLE payout_proof (
  account VARCHAR NOT NULL,
  payout_id VARCHAR NOT NULL,
  entity VARCHAR NOT NULL,
  currency VARCHAR NOT NULL,
  status VARCHAR NOT NULL,
  paid_on DATE,
  bank_amount DECIMAL(18,4),
  payout_amount DECIMAL(18,4),
  lines_net DECIMAL(18,4) NOT NULL,
  residual DECIMAL(18,4),
  bank_line_key VARCHAR,
  bank_reference VARCHAR,
  order_lines BIGINT NOT NULL,
  unexplained_lines BIGINT NOT NULL,
  entry_ref VARCHAR,
  clearing_movement DECIMAL(18,4),
  state VARCHAR NOT NULL,
  why VARCHAR NOT NULL
);
COMMENT ON TABLE payout_proof IS 'Every payout: bank line = buckets = order lines, residual 0.00, or what is missing';
COMMENT ON COLUMN payout_proof.account IS 'processor account';
COMMENT ON COLUMN payout_proof.payout_id IS 'payout';
COMMENT ON COLUMN payout_proof.entity IS 'entity that owns the account';
COMMENT ON COLUMN payout_proof.currency IS 'ISO 4217';
COMMENT ON COLUMN payout_proof.status IS 'status as the processor states it';
COMMENT ON COLUMN payout_proof.paid_on IS 'date of the payout';
COMMENT ON COLUMN payout_proof.bank_amount IS 'amount of its bank line, of its share in one that pays several payouts, or of its several lines together';
COMMENT ON COLUMN payout_proof.payout_amount IS 'what the processor says it paid';
COMMENT ON COLUMN payout_proof.lines_net IS 'sum of net over the payout''s lines';
COMMENT ON COLUMN payout_proof.residual IS 'payout_amount less lines_net; empty where its format does not say which lines it pays';
COMMENT ON COLUMN payout_proof.bank_line_key IS '<bank account>/<bank reference> of its bank line; several are joined by " + "';
COMMENT ON COLUMN payout_proof.bank_reference IS 'reference that the payout carries on its way to the bank';
COMMENT ON COLUMN payout_proof.order_lines IS 'lines that name an order';
COMMENT ON COLUMN payout_proof.unexplained_lines IS 'lines of an unknown type, and sales or refunds without an order';
COMMENT ON COLUMN payout_proof.entry_ref IS 'journal entry that books it: ours, else Odoo''s';
COMMENT ON COLUMN payout_proof.clearing_movement IS 'what that entry moves on the clearing account, debit positive';
COMMENT ON COLUMN payout_proof.state IS 'proven, in_transit, broken; returned: it failed, and its money went out again or came back; unlooked: the bank has it, and its format does not say which lines it pays';
COMMENT ON COLUMN payout_proof.why IS 'one sentence';

CREATE TABLE payout_bucket (
  account VARCHAR NOT NULL,
  payout_id VARCHAR NOT NULL,
  bucket VARCHAR NOT NULL,
  lines BIGINT NOT NULL,
  amount DECIMAL(18,4) NOT NULL,
  currency VARCHAR NOT NULL
);
COMMENT ON TABLE payout_bucket IS 'The payout''s lines summed by bucket; the buckets sum to lines_net';
COMMENT ON COLUMN payout_bucket.account IS 'processor account';
COMMENT ON COLUMN payout_bucket.payout_id IS 'payout';
COMMENT ON COLUMN payout_bucket.bucket IS 'sale, refund, fee, dispute, dispute_fee, reserve, adjustment, unknown, …';
COMMENT ON COLUMN payout_bucket.lines IS 'lines with an amount in the bucket';
COMMENT ON COLUMN payout_bucket.amount IS 'signed from the merchant''s side';
COMMENT ON COLUMN payout_bucket.currency IS 'ISO 4217';

CREATE TABLE clearing_proof (
  entity VARCHAR NOT NULL,
  role VARCHAR NOT NULL,
  account VARCHAR NOT NULL,
  currency VARCHAR NOT NULL,
  ledger_balance DECIMAL(18,4),
  explained DECIMAL(18,4),
  residual DECIMAL(18,4),
  as_of DATE NOT NULL
);
COMMENT ON TABLE clearing_proof IS 'Balance of a clearing account against what explains it';
COMMENT ON COLUMN clearing_proof.entity IS 'entity';
COMMENT ON COLUMN clearing_proof.role IS 'posting role';
COMMENT ON COLUMN clearing_proof.account IS 'processor account; the first of those that share the clearing account';
COMMENT ON COLUMN clearing_proof.currency IS 'ISO 4217';
COMMENT ON COLUMN clearing_proof.ledger_balance IS 'balance in the general ledger';
COMMENT ON COLUMN clearing_proof.explained IS 'what open items explain';
COMMENT ON COLUMN clearing_proof.residual IS 'ledger_balance less explained';
COMMENT ON COLUMN clearing_proof.as_of IS 'business date';

CREATE TABLE roll_forward (
  kind VARCHAR NOT NULL,
  entity VARCHAR NOT NULL,
  account VARCHAR,
  currency VARCHAR NOT NULL,
  period VARCHAR NOT NULL,
  opening DECIMAL(18,4),
  movement DECIMAL(18,4),
  closing DECIMAL(18,4),
  stated DECIMAL(18,4),
  residual DECIMAL(18,4)
);
COMMENT ON TABLE roll_forward IS 'Opening + movement = closing, per kind of balance';
COMMENT ON COLUMN roll_forward.kind IS 'processor_balance, where the processor states balances; reserve, payouts_in_transit, disputed_funds, gift_card, store_credit, tax_payable, refunds_payable';
COMMENT ON COLUMN roll_forward.entity IS 'entity';
COMMENT ON COLUMN roll_forward.account IS 'the account in the general ledger; of processor_balance the processor account, as of refunds that no such account has; of a tax its authority, else its name';
COMMENT ON COLUMN roll_forward.currency IS 'ISO 4217';
COMMENT ON COLUMN roll_forward.period IS 'month';
COMMENT ON COLUMN roll_forward.opening IS 'at the start';
COMMENT ON COLUMN roll_forward.movement IS 'between';
COMMENT ON COLUMN roll_forward.closing IS 'opening + movement';
COMMENT ON COLUMN roll_forward.stated IS 'closing as the processor states it, of anything else as Odoo has it, for transit, disputes, taxes and refunds with what Odoo has only not booked yet; empty where no account is mapped';
COMMENT ON COLUMN roll_forward.residual IS 'closing less stated';

CREATE TABLE completeness (
  source VARCHAR NOT NULL,
  currency VARCHAR NOT NULL,
  lines BIGINT NOT NULL,
  amount DECIMAL(38,4) NOT NULL,
  proven BIGINT NOT NULL,
  in_transit BIGINT NOT NULL,
  in_exception BIGINT NOT NULL,
  resolved BIGINT NOT NULL,
  unlooked BIGINT NOT NULL,
  proven_amount DECIMAL(38,4) NOT NULL,
  in_transit_amount DECIMAL(38,4) NOT NULL,
  in_exception_amount DECIMAL(38,4) NOT NULL,
  resolved_amount DECIMAL(38,4) NOT NULL,
  unlooked_amount DECIMAL(38,4) NOT NULL,
  control VARCHAR NOT NULL,
  rules BIGINT NOT NULL
);
COMMENT ON TABLE completeness IS 'Where every landed row ended, table by table; the five parts sum to the lines, their amounts to the amount';
COMMENT ON COLUMN completeness.source IS 'source table';
COMMENT ON COLUMN completeness.currency IS 'ISO 4217; empty where the rows name none';
COMMENT ON COLUMN completeness.lines IS 'current rows';
COMMENT ON COLUMN completeness.amount IS 'sum of the rows'' amounts; 0 where they have none, or name no currency';
COMMENT ON COLUMN completeness.proven IS 'lines whose money is proven to the bank';
COMMENT ON COLUMN completeness.in_transit IS 'lines whose money is on its way and not yet due';
COMMENT ON COLUMN completeness.in_exception IS 'lines with an open exception or inside a broken payout';
COMMENT ON COLUMN completeness.resolved IS 'lines that moved no money, or whose exception a person has resolved';
COMMENT ON COLUMN completeness.unlooked IS 'lines that no rule follows to an end, or that lie beyond a watermark or before the cut-over';
COMMENT ON COLUMN completeness.proven_amount IS 'amount of the proven lines';
COMMENT ON COLUMN completeness.in_transit_amount IS 'amount of the lines in transit';
COMMENT ON COLUMN completeness.in_exception_amount IS 'amount of the lines in exception';
COMMENT ON COLUMN completeness.resolved_amount IS 'amount of the resolved lines';
COMMENT ON COLUMN completeness.unlooked_amount IS 'amount of the unlooked lines';
COMMENT ON COLUMN completeness.control IS 'followed: every line is followed to its end; read: rules read the table and follow none of its lines; not_controlled: no rule reads it';
COMMENT ON COLUMN completeness.rules IS 'checks, matches and postings that read the table, by themselves or through a fact';

CREATE TABLE coverage (
  kind VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  rules BIGINT NOT NULL,
  state VARCHAR NOT NULL,
  rule VARCHAR,
  left_side VARCHAR,
  right_side VARCHAR,
  rows_left BIGINT,
  rows_right BIGINT,
  not_evaluated BIGINT,
  seen_from DATE
);
COMMENT ON TABLE coverage IS 'What the last judgement controlled, and what it did not: from the rows that each side of each rule had';
COMMENT ON COLUMN coverage.kind IS 'rule (of the catalogue; its checks together), check, match, post (one file of rules/ each), source (a table that files land in); account, store, bank_account, entity (one that mappings name and of which nothing has ever landed), role (accounts of Odoo whose balance no check holds against anything), pack (of checks, that not every entity has switched on), domain (that is booked or that two systems hold, where ownership.csv has no row at all)';
COMMENT ON COLUMN coverage.name IS 'rule id, file of the rule without its ending, table, owner, entity/role, or pack';
COMMENT ON COLUMN coverage.rules IS 'checks of the rule; for a source the checks, matches and postings that read it; for an owner those that would compare its rows; for a pack its checks';
COMMENT ON COLUMN coverage.state IS 'controlled: every side had rows in the period and subjects were evaluated; in_part: not for every store, account, bank account or entity, be it that nothing of one that mappings name has landed; not_evaluated: all subjects lie beyond what a source covers; one_sided: a side had no rows; no_rows: nothing was there to compare; no_source: a source it needs was never landed; of a source also read: rules read it beside what they compare, and not_controlled: no rule reads it; of a check and of a pack not_controlled: its pack is off in every entity';
COMMENT ON COLUMN coverage.rule IS 'rule id';
COMMENT ON COLUMN coverage.left_side IS 'what is judged: table or fact that has the subjects';
COMMENT ON COLUMN coverage.right_side IS 'what it is compared with, joined by '', ''; empty where a row is judged by itself';
COMMENT ON COLUMN coverage.rows_left IS 'rows of the left side in the period; those without a day count too; of a role the posted items of Odoo';
COMMENT ON COLUMN coverage.rows_right IS 'rows of the right side in the period, of several things the least; for a source all its current rows';
COMMENT ON COLUMN coverage.not_evaluated IS 'subjects of the period that lie beyond what a source covers, owners without subjects of which nothing has landed, and entities whose pack is off';
COMMENT ON COLUMN coverage.seen_from IS 'first day of the period: the month of the newest day that a source covers, and the month before it';

CREATE TABLE control (
  duty VARCHAR NOT NULL,
  what VARCHAR NOT NULL,
  served VARCHAR NOT NULL,
  missing VARCHAR,
  kind VARCHAR NOT NULL,
  control VARCHAR,
  run_id VARCHAR,
  ran_at TIMESTAMP,
  rows BIGINT,
  state VARCHAR,
  caught BIGINT,
  caught_at TIMESTAMP,
  planted BIGINT,
  planted_caught BIGINT
);
COMMENT ON TABLE control IS 'The register of controls: every duty with each control that serves it, when that last ran, on how many rows, and what it has caught; a duty that nothing serves has one row';
COMMENT ON COLUMN control.duty IS 'system/…, workflow/… or sentence/… as in docs/reference/controls.md; sentences that are one duty there stand here one by one';
COMMENT ON COLUMN control.what IS 'what is to hold';
COMMENT ON COLUMN control.served IS 'whole, in_part, none';
COMMENT ON COLUMN control.missing IS 'the part that nothing serves; where nothing serves the duty, why';
COMMENT ON COLUMN control.kind IS 'rule (one file of rules/), gate (a code that refuses a file, or an error that refuses an act), seal (proven before anything is written), importer, export, command, drill, document, none';
COMMENT ON COLUMN control.control IS 'file of the rule without its ending, code, error, importer, exporter, command, test or page; empty where nothing serves the duty';
COMMENT ON COLUMN control.run_id IS 'last run in which it was at work: a rule that was run, an importer or a code with a file before it, an export that wrote a file, a seal that held; empty where that is not known: of commands, drills, pages, errors, workbook and status page';
COMMENT ON COLUMN control.ran_at IS 'UTC moment of that';
COMMENT ON COLUMN control.rows IS 'of a rule the rows that it judges (coverage.rows_left); of an importer, a code or an export the rows of the files of that run';
COMMENT ON COLUMN control.state IS 'of a check, match or post: its state in coverage, controlled only where every side had rows';
COMMENT ON COLUMN control.caught IS 'of a check the exceptions that it ever had open, those in transit apart, counted by rule, code and subject; of a code the files that it refused, of an error the acts; empty where nobody counts';
COMMENT ON COLUMN control.caught_at IS 'UTC moment at which it last caught something';
COMMENT ON COLUMN control.planted IS 'of a check: how often a defect that it is to tell was planted in the clean month of the project (docs/reference/catch-rate.md); 0 = not planted, empty where it is no check';
COMMENT ON COLUMN control.planted_caught IS 'of a check: how many of these it told';

CREATE TABLE watermark (
  source VARCHAR NOT NULL,
  owner_key VARCHAR NOT NULL,
  complete_until DATE NOT NULL
);
COMMENT ON TABLE watermark IS 'Up to when each source is complete';
COMMENT ON COLUMN watermark.source IS 'source table';
COMMENT ON COLUMN watermark.owner_key IS 'store, account, bank account or entity';
COMMENT ON COLUMN watermark.complete_until IS 'last day that the landed files cover';
