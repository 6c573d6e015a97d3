-- Rollups: by the hour, by the day for ever, by user and day, and latencies. All are written in the transaction that
-- writes the rows. The daily one is rebuilt, for its dimensions and for counts that began with a later version.
--
-- Oldest forwarder that may write: the one that brings this step. An earlier one knows nothing of the new tables, so
-- each batch of its would be missing in them for ever, and its upsert names a key that is gone: it fails, rolls back
-- and leaves its records in the queue, where the next forwarder finds them. What it committed before is counted here:
-- the lock waits for its transactions, which write this table last, and no later one can commit rows.
LOCK TABLE token_ledger_daily IN ACCESS EXCLUSIVE MODE;
ALTER TABLE token_ledger_daily RENAME TO token_ledger_daily_before;

ALTER TABLE token_ledger_retention ADD COLUMN hourly_floor timestamptz NOT NULL DEFAULT '2020-01-01 00:00:00+00';
COMMENT ON COLUMN token_ledger_retention.hourly_floor IS 'Hours before it are gone from token_ledger_hourly and token_ledger_latency: nothing is added to them any more, and no view shows them. To be raised before rows are deleted.';

-- The key of a rollup row. Length before each value, so that no two lists of values look alike; NULL is told apart
-- from the empty text. The forwarder computes the same in memory.
CREATE FUNCTION rollup_key(VARIADIC dimensions text[]) RETURNS uuid
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (
    SELECT encode(substr(sha256(string_agg(
        COALESCE(int4send(octet_length(convert_to(d.value, 'UTF8'))) || convert_to(d.value, 'UTF8'), '\xffffffff'::bytea),
        ''::bytea ORDER BY d.number)), 1, 16), 'hex')::uuid
    FROM unnest(dimensions) WITH ORDINALITY AS d (value, number));
COMMENT ON FUNCTION rollup_key(text[]) IS 'Key of a rollup row: first 16 bytes of SHA-256 over the dimensions in the order of the columns, each as length (4 bytes, -1 for NULL) and UTF-8.';

