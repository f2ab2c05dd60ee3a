-- The ground floor: accounts, games, odds, quotes, picks, the settlement ledger, standings, ingestion runs.
-- Times are timestamptz in UTC, prices American integers, lines and units numeric. Every moment is written by the
-- application's clock, never by now(): a replay and a live run go the same way.

CREATE TYPE user_role     AS ENUM ('user', 'admin');
CREATE TYPE game_status   AS ENUM ('scheduled', 'live', 'finished', 'postponed', 'cancelled', 'review');
CREATE TYPE market        AS ENUM ('moneyline', 'spread', 'total');
CREATE TYPE selection     AS ENUM ('home', 'away', 'draw', 'over', 'under');
CREATE TYPE result_outcome AS ENUM ('final', 'void', 'reopened');
CREATE TYPE pick_result   AS ENUM ('win', 'loss', 'push', 'void');
CREATE TYPE run_status    AS ENUM ('running', 'succeeded', 'partial', 'failed');

-- What may stand together: a moneyline has no line, a spread and a total have one; a total is over or under.
CREATE FUNCTION is_selectable(market, selection, line numeric) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  CASE $1
    WHEN 'moneyline' THEN $2 IN ('home', 'away', 'draw') AND $3 IS NULL
    WHEN 'spread'    THEN $2 IN ('home', 'away')  AND $3 IS NOT NULL
    WHEN 'total'     THEN $2 IN ('over', 'under') AND $3 IS NOT NULL AND $3 > 0
  END;

-- A ledger that can be edited proves nothing: what is recorded stays as it was recorded.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: its rows are facts and never change', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;

---------------------------------------------------------------------------------------------------- accounts

CREATE TABLE users (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  username      text NOT NULL CHECK (username ~ '^[A-Za-z0-9_-]{3,30}$'),
  email         text NOT NULL CHECK (email LIKE '%_@_%' AND length(email) <= 254),
  password_hash text NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
  role          user_role NOT NULL DEFAULT 'user',
  created_at    timestamptz NOT NULL
);
CREATE UNIQUE INDEX users_username_key ON users (lower(username));
CREATE UNIQUE INDEX users_email_key ON users (lower(email));

CREATE TABLE refresh_tokens (
  token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  user_id    bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  family_id  uuid NOT NULL,
  issued_at  timestamptz NOT NULL,
  expires_at timestamptz NOT NULL CHECK (expires_at > issued_at),
  used_at    timestamptz CHECK (used_at >= issued_at),
  revoked_at timestamptz CHECK (revoked_at >= issued_at)
);
CREATE INDEX refresh_tokens_user ON refresh_tokens (user_id);
CREATE INDEX refresh_tokens_family ON refresh_tokens (family_id);

--------------------------------------------------------------------------------------------------- ingestion

CREATE TABLE ingestion_runs (
  id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job               text NOT NULL CHECK (job IN ('fetch_odds', 'process_results')),
  sport             text NOT NULL,
  trigger_id        text,                            -- the event's own id: the same when it is delivered twice
  status            run_status NOT NULL,
  attempt           integer NOT NULL DEFAULT 1 CHECK (attempt >= 1),
  started_at        timestamptz NOT NULL,
  finished_at       timestamptz CHECK (finished_at >= started_at),
  request           jsonb NOT NULL DEFAULT '{}',     -- what was asked, never the key
  http_status       integer,
  credits_used      integer,                         -- provider's headers; each may be absent, remaining may be negative
  credits_remaining integer,
  credits_last      integer,
  raw_object        text,                            -- where the raw answer is kept
  counts            jsonb NOT NULL DEFAULT '{}',     -- what was done
  skipped           jsonb NOT NULL DEFAULT '[]',     -- what was left out, and why
  error_code        text,
  error             text,
  CHECK ((status = 'running') = (finished_at IS NULL)),
  CHECK ((status = 'failed') = (error_code IS NOT NULL))
);
CREATE UNIQUE INDEX ingestion_runs_trigger ON ingestion_runs (job, sport, trigger_id) WHERE trigger_id IS NOT NULL;
CREATE INDEX ingestion_runs_latest ON ingestion_runs (job, started_at DESC);

------------------------------------------------------------------------------------------------------- games

