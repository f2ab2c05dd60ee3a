-- What statistics providers say: seasons, players, box scores, injuries, and what is wrong with any of it. Every fact has
-- the time when it happened and the time when we knew it; models read facts only through facts_before.

CREATE TABLE seasons (
  sport       text NOT NULL CHECK (sport ~ '^[a-z0-9_]{1,60}$'),
  season      bigint NOT NULL CHECK (season BETWEEN 1900 AND 2200),  -- the year in which it starts
  starts_on   date NOT NULL,
  ends_on     date NOT NULL CHECK (ends_on > starts_on),
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (sport, season)
);

-- One row a person and sport. The details are the latest that a source stated.
CREATE TABLE players (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sport      text NOT NULL CHECK (sport ~ '^[a-z0-9_]{1,60}$'),
  name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  normal     text NOT NULL CHECK (normal <> ''),        -- the name as names are compared
  position   text CHECK (length(position) BETWEEN 1 AND 20),
  jersey     text CHECK (length(jersey) BETWEEN 1 AND 5),
  height_cm  bigint CHECK (height_cm BETWEEN 100 AND 260),
  weight_kg  bigint CHECK (weight_kg BETWEEN 30 AND 300),
  birth_date date,
  team_id    bigint,                                    -- with whom the player was last seen
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL CHECK (updated_at >= created_at),
  UNIQUE (id, sport),
  FOREIGN KEY (team_id, sport) REFERENCES teams (id, sport)
);
CREATE INDEX players_by_name ON players (sport, normal, id);
CREATE INDEX players_of_team ON players (team_id) WHERE team_id IS NOT NULL;

CREATE TABLE player_aliases (
  sport       text NOT NULL,
  provider    text NOT NULL CHECK (provider ~ '^[a-z0-9_]{1,60}$'),
  provider_id text NOT NULL CHECK (length(provider_id) BETWEEN 1 AND 60),
  player_id   bigint NOT NULL,
  name        text NOT NULL CHECK (name <> ''),         -- as the provider writes it
  added_at    timestamptz NOT NULL,
  PRIMARY KEY (sport, provider, provider_id),
  FOREIGN KEY (player_id, sport) REFERENCES players (id, sport)
);
CREATE INDEX player_aliases_player ON player_aliases (player_id);

-- For whom a player has played: from the first to the last day on which he was seen with the team.
CREATE TABLE player_teams (
  player_id bigint NOT NULL,
  sport     text NOT NULL,
  team_id   bigint NOT NULL,
  from_day  date NOT NULL,
  to_day    date NOT NULL CHECK (to_day >= from_day),
  PRIMARY KEY (player_id, from_day),
  FOREIGN KEY (player_id, sport) REFERENCES players (id, sport),
  FOREIGN KEY (team_id, sport) REFERENCES teams (id, sport)
);
CREATE INDEX player_teams_of_team ON player_teams (team_id, player_id);

-- What schedules say of a game beside its teams and its start. Null where no source has told. Each value stands with the
-- source that told it, because a source that is less preferred does not replace it.
CREATE TABLE game_phases (
  game_id        bigint NOT NULL REFERENCES games,
  version        bigint NOT NULL CHECK (version >= 1),
  phase          text CHECK (phase IN ('preseason', 'regular', 'cup_final', 'play_in', 'playoffs', 'all_star')),
  phase_source   text CHECK (phase_source ~ '^[a-z0-9_]{1,60}$'),
  is_neutral     boolean,
  neutral_source text CHECK (neutral_source ~ '^[a-z0-9_]{1,60}$'),
  known_at       timestamptz NOT NULL,
  PRIMARY KEY (game_id, version),
  CHECK ((phase IS NULL) = (phase_source IS NULL)),
  CHECK ((is_neutral IS NULL) = (neutral_source IS NULL))
);
CREATE TRIGGER game_phases_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON game_phases
  EXECUTE FUNCTION refuse_change();

