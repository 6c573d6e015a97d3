-- Who may do what, and which forwarders may still write.

CREATE TABLE token_ledger_compatibility (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  oldest_step integer NOT NULL,
  oldest_release text NOT NULL
);
INSERT INTO token_ledger_compatibility (oldest_step, oldest_release) VALUES (11, '0.1.0');
COMMENT ON TABLE token_ledger_compatibility IS 'One row: the oldest forwarder that may still write. A step that takes away what older forwarders use raises it.';
COMMENT ON COLUMN token_ledger_compatibility.only_row IS 'Always true: keeps the table at one row.';
COMMENT ON COLUMN token_ledger_compatibility.oldest_step IS 'A forwarder may write whose newest step (number in flyway_schema_history) is this or a later one.';
COMMENT ON COLUMN token_ledger_compatibility.oldest_release IS 'The first release that has that step, for messages.';

CREATE TABLE token_ledger_roles (
  role text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('writer', 'reader')),
  granted_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE token_ledger_roles IS 'Roles that migrate --grant-writer and --grant-reader were asked for: each migrate gives them what new tables, views and functions need.';
COMMENT ON COLUMN token_ledger_roles.role IS 'Name of the database role.';
COMMENT ON COLUMN token_ledger_roles.kind IS 'writer: a forwarder; reader: reports and dashboards, views only.';
COMMENT ON COLUMN token_ledger_roles.granted_at IS 'When it was first asked for.';

-- A writer has no DELETE: whatever a forwarder removes goes through a function that removes just that.
CREATE FUNCTION remove_dead_letter(number bigint) RETURNS void
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path = pg_catalog, token_ledger, pg_temp
  AS $$
    DELETE FROM token_ledger.token_ledger_dead_letters WHERE dead_letter_id = number
  $$;
COMMENT ON FUNCTION remove_dead_letter(bigint) IS 'Removes a dead letter that is booked; the caller has locked it.';
REVOKE ALL ON FUNCTION remove_dead_letter(bigint) FROM PUBLIC;

-- Roles that were granted by hand go on working.
DO $$
DECLARE
  held record;
BEGIN
  FOR held IN
    SELECT CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END AS grantee
      FROM pg_proc p, aclexplode(p.proacl) acl
     WHERE p.oid = 'token_ledger.ensure_partition(date)'::regprocedure AND acl.grantee <> p.proowner
  LOOP
    EXECUTE format('GRANT SELECT ON token_ledger.token_ledger_compatibility TO %s', held.grantee);
    EXECUTE format('GRANT EXECUTE ON FUNCTION token_ledger.remove_dead_letter(bigint) TO %s', held.grantee);
  END LOOP;
END
$$;
