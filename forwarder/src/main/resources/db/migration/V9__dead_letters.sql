-- The bytes of a dead letter expire, the row stays: what was not readable for that long is not money any more,
-- and may hold text that nobody wants to keep for ever.
ALTER TABLE token_ledger_dead_letters ALTER COLUMN record DROP NOT NULL;
ALTER TABLE token_ledger_dead_letters ADD COLUMN expired_at timestamptz;
COMMENT ON COLUMN token_ledger_dead_letters.record IS 'The record as it was; NULL: expired, see dead_letters.keep.';
COMMENT ON COLUMN token_ledger_dead_letters.expired_at IS 'When its bytes were removed; NULL: they are there.';
CREATE INDEX token_ledger_dead_letters_unexpired ON token_ledger_dead_letters (recorded_at) WHERE record IS NOT NULL;
