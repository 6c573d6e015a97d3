-- What the watch reads every few seconds is found through an index, however long the history.
CREATE INDEX token_ledger_gaps_detected ON token_ledger_gaps (detected_at);
CREATE INDEX token_ledger_dead_letters_recorded ON token_ledger_dead_letters (recorded_at);

-- The fleet as its agents report it. A report is whatever an agent of any version wrote: no value of an unexpected
-- type may make the view fail.
CREATE VIEW token_ledger_fleet AS
SELECT
  s.source_id,
  s.service,
  s.environment,
  s.host,
  s.pid,
  s.started_at,
  s.agent_version,
  s.java_version,
  s.config_digest,
  CASE
    WHEN s.drained_at IS NOT NULL THEN 'ended'
    WHEN s.lease_until > now() THEN 'followed'
    ELSE 'unattended'
  END AS state,
  s.reported_at,
  s.last_event_at,
  CASE WHEN s.drained_at IS NULL
    THEN now() - GREATEST(s.started_at, s.reported_at, s.last_event_at)
  END AS silent_for,
  s.last_event_at IS NULL AS without_exchanges,
  c.rewritten AS clients_rewritten,
  c.refused AS clients_refused,
  n.exchanges_handed_over::bigint AS exchanges_handed_over,
  n.entries_written::bigint AS entries_written,
  n.ledger_errors::bigint AS ledger_errors,
  m.missing::bigint AS missing,
  m.missing_by_reason,
  s.report ->> 'writer' AS writer,
  s.report ->> 'why_not_chronicle' AS why_not_chronicle,
  round(n.caller_p50 / 1000, 1) AS caller_p50_us,
  round(n.caller_p99 / 1000, 1) AS caller_p99_us,
  round(n.ledger_p50 / 1000, 1) AS ledger_thread_p50_us,
  round(n.ledger_p99 / 1000, 1) AS ledger_thread_p99_us
FROM token_ledger_sources s
CROSS JOIN LATERAL (
  SELECT
    array_agg(e.key ORDER BY e.key) FILTER (WHERE e.value LIKE 'rewritten%') AS rewritten,
    jsonb_object_agg(e.key, e.value) FILTER (WHERE e.value LIKE 'refused%') AS refused
  FROM jsonb_each_text(CASE
    WHEN jsonb_typeof(s.report -> 'clients') = 'object' THEN s.report -> 'clients'
    WHEN jsonb_typeof(s.clients) = 'object' THEN s.clients
    ELSE '{}'::jsonb END) AS e) c
