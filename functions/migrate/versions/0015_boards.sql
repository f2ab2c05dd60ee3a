-- A board covers dates: games.local_date, which is a date at the place of the game. It covered moments: days in UTC.

-- A board counts a game's picks by its date, so that stays what it was while a final stands in the ledger.
-- (games before boards: a settlement takes them in this order.)
CREATE FUNCTION keep_settled_date() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM public.game_results WHERE id = OLD.settled_result_id AND outcome = 'final') THEN
    RAISE EXCEPTION 'the date of game % is refused to move: its picks are settled by a final score', OLD.id
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER games_settled_date BEFORE UPDATE OF local_date ON games FOR EACH ROW
  WHEN (OLD.settled_result_id IS NOT NULL AND OLD.local_date IS DISTINCT FROM NEW.local_date)
  EXECUTE FUNCTION keep_settled_date();

-- starts_on: the first date; null for all time. starts_at says the same at midnight in UTC, for the previous release.
-- dated_changes: those of its changes that were made by dates. The previous release knows days in UTC and counts in
-- changes alone. Where the two differ, or this one is null, it has written, and the next settlement makes all boards anew.
ALTER TABLE boards
  ADD COLUMN starts_on     date,
  ADD COLUMN dated_changes bigint;

-- Until that settlement the boards are read as they are. They are few: one for each period, sport and market.
UPDATE boards SET starts_on = (starts_at AT TIME ZONE 'UTC')::date;
