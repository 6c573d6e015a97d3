-- Retention: months of events are dropped whole, small tables by rows; rollups by day stay for ever.

CREATE TABLE token_ledger_dropped_months (
  month date PRIMARY KEY CHECK (month = date_trunc('month', month::timestamp)::date),
  events bigint,
  bytes bigint,
  export_file text,
  export_sha256 text,
  exported_at timestamptz,
  holder text,
  held_until timestamptz,
  dropped_at timestamptz,
  dropped_by text
);
COMMENT ON TABLE token_ledger_dropped_months IS 'Months whose rows retention dropped, or is about to drop; their sums stay in the daily rollups.';
COMMENT ON COLUMN token_ledger_dropped_months.month IS 'First day of the month, UTC.';
COMMENT ON COLUMN token_ledger_dropped_months.events IS 'Rows that the month had; NULL: dropped by hand, not counted.';
COMMENT ON COLUMN token_ledger_dropped_months.bytes IS 'Bytes of its partition with indexes; NULL: dropped by hand.';
COMMENT ON COLUMN token_ledger_dropped_months.export_file IS 'File that holds its rows, on the host that exported it; NULL: not exported.';
COMMENT ON COLUMN token_ledger_dropped_months.export_sha256 IS 'SHA-256 of that file, hex.';
COMMENT ON COLUMN token_ledger_dropped_months.exported_at IS 'When that file was complete and on disk.';
COMMENT ON COLUMN token_ledger_dropped_months.holder IS 'Forwarder that works on the month; NULL: none.';
COMMENT ON COLUMN token_ledger_dropped_months.held_until IS 'When another may take over.';
COMMENT ON COLUMN token_ledger_dropped_months.dropped_at IS 'When its rows were dropped; NULL: not yet.';
COMMENT ON COLUMN token_ledger_dropped_months.dropped_by IS 'Database role that dropped them.';
SELECT copy_grants('token_ledger_closed_months', 'token_ledger_dropped_months');

-- Old claims and audit rows are looked for once an hour.
CREATE INDEX token_ledger_seen_age ON token_ledger_seen USING brin (seen_at);
CREATE INDEX token_ledger_repricings_timestamp ON token_ledger_repricings (timestamp);

-- As before, and: waits for locks at most 2 s (the drain that needs the month waits with it), refuses what retention
-- dropped, and says so when a table of that name hangs loose.
CREATE OR REPLACE FUNCTION ensure_partition(day date) RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path = pg_catalog, token_ledger, pg_temp
  SET lock_timeout = '2s'
  AS $$
DECLARE
  first_day date := date_trunc('month', day::timestamp)::date;
  next_first date := (date_trunc('month', day::timestamp) + interval '1 month')::date;
  part text := 'token_ledger_events_' || to_char(first_day, 'YYYY_MM');
  attached boolean;
BEGIN
  IF EXISTS (
    SELECT FROM pg_inherits i
     WHERE i.inhrelid = to_regclass('token_ledger.' || part)
       AND i.inhparent = 'token_ledger.token_ledger_events'::regclass AND NOT i.inhdetachpending) THEN
    RETURN false;
  END IF;
  IF first_day < date '2020-01-01' OR first_day > (now() AT TIME ZONE 'UTC' + interval '4 months')::date THEN
    RAISE EXCEPTION 'ensure_partition: % is not a month to book in', to_char(first_day, 'YYYY-MM')
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('token_ledger.ensure_partition', 0));
  IF next_first <= (SELECT floor AT TIME ZONE 'UTC' FROM token_ledger.token_ledger_retention)::date THEN
    -- The floor rose after the caller had read it: with the new one it books these rows at another time.
    RAISE EXCEPTION 'ensure_partition: % lies before the retention floor', to_char(first_day, 'YYYY-MM')
      USING ERRCODE = 'serialization_failure';
  END IF;
  -- Not to_regclass again: its cache may still say what was true before the wait for the lock.
  SELECT c.relispartition INTO attached
    FROM pg_class c WHERE c.relnamespace = 'token_ledger'::regnamespace AND c.relname = part;
  IF attached THEN
    RETURN false;
  ELSIF FOUND THEN
    RAISE EXCEPTION 'ensure_partition: table % exists and is no partition of token_ledger_events', part
      USING ERRCODE = 'object_not_in_prerequisite_state',
            HINT = 'Attach it again, or rename it.';
  END IF;
  EXECUTE format('CREATE TABLE token_ledger.%I (LIKE token_ledger.token_ledger_events INCLUDING ALL)', part);
  EXECUTE format(
    'ALTER TABLE token_ledger.token_ledger_events ATTACH PARTITION token_ledger.%I FOR VALUES FROM (%L) TO (%L)',
    part, first_day || ' 00:00:00+00', next_first || ' 00:00:00+00');
  RETURN true;
END
$$;

-- DETACH CONCURRENTLY cannot run in a function, so whoever does not own the table takes its whole lock for an instant
-- here, and never waits for it longer than the time-out: what queues behind the request waits no longer either.
-- The owner detaches concurrently first (the `retention` command does); then only the loose table is left to drop.
CREATE OR REPLACE FUNCTION drop_partition(day date) RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path = pg_catalog, token_ledger, pg_temp
  SET lock_timeout = '200ms'
  AS $$
DECLARE
  first_day date := date_trunc('month', day::timestamp)::date;
  next_first date := (date_trunc('month', day::timestamp) + interval '1 month')::date;
  part text := 'token_ledger_events_' || to_char(first_day, 'YYYY_MM');
  pending boolean;
