-- Daily fantasy: slates with their games and players, venues and their weather, and keys for programs.

-- Where games are played. latitude, longitude: degrees, WGS 84.
CREATE TABLE venues (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key       text NOT NULL UNIQUE CHECK (key ~ '^[a-z0-9_]{1,60}$'),
  name      text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  latitude  numeric(8, 5) NOT NULL CHECK (latitude BETWEEN -90 AND 90),
  longitude numeric(8, 5) NOT NULL CHECK (longitude BETWEEN -180 AND 180),
  roof      text NOT NULL CHECK (roof IN ('open', 'retractable', 'closed')),
  timezone  text NOT NULL CHECK (timezone <> '')
);

-- What a source forecast at made_at for the hour that begins at valid_at. Never changed: a newer forecast is a new row.
CREATE TABLE weather_readings (
  venue_id             bigint NOT NULL REFERENCES venues,
  valid_at             timestamptz NOT NULL,
  source               text NOT NULL CHECK (source ~ '^[a-z0-9_]{1,60}$'),
  made_at              timestamptz NOT NULL,
  temperature_c        numeric(4, 1) CHECK (temperature_c BETWEEN -90 AND 60),
  wind_kph             numeric(5, 1) CHECK (wind_kph >= 0),
  gust_kph             numeric(5, 1) CHECK (gust_kph >= 0),
  wind_from_degrees    bigint CHECK (wind_from_degrees BETWEEN 0 AND 360),
  precipitation_mm     numeric(5, 2) CHECK (precipitation_mm >= 0),
  precipitation_chance numeric(4, 3) CHECK (precipitation_chance BETWEEN 0 AND 1),
  humidity             numeric(4, 3) CHECK (humidity BETWEEN 0 AND 1),
  run_id               bigint REFERENCES ingestion_runs,
  PRIMARY KEY (venue_id, valid_at, source, made_at)
);
CREATE TRIGGER weather_readings_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON weather_readings
  EXECUTE FUNCTION refuse_change();

-- What a contest is played on. A slate that a user has uploaded is the user's own. external_id: the site's number of a
-- public one, where a source tells it.
CREATE TABLE slates (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id     bigint REFERENCES users,                   -- null: public
  site        text NOT NULL CHECK (site ~ '^[a-z0-9_]{1,40}$'),
  sport       text NOT NULL CHECK (sport ~ '^[a-z0-9_]{1,60}$'),
  format      text NOT NULL CHECK (format ~ '^[a-z0-9_]{1,60}$'),
  external_id text CHECK (length(external_id) BETWEEN 1 AND 60),
  name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  source      text NOT NULL CHECK (source ~ '^[a-z0-9_]{1,60}$'),
  starts_at   timestamptz NOT NULL,                      -- start of the first game
  created_at  timestamptz NOT NULL,
  updated_at  timestamptz NOT NULL CHECK (updated_at >= created_at),
  CHECK (user_id IS NOT NULL OR external_id IS NOT NULL)
);
CREATE UNIQUE INDEX slates_external ON slates (site, external_id) WHERE user_id IS NULL;
CREATE INDEX slates_public ON slates (starts_at, id) WHERE user_id IS NULL;
CREATE INDEX slates_user ON slates (user_id, starts_at, id) WHERE user_id IS NOT NULL;

-- key: names the game within the slate. away and home are null where no two teams meet, as in a race.
CREATE TABLE slate_games (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slate_id  bigint NOT NULL REFERENCES slates ON DELETE CASCADE,
  key       text NOT NULL CHECK (length(key) BETWEEN 1 AND 60),
  away      text CHECK (length(away) BETWEEN 1 AND 60),
  home      text CHECK (length(home) BETWEEN 1 AND 60 AND home <> away),
  starts_at timestamptz NOT NULL,
  state     text NOT NULL CHECK (state IN ('scheduled', 'live', 'finished', 'postponed', 'cancelled')),
  game_id   bigint REFERENCES games,                     -- where the market's game is known
  venue_id  bigint REFERENCES venues,
  UNIQUE (slate_id, key),
  UNIQUE (id, slate_id),
  CHECK ((away IS NULL) = (home IS NULL))
);
CREATE INDEX slate_games_game ON slate_games (game_id) WHERE game_id IS NOT NULL;
CREATE INDEX slate_games_venue ON slate_games (venue_id, starts_at) WHERE venue_id IS NOT NULL;

