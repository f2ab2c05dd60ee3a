-- Leagues of a season: settings, members, their constructors, invitations, and what happened in a league.

CREATE TABLE leagues (
  id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sport             text NOT NULL CHECK (sport ~ '^[a-z0-9_]{1,60}$'),
  season            bigint NOT NULL CHECK (season BETWEEN 1900 AND 2200),
  name              text NOT NULL CHECK (length(name) BETWEEN 3 AND 60),
  name_key          text NOT NULL CHECK (name_key <> ''),  -- the name without regard to case and spaces
  description       text NOT NULL CHECK (length(description) <= 500),
  visibility        text NOT NULL CHECK (visibility IN ('public', 'private')),
  max_constructors  bigint NOT NULL CHECK (max_constructors BETWEEN 2 AND 50),
  rounds            bigint NOT NULL CHECK (rounds BETWEEN 1 AND 3),
  order_by          text NOT NULL CHECK (order_by IN ('rotation', 'reverse_standings', 'standings', 'random', 'manual')),
  method            text NOT NULL CHECK (method IN ('snake', 'sequential')),
  timezone          text NOT NULL CHECK (timezone <> ''),
  opens_weekday     bigint NOT NULL CHECK (opens_weekday BETWEEN 0 AND 6),  -- 0 is Monday
  opens_time        time NOT NULL,                       -- on the wall clock of `timezone`, as are the quiet hours
  lock_by           text NOT NULL CHECK (lock_by IN ('first_competitive', 'qualifying', 'race')),
  clock_seconds     bigint CHECK (clock_seconds BETWEEN 60 AND 86400),      -- null: no clock
  quiet_begin       time,
  quiet_end         time CHECK (quiet_end <> quiet_begin),
  on_expiry         text NOT NULL CHECK (on_expiry IN ('autopick', 'skip')),
  at_lock           text NOT NULL CHECK (at_lock IN ('autopick', 'empty')),
  auto_after_misses bigint CHECK (auto_after_misses BETWEEN 1 AND 5),       -- null: never
  replacement       text NOT NULL CHECK (replacement IN ('inherit', 'repick', 'none')),
  free_swaps        bigint NOT NULL CHECK (free_swaps BETWEEN 0 AND 2),
  table_id          bigint NOT NULL,
  amend_until       text NOT NULL CHECK (amend_until IN ('next_lock', 'season_end')),
  shortened         text NOT NULL CHECK (shortened IN ('full', 'official_factor')),
  state             text NOT NULL DEFAULT 'forming'
                    CHECK (state IN ('forming', 'running', 'finished', 'archived', 'cancelled')),
  -- What decides the order of chance. Its commitment is shown at once, and itself when the league has started. The
  -- reader's role sees no other than the shown one.
  seed              bytea NOT NULL CHECK (octet_length(seed) = 32),
  seed_sha256       text NOT NULL CHECK (seed_sha256 = encode(sha256(seed), 'hex')),
  shown_seed        bytea CHECK (shown_seed = seed),
  version           bigint NOT NULL DEFAULT 0 CHECK (version >= 0),        -- number of lines in the league's log
  board_version     bigint NOT NULL DEFAULT 0 CHECK (board_version >= 0),
  created_at        timestamptz NOT NULL,
  started_at        timestamptz CHECK (started_at >= created_at),
  finished_at       timestamptz CHECK (finished_at >= started_at),
  UNIQUE (id, sport, season),
  FOREIGN KEY (table_id, sport) REFERENCES scoring_tables (id, sport),
  CHECK ((quiet_begin IS NULL) = (quiet_end IS NULL)),
  CHECK ((started_at IS NULL) = (state IN ('forming', 'cancelled'))),
  CHECK ((shown_seed IS NULL) = (started_at IS NULL)),
  CHECK ((finished_at IS NULL) = (state IN ('forming', 'running', 'cancelled')))
);
CREATE UNIQUE INDEX leagues_name ON leagues (sport, season, name_key) WHERE state <> 'cancelled';
CREATE INDEX leagues_public ON leagues (sport, season, id) WHERE visibility = 'public' AND state <> 'cancelled';
CREATE INDEX leagues_table ON leagues (table_id, sport);
CREATE INDEX leagues_living ON leagues (sport, season, state) WHERE state IN ('forming', 'running');
CREATE TRIGGER leagues_stay BEFORE DELETE OR TRUNCATE OR UPDATE OF id ON leagues
  EXECUTE FUNCTION refuse_renumbering();

-- A started league keeps its rules. Of a column that is not named here, nothing changes after the start.
CREATE FUNCTION keep_league_settings() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  free text[] := ARRAY['state', 'version', 'board_version', 'finished_at'];
BEGIN
  IF (OLD.sport, OLD.season, OLD.seed, OLD.created_at) IS DISTINCT FROM (NEW.sport, NEW.season, NEW.seed, NEW.created_at)
  THEN
    RAISE EXCEPTION 'season, seed and birth of league % never change', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
    ('forming', 'running'), ('forming', 'cancelled'), ('running', 'finished'), ('finished', 'archived'))
  THEN
    RAISE EXCEPTION 'league % does not go from % to %', OLD.id, OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.state = 'forming' THEN
    RETURN NEW;
  END IF;
  IF OLD.state = 'running' THEN
    free := free || ARRAY['name', 'name_key', 'description', 'visibility'];
  END IF;
  IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
    RAISE EXCEPTION 'the settings of league % are frozen', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER leagues_keep_their_settings BEFORE UPDATE ON leagues
  FOR EACH ROW EXECUTE FUNCTION keep_league_settings();

