-- The copy of the last published file: what is made anew every night is emptied. Written by docs/generate.py.
DELETE FROM refund;
DELETE FROM exception;
DELETE FROM exception_total;
DELETE FROM exception_cause;
DELETE FROM exception_dependant;
DELETE FROM payout_proof;
DELETE FROM payout_bucket;
DELETE FROM clearing_proof;
DELETE FROM roll_forward;
DELETE FROM completeness;
DELETE FROM coverage;
DELETE FROM control;
DELETE FROM watermark;
DELETE FROM held_entry;
DELETE FROM period;
DELETE FROM dead_letter;
DELETE FROM log_head;
