-- What was forecast before each game, by whom, and how far it was from what happened. A forecast is published before its
-- game begins, or not at all, and nobody changes it. The last one before the start is the one that counts.

-- contestant: a variant of the model, or what it is compared with: elo, and the market's own line.
CREATE TABLE game_predictions (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  game_id         bigint NOT NULL REFERENCES games,
  contestant      text NOT NULL CHECK (contestant ~ '^[a-z][a-z0-9-]{0,29}$'),
  version_id      bigint REFERENCES model_versions,     -- null: no trained model speaks
  as_of           timestamptz NOT NULL,                 -- nothing that was known later is in it
  published_at    timestamptz NOT NULL CHECK (published_at >= as_of),
  starts_at       timestamptz NOT NULL CHECK (starts_at > published_at),  -- the tip-off as it was then known
  distribution    jsonb NOT NULL CHECK (jsonb_typeof(distribution) = 'object'),
  figures         jsonb NOT NULL CHECK (jsonb_typeof(figures) = 'object'),
  home_win        double precision NOT NULL CHECK (home_win BETWEEN 0 AND 1),  -- half of a tie's probability included
  line            jsonb CHECK (jsonb_typeof(line) = 'object'),  -- the market's when this was made
  contributions   jsonb NOT NULL CHECK (jsonb_typeof(contributions) = 'array' AND jsonb_array_length(contributions) <= 3),
  features_sha256 text NOT NULL CHECK (features_sha256 ~ '^[0-9a-f]{64}$'),
  UNIQUE NULLS NOT DISTINCT (game_id, contestant, version_id, as_of),
  UNIQUE (id, game_id, contestant)
);
CREATE INDEX game_predictions_latest ON game_predictions (game_id, contestant, published_at, id);
CREATE TRIGGER game_predictions_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON game_predictions
  EXECUTE FUNCTION refuse_change();

-- One row a player and game: his statistics are forecast together. Given that he plays; how likely that is stands beside
-- it where a source states his health.
CREATE TABLE player_predictions (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  game_id         bigint NOT NULL REFERENCES games,
  player_id       bigint NOT NULL REFERENCES players,
  team            text NOT NULL CHECK (team <> ''),
  version_id      bigint NOT NULL REFERENCES model_versions,
  as_of           timestamptz NOT NULL,
  published_at    timestamptz NOT NULL CHECK (published_at >= as_of),
  starts_at       timestamptz NOT NULL CHECK (starts_at > published_at),
  statistics      jsonb NOT NULL CHECK (jsonb_typeof(statistics) = 'object'),
  to_play         double precision CHECK (to_play BETWEEN 0 AND 1),
  features_sha256 text NOT NULL CHECK (features_sha256 ~ '^[0-9a-f]{64}$'),
  UNIQUE (game_id, player_id, version_id, as_of)
);
CREATE INDEX player_predictions_of_player ON player_predictions (player_id, game_id, published_at, id);
CREATE TRIGGER player_predictions_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON player_predictions
  EXECUTE FUNCTION refuse_change();

-- The forecast that counted for a contestant and game, against each version of the result. Beside it, what the market's
-- close scored on the same game. The loss of a win probability is null for a tie.
CREATE TABLE prediction_scores (
  prediction_id     bigint NOT NULL,
  result_id         bigint NOT NULL,
  game_id           bigint NOT NULL,
  contestant        text NOT NULL,
  scored_at         timestamptz NOT NULL,
  home_won          boolean,
  log_loss          double precision CHECK (log_loss >= 0),
  brier             double precision CHECK (brier BETWEEN 0 AND 1),
  margin_log        double precision NOT NULL,
  margin_crps       double precision NOT NULL CHECK (margin_crps >= 0),
  total_crps        double precision NOT NULL CHECK (total_crps >= 0),
  inside_80         double precision NOT NULL CHECK (inside_80 BETWEEN 0 AND 1),  -- share of the margin inside 80 %
  line_distance     double precision CHECK (line_distance >= 0),  -- points between the margin's mean and the close
  close_home_win    double precision CHECK (close_home_win > 0 AND close_home_win < 1),
  close_log_loss    double precision CHECK (close_log_loss >= 0),
  close_brier       double precision CHECK (close_brier BETWEEN 0 AND 1),
  close_margin_crps double precision CHECK (close_margin_crps >= 0),
  bet               text CHECK (bet IN ('home', 'away')),         -- the side that the rule of the board bets on
  bet_price         bigint CHECK (abs(bet_price) >= 100),
  units             numeric(9, 4),
  PRIMARY KEY (prediction_id, result_id),
  UNIQUE (game_id, result_id, contestant),
  FOREIGN KEY (prediction_id, game_id, contestant) REFERENCES game_predictions (id, game_id, contestant),
  FOREIGN KEY (game_id, result_id) REFERENCES game_results (game_id, id),
  CHECK ((log_loss IS NULL) = (home_won IS NULL) AND (brier IS NULL) = (home_won IS NULL)),
  CHECK ((close_log_loss IS NULL) = (close_brier IS NULL)),
  CHECK ((close_log_loss IS NULL) = (close_home_win IS NULL OR home_won IS NULL)),
  CHECK ((bet IS NULL) = (bet_price IS NULL) AND (bet IS NULL) = (units IS NULL))
);
CREATE TRIGGER prediction_scores_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON prediction_scores
  EXECUTE FUNCTION refuse_change();