-- Games that were over before this platform knew of them. Nobody could pick them, so they are not in `games`. Their ids
-- are negative: one column holds either.
CREATE TABLE past_games (
  id           bigint GENERATED ALWAYS AS IDENTITY
               (START WITH -1 INCREMENT BY -1 MINVALUE -9000000000000000000 MAXVALUE -1) PRIMARY KEY CHECK (id < 0),
  sport        text NOT NULL,
  season       bigint NOT NULL,
  local_date   date NOT NULL,                           -- in the league's time zone
  day_number   bigint NOT NULL DEFAULT 1 CHECK (day_number >= 1),
  home_team_id bigint NOT NULL,
  away_team_id bigint NOT NULL CHECK (away_team_id <> home_team_id),
  starts_at    timestamptz NOT NULL,
  phase        text NOT NULL CHECK (phase IN ('preseason', 'regular', 'cup_final', 'play_in', 'playoffs', 'all_star')),
  is_neutral   boolean NOT NULL,
  recorded_at  timestamptz NOT NULL,
  FOREIGN KEY (sport, season) REFERENCES seasons,
  FOREIGN KEY (home_team_id, sport) REFERENCES teams (id, sport),
  FOREIGN KEY (away_team_id, sport) REFERENCES teams (id, sport)
);
CREATE UNIQUE INDEX past_games_meeting ON past_games (
  sport, local_date, least(home_team_id, away_team_id), greatest(home_team_id, away_team_id), day_number);
CREATE TRIGGER past_games_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON past_games
  EXECUTE FUNCTION refuse_change();

-- The result of a past game and the market's last line on it. A correction is another version. When it would have been
-- known is stated and not observed: the next morning at nine, in the league's time zone.
CREATE TABLE past_results (
  game_id        bigint NOT NULL REFERENCES past_games,
  version        bigint NOT NULL CHECK (version >= 1),
  home_points    bigint NOT NULL CHECK (home_points >= 0),
  away_points    bigint NOT NULL CHECK (away_points >= 0),
  spread         numeric(5, 1),                         -- points that the home team is given
  total          numeric(5, 1) CHECK (total > 0),
  home_moneyline bigint CHECK (abs(home_moneyline) >= 100),
  away_moneyline bigint CHECK (abs(away_moneyline) >= 100),
  source         text NOT NULL CHECK (source ~ '^[a-z0-9_]{1,60}$'),
  known_at       timestamptz NOT NULL,
  recorded_at    timestamptz NOT NULL CHECK (recorded_at >= known_at),
  run_id         bigint REFERENCES ingestion_runs,
  PRIMARY KEY (game_id, version)
);
CREATE TRIGGER past_results_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON past_results
  EXECUTE FUNCTION refuse_change();

-- Every version of every game's box score, and its state. The lines of a final one are in team_games and player_games;
-- those of one in review stay in `proposal`, where no model sees them.
CREATE TABLE box_scores (
  id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  game_id          bigint NOT NULL,
  platform_game_id bigint GENERATED ALWAYS AS (CASE WHEN game_id > 0 THEN game_id END) STORED REFERENCES games,
  past_game_id     bigint GENERATED ALWAYS AS (CASE WHEN game_id <= 0 THEN game_id END) STORED REFERENCES past_games,
  version          bigint NOT NULL CHECK (version >= 1),
  sport            text NOT NULL,
  season           bigint NOT NULL,
  state            text NOT NULL CHECK (state IN ('final', 'review')),
  reasons          text[] NOT NULL CHECK ((state = 'review') = (cardinality(reasons) > 0)),
  source           text NOT NULL CHECK (source ~ '^[a-z0-9_]{1,60}$'),
  confirmed_by     text[] NOT NULL,                     -- other sources that said the same
  home_points      bigint NOT NULL CHECK (home_points >= 0),
  away_points      bigint NOT NULL CHECK (away_points >= 0),
  proposal         jsonb CHECK ((state = 'review') = (proposal IS NOT NULL)),
  checksum         bytea NOT NULL,                      -- of what it says: the same answer makes no other version
  event_time       timestamptz NOT NULL,
  known_at         timestamptz NOT NULL CHECK (known_at > event_time),
  recorded_at      timestamptz NOT NULL CHECK (recorded_at >= known_at),
  run_id           bigint REFERENCES ingestion_runs,
  UNIQUE (game_id, version),
  UNIQUE (id, game_id, season),
  FOREIGN KEY (sport, season) REFERENCES seasons
);
CREATE INDEX box_scores_recorded ON box_scores USING brin (recorded_at);
CREATE INDEX box_scores_in_review ON box_scores (sport, game_id, version) WHERE state = 'review';
CREATE TRIGGER box_scores_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON box_scores
  EXECUTE FUNCTION refuse_change();

