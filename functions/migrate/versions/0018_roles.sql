-- The functions log in as roles that own nothing (ADR 16). Roles belong to the server, and their names and passwords to
-- the stage, so the function migrate makes them after all migrations. What they may do is stated in
-- pickvs/operations/database_roles/privileges.py. This migration is what belongs to the schema: a trigger that such a
-- role sets off looks for tables where the owner made them, whatever the role's search path and temporary tables are.

-- A search path that does not name pg_temp begins with it.
DO $$
DECLARE
  checked regprocedure;
BEGIN
  FOR checked IN
    SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype ORDER BY oid
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, public, pg_temp', checked);
  END LOOP;
END $$;