CROSS JOIN LATERAL (
  SELECT
    max(v.number) FILTER (WHERE v.name = 'exchanges_handed_over') AS exchanges_handed_over,
    max(v.number) FILTER (WHERE v.name = 'entries_written') AS entries_written,
    max(v.number) FILTER (WHERE v.name = 'ledger_errors') AS ledger_errors,
    max(v.number) FILTER (WHERE v.name = 'caller_p50') AS caller_p50,
    max(v.number) FILTER (WHERE v.name = 'caller_p99') AS caller_p99,
    max(v.number) FILTER (WHERE v.name = 'ledger_p50') AS ledger_p50,
    max(v.number) FILTER (WHERE v.name = 'ledger_p99') AS ledger_p99
  FROM (
    SELECT p.name, CASE WHEN jsonb_typeof(s.report #> p.way) = 'number' THEN (s.report #>> p.way)::numeric END
    FROM (VALUES
      ('exchanges_handed_over', '{exchanges_handed_over}'::text[]),
      ('entries_written', '{entries_written}'),
      ('ledger_errors', '{ledger_errors}'),
      ('caller_p50', '{own_cost_ns,caller,p50}'),
      ('caller_p99', '{own_cost_ns,caller,p99}'),
      ('ledger_p50', '{own_cost_ns,ledger_thread,p50}'),
      ('ledger_p99', '{own_cost_ns,ledger_thread,p99}')) AS p (name, way)) AS v (name, number)) n
CROSS JOIN LATERAL (
  SELECT
    sum(CASE WHEN jsonb_typeof(e.value) = 'number' THEN (e.value #>> '{}')::numeric END) AS missing,
    NULLIF(jsonb_object_agg(e.key, e.value), '{}'::jsonb) AS missing_by_reason
  FROM jsonb_each(CASE WHEN jsonb_typeof(s.report -> 'missing') = 'object' THEN s.report -> 'missing' ELSE '{}'::jsonb END)
    AS e) m;
COMMENT ON VIEW token_ledger_fleet IS 'One row per process with an agent, as its last report has it. WHERE state <> ''ended'' shows those that run now.';
COMMENT ON COLUMN token_ledger_fleet.source_id IS 'As in token_ledger_sources.';
COMMENT ON COLUMN token_ledger_fleet.service IS 'Service name.';
COMMENT ON COLUMN token_ledger_fleet.environment IS 'Environment of the service.';
COMMENT ON COLUMN token_ledger_fleet.host IS 'Host the process runs on.';
COMMENT ON COLUMN token_ledger_fleet.pid IS 'Process id on that host.';
COMMENT ON COLUMN token_ledger_fleet.started_at IS 'When the process started.';
COMMENT ON COLUMN token_ledger_fleet.agent_version IS 'Version of its agent.';
COMMENT ON COLUMN token_ledger_fleet.java_version IS 'Version of its Java.';
COMMENT ON COLUMN token_ledger_fleet.config_digest IS 'Digest of the agents configuration: processes of one service that differ in it run with different files.';
COMMENT ON COLUMN token_ledger_fleet.state IS 'followed: a forwarder reads it now; unattended: none does, and it is not known to be drained; ended: the process is gone and everything is drained.';
COMMENT ON COLUMN token_ledger_fleet.reported_at IS 'Time of its last report; an agent reports each minute in which something happened.';
COMMENT ON COLUMN token_ledger_fleet.last_event_at IS 'Latest timestamp of a row of it.';
COMMENT ON COLUMN token_ledger_fleet.silent_for IS 'Time since its start, last report and last row, whichever came last; NULL: it has ended.';
COMMENT ON COLUMN token_ledger_fleet.without_exchanges IS 'true: the agent is there, and no call of it is in the ledger.';
COMMENT ON COLUMN token_ledger_fleet.clients_rewritten IS 'HTTP clients that the agent meters; NULL: none was loaded.';
COMMENT ON COLUMN token_ledger_fleet.clients_refused IS 'HTTP clients that it left alone, with the reason; NULL: none.';
COMMENT ON COLUMN token_ledger_fleet.exchanges_handed_over IS 'Exchanges that ended, since the start.';
COMMENT ON COLUMN token_ledger_fleet.entries_written IS 'Entries in its queue, since the start: exchanges, gaps, reports.';
COMMENT ON COLUMN token_ledger_fleet.ledger_errors IS 'Errors that its ledger thread survived.';
COMMENT ON COLUMN token_ledger_fleet.missing IS 'Exchanges that it had to drop; NULL: it reported none.';
COMMENT ON COLUMN token_ledger_fleet.missing_by_reason IS 'The same by reason.';
COMMENT ON COLUMN token_ledger_fleet.writer IS 'What it writes to: chronicle or segment.';
COMMENT ON COLUMN token_ledger_fleet.why_not_chronicle IS 'Why it does not write to Chronicle; NULL: it does.';
COMMENT ON COLUMN token_ledger_fleet.caller_p50_us IS 'Own cost of an exchange on the applications threads, microseconds, median since the start.';
COMMENT ON COLUMN token_ledger_fleet.caller_p99_us IS 'The same, 99th percentile.';
COMMENT ON COLUMN token_ledger_fleet.ledger_thread_p50_us IS 'Own cost of an exchange on the agents thread, microseconds, median since the start.';
COMMENT ON COLUMN token_ledger_fleet.ledger_thread_p99_us IS 'The same, 99th percentile.';
SELECT copy_grants('token_ledger_charges', 'token_ledger_fleet');
