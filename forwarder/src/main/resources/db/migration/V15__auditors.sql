-- A third kind of role: it reads tables too, for the commands that read, and writes nothing.

ALTER TABLE token_ledger_roles DROP CONSTRAINT token_ledger_roles_kind_check;
ALTER TABLE token_ledger_roles ADD CONSTRAINT token_ledger_roles_kind_check CHECK (kind IN ('writer', 'auditor', 'reader'));

COMMENT ON TABLE token_ledger_roles IS 'Roles that migrate --grant-writer, --grant-auditor and --grant-reader were asked for: each migrate gives them what new tables, views and functions need.';
COMMENT ON COLUMN token_ledger_roles.kind IS 'writer: a forwarder; auditor: commands that read, tables and views; reader: dashboards, views only.';
