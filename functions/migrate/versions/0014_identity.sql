-- Games by the identity of their teams, a number within the day and the zone of their place; when they really began;
-- merged games; events that wait for review; and the last input of grading that a pick did not freeze.

-- Null in rows of the previous release; the next capture fills the team ids. A null zone is the league's.
ALTER TABLE games
  ADD COLUMN home_team_id  bigint,
  ADD COLUMN away_team_id  bigint,
  ADD COLUMN day_number    bigint  NOT NULL DEFAULT 1 CHECK (day_number >= 1),  -- within the date, of the same teams
  ADD COLUMN time_zone     text CHECK (time_zone <> ''),
  ADD COLUMN under_way_at  timestamptz,                   -- the first answer that showed it under way
  ADD COLUMN start_decided_at timestamptz,                -- the start by an administrator's word, until it is reopened
  ADD COLUMN contradicted_at timestamptz,                 -- a score that cannot be true or read, until it is taken back
  ADD COLUMN review_reason text CHECK (review_reason <> ''),
  ADD COLUMN merged_into   bigint CHECK (merged_into <> id),  -- the game that has absorbed it
  -- Not valid, as all that follow: every row that is there has nulls, so there is nothing to scan.
  ADD CONSTRAINT games_have_two_teams
    CHECK ((home_team_id IS NULL) = (away_team_id IS NULL) AND home_team_id <> away_team_id) NOT VALID,
  ADD CONSTRAINT games_home_team_fkey FOREIGN KEY (home_team_id) REFERENCES teams NOT VALID,
  ADD CONSTRAINT games_away_team_fkey FOREIGN KEY (away_team_id) REFERENCES teams NOT VALID,
  ADD CONSTRAINT games_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES games NOT VALID;

-- The previous release knows a game by names alone, and goes on making at most one a day.
DROP INDEX games_meeting;
CREATE UNIQUE INDEX games_meeting ON games (
  sport, least(home_team_id, away_team_id), greatest(home_team_id, away_team_id), local_date, day_number);
CREATE UNIQUE INDEX games_meeting_by_names
  ON games (sport, local_date, least(home_team, away_team), greatest(home_team, away_team))
  WHERE home_team_id IS NULL;
CREATE INDEX games_merged ON games (merged_into) WHERE merged_into IS NOT NULL;

-- The start that grading goes by. Null in results of the previous release, and in voids.
ALTER TABLE game_results
  ADD COLUMN began_at  timestamptz,
  ADD COLUMN mirror_of bigint,                            -- of a merged game: the survivor's result that it repeats
  ADD CONSTRAINT game_results_mirror_fkey FOREIGN KEY (mirror_of) REFERENCES game_results NOT VALID;

-- Whether the moneyline had a third side when the pick was made. Null on other markets, and in rows of the previous
-- release.
ALTER TABLE picks ADD COLUMN draw_offered boolean CHECK (market = 'moneyline' OR draw_offered IS NULL);

ALTER TABLE settlement_ledger
  ADD COLUMN void_reason text
    CHECK (void_reason IN ('game_void', 'after_start', 'tie', 'duplicate')),
  ADD COLUMN clv_reason  text CHECK (clv_reason IN ('no_close', 'other_line')),
  ADD COLUMN clv_points  numeric(6, 1),                   -- how much better the pick's line is than the closing line
  ADD CONSTRAINT settlement_ledger_void_reason CHECK (result = 'void' OR void_reason IS NULL) NOT VALID,
  ADD CONSTRAINT settlement_ledger_clv_points CHECK (clv_points IS NULL OR clv_percent IS NULL) NOT VALID;

-- Merges of games, and their undoing. games.merged_into is what they amount to.
CREATE TABLE game_merges (
  id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  absorbed_id      bigint NOT NULL REFERENCES games,
  survivor_id      bigint NOT NULL REFERENCES games,
  swapped          boolean NOT NULL,                      -- the absorbed game's home team is the survivor's away team
  status_before    game_status NOT NULL,                  -- of the absorbed game
  commence_time_before timestamptz NOT NULL,              -- of the absorbed game, whose tip-off follows the survivor's
  result_id_before bigint REFERENCES game_results,        -- of the absorbed game
  survivor_result_id_before bigint REFERENCES game_results,  -- of the survivor, whose start may follow the other's
  undoes           bigint UNIQUE REFERENCES game_merges,
  actor_id         bigint NOT NULL REFERENCES users,
  reason           text NOT NULL CHECK (reason <> ''),
  at               timestamptz NOT NULL,
  CHECK (absorbed_id <> survivor_id)
);
CREATE INDEX game_merges_absorbed ON game_merges (absorbed_id, id);
CREATE INDEX game_merges_survivor ON game_merges (survivor_id, id);
CREATE TRIGGER game_merges_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON game_merges
  EXECUTE FUNCTION refuse_change();

-- What a provider said that somebody should look at: an event that is no game yet, or a name taken for a team.
CREATE TABLE event_reviews (
  provider      text NOT NULL,
  provider_id   text NOT NULL,
  sport         text NOT NULL,
  home_team     text NOT NULL,                            -- as the provider writes it
  away_team     text NOT NULL,
  commence_time timestamptz NOT NULL,
  reason        text NOT NULL CHECK (reason <> ''),
  game_id       bigint REFERENCES games,                  -- the one that the id stood for
  first_seen_at timestamptz NOT NULL,
  last_seen_at  timestamptz NOT NULL CHECK (last_seen_at >= first_seen_at),
  resolved_at   timestamptz,
  PRIMARY KEY (provider, provider_id)
);
CREATE INDEX event_reviews_open ON event_reviews (last_seen_at, provider, provider_id) WHERE resolved_at IS NULL;
