-- The references of odds are checked for all rows of a capture at once, as the settlement ledger's are (ADR 1).

-- In the order in which a capture takes them, so that neither waits for what the other has.
LOCK TABLE games, bookmaker_odds, ingestion_runs IN ACCESS EXCLUSIVE MODE;

-- No game and no run has ever been deleted. That none can be is why it is enough to look when odds come in.
CREATE FUNCTION refuse_renumbering() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: facts refer to its rows by their ids', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER games_stay BEFORE DELETE OR TRUNCATE OR UPDATE OF id ON games EXECUTE FUNCTION refuse_renumbering();
CREATE TRIGGER ingestion_runs_stay BEFORE DELETE OR TRUNCATE OR UPDATE OF id ON ingestion_runs
  EXECUTE FUNCTION refuse_renumbering();

-- A capture has thousands of rows, of few games and one run. The tables' full names, for nobody's search path or
-- temporary table may stand in for them.
CREATE FUNCTION check_odds_references() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM (SELECT DISTINCT game_id, run_id FROM captured) AS named
    LEFT JOIN public.games game ON game.id = named.game_id
    LEFT JOIN public.ingestion_runs run ON run.id = named.run_id
    WHERE game.id IS NULL OR run.id IS DISTINCT FROM named.run_id
  ) THEN
    RAISE EXCEPTION 'bookmakers'' odds name a game or a run that is not there'
      USING ERRCODE = 'foreign_key_violation', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER bookmaker_odds_references AFTER INSERT ON bookmaker_odds REFERENCING NEW TABLE AS captured
  FOR EACH STATEMENT EXECUTE FUNCTION check_odds_references();

-- Needed by no release: the triggers above refuse what they refused.
-- squawk-ignore ban-drop-constraint
ALTER TABLE bookmaker_odds DROP CONSTRAINT bookmaker_odds_game_id_fkey;
-- squawk-ignore ban-drop-constraint
ALTER TABLE bookmaker_odds DROP CONSTRAINT bookmaker_odds_run_id_fkey;
