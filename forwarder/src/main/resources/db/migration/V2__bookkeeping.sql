-- What the forwarder keeps beside the events.

CREATE TABLE token_ledger_sources (
  source_id uuid PRIMARY KEY,
  position bigint NOT NULL DEFAULT 0,
  queue_file text,
  queue_offset bigint NOT NULL DEFAULT 0,
  segment_file text,
  segment_offset bigint NOT NULL DEFAULT 0,
  reads bigint NOT NULL DEFAULT 0,
  lease_holder text,
  lease_until timestamptz,
  directory text,
  service text,
  environment text,
  host text,
  pid bigint,
  started_at timestamptz,
  agent_version text,
  java_version text,
  config_digest text,
  clients jsonb,
  description jsonb,
  reported_at timestamptz,
  report jsonb,
  last_event_at timestamptz,
  first_seen_at timestamptz NOT NULL DEFAULT now(),
  drained_at timestamptz,
  deleted_at timestamptz
);
COMMENT ON TABLE token_ledger_sources IS 'One row per process that ever wrote a queue; never deleted. Holds how far it is drained and who drains it.';
COMMENT ON COLUMN token_ledger_sources.source_id IS 'UUIDv7 of the process, as in its source.json.';
COMMENT ON COLUMN token_ledger_sources.position IS 'Next record number (seq) to take: all below are committed.';
COMMENT ON COLUMN token_ledger_sources.queue_file IS 'Chronicle cycle file being read; NULL: from the first.';
COMMENT ON COLUMN token_ledger_sources.queue_offset IS 'Byte offset of the next entry in that cycle file.';
COMMENT ON COLUMN token_ledger_sources.segment_file IS 'Segment file being read; NULL: from the first.';
COMMENT ON COLUMN token_ledger_sources.segment_offset IS 'Byte offset of the next record in that segment file.';
COMMENT ON COLUMN token_ledger_sources.reads IS 'Number of transactions that advanced this source; the fence against a second forwarder.';
COMMENT ON COLUMN token_ledger_sources.lease_holder IS 'Forwarder that reads this source; NULL: nobody.';
COMMENT ON COLUMN token_ledger_sources.lease_until IS 'When the lease ends unless it is renewed.';
COMMENT ON COLUMN token_ledger_sources.directory IS 'Name of the queue directory it was last seen in.';
COMMENT ON COLUMN token_ledger_sources.service IS 'Service name.';
COMMENT ON COLUMN token_ledger_sources.environment IS 'Environment of the service.';
COMMENT ON COLUMN token_ledger_sources.host IS 'Host the process ran on.';
COMMENT ON COLUMN token_ledger_sources.pid IS 'Process id on that host.';
COMMENT ON COLUMN token_ledger_sources.started_at IS 'When the process started.';
COMMENT ON COLUMN token_ledger_sources.agent_version IS 'Version of its agent.';
COMMENT ON COLUMN token_ledger_sources.java_version IS 'Version of its Java.';
COMMENT ON COLUMN token_ledger_sources.config_digest IS 'Digest of the agents configuration.';
COMMENT ON COLUMN token_ledger_sources.clients IS 'HTTP clients rewritten or refused, and why.';
COMMENT ON COLUMN token_ledger_sources.description IS 'The whole source.json.';
COMMENT ON COLUMN token_ledger_sources.reported_at IS 'Time of the agents last report.';
COMMENT ON COLUMN token_ledger_sources.report IS 'The agents last report: counters and its own cost.';
COMMENT ON COLUMN token_ledger_sources.last_event_at IS 'Latest timestamp of a row of this source.';
COMMENT ON COLUMN token_ledger_sources.first_seen_at IS 'When a forwarder first saw it.';
COMMENT ON COLUMN token_ledger_sources.drained_at IS 'When the source was found abandoned and wholly drained; NULL: not yet.';
COMMENT ON COLUMN token_ledger_sources.deleted_at IS 'When its queue files were deleted; NULL: not yet.';

