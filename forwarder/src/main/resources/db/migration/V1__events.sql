-- The ledger: one row per exchange, partitioned by UTC month. CONTRACTS of the project fix names and types.
-- There is no default partition: a row in it would block the creation of the month it belongs to.
CREATE TABLE token_ledger_events (
  -- identity
  event_id uuid NOT NULL,
  timestamp timestamptz NOT NULL,
  agent_timestamp timestamptz,
  ingested_at timestamptz NOT NULL,
  source_id uuid NOT NULL,
  source_seq bigint NOT NULL,
  agent_version text,
  client text,
  -- call
  provider text,
  api text,
  endpoint text,
  host text,
  request_type text,
  request_model text,
  model text,
  deployment text,
  region text,
  upstream_provider text,
  response_id text,
  request_id text,
  batch_id text,
  custom_id text,
  http_status integer,
  streamed boolean,
  attempt integer,
  stop_reason text,
  service_tier text,
  requested_service_tier text,
  inference_geo text,
  billing_account text,
  billing_project text,
  billed boolean,
  dedupe_key text,
  -- outcome
  status text,
  completion text,
  usage_source text,
  usage_note text[],
  error_type text,
  error_code text,
  error_message text,
  -- tokens
  input_tokens bigint,
  output_tokens bigint,
  total_tokens bigint,
  total_tokens_reported bigint,
  cached_tokens bigint,
  cache_read_tokens bigint,
  cache_write_tokens bigint,
  cache_write_5m_tokens bigint,
  cache_write_1h_tokens bigint,
  reasoning_tokens bigint,
  audio_input_tokens bigint,
  audio_output_tokens bigint,
  image_input_tokens bigint,
  image_output_tokens bigint,
  accepted_prediction_tokens bigint,
  rejected_prediction_tokens bigint,
  -- other counts
  server_tool_requests jsonb,
  billable jsonb,
  iterations jsonb,
  usage_raw jsonb,
  -- money
  cost_usd numeric,
  list_cost_usd numeric,
  input_cost_usd numeric,
  output_cost_usd numeric,
  cache_read_cost_usd numeric,
  cache_write_cost_usd numeric,
  tool_cost_usd numeric,
  cache_savings_usd numeric,
  reported_cost_usd numeric,
  reported_cost_kind text,
  cost_source text,
  price_id text,
  price_notes text[],
  unpriced_reason text,
  repriced_at timestamptz,
  -- time
  duration_ms double precision,
  time_to_first_byte_ms double precision,
  time_to_first_token_ms double precision,
  -- who
  app_name text,
  environment text,
  user_id text,
  session_id text,
  organization_id text,
  feature text,
  page text,
  component text,
  team text,
  project text,
  cost_center text,
  api_key_fingerprint text,
  caller text,
  trace_id uuid,
  span_id text,
  parent_span_id text,
  metadata jsonb,
  metadata_extra jsonb,
  -- text, off by default
  request_preview text,
  response_preview text,
  PRIMARY KEY (timestamp, event_id)
) PARTITION BY RANGE (timestamp);

CREATE INDEX token_ledger_events_trace ON token_ledger_events (trace_id) WHERE trace_id IS NOT NULL;