CREATE TABLE games (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sport         text NOT NULL CHECK (sport ~ '^[a-z0-9_]{1,60}$'),
  home_team     text NOT NULL CHECK (home_team <> ''),
  away_team     text NOT NULL CHECK (away_team <> '' AND away_team <> home_team),
  local_date    date NOT NULL,                       -- in the league's time zone
  commence_time timestamptz NOT NULL,
  status        game_status NOT NULL DEFAULT 'scheduled',
  home_score    integer CHECK (home_score >= 0),
  away_score    integer CHECK (away_score >= 0),
  result_id     bigint,                              -- the result in force; null before the first
  settled_result_id bigint,                          -- the result its picks were settled by
  seen_at       timestamptz,                         -- the latest capture it was written by: an older one moves nothing
  odds_seen_at  timestamptz,                         -- the latest odds capture whose odds were taken
  created_at    timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL,
  CHECK ((home_score IS NULL) = (away_score IS NULL)),
  CHECK (status <> 'finished' OR (home_score IS NOT NULL AND result_id IS NOT NULL)),
  CHECK (status IN ('live', 'finished', 'review') OR home_score IS NULL),
  CHECK (settled_result_id IS NULL OR settled_result_id <= result_id)
);
-- Two teams meet once a day, whichever of them a provider calls the home team.
CREATE UNIQUE INDEX games_meeting
  ON games (sport, local_date, least(home_team, away_team), greatest(home_team, away_team));
CREATE INDEX games_upcoming ON games (commence_time, id) WHERE status = 'scheduled';
CREATE INDEX games_open ON games (commence_time) WHERE status IN ('scheduled', 'live');
CREATE INDEX games_unsettled ON games (id) WHERE result_id IS NOT NULL AND settled_result_id IS DISTINCT FROM result_id;

-- One real game may come under several provider ids, and an id may move to another date's game.
CREATE TABLE game_provider_ids (
  provider      text NOT NULL,
  provider_id   text NOT NULL,
  game_id       bigint NOT NULL REFERENCES games,
  first_seen_at timestamptz NOT NULL,
  PRIMARY KEY (provider, provider_id)
);
CREATE INDEX game_provider_ids_game ON game_provider_ids (game_id);

-- Every result a game ever had: finals, corrections, voids, reopenings. A later row replaces an earlier one.
CREATE TABLE game_results (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  game_id     bigint NOT NULL REFERENCES games,
  outcome     result_outcome NOT NULL,
  home_score  integer CHECK (home_score >= 0),
  away_score  integer CHECK (away_score >= 0),
  source      text NOT NULL,                         -- who says so: a provider's name or an administrator
  provider_id text,                                  -- the id under which the provider said it
  reason      text,
  run_id      bigint REFERENCES ingestion_runs,
  recorded_at timestamptz NOT NULL,
  UNIQUE (game_id, id),
  CHECK ((outcome = 'final') = (home_score IS NOT NULL)),
  CHECK ((home_score IS NULL) = (away_score IS NULL)),
  CHECK (outcome = 'final' OR reason IS NOT NULL)
);
ALTER TABLE games
  ADD FOREIGN KEY (id, result_id) REFERENCES game_results (game_id, id),
  ADD FOREIGN KEY (id, settled_result_id) REFERENCES game_results (game_id, id);
CREATE TRIGGER game_results_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON game_results EXECUTE FUNCTION refuse_change();

-------------------------------------------------------------------------------------------------------- odds

-- What each bookmaker offered, written when it changed. A null price: the bookmaker took the selection off the board.
CREATE TABLE bookmaker_odds (
  game_id             bigint NOT NULL REFERENCES games,
  bookmaker           text NOT NULL CHECK (bookmaker <> ''),
  market              market NOT NULL,
  selection           selection NOT NULL,
  captured_at         timestamptz NOT NULL,
  line                numeric(6, 2),
  price               integer CHECK (abs(price) >= 100),
  provider_updated_at timestamptz,
  run_id              bigint REFERENCES ingestion_runs,
  PRIMARY KEY (game_id, bookmaker, market, selection, captured_at),
  CHECK (is_selectable(market, selection, line))
);
CREATE TRIGGER bookmaker_odds_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON bookmaker_odds
  EXECUTE FUNCTION refuse_change();

-- The pickable consensus. What it offers is immutable; captured_at moves on while the market stands still.
CREATE TABLE quotes (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  game_id       bigint NOT NULL REFERENCES games,
  market        market NOT NULL,
  selection     selection NOT NULL,
  line          numeric(5, 1) CHECK (line * 2 = trunc(line * 2)),
  price         integer NOT NULL CHECK (abs(price) >= 100),
  probability   numeric(5, 4) NOT NULL CHECK (probability > 0 AND probability < 1),
  books         integer NOT NULL CHECK (books >= 2),
  made_at       timestamptz NOT NULL,
  captured_at   timestamptz NOT NULL CHECK (captured_at >= made_at),
  superseded_at timestamptz CHECK (superseded_at >= captured_at),
  CHECK (is_selectable(market, selection, line)),
  UNIQUE (id, game_id, market, selection, price),
  UNIQUE (id, line)
);
CREATE UNIQUE INDEX quotes_current ON quotes (game_id, market, selection) WHERE superseded_at IS NULL;
CREATE INDEX quotes_history ON quotes (game_id, market, selection, captured_at);
CREATE TRIGGER quotes_are_immutable BEFORE DELETE OR TRUNCATE
  OR UPDATE OF game_id, market, selection, line, price, probability, books, made_at ON quotes
  EXECUTE FUNCTION refuse_change();

