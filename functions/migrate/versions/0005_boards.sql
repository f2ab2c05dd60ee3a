-- Kept boards: what each contestant did, for every period, sport and market. Derived from the ledger, and rebuilt from
-- it by one command.

DROP TABLE standings;

CREATE TYPE board_period AS ENUM ('day', 'week', 'month', 'season', 'all');

-- Those of the periods that are under way; the next settlement drops what is over. A null market: all of them.
CREATE TABLE boards (
  id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  period     board_period NOT NULL,
  sports     text[] NOT NULL CHECK (sports <> '{}'), -- in alphabetical order; one, or all that are covered
  market     market,
  starts_at  timestamptz                -- of several sports' seasons, when the latest began
             CHECK ((starts_at IS NULL) = (period = 'all')),
  changes    integer NOT NULL DEFAULT 0 CHECK (changes >= 0),
  cursor_key uuid NOT NULL DEFAULT gen_random_uuid(),  -- signs the ranks that cursors carry; shown to nobody
  updated_at timestamptz NOT NULL,
  UNIQUE NULLS NOT DISTINCT (period, sports, market)
);

-- Everything but the sums is generated, so that no two of a row's figures can disagree. Neither board_id nor user_id is
-- a foreign key: checked row by row they would double the time of a settlement, and rows come from picks, whose users
-- are never deleted, and go with their board.
CREATE TABLE standings (
  board_id      integer NOT NULL,
  user_id       bigint NOT NULL,
  wins          integer NOT NULL CHECK (wins >= 0),
  losses        integer NOT NULL CHECK (losses >= 0),
  pushes        integer NOT NULL CHECK (pushes >= 0),
  clv_picks     integer NOT NULL CHECK (clv_picks >= 0),
  total_units   numeric(14, 4) NOT NULL,
  total_wagered numeric(12, 1) NOT NULL CHECK (total_wagered > 0),
  risk          numeric(18, 4) NOT NULL CHECK (risk >= 0),  -- sum of stake^2 x (decimal odds - 1)
  clv_sum       numeric(16, 4) NOT NULL,
  picks         integer NOT NULL GENERATED ALWAYS AS (wins + losses + pushes) STORED CHECK (picks > 0),
  roi           numeric(9, 2) NOT NULL GENERATED ALWAYS AS (round(100 * total_units / total_wagered, 2)) STORED,
  clv_percent   numeric(9, 2) GENERATED ALWAYS AS (round(clv_sum / nullif(clv_picks, 0), 2)) STORED,
  skill         numeric(9, 2) NOT NULL GENERATED ALWAYS AS
    (round(100 * total_units * total_wagered / (total_wagered * total_wagered + 400 * risk), 2)) STORED,
  PRIMARY KEY (board_id, user_id)
);
CREATE INDEX standings_by_units ON standings (board_id, total_units DESC, roi DESC, picks DESC, (-user_id) DESC);
CREATE INDEX standings_by_roi ON standings (board_id, roi DESC, picks DESC, (-user_id) DESC) WHERE picks >= 20;
CREATE INDEX standings_by_clv ON standings (board_id, clv_percent DESC, roi DESC, picks DESC, (-user_id) DESC)
  WHERE picks >= 20 AND clv_percent IS NOT NULL;
CREATE INDEX standings_by_skill ON standings (board_id, skill DESC, roi DESC, picks DESC, (-user_id) DESC)
  WHERE picks >= 20;

-- A board counts a game's picks by its tip-off, so that stays what it was while a final stands in the ledger.
CREATE FUNCTION keep_settled_tip_off() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM game_results WHERE id = OLD.settled_result_id AND outcome = 'final') THEN
    RAISE EXCEPTION 'the tip-off of game % is refused to move: its picks are settled by a final score', OLD.id
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER games_settled_tip_off BEFORE UPDATE OF commence_time ON games FOR EACH ROW
  WHEN (OLD.settled_result_id IS NOT NULL AND OLD.commence_time IS DISTINCT FROM NEW.commence_time)
  EXECUTE FUNCTION keep_settled_tip_off();