-- The same of players, against each version of the box score.
CREATE TABLE player_prediction_scores (
  prediction_id bigint NOT NULL REFERENCES player_predictions,
  box_id        bigint NOT NULL REFERENCES box_scores,
  game_id       bigint NOT NULL REFERENCES games,
  player_id     bigint NOT NULL REFERENCES players,
  scored_at     timestamptz NOT NULL,
  scores        jsonb NOT NULL CHECK (jsonb_typeof(scores) = 'object'),
  PRIMARY KEY (prediction_id, box_id),
  UNIQUE (box_id, player_id)
);
CREATE TRIGGER player_prediction_scores_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON player_prediction_scores
  EXECUTE FUNCTION refuse_change();

-- One row a contestant and league-local day, for dashboards and alarms. Derived: it is made again from the scores.
CREATE TABLE model_daily (
  sport         text NOT NULL CHECK (sport ~ '^[a-z0-9_]{1,60}$'),
  contestant    text NOT NULL CHECK (contestant ~ '^[a-z][a-z0-9-]{0,29}$'),
  day           date NOT NULL,
  games         bigint NOT NULL CHECK (games >= 1),
  log_loss      double precision,
  brier         double precision,
  paired_games  bigint NOT NULL CHECK (paired_games BETWEEN 0 AND games),
  gap           double precision CHECK ((gap IS NULL) = (paired_games = 0)),  -- mean log loss less that of the close
  ece           double precision,                       -- of the last 500 games
  line_distance double precision,
  distance_shift double precision,                      -- of the last 50 games, against the two years before
  psi           double precision,                       -- of four weeks' win probabilities against a year's
  cusum         double precision,                       -- of the paired losses, in standard deviations
  updated_at    timestamptz NOT NULL,
  PRIMARY KEY (sport, contestant, day)
);

-- A forecast whose published_at is not before its game's start is refused here. published_at is the function's word:
-- replays and tests hold its clock, so the server's own clock cannot be asked. The function reads it after it has locked
-- the games. The trigger runs with the rights of the owner, because who publishes has no right on games; its lock lasts
-- until the end of the transaction. The owner himself loads exports: a forecast that came in time stays, though its game
-- was moved to an earlier time afterwards.
CREATE FUNCTION refuse_late_forecast() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  begins timestamptz;
BEGIN
  IF (SELECT relowner FROM pg_class WHERE pg_class.oid = TG_RELID) = quote_ident(session_user)::regrole THEN
    RETURN NEW;
  END IF;
  SELECT commence_time INTO begins FROM games WHERE id = NEW.game_id FOR SHARE;
  IF NEW.published_at >= begins THEN
    RAISE EXCEPTION 'a forecast of game % came at %, and the game begins at %', NEW.game_id, NEW.published_at, begins
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER game_predictions_come_in_time BEFORE INSERT ON game_predictions
  FOR EACH ROW EXECUTE FUNCTION refuse_late_forecast();
CREATE TRIGGER player_predictions_come_in_time BEFORE INSERT ON player_predictions
  FOR EACH ROW EXECUTE FUNCTION refuse_late_forecast();

-- The games to come among some, with their rows locked against every change until the transaction ends. In the order
-- in which all lock games.
CREATE FUNCTION hold_games_to_come(ids bigint[])
RETURNS TABLE (game_id bigint, commence_time timestamptz)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT game.id, game.commence_time FROM games game
  WHERE game.id = ANY(ids) AND game.status = 'scheduled' AND game.merged_into IS NULL
  ORDER BY game.id
  FOR SHARE
$$;

REVOKE ALL ON FUNCTION refuse_late_forecast, hold_games_to_come FROM PUBLIC;

-- How strong the teams were before a day, as the first run of that day had it.
CREATE TABLE team_ratings (
  sport      text NOT NULL CHECK (sport ~ '^[a-z0-9_]{1,60}$'),
  day        date NOT NULL,
  team       text NOT NULL CHECK (team <> ''),           -- the team's key
  version_id bigint NOT NULL REFERENCES model_versions,
  as_of      timestamptz NOT NULL,
  rating     double precision NOT NULL,                  -- points against an average team, by results
  rating_sd  double precision NOT NULL CHECK (rating_sd > 0),
  line_rating    double precision NOT NULL,              -- the same, by past closing lines
  line_rating_sd double precision NOT NULL CHECK (line_rating_sd > 0),
  elo        double precision NOT NULL,
  games      bigint NOT NULL CHECK (games >= 0),         -- of the season so far
  PRIMARY KEY (sport, day, team)
);
CREATE TRIGGER team_ratings_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON team_ratings
  EXECUTE FUNCTION refuse_change();

-- Of the agenda, the forecaster sees and changes the works of `predict` alone. Roles differ in their names from stage to
-- stage, and in what they may read of games: the forecaster may read nothing of them. The owner sees all.
ALTER TABLE agenda ENABLE ROW LEVEL SECURITY;
CREATE POLICY forecaster_has_works_of_its_own ON agenda
  USING (function = 'predict' OR (SELECT has_any_column_privilege('public.games', 'SELECT')));

-- Keys for programs that read forecasts of players. Wider: every key there is satisfies it.
-- squawk-ignore ban-drop-constraint
ALTER TABLE api_keys DROP CONSTRAINT api_keys_scopes_check;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE api_keys ADD CONSTRAINT api_keys_scopes_check CHECK (scopes IN
  ('{picks:read}', '{picks:write}', '{picks:read,picks:write}', '{predictions:read}', '{picks:read,predictions:read}',
   '{picks:write,predictions:read}', '{picks:read,picks:write,predictions:read}'));
