-- The Python TokenLedger reads these. Its table has no place for what is billed elsewhere or counted on another
-- row, so both are left out; what nobody reported is 0 there, because its columns do not allow NULL.
CREATE FUNCTION token_ledger_span_uuid(span text) RETURNS uuid
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN span ~ '^[0-9a-fA-F]{16}$' THEN ('0000000000000000' || span)::uuid
              WHEN span ~ '^[0-9a-fA-F]{32}$' THEN span::uuid END;
COMMENT ON FUNCTION token_ledger_span_uuid(text) IS 'A span id of 16 hex digits as a uuid, padded with zeros on the left.';

CREATE VIEW token_ledger_python_events AS
SELECT
  e.event_id,
  e.trace_id,
  token_ledger_span_uuid(e.span_id) AS span_id,
  token_ledger_span_uuid(e.parent_span_id) AS parent_span_id,
  e.timestamp,
  e.duration_ms,
  COALESCE(e.provider, 'unknown')::varchar(50) AS provider,
  COALESCE(e.model, e.request_model, 'unknown')::varchar(100) AS model,
  LEAST(COALESCE(e.input_tokens, 0), 2147483647)::integer AS input_tokens,
  LEAST(COALESCE(e.output_tokens, 0), 2147483647)::integer AS output_tokens,
  LEAST(COALESCE(e.total_tokens, COALESCE(e.input_tokens, 0)::numeric + COALESCE(e.output_tokens, 0)), 2147483647)::integer AS total_tokens,
  LEAST(COALESCE(e.cache_read_tokens, 0), 2147483647)::integer AS cached_tokens,
  CASE WHEN abs(e.cost_usd) < 9999 THEN e.cost_usd END::numeric(12,8) AS cost_usd,
  e.endpoint::varchar(255) AS endpoint,
  (CASE WHEN e.request_type = 'chat' AND e.streamed THEN 'chat_stream' ELSE COALESCE(e.request_type, 'chat') END)::varchar(50) AS request_type,
  e.user_id::varchar(255) AS user_id,
  e.session_id::varchar(255) AS session_id,
  e.organization_id::varchar(255) AS organization_id,
  e.app_name::varchar(100) AS app_name,
  e.environment::varchar(50) AS environment,
  (CASE e.status WHEN 'cancelled' THEN 'error' ELSE e.status END)::varchar(20) AS status,
  COALESCE(e.error_type, CASE e.status WHEN 'cancelled' THEN 'cancelled' END)::varchar(100) AS error_type,
  e.error_message,
  e.metadata,
  e.request_preview,
  e.response_preview,
  e.feature::varchar(100) AS feature,
  e.page::varchar(255) AS page,
  e.component::varchar(100) AS component,
  e.team::varchar(100) AS team,
  e.project::varchar(100) AS project,
  e.cost_center::varchar(100) AS cost_center,
  e.metadata_extra
FROM token_ledger_events e
WHERE e.billed IS NOT FALSE AND NOT COALESCE('counted_elsewhere' = ANY (e.usage_note), false);
COMMENT ON VIEW token_ledger_python_events IS 'The events with the columns and types of the Python TokenLedger''s table.';
COMMENT ON COLUMN token_ledger_python_events.event_id IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_python_events.trace_id IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_python_events.span_id IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_python_events.parent_span_id IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_python_events.timestamp IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_python_events.duration_ms IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_python_events.provider IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_python_events.model IS 'As served, else as requested, else unknown.';
COMMENT ON COLUMN token_ledger_python_events.input_tokens IS '0 where not reported.';
COMMENT ON COLUMN token_ledger_python_events.output_tokens IS '0 where not reported.';
COMMENT ON COLUMN token_ledger_python_events.total_tokens IS '0 where not reported.';
COMMENT ON COLUMN token_ledger_python_events.cached_tokens IS '0 where not reported.';
COMMENT ON COLUMN token_ledger_python_events.cost_usd IS 'Rounded to 8 decimals; NULL: unknown.';
COMMENT ON COLUMN token_ledger_python_events.endpoint IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_python_events.request_type IS 'chat_stream for a streamed chat.';
COMMENT ON COLUMN token_ledger_python_events.user_id IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_python_events.session_id IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_python_events.organization_id IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_python_events.app_name IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_python_events.environment IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_python_events.status IS 'success, error or timeout; cancelled is error.';
COMMENT ON COLUMN token_ledger_python_events.error_type IS 'cancelled for a cancelled call.';
COMMENT ON COLUMN token_ledger_python_events.error_message IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_python_events.metadata IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_python_events.request_preview IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_python_events.response_preview IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_python_events.feature IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_python_events.page IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_python_events.component IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_python_events.team IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_python_events.project IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_python_events.cost_center IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_python_events.metadata_extra IS 'As in token_ledger_events.';

