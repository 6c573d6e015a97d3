-- Price files that users load, what a sheet says beside its rates, and what the alarms on prices read.
CREATE TABLE token_ledger_price_files (
  version bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  layer text NOT NULL CHECK (layer IN ('contract', 'override', 'import')),
  name text NOT NULL,
  content text,
  content_hash text,
  loaded_at timestamptz NOT NULL DEFAULT now(),
  loaded_by text NOT NULL DEFAULT current_user
);
COMMENT ON TABLE token_ledger_price_files IS 'Price files over the built-in catalogue. The newest version of a layer and name counts; the others are its history.';
COMMENT ON COLUMN token_ledger_price_files.version IS 'Number of the load, over all files: a higher one tells running forwarders to read anew.';
COMMENT ON COLUMN token_ledger_price_files.layer IS 'contract, override or import.';
COMMENT ON COLUMN token_ledger_price_files.name IS 'The name that the file gives itself.';
COMMENT ON COLUMN token_ledger_price_files.content IS 'The file as it was loaded; NULL: taken out of use.';
COMMENT ON COLUMN token_ledger_price_files.content_hash IS 'SHA-256 of the content.';
COMMENT ON COLUMN token_ledger_price_files.loaded_at IS 'When it was loaded.';
COMMENT ON COLUMN token_ledger_price_files.loaded_by IS 'Database role that loaded it.';

ALTER TABLE token_ledger_prices
  ADD COLUMN names text[],
  ADD COLUMN currency text,
  ADD COLUMN source_date date,
  ADD COLUMN layer text,
  ADD COLUMN content_hash text;
COMMENT ON COLUMN token_ledger_prices.rates IS 'The rates, as decimal text: lines of unit or tool, rate, per, above_tokens, min_quantity, quantity_step; see token_ledger_price_rates.';
COMMENT ON COLUMN token_ledger_prices.names IS 'Other names of the model that are sold at this price.';
COMMENT ON COLUMN token_ledger_prices.currency IS 'Currency of the rates.';
COMMENT ON COLUMN token_ledger_prices.source_date IS 'Date of the source.';
COMMENT ON COLUMN token_ledger_prices.layer IS 'built_in, import, override or contract.';
COMMENT ON COLUMN token_ledger_prices.content_hash IS 'SHA-256 of everything that makes a cost; the id holds its start.';
COMMENT ON COLUMN token_ledger_prices.catalogue IS 'Price file that first brought the sheet.';

CREATE VIEW token_ledger_price_rates AS
SELECT
  p.price_id,
  p.provider,
  p.model,
  p.region,
  p.tier,
  p.valid_from,
  p.valid_until,
  p.currency,
  COALESCE(l.line ->> 'unit', l.line ->> 'tool') AS unit,
  (l.line ->> 'tool') IS NOT NULL AS server_tool,
  (l.line ->> 'rate')::numeric AS rate,
  (l.line ->> 'per')::numeric AS per,
  (l.line ->> 'min_quantity')::numeric AS min_quantity,
  (l.line ->> 'quantity_step')::numeric AS quantity_step,
  COALESCE((l.line ->> 'above_tokens')::bigint, 0) AS above_tokens,
  COALESCE((p.rates ->> 'graduated')::boolean, false) AS graduated,
  p.layer,
  p.source,
  p.source_date