-- slots: names of the format's slots that the player may fill. captain_site_id, captain_salary: of the same player in the
-- slot that multiplies. Who leaves the slate is disabled and stays, because projections and lineups name him.
CREATE TABLE slate_players (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slate_id        bigint NOT NULL REFERENCES slates ON DELETE CASCADE,
  slate_game_id   bigint NOT NULL,
  site_player_id  text NOT NULL CHECK (length(site_player_id) BETWEEN 1 AND 60),
  captain_site_id text CHECK (length(captain_site_id) BETWEEN 1 AND 60),
  player_id       bigint REFERENCES players,             -- where the statistics' player is known
  name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  normal          text NOT NULL CHECK (normal <> ''),    -- the name as names are compared
  team            text NOT NULL CHECK (length(team) BETWEEN 1 AND 60),
  positions       text[] NOT NULL CHECK (cardinality(positions) BETWEEN 1 AND 12),
  slots           text[] NOT NULL CHECK (cardinality(slots) BETWEEN 1 AND 12),
  salary          bigint NOT NULL CHECK (salary BETWEEN 0 AND 1000000),      -- whole dollars
  captain_salary  bigint CHECK (captain_salary BETWEEN 0 AND 1000000),
  average_points  numeric(7, 2),                         -- a game, as the site states it
  status          text NOT NULL DEFAULT '' CHECK (length(status) <= 20),     -- as the site states it; empty: none
  is_disabled     boolean NOT NULL DEFAULT false,
  UNIQUE (slate_id, site_player_id),
  UNIQUE (id, slate_id),
  FOREIGN KEY (slate_game_id, slate_id) REFERENCES slate_games (id, slate_id) ON DELETE CASCADE
);
CREATE INDEX slate_players_game ON slate_players (slate_game_id);
CREATE INDEX slate_players_by_site_id ON slate_players (site_player_id);
CREATE INDEX slate_players_player ON slate_players (player_id) WHERE player_id IS NOT NULL;

-- How a user's files write a name. alias: as names are compared. name: as the site writes it.
CREATE TABLE dfs_aliases (
  user_id  bigint NOT NULL REFERENCES users,
  sport    text NOT NULL CHECK (sport ~ '^[a-z0-9_]{1,60}$'),
  team     text NOT NULL CHECK (length(team) BETWEEN 1 AND 60),
  alias    text NOT NULL CHECK (length(alias) BETWEEN 1 AND 120),
  name     text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  added_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, sport, team, alias)
);

-- Keys for programs that build lineups. Wider: every key there is satisfies it.
-- squawk-ignore ban-drop-constraint
ALTER TABLE api_keys DROP CONSTRAINT api_keys_scopes_check;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE api_keys ADD CONSTRAINT api_keys_scopes_check CHECK (scopes <> '{}' AND scopes = array_remove(ARRAY[
  CASE WHEN 'picks:read' = ANY (scopes) THEN 'picks:read' END,
  CASE WHEN 'picks:write' = ANY (scopes) THEN 'picks:write' END,
  CASE WHEN 'predictions:read' = ANY (scopes) THEN 'predictions:read' END,
  CASE WHEN 'drafts:read' = ANY (scopes) THEN 'drafts:read' END,
  CASE WHEN 'drafts:write' = ANY (scopes) THEN 'drafts:write' END,
  CASE WHEN 'dfs:read' = ANY (scopes) THEN 'dfs:read' END,
  CASE WHEN 'dfs:write' = ANY (scopes) THEN 'dfs:write' END], NULL));