CREATE VIEW token_ledger_daily_costs AS
SELECT
  (timestamp AT TIME ZONE 'UTC')::date AS date,
  COALESCE(provider, 'unknown') AS provider,
  COALESCE(model, 'unknown') AS model,
  sum(calls)::bigint AS request_count,
  COALESCE(sum(input_tokens), 0)::bigint AS total_input_tokens,
  COALESCE(sum(output_tokens), 0)::bigint AS total_output_tokens,
  (COALESCE(sum(input_tokens), 0) + COALESCE(sum(output_tokens), 0))::bigint AS total_tokens,
  sum(cost_usd) AS total_cost,
  avg(duration_ms) FILTER (WHERE calls = 1) AS avg_latency_ms
FROM token_ledger_charges
WHERE billed IS NOT FALSE AND NOT repeat
GROUP BY 1, 2, 3;
COMMENT ON VIEW token_ledger_daily_costs IS 'Cost by day, provider and model.';
COMMENT ON COLUMN token_ledger_daily_costs.date IS 'UTC day.';
COMMENT ON COLUMN token_ledger_daily_costs.provider IS 'Provider.';
COMMENT ON COLUMN token_ledger_daily_costs.model IS 'Model.';
COMMENT ON COLUMN token_ledger_daily_costs.request_count IS 'Number of calls.';
COMMENT ON COLUMN token_ledger_daily_costs.total_input_tokens IS 'Known input tokens.';
COMMENT ON COLUMN token_ledger_daily_costs.total_output_tokens IS 'Known output tokens.';
COMMENT ON COLUMN token_ledger_daily_costs.total_tokens IS 'Known tokens.';
COMMENT ON COLUMN token_ledger_daily_costs.total_cost IS 'Known cost in USD; NULL: none is known.';
COMMENT ON COLUMN token_ledger_daily_costs.avg_latency_ms IS 'Mean duration in ms.';

CREATE VIEW token_ledger_user_costs AS
SELECT
  COALESCE(user_id, 'anonymous') AS user_id,
  sum(calls)::bigint AS request_count,
  (COALESCE(sum(input_tokens), 0) + COALESCE(sum(output_tokens), 0))::bigint AS total_tokens,
  sum(cost_usd) AS total_cost,
  min(timestamp) AS first_request,
  max(timestamp) AS last_request
FROM token_ledger_charges
WHERE billed IS NOT FALSE AND NOT repeat
GROUP BY 1;
COMMENT ON VIEW token_ledger_user_costs IS 'Cost by user.';
COMMENT ON COLUMN token_ledger_user_costs.user_id IS 'User; anonymous for none.';
COMMENT ON COLUMN token_ledger_user_costs.request_count IS 'Number of calls.';
COMMENT ON COLUMN token_ledger_user_costs.total_tokens IS 'Known tokens.';
COMMENT ON COLUMN token_ledger_user_costs.total_cost IS 'Known cost in USD; NULL: none is known.';
COMMENT ON COLUMN token_ledger_user_costs.first_request IS 'First call.';
COMMENT ON COLUMN token_ledger_user_costs.last_request IS 'Last call.';

