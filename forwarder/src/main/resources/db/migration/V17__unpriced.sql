-- As before, without what somebody else bills: it needs no price, and no report counts it.
CREATE OR REPLACE VIEW token_ledger_unpriced AS
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
WHERE c.cost_usd IS NULL AND NOT c.repeat AND c.billed IS DISTINCT FROM false
GROUP BY 1, 2, 3, 4, 5, 6;
COMMENT ON VIEW token_ledger_unpriced IS 'Charges without a cost, by day, model and reason; what is billed elsewhere and repeats left out.';
