-- How much of what agents recognised could be read: what shows first when a provider changes its format.

CREATE TABLE token_ledger_coverage (
  day date NOT NULL,
  source_id uuid NOT NULL,
  provider text NOT NULL,
  api text NOT NULL,
  exchanges bigint NOT NULL DEFAULT 0,
  usage_expected bigint NOT NULL DEFAULT 0,
  usage_parsed bigint NOT NULL DEFAULT 0,
  usage_incomplete bigint NOT NULL DEFAULT 0,
  not_reported bigint NOT NULL DEFAULT 0,
  truncated bigint NOT NULL DEFAULT 0,
  too_large bigint NOT NULL DEFAULT 0,
  encoding_unsupported bigint NOT NULL DEFAULT 0,
  faults bigint NOT NULL DEFAULT 0,
  not_requested bigint NOT NULL DEFAULT 0,
  later bigint NOT NULL DEFAULT 0,
  counted_elsewhere bigint NOT NULL DEFAULT 0,
  without_usage bigint NOT NULL DEFAULT 0,
  anomalies bigint NOT NULL DEFAULT 0,
  sum_mismatches bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (day, source_id, provider, api)
);
COMMENT ON TABLE token_ledger_coverage IS 'What agents counted by provider and API, out of their reports. usage_expected is the sum of the seven columns after it; those after faults explain the rest.';
COMMENT ON COLUMN token_ledger_coverage.day IS 'UTC day of the report that brought the counts; an agent reports each minute in which something happened.';
COMMENT ON COLUMN token_ledger_coverage.source_id IS 'Process that counted, see token_ledger_sources.';
COMMENT ON COLUMN token_ledger_coverage.provider IS 'As in the events; other beyond 64 pairs in one process.';
COMMENT ON COLUMN token_ledger_coverage.api IS 'As in the events.';
COMMENT ON COLUMN token_ledger_coverage.exchanges IS 'Exchanges that were recognised, however they ended.';
COMMENT ON COLUMN token_ledger_coverage.usage_expected IS 'Of these, answers with HTTP 2xx that were read to their end and were due to carry usage.';
COMMENT ON COLUMN token_ledger_coverage.usage_parsed IS 'Of the expected: usage was read, all of it.';
COMMENT ON COLUMN token_ledger_coverage.usage_incomplete IS 'Of the expected: usage without its input or its output count.';
COMMENT ON COLUMN token_ledger_coverage.not_reported IS 'Of the expected: no usage where it used to be.';
COMMENT ON COLUMN token_ledger_coverage.truncated IS 'Of the expected: no usage, and the body ended before what ends a whole one.';
COMMENT ON COLUMN token_ledger_coverage.too_large IS 'Of the expected: no usage, for it passed the agents bound.';
COMMENT ON COLUMN token_ledger_coverage.encoding_unsupported IS 'Of the expected: no usage, for the agent cannot undo the encoding.';
COMMENT ON COLUMN token_ledger_coverage.faults IS 'Of the expected: no usage, for the agent itself failed.';
COMMENT ON COLUMN token_ledger_coverage.not_requested IS 'Not expected: a stream whose caller did not ask for usage.';
COMMENT ON COLUMN token_ledger_coverage.later IS 'Not expected: usage comes with a later answer.';
COMMENT ON COLUMN token_ledger_coverage.counted_elsewhere IS 'Not expected: usage is on another row.';
COMMENT ON COLUMN token_ledger_coverage.without_usage IS 'Not expected: answers of this API carry none.';
COMMENT ON COLUMN token_ledger_coverage.anomalies IS 'Exchanges with a count that is none.';
COMMENT ON COLUMN token_ledger_coverage.sum_mismatches IS 'Exchanges whose total is not the sum of its parts.';