CREATE TABLE token_ledger_gaps (
  gap_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source_id uuid NOT NULL,
  kind text NOT NULL,
  reason text,
  missing bigint,
  first_seq bigint,
  last_seq bigint,
  first_at timestamptz,
  last_at timestamptz,
  detail text,
  detected_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX token_ledger_gaps_source ON token_ledger_gaps (source_id);
COMMENT ON TABLE token_ledger_gaps IS 'Exchanges that are known to be missing from the ledger.';
COMMENT ON COLUMN token_ledger_gaps.gap_id IS 'Number of the gap.';
COMMENT ON COLUMN token_ledger_gaps.source_id IS 'Source that misses them.';
COMMENT ON COLUMN token_ledger_gaps.kind IS 'reported: the agent says so; sequence: record numbers jump; lost: records were gone before they could be read, an alarm; torn: a record was cut in the middle.';
COMMENT ON COLUMN token_ledger_gaps.reason IS 'Reason the agent gave: overflow, disk, cap, too_large, failed ...';
COMMENT ON COLUMN token_ledger_gaps.missing IS 'How many; for kind sequence and lost an upper bound, since numbers also count reports; NULL: unknown.';
COMMENT ON COLUMN token_ledger_gaps.first_seq IS 'First record number missing, or that of the agents gap record.';
COMMENT ON COLUMN token_ledger_gaps.last_seq IS 'Last record number missing.';
COMMENT ON COLUMN token_ledger_gaps.first_at IS 'Time of the first missing exchange, where known.';
COMMENT ON COLUMN token_ledger_gaps.last_at IS 'Time of the last missing exchange, where known.';
COMMENT ON COLUMN token_ledger_gaps.detail IS 'A sentence for the reader.';
COMMENT ON COLUMN token_ledger_gaps.detected_at IS 'When the forwarder found it.';

CREATE TABLE token_ledger_dead_letters (
  dead_letter_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source_id uuid NOT NULL,
  source_seq bigint,
  place text NOT NULL,
  reason text NOT NULL,
  sqlstate text,
  record bytea NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE token_ledger_dead_letters IS 'Records that could not be decoded or stored, kept byte for byte.';
COMMENT ON COLUMN token_ledger_dead_letters.dead_letter_id IS 'Number of the dead letter.';
COMMENT ON COLUMN token_ledger_dead_letters.source_id IS 'Source that wrote the record.';
COMMENT ON COLUMN token_ledger_dead_letters.source_seq IS 'Its record number, where it could be read.';
COMMENT ON COLUMN token_ledger_dead_letters.place IS 'Where it stood: file, and index or byte offset.';
COMMENT ON COLUMN token_ledger_dead_letters.reason IS 'Why it is here.';
COMMENT ON COLUMN token_ledger_dead_letters.sqlstate IS 'SQLSTATE, where the database refused it.';
COMMENT ON COLUMN token_ledger_dead_letters.record IS 'The record as it was.';
COMMENT ON COLUMN token_ledger_dead_letters.recorded_at IS 'When it was put here.';

CREATE TABLE token_ledger_seen (
  dedupe_key text PRIMARY KEY,
  event_id uuid NOT NULL,
  timestamp timestamptz NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE token_ledger_seen IS 'Claims of reports that providers repeat: the first row with a key counts, later ones name it.';
COMMENT ON COLUMN token_ledger_seen.dedupe_key IS 'Provider, account and response id.';
COMMENT ON COLUMN token_ledger_seen.event_id IS 'Row that counts.';
COMMENT ON COLUMN token_ledger_seen.timestamp IS 'Timestamp of that row.';
COMMENT ON COLUMN token_ledger_seen.seen_at IS 'When the claim was made.';

CREATE TABLE token_ledger_retention (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  floor timestamptz NOT NULL
);
INSERT INTO token_ledger_retention (floor) VALUES ('2020-01-01 00:00:00+00');
COMMENT ON TABLE token_ledger_retention IS 'One row: the time before which nothing is booked any more.';
COMMENT ON COLUMN token_ledger_retention.only_row IS 'Always true: keeps the table at one row.';
COMMENT ON COLUMN token_ledger_retention.floor IS 'Rows before it are booked at the time they are written, with agent_timestamp kept.';

CREATE TABLE token_ledger_prices (
  price_id text PRIMARY KEY,
  provider text NOT NULL,
  model text NOT NULL,
  region text,
  tier text,
  valid_from timestamptz,
  valid_until timestamptz,
  rates jsonb NOT NULL,
  source text,
  catalogue text,
  loaded_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE token_ledger_prices IS 'Price sheets: all rates of one model, region, tier and period. Never changed, never deleted.';
COMMENT ON COLUMN token_ledger_prices.price_id IS 'Id of the sheet, in price_id of each row it priced.';
COMMENT ON COLUMN token_ledger_prices.provider IS 'Provider the sheet is for.';
COMMENT ON COLUMN token_ledger_prices.model IS 'Model the sheet is for.';
COMMENT ON COLUMN token_ledger_prices.region IS 'Region it is for; NULL: any.';
COMMENT ON COLUMN token_ledger_prices.tier IS 'Service tier it is for; NULL: any.';
COMMENT ON COLUMN token_ledger_prices.valid_from IS 'First instant it applies; NULL: from the beginning.';
COMMENT ON COLUMN token_ledger_prices.valid_until IS 'First instant it no longer applies; NULL: open.';
COMMENT ON COLUMN token_ledger_prices.rates IS 'The rates, USD per million tokens or per call, as decimal text.';
COMMENT ON COLUMN token_ledger_prices.source IS 'Where the rates come from.';
COMMENT ON COLUMN token_ledger_prices.catalogue IS 'Catalogue file and its date.';
COMMENT ON COLUMN token_ledger_prices.loaded_at IS 'When the sheet was stored.';

CREATE TABLE token_ledger_daily (
  day date NOT NULL,
  provider text,
  api text,
  model text,
  app_name text,
  environment text,
  team text,
  feature text,
  project text,
  cost_center text,
  billed boolean NOT NULL,
  repeat boolean NOT NULL,
  calls bigint NOT NULL,
  charges bigint NOT NULL,
  errors bigint NOT NULL,
  partial_calls bigint NOT NULL,
  input_tokens numeric NOT NULL,
  input_tokens_unknown bigint NOT NULL,
  output_tokens numeric NOT NULL,
  output_tokens_unknown bigint NOT NULL,
  cache_read_tokens numeric NOT NULL,
  cache_read_tokens_unknown bigint NOT NULL,
  cache_write_tokens numeric NOT NULL,
  cache_write_tokens_unknown bigint NOT NULL,
  cost_usd numeric NOT NULL,
  cost_unknown bigint NOT NULL,
  cost_assumed bigint NOT NULL,
  duration_ms double precision NOT NULL,
  duration_unknown bigint NOT NULL
);
COMMENT ON TABLE token_ledger_daily IS 'Daily rollup of token_ledger_charges, kept in the transaction that writes the rows. Beside each sum stands how many charges it does not know.';
COMMENT ON COLUMN token_ledger_daily.day IS 'UTC day of the timestamp.';
COMMENT ON COLUMN token_ledger_daily.provider IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily.api IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily.model IS 'Model as served, of the iteration where there is one; else the requested one.';
COMMENT ON COLUMN token_ledger_daily.app_name IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily.environment IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily.team IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily.feature IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily.project IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily.cost_center IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily.billed IS 'false: billed elsewhere.';
COMMENT ON COLUMN token_ledger_daily.repeat IS 'true: counted on another row.';
COMMENT ON COLUMN token_ledger_daily.calls IS 'Rows.';
COMMENT ON COLUMN token_ledger_daily.charges IS 'Charges: iterations where a row has any, else rows.';
COMMENT ON COLUMN token_ledger_daily.errors IS 'Rows whose status is not success.';
COMMENT ON COLUMN token_ledger_daily.partial_calls IS 'Rows whose completion is not complete.';
COMMENT ON COLUMN token_ledger_daily.input_tokens IS 'Sum of the known ones.';
COMMENT ON COLUMN token_ledger_daily.input_tokens_unknown IS 'Charges without input_tokens.';
COMMENT ON COLUMN token_ledger_daily.output_tokens IS 'Sum of the known ones.';
COMMENT ON COLUMN token_ledger_daily.output_tokens_unknown IS 'Charges without output_tokens.';
COMMENT ON COLUMN token_ledger_daily.cache_read_tokens IS 'Sum of the known ones.';
COMMENT ON COLUMN token_ledger_daily.cache_read_tokens_unknown IS 'Charges without cache_read_tokens.';
COMMENT ON COLUMN token_ledger_daily.cache_write_tokens IS 'Sum of the known ones.';
COMMENT ON COLUMN token_ledger_daily.cache_write_tokens_unknown IS 'Charges without cache_write_tokens.';
COMMENT ON COLUMN token_ledger_daily.cost_usd IS 'Sum of the known ones: a lower bound while cost_unknown is not 0.';
COMMENT ON COLUMN token_ledger_daily.cost_unknown IS 'Charges without cost_usd.';
COMMENT ON COLUMN token_ledger_daily.cost_assumed IS 'Charges of rows with price_notes.';
COMMENT ON COLUMN token_ledger_daily.duration_ms IS 'Sum over the rows that know it.';
COMMENT ON COLUMN token_ledger_daily.duration_unknown IS 'Rows without duration_ms.';

-- A later step replaces the table by one with a key of its own, since Postgres 14 has no such constraint.
DO $$
BEGIN
  IF current_setting('server_version_num')::int >= 150000 THEN
    EXECUTE 'ALTER TABLE token_ledger.token_ledger_daily ADD UNIQUE NULLS NOT DISTINCT
      (day, provider, api, model, app_name, environment, team, feature, project, cost_center, billed, repeat)';
  END IF;
END
$$;
