-- A draft that was void because its event was cancelled goes on where it was if the event takes place after all. It is void
-- for another reason for good.
CREATE OR REPLACE FUNCTION check_draft() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  comes_back boolean := OLD.phase = 'void' AND NEW.phase <> 'void' AND EXISTS (
    SELECT FROM draft_acts act
    WHERE act.draft_id = OLD.id AND act.seq = OLD.version AND act.kind = 'voided' AND act.payload->>'cause' = 'cancelled'
  );
BEGIN
  IF NEW.phase <> OLD.phase AND NOT comes_back AND (OLD.phase, NEW.phase) NOT IN (
    ('waiting', 'open'), ('waiting', 'void'), ('open', 'locked'), ('open', 'void'), ('locked', 'void'))
  THEN
    RAISE EXCEPTION 'draft % does not go from % to %', OLD.id, OLD.phase, NEW.phase USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.version < OLD.version OR NEW.last_at < OLD.last_at OR (OLD.is_touched AND NOT NEW.is_touched) THEN
    RAISE EXCEPTION 'draft % does not go back', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.phase IN ('locked', 'void') AND NOT (comes_back AND NEW.phase IN ('waiting', 'open'))
    AND (OLD.lock_at, OLD.opens_at) <> (NEW.lock_at, NEW.opens_at)
  THEN
    RAISE EXCEPTION 'the lock of draft % has passed', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
