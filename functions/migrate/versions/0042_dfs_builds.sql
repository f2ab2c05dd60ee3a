-- Daily fantasy: entries of contests, builds and their lineups.

-- A site's file of a user's entries. A later upload is another file.
CREATE TABLE dfs_entry_files (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id   bigint NOT NULL REFERENCES users,
  slate_id  bigint NOT NULL REFERENCES slates ON DELETE CASCADE,
  upload_id bigint NOT NULL,
  added_at  timestamptz NOT NULL,
  UNIQUE (id, slate_id),
  FOREIGN KEY (upload_id, user_id) REFERENCES dfs_uploads (id, user_id)
);
CREATE INDEX dfs_entry_files_user ON dfs_entry_files (user_id, id);
CREATE INDEX dfs_entry_files_slate ON dfs_entry_files (slate_id);
CREATE INDEX dfs_entry_files_upload ON dfs_entry_files (upload_id);
CREATE TRIGGER dfs_entry_files_are_facts BEFORE UPDATE OR TRUNCATE ON dfs_entry_files EXECUTE FUNCTION refuse_change();

-- line: of the file, from 1. Texts are kept as the file has them. cells, players and locked have a place for each slot; a
-- place without a player is null.
CREATE TABLE dfs_entries (
  file_id       bigint NOT NULL REFERENCES dfs_entry_files ON DELETE CASCADE,
  line          bigint NOT NULL CHECK (line >= 1),
  entry_key     text NOT NULL CHECK (length(entry_key) <= 60),
  contest_key   text NOT NULL CHECK (length(contest_key) <= 60),
  contest_name  text NOT NULL CHECK (length(contest_name) <= 300),
  fee           text NOT NULL CHECK (length(fee) <= 60),
  cells         text[] NOT NULL CHECK (cardinality(cells) BETWEEN 1 AND 20),
  players       bigint[] NOT NULL CHECK (cardinality(players) = cardinality(cells)),
  locked        boolean[] NOT NULL CHECK (cardinality(locked) = cardinality(cells)),
  PRIMARY KEY (file_id, line)
);
CREATE TRIGGER dfs_entries_are_facts BEFORE UPDATE OR TRUNCATE ON dfs_entries EXECUTE FUNCTION refuse_change();

-- settings: what the user asked for. worker: who builds, until claimed_until. bound: no portfolio has more points.
-- conflict, relaxation: which rules exclude each other, and the cheapest way out.
CREATE TABLE dfs_builds (
  id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id           bigint NOT NULL REFERENCES users,
  slate_id          bigint NOT NULL REFERENCES slates ON DELETE CASCADE,
  projection_set_id bigint NOT NULL,
  entry_file_id     bigint,                              -- of a late swap
  is_dry_run        boolean NOT NULL,
  settings          jsonb NOT NULL CHECK (jsonb_typeof(settings) = 'object'),
  seed              bigint NOT NULL CHECK (seed >= 0),
  wanted            bigint NOT NULL CHECK (wanted BETWEEN 1 AND 500),
  state             text NOT NULL DEFAULT 'queued'
                    CHECK (state IN ('queued', 'running', 'done', 'partial', 'failed', 'cancelled')),
  found             bigint NOT NULL DEFAULT 0 CHECK (found BETWEEN 0 AND wanted),
  points            numeric(12, 3) NOT NULL DEFAULT 0,
  bound             numeric(12, 3),
  gap               numeric(9, 6) CHECK (gap >= 0),      -- (bound - points) / bound
  reason            text CHECK (length(reason) BETWEEN 1 AND 1000),
  conflict          jsonb CHECK (jsonb_typeof(conflict) = 'array'),
  relaxation        jsonb CHECK (jsonb_typeof(relaxation) = 'array'),
  attempts          bigint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  worker            uuid,
  claimed_until     timestamptz,
  cancel_requested  boolean NOT NULL DEFAULT false,
  created_at        timestamptz NOT NULL,
  started_at        timestamptz CHECK (started_at >= created_at),
  ended_at          timestamptz CHECK (ended_at >= created_at),
  UNIQUE (id, slate_id),
  FOREIGN KEY (projection_set_id, slate_id) REFERENCES projection_sets (id, slate_id) ON DELETE CASCADE,
  FOREIGN KEY (entry_file_id, slate_id) REFERENCES dfs_entry_files (id, slate_id) ON DELETE CASCADE,
  CHECK ((worker IS NULL) = (claimed_until IS NULL)),
  CHECK ((worker IS NOT NULL) = (state = 'running')),
  CHECK ((ended_at IS NULL) = (state IN ('queued', 'running'))),
  CHECK (state <> 'done' OR found = wanted OR is_dry_run),
  CHECK (state <> 'partial' OR (found > 0 AND reason IS NOT NULL)),
  CHECK (state <> 'failed' OR (found = 0 AND reason IS NOT NULL)),
  CHECK (NOT is_dry_run OR found = 0)
);
CREATE INDEX dfs_builds_user ON dfs_builds (user_id, id);
CREATE INDEX dfs_builds_slate ON dfs_builds (slate_id);
CREATE INDEX dfs_builds_set ON dfs_builds (projection_set_id);
CREATE INDEX dfs_builds_file ON dfs_builds (entry_file_id) WHERE entry_file_id IS NOT NULL;
CREATE INDEX dfs_builds_at_work ON dfs_builds (user_id) WHERE state IN ('queued', 'running');
CREATE TRIGGER dfs_builds_stay BEFORE TRUNCATE OR UPDATE OF id ON dfs_builds EXECUTE FUNCTION refuse_renumbering();

