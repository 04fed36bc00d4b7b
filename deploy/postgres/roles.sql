-- Two roles instead of a superuser: drumline_owner makes and changes tables (npm run db:migrate), drumline_app works on their
-- rows (beat, worker, api, command line). As a superuser, in Drumline's own database; a repetition changes nothing.
-- They have no password here: ALTER ROLE … PASSWORD, or \password.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'drumline_owner') THEN
    CREATE ROLE drumline_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'drumline_app') THEN
    CREATE ROLE drumline_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
  END IF;
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO drumline_owner, drumline_app', current_database());
  -- The first migration names its schema, which is there.
  EXECUTE format('GRANT CREATE ON DATABASE %I TO drumline_owner', current_database());
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO drumline_owner;
GRANT USAGE ON SCHEMA public TO drumline_app;

-- What another role made before goes to the owner; sequences of tables go with them.
DO $$
DECLARE
  thing record;
BEGIN
  FOR thing IN
    SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END AS kind, oid::regclass AS name
    FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
  LOOP
    EXECUTE format('ALTER %s %s OWNER TO drumline_owner', thing.kind, thing.name);
  END LOOP;
  FOR thing IN SELECT oid::regtype AS name FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype = 'e' LOOP
    EXECUTE format('ALTER TYPE %s OWNER TO drumline_owner', thing.name);
  END LOOP;
  FOR thing IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace LOOP
    EXECUTE format('ALTER ROUTINE %s OWNER TO drumline_owner', thing.name);
  END LOOP;
END
$$;

-- What migrations will make, and what is there already.
ALTER DEFAULT PRIVILEGES FOR ROLE drumline_owner IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO drumline_app;
ALTER DEFAULT PRIVILEGES FOR ROLE drumline_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO drumline_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO drumline_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO drumline_app;

-- db-maintenance vacuums, which takes the owner before PostgreSQL 17: there it skips every table and says so, and autovacuum
-- does the work.
DO $$
BEGIN
  IF current_setting('server_version_num')::int >= 170000 THEN
    EXECUTE 'ALTER DEFAULT PRIVILEGES FOR ROLE drumline_owner IN SCHEMA public GRANT MAINTAIN ON TABLES TO drumline_app';
    EXECUTE 'GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO drumline_app';
  END IF;
END
$$;