CREATE FUNCTION lacks_price(unpriced_reason text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN COALESCE(unpriced_reason NOT IN ('error_not_billed', 'counted_elsewhere', 'usage_unknown', 'commitment'), false);
COMMENT ON FUNCTION lacks_price(text) IS 'Whether usage is known and only a price is missing.';

CREATE FUNCTION latency_bounds() RETURNS double precision[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY[
      1, 1.0905077326652577, 1.189207115002721, 1.2968395546510096, 1.4142135623730951, 1.5422108254079407,
        1.681792830507429, 1.8340080864093424,
      2, 2.1810154653305154, 2.378414230005442, 2.5936791093020193, 2.8284271247461903, 3.0844216508158815,
        3.363585661014858, 3.668016172818685,
      4, 4.362030930661031, 4.756828460010884, 5.187358218604039, 5.656854249492381, 6.168843301631763,
        6.727171322029716, 7.33603234563737,
      8, 8.724061861322062, 9.513656920021768, 10.374716437208077, 11.313708498984761, 12.337686603263526,
        13.454342644059432, 14.67206469127474,
      16, 17.448123722644123, 19.027313840043536, 20.749432874416154, 22.627416997969522, 24.675373206527052,
        26.908685288118864, 29.34412938254948,
      32, 34.896247445288246, 38.05462768008707, 41.49886574883231, 45.254833995939045, 49.350746413054104,
        53.81737057623773, 58.68825876509896,
      64, 69.79249489057649, 76.10925536017415, 82.99773149766462, 90.50966799187809, 98.70149282610821,
        107.63474115247546, 117.37651753019792,
      128, 139.58498978115298, 152.2185107203483, 165.99546299532923, 181.01933598375618, 197.40298565221642,
        215.2694823049509, 234.75303506039583,
      256, 279.16997956230597, 304.4370214406966, 331.99092599065847, 362.03867196751236, 394.80597130443283,
        430.5389646099018, 469.50607012079166,
      512, 558.3399591246119, 608.8740428813932, 663.9818519813169, 724.0773439350247, 789.6119426088657,
        861.0779292198037, 939.0121402415833,
      1024, 1116.6799182492239, 1217.7480857627863, 1327.9637039626339, 1448.1546878700494, 1579.2238852177313,
        1722.1558584396073, 1878.0242804831666,
      2048, 2233.3598364984477, 2435.4961715255727, 2655.9274079252677, 2896.309375740099, 3158.4477704354626,
        3444.3117168792146, 3756.0485609663333,
      4096, 4466.7196729968955, 4870.992343051145, 5311.8548158505355, 5792.618751480198, 6316.895540870925,
        6888.623433758429, 7512.097121932667,
      8192, 8933.439345993791, 9741.98468610229, 10623.709631701071, 11585.237502960395, 12633.79108174185,
        13777.246867516858, 15024.194243865333,
      16384, 17866.878691987582, 19483.96937220458, 21247.419263402142, 23170.47500592079, 25267.5821634837,
        27554.493735033717, 30048.388487730666,
      32768, 35733.757383975164, 38967.93874440916, 42494.838526804284, 46340.95001184158, 50535.1643269674,
        55108.98747006743, 60096.77697546133,
      65536, 71467.51476795033, 77935.87748881833, 84989.67705360857, 92681.90002368316, 101070.3286539348,
        110217.97494013487, 120193.55395092267,
      131072, 142935.02953590066, 155871.75497763665, 169979.35410721714, 185363.80004736633, 202140.6573078696,
        220435.94988026973, 240387.10790184533,
      262144, 285870.0590718013, 311743.5099552733, 339958.7082144343, 370727.60009473265, 404281.3146157392,
        440871.89976053947, 480774.21580369066,
      524288, 571740.1181436026, 623487.0199105466, 679917.4164288685, 741455.2001894653, 808562.6292314784,
        881743.7995210789, 961548.4316073813,
      1048576, 1143480.2362872052, 1246974.0398210932, 1359834.832857737, 1482910.4003789306, 1617125.2584629569,
        1763487.5990421579, 1923096.8632147626,
      2097152, 2286960.4725744105, 2493948.0796421864, 2719669.665715474, 2965820.800757861, 3234250.5169259137,
        3526975.1980843158, 3846193.7264295253,
      4194304
    ]::double precision[];
COMMENT ON FUNCTION latency_bounds() IS 'Where latency buckets begin, in ms: 2^(i/8) for i = 0 to 176. Bucket 1 lies below the first, bucket n + 1 from the n-th up to the next.';

CREATE FUNCTION latency_bucket(ms double precision) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN width_bucket(ms, latency_bounds()) + 1;
COMMENT ON FUNCTION latency_bucket(double precision) IS 'Number of the bucket that a latency in ms falls in, from 1 to 178.';

CREATE FUNCTION latency_add(a bigint[], b bigint[]) RETURNS bigint[]
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN ARRAY(SELECT COALESCE(u.x, 0) + COALESCE(u.y, 0) FROM unnest(a, b) AS u (x, y));
COMMENT ON FUNCTION latency_add(bigint[], bigint[]) IS 'The sum of two histograms, bucket by bucket; the shorter one ends in zeros.';

CREATE AGGREGATE latency_sum(bigint[]) (
  SFUNC = latency_add, STYPE = bigint[], COMBINEFUNC = latency_add, INITCOND = '{}', PARALLEL = SAFE);
COMMENT ON AGGREGATE latency_sum(bigint[]) IS 'The sum of histograms.';

CREATE FUNCTION latency_histogram(buckets integer[], counts bigint[]) RETURNS bigint[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY(
    SELECT COALESCE(c.n, 0)
    FROM generate_series(1, (SELECT max(bucket) FROM unnest(buckets) AS bucket)) AS place (number)
    LEFT JOIN unnest(buckets, counts) AS c (bucket, n) ON c.bucket = place.number
    ORDER BY place.number);
COMMENT ON FUNCTION latency_histogram(integer[], bigint[]) IS 'The histogram with these counts in these buckets, zeros between them and none after the last.';

CREATE FUNCTION latency_percentile_range(histogram bigint[], fraction double precision, OUT low double precision, OUT
  high double precision)
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT
    CASE WHEN hit.bucket = 1 THEN 0 ELSE (latency_bounds())[hit.bucket - 1] END,
    COALESCE((latency_bounds())[hit.bucket], 'Infinity')
  FROM (
    SELECT min(u.bucket) FILTER (WHERE u.below >= greatest(1, ceil(fraction * u.total)))::integer AS bucket
    FROM (
      SELECT h.number AS bucket, sum(h.n) OVER (ORDER BY h.number) AS below, sum(h.n) OVER () AS total
      FROM unnest(histogram) WITH ORDINALITY AS h (n, number)) AS u
  ) AS hit
  WHERE hit.bucket IS NOT NULL AND fraction BETWEEN 0 AND 1;
END;
COMMENT ON FUNCTION latency_percentile_range(bigint[], double precision) IS 'The bounds in ms between which the exact percentile lies: low <= it < high. fraction from 0 to 1; NULL for an empty histogram.';

CREATE FUNCTION latency_percentile(histogram bigint[], fraction double precision) RETURNS double precision
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (
    SELECT CASE WHEN r.low = 0 THEN r.high / 2 WHEN r.high = 'Infinity' THEN r.low ELSE sqrt(r.low * r.high) END
    FROM latency_percentile_range(histogram, fraction) AS r);
COMMENT ON FUNCTION latency_percentile(bigint[], double precision) IS 'A percentile in ms, fraction from 0 to 1: at most 4.5 % from the exact one (percentile_disc) between 1 ms and 69 min. 0.5 for anything below, 4194304 for anything above, which is a lower bound then. NULL for an empty histogram.';

-- What the rollups add up, one row per charge: the columns are those of the rollups, so that a rollup is their sum.
CREATE VIEW token_ledger_rollup_charges AS
SELECT
  e.timestamp,
  e.event_id,
  date_trunc('hour', e.timestamp AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS hour,
  (e.timestamp AT TIME ZONE 'UTC')::date AS day,
  e.user_id,
  e.provider,
  e.api,
  COALESCE(c.pass ->> 'model', e.model, e.request_model) AS model,
  e.service_tier,
  e.app_name,
  e.environment,
  e.team,
  e.feature,
  e.status,
  e.project,
  e.cost_center,
  e.organization_id,
  e.api_key_fingerprint,
  e.billing_account,
  e.billed IS DISTINCT FROM false AS billed,
  COALESCE('counted_elsewhere' = ANY (e.usage_note), false) AS repeat,
  c.call AS calls,
  1 AS charges,
  CASE WHEN e.status IS DISTINCT FROM 'success' THEN c.call ELSE 0 END AS errors,
  CASE WHEN e.completion IS DISTINCT FROM 'complete' THEN c.call ELSE 0 END AS partial_calls,
  COALESCE(c.input_tokens, 0) AS input_tokens,
  (c.input_tokens IS NULL)::integer AS input_tokens_unknown,
  COALESCE(c.output_tokens, 0) AS output_tokens,
  (c.output_tokens IS NULL)::integer AS output_tokens_unknown,
  COALESCE(c.cache_read_tokens, 0) AS cache_read_tokens,
  (c.cache_read_tokens IS NULL)::integer AS cache_read_tokens_unknown,
  COALESCE(c.cache_write_tokens, 0) AS cache_write_tokens,
  (c.cache_write_tokens IS NULL)::integer AS cache_write_tokens_unknown,
  COALESCE(c.reasoning_tokens, 0) AS reasoning_tokens,
  (c.reasoning_tokens IS NULL)::integer AS reasoning_tokens_unknown,
  COALESCE(c.cost_usd, 0) AS cost_usd,
  (c.cost_usd IS NULL)::integer AS cost_unknown,
  (COALESCE(cardinality(e.price_notes), 0) > 0)::integer AS cost_assumed,
  (c.cost_usd IS NULL AND lacks_price(e.unpriced_reason))::integer AS unpriced,
  COALESCE(c.cost_usd = 0 AND (c.input_tokens > 0 OR c.output_tokens > 0), false)::integer AS zero_cost,
  CASE WHEN c.call = 1 THEN COALESCE(e.list_cost_usd, 0) ELSE 0 END AS list_cost_usd,
  CASE WHEN e.list_cost_usd IS NULL THEN c.call ELSE 0 END AS list_cost_unknown,
  CASE WHEN c.call = 1 AND e.duration_ms BETWEEN 0 AND 1e12 THEN round(e.duration_ms * 1000)::numeric / 1000 ELSE 0
    END AS duration_ms,
  CASE WHEN e.duration_ms BETWEEN 0 AND 1e12 THEN 0 ELSE c.call END AS duration_unknown
FROM token_ledger_events e
CROSS JOIN LATERAL (
  SELECT
    NULL::jsonb AS pass, 1 AS call, e.input_tokens, e.output_tokens, e.cache_read_tokens, e.cache_write_tokens,
    e.reasoning_tokens, e.cost_usd
  WHERE e.iterations IS NULL OR jsonb_typeof(e.iterations) <> 'array' OR jsonb_array_length(e.iterations) = 0
  UNION ALL
  SELECT
    i.pass, CASE WHEN i.number = 1 THEN 1 ELSE 0 END, (i.pass ->> 'input_tokens')::bigint,
    (i.pass ->> 'output_tokens')::bigint, (i.pass ->> 'cache_read_tokens')::bigint,
    (i.pass ->> 'cache_write_tokens')::bigint, (i.pass ->> 'reasoning_tokens')::bigint,
    (i.pass ->> 'cost_usd')::numeric
  FROM jsonb_array_elements(CASE WHEN jsonb_typeof(e.iterations) = 'array' THEN e.iterations END)
    WITH ORDINALITY AS i (pass, number)
) AS c;
COMMENT ON VIEW token_ledger_rollup_charges IS 'What each charge adds to the rollups, out of the rows. Slow where the rollups are fast: for checks.';
COMMENT ON COLUMN token_ledger_rollup_charges.timestamp IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_rollup_charges.event_id IS 'As in token_ledger_events.';
COMMENT ON COLUMN token_ledger_rollup_charges.hour IS 'Start of the UTC hour of the timestamp.';
COMMENT ON COLUMN token_ledger_rollup_charges.day IS 'UTC day of the timestamp.';
COMMENT ON COLUMN token_ledger_rollup_charges.user_id IS 'As in the events.';
COMMENT ON COLUMN token_ledger_rollup_charges.provider IS 'As in the events.';
COMMENT ON COLUMN token_ledger_rollup_charges.api IS 'As in the events.';
COMMENT ON COLUMN token_ledger_rollup_charges.model IS 'Model as served, of the iteration where there is one; else the requested one.';
COMMENT ON COLUMN token_ledger_rollup_charges.service_tier IS 'As in the events.';
COMMENT ON COLUMN token_ledger_rollup_charges.app_name IS 'As in the events.';
COMMENT ON COLUMN token_ledger_rollup_charges.environment IS 'As in the events.';
COMMENT ON COLUMN token_ledger_rollup_charges.team IS 'As in the events.';
COMMENT ON COLUMN token_ledger_rollup_charges.feature IS 'As in the events.';
COMMENT ON COLUMN token_ledger_rollup_charges.status IS 'As in the events.';
COMMENT ON COLUMN token_ledger_rollup_charges.project IS 'As in the events.';
COMMENT ON COLUMN token_ledger_rollup_charges.cost_center IS 'As in the events.';
COMMENT ON COLUMN token_ledger_rollup_charges.organization_id IS 'As in the events.';
COMMENT ON COLUMN token_ledger_rollup_charges.api_key_fingerprint IS 'As in the events.';
COMMENT ON COLUMN token_ledger_rollup_charges.billing_account IS 'As in the events.';
COMMENT ON COLUMN token_ledger_rollup_charges.billed IS 'false: billed elsewhere.';
COMMENT ON COLUMN token_ledger_rollup_charges.repeat IS 'true: counted on another row.';
COMMENT ON COLUMN token_ledger_rollup_charges.calls IS 'What the charge adds to that column of the rollups.';
COMMENT ON COLUMN token_ledger_rollup_charges.charges IS 'What the charge adds to that column of the rollups.';
COMMENT ON COLUMN token_ledger_rollup_charges.errors IS 'What the charge adds to that column of the rollups.';
COMMENT ON COLUMN token_ledger_rollup_charges.partial_calls IS 'What the charge adds to that column of the rollups.';
COMMENT ON COLUMN token_ledger_rollup_charges.input_tokens IS 'What the charge adds to that column of the rollups.';
COMMENT ON COLUMN token_ledger_rollup_charges.input_tokens_unknown IS 'What the charge adds to that column of the rollups.';
COMMENT ON COLUMN token_ledger_rollup_charges.output_tokens IS 'What the charge adds to that column of the rollups.';
COMMENT ON COLUMN token_ledger_rollup_charges.output_tokens_unknown IS 'What the charge adds to that column of the rollups.';
COMMENT ON COLUMN token_ledger_rollup_charges.cache_read_tokens IS 'What the charge adds to that column of the rollups.';
COMMENT ON COLUMN token_ledger_rollup_charges.cache_read_tokens_unknown IS 'What the charge adds to that column of the rollups.';
COMMENT ON COLUMN token_ledger_rollup_charges.cache_write_tokens IS 'What the charge adds to that column of the rollups.';
COMMENT ON COLUMN token_ledger_rollup_charges.cache_write_tokens_unknown IS 'What the charge adds to that column of the rollups.';
COMMENT ON COLUMN token_ledger_rollup_charges.reasoning_tokens IS 'What the charge adds to that column of the rollups.';
COMMENT ON COLUMN token_ledger_rollup_charges.reasoning_tokens_unknown IS 'What the charge adds to that column of the rollups.';
COMMENT ON COLUMN token_ledger_rollup_charges.cost_usd IS 'What the charge adds to that column of the rollups.';
COMMENT ON COLUMN token_ledger_rollup_charges.cost_unknown IS 'What the charge adds to that column of the rollups.';
COMMENT ON COLUMN token_ledger_rollup_charges.cost_assumed IS 'What the charge adds to that column of the rollups.';
COMMENT ON COLUMN token_ledger_rollup_charges.unpriced IS 'What the charge adds to that column of the rollups.';
COMMENT ON COLUMN token_ledger_rollup_charges.zero_cost IS 'What the charge adds to that column of the rollups.';
COMMENT ON COLUMN token_ledger_rollup_charges.list_cost_usd IS 'What the charge adds to that column of the rollups.';
COMMENT ON COLUMN token_ledger_rollup_charges.list_cost_unknown IS 'What the charge adds to that column of the rollups.';
COMMENT ON COLUMN token_ledger_rollup_charges.duration_ms IS 'What the charge adds to that column of the rollups.';
COMMENT ON COLUMN token_ledger_rollup_charges.duration_unknown IS 'What the charge adds to that column of the rollups.';

CREATE TABLE token_ledger_hourly (
  hour timestamptz NOT NULL,
  key uuid NOT NULL,
  shard smallint NOT NULL,
  provider text,
  api text,
  model text,
  service_tier text,
  app_name text,
  environment text,
  team text,
  feature text,
  status text,
  billed boolean NOT NULL,
  repeat boolean NOT NULL,
  calls bigint NOT NULL DEFAULT 0,
  charges bigint NOT NULL DEFAULT 0,
  errors bigint NOT NULL DEFAULT 0,
  partial_calls bigint NOT NULL DEFAULT 0,
  input_tokens numeric NOT NULL DEFAULT 0,
  input_tokens_unknown bigint NOT NULL DEFAULT 0,
  output_tokens numeric NOT NULL DEFAULT 0,
  output_tokens_unknown bigint NOT NULL DEFAULT 0,
  cache_read_tokens numeric NOT NULL DEFAULT 0,
  cache_read_tokens_unknown bigint NOT NULL DEFAULT 0,
  cache_write_tokens numeric NOT NULL DEFAULT 0,
  cache_write_tokens_unknown bigint NOT NULL DEFAULT 0,
  reasoning_tokens numeric NOT NULL DEFAULT 0,
  reasoning_tokens_unknown bigint NOT NULL DEFAULT 0,
  cost_usd numeric NOT NULL DEFAULT 0,
  cost_unknown bigint NOT NULL DEFAULT 0,
  cost_assumed bigint NOT NULL DEFAULT 0,
  unpriced bigint NOT NULL DEFAULT 0,
  zero_cost bigint NOT NULL DEFAULT 0,
  list_cost_usd numeric NOT NULL DEFAULT 0,
  list_cost_unknown bigint NOT NULL DEFAULT 0,
  duration_ms numeric NOT NULL DEFAULT 0,
  duration_unknown bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (hour, key, shard)
) WITH (fillfactor = 80);
COMMENT ON TABLE token_ledger_hourly IS 'Hourly rollup of what is charged, kept in the transaction that writes the rows; days, not years, see hourly_floor of token_ledger_retention. Read token_ledger_hourly_sums: a sum here is spread over shards.';
COMMENT ON COLUMN token_ledger_hourly.hour IS 'Start of the UTC hour of the timestamp.';
COMMENT ON COLUMN token_ledger_hourly.key IS 'First 16 bytes of SHA-256 over the dimensions, see rollup_key.';
COMMENT ON COLUMN token_ledger_hourly.shard IS 'Which forwarders wrote it, by a hash of their host modulo 16, so that they do not wait for each other; -1: differences that repricing made.';
COMMENT ON COLUMN token_ledger_hourly.provider IS 'As in the events.';
COMMENT ON COLUMN token_ledger_hourly.api IS 'As in the events.';
COMMENT ON COLUMN token_ledger_hourly.model IS 'Model as served, of the iteration where there is one; else the requested one.';
COMMENT ON COLUMN token_ledger_hourly.service_tier IS 'As in the events.';
COMMENT ON COLUMN token_ledger_hourly.app_name IS 'As in the events.';
COMMENT ON COLUMN token_ledger_hourly.environment IS 'As in the events.';
COMMENT ON COLUMN token_ledger_hourly.team IS 'As in the events.';
COMMENT ON COLUMN token_ledger_hourly.feature IS 'As in the events.';
COMMENT ON COLUMN token_ledger_hourly.status IS 'As in the events.';
COMMENT ON COLUMN token_ledger_hourly.billed IS 'false: billed elsewhere.';
COMMENT ON COLUMN token_ledger_hourly.repeat IS 'true: counted on another row.';
COMMENT ON COLUMN token_ledger_hourly.calls IS 'Rows.';
COMMENT ON COLUMN token_ledger_hourly.charges IS 'Charges: iterations where a row has any, else rows.';
COMMENT ON COLUMN token_ledger_hourly.errors IS 'Rows whose status is not success.';
COMMENT ON COLUMN token_ledger_hourly.partial_calls IS 'Rows whose completion is not complete.';
COMMENT ON COLUMN token_ledger_hourly.input_tokens IS 'Sum of the known ones.';
COMMENT ON COLUMN token_ledger_hourly.input_tokens_unknown IS 'Charges without input_tokens.';
COMMENT ON COLUMN token_ledger_hourly.output_tokens IS 'Sum of the known ones.';
COMMENT ON COLUMN token_ledger_hourly.output_tokens_unknown IS 'Charges without output_tokens.';
COMMENT ON COLUMN token_ledger_hourly.cache_read_tokens IS 'Sum of the known ones.';
COMMENT ON COLUMN token_ledger_hourly.cache_read_tokens_unknown IS 'Charges without cache_read_tokens.';
COMMENT ON COLUMN token_ledger_hourly.cache_write_tokens IS 'Sum of the known ones.';
COMMENT ON COLUMN token_ledger_hourly.cache_write_tokens_unknown IS 'Charges without cache_write_tokens.';
COMMENT ON COLUMN token_ledger_hourly.reasoning_tokens IS 'Sum of the known ones.';
COMMENT ON COLUMN token_ledger_hourly.reasoning_tokens_unknown IS 'Charges without reasoning_tokens.';
COMMENT ON COLUMN token_ledger_hourly.cost_usd IS 'Sum of the known ones: a lower bound while cost_unknown is not 0.';
COMMENT ON COLUMN token_ledger_hourly.cost_unknown IS 'Charges without cost_usd.';
COMMENT ON COLUMN token_ledger_hourly.cost_assumed IS 'Charges of rows with price_notes.';
COMMENT ON COLUMN token_ledger_hourly.unpriced IS 'Charges with usage that lack a price.';
COMMENT ON COLUMN token_ledger_hourly.zero_cost IS 'Charges with tokens above zero that cost 0.';
COMMENT ON COLUMN token_ledger_hourly.list_cost_usd IS 'Sum of the known ones; of a row with iterations it stands at the model of the first.';
COMMENT ON COLUMN token_ledger_hourly.list_cost_unknown IS 'Rows without list_cost_usd.';
COMMENT ON COLUMN token_ledger_hourly.duration_ms IS 'Sum over the rows that know it, each rounded to 0.001 ms.';
COMMENT ON COLUMN token_ledger_hourly.duration_unknown IS 'Rows without duration_ms.';

CREATE TABLE token_ledger_daily (
  day date NOT NULL,
  key uuid NOT NULL,
  shard smallint NOT NULL,
  provider text,
  api text,
  model text,
  service_tier text,
  app_name text,
  environment text,
  team text,
  feature text,
  project text,
  cost_center text,
  organization_id text,
  api_key_fingerprint text,
  billing_account text,
  billed boolean NOT NULL,
  repeat boolean NOT NULL,
  calls bigint NOT NULL DEFAULT 0,
  charges bigint NOT NULL DEFAULT 0,
  errors bigint NOT NULL DEFAULT 0,
  partial_calls bigint NOT NULL DEFAULT 0,
  input_tokens numeric NOT NULL DEFAULT 0,
  input_tokens_unknown bigint NOT NULL DEFAULT 0,
  output_tokens numeric NOT NULL DEFAULT 0,
  output_tokens_unknown bigint NOT NULL DEFAULT 0,
  cache_read_tokens numeric NOT NULL DEFAULT 0,
  cache_read_tokens_unknown bigint NOT NULL DEFAULT 0,
  cache_write_tokens numeric NOT NULL DEFAULT 0,
  cache_write_tokens_unknown bigint NOT NULL DEFAULT 0,
  reasoning_tokens numeric NOT NULL DEFAULT 0,
  reasoning_tokens_unknown bigint NOT NULL DEFAULT 0,
  cost_usd numeric NOT NULL DEFAULT 0,
  cost_unknown bigint NOT NULL DEFAULT 0,
  cost_assumed bigint NOT NULL DEFAULT 0,
  unpriced bigint NOT NULL DEFAULT 0,
  zero_cost bigint NOT NULL DEFAULT 0,
  list_cost_usd numeric NOT NULL DEFAULT 0,
  list_cost_unknown bigint NOT NULL DEFAULT 0,
  duration_ms numeric NOT NULL DEFAULT 0,
  duration_unknown bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (day, key, shard)
) WITH (fillfactor = 80);
COMMENT ON TABLE token_ledger_daily IS 'Daily rollup of what is charged, kept in the transaction that writes the rows, for ever. Beside each sum stands how many charges or rows do not know it. Read token_ledger_daily_sums: a sum here is spread over shards.';
COMMENT ON COLUMN token_ledger_daily.day IS 'UTC day of the timestamp.';
COMMENT ON COLUMN token_ledger_daily.key IS 'First 16 bytes of SHA-256 over the dimensions, see rollup_key.';
COMMENT ON COLUMN token_ledger_daily.shard IS 'Which forwarders wrote it, by a hash of their host modulo 16, so that they do not wait for each other; -1: differences that repricing made.';
COMMENT ON COLUMN token_ledger_daily.provider IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily.api IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily.model IS 'Model as served, of the iteration where there is one; else the requested one.';
COMMENT ON COLUMN token_ledger_daily.service_tier IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily.app_name IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily.environment IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily.team IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily.feature IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily.project IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily.cost_center IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily.organization_id IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily.api_key_fingerprint IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily.billing_account IS 'As in the events.';
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
COMMENT ON COLUMN token_ledger_daily.reasoning_tokens IS 'Sum of the known ones.';
COMMENT ON COLUMN token_ledger_daily.reasoning_tokens_unknown IS 'Charges without reasoning_tokens.';
COMMENT ON COLUMN token_ledger_daily.cost_usd IS 'Sum of the known ones: a lower bound while cost_unknown is not 0.';
COMMENT ON COLUMN token_ledger_daily.cost_unknown IS 'Charges without cost_usd.';
COMMENT ON COLUMN token_ledger_daily.cost_assumed IS 'Charges of rows with price_notes.';
COMMENT ON COLUMN token_ledger_daily.unpriced IS 'Charges with usage that lack a price.';
COMMENT ON COLUMN token_ledger_daily.zero_cost IS 'Charges with tokens above zero that cost 0.';
COMMENT ON COLUMN token_ledger_daily.list_cost_usd IS 'Sum of the known ones; of a row with iterations it stands at the model of the first.';
COMMENT ON COLUMN token_ledger_daily.list_cost_unknown IS 'Rows without list_cost_usd.';
COMMENT ON COLUMN token_ledger_daily.duration_ms IS 'Sum over the rows that know it, each rounded to 0.001 ms.';
COMMENT ON COLUMN token_ledger_daily.duration_unknown IS 'Rows without duration_ms.';

CREATE TABLE token_ledger_daily_users (
  day date NOT NULL,
  key uuid NOT NULL,
  shard smallint NOT NULL,
  user_id text NOT NULL,
  provider text,
  model text,
  app_name text,
  environment text,
  team text,
  organization_id text,
  billed boolean NOT NULL,
  repeat boolean NOT NULL,
  calls bigint NOT NULL DEFAULT 0,
  charges bigint NOT NULL DEFAULT 0,
  errors bigint NOT NULL DEFAULT 0,
  partial_calls bigint NOT NULL DEFAULT 0,
  input_tokens numeric NOT NULL DEFAULT 0,
  input_tokens_unknown bigint NOT NULL DEFAULT 0,
  output_tokens numeric NOT NULL DEFAULT 0,
  output_tokens_unknown bigint NOT NULL DEFAULT 0,
  cache_read_tokens numeric NOT NULL DEFAULT 0,
  cache_read_tokens_unknown bigint NOT NULL DEFAULT 0,
  cache_write_tokens numeric NOT NULL DEFAULT 0,
  cache_write_tokens_unknown bigint NOT NULL DEFAULT 0,
  reasoning_tokens numeric NOT NULL DEFAULT 0,
  reasoning_tokens_unknown bigint NOT NULL DEFAULT 0,
  cost_usd numeric NOT NULL DEFAULT 0,
  cost_unknown bigint NOT NULL DEFAULT 0,
  cost_assumed bigint NOT NULL DEFAULT 0,
  unpriced bigint NOT NULL DEFAULT 0,
  zero_cost bigint NOT NULL DEFAULT 0,
  list_cost_usd numeric NOT NULL DEFAULT 0,
  list_cost_unknown bigint NOT NULL DEFAULT 0,
  duration_ms numeric NOT NULL DEFAULT 0,
  duration_unknown bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (day, key, shard)
) WITH (fillfactor = 80);
COMMENT ON TABLE token_ledger_daily_users IS 'Daily rollup by end user, of the rows that name one, kept in the transaction that writes the rows. Read token_ledger_daily_user_sums: a sum here is spread over shards.';
COMMENT ON COLUMN token_ledger_daily_users.day IS 'UTC day of the timestamp.';
COMMENT ON COLUMN token_ledger_daily_users.key IS 'First 16 bytes of SHA-256 over the dimensions, see rollup_key.';
COMMENT ON COLUMN token_ledger_daily_users.shard IS 'Which forwarders wrote it, by a hash of their host modulo 16, so that they do not wait for each other; -1: differences that repricing made.';
COMMENT ON COLUMN token_ledger_daily_users.user_id IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily_users.provider IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily_users.model IS 'Model as served, of the iteration where there is one; else the requested one.';
COMMENT ON COLUMN token_ledger_daily_users.app_name IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily_users.environment IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily_users.team IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily_users.organization_id IS 'As in the events.';
COMMENT ON COLUMN token_ledger_daily_users.billed IS 'false: billed elsewhere.';
COMMENT ON COLUMN token_ledger_daily_users.repeat IS 'true: counted on another row.';
COMMENT ON COLUMN token_ledger_daily_users.calls IS 'Rows.';
COMMENT ON COLUMN token_ledger_daily_users.charges IS 'Charges: iterations where a row has any, else rows.';
COMMENT ON COLUMN token_ledger_daily_users.errors IS 'Rows whose status is not success.';
COMMENT ON COLUMN token_ledger_daily_users.partial_calls IS 'Rows whose completion is not complete.';
COMMENT ON COLUMN token_ledger_daily_users.input_tokens IS 'Sum of the known ones.';
COMMENT ON COLUMN token_ledger_daily_users.input_tokens_unknown IS 'Charges without input_tokens.';
COMMENT ON COLUMN token_ledger_daily_users.output_tokens IS 'Sum of the known ones.';
COMMENT ON COLUMN token_ledger_daily_users.output_tokens_unknown IS 'Charges without output_tokens.';
COMMENT ON COLUMN token_ledger_daily_users.cache_read_tokens IS 'Sum of the known ones.';
COMMENT ON COLUMN token_ledger_daily_users.cache_read_tokens_unknown IS 'Charges without cache_read_tokens.';
COMMENT ON COLUMN token_ledger_daily_users.cache_write_tokens IS 'Sum of the known ones.';
COMMENT ON COLUMN token_ledger_daily_users.cache_write_tokens_unknown IS 'Charges without cache_write_tokens.';
COMMENT ON COLUMN token_ledger_daily_users.reasoning_tokens IS 'Sum of the known ones.';
COMMENT ON COLUMN token_ledger_daily_users.reasoning_tokens_unknown IS 'Charges without reasoning_tokens.';
COMMENT ON COLUMN token_ledger_daily_users.cost_usd IS 'Sum of the known ones: a lower bound while cost_unknown is not 0.';
COMMENT ON COLUMN token_ledger_daily_users.cost_unknown IS 'Charges without cost_usd.';
COMMENT ON COLUMN token_ledger_daily_users.cost_assumed IS 'Charges of rows with price_notes.';
COMMENT ON COLUMN token_ledger_daily_users.unpriced IS 'Charges with usage that lack a price.';
COMMENT ON COLUMN token_ledger_daily_users.zero_cost IS 'Charges with tokens above zero that cost 0.';
COMMENT ON COLUMN token_ledger_daily_users.list_cost_usd IS 'Sum of the known ones; of a row with iterations it stands at the model of the first.';
COMMENT ON COLUMN token_ledger_daily_users.list_cost_unknown IS 'Rows without list_cost_usd.';
COMMENT ON COLUMN token_ledger_daily_users.duration_ms IS 'Sum over the rows that know it, each rounded to 0.001 ms.';
COMMENT ON COLUMN token_ledger_daily_users.duration_unknown IS 'Rows without duration_ms.';

CREATE TABLE token_ledger_latency (
  hour timestamptz NOT NULL,
  key uuid NOT NULL,
  shard smallint NOT NULL,
  provider text,
  model text,
  app_name text,
  status text,
  calls bigint NOT NULL DEFAULT 0,
  duration_ms numeric NOT NULL DEFAULT 0,
  duration_unknown bigint NOT NULL DEFAULT 0,
  duration_buckets bigint[] NOT NULL DEFAULT '{}',
  time_to_first_token_ms numeric NOT NULL DEFAULT 0,
  time_to_first_token_unknown bigint NOT NULL DEFAULT 0,
  time_to_first_token_buckets bigint[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (hour, key, shard)
) WITH (fillfactor = 80);
COMMENT ON TABLE token_ledger_latency IS 'How long calls took, by the hour: histograms of 8 buckets per doubling. Repeats are left out: a poll is not an answer. Kept as long as token_ledger_hourly. Read token_ledger_latency_sums, with latency_percentile and latency_sum.';
COMMENT ON COLUMN token_ledger_latency.hour IS 'Start of the UTC hour of the timestamp.';
COMMENT ON COLUMN token_ledger_latency.key IS 'First 16 bytes of SHA-256 over the dimensions, see rollup_key.';
COMMENT ON COLUMN token_ledger_latency.shard IS 'Which forwarders wrote it, by a hash of their host modulo 16, so that they do not wait for each other; -1: differences that repricing made.';
COMMENT ON COLUMN token_ledger_latency.provider IS 'As in the events.';
COMMENT ON COLUMN token_ledger_latency.model IS 'Model as served, else the requested one.';
COMMENT ON COLUMN token_ledger_latency.app_name IS 'As in the events.';
COMMENT ON COLUMN token_ledger_latency.status IS 'As in the events: what failed at once would hide how slow the answers are.';
COMMENT ON COLUMN token_ledger_latency.calls IS 'Rows.';
COMMENT ON COLUMN token_ledger_latency.duration_ms IS 'Sum over the rows that know it, each rounded to 0.001 ms.';
COMMENT ON COLUMN token_ledger_latency.duration_unknown IS 'Rows without duration_ms.';
COMMENT ON COLUMN token_ledger_latency.duration_buckets IS 'How many rows in each bucket of duration_ms, see latency_bounds.';
COMMENT ON COLUMN token_ledger_latency.time_to_first_token_ms IS 'Sum over the rows that know it, each rounded to 0.001 ms.';
COMMENT ON COLUMN token_ledger_latency.time_to_first_token_unknown IS 'Rows without time_to_first_token_ms: also all that are no streams.';
COMMENT ON COLUMN token_ledger_latency.time_to_first_token_buckets IS 'How many rows in each bucket of time_to_first_token_ms, see latency_bounds.';

CREATE FUNCTION recomputed_latency(from_time timestamptz, until_time timestamptz)
  RETURNS TABLE (hour timestamptz, provider text, model text, app_name text, status text, calls bigint,
    duration_ms numeric, duration_unknown bigint, duration_buckets bigint[],
    time_to_first_token_ms numeric, time_to_first_token_unknown bigint, time_to_first_token_buckets bigint[])
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT c.hour, c.provider, c.model, c.app_name, c.status,
    (sum(c.n) FILTER (WHERE c.of_duration))::bigint,
    COALESCE(sum(c.ms) FILTER (WHERE c.of_duration), 0),
    COALESCE(sum(c.n) FILTER (WHERE c.of_duration AND c.bucket IS NULL), 0)::bigint,
    latency_histogram(
      array_agg(c.bucket) FILTER (WHERE c.of_duration AND c.bucket IS NOT NULL),
      array_agg(c.n) FILTER (WHERE c.of_duration AND c.bucket IS NOT NULL)),
    COALESCE(sum(c.ms) FILTER (WHERE NOT c.of_duration), 0),
    COALESCE(sum(c.n) FILTER (WHERE NOT c.of_duration AND c.bucket IS NULL), 0)::bigint,
    latency_histogram(
      array_agg(c.bucket) FILTER (WHERE NOT c.of_duration AND c.bucket IS NOT NULL),
      array_agg(c.n) FILTER (WHERE NOT c.of_duration AND c.bucket IS NOT NULL))
  FROM (
    SELECT date_trunc('hour', e.timestamp AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS hour, e.provider,
      COALESCE(e.model, e.request_model) AS model, e.app_name, e.status, t.of_duration, latency_bucket(t.ms) AS bucket,
      count(*) AS n, COALESCE(sum(round(t.ms * 1000)::numeric), 0) / 1000 AS ms
    FROM token_ledger_events e
    CROSS JOIN LATERAL (VALUES
      (true, CASE WHEN e.duration_ms BETWEEN 0 AND 1e12 THEN e.duration_ms END),
      (false, CASE WHEN e.time_to_first_token_ms BETWEEN 0 AND 1e12 THEN e.time_to_first_token_ms END)
    ) AS t (of_duration, ms)
    WHERE e.timestamp >= from_time AND e.timestamp < until_time
      AND NOT COALESCE('counted_elsewhere' = ANY (e.usage_note), false)
    GROUP BY 1, 2, 3, 4, 5, 6, 7
  ) AS c
  GROUP BY 1, 2, 3, 4, 5;
END;
COMMENT ON FUNCTION recomputed_latency(timestamptz, timestamptz) IS 'What token_ledger_latency_sums has to say of the rows of a time, out of the rows.';

CREATE VIEW token_ledger_hourly_sums AS
SELECT
  hour,
  provider,
  api,
  model,
  service_tier,
  app_name,
  environment,
  team,
  feature,
  status,
  billed,
  repeat,
  sum(calls)::bigint AS calls,
  sum(charges)::bigint AS charges,
  sum(errors)::bigint AS errors,
  sum(partial_calls)::bigint AS partial_calls,
  sum(input_tokens) AS input_tokens,
  sum(input_tokens_unknown)::bigint AS input_tokens_unknown,
  sum(output_tokens) AS output_tokens,
  sum(output_tokens_unknown)::bigint AS output_tokens_unknown,
  sum(cache_read_tokens) AS cache_read_tokens,
  sum(cache_read_tokens_unknown)::bigint AS cache_read_tokens_unknown,
  sum(cache_write_tokens) AS cache_write_tokens,
  sum(cache_write_tokens_unknown)::bigint AS cache_write_tokens_unknown,
  sum(reasoning_tokens) AS reasoning_tokens,
  sum(reasoning_tokens_unknown)::bigint AS reasoning_tokens_unknown,
  sum(cost_usd) AS cost_usd,
  sum(cost_unknown)::bigint AS cost_unknown,
  sum(cost_assumed)::bigint AS cost_assumed,
  sum(unpriced)::bigint AS unpriced,
  sum(zero_cost)::bigint AS zero_cost,
  sum(list_cost_usd) AS list_cost_usd,
  sum(list_cost_unknown)::bigint AS list_cost_unknown,
  sum(duration_ms) AS duration_ms,
  sum(duration_unknown)::bigint AS duration_unknown
FROM token_ledger_hourly
WHERE hour >= (SELECT hourly_floor FROM token_ledger_retention)
GROUP BY hour, provider, api, model, service_tier, app_name, environment, team, feature, status, billed, repeat;
COMMENT ON VIEW token_ledger_hourly_sums IS 'token_ledger_hourly summed over the shards: what to read.';
COMMENT ON COLUMN token_ledger_hourly_sums.hour IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.provider IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.api IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.model IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.service_tier IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.app_name IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.environment IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.team IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.feature IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.status IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.billed IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.repeat IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.calls IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.charges IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.errors IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.partial_calls IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.input_tokens IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.input_tokens_unknown IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.output_tokens IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.output_tokens_unknown IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.cache_read_tokens IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.cache_read_tokens_unknown IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.cache_write_tokens IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.cache_write_tokens_unknown IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.reasoning_tokens IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.reasoning_tokens_unknown IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.cost_usd IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.cost_unknown IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.cost_assumed IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.unpriced IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.zero_cost IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.list_cost_usd IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.list_cost_unknown IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.duration_ms IS 'As in token_ledger_hourly.';
COMMENT ON COLUMN token_ledger_hourly_sums.duration_unknown IS 'As in token_ledger_hourly.';

CREATE VIEW token_ledger_daily_sums AS
SELECT
  day,
  provider,
  api,
  model,
  service_tier,
  app_name,
  environment,
  team,
  feature,
  project,
  cost_center,
  organization_id,
  api_key_fingerprint,
  billing_account,
  billed,
  repeat,
  sum(calls)::bigint AS calls,
  sum(charges)::bigint AS charges,
  sum(errors)::bigint AS errors,
  sum(partial_calls)::bigint AS partial_calls,
  sum(input_tokens) AS input_tokens,
  sum(input_tokens_unknown)::bigint AS input_tokens_unknown,
  sum(output_tokens) AS output_tokens,
  sum(output_tokens_unknown)::bigint AS output_tokens_unknown,
  sum(cache_read_tokens) AS cache_read_tokens,
  sum(cache_read_tokens_unknown)::bigint AS cache_read_tokens_unknown,
  sum(cache_write_tokens) AS cache_write_tokens,
  sum(cache_write_tokens_unknown)::bigint AS cache_write_tokens_unknown,
  sum(reasoning_tokens) AS reasoning_tokens,
  sum(reasoning_tokens_unknown)::bigint AS reasoning_tokens_unknown,
  sum(cost_usd) AS cost_usd,
  sum(cost_unknown)::bigint AS cost_unknown,
  sum(cost_assumed)::bigint AS cost_assumed,
  sum(unpriced)::bigint AS unpriced,
  sum(zero_cost)::bigint AS zero_cost,
  sum(list_cost_usd) AS list_cost_usd,
  sum(list_cost_unknown)::bigint AS list_cost_unknown,
  sum(duration_ms) AS duration_ms,
  sum(duration_unknown)::bigint AS duration_unknown
FROM token_ledger_daily
GROUP BY day, provider, api, model, service_tier, app_name, environment, team, feature, project, cost_center,
  organization_id, api_key_fingerprint, billing_account, billed, repeat;
COMMENT ON VIEW token_ledger_daily_sums IS 'token_ledger_daily summed over the shards: what to read.';
COMMENT ON COLUMN token_ledger_daily_sums.day IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.provider IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.api IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.model IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.service_tier IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.app_name IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.environment IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.team IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.feature IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.project IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.cost_center IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.organization_id IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.api_key_fingerprint IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.billing_account IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.billed IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.repeat IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.calls IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.charges IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.errors IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.partial_calls IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.input_tokens IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.input_tokens_unknown IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.output_tokens IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.output_tokens_unknown IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.cache_read_tokens IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.cache_read_tokens_unknown IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.cache_write_tokens IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.cache_write_tokens_unknown IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.reasoning_tokens IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.reasoning_tokens_unknown IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.cost_usd IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.cost_unknown IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.cost_assumed IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.unpriced IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.zero_cost IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.list_cost_usd IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.list_cost_unknown IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.duration_ms IS 'As in token_ledger_daily.';
COMMENT ON COLUMN token_ledger_daily_sums.duration_unknown IS 'As in token_ledger_daily.';

CREATE VIEW token_ledger_daily_user_sums AS
SELECT
  day,
  user_id,
  provider,
  model,
  app_name,
  environment,
  team,
  organization_id,
  billed,
  repeat,
  sum(calls)::bigint AS calls,
  sum(charges)::bigint AS charges,
  sum(errors)::bigint AS errors,
  sum(partial_calls)::bigint AS partial_calls,
  sum(input_tokens) AS input_tokens,
  sum(input_tokens_unknown)::bigint AS input_tokens_unknown,
  sum(output_tokens) AS output_tokens,
  sum(output_tokens_unknown)::bigint AS output_tokens_unknown,
  sum(cache_read_tokens) AS cache_read_tokens,
  sum(cache_read_tokens_unknown)::bigint AS cache_read_tokens_unknown,
  sum(cache_write_tokens) AS cache_write_tokens,
  sum(cache_write_tokens_unknown)::bigint AS cache_write_tokens_unknown,
  sum(reasoning_tokens) AS reasoning_tokens,
  sum(reasoning_tokens_unknown)::bigint AS reasoning_tokens_unknown,
  sum(cost_usd) AS cost_usd,
  sum(cost_unknown)::bigint AS cost_unknown,
  sum(cost_assumed)::bigint AS cost_assumed,
  sum(unpriced)::bigint AS unpriced,
  sum(zero_cost)::bigint AS zero_cost,
  sum(list_cost_usd) AS list_cost_usd,
  sum(list_cost_unknown)::bigint AS list_cost_unknown,
  sum(duration_ms) AS duration_ms,
  sum(duration_unknown)::bigint AS duration_unknown
FROM token_ledger_daily_users
GROUP BY day, user_id, provider, model, app_name, environment, team, organization_id, billed, repeat;
COMMENT ON VIEW token_ledger_daily_user_sums IS 'token_ledger_daily_users summed over the shards: what to read.';
COMMENT ON COLUMN token_ledger_daily_user_sums.day IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.user_id IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.provider IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.model IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.app_name IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.environment IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.team IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.organization_id IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.billed IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.repeat IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.calls IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.charges IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.errors IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.partial_calls IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.input_tokens IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.input_tokens_unknown IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.output_tokens IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.output_tokens_unknown IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.cache_read_tokens IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.cache_read_tokens_unknown IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.cache_write_tokens IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.cache_write_tokens_unknown IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.reasoning_tokens IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.reasoning_tokens_unknown IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.cost_usd IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.cost_unknown IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.cost_assumed IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.unpriced IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.zero_cost IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.list_cost_usd IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.list_cost_unknown IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.duration_ms IS 'As in token_ledger_daily_users.';
COMMENT ON COLUMN token_ledger_daily_user_sums.duration_unknown IS 'As in token_ledger_daily_users.';

CREATE VIEW token_ledger_latency_sums AS
SELECT
  hour,
  provider,
  model,
  app_name,
  status,
  sum(calls)::bigint AS calls,
  sum(duration_ms) AS duration_ms,
  sum(duration_unknown)::bigint AS duration_unknown,
  latency_sum(duration_buckets) AS duration_buckets,
  sum(time_to_first_token_ms) AS time_to_first_token_ms,
  sum(time_to_first_token_unknown)::bigint AS time_to_first_token_unknown,
  latency_sum(time_to_first_token_buckets) AS time_to_first_token_buckets
FROM token_ledger_latency
WHERE hour >= (SELECT hourly_floor FROM token_ledger_retention)
GROUP BY hour, provider, model, app_name, status;
COMMENT ON VIEW token_ledger_latency_sums IS 'token_ledger_latency summed over the shards: what to read.';
COMMENT ON COLUMN token_ledger_latency_sums.hour IS 'As in token_ledger_latency.';
COMMENT ON COLUMN token_ledger_latency_sums.provider IS 'As in token_ledger_latency.';
COMMENT ON COLUMN token_ledger_latency_sums.model IS 'As in token_ledger_latency.';
COMMENT ON COLUMN token_ledger_latency_sums.app_name IS 'As in token_ledger_latency.';
COMMENT ON COLUMN token_ledger_latency_sums.status IS 'As in token_ledger_latency.';
COMMENT ON COLUMN token_ledger_latency_sums.calls IS 'As in token_ledger_latency.';
COMMENT ON COLUMN token_ledger_latency_sums.duration_ms IS 'As in token_ledger_latency.';
COMMENT ON COLUMN token_ledger_latency_sums.duration_unknown IS 'As in token_ledger_latency.';
COMMENT ON COLUMN token_ledger_latency_sums.duration_buckets IS 'As in token_ledger_latency.';
COMMENT ON COLUMN token_ledger_latency_sums.time_to_first_token_ms IS 'As in token_ledger_latency.';
COMMENT ON COLUMN token_ledger_latency_sums.time_to_first_token_unknown IS 'As in token_ledger_latency.';
COMMENT ON COLUMN token_ledger_latency_sums.time_to_first_token_buckets IS 'As in token_ledger_latency.';

-- Also for whoever changed rows or rollups by hand.
CREATE FUNCTION rebuild_rollups(first_day date, last_day date) RETURNS void
  LANGUAGE plpgsql
  SET search_path = pg_catalog, token_ledger, pg_temp
  AS $$
DECLARE
  from_time timestamptz := first_day::timestamp AT TIME ZONE 'UTC';
  until_time timestamptz := (last_day + 1)::timestamp AT TIME ZONE 'UTC';
  kept_from timestamptz;
  hours_from timestamptz;
BEGIN
  -- In the order of the drains, which wait here before they add what this does not see yet.
  LOCK TABLE token_ledger_daily_users, token_ledger_daily, token_ledger_hourly, token_ledger_latency
    IN SHARE ROW EXCLUSIVE MODE;
  -- A floor within an hour leaves that hour out: its row is gone, and nothing is added to a part of it.
  SELECT floor, greatest(date_trunc('hour', hourly_floor + interval '1 hour' - interval '1 us'), from_time)
    INTO kept_from, hours_from FROM token_ledger_retention;
  IF from_time < kept_from THEN
    RAISE EXCEPTION 'rebuild_rollups: rows before % are gone, their rollups are all that is left', kept_from
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  DELETE FROM token_ledger_daily_users WHERE day BETWEEN first_day AND last_day;
  DELETE FROM token_ledger_daily WHERE day BETWEEN first_day AND last_day;
  DELETE FROM token_ledger_hourly WHERE hour >= from_time AND hour < until_time;
  DELETE FROM token_ledger_latency WHERE hour >= from_time AND hour < until_time;

  INSERT INTO token_ledger_daily_users (day, key, shard, user_id, provider, model, app_name, environment, team,
    organization_id, billed, repeat,
    calls, charges, errors, partial_calls, input_tokens, input_tokens_unknown, output_tokens, output_tokens_unknown,
      cache_read_tokens, cache_read_tokens_unknown, cache_write_tokens, cache_write_tokens_unknown, reasoning_tokens,
      reasoning_tokens_unknown, cost_usd, cost_unknown, cost_assumed, unpriced, zero_cost, list_cost_usd,
      list_cost_unknown, duration_ms, duration_unknown)
  SELECT day, rollup_key(user_id, provider, model, app_name, environment, team, organization_id, billed::text,
    repeat::text), 0, user_id, provider, model, app_name, environment, team, organization_id, billed, repeat,
    sum(calls), sum(charges), sum(errors), sum(partial_calls), sum(input_tokens), sum(input_tokens_unknown),
      sum(output_tokens), sum(output_tokens_unknown), sum(cache_read_tokens), sum(cache_read_tokens_unknown),
      sum(cache_write_tokens), sum(cache_write_tokens_unknown), sum(reasoning_tokens), sum(reasoning_tokens_unknown),
      sum(cost_usd), sum(cost_unknown), sum(cost_assumed), sum(unpriced), sum(zero_cost), sum(list_cost_usd),
      sum(list_cost_unknown), sum(duration_ms), sum(duration_unknown)
  FROM token_ledger_rollup_charges
  WHERE timestamp >= from_time AND timestamp < until_time AND user_id IS NOT NULL
  GROUP BY day, user_id, provider, model, app_name, environment, team, organization_id, billed, repeat;

  INSERT INTO token_ledger_daily (day, key, shard, provider, api, model, service_tier, app_name, environment, team,
    feature, project, cost_center, organization_id, api_key_fingerprint, billing_account, billed, repeat,
    calls, charges, errors, partial_calls, input_tokens, input_tokens_unknown, output_tokens, output_tokens_unknown,
      cache_read_tokens, cache_read_tokens_unknown, cache_write_tokens, cache_write_tokens_unknown, reasoning_tokens,
      reasoning_tokens_unknown, cost_usd, cost_unknown, cost_assumed, unpriced, zero_cost, list_cost_usd,
      list_cost_unknown, duration_ms, duration_unknown)
  SELECT day, rollup_key(provider, api, model, service_tier, app_name, environment, team, feature, project,
    cost_center, organization_id, api_key_fingerprint, billing_account, billed::text, repeat::text), 0, provider, api,
    model, service_tier, app_name, environment, team, feature, project, cost_center, organization_id,
    api_key_fingerprint, billing_account, billed, repeat,
    sum(calls), sum(charges), sum(errors), sum(partial_calls), sum(input_tokens), sum(input_tokens_unknown),
      sum(output_tokens), sum(output_tokens_unknown), sum(cache_read_tokens), sum(cache_read_tokens_unknown),
      sum(cache_write_tokens), sum(cache_write_tokens_unknown), sum(reasoning_tokens), sum(reasoning_tokens_unknown),
      sum(cost_usd), sum(cost_unknown), sum(cost_assumed), sum(unpriced), sum(zero_cost), sum(list_cost_usd),
      sum(list_cost_unknown), sum(duration_ms), sum(duration_unknown)
  FROM token_ledger_rollup_charges
  WHERE timestamp >= from_time AND timestamp < until_time
  GROUP BY day, provider, api, model, service_tier, app_name, environment, team, feature, project, cost_center,
    organization_id, api_key_fingerprint, billing_account, billed, repeat;

  INSERT INTO token_ledger_hourly (hour, key, shard, provider, api, model, service_tier, app_name, environment, team,
    feature, status, billed, repeat,
    calls, charges, errors, partial_calls, input_tokens, input_tokens_unknown, output_tokens, output_tokens_unknown,
      cache_read_tokens, cache_read_tokens_unknown, cache_write_tokens, cache_write_tokens_unknown, reasoning_tokens,
      reasoning_tokens_unknown, cost_usd, cost_unknown, cost_assumed, unpriced, zero_cost, list_cost_usd,
      list_cost_unknown, duration_ms, duration_unknown)
  SELECT hour, rollup_key(provider, api, model, service_tier, app_name, environment, team, feature, status,
    billed::text, repeat::text), 0, provider, api, model, service_tier, app_name, environment, team, feature, status,
    billed, repeat,
    sum(calls), sum(charges), sum(errors), sum(partial_calls), sum(input_tokens), sum(input_tokens_unknown),
      sum(output_tokens), sum(output_tokens_unknown), sum(cache_read_tokens), sum(cache_read_tokens_unknown),
      sum(cache_write_tokens), sum(cache_write_tokens_unknown), sum(reasoning_tokens), sum(reasoning_tokens_unknown),
      sum(cost_usd), sum(cost_unknown), sum(cost_assumed), sum(unpriced), sum(zero_cost), sum(list_cost_usd),
      sum(list_cost_unknown), sum(duration_ms), sum(duration_unknown)
  FROM token_ledger_rollup_charges
  WHERE timestamp >= hours_from AND timestamp < until_time
  GROUP BY hour, provider, api, model, service_tier, app_name, environment, team, feature, status, billed, repeat;

  INSERT INTO token_ledger_latency (hour, key, shard, provider, model, app_name, status, calls,
    duration_ms, duration_unknown, duration_buckets,
    time_to_first_token_ms, time_to_first_token_unknown, time_to_first_token_buckets)
  SELECT r.hour, rollup_key(r.provider, r.model, r.app_name, r.status), 0, r.provider, r.model, r.app_name, r.status,
    r.calls,
    r.duration_ms, r.duration_unknown, r.duration_buckets,
    r.time_to_first_token_ms, r.time_to_first_token_unknown, r.time_to_first_token_buckets
  FROM recomputed_latency(hours_from, until_time) AS r;
END
$$;
COMMENT ON FUNCTION rebuild_rollups(date, date) IS 'Makes the rollups of these UTC days, both included, anew from their rows. Drains wait for it.';
REVOKE ALL ON FUNCTION rebuild_rollups(date, date) FROM PUBLIC;

SELECT copy_grants('token_ledger_daily_before', name::regclass)
FROM unnest(ARRAY['token_ledger_hourly', 'token_ledger_daily', 'token_ledger_daily_users', 'token_ledger_latency']) AS name;
SELECT copy_grants('token_ledger_charges', name::regclass)
FROM unnest(ARRAY['token_ledger_rollup_charges', 'token_ledger_hourly_sums', 'token_ledger_daily_sums',
  'token_ledger_daily_user_sums', 'token_ledger_latency_sums']) AS name;

SELECT rebuild_rollups(
  greatest((min(e.timestamp) AT TIME ZONE 'UTC')::date, ((r.floor + interval '1 day' - interval '1 us') AT TIME ZONE 'UTC')::date),
  (max(e.timestamp) AT TIME ZONE 'UTC')::date)
FROM token_ledger_events e, token_ledger_retention r
GROUP BY r.floor;

-- Where the rollup knows more calls than there are rows (their partition was dropped, or somebody deleted some), it is
-- all that is left of them, and stays as it is.
CREATE TABLE token_ledger_kept_days AS
SELECT b.day
FROM (SELECT day, sum(calls) AS calls FROM token_ledger_daily_before GROUP BY day) AS b
LEFT JOIN (SELECT day, sum(calls) AS calls FROM token_ledger_daily GROUP BY day) AS d USING (day)
WHERE b.calls > COALESCE(d.calls, 0);

DELETE FROM token_ledger_daily WHERE day IN (SELECT day FROM token_ledger_kept_days);

INSERT INTO token_ledger_daily (day, key, shard, provider, api, model, app_name, environment, team, feature, project,
  cost_center, billed, repeat,
  calls, charges, errors, partial_calls, input_tokens, input_tokens_unknown, output_tokens, output_tokens_unknown,
    cache_read_tokens, cache_read_tokens_unknown, cache_write_tokens, cache_write_tokens_unknown, cost_usd,
    cost_unknown, cost_assumed,
  reasoning_tokens_unknown, unpriced, zero_cost, list_cost_unknown, duration_ms, duration_unknown)
SELECT day, rollup_key(provider, api, model, NULL, app_name, environment, team, feature, project, cost_center, NULL,
  NULL, NULL, billed::text, repeat::text), 0, provider, api, model, app_name, environment, team, feature, project,
  cost_center, billed, repeat,
  calls, charges, errors, partial_calls, input_tokens, input_tokens_unknown, output_tokens, output_tokens_unknown,
    cache_read_tokens, cache_read_tokens_unknown, cache_write_tokens, cache_write_tokens_unknown, cost_usd,
    cost_unknown, cost_assumed,
  charges, greatest(unpriced, 0), greatest(zero_cost, 0), calls, round(duration_ms::numeric, 3), duration_unknown
FROM token_ledger_daily_before WHERE day IN (SELECT day FROM token_ledger_kept_days);

DROP TABLE token_ledger_daily_before, token_ledger_kept_days;

-- The Python TokenLedger's views of days read the rollup: quicker, and they outlive the rows.
CREATE OR REPLACE VIEW token_ledger_daily_costs AS
SELECT
  day AS date,
  COALESCE(provider, 'unknown') AS provider,
  COALESCE(model, 'unknown') AS model,
  sum(calls)::bigint AS request_count,
  sum(input_tokens)::bigint AS total_input_tokens,
  sum(output_tokens)::bigint AS total_output_tokens,
  (sum(input_tokens) + sum(output_tokens))::bigint AS total_tokens,
  CASE WHEN sum(charges) > sum(cost_unknown) THEN sum(cost_usd) END AS total_cost,
  (sum(duration_ms) / NULLIF(sum(calls) - sum(duration_unknown), 0))::double precision AS avg_latency_ms
FROM token_ledger_daily_sums
WHERE billed AND NOT repeat
GROUP BY 1, 2, 3;

CREATE OR REPLACE VIEW token_ledger_team_costs AS
SELECT
  COALESCE(team, 'unassigned') AS team,
  day AS date,
  sum(calls)::bigint AS request_count,
  (sum(input_tokens) + sum(output_tokens))::bigint AS total_tokens,
  CASE WHEN sum(charges) > sum(cost_unknown) THEN sum(cost_usd) END AS total_cost,
  (sum(duration_ms) / NULLIF(sum(calls) - sum(duration_unknown), 0))::double precision AS avg_latency_ms
FROM token_ledger_daily_sums
WHERE billed AND NOT repeat
GROUP BY 1, 2;

CREATE OR REPLACE VIEW token_ledger_feature_costs AS
SELECT
  COALESCE(feature, 'unassigned') AS feature,
  day AS date,
  sum(calls)::bigint AS request_count,
  (sum(input_tokens) + sum(output_tokens))::bigint AS total_tokens,
  CASE WHEN sum(charges) > sum(cost_unknown) THEN sum(cost_usd) END AS total_cost,
  (sum(duration_ms) / NULLIF(sum(calls) - sum(duration_unknown), 0))::double precision AS avg_latency_ms
FROM token_ledger_daily_sums
WHERE billed AND NOT repeat
GROUP BY 1, 2;

CREATE OR REPLACE VIEW token_ledger_cost_center_costs AS
SELECT
  COALESCE(cost_center, 'unassigned') AS cost_center,
  day AS date,
  sum(calls)::bigint AS request_count,
  (sum(input_tokens) + sum(output_tokens))::bigint AS total_tokens,
  CASE WHEN sum(charges) > sum(cost_unknown) THEN sum(cost_usd) END AS total_cost
FROM token_ledger_daily_sums
WHERE billed AND NOT repeat
GROUP BY 1, 2;
