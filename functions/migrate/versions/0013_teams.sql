-- Teams and their names: the identity of a team is not the spelling of its name.

CREATE TABLE teams (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sport        text NOT NULL CHECK (sport ~ '^[a-z0-9_]{1,60}$'),
  key          text CHECK (key ~ '^[a-z0-9]{1,20}$'),   -- the league's code in the reference data; null: never in them
  name         text NOT NULL CHECK (name <> ''),
  normal       text NOT NULL CHECK (normal <> ''),      -- the name as names are compared
  short_name   text,
  abbreviation text,
  city         text,
  time_zone    text,                                    -- of the home venue; null: the league's
  listed       boolean NOT NULL,                        -- plays now, by the reference data
  created_at   timestamptz NOT NULL,
  UNIQUE (sport, key),
  UNIQUE (sport, name),
  UNIQUE (sport, normal),
  UNIQUE (id, sport),
  CHECK (NOT listed OR (key IS NOT NULL AND short_name IS NOT NULL AND abbreviation IS NOT NULL
                        AND time_zone IS NOT NULL))
);

-- Every spelling of a team's name. A canonical name in `teams` wins over them, a provider's own over those of any.
CREATE TABLE team_names (
  sport    text NOT NULL,
  provider text NOT NULL CHECK (provider ~ '^[a-z0-9_]{1,60}$'),  -- 'any': every provider
  normal   text NOT NULL CHECK (normal <> ''),
  name     text NOT NULL CHECK (name <> ''),
  team_id  bigint NOT NULL,
  origin   text NOT NULL                                -- whom the audit log names, if an administrator
           CHECK (origin IN ('reference', 'administrator', 'provider')),
  added_at timestamptz NOT NULL,
  PRIMARY KEY (sport, provider, normal),
  FOREIGN KEY (team_id, sport) REFERENCES teams (id, sport)
);
CREATE INDEX team_names_team ON team_names (team_id);

-- What administrators do to teams and to the identity of games. The constraints make way for wider ones, which all rows
-- of the previous release satisfy, and whatever it still writes. The log is small, so checking it takes no time.
-- squawk-ignore adding-foreign-key-constraint
ALTER TABLE audit_log ADD COLUMN team_id bigint REFERENCES teams;
-- squawk-ignore ban-drop-constraint
ALTER TABLE audit_log DROP CONSTRAINT audit_log_action_check;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE audit_log ADD CONSTRAINT audit_log_action_check CHECK (action IN
  ('set_result', 'void_game', 'reopen_game', 'regrade_game', 'grant_role',
   'add_team_alias', 'merge_games', 'unmerge_games', 'set_start'));
-- squawk-ignore ban-drop-constraint
ALTER TABLE audit_log DROP CONSTRAINT audit_log_check1;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE audit_log ADD CONSTRAINT audit_log_of_game
  CHECK ((action IN ('grant_role', 'add_team_alias')) = (game_id IS NULL));
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE audit_log ADD CONSTRAINT audit_log_of_team CHECK ((action = 'add_team_alias') = (team_id IS NOT NULL));
-- squawk-ignore ban-drop-constraint
ALTER TABLE audit_log DROP CONSTRAINT audit_log_check2;
-- An act on a game's identity or on its start may record no result.
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE audit_log ADD CONSTRAINT audit_log_of_result CHECK (CASE WHEN game_id IS NULL THEN result_id IS NULL
  ELSE result_id IS NOT NULL OR action IN ('merge_games', 'unmerge_games', 'set_start') END);
CREATE INDEX audit_log_team ON audit_log (team_id, at, id) WHERE team_id IS NOT NULL;
