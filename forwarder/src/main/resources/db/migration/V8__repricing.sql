-- What repricing changed, and which months are closed to it.
CREATE TABLE token_ledger_repricings (
  run_id uuid NOT NULL,
  timestamp timestamptz NOT NULL,
  event_id uuid NOT NULL,
  repriced_at timestamptz NOT NULL DEFAULT now(),
  repriced_by text NOT NULL DEFAULT current_user,
  reason text NOT NULL,
  old_cost_usd numeric,
  new_cost_usd numeric,
  old_list_cost_usd numeric,
  new_list_cost_usd numeric,
  old_price_id text,
  new_price_id text,
  old_unpriced_reason text,
  new_unpriced_reason text,
  old_price_notes text[],
  new_price_notes text[],
  PRIMARY KEY (event_id, run_id)
);
COMMENT ON TABLE token_ledger_repricings IS 'Each change of a row''s cost by repricing, with what it was before. Never changed.';
COMMENT ON COLUMN token_ledger_repricings.run_id IS 'The run of the command that changed it.';
COMMENT ON COLUMN token_ledger_repricings.timestamp IS 'Timestamp of the row.';
COMMENT ON COLUMN token_ledger_repricings.event_id IS 'The row.';
COMMENT ON COLUMN token_ledger_repricings.repriced_at IS 'When it was changed.';
COMMENT ON COLUMN token_ledger_repricings.repriced_by IS 'Database role that changed it.';
COMMENT ON COLUMN token_ledger_repricings.reason IS 'Reason that the user gave.';
COMMENT ON COLUMN token_ledger_repricings.old_cost_usd IS 'cost_usd before.';
COMMENT ON COLUMN token_ledger_repricings.new_cost_usd IS 'cost_usd after.';
COMMENT ON COLUMN token_ledger_repricings.old_list_cost_usd IS 'list_cost_usd before.';
COMMENT ON COLUMN token_ledger_repricings.new_list_cost_usd IS 'list_cost_usd after.';
COMMENT ON COLUMN token_ledger_repricings.old_price_id IS 'price_id before.';
COMMENT ON COLUMN token_ledger_repricings.new_price_id IS 'price_id after.';
COMMENT ON COLUMN token_ledger_repricings.old_unpriced_reason IS 'unpriced_reason before.';
COMMENT ON COLUMN token_ledger_repricings.new_unpriced_reason IS 'unpriced_reason after.';
COMMENT ON COLUMN token_ledger_repricings.old_price_notes IS 'price_notes before.';
COMMENT ON COLUMN token_ledger_repricings.new_price_notes IS 'price_notes after.';

CREATE TABLE token_ledger_closed_months (
  month date PRIMARY KEY CHECK (month = date_trunc('month', month::timestamp)::date),
  closed_at timestamptz NOT NULL DEFAULT now(),
  closed_by text NOT NULL DEFAULT current_user,
  events bigint NOT NULL,
  cost_usd numeric NOT NULL,
  reopened_at timestamptz
);
COMMENT ON TABLE token_ledger_closed_months IS 'Months whose rows keep their costs unless they are opened again.';
COMMENT ON COLUMN token_ledger_closed_months.month IS 'First day of the month, UTC.';
COMMENT ON COLUMN token_ledger_closed_months.closed_at IS 'When it was last closed; rows ingested later are since close.';
COMMENT ON COLUMN token_ledger_closed_months.closed_by IS 'Database role that closed it.';
COMMENT ON COLUMN token_ledger_closed_months.events IS 'Rows at that time, repeats and rows billed elsewhere left out.';
COMMENT ON COLUMN token_ledger_closed_months.cost_usd IS 'Known cost of these.';
COMMENT ON COLUMN token_ledger_closed_months.reopened_at IS 'When it was opened again; NULL: it is closed.';