CREATE VIEW token_ledger_team_costs AS
SELECT
  COALESCE(team, 'unassigned') AS team,
  (timestamp AT TIME ZONE 'UTC')::date AS date,
  sum(calls)::bigint AS request_count,
  (COALESCE(sum(input_tokens), 0) + COALESCE(sum(output_tokens), 0))::bigint AS total_tokens,
  sum(cost_usd) AS total_cost,
  avg(duration_ms) FILTER (WHERE calls = 1) AS avg_latency_ms
FROM token_ledger_charges
WHERE billed IS NOT FALSE AND NOT repeat
GROUP BY 1, 2;
COMMENT ON VIEW token_ledger_team_costs IS 'Cost by team and day.';
COMMENT ON COLUMN token_ledger_team_costs.team IS 'Team; unassigned for none.';
COMMENT ON COLUMN token_ledger_team_costs.date IS 'UTC day.';
COMMENT ON COLUMN token_ledger_team_costs.request_count IS 'Number of calls.';
COMMENT ON COLUMN token_ledger_team_costs.total_tokens IS 'Known tokens.';
COMMENT ON COLUMN token_ledger_team_costs.total_cost IS 'Known cost in USD; NULL: none is known.';
COMMENT ON COLUMN token_ledger_team_costs.avg_latency_ms IS 'Mean duration in ms.';

CREATE VIEW token_ledger_feature_costs AS
SELECT
  COALESCE(feature, 'unassigned') AS feature,
  (timestamp AT TIME ZONE 'UTC')::date AS date,
  sum(calls)::bigint AS request_count,
  (COALESCE(sum(input_tokens), 0) + COALESCE(sum(output_tokens), 0))::bigint AS total_tokens,
  sum(cost_usd) AS total_cost,
  avg(duration_ms) FILTER (WHERE calls = 1) AS avg_latency_ms
FROM token_ledger_charges
WHERE billed IS NOT FALSE AND NOT repeat
GROUP BY 1, 2;
COMMENT ON VIEW token_ledger_feature_costs IS 'Cost by feature and day.';
COMMENT ON COLUMN token_ledger_feature_costs.feature IS 'Feature; unassigned for none.';
COMMENT ON COLUMN token_ledger_feature_costs.date IS 'UTC day.';
COMMENT ON COLUMN token_ledger_feature_costs.request_count IS 'Number of calls.';
COMMENT ON COLUMN token_ledger_feature_costs.total_tokens IS 'Known tokens.';
COMMENT ON COLUMN token_ledger_feature_costs.total_cost IS 'Known cost in USD; NULL: none is known.';
COMMENT ON COLUMN token_ledger_feature_costs.avg_latency_ms IS 'Mean duration in ms.';

CREATE VIEW token_ledger_cost_center_costs AS
SELECT
  COALESCE(cost_center, 'unassigned') AS cost_center,
  (timestamp AT TIME ZONE 'UTC')::date AS date,
  sum(calls)::bigint AS request_count,
  (COALESCE(sum(input_tokens), 0) + COALESCE(sum(output_tokens), 0))::bigint AS total_tokens,
  sum(cost_usd) AS total_cost
FROM token_ledger_charges
WHERE billed IS NOT FALSE AND NOT repeat
GROUP BY 1, 2;
COMMENT ON VIEW token_ledger_cost_center_costs IS 'Cost by cost center and day.';
COMMENT ON COLUMN token_ledger_cost_center_costs.cost_center IS 'Cost center; unassigned for none.';
COMMENT ON COLUMN token_ledger_cost_center_costs.date IS 'UTC day.';
COMMENT ON COLUMN token_ledger_cost_center_costs.request_count IS 'Number of calls.';
COMMENT ON COLUMN token_ledger_cost_center_costs.total_tokens IS 'Known tokens.';
COMMENT ON COLUMN token_ledger_cost_center_costs.total_cost IS 'Known cost in USD; NULL: none is known.';