FROM token_ledger_prices p
CROSS JOIN LATERAL jsonb_array_elements(p.rates -> 'lines') AS l (line);
COMMENT ON VIEW token_ledger_price_rates IS 'One row per rate of each price sheet.';
COMMENT ON COLUMN token_ledger_price_rates.price_id IS 'As in token_ledger_prices.';
COMMENT ON COLUMN token_ledger_price_rates.provider IS 'As in token_ledger_prices.';
COMMENT ON COLUMN token_ledger_price_rates.model IS 'As in token_ledger_prices.';
COMMENT ON COLUMN token_ledger_price_rates.region IS 'As in token_ledger_prices.';
COMMENT ON COLUMN token_ledger_price_rates.tier IS 'As in token_ledger_prices.';
COMMENT ON COLUMN token_ledger_price_rates.valid_from IS 'As in token_ledger_prices.';
COMMENT ON COLUMN token_ledger_price_rates.valid_until IS 'As in token_ledger_prices.';
COMMENT ON COLUMN token_ledger_price_rates.currency IS 'As in token_ledger_prices.';
COMMENT ON COLUMN token_ledger_price_rates.unit IS 'Class of tokens, other unit, or name of the server tool.';
COMMENT ON COLUMN token_ledger_price_rates.server_tool IS 'true: a server tool, per call.';
COMMENT ON COLUMN token_ledger_price_rates.rate IS 'Price of per units.';
COMMENT ON COLUMN token_ledger_price_rates.per IS 'How many units the rate buys.';
COMMENT ON COLUMN token_ledger_price_rates.min_quantity IS 'What at least is charged; NULL: no minimum.';
COMMENT ON COLUMN token_ledger_price_rates.quantity_step IS 'Quantities are rounded up to a multiple; NULL: they are not.';
COMMENT ON COLUMN token_ledger_price_rates.above_tokens IS 'Input tokens above which this rate holds; 0: the normal rate.';
COMMENT ON COLUMN token_ledger_price_rates.graduated IS 'true: only what is above the bound costs the rate; false: the whole request.';
COMMENT ON COLUMN token_ledger_price_rates.layer IS 'As in token_ledger_prices.';
COMMENT ON COLUMN token_ledger_price_rates.source IS 'As in token_ledger_prices.';
COMMENT ON COLUMN token_ledger_price_rates.source_date IS 'As in token_ledger_prices.';

ALTER TABLE token_ledger_daily
  ADD COLUMN unpriced bigint NOT NULL DEFAULT 0,
  ADD COLUMN zero_cost bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN token_ledger_daily.unpriced IS 'Charges with usage that lack a price; counted since this column exists.';
COMMENT ON COLUMN token_ledger_daily.zero_cost IS 'Charges with tokens above zero that cost 0; counted since this column exists.';

CREATE VIEW token_ledger_unpriced AS
SELECT
  (c.timestamp AT TIME ZONE 'UTC')::date AS day,
  c.provider,
  c.model,
  c.service_tier,
  c.region,
  COALESCE(c.unpriced_reason, 'unknown') AS reason,
  count(*) AS charges,
  sum(c.input_tokens) AS input_tokens,
  sum(c.output_tokens) AS output_tokens,
  (array_agg(c.event_id ORDER BY c.timestamp DESC))[1] AS latest_event_id
FROM token_ledger_charges c
WHERE c.cost_usd IS NULL AND NOT c.repeat
GROUP BY 1, 2, 3, 4, 5, 6;
COMMENT ON VIEW token_ledger_unpriced IS 'Charges without a cost, by day, model and reason; repeats left out.';
COMMENT ON COLUMN token_ledger_unpriced.day IS 'UTC day.';
COMMENT ON COLUMN token_ledger_unpriced.provider IS 'Provider.';
COMMENT ON COLUMN token_ledger_unpriced.model IS 'Model.';
COMMENT ON COLUMN token_ledger_unpriced.service_tier IS 'Tier, as the provider wrote it.';
COMMENT ON COLUMN token_ledger_unpriced.region IS 'Region.';
COMMENT ON COLUMN token_ledger_unpriced.reason IS 'Why there is no cost; reasons: docs/pricing.md.';
COMMENT ON COLUMN token_ledger_unpriced.charges IS 'Number of charges.';
COMMENT ON COLUMN token_ledger_unpriced.input_tokens IS 'Known input tokens.';
COMMENT ON COLUMN token_ledger_unpriced.output_tokens IS 'Known output tokens.';
COMMENT ON COLUMN token_ledger_unpriced.latest_event_id IS 'The latest such row, for explain.';