BEGIN
  IF next_first > (now() AT TIME ZONE 'UTC')::date THEN
    RAISE EXCEPTION 'drop_partition: % is not over yet', to_char(first_day, 'YYYY-MM')
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('token_ledger.ensure_partition', 0));
  UPDATE token_ledger.token_ledger_retention
     SET floor = (next_first || ' 00:00:00+00')::timestamptz
   WHERE floor < (next_first || ' 00:00:00+00')::timestamptz;
  IF NOT EXISTS (
    SELECT FROM pg_class WHERE relnamespace = 'token_ledger'::regnamespace AND relname = part) THEN
    RETURN false;
  END IF;
  SELECT i.inhdetachpending INTO pending
    FROM pg_inherits i
   WHERE i.inhrelid = ('token_ledger.' || part)::regclass
     AND i.inhparent = 'token_ledger.token_ledger_events'::regclass;
  IF FOUND THEN
    -- A DETACH CONCURRENTLY that was interrupted is brought to its end.
    EXECUTE format(
      'ALTER TABLE token_ledger.token_ledger_events DETACH PARTITION token_ledger.%I %s',
      part, CASE WHEN pending THEN 'FINALIZE' ELSE '' END);
  END IF;
  EXECUTE format('DROP TABLE token_ledger.%I', part);
  INSERT INTO token_ledger.token_ledger_dropped_months AS m (month, dropped_at, dropped_by)
  VALUES (first_day, now(), session_user)
  ON CONFLICT (month) DO UPDATE
     SET dropped_at = EXCLUDED.dropped_at, dropped_by = EXCLUDED.dropped_by, holder = NULL, held_until = NULL;
  RETURN true;
END
$$;

CREATE FUNCTION raise_floor(day date) RETURNS timestamptz
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path = pg_catalog, token_ledger, pg_temp
  SET lock_timeout = '2s'
  AS $$
DECLARE
  wanted timestamptz := date_trunc('month', day::timestamp) AT TIME ZONE 'UTC';
BEGIN
  IF wanted > now() THEN
    RAISE EXCEPTION 'raise_floor: % has not begun', to_char(day, 'YYYY-MM')
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  UPDATE token_ledger.token_ledger_retention SET floor = wanted WHERE floor < wanted;
  RETURN (SELECT floor FROM token_ledger.token_ledger_retention);
END
$$;
COMMENT ON FUNCTION raise_floor(date) IS 'Raises the retention floor to the beginning of that UTC month; never lowers it. The floor in force.';
REVOKE ALL ON FUNCTION raise_floor(date) FROM PUBLIC;

CREATE FUNCTION expire_rows(kind text, before timestamptz, most integer) RETURNS bigint
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path = pg_catalog, token_ledger, pg_temp
  SET lock_timeout = '2s'
  AS $$
DECLARE
  expired text;
  gone bigint;
BEGIN
  IF kind IN ('seen', 'repricings') THEN
    -- They belong to rows: these go first.
    IF before > (SELECT floor FROM token_ledger.token_ledger_retention) THEN
      RAISE EXCEPTION 'expire_rows: % is after the retention floor', before
        USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
  ELSIF before > now() - interval '1 day' THEN
    RAISE EXCEPTION 'expire_rows: % is less than a day ago', before
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  expired := CASE kind
    WHEN 'hourly' THEN 'hour < $1'
    WHEN 'latency' THEN 'hour < $1'
    WHEN 'coverage' THEN 'day < ($1 AT TIME ZONE ''UTC'')::date'
    WHEN 'unlisted_hosts' THEN 'day < ($1 AT TIME ZONE ''UTC'')::date'
    -- By both: a clock that was wrong must not make a claim look old.
    WHEN 'seen' THEN 'seen_at < $1 AND timestamp < $1'
    WHEN 'repricings' THEN 'timestamp < $1'
  END;
  IF expired IS NULL THEN
    RAISE EXCEPTION 'expire_rows: there is no kind %', kind USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF kind IN ('hourly', 'latency') THEN
    UPDATE token_ledger.token_ledger_retention SET hourly_floor = before WHERE hourly_floor < before;
  END IF;
  EXECUTE format(
    'DELETE FROM token_ledger.%1$I WHERE ctid = ANY (ARRAY('
      'SELECT ctid FROM token_ledger.%1$I WHERE %2$s LIMIT $2 FOR UPDATE SKIP LOCKED))',
    'token_ledger_' || kind, expired)
  USING before, most;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END
$$;
COMMENT ON FUNCTION expire_rows(text, timestamptz, integer) IS 'Deletes at most so many rows before that time, and says how many: kind hourly, latency, coverage, unlisted_hosts, and below the retention floor seen, repricings.';
REVOKE ALL ON FUNCTION expire_rows(text, timestamptz, integer) FROM PUBLIC;

-- Who may drop a month may do what goes before and after.
DO $$
DECLARE
  held record;
BEGIN
  FOR held IN
    SELECT CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END AS grantee
      FROM pg_proc p, aclexplode(p.proacl) acl
     WHERE p.oid = 'token_ledger.drop_partition(date)'::regprocedure AND acl.grantee <> p.proowner
  LOOP
    EXECUTE format(
      'GRANT EXECUTE ON FUNCTION token_ledger.raise_floor(date),'
        ' token_ledger.expire_rows(text, timestamptz, integer) TO %s',
      held.grantee);
  END LOOP;
END
$$;