CREATE TABLE token_ledger_unlisted_hosts (
  day date NOT NULL,
  source_id uuid NOT NULL,
  host text NOT NULL,
  call text NOT NULL,
  metered boolean NOT NULL,
  calls bigint NOT NULL,
  PRIMARY KEY (day, source_id, host, call, metered)
);
COMMENT ON TABLE token_ledger_unlisted_hosts IS 'Calls that look like model calls, to hosts or paths that neither a provider nor the configuration lists.';
COMMENT ON COLUMN token_ledger_unlisted_hosts.day IS 'UTC day of the report that brought the count.';
COMMENT ON COLUMN token_ledger_unlisted_hosts.source_id IS 'Process that called, see token_ledger_sources.';
COMMENT ON COLUMN token_ledger_unlisted_hosts.host IS 'Host that was called; other beyond 64 in one process.';
COMMENT ON COLUMN token_ledger_unlisted_hosts.call IS 'Where metered the api, else the end of the path that looks like a model call.';
COMMENT ON COLUMN token_ledger_unlisted_hosts.metered IS 'true: the calls are rows with billed = false; false: there are no rows.';
COMMENT ON COLUMN token_ledger_unlisted_hosts.calls IS 'Calls.';

-- Reports are cumulative: this is how far they are booked, so that whatever is read twice adds nothing.
ALTER TABLE token_ledger_sources ADD COLUMN coverage jsonb;
COMMENT ON COLUMN token_ledger_sources.coverage IS 'Counters of its reports that are booked in token_ledger_coverage and token_ledger_unlisted_hosts, cumulative.';

CREATE VIEW token_ledger_coverage_daily AS
SELECT
  c.day,
  c.provider,
  c.api,
  trunc(100 * sum(c.usage_parsed) / NULLIF(sum(c.usage_expected), 0), 2) AS coverage_percent,
  sum(c.usage_expected) AS usage_expected,
  sum(c.usage_parsed) AS usage_parsed,
  sum(c.usage_incomplete) AS usage_incomplete,
  sum(c.not_reported) AS not_reported,
  sum(c.truncated) AS truncated,
  sum(c.too_large) AS too_large,
  sum(c.encoding_unsupported) AS encoding_unsupported,
  sum(c.faults) AS faults,
  sum(c.exchanges) AS exchanges,
  sum(c.not_requested) AS not_requested,
  sum(c.later) AS later,
  sum(c.counted_elsewhere) AS counted_elsewhere,
  sum(c.without_usage) AS without_usage,
  sum(c.anomalies) AS anomalies,
  sum(c.sum_mismatches) AS sum_mismatches,
  count(DISTINCT c.source_id) AS sources,
  array_agg(DISTINCT s.service ORDER BY s.service)
    FILTER (WHERE c.usage_parsed < c.usage_expected AND s.service IS NOT NULL) AS services_below,
  array_agg(DISTINCT s.agent_version ORDER BY s.agent_version)
    FILTER (WHERE c.usage_parsed < c.usage_expected AND s.agent_version IS NOT NULL) AS agents_below
FROM token_ledger_coverage c
LEFT JOIN token_ledger_sources s USING (source_id)
GROUP BY c.day, c.provider, c.api;
COMMENT ON VIEW token_ledger_coverage_daily IS 'Coverage by day, provider and API: how much of the usage that was due could be read. Below 100 a provider may have changed its format.';
COMMENT ON COLUMN token_ledger_coverage_daily.day IS 'UTC day.';
COMMENT ON COLUMN token_ledger_coverage_daily.provider IS 'As in the events.';
COMMENT ON COLUMN token_ledger_coverage_daily.api IS 'As in the events.';
COMMENT ON COLUMN token_ledger_coverage_daily.coverage_percent IS 'usage_parsed of usage_expected, cut to two places, so 100 means all; NULL: nothing was expected.';
COMMENT ON COLUMN token_ledger_coverage_daily.usage_expected IS 'As in token_ledger_coverage, over all sources.';
COMMENT ON COLUMN token_ledger_coverage_daily.usage_parsed IS 'As in token_ledger_coverage, over all sources.';
COMMENT ON COLUMN token_ledger_coverage_daily.usage_incomplete IS 'As in token_ledger_coverage, over all sources.';
COMMENT ON COLUMN token_ledger_coverage_daily.not_reported IS 'As in token_ledger_coverage, over all sources.';
COMMENT ON COLUMN token_ledger_coverage_daily.truncated IS 'As in token_ledger_coverage, over all sources.';
COMMENT ON COLUMN token_ledger_coverage_daily.too_large IS 'As in token_ledger_coverage, over all sources.';
COMMENT ON COLUMN token_ledger_coverage_daily.encoding_unsupported IS 'As in token_ledger_coverage, over all sources.';
COMMENT ON COLUMN token_ledger_coverage_daily.faults IS 'As in token_ledger_coverage, over all sources.';
COMMENT ON COLUMN token_ledger_coverage_daily.exchanges IS 'As in token_ledger_coverage, over all sources.';
COMMENT ON COLUMN token_ledger_coverage_daily.not_requested IS 'As in token_ledger_coverage, over all sources.';
COMMENT ON COLUMN token_ledger_coverage_daily.later IS 'As in token_ledger_coverage, over all sources.';
COMMENT ON COLUMN token_ledger_coverage_daily.counted_elsewhere IS 'As in token_ledger_coverage, over all sources.';
COMMENT ON COLUMN token_ledger_coverage_daily.without_usage IS 'As in token_ledger_coverage, over all sources.';
COMMENT ON COLUMN token_ledger_coverage_daily.anomalies IS 'As in token_ledger_coverage, over all sources.';
COMMENT ON COLUMN token_ledger_coverage_daily.sum_mismatches IS 'As in token_ledger_coverage, over all sources.';
COMMENT ON COLUMN token_ledger_coverage_daily.sources IS 'Processes that counted.';
COMMENT ON COLUMN token_ledger_coverage_daily.services_below IS 'Services of those that are below 100.';
COMMENT ON COLUMN token_ledger_coverage_daily.agents_below IS 'Versions of the agents that are below 100.';

