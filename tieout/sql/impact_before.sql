-- What stands without the proposal.
CREATE OR REPLACE TEMP TABLE exception_before AS SELECT exception_id, code, subject_key, state, difference, currency FROM ledger.main.exception WHERE state IN ('open', 'in_transit', 'review');
CREATE OR REPLACE TEMP TABLE payout_before AS SELECT account, payout_id, state, payout_amount, currency FROM ledger.main.payout_proof;
CREATE OR REPLACE TEMP TABLE entry_before AS SELECT entry_id FROM ledger.main.journal_entry;