-- A build goes forward, loses nothing that it has found, and remains what was asked for.
CREATE FUNCTION check_dfs_build() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (OLD.user_id, OLD.slate_id, OLD.projection_set_id, OLD.entry_file_id, OLD.is_dry_run, OLD.settings, OLD.seed,
      OLD.wanted, OLD.created_at)
    IS DISTINCT FROM (NEW.user_id, NEW.slate_id, NEW.projection_set_id, NEW.entry_file_id, NEW.is_dry_run,
      NEW.settings, NEW.seed, NEW.wanted, NEW.created_at)
  THEN
    RAISE EXCEPTION 'build % remains what was asked for', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.ended_at IS NOT NULL THEN
    RAISE EXCEPTION 'build % has ended', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.found < OLD.found OR NEW.attempts < OLD.attempts OR (OLD.cancel_requested AND NOT NEW.cancel_requested)
    OR (NEW.state = 'queued' AND OLD.state <> 'queued')
  THEN
    RAISE EXCEPTION 'build % does not go back', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER dfs_builds_go_forward BEFORE UPDATE ON dfs_builds FOR EACH ROW EXECUTE FUNCTION check_dfs_build();

-- players: of the slate, in the order of the format's slots. fingerprint: the same for two lineups that a contest would
-- take for the same. entry_line: of the entry that a late swap is for; kept_because: why it was left as it was.
CREATE TABLE lineups (
  build_id     bigint NOT NULL REFERENCES dfs_builds ON DELETE CASCADE,
  lineup_no       bigint NOT NULL CHECK (lineup_no >= 1),
  players      bigint[] NOT NULL CHECK (cardinality(players) BETWEEN 1 AND 20),
  points       numeric(9, 3) NOT NULL,
  salary       bigint NOT NULL CHECK (salary >= 0),
  fingerprint  text NOT NULL CHECK (fingerprint <> ''),
  entry_line   bigint CHECK (entry_line >= 1),
  kept_because text CHECK (length(kept_because) BETWEEN 1 AND 500),
  PRIMARY KEY (build_id, lineup_no),
  UNIQUE (build_id, entry_line),
  CHECK (kept_because IS NULL OR entry_line IS NOT NULL)
);
CREATE UNIQUE INDEX lineups_differ ON lineups (build_id, fingerprint) WHERE entry_line IS NULL;
CREATE TRIGGER lineups_are_facts BEFORE UPDATE OR TRUNCATE ON lineups EXECUTE FUNCTION refuse_change();

-- A lineup has players of its build's slate, each once. Checked in one statement for a batch; an entry that a late swap
-- keeps may have empty places.
CREATE FUNCTION check_lineups() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF is_loaded(TG_RELID) THEN
    RETURN NULL;
  END IF;
  IF EXISTS (
    SELECT FROM added
    JOIN dfs_builds build ON build.id = added.build_id
    CROSS JOIN LATERAL (
      SELECT count(named.id) AS named, count(DISTINCT player.id) AS found
      FROM unnest(added.players) AS named (id)
      LEFT JOIN slate_players player ON player.id = named.id AND player.slate_id = build.slate_id
    ) counted
    WHERE counted.named <> counted.found OR added.lineup_no > build.wanted
      OR (counted.named < cardinality(added.players) AND added.kept_because IS NULL)
  ) THEN
    RAISE EXCEPTION 'a lineup names somebody twice, or nobody of its slate' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER lineups_are_of_their_slate AFTER INSERT ON lineups
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_lineups();