CREATE VIEW token_ledger_unlisted_hosts_daily AS
SELECT
  h.day,
  h.host,
  h.call,
  h.metered,
  sum(h.calls) AS calls,
  count(DISTINCT h.source_id) AS sources,
  array_agg(DISTINCT s.service ORDER BY s.service) FILTER (WHERE s.service IS NOT NULL) AS services
FROM token_ledger_unlisted_hosts h
LEFT JOIN token_ledger_sources s USING (source_id)
GROUP BY h.day, h.host, h.call, h.metered;
COMMENT ON VIEW token_ledger_unlisted_hosts_daily IS 'Calls by day to hosts that look like models and that nobody lists, and who makes them.';
COMMENT ON COLUMN token_ledger_unlisted_hosts_daily.day IS 'UTC day.';
COMMENT ON COLUMN token_ledger_unlisted_hosts_daily.host IS 'As in token_ledger_unlisted_hosts.';
COMMENT ON COLUMN token_ledger_unlisted_hosts_daily.call IS 'As in token_ledger_unlisted_hosts.';
COMMENT ON COLUMN token_ledger_unlisted_hosts_daily.metered IS 'As in token_ledger_unlisted_hosts.';
COMMENT ON COLUMN token_ledger_unlisted_hosts_daily.calls IS 'Calls, over all sources.';
COMMENT ON COLUMN token_ledger_unlisted_hosts_daily.sources IS 'Processes that made them.';
COMMENT ON COLUMN token_ledger_unlisted_hosts_daily.services IS 'Services of these.';

-- GRANT ... ON ALL TABLES reaches only the tables that are there: without this a forwarder whose role is no
-- owner would stop at its first report after an upgrade.
CREATE FUNCTION copy_grants(from_relation regclass, to_relation regclass) RETURNS void
  LANGUAGE plpgsql
  SET search_path = pg_catalog, token_ledger, pg_temp
  AS $$
DECLARE
  held record;
BEGIN
  FOR held IN
    SELECT acl.privilege_type,
           CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END AS grantee
      FROM pg_class c, aclexplode(c.relacl) acl
     WHERE c.oid = from_relation AND acl.grantee <> c.relowner
  LOOP
    EXECUTE format('GRANT %s ON %s TO %s', held.privilege_type, to_relation, held.grantee);
  END LOOP;
END
$$;
COMMENT ON FUNCTION copy_grants(regclass, regclass) IS 'Gives every role the rights on the second relation that it has on the first. For migrations that add relations.';
REVOKE ALL ON FUNCTION copy_grants(regclass, regclass) FROM PUBLIC;

SELECT copy_grants('token_ledger_daily', 'token_ledger_coverage');
SELECT copy_grants('token_ledger_daily', 'token_ledger_unlisted_hosts');
SELECT copy_grants('token_ledger_charges', 'token_ledger_coverage_daily');
SELECT copy_grants('token_ledger_charges', 'token_ledger_unlisted_hosts_daily');