CREATE TABLE team_games (
  box_id      bigint NOT NULL,
  game_id     bigint NOT NULL,
  season      bigint NOT NULL,
  version     bigint NOT NULL,
  team_id     bigint NOT NULL REFERENCES teams,
  opponent_id bigint NOT NULL REFERENCES teams CHECK (opponent_id <> team_id),
  is_home     boolean NOT NULL,
  points      bigint NOT NULL CHECK (points >= 0),
  stats       jsonb NOT NULL CHECK (jsonb_typeof(stats) = 'object'),
  source      text NOT NULL,
  known_at    timestamptz NOT NULL,
  PRIMARY KEY (box_id, is_home),
  FOREIGN KEY (box_id, game_id, season) REFERENCES box_scores (id, game_id, season)
);
CREATE INDEX team_games_of_team ON team_games (team_id, season, game_id, version);
CREATE TRIGGER team_games_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON team_games
  EXECUTE FUNCTION refuse_change();

CREATE TABLE player_games (
  box_id      bigint NOT NULL,
  game_id     bigint NOT NULL,
  season      bigint NOT NULL,
  version     bigint NOT NULL,
  player_id   bigint NOT NULL REFERENCES players,
  team_id     bigint NOT NULL REFERENCES teams,
  opponent_id bigint NOT NULL REFERENCES teams CHECK (opponent_id <> team_id),
  is_home     boolean NOT NULL,
  seconds     bigint NOT NULL CHECK (seconds BETWEEN 0 AND 36000),
  stats       jsonb NOT NULL CHECK (jsonb_typeof(stats) = 'object'),
  source      text NOT NULL,
  known_at    timestamptz NOT NULL,
  PRIMARY KEY (season, box_id, player_id),
  FOREIGN KEY (box_id, game_id, season) REFERENCES box_scores (id, game_id, season)
) PARTITION BY RANGE (season);
CREATE INDEX player_games_of_player ON player_games (player_id, season, game_id, version);
-- A season's rows come in the order of time, so a few pages say where a month lies.
CREATE INDEX player_games_known ON player_games USING brin (known_at);
CREATE TRIGGER player_games_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON player_games
  EXECUTE FUNCTION refuse_change();
CREATE TABLE player_games_before_2015 PARTITION OF player_games FOR VALUES FROM (MINVALUE) TO (2015);
CREATE TABLE player_games_2015 PARTITION OF player_games FOR VALUES FROM (2015) TO (2016);
CREATE TABLE player_games_2016 PARTITION OF player_games FOR VALUES FROM (2016) TO (2017);
CREATE TABLE player_games_2017 PARTITION OF player_games FOR VALUES FROM (2017) TO (2018);
CREATE TABLE player_games_2018 PARTITION OF player_games FOR VALUES FROM (2018) TO (2019);
CREATE TABLE player_games_2019 PARTITION OF player_games FOR VALUES FROM (2019) TO (2020);
CREATE TABLE player_games_2020 PARTITION OF player_games FOR VALUES FROM (2020) TO (2021);
CREATE TABLE player_games_2021 PARTITION OF player_games FOR VALUES FROM (2021) TO (2022);
CREATE TABLE player_games_2022 PARTITION OF player_games FOR VALUES FROM (2022) TO (2023);
CREATE TABLE player_games_2023 PARTITION OF player_games FOR VALUES FROM (2023) TO (2024);
CREATE TABLE player_games_2024 PARTITION OF player_games FOR VALUES FROM (2024) TO (2025);
CREATE TABLE player_games_2025 PARTITION OF player_games FOR VALUES FROM (2025) TO (2026);
CREATE TABLE player_games_2026 PARTITION OF player_games FOR VALUES FROM (2026) TO (2027);
CREATE TABLE player_games_2027 PARTITION OF player_games FOR VALUES FROM (2027) TO (2028);
CREATE TABLE player_games_2028 PARTITION OF player_games FOR VALUES FROM (2028) TO (2029);
CREATE TABLE player_games_2029 PARTITION OF player_games FOR VALUES FROM (2029) TO (2030);
CREATE TABLE player_games_from_2030 PARTITION OF player_games FOR VALUES FROM (2030) TO (MAXVALUE);

