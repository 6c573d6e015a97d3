-- Exports read by the time at which rows came. Rows come in that order nearly, so a few kilobytes of BRIN serve,
-- and cost the drain next to nothing; a B-tree on every row would not pay.
CREATE INDEX token_ledger_events_ingested ON token_ledger_events USING brin (ingested_at);