CREATE TABLE league_members (
  league_id bigint NOT NULL REFERENCES leagues,
  user_id   bigint NOT NULL REFERENCES users,
  role      text NOT NULL CHECK (role IN ('commissioner', 'co_commissioner', 'member')),
  joined_at timestamptz NOT NULL,
  PRIMARY KEY (league_id, user_id)
);
CREATE UNIQUE INDEX league_members_one_commissioner ON league_members (league_id) WHERE role = 'commissioner';
CREATE INDEX league_members_user ON league_members (user_id, league_id);

-- A member's team, for the season. One that has left a started league stays for the record.
CREATE TABLE constructors (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  league_id  bigint NOT NULL REFERENCES leagues,
  user_id    bigint NOT NULL REFERENCES users,
  team_name  text NOT NULL CHECK (length(team_name) BETWEEN 3 AND 40),
  name_key   text NOT NULL CHECK (name_key <> ''),
  group_no   bigint CHECK (group_no >= 1),               -- null before the league's start
  joined_at  timestamptz NOT NULL,
  retired_at timestamptz CHECK (retired_at >= joined_at),
  UNIQUE (league_id, name_key),
  UNIQUE (league_id, user_id),
  UNIQUE (league_id, id)
);
CREATE INDEX constructors_user ON constructors (user_id, league_id);

-- How somebody may come into a league, or, as a hand-over, to its head. A code and the link of an e-mail invitation are
-- kept as hashes. user: for one user. email: for whoever has confirmed the address.
CREATE TABLE league_invitations (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  league_id   bigint NOT NULL REFERENCES leagues,
  kind        text NOT NULL CHECK (kind IN ('user', 'email', 'code', 'handover')),
  user_id     bigint REFERENCES users,
  address     text CHECK (address = lower(address) AND address LIKE '%_@_%' AND length(address) <= 254),
  code_sha256 bytea UNIQUE CHECK (octet_length(code_sha256) = 32),
  invited_by  bigint NOT NULL REFERENCES users,
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL CHECK (expires_at > created_at),
  max_uses    bigint NOT NULL CHECK (max_uses BETWEEN 1 AND 50),
  uses        bigint NOT NULL DEFAULT 0 CHECK (uses BETWEEN 0 AND max_uses),
  revoked_at  timestamptz CHECK (revoked_at >= created_at),
  CHECK ((user_id IS NOT NULL) = (kind IN ('user', 'handover'))),
  CHECK ((address IS NOT NULL) = (kind = 'email')),
  CHECK ((code_sha256 IS NOT NULL) = (kind = 'code')),
  CHECK (max_uses = 1 OR kind = 'code')
);
CREATE INDEX league_invitations_league ON league_invitations (league_id, id);
CREATE UNIQUE INDEX league_invitations_user ON league_invitations (league_id, user_id, kind)
  WHERE user_id IS NOT NULL AND revoked_at IS NULL AND uses = 0;
CREATE UNIQUE INDEX league_invitations_address ON league_invitations (league_id, address)
  WHERE address IS NOT NULL AND revoked_at IS NULL AND uses = 0;
CREATE INDEX league_invitations_of_user ON league_invitations (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX league_invitations_to_address ON league_invitations (address) WHERE address IS NOT NULL;
CREATE INDEX league_invitations_expiry ON league_invitations (expires_at);
CREATE INDEX league_invitations_invited_by ON league_invitations (invited_by);

-- Every act of a league, for its members. Whom it concerns is named by id, so that an erased user has a pseudonym here.
CREATE TABLE league_log (
  league_id bigint NOT NULL REFERENCES leagues,
  seq       bigint NOT NULL CHECK (seq >= 1),
  at        timestamptz NOT NULL,
  user_id   bigint REFERENCES users,                      -- null: by itself
  kind      text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
  subject_id bigint REFERENCES users,                   -- the member whom it concerns, if it is somebody else
  payload   jsonb NOT NULL CHECK (jsonb_typeof(payload) = 'object'),
  PRIMARY KEY (league_id, seq)
);
CREATE INDEX league_log_user ON league_log (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX league_log_subject ON league_log (subject_id) WHERE subject_id IS NOT NULL;
CREATE TRIGGER league_log_is_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON league_log EXECUTE FUNCTION refuse_change();

-- The log has no gap and does not go back in time.
CREATE FUNCTION check_league_log() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  last league_log;
BEGIN
  SELECT * INTO last FROM league_log WHERE league_id = NEW.league_id ORDER BY seq DESC LIMIT 1;
  IF NEW.seq <> coalesce(last.seq, 0) + 1 OR NEW.at < last.at THEN
    RAISE EXCEPTION 'line % does not follow line % in the log of league %', NEW.seq, last.seq, NEW.league_id
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER league_log_goes_on BEFORE INSERT ON league_log FOR EACH ROW EXECUTE FUNCTION check_league_log();

-- What a constructor was called from a line of the log on. Apart from the log, because names go when a user is erased.
CREATE TABLE constructor_names (
  league_id      bigint NOT NULL,
  seq            bigint NOT NULL,
  constructor_id bigint NOT NULL,
  team_name      text NOT NULL CHECK (length(team_name) BETWEEN 3 AND 40),
  PRIMARY KEY (league_id, seq),
  FOREIGN KEY (league_id, seq) REFERENCES league_log,
  FOREIGN KEY (league_id, constructor_id) REFERENCES constructors (league_id, id) ON DELETE CASCADE
);
CREATE INDEX constructor_names_constructor ON constructor_names (league_id, constructor_id);