-- What a source says about a player's health. Another row when it says something else.
CREATE TABLE injury_statuses (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  player_id   bigint NOT NULL REFERENCES players,
  status      text NOT NULL CHECK (status IN ('available', 'probable', 'questionable', 'doubtful', 'out')),
  reason      text CHECK (length(reason) BETWEEN 1 AND 300),
  reported_at timestamptz NOT NULL,                     -- by the source
  known_at    timestamptz NOT NULL CHECK (known_at >= reported_at),
  source      text NOT NULL CHECK (source ~ '^[a-z0-9_]{1,60}$'),
  run_id      bigint REFERENCES ingestion_runs
);
CREATE INDEX injury_statuses_latest ON injury_statuses (player_id, source, id);
CREATE TRIGGER injury_statuses_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON injury_statuses
  EXECUTE FUNCTION refuse_change();

-- What a rule finds wrong or odd. The same finding has one row, however often the rule runs.
CREATE TABLE stat_anomalies (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sport       text NOT NULL CHECK (sport ~ '^[a-z0-9_]{1,60}$'),
  rule        text NOT NULL CHECK (rule ~ '^[a-z_]{1,40}$'),
  subject     text NOT NULL CHECK (length(subject) BETWEEN 1 AND 200),  -- what it is about, in the rule's words
  severity    text NOT NULL CHECK (severity IN ('notice', 'warning', 'error')),
  game_id     bigint,                                   -- as in box_scores
  player_id   bigint REFERENCES players,
  details     jsonb NOT NULL CHECK (jsonb_typeof(details) = 'object'),
  found_at    timestamptz NOT NULL,
  resolved_at timestamptz CHECK (resolved_at >= found_at),
  resolution  text CHECK ((resolved_at IS NULL) = (resolution IS NULL)),
  CHECK (resolution IN ('accepted', 'corrected', 'gone')),
  UNIQUE (sport, rule, subject)
);
CREATE INDEX stat_anomalies_open ON stat_anomalies (sport, found_at, id) WHERE resolved_at IS NULL;

-- The box scores that count: the latest version of each, if that is final and of the result in force. Once a score has
-- been corrected, voided or reopened, none counts until another version fits.
CREATE VIEW box_scores_current WITH (security_invoker = true) AS
  SELECT box.* FROM box_scores box
  WHERE box.state = 'final'
    AND NOT EXISTS (SELECT FROM box_scores later WHERE later.game_id = box.game_id AND later.version > box.version)
    AND (
      EXISTS (
        SELECT FROM games game JOIN game_results result ON result.id = game.result_id
        WHERE game.id = box.platform_game_id AND game.status = 'finished' AND result.outcome = 'final'
          AND result.home_score = box.home_points AND result.away_score = box.away_points
      )
      OR (box.home_points, box.away_points) = (
        SELECT result.home_points, result.away_points FROM past_results result
        WHERE result.game_id = box.past_game_id ORDER BY result.version DESC LIMIT 1
      )
    );

-- The lines that count: of those box scores.
CREATE VIEW team_games_current WITH (security_invoker = true) AS
  SELECT line.* FROM team_games line JOIN box_scores_current box ON box.id = line.box_id;
CREATE VIEW player_games_current WITH (security_invoker = true) AS
  SELECT line.* FROM player_games line JOIN box_scores_current box ON box.id = line.box_id;