------------------------------------------------------------------------------------------------------- picks

-- Frozen at the quote's line and price: the foreign keys hold the copy equal to what was offered.
CREATE TABLE picks (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id     bigint NOT NULL REFERENCES users,
  game_id     bigint NOT NULL REFERENCES games,
  market      market NOT NULL,
  selection   selection NOT NULL,
  quote_id    bigint NOT NULL,
  line        numeric(5, 1),
  price       integer NOT NULL,
  stake_units numeric(3, 1) NOT NULL CHECK (stake_units BETWEEN 0.5 AND 5 AND stake_units * 2 = trunc(stake_units * 2)),
  placed_at   timestamptz NOT NULL,
  UNIQUE (user_id, game_id, market),
  CHECK (is_selectable(market, selection, line)),
  FOREIGN KEY (quote_id, game_id, market, selection, price) REFERENCES quotes (id, game_id, market, selection, price),
  FOREIGN KEY (quote_id, line) REFERENCES quotes (id, line)
);
CREATE INDEX picks_game ON picks (game_id);
CREATE INDEX picks_user ON picks (user_id, id DESC);
CREATE TRIGGER picks_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON picks EXECUTE FUNCTION refuse_change();

-- The settlement ledger, double entry: sign +1 books a result, sign -1 takes an earlier one back. A pick's state is
-- its last row; every total is the signed sum. result_id is the game result that caused the entry.
CREATE TABLE settlement_ledger (
  pick_id       bigint NOT NULL,
  result_id     bigint NOT NULL,
  sign          smallint NOT NULL CHECK (sign IN (1, -1)),
  result        pick_result NOT NULL,
  units         numeric(9, 4) NOT NULL,
  wagered       numeric(3, 1) NOT NULL,
  closing_line  numeric(5, 1),
  closing_price integer,
  clv_percent   numeric(9, 4),
  settled_at    timestamptz NOT NULL,
  PRIMARY KEY (pick_id, result_id, sign),
  CHECK (CASE result
           WHEN 'win'  THEN units > 0 AND wagered > 0
           WHEN 'loss' THEN units = -wagered AND wagered > 0
           WHEN 'push' THEN units = 0 AND wagered > 0
           WHEN 'void' THEN units = 0 AND wagered = 0
         END)
);
-- Every entry names a pick and a result of that pick's game. Checked for all rows of a statement at once: two foreign
-- keys, checked row by row, would triple the time of a settlement, and would not say that pick and result belong
-- together. One direction is enough, because picks and results are never deleted.
CREATE FUNCTION check_ledger_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM entries
    LEFT JOIN picks ON picks.id = entries.pick_id
    LEFT JOIN game_results result ON result.id = entries.result_id AND result.game_id = picks.game_id
    WHERE result.id IS NULL
  ) THEN
    RAISE EXCEPTION 'an entry of the settlement ledger names no pick, or no result of the pick''s game'
      USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER settlement_ledger_entries AFTER INSERT ON settlement_ledger REFERENCING NEW TABLE AS entries
  FOR EACH STATEMENT EXECUTE FUNCTION check_ledger_entries();
CREATE TRIGGER settlement_ledger_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement_ledger
  EXECUTE FUNCTION refuse_change();

--------------------------------------------------------------------------------------------------- standings

-- Derived from the ledger, and rebuilt from it by one command.
CREATE TABLE standings (
  user_id       bigint PRIMARY KEY REFERENCES users,
  wins          integer NOT NULL CHECK (wins >= 0),
  losses        integer NOT NULL CHECK (losses >= 0),
  pushes        integer NOT NULL CHECK (pushes >= 0),
  total_units   numeric(14, 4) NOT NULL,
  total_wagered numeric(12, 1) NOT NULL CHECK (total_wagered >= 0),
  clv_sum       numeric(16, 4) NOT NULL,
  clv_picks     integer NOT NULL CHECK (clv_picks >= 0),
  rank          integer CHECK (rank >= 1),           -- by units; null while no pick is graded
  updated_at    timestamptz NOT NULL,
  picks         integer GENERATED ALWAYS AS (wins + losses + pushes) STORED,
  roi           numeric(9, 2) GENERATED ALWAYS AS (round(100 * total_units / nullif(total_wagered, 0), 2)) STORED
);
CREATE INDEX standings_board ON standings (total_units DESC, roi DESC, picks DESC, (-user_id) DESC) WHERE picks > 0;
