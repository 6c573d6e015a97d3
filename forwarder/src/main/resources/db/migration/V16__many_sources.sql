-- Rows of token_ledger_sources are never deleted, and leases are renewed each second: by this index, not by reading
-- millions of ended sources. Positions are updated in place as long as there is room on the page.
CREATE INDEX token_ledger_sources_leased ON token_ledger_sources (lease_holder) WHERE lease_holder IS NOT NULL;
ALTER TABLE token_ledger_sources SET (fillfactor = 80);