-- Runs of the sources of statistics are rows like those of the others. The constraint makes way for a wider one, which
-- all rows satisfy, and whatever the previous release still writes. There are a few thousand rows.
-- squawk-ignore ban-drop-constraint
ALTER TABLE ingestion_runs DROP CONSTRAINT ingestion_runs_job_check;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE ingestion_runs ADD CONSTRAINT ingestion_runs_job_check
  CHECK (job IN ('fetch_odds', 'process_results', 'espn_scores',
                 'espn_stats', 'balldontlie_stats', 'nflverse_stats', 'statsapi_stats'));

-- What administrators do to anomalies, and the backfills that they begin. Wider as well, and the log is small.
-- squawk-ignore ban-drop-constraint
ALTER TABLE audit_log DROP CONSTRAINT audit_log_action_check;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE audit_log ADD CONSTRAINT audit_log_action_check CHECK (action IN
  ('set_result', 'void_game', 'reopen_game', 'regrade_game', 'grant_role',
   'add_team_alias', 'merge_games', 'unmerge_games', 'set_start', 'resolve_anomaly', 'backfill_stats'));
-- squawk-ignore ban-drop-constraint
ALTER TABLE audit_log DROP CONSTRAINT audit_log_of_game;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE audit_log ADD CONSTRAINT audit_log_of_game CHECK
  ((action IN ('grant_role', 'add_team_alias', 'resolve_anomaly', 'backfill_stats')) = (game_id IS NULL));

-- The facts of games that were known before `as_of` and had happened by then: the results of a sport's games with their
-- final score, the line at which the market closed (at most 30 minutes old at the start, as grading has it), and the box
-- score, if it was final and adds up to that score. One row a game; `from_day` leaves out earlier days. The season is
-- null where the day tells it. Only the two functions below call it, with the rights of the owner.
CREATE FUNCTION games_known_before(of_sport text, as_of timestamptz, from_day date)
RETURNS TABLE (
  game_id bigint, season bigint, day date, starts_at timestamptz, home text, away text, is_neutral boolean,
  is_playoff boolean, home_points bigint, away_points bigint, spread numeric, total numeric,
  home_moneyline bigint, away_moneyline bigint, box_id bigint, box_season bigint
) LANGUAGE sql STABLE AS $$
  WITH known AS (
    SELECT game.id, NULL::bigint AS season, game.local_date, coalesce(result.began_at, game.commence_time) AS starts_at,
           game.home_team_id, game.away_team_id, coalesce(stated.is_neutral, false) AS is_neutral,
           coalesce(stated.phase, 'regular') AS phase,
           result.home_score::bigint AS home_points, result.away_score::bigint AS away_points,
           closing.spread, closing.total, closing.home_moneyline, closing.away_moneyline
    FROM games game
    CROSS JOIN LATERAL (
      SELECT outcome, home_score, away_score, began_at FROM game_results
      WHERE game_results.game_id = game.id AND recorded_at < as_of
      ORDER BY game_results.id DESC LIMIT 1
    ) result
    LEFT JOIN LATERAL (
      SELECT game_phases.phase, game_phases.is_neutral FROM game_phases
      WHERE game_phases.game_id = game.id AND known_at < as_of ORDER BY version DESC LIMIT 1
    ) stated ON true
    LEFT JOIN LATERAL (
      SELECT max(line) FILTER (WHERE market = 'spread' AND selection = 'home') AS spread,
             max(line) FILTER (WHERE market = 'total' AND selection = 'over') AS total,
             max(price) FILTER (WHERE market = 'moneyline' AND selection = 'home')::bigint AS home_moneyline,
             max(price) FILTER (WHERE market = 'moneyline' AND selection = 'away')::bigint AS away_moneyline
      FROM (
        SELECT DISTINCT ON (market, selection) market, selection, line, price FROM quotes
        WHERE quotes.game_id = game.id
          AND made_at <= coalesce(result.began_at, game.commence_time) AND made_at < as_of
          AND captured_at >= coalesce(result.began_at, game.commence_time) - interval '30 minutes'
        ORDER BY market, selection, made_at DESC, quotes.id DESC
      ) last
    ) closing ON true
    WHERE game.sport = of_sport AND game.local_date >= from_day AND game.merged_into IS NULL
      AND game.home_team_id IS NOT NULL AND result.outcome = 'final'
      AND coalesce(result.began_at, game.commence_time) < as_of
    UNION ALL
    SELECT past.id, past.season, past.local_date, past.starts_at, past.home_team_id, past.away_team_id, past.is_neutral, past.phase,
           result.home_points, result.away_points, result.spread, result.total,
           result.home_moneyline, result.away_moneyline
    FROM past_games past
    CROSS JOIN LATERAL (
      SELECT * FROM past_results
      WHERE past_results.game_id = past.id AND known_at < as_of ORDER BY version DESC LIMIT 1
    ) result
    WHERE past.sport = of_sport AND past.local_date >= from_day AND past.starts_at < as_of
      AND NOT EXISTS (
        SELECT FROM games twin
        WHERE twin.sport = past.sport AND twin.local_date = past.local_date AND twin.day_number = past.day_number
          AND least(twin.home_team_id, twin.away_team_id) = least(past.home_team_id, past.away_team_id)
          AND greatest(twin.home_team_id, twin.away_team_id) = greatest(past.home_team_id, past.away_team_id)
      )
  )
  SELECT known.id, known.season, known.local_date, known.starts_at, coalesce(home.key, '#' || home.id),
         coalesce(away.key, '#' || away.id), known.is_neutral, known.phase = 'playoffs',
         known.home_points, known.away_points, known.spread, known.total, known.home_moneyline, known.away_moneyline,
         box.id, box.season
  FROM known
  JOIN teams home ON home.id = known.home_team_id
  JOIN teams away ON away.id = known.away_team_id
  LEFT JOIN LATERAL (
    SELECT * FROM (
      SELECT box_scores.id, box_scores.season, state, home_points, away_points FROM box_scores
      WHERE box_scores.game_id = known.id AND known_at < as_of AND event_time < as_of
      ORDER BY version DESC LIMIT 1
    ) latest
    WHERE latest.state = 'final'
      AND latest.home_points = known.home_points AND latest.away_points = known.away_points
  ) box ON true
  WHERE known.phase NOT IN ('preseason', 'all_star')
