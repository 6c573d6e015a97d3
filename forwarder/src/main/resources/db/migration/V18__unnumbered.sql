-- Forwarders from before this step leave the column as it is; it says nothing any more once the position is beyond it.
ALTER TABLE token_ledger_sources ADD COLUMN unnumbered_until bigint;
COMMENT ON COLUMN token_ledger_sources.unnumbered_until IS 'Numbers from position up to this one, without it, may be of records that were read and set aside, and whose number could not be read; NULL or not above position: none.';
