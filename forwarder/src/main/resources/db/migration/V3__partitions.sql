-- Partitions are made as LIKE + ATTACH: CREATE ... PARTITION OF would lock the whole table against readers and writers.
CREATE FUNCTION ensure_partition(day date) RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path = pg_catalog, token_ledger, pg_temp
  AS $$
DECLARE
  first_day date := date_trunc('month', day::timestamp)::date;
  next_first date := (date_trunc('month', day::timestamp) + interval '1 month')::date;
  part text := 'token_ledger_events_' || to_char(first_day, 'YYYY_MM');
BEGIN
  IF to_regclass('token_ledger.' || part) IS NOT NULL THEN
    RETURN false;
  END IF;
  IF first_day < date '2020-01-01' OR first_day > (now() + interval '40 days')::date THEN
    RAISE EXCEPTION 'ensure_partition: % is not a month to book in', to_char(first_day, 'YYYY-MM')
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('token_ledger.ensure_partition', 0));
  -- Not to_regclass again: its cache may still say what was true before the wait for the lock.
  IF EXISTS (SELECT FROM pg_class WHERE relnamespace = 'token_ledger'::regnamespace AND relname = part) THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE token_ledger.%I (LIKE token_ledger.token_ledger_events INCLUDING ALL)', part);
  EXECUTE format(
    'ALTER TABLE token_ledger.token_ledger_events ATTACH PARTITION token_ledger.%I FOR VALUES FROM (%L) TO (%L)',
    part, first_day || ' 00:00:00+00', next_first || ' 00:00:00+00');
  RETURN true;
END
$$;
COMMENT ON FUNCTION ensure_partition(date) IS 'Makes the partition of that UTC month if it is missing; true when it did.';
REVOKE ALL ON FUNCTION ensure_partition(date) FROM PUBLIC;

CREATE FUNCTION drop_partition(day date) RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path = pg_catalog, token_ledger, pg_temp
  AS $$
DECLARE
  first_day date := date_trunc('month', day::timestamp)::date;
  next_first date := (date_trunc('month', day::timestamp) + interval '1 month')::date;
  part text := 'token_ledger_events_' || to_char(first_day, 'YYYY_MM');
BEGIN
  IF next_first > (now() AT TIME ZONE 'UTC')::date THEN
    RAISE EXCEPTION 'drop_partition: % is not over yet', to_char(first_day, 'YYYY-MM')
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('token_ledger.ensure_partition', 0));
  UPDATE token_ledger.token_ledger_retention
     SET floor = greatest(floor, (next_first || ' 00:00:00+00')::timestamptz);
  IF to_regclass('token_ledger.' || part) IS NULL THEN
    RETURN false;
  END IF;
  EXECUTE format('DROP TABLE token_ledger.%I', part);
  RETURN true;
END
$$;
COMMENT ON FUNCTION drop_partition(date) IS 'Drops the partition of that UTC month and raises the retention floor to its end; true when there was one.';
REVOKE ALL ON FUNCTION drop_partition(date) FROM PUBLIC;