$$;

-- Those facts with the players' lines, in the order of time. Runs with the rights of the owner: who may call it needs no
-- right on the tables, and sees nothing later.
CREATE FUNCTION facts_before(of_sport text, as_of timestamptz, from_day date DEFAULT '-infinity')
RETURNS TABLE (
  game_id bigint, season bigint, day date, starts_at timestamptz, home text, away text, is_neutral boolean,
  is_playoff boolean, home_points bigint, away_points bigint, spread numeric, total numeric,
  home_moneyline bigint, away_moneyline bigint, player_lines jsonb
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT known.game_id, known.season, known.day, known.starts_at, known.home, known.away, known.is_neutral,
         known.is_playoff, known.home_points, known.away_points, known.spread, known.total, known.home_moneyline,
         known.away_moneyline, coalesce(box.lines, '[]')
  FROM games_known_before(of_sport, as_of, from_day) known
  LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(line.player_id, line.is_home, line.seconds, line.stats)
                     ORDER BY line.is_home DESC, line.player_id) AS lines
    FROM player_games line
    WHERE line.season = known.box_season AND line.box_id = known.box_id
  ) box ON true
  ORDER BY known.day, known.starts_at, known.game_id
$$;

-- The same facts, one row a day: a digest of all that facts_before says of it, and the teams that played, once for each
-- game. A box score stands for its lines, which never change. Whoever kept what he had made of these days sees by the
-- digests whether it still holds: a backfill, a correction, a late box score or a merged game changes them.
CREATE FUNCTION facts_by_day(of_sport text, as_of timestamptz)
RETURNS TABLE (day date, season bigint, digest text, teams text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT known.day, max(known.season),
         encode(sha256(convert_to(string_agg(
           ROW(known.game_id, known.season, known.home, known.away, known.is_neutral, known.is_playoff,
               known.home_points, known.away_points, known.spread, known.total, known.home_moneyline,
               known.away_moneyline, known.box_id)::text, E'\n' ORDER BY known.starts_at, known.game_id), 'UTF8')),
           'hex'),
         array_agg(known.home ORDER BY known.starts_at, known.game_id)
           || array_agg(known.away ORDER BY known.starts_at, known.game_id)
  FROM games_known_before(of_sport, as_of, '-infinity') known
  GROUP BY known.day
  ORDER BY known.day
$$;

-- The games of a league-local day as they were known before `as_of`, with the line that then stood. Nothing of their
-- results. A quote that was last seen more than `max_age` before is no line: the market may have left it.
CREATE FUNCTION fixtures_on(of_sport text, of_day date, as_of timestamptz, max_age interval)
RETURNS TABLE (
  game_id bigint, day date, starts_at timestamptz, home text, away text, is_neutral boolean, is_playoff boolean,
  spread numeric, total numeric, home_moneyline bigint, away_moneyline bigint
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT game.id, game.local_date, game.commence_time, coalesce(home.key, '#' || home.id),
         coalesce(away.key, '#' || away.id), coalesce(stated.is_neutral, false),
         coalesce(stated.phase, 'regular') = 'playoffs',
         standing.spread, standing.total, standing.home_moneyline, standing.away_moneyline
  FROM games game
  JOIN teams home ON home.id = game.home_team_id
  JOIN teams away ON away.id = game.away_team_id
  LEFT JOIN LATERAL (
    SELECT game_phases.phase, game_phases.is_neutral FROM game_phases
    WHERE game_phases.game_id = game.id AND known_at < as_of ORDER BY version DESC LIMIT 1
  ) stated ON true
  LEFT JOIN LATERAL (
    SELECT max(line) FILTER (WHERE market = 'spread' AND selection = 'home') AS spread,
           max(line) FILTER (WHERE market = 'total' AND selection = 'over') AS total,
           max(price) FILTER (WHERE market = 'moneyline' AND selection = 'home')::bigint AS home_moneyline,
           max(price) FILTER (WHERE market = 'moneyline' AND selection = 'away')::bigint AS away_moneyline
    FROM quotes
    WHERE quotes.game_id = game.id AND made_at < as_of AND made_at < game.commence_time
      AND (superseded_at IS NULL OR superseded_at >= as_of) AND captured_at >= as_of - max_age
  ) standing ON true
  WHERE game.sport = of_sport AND game.local_date = of_day AND game.created_at < as_of AND game.merged_into IS NULL
    AND game.status IN ('scheduled', 'live', 'finished')
    AND coalesce(stated.phase, 'regular') NOT IN ('preseason', 'all_star')
  ORDER BY game.commence_time, game.id
$$;

-- The latest word before `as_of` on each player's health, and for whom he then played.
CREATE FUNCTION statuses_before(of_sport text, as_of timestamptz)
RETURNS TABLE (player_id bigint, team text, status text, reason text, reported_at timestamptz, known_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT player.id, coalesce(team.key, '#' || team.id), latest.status, latest.reason, latest.reported_at, latest.known_at
  FROM players player
  CROSS JOIN LATERAL (
    SELECT injury_statuses.* FROM injury_statuses
    WHERE injury_statuses.player_id = player.id AND injury_statuses.known_at < as_of
    ORDER BY injury_statuses.known_at DESC, injury_statuses.id DESC LIMIT 1
  ) latest
  LEFT JOIN LATERAL (
    SELECT team_id FROM player_teams
    WHERE player_teams.player_id = player.id AND from_day <= (as_of AT TIME ZONE 'UTC')::date ORDER BY from_day DESC LIMIT 1
  ) plays_for ON true
  LEFT JOIN teams team ON team.id = plays_for.team_id
  WHERE player.sport = of_sport
  ORDER BY player.id
$$;

REVOKE ALL ON FUNCTION games_known_before, facts_before, facts_by_day, fixtures_on, statuses_before FROM PUBLIC;
