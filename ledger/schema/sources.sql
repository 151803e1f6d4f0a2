-- Source tables: what landed, every version of every row, with the file and the record it came from.

CREATE TABLE sales_order (
  store VARCHAR NOT NULL,
  order_name VARCHAR NOT NULL,
  order_id VARCHAR,
  financial_status VARCHAR NOT NULL,
  fulfillment_status VARCHAR,
  currency VARCHAR NOT NULL,
  subtotal DECIMAL(18,4) NOT NULL,
  shipping DECIMAL(18,4) NOT NULL,
  taxes DECIMAL(18,4) NOT NULL,
  total DECIMAL(18,4) NOT NULL,
  discount DECIMAL(18,4) NOT NULL,
  refunded DECIMAL(18,4) NOT NULL,
  outstanding DECIMAL(18,4),
  duties DECIMAL(18,4),
  payment_method VARCHAR,
  payment_ids VARCHAR,
  created_at TIMESTAMP NOT NULL,
  created_on DATE NOT NULL,
  paid_at TIMESTAMP,
  paid_on DATE,
  fulfilled_on DATE,
  cancelled_at TIMESTAMP,
  sales_channel VARCHAR,
  changed_at TIMESTAMP,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE sales_order IS 'One order of a store, as its shop export states it; the amounts are those of the export, refunds not deducted';
COMMENT ON COLUMN sales_order.store IS 'store of the feed (mappings/stores.csv)';
COMMENT ON COLUMN sales_order.order_name IS 'name as the shop writes it, e.g. #1001; unique within its store';
COMMENT ON COLUMN sales_order.order_id IS 'the shop''s own number of the order, text';
COMMENT ON COLUMN sales_order.financial_status IS 'paid, pending, refunded, partially_refunded, voided, expired, authorized, partially_paid';
COMMENT ON COLUMN sales_order.fulfillment_status IS 'fulfilled, unfulfilled, partial, restocked';
COMMENT ON COLUMN sales_order.currency IS 'shop currency, ISO 4217';
COMMENT ON COLUMN sales_order.subtotal IS 'lines after all discounts, tips excluded';
COMMENT ON COLUMN sales_order.shipping IS 'shipping after its discounts';
COMMENT ON COLUMN sales_order.taxes IS 'all taxes, whether added to or included in the prices';
COMMENT ON COLUMN sales_order.total IS 'charged at sale, tips included; never reduced by refunds, gift cards or cancellation';
COMMENT ON COLUMN sales_order.discount IS 'all discounts, positive';
COMMENT ON COLUMN sales_order.refunded IS 'money given back so far, positive';
COMMENT ON COLUMN sales_order.outstanding IS 'what the shop still expects, may be negative';
COMMENT ON COLUMN sales_order.duties IS 'import duties';
COMMENT ON COLUMN sales_order.payment_method IS 'names of every gateway that was tried, joined by '' + ''';
COMMENT ON COLUMN sales_order.payment_ids IS 'ids of the payments, joined by '' + ''';
COMMENT ON COLUMN sales_order.created_at IS 'UTC';
COMMENT ON COLUMN sales_order.created_on IS 'day in the store''s own zone';
COMMENT ON COLUMN sales_order.paid_at IS 'UTC moment of the last full payment';
COMMENT ON COLUMN sales_order.paid_on IS 'its day in the store''s own zone';
COMMENT ON COLUMN sales_order.fulfilled_on IS 'day of fulfilment in the store''s own zone';
COMMENT ON COLUMN sales_order.cancelled_at IS 'UTC';
COMMENT ON COLUMN sales_order.sales_channel IS 'web, pos, shopify_draft_order or an app''s number';
COMMENT ON COLUMN sales_order.changed_at IS 'UTC moment of the shop''s last change, where the source states it';
COMMENT ON COLUMN sales_order.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN sales_order.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN sales_order.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN sales_order.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE sales_order_line (
  store VARCHAR NOT NULL,
  order_name VARCHAR NOT NULL,
  line_no INTEGER NOT NULL,
  quantity DECIMAL(18,4) NOT NULL,
  unit_price DECIMAL(18,4) NOT NULL,
  discount DECIMAL(18,4),
  sku VARCHAR,
  title VARCHAR,
  requires_shipping BOOLEAN,
  taxable BOOLEAN,
  fulfillment_status VARCHAR,
  is_tip BOOLEAN NOT NULL,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE sales_order_line IS 'One line of an order as sold; refunds do not change it';
COMMENT ON COLUMN sales_order_line.store IS 'store of the feed';
COMMENT ON COLUMN sales_order_line.order_name IS 'order it belongs to';
COMMENT ON COLUMN sales_order_line.line_no IS 'place within the order, from 1';
COMMENT ON COLUMN sales_order_line.quantity IS 'pieces';
COMMENT ON COLUMN sales_order_line.unit_price IS 'price of one piece in the order''s currency';
COMMENT ON COLUMN sales_order_line.discount IS 'discount of the whole line, already inside the order''s discount';
COMMENT ON COLUMN sales_order_line.sku IS 'stock keeping unit';
COMMENT ON COLUMN sales_order_line.title IS 'name of the product, or Tip';
COMMENT ON COLUMN sales_order_line.requires_shipping IS 'false for services, gift cards and tips';
COMMENT ON COLUMN sales_order_line.taxable IS 'as the shop states it';
COMMENT ON COLUMN sales_order_line.fulfillment_status IS 'fulfilled, pending, not_eligible, restocked, partial';
COMMENT ON COLUMN sales_order_line.is_tip IS 'a tip: in the total, not in the subtotal';
COMMENT ON COLUMN sales_order_line.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN sales_order_line.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN sales_order_line.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN sales_order_line.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE sales_order_tax (
  store VARCHAR NOT NULL,
  order_name VARCHAR NOT NULL,
  tax_no INTEGER NOT NULL,
  tax_name VARCHAR NOT NULL,
  amount DECIMAL(18,4) NOT NULL,
  channel_liable BOOLEAN,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE sales_order_tax IS 'One tax of an order as the shop computed it; the export shows five at most';
COMMENT ON COLUMN sales_order_tax.store IS 'store of the feed';
COMMENT ON COLUMN sales_order_tax.order_name IS 'order it belongs to';
COMMENT ON COLUMN sales_order_tax.tax_no IS 'place within the order, 1 to 5';
COMMENT ON COLUMN sales_order_tax.tax_name IS 'name with its rate, e.g. Texas State Tax 8.25%';
COMMENT ON COLUMN sales_order_tax.amount IS 'tax in the order''s currency';
COMMENT ON COLUMN sales_order_tax.channel_liable IS 'the channel that sold it owes the tax, not the shop; empty where the source does not say';
COMMENT ON COLUMN sales_order_tax.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN sales_order_tax.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN sales_order_tax.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN sales_order_tax.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE order_transaction (
  store VARCHAR NOT NULL,
  order_name VARCHAR NOT NULL,
  transaction_key VARCHAR NOT NULL,
  transaction_id VARCHAR,
  order_id VARCHAR,
  kind VARCHAR NOT NULL,
  gateway VARCHAR NOT NULL,
  status VARCHAR NOT NULL,
  amount DECIMAL(18,4) NOT NULL,
  currency VARCHAR NOT NULL,
  created_at TIMESTAMP NOT NULL,
  created_on DATE NOT NULL,
  is_test BOOLEAN NOT NULL,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  item_no INTEGER NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE order_transaction IS 'One payment event of an order: sale, capture, refund, failed attempt; the amount is positive for refunds too';
COMMENT ON COLUMN order_transaction.store IS 'store of the feed';
COMMENT ON COLUMN order_transaction.order_name IS 'order it belongs to';
COMMENT ON COLUMN order_transaction.transaction_key IS 'native id, or the immutable columns and the ordinal among equal rows';
COMMENT ON COLUMN order_transaction.transaction_id IS 'native id where the source has one';
COMMENT ON COLUMN order_transaction.order_id IS 'the shop''s own number of the order';
COMMENT ON COLUMN order_transaction.kind IS 'sale, capture, refund, void, authorization, change';
COMMENT ON COLUMN order_transaction.gateway IS 'gateway as the shop writes it';
COMMENT ON COLUMN order_transaction.status IS 'success, failure, pending, error';
COMMENT ON COLUMN order_transaction.amount IS 'never negative';
COMMENT ON COLUMN order_transaction.currency IS 'ISO 4217';
COMMENT ON COLUMN order_transaction.created_at IS 'UTC';
COMMENT ON COLUMN order_transaction.created_on IS 'day in the store''s own zone';
COMMENT ON COLUMN order_transaction.is_test IS 'a test payment';
COMMENT ON COLUMN order_transaction.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN order_transaction.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN order_transaction.item_no IS 'place among the rows that the record makes; 0 where it makes one';
COMMENT ON COLUMN order_transaction.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN order_transaction.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE settlement_line (
  account VARCHAR NOT NULL,
  line_id VARCHAR NOT NULL,
  payout_id VARCHAR,
  payout_status VARCHAR,
  payout_on DATE,
  native_type VARCHAR NOT NULL,
  event_type VARCHAR NOT NULL,
  bucket VARCHAR NOT NULL,
  order_name VARCHAR,
  order_id VARCHAR,
  currency VARCHAR NOT NULL,
  gross DECIMAL(18,4) NOT NULL,
  fee DECIMAL(18,4) NOT NULL,
  fee_tax DECIMAL(18,4) NOT NULL,
  tax_withheld DECIMAL(18,4) NOT NULL,
  reserve DECIMAL(18,4) NOT NULL,
  net DECIMAL(18,4) NOT NULL,
  net_stated DECIMAL(18,4) NOT NULL,
  fee_interchange DECIMAL(18,4),
  fee_scheme DECIMAL(18,4),
  fee_markup DECIMAL(18,4),
  fee_processing DECIMAL(18,4),
  occurred_at TIMESTAMP NOT NULL,
  booked_on DATE NOT NULL,
  available_on DATE,
  presentment_amount DECIMAL(18,4),
  presentment_currency VARCHAR,
  payment_method VARCHAR,
  card_origin VARCHAR,
  processor_ref VARCHAR,
  parent_ref VARCHAR,
  merchant_ref VARCHAR,
  payment_id VARCHAR,
  bank_reference VARCHAR,
  entity_hint VARCHAR,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE settlement_line IS 'One row of a processor''s report, signed from the merchant''s side: net = gross + fee + fee_tax + tax_withheld + reserve';
COMMENT ON COLUMN settlement_line.account IS 'processor account of the feed (mappings/processor_accounts.csv)';
COMMENT ON COLUMN settlement_line.line_id IS 'native id, or the first 32 hex digits of the sha256 of the immutable columns and the ordinal among equal rows';
COMMENT ON COLUMN settlement_line.payout_id IS 'payout that carries the line; empty until the processor has assigned one';
COMMENT ON COLUMN settlement_line.payout_status IS 'scheduled, pending, in_transit, paid, failed, canceled, as the report says it';
COMMENT ON COLUMN settlement_line.payout_on IS 'the payout''s date as the report says it; a forecast while pending';
COMMENT ON COLUMN settlement_line.native_type IS 'the processor''s own word for the event, as written';
COMMENT ON COLUMN settlement_line.event_type IS 'charge, refund, chargeback, fee, reserve_hold … unknown; see docs/reference/files.md';
COMMENT ON COLUMN settlement_line.bucket IS 'sale, refund, fee, dispute, dispute_fee, reserve, adjustment, payout, transfer, tax, shipping_cost, financing, marketing, platform, protection, carry, unknown';
COMMENT ON COLUMN settlement_line.order_name IS 'order that the line names';
COMMENT ON COLUMN settlement_line.order_id IS 'the shop''s number of the order, where the line carries it';
COMMENT ON COLUMN settlement_line.currency IS 'settlement currency, ISO 4217';
COMMENT ON COLUMN settlement_line.gross IS 'before fees; raises the balance when positive';
COMMENT ON COLUMN settlement_line.fee IS 'processing fee, negative when charged';
COMMENT ON COLUMN settlement_line.fee_tax IS 'tax on the fee where the report splits it';
COMMENT ON COLUMN settlement_line.tax_withheld IS 'tax withheld by the processor';
COMMENT ON COLUMN settlement_line.reserve IS 'reserve held (negative) or released where it is a column';
COMMENT ON COLUMN settlement_line.net IS 'what the line adds to the payout';
COMMENT ON COLUMN settlement_line.net_stated IS 'net as the report states it';
COMMENT ON COLUMN settlement_line.fee_interchange IS 'part of the fee that goes to the card''s issuer, where the report splits it';
COMMENT ON COLUMN settlement_line.fee_scheme IS 'part of the fee that goes to the card scheme';
COMMENT ON COLUMN settlement_line.fee_markup IS 'part of the fee that the acquirer keeps';
COMMENT ON COLUMN settlement_line.fee_processing IS 'part of the fee for processing as such; where any part is there, the parts sum to the fee';
COMMENT ON COLUMN settlement_line.occurred_at IS 'UTC';
COMMENT ON COLUMN settlement_line.booked_on IS 'day in the report''s own zone';
COMMENT ON COLUMN settlement_line.available_on IS 'day from which the processor pays it out';
COMMENT ON COLUMN settlement_line.presentment_amount IS 'what the customer saw, positive';
COMMENT ON COLUMN settlement_line.presentment_currency IS 'its currency';
COMMENT ON COLUMN settlement_line.payment_method IS 'card, … as the report says it';
COMMENT ON COLUMN settlement_line.card_origin IS 'country of the card where the report has it';
COMMENT ON COLUMN settlement_line.processor_ref IS 'the processor''s object behind the line (charge, refund, dispute), or the checkout';
COMMENT ON COLUMN settlement_line.parent_ref IS 'the charge that a refund or a dispute belongs to';
COMMENT ON COLUMN settlement_line.merchant_ref IS 'reference that the merchant sent with the payment: an order name, a payment id of the shop, an invoice number';
COMMENT ON COLUMN settlement_line.payment_id IS 'what may be the shop''s id of the payment, by the join keys of the format';
COMMENT ON COLUMN settlement_line.bank_reference IS 'reference that the payout carries on its way to the bank';
COMMENT ON COLUMN settlement_line.entity_hint IS 'legal entity as the processor names it';
COMMENT ON COLUMN settlement_line.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN settlement_line.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN settlement_line.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN settlement_line.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE settlement_batch (
  account VARCHAR NOT NULL,
  batch_key VARCHAR NOT NULL,
  batch_id VARCHAR NOT NULL,
  sequence_no BIGINT,
  currency VARCHAR NOT NULL,
  opened_on DATE,
  closed_on DATE NOT NULL,
  opening DECIMAL(18,4),
  closing DECIMAL(18,4),
  movement DECIMAL(18,4),
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE settlement_batch IS 'One batch of a processor''s report that states its balances or its number: batches of one account and currency follow each other';
COMMENT ON COLUMN settlement_batch.account IS 'processor account of the feed';
COMMENT ON COLUMN settlement_batch.batch_key IS 'batch and currency';
COMMENT ON COLUMN settlement_batch.batch_id IS 'the batch as the processor names it, or its period';
COMMENT ON COLUMN settlement_batch.sequence_no IS 'its number where the processor counts; the next batch has the next number';
COMMENT ON COLUMN settlement_batch.currency IS 'ISO 4217';
COMMENT ON COLUMN settlement_batch.opened_on IS 'first day of its period';
COMMENT ON COLUMN settlement_batch.closed_on IS 'last day of its period';
COMMENT ON COLUMN settlement_batch.opening IS 'balance carried in';
COMMENT ON COLUMN settlement_batch.closing IS 'balance carried out; the next batch opens with it';
COMMENT ON COLUMN settlement_batch.movement IS 'sum of its lines, payouts included, carried balances not';
COMMENT ON COLUMN settlement_batch.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN settlement_batch.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN settlement_batch.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN settlement_batch.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE payout (
  account VARCHAR NOT NULL,
  payout_key VARCHAR NOT NULL,
  payout_id VARCHAR,
  status VARCHAR NOT NULL,
  paid_on DATE NOT NULL,
  amount DECIMAL(18,4) NOT NULL,
  currency VARCHAR NOT NULL,
  bank_reference VARCHAR,
  charges DECIMAL(18,4),
  refunds DECIMAL(18,4),
  adjustments DECIMAL(18,4),
  reserved DECIMAL(18,4),
  fees DECIMAL(18,4),
  other DECIMAL(18,4),
  entity_hint VARCHAR,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE payout IS 'One transfer announced by a processor';
COMMENT ON COLUMN payout.account IS 'processor account of the feed';
COMMENT ON COLUMN payout.payout_key IS 'payout id, or date, currency, bank reference and total where the list has no ids';
COMMENT ON COLUMN payout.payout_id IS 'native id; empty in lists without ids';
COMMENT ON COLUMN payout.status IS 'scheduled, in_transit, paid, failed, canceled';
COMMENT ON COLUMN payout.paid_on IS 'date of the payout';
COMMENT ON COLUMN payout.amount IS 'money sent to the merchant; negative when it was collected';
COMMENT ON COLUMN payout.currency IS 'ISO 4217';
COMMENT ON COLUMN payout.bank_reference IS 'reference that the payout carries on its way to the bank';
COMMENT ON COLUMN payout.charges IS 'summary of the list: sales';
COMMENT ON COLUMN payout.refunds IS 'summary: refunds, negative';
COMMENT ON COLUMN payout.adjustments IS 'summary: everything else, disputes included';
COMMENT ON COLUMN payout.reserved IS 'summary: reserves';
COMMENT ON COLUMN payout.fees IS 'summary: fees, negative (the file''s sign is turned where its rows close with the other one)';
COMMENT ON COLUMN payout.other IS 'summary: marketplace tax, advances and retried amounts together';
COMMENT ON COLUMN payout.entity_hint IS 'legal entity as the processor names it';
COMMENT ON COLUMN payout.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN payout.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN payout.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN payout.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE bank_statement (
  bank_account VARCHAR NOT NULL,
  statement_id VARCHAR NOT NULL,
  sequence_no BIGINT,
  currency VARCHAR NOT NULL,
  opening DECIMAL(18,4),
  closing DECIMAL(18,4),
  opened_on DATE,
  closed_on DATE NOT NULL,
  entries BIGINT NOT NULL,
  movement DECIMAL(18,4) NOT NULL,
  state VARCHAR NOT NULL,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE bank_statement IS 'One statement of a bank account; opening + entries = closing';
COMMENT ON COLUMN bank_statement.bank_account IS 'bank account of the feed (mappings/bank_accounts.csv)';
COMMENT ON COLUMN bank_statement.statement_id IS 'the bank''s id of the statement';
COMMENT ON COLUMN bank_statement.sequence_no IS 'electronic sequence number';
COMMENT ON COLUMN bank_statement.currency IS 'ISO 4217';
COMMENT ON COLUMN bank_statement.opening IS 'booked balance before the first entry';
COMMENT ON COLUMN bank_statement.closing IS 'booked balance after the last entry';
COMMENT ON COLUMN bank_statement.opened_on IS 'date of the opening balance';
COMMENT ON COLUMN bank_statement.closed_on IS 'date of the closing balance, else of the last entry';
COMMENT ON COLUMN bank_statement.entries IS 'booked entries';
COMMENT ON COLUMN bank_statement.movement IS 'sum of the booked entries';
COMMENT ON COLUMN bank_statement.state IS 'closed, unverified_completeness where the file has no balances, copy where another file brought the same statement before';
COMMENT ON COLUMN bank_statement.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN bank_statement.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN bank_statement.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN bank_statement.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE bank_line (
  bank_account VARCHAR NOT NULL,
  bank_reference VARCHAR NOT NULL,
  statement_id VARCHAR NOT NULL,
  standing VARCHAR NOT NULL,
  booked_on DATE NOT NULL,
  value_on DATE,
  amount DECIMAL(18,4) NOT NULL,
  currency VARCHAR NOT NULL,
  end_to_end VARCHAR,
  processor VARCHAR,
  descriptor VARCHAR,
  is_reversal BOOLEAN NOT NULL,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE bank_line IS 'One entry of a bank account, signed from the account holder''s side';
COMMENT ON COLUMN bank_line.bank_account IS 'bank account of the feed';
COMMENT ON COLUMN bank_line.bank_reference IS 'the bank''s own reference of the entry, else the immutable columns and the ordinal among equal entries';
COMMENT ON COLUMN bank_line.statement_id IS 'statement that carries it, or the report that announced it';
COMMENT ON COLUMN bank_line.standing IS 'booked by a statement, or only announced by an intraday report or a notification: such a line proves nothing';
COMMENT ON COLUMN bank_line.booked_on IS 'booking day';
COMMENT ON COLUMN bank_line.value_on IS 'value day';
COMMENT ON COLUMN bank_line.amount IS 'credit positive, debit negative';
COMMENT ON COLUMN bank_line.currency IS 'ISO 4217';
COMMENT ON COLUMN bank_line.end_to_end IS 'end-to-end reference that the payer gave';
COMMENT ON COLUMN bank_line.processor IS 'processor whose descriptor the entry carries; empty for all other entries';
COMMENT ON COLUMN bank_line.descriptor IS 'text of the entry, kept only where it carries a processor''s descriptor';
COMMENT ON COLUMN bank_line.is_reversal IS 'the bank marked it as a reversal';
COMMENT ON COLUMN bank_line.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN bank_line.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN bank_line.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN bank_line.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE odoo_sale_order (
  entity VARCHAR NOT NULL,
  odoo_id VARCHAR NOT NULL,
  external_id VARCHAR,
  name VARCHAR NOT NULL,
  client_order_ref VARCHAR,
  origin VARCHAR,
  state VARCHAR NOT NULL,
  invoice_status VARCHAR,
  ordered_at TIMESTAMP,
  company VARCHAR NOT NULL,
  currency VARCHAR NOT NULL,
  untaxed DECIMAL(18,4) NOT NULL,
  tax DECIMAL(18,4) NOT NULL,
  total DECIMAL(18,4) NOT NULL,
  delivery_status VARCHAR,
  written_at TIMESTAMP,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE odoo_sale_order IS 'One sale order of Odoo';
COMMENT ON COLUMN odoo_sale_order.entity IS 'entity of the feed (mappings/entities.csv)';
COMMENT ON COLUMN odoo_sale_order.odoo_id IS 'database id';
COMMENT ON COLUMN odoo_sale_order.external_id IS 'external id';
COMMENT ON COLUMN odoo_sale_order.name IS 'number, e.g. S00042';
COMMENT ON COLUMN odoo_sale_order.client_order_ref IS 'customer reference: the shop''s order name';
COMMENT ON COLUMN odoo_sale_order.origin IS 'source document';
COMMENT ON COLUMN odoo_sale_order.state IS 'draft, sent, sale, done, cancel';
COMMENT ON COLUMN odoo_sale_order.invoice_status IS 'invoiced, to invoice, no, upselling';
COMMENT ON COLUMN odoo_sale_order.ordered_at IS 'UTC';
COMMENT ON COLUMN odoo_sale_order.company IS 'company as Odoo names it';
COMMENT ON COLUMN odoo_sale_order.currency IS 'ISO 4217';
COMMENT ON COLUMN odoo_sale_order.untaxed IS 'before tax';
COMMENT ON COLUMN odoo_sale_order.tax IS 'tax';
COMMENT ON COLUMN odoo_sale_order.total IS 'with tax';
COMMENT ON COLUMN odoo_sale_order.delivery_status IS 'full, partial, pending, started';
COMMENT ON COLUMN odoo_sale_order.written_at IS 'UTC moment of Odoo''s last change';
COMMENT ON COLUMN odoo_sale_order.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN odoo_sale_order.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN odoo_sale_order.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN odoo_sale_order.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE odoo_move (
  entity VARCHAR NOT NULL,
  odoo_id VARCHAR NOT NULL,
  external_id VARCHAR,
  name VARCHAR,
  move_type VARCHAR NOT NULL,
  state VARCHAR NOT NULL,
  payment_state VARCHAR,
  company VARCHAR NOT NULL,
  journal VARCHAR,
  booked_on DATE NOT NULL,
  invoiced_on DATE,
  ref VARCHAR,
  payment_reference VARCHAR,
  invoice_origin VARCHAR,
  reversed_id VARCHAR,
  currency VARCHAR NOT NULL,
  untaxed DECIMAL(18,4),
  tax DECIMAL(18,4),
  total DECIMAL(18,4) NOT NULL,
  residual DECIMAL(18,4),
  total_signed DECIMAL(18,4),
  inalterable_hash VARCHAR,
  written_at TIMESTAMP,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE odoo_move IS 'One journal entry of Odoo: invoices, credit notes, payments, payout entries';
COMMENT ON COLUMN odoo_move.entity IS 'entity of the feed';
COMMENT ON COLUMN odoo_move.odoo_id IS 'database id';
COMMENT ON COLUMN odoo_move.external_id IS 'external id; ours where we exported the entry';
COMMENT ON COLUMN odoo_move.name IS 'number; empty for drafts';
COMMENT ON COLUMN odoo_move.move_type IS 'entry, out_invoice, out_refund, in_invoice, in_refund, out_receipt, in_receipt';
COMMENT ON COLUMN odoo_move.state IS 'draft, posted, cancel';
COMMENT ON COLUMN odoo_move.payment_state IS 'not_paid, in_payment, paid, partial, reversed';
COMMENT ON COLUMN odoo_move.company IS 'company as Odoo names it';
COMMENT ON COLUMN odoo_move.journal IS 'journal code';
COMMENT ON COLUMN odoo_move.booked_on IS 'accounting date';
COMMENT ON COLUMN odoo_move.invoiced_on IS 'invoice date';
COMMENT ON COLUMN odoo_move.ref IS 'reference';
COMMENT ON COLUMN odoo_move.payment_reference IS 'payment reference';
COMMENT ON COLUMN odoo_move.invoice_origin IS 'document that the invoice came from';
COMMENT ON COLUMN odoo_move.reversed_id IS 'database id of the entry that this one reverses';
COMMENT ON COLUMN odoo_move.currency IS 'ISO 4217';
COMMENT ON COLUMN odoo_move.untaxed IS 'before tax';
COMMENT ON COLUMN odoo_move.tax IS 'tax';
COMMENT ON COLUMN odoo_move.total IS 'with tax, positive for credit notes too';
COMMENT ON COLUMN odoo_move.residual IS 'what is still due';
COMMENT ON COLUMN odoo_move.total_signed IS 'in company currency, negative for credit notes';
COMMENT ON COLUMN odoo_move.inalterable_hash IS 'Odoo''s own hash of a posted entry';
COMMENT ON COLUMN odoo_move.written_at IS 'UTC moment of Odoo''s last change';
COMMENT ON COLUMN odoo_move.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN odoo_move.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN odoo_move.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN odoo_move.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE odoo_journal_item (
  entity VARCHAR NOT NULL,
  odoo_id VARCHAR NOT NULL,
  external_id VARCHAR,
  move_odoo_id VARCHAR,
  move_external_id VARCHAR,
  move_name VARCHAR,
  move_type VARCHAR,
  parent_state VARCHAR NOT NULL,
  booked_on DATE NOT NULL,
  company VARCHAR NOT NULL,
  journal VARCHAR,
  account_code VARCHAR,
  account_name VARCHAR,
  ref VARCHAR,
  label VARCHAR,
  debit DECIMAL(18,4) NOT NULL,
  credit DECIMAL(18,4) NOT NULL,
  balance DECIMAL(18,4),
  amount_currency DECIMAL(18,4),
  currency VARCHAR NOT NULL,
  residual DECIMAL(18,4),
  tax_name VARCHAR,
  display_type VARCHAR,
  reconciled BOOLEAN NOT NULL,
  matching_no VARCHAR,
  statement_line VARCHAR,
  sku VARCHAR,
  product VARCHAR,
  analytic VARCHAR,
  written_at TIMESTAMP,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE odoo_journal_item IS 'One line of a journal entry of Odoo';
COMMENT ON COLUMN odoo_journal_item.entity IS 'entity of the feed';
COMMENT ON COLUMN odoo_journal_item.odoo_id IS 'database id';
COMMENT ON COLUMN odoo_journal_item.external_id IS 'external id';
COMMENT ON COLUMN odoo_journal_item.move_odoo_id IS 'database id of its journal entry';
COMMENT ON COLUMN odoo_journal_item.move_external_id IS 'external id of its journal entry';
COMMENT ON COLUMN odoo_journal_item.move_name IS 'number of its journal entry';
COMMENT ON COLUMN odoo_journal_item.move_type IS 'as in odoo_move';
COMMENT ON COLUMN odoo_journal_item.parent_state IS 'draft, posted, cancel';
COMMENT ON COLUMN odoo_journal_item.booked_on IS 'accounting date';
COMMENT ON COLUMN odoo_journal_item.company IS 'company as Odoo names it';
COMMENT ON COLUMN odoo_journal_item.journal IS 'journal code';
COMMENT ON COLUMN odoo_journal_item.account_code IS 'account number; empty for section and note lines only';
COMMENT ON COLUMN odoo_journal_item.account_name IS 'account as Odoo displays it';
COMMENT ON COLUMN odoo_journal_item.ref IS 'reference of the entry';
COMMENT ON COLUMN odoo_journal_item.label IS 'label of the line, kept for entries and taxes only';
COMMENT ON COLUMN odoo_journal_item.debit IS 'company currency';
COMMENT ON COLUMN odoo_journal_item.credit IS 'company currency';
COMMENT ON COLUMN odoo_journal_item.balance IS 'debit less credit';
COMMENT ON COLUMN odoo_journal_item.amount_currency IS 'in the line''s own currency';
COMMENT ON COLUMN odoo_journal_item.currency IS 'the line''s own currency';
COMMENT ON COLUMN odoo_journal_item.residual IS 'what is still open';
COMMENT ON COLUMN odoo_journal_item.tax_name IS 'tax that made this line';
COMMENT ON COLUMN odoo_journal_item.display_type IS 'product, payment_term, tax, …';
COMMENT ON COLUMN odoo_journal_item.reconciled IS 'fully reconciled';
COMMENT ON COLUMN odoo_journal_item.matching_no IS 'Odoo''s matching number';
COMMENT ON COLUMN odoo_journal_item.statement_line IS 'bank statement line that made this item';
COMMENT ON COLUMN odoo_journal_item.sku IS 'internal reference of the product';
COMMENT ON COLUMN odoo_journal_item.product IS 'product as Odoo displays it';
COMMENT ON COLUMN odoo_journal_item.analytic IS 'analytic distribution as Odoo writes it; empty where the item has none, or the export has no such column';
COMMENT ON COLUMN odoo_journal_item.written_at IS 'UTC moment of Odoo''s last change';
COMMENT ON COLUMN odoo_journal_item.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN odoo_journal_item.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN odoo_journal_item.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN odoo_journal_item.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE odoo_payment (
  entity VARCHAR NOT NULL,
  odoo_id VARCHAR NOT NULL,
  external_id VARCHAR,
  name VARCHAR,
  paid_on DATE NOT NULL,
  state VARCHAR NOT NULL,
  payment_type VARCHAR NOT NULL,
  amount DECIMAL(18,4) NOT NULL,
  amount_signed DECIMAL(18,4),
  currency VARCHAR NOT NULL,
  journal VARCHAR,
  memo VARCHAR,
  is_reconciled BOOLEAN NOT NULL,
  is_matched BOOLEAN NOT NULL,
  move_odoo_id VARCHAR,
  outstanding_account VARCHAR,
  company VARCHAR NOT NULL,
  written_at TIMESTAMP,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE odoo_payment IS 'One payment of Odoo; the amount is positive in both directions';
COMMENT ON COLUMN odoo_payment.entity IS 'entity of the feed';
COMMENT ON COLUMN odoo_payment.odoo_id IS 'database id';
COMMENT ON COLUMN odoo_payment.external_id IS 'external id';
COMMENT ON COLUMN odoo_payment.name IS 'number';
COMMENT ON COLUMN odoo_payment.paid_on IS 'date';
COMMENT ON COLUMN odoo_payment.state IS 'draft, in_process, paid, canceled, rejected';
COMMENT ON COLUMN odoo_payment.payment_type IS 'inbound, outbound';
COMMENT ON COLUMN odoo_payment.amount IS 'never negative';
COMMENT ON COLUMN odoo_payment.amount_signed IS 'company currency, outbound negative';
COMMENT ON COLUMN odoo_payment.currency IS 'ISO 4217';
COMMENT ON COLUMN odoo_payment.journal IS 'journal code';
COMMENT ON COLUMN odoo_payment.memo IS 'what the payment is for: the shop''s order name or the invoice';
COMMENT ON COLUMN odoo_payment.is_reconciled IS 'matched with its invoice';
COMMENT ON COLUMN odoo_payment.is_matched IS 'matched with a bank statement line';
COMMENT ON COLUMN odoo_payment.move_odoo_id IS 'database id of its journal entry';
COMMENT ON COLUMN odoo_payment.outstanding_account IS 'account number where it waits';
COMMENT ON COLUMN odoo_payment.company IS 'company as Odoo names it';
COMMENT ON COLUMN odoo_payment.written_at IS 'UTC moment of Odoo''s last change';
COMMENT ON COLUMN odoo_payment.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN odoo_payment.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN odoo_payment.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN odoo_payment.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE odoo_account (
  entity VARCHAR NOT NULL,
  odoo_id VARCHAR NOT NULL,
  external_id VARCHAR,
  code VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  account_type VARCHAR,
  reconcile BOOLEAN NOT NULL,
  active BOOLEAN NOT NULL,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE odoo_account IS 'One account of Odoo''s chart';
COMMENT ON COLUMN odoo_account.entity IS 'entity of the feed';
COMMENT ON COLUMN odoo_account.odoo_id IS 'database id';
COMMENT ON COLUMN odoo_account.external_id IS 'external id';
COMMENT ON COLUMN odoo_account.code IS 'account number';
COMMENT ON COLUMN odoo_account.name IS 'name';
COMMENT ON COLUMN odoo_account.account_type IS 'Odoo''s type of the account';
COMMENT ON COLUMN odoo_account.reconcile IS 'allows reconciliation';
COMMENT ON COLUMN odoo_account.active IS 'in use';
COMMENT ON COLUMN odoo_account.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN odoo_account.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN odoo_account.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN odoo_account.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE odoo_journal (
  entity VARCHAR NOT NULL,
  odoo_id VARCHAR NOT NULL,
  external_id VARCHAR,
  name VARCHAR NOT NULL,
  code VARCHAR NOT NULL,
  journal_type VARCHAR,
  company VARCHAR,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE odoo_journal IS 'One journal of Odoo';
COMMENT ON COLUMN odoo_journal.entity IS 'entity of the feed';
COMMENT ON COLUMN odoo_journal.odoo_id IS 'database id';
COMMENT ON COLUMN odoo_journal.external_id IS 'external id';
COMMENT ON COLUMN odoo_journal.name IS 'name';
COMMENT ON COLUMN odoo_journal.code IS 'short code, the prefix of its numbers';
COMMENT ON COLUMN odoo_journal.journal_type IS 'sale, purchase, cash, bank, general, credit';
COMMENT ON COLUMN odoo_journal.company IS 'company as Odoo names it';
COMMENT ON COLUMN odoo_journal.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN odoo_journal.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN odoo_journal.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN odoo_journal.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE gift_card (
  store VARCHAR NOT NULL,
  card_id VARCHAR NOT NULL,
  currency VARCHAR NOT NULL,
  initial_value DECIMAL(18,4) NOT NULL,
  balance DECIMAL(18,4) NOT NULL,
  enabled BOOLEAN NOT NULL,
  is_expired BOOLEAN NOT NULL,
  expires_on DATE,
  issued_at TIMESTAMP,
  issued_on DATE,
  disabled_on DATE,
  order_name VARCHAR,
  email_key VARCHAR,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE gift_card IS 'One gift card as a snapshot states it';
COMMENT ON COLUMN gift_card.store IS 'store of the feed';
COMMENT ON COLUMN gift_card.card_id IS 'the shop''s number of the card';
COMMENT ON COLUMN gift_card.currency IS 'ISO 4217';
COMMENT ON COLUMN gift_card.initial_value IS 'value at issue';
COMMENT ON COLUMN gift_card.balance IS 'value left';
COMMENT ON COLUMN gift_card.enabled IS 'usable; a disabled card still shows its balance, which is no liability';
COMMENT ON COLUMN gift_card.is_expired IS 'its last day is over';
COMMENT ON COLUMN gift_card.expires_on IS 'last day';
COMMENT ON COLUMN gift_card.issued_at IS 'UTC moment of issue';
COMMENT ON COLUMN gift_card.issued_on IS 'day of issue in the store''s own zone';
COMMENT ON COLUMN gift_card.disabled_on IS 'day on which it was disabled';
COMMENT ON COLUMN gift_card.order_name IS 'order that bought it; empty for cards given by hand';
COMMENT ON COLUMN gift_card.email_key IS 'keyed hash of the customer''s e-mail, equal in all sources of these books';
COMMENT ON COLUMN gift_card.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN gift_card.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN gift_card.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN gift_card.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE stock_level (
  place VARCHAR NOT NULL,
  sku VARCHAR NOT NULL,
  location VARCHAR NOT NULL,
  on_hand DECIMAL(18,4),
  available DECIMAL(18,4),
  committed DECIMAL(18,4),
  unavailable DECIMAL(18,4),
  incoming DECIMAL(18,4),
  amount DECIMAL(18,4),
  counted_on DATE,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  item_no INTEGER NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE stock_level IS 'Pieces of one product in one location, as a snapshot states them';
COMMENT ON COLUMN stock_level.place IS 'store or entity of the feed';
COMMENT ON COLUMN stock_level.sku IS 'stock keeping unit';
COMMENT ON COLUMN stock_level.location IS 'warehouse or location';
COMMENT ON COLUMN stock_level.on_hand IS 'pieces; empty where the place does not stock the product';
COMMENT ON COLUMN stock_level.available IS 'pieces that can be sold';
COMMENT ON COLUMN stock_level.committed IS 'pieces reserved for orders';
COMMENT ON COLUMN stock_level.unavailable IS 'pieces damaged, in quality control or otherwise set aside';
COMMENT ON COLUMN stock_level.incoming IS 'pieces on their way';
COMMENT ON COLUMN stock_level.amount IS 'value in the books'' currency where the source states it';
COMMENT ON COLUMN stock_level.counted_on IS 'day of the count where the source states it';
COMMENT ON COLUMN stock_level.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN stock_level.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN stock_level.item_no IS 'place among the rows that the record makes; 0 where it makes one';
COMMENT ON COLUMN stock_level.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN stock_level.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE odoo_sale_order_line (
  entity VARCHAR NOT NULL,
  odoo_id VARCHAR NOT NULL,
  external_id VARCHAR,
  order_odoo_id VARCHAR,
  order_name VARCHAR NOT NULL,
  client_order_ref VARCHAR,
  sku VARCHAR,
  product VARCHAR,
  display_type VARCHAR,
  quantity DECIMAL(18,6) NOT NULL,
  delivered DECIMAL(18,6),
  invoiced DECIMAL(18,6),
  unit_price DECIMAL(18,6) NOT NULL,
  discount_percent DECIMAL(18,6),
  taxes VARCHAR,
  subtotal DECIMAL(18,4) NOT NULL,
  tax DECIMAL(18,4),
  total DECIMAL(18,4),
  currency VARCHAR NOT NULL,
  state VARCHAR,
  invoice_status VARCHAR,
  company VARCHAR,
  written_at TIMESTAMP,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE odoo_sale_order_line IS 'One line of a sale order of Odoo; its description stays in the file, it may hold people''s words';
COMMENT ON COLUMN odoo_sale_order_line.entity IS 'entity of the feed';
COMMENT ON COLUMN odoo_sale_order_line.odoo_id IS 'database id';
COMMENT ON COLUMN odoo_sale_order_line.external_id IS 'external id';
COMMENT ON COLUMN odoo_sale_order_line.order_odoo_id IS 'database id of its sale order';
COMMENT ON COLUMN odoo_sale_order_line.order_name IS 'number of its sale order';
COMMENT ON COLUMN odoo_sale_order_line.client_order_ref IS 'customer reference of its sale order: the shop''s order name';
COMMENT ON COLUMN odoo_sale_order_line.sku IS 'internal reference of the product';
COMMENT ON COLUMN odoo_sale_order_line.product IS 'product as Odoo displays it';
COMMENT ON COLUMN odoo_sale_order_line.display_type IS 'section or note; empty for goods';
COMMENT ON COLUMN odoo_sale_order_line.quantity IS 'pieces ordered';
COMMENT ON COLUMN odoo_sale_order_line.delivered IS 'pieces delivered';
COMMENT ON COLUMN odoo_sale_order_line.invoiced IS 'pieces invoiced';
COMMENT ON COLUMN odoo_sale_order_line.unit_price IS 'price of one piece';
COMMENT ON COLUMN odoo_sale_order_line.discount_percent IS 'discount in per cent';
COMMENT ON COLUMN odoo_sale_order_line.taxes IS 'taxes of the line, joined by commas';
COMMENT ON COLUMN odoo_sale_order_line.subtotal IS 'before tax';
COMMENT ON COLUMN odoo_sale_order_line.tax IS 'tax';
COMMENT ON COLUMN odoo_sale_order_line.total IS 'with tax';
COMMENT ON COLUMN odoo_sale_order_line.currency IS 'ISO 4217';
COMMENT ON COLUMN odoo_sale_order_line.state IS 'state of its order: draft, sent, sale, done, cancel';
COMMENT ON COLUMN odoo_sale_order_line.invoice_status IS 'invoiced, to invoice, no, upselling';
COMMENT ON COLUMN odoo_sale_order_line.company IS 'company as Odoo names it';
COMMENT ON COLUMN odoo_sale_order_line.written_at IS 'UTC moment of Odoo''s last change';
COMMENT ON COLUMN odoo_sale_order_line.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN odoo_sale_order_line.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN odoo_sale_order_line.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN odoo_sale_order_line.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE odoo_statement_line (
  entity VARCHAR NOT NULL,
  odoo_id VARCHAR NOT NULL,
  external_id VARCHAR,
  booked_on DATE NOT NULL,
  amount DECIMAL(18,4) NOT NULL,
  currency VARCHAR NOT NULL,
  amount_currency DECIMAL(18,4),
  foreign_currency VARCHAR,
  journal VARCHAR,
  statement VARCHAR,
  processor VARCHAR,
  label VARCHAR,
  is_reconciled BOOLEAN NOT NULL,
  move_odoo_id VARCHAR,
  move_name VARCHAR,
  running_balance DECIMAL(18,4),
  internal_index VARCHAR,
  company VARCHAR,
  written_at TIMESTAMP,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE odoo_statement_line IS 'One line of a bank statement in Odoo';
COMMENT ON COLUMN odoo_statement_line.entity IS 'entity of the feed';
COMMENT ON COLUMN odoo_statement_line.odoo_id IS 'database id';
COMMENT ON COLUMN odoo_statement_line.external_id IS 'external id';
COMMENT ON COLUMN odoo_statement_line.booked_on IS 'date';
COMMENT ON COLUMN odoo_statement_line.amount IS 'credit positive, debit negative, in the journal''s currency';
COMMENT ON COLUMN odoo_statement_line.currency IS 'currency of the journal, ISO 4217';
COMMENT ON COLUMN odoo_statement_line.amount_currency IS 'amount in the foreign currency';
COMMENT ON COLUMN odoo_statement_line.foreign_currency IS 'ISO 4217';
COMMENT ON COLUMN odoo_statement_line.journal IS 'journal code';
COMMENT ON COLUMN odoo_statement_line.statement IS 'statement that carries it';
COMMENT ON COLUMN odoo_statement_line.processor IS 'processor whose descriptor the label carries; empty for all other lines';
COMMENT ON COLUMN odoo_statement_line.label IS 'label, kept only where it carries a processor''s descriptor';
COMMENT ON COLUMN odoo_statement_line.is_reconciled IS 'matched with journal items';
COMMENT ON COLUMN odoo_statement_line.move_odoo_id IS 'database id of its journal entry';
COMMENT ON COLUMN odoo_statement_line.move_name IS 'number of its journal entry';
COMMENT ON COLUMN odoo_statement_line.running_balance IS 'balance after the line';
COMMENT ON COLUMN odoo_statement_line.internal_index IS 'Odoo''s order of the lines';
COMMENT ON COLUMN odoo_statement_line.company IS 'company as Odoo names it';
COMMENT ON COLUMN odoo_statement_line.written_at IS 'UTC moment of Odoo''s last change';
COMMENT ON COLUMN odoo_statement_line.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN odoo_statement_line.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN odoo_statement_line.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN odoo_statement_line.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE odoo_tax (
  entity VARCHAR NOT NULL,
  odoo_id VARCHAR NOT NULL,
  external_id VARCHAR,
  name VARCHAR NOT NULL,
  tax_use VARCHAR NOT NULL,
  computation VARCHAR NOT NULL,
  rate DECIMAL(18,6) NOT NULL,
  price_include BOOLEAN NOT NULL,
  scope VARCHAR,
  tax_group VARCHAR,
  country VARCHAR,
  active BOOLEAN NOT NULL,
  company VARCHAR,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE odoo_tax IS 'One tax of Odoo';
COMMENT ON COLUMN odoo_tax.entity IS 'entity of the feed';
COMMENT ON COLUMN odoo_tax.odoo_id IS 'database id';
COMMENT ON COLUMN odoo_tax.external_id IS 'external id';
COMMENT ON COLUMN odoo_tax.name IS 'name';
COMMENT ON COLUMN odoo_tax.tax_use IS 'sale, purchase, none';
COMMENT ON COLUMN odoo_tax.computation IS 'percent, fixed, division, group, or as Odoo names it';
COMMENT ON COLUMN odoo_tax.rate IS 'per cent, or a fixed amount';
COMMENT ON COLUMN odoo_tax.price_include IS 'inside the price';
COMMENT ON COLUMN odoo_tax.scope IS 'service, goods';
COMMENT ON COLUMN odoo_tax.tax_group IS 'group on the invoice';
COMMENT ON COLUMN odoo_tax.country IS 'country';
COMMENT ON COLUMN odoo_tax.active IS 'in use';
COMMENT ON COLUMN odoo_tax.company IS 'company as Odoo names it';
COMMENT ON COLUMN odoo_tax.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN odoo_tax.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN odoo_tax.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN odoo_tax.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE odoo_product (
  entity VARCHAR NOT NULL,
  odoo_id VARCHAR NOT NULL,
  external_id VARCHAR,
  sku VARCHAR,
  barcode VARCHAR,
  name VARCHAR NOT NULL,
  product_type VARCHAR,
  category VARCHAR,
  price DECIMAL(18,6),
  cost DECIMAL(18,6),
  unit VARCHAR,
  on_hand DECIMAL(18,6),
  forecasted DECIMAL(18,6),
  income_account VARCHAR,
  active BOOLEAN NOT NULL,
  company VARCHAR,
  written_at TIMESTAMP,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE odoo_product IS 'One product variant of Odoo';
COMMENT ON COLUMN odoo_product.entity IS 'entity of the feed';
COMMENT ON COLUMN odoo_product.odoo_id IS 'database id';
COMMENT ON COLUMN odoo_product.external_id IS 'external id';
COMMENT ON COLUMN odoo_product.sku IS 'internal reference';
COMMENT ON COLUMN odoo_product.barcode IS 'barcode, leading zeros kept';
COMMENT ON COLUMN odoo_product.name IS 'name';
COMMENT ON COLUMN odoo_product.product_type IS 'goods, service, combo';
COMMENT ON COLUMN odoo_product.category IS 'product category';
COMMENT ON COLUMN odoo_product.price IS 'sales price';
COMMENT ON COLUMN odoo_product.cost IS 'cost';
COMMENT ON COLUMN odoo_product.unit IS 'unit of measure';
COMMENT ON COLUMN odoo_product.on_hand IS 'pieces on hand';
COMMENT ON COLUMN odoo_product.forecasted IS 'pieces expected';
COMMENT ON COLUMN odoo_product.income_account IS 'account of its revenue';
COMMENT ON COLUMN odoo_product.active IS 'in use';
COMMENT ON COLUMN odoo_product.company IS 'company as Odoo names it';
COMMENT ON COLUMN odoo_product.written_at IS 'UTC moment of Odoo''s last change';
COMMENT ON COLUMN odoo_product.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN odoo_product.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN odoo_product.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN odoo_product.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE odoo_partner (
  entity VARCHAR NOT NULL,
  odoo_id VARCHAR NOT NULL,
  email_key VARCHAR,
  phone_key VARCHAR,
  reference_key VARCHAR,
  country VARCHAR,
  is_company BOOLEAN NOT NULL,
  active BOOLEAN NOT NULL,
  company VARCHAR,
  written_at TIMESTAMP,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE odoo_partner IS 'One contact of Odoo by keys only: names, addresses, e-mails and phones stay in the file';
COMMENT ON COLUMN odoo_partner.entity IS 'entity of the feed';
COMMENT ON COLUMN odoo_partner.odoo_id IS 'database id';
COMMENT ON COLUMN odoo_partner.email_key IS 'keyed hash of the e-mail, equal in all sources of these books';
COMMENT ON COLUMN odoo_partner.phone_key IS 'keyed hash of the phone''s digits';
COMMENT ON COLUMN odoo_partner.reference_key IS 'keyed hash of the reference';
COMMENT ON COLUMN odoo_partner.country IS 'ISO 3166 code';
COMMENT ON COLUMN odoo_partner.is_company IS 'a company';
COMMENT ON COLUMN odoo_partner.active IS 'in use';
COMMENT ON COLUMN odoo_partner.company IS 'company as Odoo names it';
COMMENT ON COLUMN odoo_partner.written_at IS 'UTC moment of Odoo''s last change';
COMMENT ON COLUMN odoo_partner.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN odoo_partner.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN odoo_partner.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN odoo_partner.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE odoo_stock_move (
  entity VARCHAR NOT NULL,
  odoo_id VARCHAR NOT NULL,
  external_id VARCHAR,
  reference VARCHAR,
  source_document VARCHAR,
  moved_at TIMESTAMP,
  state VARCHAR NOT NULL,
  sku VARCHAR,
  product VARCHAR,
  demand DECIMAL(18,6) NOT NULL,
  quantity DECIMAL(18,6) NOT NULL,
  unit VARCHAR,
  from_location VARCHAR NOT NULL,
  to_location VARCHAR NOT NULL,
  picking VARCHAR,
  operation VARCHAR,
  amount DECIMAL(18,4),
  company VARCHAR,
  written_at TIMESTAMP,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE odoo_stock_move IS 'One movement of stock in Odoo';
COMMENT ON COLUMN odoo_stock_move.entity IS 'entity of the feed';
COMMENT ON COLUMN odoo_stock_move.odoo_id IS 'database id';
COMMENT ON COLUMN odoo_stock_move.external_id IS 'external id';
COMMENT ON COLUMN odoo_stock_move.reference IS 'document, where it is one';
COMMENT ON COLUMN odoo_stock_move.source_document IS 'document that caused it';
COMMENT ON COLUMN odoo_stock_move.moved_at IS 'UTC moment, scheduled until done';
COMMENT ON COLUMN odoo_stock_move.state IS 'draft, waiting, confirmed, partially_available, assigned, done, cancel';
COMMENT ON COLUMN odoo_stock_move.sku IS 'internal reference of the product';
COMMENT ON COLUMN odoo_stock_move.product IS 'product as Odoo displays it';
COMMENT ON COLUMN odoo_stock_move.demand IS 'pieces asked for';
COMMENT ON COLUMN odoo_stock_move.quantity IS 'pieces moved';
COMMENT ON COLUMN odoo_stock_move.unit IS 'unit of measure';
COMMENT ON COLUMN odoo_stock_move.from_location IS 'source location';
COMMENT ON COLUMN odoo_stock_move.to_location IS 'where to';
COMMENT ON COLUMN odoo_stock_move.picking IS 'transfer that carries it';
COMMENT ON COLUMN odoo_stock_move.operation IS 'operation type';
COMMENT ON COLUMN odoo_stock_move.amount IS 'value in company currency';
COMMENT ON COLUMN odoo_stock_move.company IS 'company as Odoo names it';
COMMENT ON COLUMN odoo_stock_move.written_at IS 'UTC moment of Odoo''s last change';
COMMENT ON COLUMN odoo_stock_move.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN odoo_stock_move.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN odoo_stock_move.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN odoo_stock_move.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE odoo_picking (
  entity VARCHAR NOT NULL,
  odoo_id VARCHAR NOT NULL,
  external_id VARCHAR,
  name VARCHAR NOT NULL,
  source_document VARCHAR,
  state VARCHAR NOT NULL,
  scheduled_at TIMESTAMP,
  done_at TIMESTAMP,
  operation VARCHAR,
  from_location VARCHAR NOT NULL,
  to_location VARCHAR NOT NULL,
  sale_order VARCHAR,
  client_order_ref VARCHAR,
  company VARCHAR,
  written_at TIMESTAMP,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE odoo_picking IS 'One transfer of Odoo: delivery, receipt or internal';
COMMENT ON COLUMN odoo_picking.entity IS 'entity of the feed';
COMMENT ON COLUMN odoo_picking.odoo_id IS 'database id';
COMMENT ON COLUMN odoo_picking.external_id IS 'external id';
COMMENT ON COLUMN odoo_picking.name IS 'number, e.g. WH/OUT/00001';
COMMENT ON COLUMN odoo_picking.source_document IS 'document that caused it';
COMMENT ON COLUMN odoo_picking.state IS 'draft, waiting, confirmed, assigned, done, cancel';
COMMENT ON COLUMN odoo_picking.scheduled_at IS 'UTC';
COMMENT ON COLUMN odoo_picking.done_at IS 'UTC moment of the transfer';
COMMENT ON COLUMN odoo_picking.operation IS 'operation type';
COMMENT ON COLUMN odoo_picking.from_location IS 'source location';
COMMENT ON COLUMN odoo_picking.to_location IS 'destination location';
COMMENT ON COLUMN odoo_picking.sale_order IS 'sale order';
COMMENT ON COLUMN odoo_picking.client_order_ref IS 'customer reference of its sale order: the shop''s order name';
COMMENT ON COLUMN odoo_picking.company IS 'company as Odoo names it';
COMMENT ON COLUMN odoo_picking.written_at IS 'UTC moment of Odoo''s last change';
COMMENT ON COLUMN odoo_picking.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN odoo_picking.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN odoo_picking.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN odoo_picking.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE odoo_partial_reconcile (
  entity VARCHAR NOT NULL,
  odoo_id VARCHAR NOT NULL,
  external_id VARCHAR,
  debit_item_id VARCHAR NOT NULL,
  credit_item_id VARCHAR NOT NULL,
  amount DECIMAL(18,4) NOT NULL,
  debit_amount_currency DECIMAL(18,4),
  credit_amount_currency DECIMAL(18,4),
  full_reconcile VARCHAR,
  matched_on DATE,
  company VARCHAR,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE odoo_partial_reconcile IS 'What one debit and one credit item of Odoo settle of each other';
COMMENT ON COLUMN odoo_partial_reconcile.entity IS 'entity of the feed';
COMMENT ON COLUMN odoo_partial_reconcile.odoo_id IS 'database id';
COMMENT ON COLUMN odoo_partial_reconcile.external_id IS 'external id';
COMMENT ON COLUMN odoo_partial_reconcile.debit_item_id IS 'database id of the debit item';
COMMENT ON COLUMN odoo_partial_reconcile.credit_item_id IS 'database id of the credit item';
COMMENT ON COLUMN odoo_partial_reconcile.amount IS 'in company currency';
COMMENT ON COLUMN odoo_partial_reconcile.debit_amount_currency IS 'in the debit item''s currency';
COMMENT ON COLUMN odoo_partial_reconcile.credit_amount_currency IS 'in the credit item''s currency';
COMMENT ON COLUMN odoo_partial_reconcile.full_reconcile IS 'full reconciliation that it is part of';
COMMENT ON COLUMN odoo_partial_reconcile.matched_on IS 'latest date of the two items';
COMMENT ON COLUMN odoo_partial_reconcile.company IS 'company as Odoo names it';
COMMENT ON COLUMN odoo_partial_reconcile.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN odoo_partial_reconcile.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN odoo_partial_reconcile.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN odoo_partial_reconcile.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE odoo_currency_rate (
  entity VARCHAR NOT NULL,
  odoo_id VARCHAR NOT NULL,
  external_id VARCHAR,
  rated_on DATE NOT NULL,
  currency VARCHAR NOT NULL,
  rate DECIMAL(30,14) NOT NULL,
  inverse_rate DECIMAL(30,14),
  company VARCHAR,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE odoo_currency_rate IS 'One exchange rate of Odoo';
COMMENT ON COLUMN odoo_currency_rate.entity IS 'entity of the feed';
COMMENT ON COLUMN odoo_currency_rate.odoo_id IS 'database id';
COMMENT ON COLUMN odoo_currency_rate.external_id IS 'external id';
COMMENT ON COLUMN odoo_currency_rate.rated_on IS 'first day of the rate';
COMMENT ON COLUMN odoo_currency_rate.currency IS 'ISO 4217';
COMMENT ON COLUMN odoo_currency_rate.rate IS 'units of the currency for one of the company''s';
COMMENT ON COLUMN odoo_currency_rate.inverse_rate IS 'units of the company''s currency for one of the currency';
COMMENT ON COLUMN odoo_currency_rate.company IS 'company as Odoo names it';
COMMENT ON COLUMN odoo_currency_rate.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN odoo_currency_rate.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN odoo_currency_rate.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN odoo_currency_rate.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE odoo_lock_date (
  entity VARCHAR NOT NULL,
  odoo_id VARCHAR NOT NULL,
  external_id VARCHAR,
  company VARCHAR NOT NULL,
  all_until DATE,
  tax_until DATE,
  sales_until DATE,
  purchases_until DATE,
  hard_until DATE,
  written_at TIMESTAMP,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE odoo_lock_date IS 'Until when Odoo''s books of a company are locked';
COMMENT ON COLUMN odoo_lock_date.entity IS 'entity of the feed';
COMMENT ON COLUMN odoo_lock_date.odoo_id IS 'database id';
COMMENT ON COLUMN odoo_lock_date.external_id IS 'external id';
COMMENT ON COLUMN odoo_lock_date.company IS 'company as Odoo names it';
COMMENT ON COLUMN odoo_lock_date.all_until IS 'global lock: no entry up to this day';
COMMENT ON COLUMN odoo_lock_date.tax_until IS 'lock of entries with taxes';
COMMENT ON COLUMN odoo_lock_date.sales_until IS 'lock of sales journals';
COMMENT ON COLUMN odoo_lock_date.purchases_until IS 'lock of purchase journals';
COMMENT ON COLUMN odoo_lock_date.hard_until IS 'lock without exceptions';
COMMENT ON COLUMN odoo_lock_date.written_at IS 'UTC moment of Odoo''s last change';
COMMENT ON COLUMN odoo_lock_date.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN odoo_lock_date.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN odoo_lock_date.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN odoo_lock_date.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE shipment (
  place VARCHAR NOT NULL,
  shipment_no VARCHAR NOT NULL,
  sku VARCHAR NOT NULL,
  line_no INTEGER NOT NULL,
  order_name VARCHAR,
  quantity DECIMAL(18,6) NOT NULL,
  status VARCHAR,
  shipped_on DATE NOT NULL,
  shipped_at TIMESTAMP,
  carrier VARCHAR,
  service VARCHAR,
  tracking_no VARCHAR,
  location VARCHAR,
  country VARCHAR,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE shipment IS 'One line of a shipment as the warehouse or the shop states it';
COMMENT ON COLUMN shipment.place IS 'store or entity of the feed';
COMMENT ON COLUMN shipment.shipment_no IS 'number of the shipment';
COMMENT ON COLUMN shipment.sku IS 'stock keeping unit';
COMMENT ON COLUMN shipment.line_no IS 'place among the equal lines of its document, from 1';
COMMENT ON COLUMN shipment.order_name IS 'order that is shipped';
COMMENT ON COLUMN shipment.quantity IS 'pieces';
COMMENT ON COLUMN shipment.status IS 'as the source says it, or as its codes are declared';
COMMENT ON COLUMN shipment.shipped_on IS 'day that the goods left';
COMMENT ON COLUMN shipment.shipped_at IS 'UTC';
COMMENT ON COLUMN shipment.carrier IS 'carrier';
COMMENT ON COLUMN shipment.service IS 'service of the carrier';
COMMENT ON COLUMN shipment.tracking_no IS 'tracking number';
COMMENT ON COLUMN shipment.location IS 'warehouse or location';
COMMENT ON COLUMN shipment.country IS 'country that it goes to';
COMMENT ON COLUMN shipment.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN shipment.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN shipment.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN shipment.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE goods_receipt (
  place VARCHAR NOT NULL,
  receipt_no VARCHAR NOT NULL,
  sku VARCHAR NOT NULL,
  line_no INTEGER NOT NULL,
  purchase_order VARCHAR,
  order_name VARCHAR,
  expected DECIMAL(18,6),
  quantity DECIMAL(18,6) NOT NULL,
  condition VARCHAR,
  received_on DATE NOT NULL,
  location VARCHAR,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE goods_receipt IS 'One line of goods received: a purchase or a return';
COMMENT ON COLUMN goods_receipt.place IS 'store or entity of the feed';
COMMENT ON COLUMN goods_receipt.receipt_no IS 'number of the receipt';
COMMENT ON COLUMN goods_receipt.sku IS 'stock keeping unit';
COMMENT ON COLUMN goods_receipt.line_no IS 'place among the equal lines of its document, from 1';
COMMENT ON COLUMN goods_receipt.purchase_order IS 'purchase order, or the return';
COMMENT ON COLUMN goods_receipt.order_name IS 'order that is returned';
COMMENT ON COLUMN goods_receipt.expected IS 'pieces announced';
COMMENT ON COLUMN goods_receipt.quantity IS 'pieces received';
COMMENT ON COLUMN goods_receipt.condition IS 'sellable, damaged, … as declared';
COMMENT ON COLUMN goods_receipt.received_on IS 'day of the receipt';
COMMENT ON COLUMN goods_receipt.location IS 'warehouse or location';
COMMENT ON COLUMN goods_receipt.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN goods_receipt.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN goods_receipt.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN goods_receipt.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE carrier_invoice_line (
  place VARCHAR NOT NULL,
  carrier VARCHAR NOT NULL,
  invoice_no VARCHAR NOT NULL,
  tracking_no VARCHAR NOT NULL,
  charge_type VARCHAR NOT NULL,
  line_no INTEGER NOT NULL,
  order_name VARCHAR,
  amount DECIMAL(18,4) NOT NULL,
  tax DECIMAL(18,4),
  currency VARCHAR NOT NULL,
  invoiced_on DATE NOT NULL,
  shipped_on DATE,
  weight DECIMAL(18,6),
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE carrier_invoice_line IS 'One charge on a carrier''s invoice';
COMMENT ON COLUMN carrier_invoice_line.place IS 'store or entity of the feed';
COMMENT ON COLUMN carrier_invoice_line.carrier IS 'carrier';
COMMENT ON COLUMN carrier_invoice_line.invoice_no IS 'number of the invoice';
COMMENT ON COLUMN carrier_invoice_line.tracking_no IS 'tracking number, empty where the charge is not of one shipment';
COMMENT ON COLUMN carrier_invoice_line.charge_type IS 'freight, surcharge, duty, … as declared; may be empty';
COMMENT ON COLUMN carrier_invoice_line.line_no IS 'place among the equal lines of its document, from 1';
COMMENT ON COLUMN carrier_invoice_line.order_name IS 'order that was shipped';
COMMENT ON COLUMN carrier_invoice_line.amount IS 'charge before tax';
COMMENT ON COLUMN carrier_invoice_line.tax IS 'tax on it';
COMMENT ON COLUMN carrier_invoice_line.currency IS 'ISO 4217';
COMMENT ON COLUMN carrier_invoice_line.invoiced_on IS 'date of the invoice';
COMMENT ON COLUMN carrier_invoice_line.shipped_on IS 'day of the shipment';
COMMENT ON COLUMN carrier_invoice_line.weight IS 'as the carrier billed it';
COMMENT ON COLUMN carrier_invoice_line.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN carrier_invoice_line.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN carrier_invoice_line.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN carrier_invoice_line.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE loyalty_movement (
  store VARCHAR NOT NULL,
  movement_id VARCHAR NOT NULL,
  program VARCHAR,
  customer_key VARCHAR,
  email_key VARCHAR,
  movement_type VARCHAR NOT NULL,
  points DECIMAL(18,6) NOT NULL,
  amount DECIMAL(18,4),
  currency VARCHAR,
  order_name VARCHAR,
  moved_on DATE NOT NULL,
  moved_at TIMESTAMP,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE loyalty_movement IS 'One movement of loyalty points';
COMMENT ON COLUMN loyalty_movement.store IS 'store of the feed';
COMMENT ON COLUMN loyalty_movement.movement_id IS 'the programme''s id of the movement';
COMMENT ON COLUMN loyalty_movement.program IS 'programme';
COMMENT ON COLUMN loyalty_movement.customer_key IS 'keyed hash of the customer''s number';
COMMENT ON COLUMN loyalty_movement.email_key IS 'keyed hash of the e-mail';
COMMENT ON COLUMN loyalty_movement.movement_type IS 'earned, redeemed, expired, adjusted, as declared';
COMMENT ON COLUMN loyalty_movement.points IS 'positive when they were earned';
COMMENT ON COLUMN loyalty_movement.amount IS 'their value in money';
COMMENT ON COLUMN loyalty_movement.currency IS 'ISO 4217';
COMMENT ON COLUMN loyalty_movement.order_name IS 'order that caused it';
COMMENT ON COLUMN loyalty_movement.moved_on IS 'day in the store''s own zone';
COMMENT ON COLUMN loyalty_movement.moved_at IS 'UTC';
COMMENT ON COLUMN loyalty_movement.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN loyalty_movement.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN loyalty_movement.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN loyalty_movement.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE crm_contact (
  place VARCHAR NOT NULL,
  contact_key VARCHAR NOT NULL,
  customer_key VARCHAR,
  email_key VARCHAR,
  phone_key VARCHAR,
  country VARCHAR,
  status VARCHAR,
  created_on DATE,
  changed_at TIMESTAMP,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE crm_contact IS 'One contact of a customer relations system, by keys only';
COMMENT ON COLUMN crm_contact.place IS 'store or entity of the feed';
COMMENT ON COLUMN crm_contact.contact_key IS 'keyed hash of the system''s own id';
COMMENT ON COLUMN crm_contact.customer_key IS 'keyed hash of the shop''s customer number';
COMMENT ON COLUMN crm_contact.email_key IS 'keyed hash of the e-mail';
COMMENT ON COLUMN crm_contact.phone_key IS 'keyed hash of the phone''s digits';
COMMENT ON COLUMN crm_contact.country IS 'country';
COMMENT ON COLUMN crm_contact.status IS 'as declared';
COMMENT ON COLUMN crm_contact.created_on IS 'day of creation';
COMMENT ON COLUMN crm_contact.changed_at IS 'UTC moment of the last change';
COMMENT ON COLUMN crm_contact.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN crm_contact.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN crm_contact.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN crm_contact.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE connector_event (
  place VARCHAR NOT NULL,
  event_id VARCHAR NOT NULL,
  attempt INTEGER NOT NULL,
  connector VARCHAR,
  topic VARCHAR,
  subject_key VARCHAR,
  status VARCHAR NOT NULL,
  target_key VARCHAR,
  error_code VARCHAR,
  occurred_at TIMESTAMP NOT NULL,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE connector_event IS 'One event in the log of a connector or of webhooks';
COMMENT ON COLUMN connector_event.place IS 'store or entity of the feed';
COMMENT ON COLUMN connector_event.event_id IS 'id of the event';
COMMENT ON COLUMN connector_event.attempt IS 'which try, from 1';
COMMENT ON COLUMN connector_event.connector IS 'connector';
COMMENT ON COLUMN connector_event.topic IS 'what happened, e.g. orders/paid';
COMMENT ON COLUMN connector_event.subject_key IS 'order or document that it is about';
COMMENT ON COLUMN connector_event.status IS 'success, failure, pending, as declared';
COMMENT ON COLUMN connector_event.target_key IS 'document that it made elsewhere';
COMMENT ON COLUMN connector_event.error_code IS 'code of the failure; messages stay in the file';
COMMENT ON COLUMN connector_event.occurred_at IS 'UTC';
COMMENT ON COLUMN connector_event.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN connector_event.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN connector_event.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN connector_event.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE processor_fee_schedule (
  account VARCHAR NOT NULL,
  method VARCHAR NOT NULL,
  card_origin VARCHAR NOT NULL,
  currency VARCHAR NOT NULL,
  percent DECIMAL(18,6) NOT NULL,
  fixed DECIMAL(18,4) NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE processor_fee_schedule IS 'One price of a processor as its own schedule states it; what is in force is said by the mapping fee_schedules';
COMMENT ON COLUMN processor_fee_schedule.account IS 'processor account of the feed';
COMMENT ON COLUMN processor_fee_schedule.method IS 'card, wallet, … as declared';
COMMENT ON COLUMN processor_fee_schedule.card_origin IS 'domestic, international, …; empty where it does not matter';
COMMENT ON COLUMN processor_fee_schedule.currency IS 'ISO 4217';
COMMENT ON COLUMN processor_fee_schedule.percent IS 'per cent of the amount';
COMMENT ON COLUMN processor_fee_schedule.fixed IS 'amount per transaction';
COMMENT ON COLUMN processor_fee_schedule.valid_from IS 'first day';
COMMENT ON COLUMN processor_fee_schedule.valid_to IS 'last day';
COMMENT ON COLUMN processor_fee_schedule.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN processor_fee_schedule.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN processor_fee_schedule.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN processor_fee_schedule.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE trial_balance_line (
  entity VARCHAR NOT NULL,
  as_of_on DATE NOT NULL,
  account_code VARCHAR NOT NULL,
  account_name VARCHAR,
  currency VARCHAR NOT NULL,
  opening DECIMAL(18,4),
  debit DECIMAL(18,4),
  credit DECIMAL(18,4),
  closing DECIMAL(18,4) NOT NULL,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE trial_balance_line IS 'One account''s balance in the finance system of record';
COMMENT ON COLUMN trial_balance_line.entity IS 'entity of the feed';
COMMENT ON COLUMN trial_balance_line.as_of_on IS 'day of the balance';
COMMENT ON COLUMN trial_balance_line.account_code IS 'account number';
COMMENT ON COLUMN trial_balance_line.account_name IS 'name';
COMMENT ON COLUMN trial_balance_line.currency IS 'ISO 4217';
COMMENT ON COLUMN trial_balance_line.opening IS 'balance at the start of the period, debit positive';
COMMENT ON COLUMN trial_balance_line.debit IS 'turnover of the period';
COMMENT ON COLUMN trial_balance_line.credit IS 'turnover of the period';
COMMENT ON COLUMN trial_balance_line.closing IS 'balance, debit positive';
COMMENT ON COLUMN trial_balance_line.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN trial_balance_line.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN trial_balance_line.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN trial_balance_line.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE posting_acknowledgement (
  entity VARCHAR NOT NULL,
  entry_id VARCHAR NOT NULL,
  document_no VARCHAR,
  status VARCHAR NOT NULL,
  posted_on DATE,
  reason_code VARCHAR,
  debit DECIMAL(18,4),
  currency VARCHAR,
  acknowledged_at TIMESTAMP,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE posting_acknowledgement IS 'What the finance system made of an entry that it was sent';
COMMENT ON COLUMN posting_acknowledgement.entity IS 'entity of the feed';
COMMENT ON COLUMN posting_acknowledgement.entry_id IS 'id of the entry as it was sent';
COMMENT ON COLUMN posting_acknowledgement.document_no IS 'number that the finance system gave it';
COMMENT ON COLUMN posting_acknowledgement.status IS 'accepted, rejected, as declared';
COMMENT ON COLUMN posting_acknowledgement.posted_on IS 'posting date';
COMMENT ON COLUMN posting_acknowledgement.reason_code IS 'code of the refusal';
COMMENT ON COLUMN posting_acknowledgement.debit IS 'total debit as posted';
COMMENT ON COLUMN posting_acknowledgement.currency IS 'ISO 4217';
COMMENT ON COLUMN posting_acknowledgement.acknowledged_at IS 'UTC';
COMMENT ON COLUMN posting_acknowledgement.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN posting_acknowledgement.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN posting_acknowledgement.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN posting_acknowledgement.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE customer (
  store VARCHAR NOT NULL,
  customer_key VARCHAR NOT NULL,
  email_key VARCHAR,
  phone_key VARCHAR,
  country VARCHAR,
  orders BIGINT,
  total_spent DECIMAL(18,4),
  tax_exempt BOOLEAN NOT NULL,
  accepts_email BOOLEAN NOT NULL,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE customer IS 'One customer of a store by keys only: names, addresses, e-mails and phones stay in the file';
COMMENT ON COLUMN customer.store IS 'store of the feed';
COMMENT ON COLUMN customer.customer_key IS 'keyed hash of the customer number, else of the e-mail, else of the phone; a customer with none of them has a number in its place';
COMMENT ON COLUMN customer.email_key IS 'keyed hash of the e-mail, equal in all sources of these books';
COMMENT ON COLUMN customer.phone_key IS 'keyed hash of the phone''s digits';
COMMENT ON COLUMN customer.country IS 'ISO 3166 code';
COMMENT ON COLUMN customer.orders IS 'orders so far';
COMMENT ON COLUMN customer.total_spent IS 'money spent so far, in the store''s currency';
COMMENT ON COLUMN customer.tax_exempt IS 'pays no tax';
COMMENT ON COLUMN customer.accepts_email IS 'agreed to marketing by e-mail';
COMMENT ON COLUMN customer.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN customer.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN customer.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN customer.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE product_variant (
  store VARCHAR NOT NULL,
  handle VARCHAR NOT NULL,
  option_1 VARCHAR NOT NULL,
  option_2 VARCHAR NOT NULL,
  option_3 VARCHAR NOT NULL,
  title VARCHAR,
  sku VARCHAR,
  barcode VARCHAR,
  vendor VARCHAR,
  product_type VARCHAR,
  price DECIMAL(18,4) NOT NULL,
  compare_at_price DECIMAL(18,4),
  unit_cost DECIMAL(18,4),
  taxable BOOLEAN NOT NULL,
  tax_code VARCHAR,
  requires_shipping BOOLEAN NOT NULL,
  is_gift_card BOOLEAN NOT NULL,
  on_hand DECIMAL(18,6),
  status VARCHAR,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE product_variant IS 'One variant of a product as the shop exports it; prices in the store''s currency';
COMMENT ON COLUMN product_variant.store IS 'store of the feed';
COMMENT ON COLUMN product_variant.handle IS 'name of the product in its address';
COMMENT ON COLUMN product_variant.option_1 IS 'value of the first option; Default Title where there are none';
COMMENT ON COLUMN product_variant.option_2 IS 'value of the second option, or empty';
COMMENT ON COLUMN product_variant.option_3 IS 'value of the third option, or empty';
COMMENT ON COLUMN product_variant.title IS 'title of the product';
COMMENT ON COLUMN product_variant.sku IS 'stock keeping unit';
COMMENT ON COLUMN product_variant.barcode IS 'barcode';
COMMENT ON COLUMN product_variant.vendor IS 'vendor';
COMMENT ON COLUMN product_variant.product_type IS 'type';
COMMENT ON COLUMN product_variant.price IS 'price';
COMMENT ON COLUMN product_variant.compare_at_price IS 'price before a reduction';
COMMENT ON COLUMN product_variant.unit_cost IS 'cost per item';
COMMENT ON COLUMN product_variant.taxable IS 'as the shop states it';
COMMENT ON COLUMN product_variant.tax_code IS 'code of the tax engine';
COMMENT ON COLUMN product_variant.requires_shipping IS 'false for services and gift cards';
COMMENT ON COLUMN product_variant.is_gift_card IS 'sold as a gift card';
COMMENT ON COLUMN product_variant.on_hand IS 'pieces, only where the store has one location';
COMMENT ON COLUMN product_variant.status IS 'active, draft, archived';
COMMENT ON COLUMN product_variant.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN product_variant.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN product_variant.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN product_variant.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE discount (
  store VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  discount_type VARCHAR NOT NULL,
  discount_class VARCHAR,
  value DECIMAL(18,4),
  value_type VARCHAR,
  times_used BIGINT,
  usage_limit BIGINT,
  status VARCHAR,
  starts_on DATE,
  ends_on DATE,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE discount IS 'One discount of a store';
COMMENT ON COLUMN discount.store IS 'store of the feed';
COMMENT ON COLUMN discount.name IS 'code, or title of an automatic discount';
COMMENT ON COLUMN discount.discount_type IS 'amount_off_products, amount_off_order, buy_x_get_y, free_shipping, as the shop names it';
COMMENT ON COLUMN discount.discount_class IS 'product, order, shipping';
COMMENT ON COLUMN discount.value IS 'per cent or amount, positive';
COMMENT ON COLUMN discount.value_type IS 'percentage, fixed_amount';
COMMENT ON COLUMN discount.times_used IS 'uses so far';
COMMENT ON COLUMN discount.usage_limit IS 'uses allowed in all';
COMMENT ON COLUMN discount.status IS 'active, expired, scheduled';
COMMENT ON COLUMN discount.starts_on IS 'first day in the store''s own zone';
COMMENT ON COLUMN discount.ends_on IS 'last day in the store''s own zone';
COMMENT ON COLUMN discount.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN discount.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN discount.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN discount.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE sales_report_day (
  store VARCHAR NOT NULL,
  sold_on DATE NOT NULL,
  orders BIGINT,
  gross_sales DECIMAL(18,4),
  discounts DECIMAL(18,4),
  returns DECIMAL(18,4),
  net_sales DECIMAL(18,4),
  shipping DECIMAL(18,4),
  duties DECIMAL(18,4),
  additional_fees DECIMAL(18,4),
  taxes DECIMAL(18,4),
  total_sales DECIMAL(18,4),
  currency VARCHAR,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE sales_report_day IS 'One day of the shop''s own sales report';
COMMENT ON COLUMN sales_report_day.store IS 'store of the feed';
COMMENT ON COLUMN sales_report_day.sold_on IS 'day in the store''s own zone';
COMMENT ON COLUMN sales_report_day.orders IS 'orders';
COMMENT ON COLUMN sales_report_day.gross_sales IS 'before discounts and returns';
COMMENT ON COLUMN sales_report_day.discounts IS 'negative';
COMMENT ON COLUMN sales_report_day.returns IS 'negative; Sales reversals since August 2026';
COMMENT ON COLUMN sales_report_day.net_sales IS 'gross sales less discounts and returns';
COMMENT ON COLUMN sales_report_day.shipping IS 'charged for shipping';
COMMENT ON COLUMN sales_report_day.duties IS 'duties';
COMMENT ON COLUMN sales_report_day.additional_fees IS 'additional fees';
COMMENT ON COLUMN sales_report_day.taxes IS 'taxes';
COMMENT ON COLUMN sales_report_day.total_sales IS 'all of them';
COMMENT ON COLUMN sales_report_day.currency IS 'currency of the store';
COMMENT ON COLUMN sales_report_day.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN sales_report_day.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN sales_report_day.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN sales_report_day.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE payment_report_line (
  store VARCHAR NOT NULL,
  location VARCHAR NOT NULL,
  gateway VARCHAR NOT NULL,
  order_name VARCHAR NOT NULL,
  transactions BIGINT,
  gross DECIMAL(18,4),
  refunded DECIMAL(18,4),
  net DECIMAL(18,4),
  currency VARCHAR,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE payment_report_line IS 'One row of the shop''s own payments report';
COMMENT ON COLUMN payment_report_line.store IS 'store of the feed';
COMMENT ON COLUMN payment_report_line.location IS 'POS location, or empty';
COMMENT ON COLUMN payment_report_line.gateway IS 'payment gateway, or empty';
COMMENT ON COLUMN payment_report_line.order_name IS 'order, or empty';
COMMENT ON COLUMN payment_report_line.transactions IS 'how many';
COMMENT ON COLUMN payment_report_line.gross IS 'paid';
COMMENT ON COLUMN payment_report_line.refunded IS 'paid back, as the report signs it';
COMMENT ON COLUMN payment_report_line.net IS 'what remains';
COMMENT ON COLUMN payment_report_line.currency IS 'currency of the store';
COMMENT ON COLUMN payment_report_line.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN payment_report_line.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN payment_report_line.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN payment_report_line.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE fulfillment (
  store VARCHAR NOT NULL,
  order_name VARCHAR NOT NULL,
  fulfillment_id VARCHAR NOT NULL,
  status VARCHAR NOT NULL,
  quantity DECIMAL(18,6),
  created_at TIMESTAMP NOT NULL,
  created_on DATE NOT NULL,
  delivered_on DATE,
  location VARCHAR,
  carrier VARCHAR,
  tracking_no VARCHAR,
  changed_at TIMESTAMP,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  item_no INTEGER NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE fulfillment IS 'One fulfilment of an order';
COMMENT ON COLUMN fulfillment.store IS 'store of the feed';
COMMENT ON COLUMN fulfillment.order_name IS 'order it belongs to';
COMMENT ON COLUMN fulfillment.fulfillment_id IS 'the shop''s number of the fulfilment';
COMMENT ON COLUMN fulfillment.status IS 'success, cancelled, error, failure, open, pending';
COMMENT ON COLUMN fulfillment.quantity IS 'pieces';
COMMENT ON COLUMN fulfillment.created_at IS 'UTC';
COMMENT ON COLUMN fulfillment.created_on IS 'day in the store''s own zone';
COMMENT ON COLUMN fulfillment.delivered_on IS 'day of delivery';
COMMENT ON COLUMN fulfillment.location IS 'location that shipped it';
COMMENT ON COLUMN fulfillment.carrier IS 'carrier';
COMMENT ON COLUMN fulfillment.tracking_no IS 'tracking number';
COMMENT ON COLUMN fulfillment.changed_at IS 'UTC moment of the last change';
COMMENT ON COLUMN fulfillment.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN fulfillment.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN fulfillment.item_no IS 'place among the rows that the record makes; 0 where it makes one';
COMMENT ON COLUMN fulfillment.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN fulfillment.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE order_refund (
  store VARCHAR NOT NULL,
  order_name VARCHAR NOT NULL,
  refund_id VARCHAR NOT NULL,
  refunded_at TIMESTAMP NOT NULL,
  refunded_on DATE NOT NULL,
  amount DECIMAL(18,4) NOT NULL,
  currency VARCHAR NOT NULL,
  return_id VARCHAR,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  item_no INTEGER NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE order_refund IS 'One refund of an order as the shop records it, whatever paid it back';
COMMENT ON COLUMN order_refund.store IS 'store of the feed';
COMMENT ON COLUMN order_refund.order_name IS 'order it belongs to';
COMMENT ON COLUMN order_refund.refund_id IS 'the shop''s number of the refund';
COMMENT ON COLUMN order_refund.refunded_at IS 'UTC';
COMMENT ON COLUMN order_refund.refunded_on IS 'day in the store''s own zone';
COMMENT ON COLUMN order_refund.amount IS 'positive, in the shop''s currency';
COMMENT ON COLUMN order_refund.currency IS 'ISO 4217';
COMMENT ON COLUMN order_refund.return_id IS 'return that it belongs to';
COMMENT ON COLUMN order_refund.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN order_refund.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN order_refund.item_no IS 'place among the rows that the record makes; 0 where it makes one';
COMMENT ON COLUMN order_refund.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN order_refund.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE refund_line (
  store VARCHAR NOT NULL,
  refund_id VARCHAR NOT NULL,
  line_kind VARCHAR NOT NULL,
  line_id VARCHAR NOT NULL,
  order_name VARCHAR NOT NULL,
  sku VARCHAR,
  quantity DECIMAL(18,6),
  amount DECIMAL(18,4) NOT NULL,
  tax DECIMAL(18,4),
  currency VARCHAR NOT NULL,
  restock_type VARCHAR,
  reason VARCHAR,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  item_no INTEGER NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE refund_line IS 'One part of a refund; a refund without parts gives back an amount only';
COMMENT ON COLUMN refund_line.store IS 'store of the feed';
COMMENT ON COLUMN refund_line.refund_id IS 'refund it belongs to';
COMMENT ON COLUMN refund_line.line_kind IS 'product, shipping, adjustment, duty';
COMMENT ON COLUMN refund_line.line_id IS 'the shop''s number of the part, or its kind and ordinal';
COMMENT ON COLUMN refund_line.order_name IS 'order it belongs to';
COMMENT ON COLUMN refund_line.sku IS 'stock keeping unit';
COMMENT ON COLUMN refund_line.quantity IS 'pieces';
COMMENT ON COLUMN refund_line.amount IS 'before tax';
COMMENT ON COLUMN refund_line.tax IS 'tax';
COMMENT ON COLUMN refund_line.currency IS 'ISO 4217';
COMMENT ON COLUMN refund_line.restock_type IS 'return, cancel, no_restock';
COMMENT ON COLUMN refund_line.reason IS 'reason of an adjustment';
COMMENT ON COLUMN refund_line.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN refund_line.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN refund_line.item_no IS 'place among the rows that the record makes; 0 where it makes one';
COMMENT ON COLUMN refund_line.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN refund_line.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE order_return (
  store VARCHAR NOT NULL,
  order_name VARCHAR NOT NULL,
  return_id VARCHAR NOT NULL,
  name VARCHAR,
  status VARCHAR NOT NULL,
  quantity DECIMAL(18,6),
  created_on DATE,
  closed_on DATE,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE order_return IS 'One return that a customer asked for';
COMMENT ON COLUMN order_return.store IS 'store of the feed';
COMMENT ON COLUMN order_return.order_name IS 'order it belongs to';
COMMENT ON COLUMN order_return.return_id IS 'the shop''s number of the return';
COMMENT ON COLUMN order_return.name IS 'name as the shop writes it, e.g. #1001-R1';
COMMENT ON COLUMN order_return.status IS 'requested, open, closed, declined, canceled';
COMMENT ON COLUMN order_return.quantity IS 'pieces';
COMMENT ON COLUMN order_return.created_on IS 'day in the store''s own zone';
COMMENT ON COLUMN order_return.closed_on IS 'day in the store''s own zone';
COMMENT ON COLUMN order_return.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN order_return.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN order_return.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN order_return.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE order_sale (
  store VARCHAR NOT NULL,
  order_name VARCHAR NOT NULL,
  sale_id VARCHAR NOT NULL,
  agreement_id VARCHAR NOT NULL,
  reason VARCHAR NOT NULL,
  action_type VARCHAR NOT NULL,
  line_type VARCHAR NOT NULL,
  quantity DECIMAL(18,6),
  amount DECIMAL(18,4) NOT NULL,
  tax DECIMAL(18,4),
  discount DECIMAL(18,4),
  currency VARCHAR NOT NULL,
  happened_at TIMESTAMP NOT NULL,
  happened_on DATE NOT NULL,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE order_sale IS 'One entry of the shop''s own dated journal of sales: orders, edits, refunds and returns by line';
COMMENT ON COLUMN order_sale.store IS 'store of the feed';
COMMENT ON COLUMN order_sale.order_name IS 'order it belongs to';
COMMENT ON COLUMN order_sale.sale_id IS 'the shop''s number of the entry';
COMMENT ON COLUMN order_sale.agreement_id IS 'what caused it';
COMMENT ON COLUMN order_sale.reason IS 'order, order_edit, refund, return';
COMMENT ON COLUMN order_sale.action_type IS 'order, return, update, unknown';
COMMENT ON COLUMN order_sale.line_type IS 'product, tip, gift_card, shipping, duty, additional_fee, fee, adjustment, unknown';
COMMENT ON COLUMN order_sale.quantity IS 'pieces, negative for returns';
COMMENT ON COLUMN order_sale.amount IS 'with tax, negative for returns';
COMMENT ON COLUMN order_sale.tax IS 'tax in it';
COMMENT ON COLUMN order_sale.discount IS 'discount before tax';
COMMENT ON COLUMN order_sale.currency IS 'ISO 4217';
COMMENT ON COLUMN order_sale.happened_at IS 'UTC';
COMMENT ON COLUMN order_sale.happened_on IS 'day in the store''s own zone';
COMMENT ON COLUMN order_sale.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN order_sale.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN order_sale.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN order_sale.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE settlement_allocation (
  account VARCHAR NOT NULL,
  line_id VARCHAR NOT NULL,
  place INTEGER NOT NULL,
  order_name VARCHAR NOT NULL,
  transaction_id VARCHAR,
  amount DECIMAL(18,4),
  fee DECIMAL(18,4),
  net DECIMAL(18,4),
  currency VARCHAR NOT NULL,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  item_no INTEGER NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE settlement_allocation IS 'One of the orders that a settlement line is made of';
COMMENT ON COLUMN settlement_allocation.account IS 'processor account of the feed';
COMMENT ON COLUMN settlement_allocation.line_id IS 'settlement line';
COMMENT ON COLUMN settlement_allocation.place IS 'place among the orders of the line, from 1';
COMMENT ON COLUMN settlement_allocation.order_name IS 'order';
COMMENT ON COLUMN settlement_allocation.transaction_id IS 'payment event of the order';
COMMENT ON COLUMN settlement_allocation.amount IS 'its part of the line before fees';
COMMENT ON COLUMN settlement_allocation.fee IS 'its part of the fee, negative when charged';
COMMENT ON COLUMN settlement_allocation.net IS 'its part of the net';
COMMENT ON COLUMN settlement_allocation.currency IS 'ISO 4217';
COMMENT ON COLUMN settlement_allocation.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN settlement_allocation.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN settlement_allocation.item_no IS 'place among the rows that the record makes; 0 where it makes one';
COMMENT ON COLUMN settlement_allocation.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN settlement_allocation.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE dispute (
  account VARCHAR NOT NULL,
  dispute_id VARCHAR NOT NULL,
  order_name VARCHAR,
  dispute_type VARCHAR,
  status VARCHAR NOT NULL,
  reason VARCHAR,
  network_reason VARCHAR,
  amount DECIMAL(18,4) NOT NULL,
  currency VARCHAR NOT NULL,
  initiated_at TIMESTAMP,
  evidence_due_on DATE,
  evidence_sent_on DATE,
  finalized_on DATE,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE dispute IS 'One dispute or inquiry in its present state';
COMMENT ON COLUMN dispute.account IS 'processor account of the feed';
COMMENT ON COLUMN dispute.dispute_id IS 'the processor''s number';
COMMENT ON COLUMN dispute.order_name IS 'order';
COMMENT ON COLUMN dispute.dispute_type IS 'chargeback, inquiry';
COMMENT ON COLUMN dispute.status IS 'needs_response, under_review, won, lost, accepted, charge_refunded, prevented';
COMMENT ON COLUMN dispute.reason IS 'reason';
COMMENT ON COLUMN dispute.network_reason IS 'reason code of the card network';
COMMENT ON COLUMN dispute.amount IS 'disputed amount, positive';
COMMENT ON COLUMN dispute.currency IS 'ISO 4217';
COMMENT ON COLUMN dispute.initiated_at IS 'UTC';
COMMENT ON COLUMN dispute.evidence_due_on IS 'last day for evidence';
COMMENT ON COLUMN dispute.evidence_sent_on IS 'day on which evidence was sent';
COMMENT ON COLUMN dispute.finalized_on IS 'day of the decision';
COMMENT ON COLUMN dispute.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN dispute.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN dispute.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN dispute.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE store_credit_movement (
  store VARCHAR NOT NULL,
  movement_id VARCHAR NOT NULL,
  credit_account VARCHAR NOT NULL,
  customer_key VARCHAR,
  movement_type VARCHAR NOT NULL,
  event VARCHAR,
  amount DECIMAL(18,4) NOT NULL,
  balance DECIMAL(18,4),
  currency VARCHAR NOT NULL,
  order_name VARCHAR,
  moved_at TIMESTAMP NOT NULL,
  moved_on DATE NOT NULL,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE store_credit_movement IS 'One movement of store credit';
COMMENT ON COLUMN store_credit_movement.store IS 'store of the feed';
COMMENT ON COLUMN store_credit_movement.movement_id IS 'the shop''s number of the movement';
COMMENT ON COLUMN store_credit_movement.credit_account IS 'the shop''s number of the credit account';
COMMENT ON COLUMN store_credit_movement.customer_key IS 'keyed hash of the customer number';
COMMENT ON COLUMN store_credit_movement.movement_type IS 'credit, debit, debit_revert, expiration';
COMMENT ON COLUMN store_credit_movement.event IS 'what caused it';
COMMENT ON COLUMN store_credit_movement.amount IS 'as signed by the shop: debits negative';
COMMENT ON COLUMN store_credit_movement.balance IS 'balance of the account after it';
COMMENT ON COLUMN store_credit_movement.currency IS 'ISO 4217';
COMMENT ON COLUMN store_credit_movement.order_name IS 'order that caused it';
COMMENT ON COLUMN store_credit_movement.moved_at IS 'UTC';
COMMENT ON COLUMN store_credit_movement.moved_on IS 'day in the store''s own zone';
COMMENT ON COLUMN store_credit_movement.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN store_credit_movement.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN store_credit_movement.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN store_credit_movement.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE gift_card_movement (
  store VARCHAR NOT NULL,
  movement_id VARCHAR NOT NULL,
  card_id VARCHAR NOT NULL,
  movement_type VARCHAR NOT NULL,
  amount DECIMAL(18,4) NOT NULL,
  currency VARCHAR NOT NULL,
  moved_at TIMESTAMP NOT NULL,
  moved_on DATE NOT NULL,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE gift_card_movement IS 'One movement of a gift card';
COMMENT ON COLUMN gift_card_movement.store IS 'store of the feed';
COMMENT ON COLUMN gift_card_movement.movement_id IS 'the shop''s number of the movement';
COMMENT ON COLUMN gift_card_movement.card_id IS 'the shop''s number of the card';
COMMENT ON COLUMN gift_card_movement.movement_type IS 'credit, debit';
COMMENT ON COLUMN gift_card_movement.amount IS 'as signed by the shop: debits negative';
COMMENT ON COLUMN gift_card_movement.currency IS 'ISO 4217';
COMMENT ON COLUMN gift_card_movement.moved_at IS 'UTC';
COMMENT ON COLUMN gift_card_movement.moved_on IS 'day in the store''s own zone';
COMMENT ON COLUMN gift_card_movement.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN gift_card_movement.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN gift_card_movement.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN gift_card_movement.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE tax_transaction (
  place VARCHAR NOT NULL,
  document_type VARCHAR NOT NULL,
  code VARCHAR NOT NULL,
  status VARCHAR NOT NULL,
  dated_on DATE NOT NULL,
  taxed_on DATE,
  reference VARCHAR,
  currency VARCHAR,
  amount DECIMAL(18,4) NOT NULL,
  discount DECIMAL(18,4),
  exempt DECIMAL(18,4),
  taxable DECIMAL(18,4) NOT NULL,
  tax DECIMAL(18,4) NOT NULL,
  is_locked BOOLEAN NOT NULL,
  changed_at TIMESTAMP,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE tax_transaction IS 'One document of a tax engine: the tax that it computed for an order or a refund';
COMMENT ON COLUMN tax_transaction.place IS 'store or entity of the feed';
COMMENT ON COLUMN tax_transaction.document_type IS 'SalesInvoice, ReturnInvoice, … as the engine names it';
COMMENT ON COLUMN tax_transaction.code IS 'order name or refund number';
COMMENT ON COLUMN tax_transaction.status IS 'saved, posted, committed, cancelled, adjusted';
COMMENT ON COLUMN tax_transaction.dated_on IS 'date of the document';
COMMENT ON COLUMN tax_transaction.taxed_on IS 'date whose rates hold';
COMMENT ON COLUMN tax_transaction.reference IS 'reference';
COMMENT ON COLUMN tax_transaction.currency IS 'ISO 4217';
COMMENT ON COLUMN tax_transaction.amount IS 'total before tax, negative for returns';
COMMENT ON COLUMN tax_transaction.discount IS 'discount';
COMMENT ON COLUMN tax_transaction.exempt IS 'exempt part';
COMMENT ON COLUMN tax_transaction.taxable IS 'taxable part';
COMMENT ON COLUMN tax_transaction.tax IS 'tax';
COMMENT ON COLUMN tax_transaction.is_locked IS 'reported already';
COMMENT ON COLUMN tax_transaction.changed_at IS 'UTC moment of the last change';
COMMENT ON COLUMN tax_transaction.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN tax_transaction.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN tax_transaction.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN tax_transaction.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE tax_transaction_line (
  place VARCHAR NOT NULL,
  document_type VARCHAR NOT NULL,
  code VARCHAR NOT NULL,
  line_no VARCHAR NOT NULL,
  sku VARCHAR,
  tax_code VARCHAR,
  amount DECIMAL(18,4) NOT NULL,
  exempt DECIMAL(18,4),
  taxable DECIMAL(18,4),
  tax DECIMAL(18,4) NOT NULL,
  item_no INTEGER NOT NULL,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE tax_transaction_line IS 'One line of a tax engine''s document';
COMMENT ON COLUMN tax_transaction_line.place IS 'store or entity of the feed';
COMMENT ON COLUMN tax_transaction_line.document_type IS 'as in tax_transaction';
COMMENT ON COLUMN tax_transaction_line.code IS 'as in tax_transaction';
COMMENT ON COLUMN tax_transaction_line.line_no IS 'the engine''s number of the line';
COMMENT ON COLUMN tax_transaction_line.sku IS 'stock keeping unit';
COMMENT ON COLUMN tax_transaction_line.tax_code IS 'the engine''s code of the goods';
COMMENT ON COLUMN tax_transaction_line.amount IS 'before tax';
COMMENT ON COLUMN tax_transaction_line.exempt IS 'exempt part';
COMMENT ON COLUMN tax_transaction_line.taxable IS 'taxable part';
COMMENT ON COLUMN tax_transaction_line.tax IS 'tax';
COMMENT ON COLUMN tax_transaction_line.item_no IS 'place among the rows that the record makes; 0 where it makes one';
COMMENT ON COLUMN tax_transaction_line.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN tax_transaction_line.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN tax_transaction_line.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN tax_transaction_line.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE pos_closing (
  store VARCHAR NOT NULL,
  register_id VARCHAR NOT NULL,
  closing_no BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  booked_on DATE NOT NULL,
  first_receipt VARCHAR,
  last_receipt VARCHAR,
  amount DECIMAL(18,4) NOT NULL,
  cash DECIMAL(18,4) NOT NULL,
  currency VARCHAR,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE pos_closing IS 'One closing of a cash register (Z report)';
COMMENT ON COLUMN pos_closing.store IS 'store of the feed';
COMMENT ON COLUMN pos_closing.register_id IS 'cash register';
COMMENT ON COLUMN pos_closing.closing_no IS 'number of the closing, counts up by one';
COMMENT ON COLUMN pos_closing.created_at IS 'UTC';
COMMENT ON COLUMN pos_closing.booked_on IS 'booking day';
COMMENT ON COLUMN pos_closing.first_receipt IS 'first receipt';
COMMENT ON COLUMN pos_closing.last_receipt IS 'last receipt';
COMMENT ON COLUMN pos_closing.amount IS 'all payments';
COMMENT ON COLUMN pos_closing.cash IS 'cash payments';
COMMENT ON COLUMN pos_closing.currency IS 'currency of the store';
COMMENT ON COLUMN pos_closing.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN pos_closing.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN pos_closing.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN pos_closing.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE pos_closing_case (
  store VARCHAR NOT NULL,
  register_id VARCHAR NOT NULL,
  closing_no BIGINT NOT NULL,
  case_type VARCHAR NOT NULL,
  case_name VARCHAR NOT NULL,
  agency VARCHAR NOT NULL,
  tax_key VARCHAR NOT NULL,
  gross DECIMAL(18,4) NOT NULL,
  amount DECIMAL(18,4) NOT NULL,
  tax DECIMAL(18,4) NOT NULL,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE pos_closing_case IS 'One total of a closing by business case and tax key';
COMMENT ON COLUMN pos_closing_case.store IS 'store of the feed';
COMMENT ON COLUMN pos_closing_case.register_id IS 'cash register';
COMMENT ON COLUMN pos_closing_case.closing_no IS 'closing';
COMMENT ON COLUMN pos_closing_case.case_type IS 'Umsatz, Geldtransit, Trinkgeld, … as the register writes it';
COMMENT ON COLUMN pos_closing_case.case_name IS 'the register''s own name of it, or empty';
COMMENT ON COLUMN pos_closing_case.agency IS 'agency on whose account it is, or empty';
COMMENT ON COLUMN pos_closing_case.tax_key IS 'key of the tax rate';
COMMENT ON COLUMN pos_closing_case.gross IS 'with tax';
COMMENT ON COLUMN pos_closing_case.amount IS 'before tax';
COMMENT ON COLUMN pos_closing_case.tax IS 'tax';
COMMENT ON COLUMN pos_closing_case.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN pos_closing_case.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN pos_closing_case.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN pos_closing_case.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE pos_closing_payment (
  store VARCHAR NOT NULL,
  register_id VARCHAR NOT NULL,
  closing_no BIGINT NOT NULL,
  payment_type VARCHAR NOT NULL,
  payment_name VARCHAR NOT NULL,
  amount DECIMAL(18,4) NOT NULL,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE pos_closing_payment IS 'One total of a closing by kind of payment';
COMMENT ON COLUMN pos_closing_payment.store IS 'store of the feed';
COMMENT ON COLUMN pos_closing_payment.register_id IS 'cash register';
COMMENT ON COLUMN pos_closing_payment.closing_no IS 'closing';
COMMENT ON COLUMN pos_closing_payment.payment_type IS 'Bar, Unbar, ECKarte, Kreditkarte, … as the register writes it';
COMMENT ON COLUMN pos_closing_payment.payment_name IS 'the register''s own name of it, or empty';
COMMENT ON COLUMN pos_closing_payment.amount IS 'paid; negative where cash went out';
COMMENT ON COLUMN pos_closing_payment.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN pos_closing_payment.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN pos_closing_payment.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN pos_closing_payment.version IS '1 for the first version of its key, then 2, 3 …';

CREATE TABLE opening_position (
  entity VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  account VARCHAR NOT NULL,
  reference VARCHAR NOT NULL,
  due_on DATE,
  amount DECIMAL(18,4) NOT NULL,
  currency VARCHAR NOT NULL,
  file_id VARCHAR NOT NULL,
  row_no BIGINT NOT NULL,
  known_at TIMESTAMP NOT NULL,
  version INTEGER NOT NULL
);
COMMENT ON TABLE opening_position IS 'What an entity had open at its cut-over, as a file of its own states it; rules read the positions of approved files only (opening_fact)';
COMMENT ON COLUMN opening_position.entity IS 'entity of the feed';
COMMENT ON COLUMN opening_position.kind IS 'unpaid_payout, captured_unsettled, clearing, reserve, gift_card, tax, disputed_funds, refunds_payable';
COMMENT ON COLUMN opening_position.account IS 'processor account; empty text where a balance of gift cards or taxes has none';
COMMENT ON COLUMN opening_position.reference IS 'payout id, order name or payment, authority of a tax, else a key that tells the entity''s balances apart';
COMMENT ON COLUMN opening_position.due_on IS 'day on which the payout was paid or the money is expected';
COMMENT ON COLUMN opening_position.amount IS 'open amount, positive = money that comes to the merchant or is held for it; of gift cards, taxes and refunds what is owed; 0 takes the position back';
COMMENT ON COLUMN opening_position.currency IS 'ISO 4217';
COMMENT ON COLUMN opening_position.file_id IS 'sha256 of the landed file''s bytes';
COMMENT ON COLUMN opening_position.row_no IS 'record number in that file, the header being 1';
COMMENT ON COLUMN opening_position.known_at IS 'UTC moment of the run that learnt this row';
COMMENT ON COLUMN opening_position.version IS '1 for the first version of its key, then 2, 3 …';
