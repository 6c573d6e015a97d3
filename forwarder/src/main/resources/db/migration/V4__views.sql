-- What is charged: the iterations of a row where it has any, else the row itself. Sums by model must read this
-- view; a row's own counts leave passes and other models out.
CREATE VIEW token_ledger_charges AS
SELECT
  e.timestamp,
  e.event_id,
  e.source_id,
  e.provider,
  e.api,
  e.endpoint,
  e.host,
  e.request_type,
  e.request_model,
  COALESCE(e.model, e.request_model) AS model,
  e.region,
  e.service_tier,
  e.streamed,
  e.http_status,
  e.billed,
  e.status,
  e.completion,
  e.usage_source,
  e.usage_note,
  e.error_type,
  e.price_notes,
  e.app_name,
  e.environment,
  e.user_id,
  e.session_id,
  e.organization_id,
  e.feature,
  e.page,
  e.component,
  e.team,
  e.project,
  e.cost_center,
  e.trace_id,
  e.duration_ms,
  COALESCE('counted_elsewhere' = ANY (e.usage_note), false) AS repeat,
  1 AS calls,
  NULL::integer AS iteration,
  NULL::text AS iteration_type,
  e.input_tokens,
  e.output_tokens,
  e.total_tokens,
  e.cache_read_tokens,
  e.cache_write_tokens,
  e.cache_write_5m_tokens,
  e.cache_write_1h_tokens,
  e.reasoning_tokens,
  e.audio_input_tokens,
  e.audio_output_tokens,
  e.image_input_tokens,
  e.image_output_tokens,
  e.cost_usd,
  e.price_id,
  e.unpriced_reason
FROM token_ledger_events e
WHERE e.iterations IS NULL OR jsonb_typeof(e.iterations) <> 'array' OR jsonb_array_length(e.iterations) = 0
UNION ALL
SELECT
  e.timestamp,
  e.event_id,
  e.source_id,
  e.provider,
  e.api,
  e.endpoint,
  e.host,
  e.request_type,
  e.request_model,
  COALESCE(i.pass ->> 'model', e.model, e.request_model) AS model,
  e.region,
  e.service_tier,
  e.streamed,
  e.http_status,
  e.billed,
  e.status,
  e.completion,
  e.usage_source,
  e.usage_note,
  e.error_type,
  e.price_notes,
  e.app_name,
  e.environment,
  e.user_id,
  e.session_id,
  e.organization_id,
  e.feature,
  e.page,
  e.component,
  e.team,
  e.project,
  e.cost_center,
  e.trace_id,
  e.duration_ms,
  COALESCE('counted_elsewhere' = ANY (e.usage_note), false) AS repeat,
  CASE WHEN i.number = 1 THEN 1 ELSE 0 END AS calls,
  i.number::integer AS iteration,
  i.pass ->> 'type' AS iteration_type,
  (i.pass ->> 'input_tokens')::bigint AS input_tokens,
  (i.pass ->> 'output_tokens')::bigint AS output_tokens,
  (i.pass ->> 'input_tokens')::bigint + (i.pass ->> 'output_tokens')::bigint AS total_tokens,
  (i.pass ->> 'cache_read_tokens')::bigint AS cache_read_tokens,
  (i.pass ->> 'cache_write_tokens')::bigint AS cache_write_tokens,
  (i.pass ->> 'cache_write_5m_tokens')::bigint AS cache_write_5m_tokens,
  (i.pass ->> 'cache_write_1h_tokens')::bigint AS cache_write_1h_tokens,
  (i.pass ->> 'reasoning_tokens')::bigint AS reasoning_tokens,
  (i.pass ->> 'audio_input_tokens')::bigint AS audio_input_tokens,
  (i.pass ->> 'audio_output_tokens')::bigint AS audio_output_tokens,
  (i.pass ->> 'image_input_tokens')::bigint AS image_input_tokens,
  (i.pass ->> 'image_output_tokens')::bigint AS image_output_tokens,
  (i.pass ->> 'cost_usd')::numeric AS cost_usd,
  i.pass ->> 'price_id' AS price_id,
  i.pass ->> 'unpriced_reason' AS unpriced_reason
FROM token_ledger_events e
CROSS JOIN LATERAL jsonb_array_elements(
  CASE WHEN jsonb_typeof(e.iterations) = 'array' THEN e.iterations END) WITH ORDINALITY AS i (pass, number);
COMMENT ON VIEW token_ledger_charges IS 'What is charged: the iterations where a row has any, else the row.';
COMMENT ON COLUMN token_ledger_charges.timestamp IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.event_id IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.source_id IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.provider IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.api IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.endpoint IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.host IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.request_type IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.request_model IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.model IS 'Model of the pass, else of the row, else the requested one.';
COMMENT ON COLUMN token_ledger_charges.region IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.service_tier IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.streamed IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.http_status IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.billed IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.status IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.completion IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.usage_source IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.usage_note IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.error_type IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.price_notes IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.app_name IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.environment IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.user_id IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.session_id IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.organization_id IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.feature IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.page IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.component IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.team IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.project IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.cost_center IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.trace_id IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.duration_ms IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_charges.repeat IS 'true: counted on another row.';
COMMENT ON COLUMN token_ledger_charges.calls IS '1 on the first charge of a row, else 0: its sum counts rows.';
COMMENT ON COLUMN token_ledger_charges.iteration IS 'Number of the pass, from 1; NULL where the row is the charge.';
COMMENT ON COLUMN token_ledger_charges.iteration_type IS 'Type of the pass: message, compaction ...';
COMMENT ON COLUMN token_ledger_charges.input_tokens IS 'Of the pass, else of the row; NULL: not reported.';
COMMENT ON COLUMN token_ledger_charges.output_tokens IS 'Of the pass, else of the row; NULL: not reported.';
COMMENT ON COLUMN token_ledger_charges.total_tokens IS 'Of the pass, else of the row; NULL: not reported.';
COMMENT ON COLUMN token_ledger_charges.cache_read_tokens IS 'Of the pass, else of the row; NULL: not reported.';
COMMENT ON COLUMN token_ledger_charges.cache_write_tokens IS 'Of the pass, else of the row; NULL: not reported.';
COMMENT ON COLUMN token_ledger_charges.cache_write_5m_tokens IS 'Of the pass, else of the row; NULL: not reported.';
COMMENT ON COLUMN token_ledger_charges.cache_write_1h_tokens IS 'Of the pass, else of the row; NULL: not reported.';
COMMENT ON COLUMN token_ledger_charges.reasoning_tokens IS 'Of the pass, else of the row; NULL: not reported.';
COMMENT ON COLUMN token_ledger_charges.audio_input_tokens IS 'Of the pass, else of the row; NULL: not reported.';
COMMENT ON COLUMN token_ledger_charges.audio_output_tokens IS 'Of the pass, else of the row; NULL: not reported.';
COMMENT ON COLUMN token_ledger_charges.image_input_tokens IS 'Of the pass, else of the row; NULL: not reported.';
COMMENT ON COLUMN token_ledger_charges.image_output_tokens IS 'Of the pass, else of the row; NULL: not reported.';
COMMENT ON COLUMN token_ledger_charges.cost_usd IS 'Cost of the pass, else of the row; NULL: unknown.';
COMMENT ON COLUMN token_ledger_charges.price_id IS 'Sheet that priced it.';
COMMENT ON COLUMN token_ledger_charges.unpriced_reason IS 'Why there is no cost.';