COMMENT ON TABLE token_ledger_events IS 'One row per exchange with a provider.';
COMMENT ON COLUMN token_ledger_events.event_id IS 'UUIDv7 of the exchange; its 48 time bits are the wall clock of the request in ms.';
COMMENT ON COLUMN token_ledger_events.timestamp IS 'When the request was sent, by the wall clock of the application, in microseconds. Partition key.';
COMMENT ON COLUMN token_ledger_events.agent_timestamp IS 'The timestamp the agent wrote, where the row had to be booked at another time: more than 1 h ahead of the forwarder, or before the retention floor.';
COMMENT ON COLUMN token_ledger_events.ingested_at IS 'When the forwarder wrote the row.';
COMMENT ON COLUMN token_ledger_events.source_id IS 'The process that made the call, see token_ledger_sources.';
COMMENT ON COLUMN token_ledger_events.source_seq IS 'Number of the record within its source: 0, 1, 2 ... without holes.';
COMMENT ON COLUMN token_ledger_events.agent_version IS 'Version of the agent that wrote the record.';
COMMENT ON COLUMN token_ledger_events.client IS 'HTTP client that made the call: okhttp, jdk, apache5 ...';
COMMENT ON COLUMN token_ledger_events.provider IS 'Who answered: openai, anthropic ...; local on loopback; else the host name.';
COMMENT ON COLUMN token_ledger_events.api IS 'Which of the providers interfaces: openai.chat, anthropic.messages ...';
COMMENT ON COLUMN token_ledger_events.endpoint IS 'Path of the request, without query.';
COMMENT ON COLUMN token_ledger_events.host IS 'Host of the request.';
COMMENT ON COLUMN token_ledger_events.request_type IS 'Kind of call: chat, embedding ...';
COMMENT ON COLUMN token_ledger_events.request_model IS 'Model the request asked for.';
COMMENT ON COLUMN token_ledger_events.model IS 'Model as served, as the provider wrote it.';
COMMENT ON COLUMN token_ledger_events.deployment IS 'Deployment the request named, where the provider has deployments.';
COMMENT ON COLUMN token_ledger_events.region IS 'Region of the provider that served the call.';
COMMENT ON COLUMN token_ledger_events.upstream_provider IS 'Who served a call that a gateway passed on.';
COMMENT ON COLUMN token_ledger_events.response_id IS 'The providers id of the response.';
COMMENT ON COLUMN token_ledger_events.request_id IS 'The providers id of the request, from a response header.';
COMMENT ON COLUMN token_ledger_events.batch_id IS 'Batch the row belongs to.';
COMMENT ON COLUMN token_ledger_events.custom_id IS 'The callers id of the line within its batch.';
COMMENT ON COLUMN token_ledger_events.http_status IS 'HTTP status of the response; NULL when none came.';
COMMENT ON COLUMN token_ledger_events.streamed IS 'Whether the response was a stream.';
COMMENT ON COLUMN token_ledger_events.attempt IS 'Which attempt the client said this was, from 0.';
COMMENT ON COLUMN token_ledger_events.stop_reason IS 'Why the model stopped, as the provider wrote it.';
COMMENT ON COLUMN token_ledger_events.service_tier IS 'Tier that served the call, as the provider wrote it.';
COMMENT ON COLUMN token_ledger_events.requested_service_tier IS 'Tier the request asked for.';
COMMENT ON COLUMN token_ledger_events.inference_geo IS 'Where inference ran, as the provider wrote it.';
COMMENT ON COLUMN token_ledger_events.billing_account IS 'The providers organisation that pays.';
COMMENT ON COLUMN token_ledger_events.billing_project IS 'The providers project or workspace that pays.';
COMMENT ON COLUMN token_ledger_events.billed IS 'false: the bill comes from elsewhere (a gateway that is metered itself, an undeclared host), so sums must not mix it in.';
COMMENT ON COLUMN token_ledger_events.dedupe_key IS 'Key of a report that a provider repeats on each poll or replay; claimed once in token_ledger_seen.';
COMMENT ON COLUMN token_ledger_events.status IS 'success, error, timeout or cancelled.';
COMMENT ON COLUMN token_ledger_events.completion IS 'complete, partial or none: how much of the response arrived.';
COMMENT ON COLUMN token_ledger_events.usage_source IS 'provider: the counts are the providers own; none: there are no counts.';
COMMENT ON COLUMN token_ledger_events.usage_note IS 'Why counts are missing or doubtful: not_requested, not_reported, cut, later, counted_elsewhere, too_large, encoding_unsupported, sum_mismatch, anomaly, request_unseen.';
COMMENT ON COLUMN token_ledger_events.error_type IS 'Type of the error, as provider or client named it.';
COMMENT ON COLUMN token_ledger_events.error_code IS 'Code of the error, as the provider wrote it.';
COMMENT ON COLUMN token_ledger_events.error_message IS 'First 1,000 characters of the error message.';
COMMENT ON COLUMN token_ledger_events.input_tokens IS 'All input tokens, cached ones included; NULL: not reported.';
COMMENT ON COLUMN token_ledger_events.output_tokens IS 'All output tokens, reasoning included; NULL: not reported.';
COMMENT ON COLUMN token_ledger_events.total_tokens IS 'Input plus output; NULL if either is unknown.';
COMMENT ON COLUMN token_ledger_events.total_tokens_reported IS 'Total as the provider reported it.';
COMMENT ON COLUMN token_ledger_events.cached_tokens IS 'Same as cache_read_tokens.';
COMMENT ON COLUMN token_ledger_events.cache_read_tokens IS 'Part of the input that was read from a cache.';
COMMENT ON COLUMN token_ledger_events.cache_write_tokens IS 'Part of the input that was written to a cache.';
COMMENT ON COLUMN token_ledger_events.cache_write_5m_tokens IS 'Part of the cache writes kept for 5 minutes.';
COMMENT ON COLUMN token_ledger_events.cache_write_1h_tokens IS 'Part of the cache writes kept for 1 hour.';
COMMENT ON COLUMN token_ledger_events.reasoning_tokens IS 'Part of the output that is reasoning.';
COMMENT ON COLUMN token_ledger_events.audio_input_tokens IS 'Part of the input that is audio.';
COMMENT ON COLUMN token_ledger_events.audio_output_tokens IS 'Part of the output that is audio.';
COMMENT ON COLUMN token_ledger_events.image_input_tokens IS 'Part of the input that is images.';
COMMENT ON COLUMN token_ledger_events.image_output_tokens IS 'Part of the output that is images.';
COMMENT ON COLUMN token_ledger_events.accepted_prediction_tokens IS 'Predicted output tokens that were accepted.';
COMMENT ON COLUMN token_ledger_events.rejected_prediction_tokens IS 'Predicted output tokens that were rejected, and billed.';
COMMENT ON COLUMN token_ledger_events.server_tool_requests IS 'Calls of server tools, by tool.';
COMMENT ON COLUMN token_ledger_events.billable IS 'Other billed units: search units, seconds, pages, images, characters.';
COMMENT ON COLUMN token_ledger_events.iterations IS 'The passes of one call where the provider bills them one by one, normalised, each with its model and its cost_usd and price_id, or its unpriced_reason.';
COMMENT ON COLUMN token_ledger_events.usage_raw IS 'The providers usage report as it came.';
COMMENT ON COLUMN token_ledger_events.cost_usd IS 'Cost in USD: contracted, else list; NULL: unknown, see unpriced_reason.';
COMMENT ON COLUMN token_ledger_events.list_cost_usd IS 'Cost at list prices.';
COMMENT ON COLUMN token_ledger_events.input_cost_usd IS 'Part of the list cost: input neither read from nor written to a cache.';
COMMENT ON COLUMN token_ledger_events.output_cost_usd IS 'Part of the list cost: output.';
COMMENT ON COLUMN token_ledger_events.cache_read_cost_usd IS 'Part of the list cost: input read from a cache.';
COMMENT ON COLUMN token_ledger_events.cache_write_cost_usd IS 'Part of the list cost: input written to a cache.';
COMMENT ON COLUMN token_ledger_events.tool_cost_usd IS 'Part of the list cost: server tools billed per call.';
COMMENT ON COLUMN token_ledger_events.cache_savings_usd IS 'What caching saved against fresh input; negative when it cost more.';
COMMENT ON COLUMN token_ledger_events.reported_cost_usd IS 'Cost that the provider itself reported.';
COMMENT ON COLUMN token_ledger_events.reported_cost_kind IS 'What the reported cost is: charged, fee or estimate.';
COMMENT ON COLUMN token_ledger_events.cost_source IS 'catalogue or reported; NULL when unpriced.';
COMMENT ON COLUMN token_ledger_events.price_id IS 'The price sheet used, see token_ledger_prices; NULL when unpriced.';
COMMENT ON COLUMN token_ledger_events.price_notes IS 'What was assumed when pricing; NULL when nothing was.';
COMMENT ON COLUMN token_ledger_events.unpriced_reason IS 'Why there is no cost; NULL when there is one.';
COMMENT ON COLUMN token_ledger_events.repriced_at IS 'When the costs were last computed anew; NULL: never.';
COMMENT ON COLUMN token_ledger_events.duration_ms IS 'From request to end of the response, in ms.';
COMMENT ON COLUMN token_ledger_events.time_to_first_byte_ms IS 'From request to the first byte of the body, in ms.';
COMMENT ON COLUMN token_ledger_events.time_to_first_token_ms IS 'From request to the first token of a stream, in ms.';
COMMENT ON COLUMN token_ledger_events.app_name IS 'Service that made the call.';
COMMENT ON COLUMN token_ledger_events.environment IS 'Environment of the service.';
COMMENT ON COLUMN token_ledger_events.user_id IS 'End user.';
COMMENT ON COLUMN token_ledger_events.session_id IS 'Session of the end user.';
COMMENT ON COLUMN token_ledger_events.organization_id IS 'Customer organisation.';
COMMENT ON COLUMN token_ledger_events.feature IS 'Feature of the application.';
COMMENT ON COLUMN token_ledger_events.page IS 'Page of the application.';
COMMENT ON COLUMN token_ledger_events.component IS 'Component of the application.';
COMMENT ON COLUMN token_ledger_events.team IS 'Team that owns the call.';
COMMENT ON COLUMN token_ledger_events.project IS 'Project of the team.';
COMMENT ON COLUMN token_ledger_events.cost_center IS 'Cost centre.';
COMMENT ON COLUMN token_ledger_events.api_key_fingerprint IS 'Keyed hash of the API key; NULL without a salt.';
COMMENT ON COLUMN token_ledger_events.caller IS 'Class or method that made the call.';
COMMENT ON COLUMN token_ledger_events.trace_id IS 'Trace the call belongs to.';
COMMENT ON COLUMN token_ledger_events.span_id IS 'Span the call belongs to, 16 hex digits.';
COMMENT ON COLUMN token_ledger_events.parent_span_id IS 'Parent of that span.';
COMMENT ON COLUMN token_ledger_events.metadata IS 'What the provider said beyond the columns, and repeat_of on a repeat.';
COMMENT ON COLUMN token_ledger_events.metadata_extra IS 'What the application added, and fields of newer agents.';
COMMENT ON COLUMN token_ledger_events.request_preview IS 'Bounded, redacted start of the request; NULL unless configured.';
COMMENT ON COLUMN token_ledger_events.response_preview IS 'Bounded, redacted start of the response; NULL unless configured.';
