-- Daily fantasy: files that users upload, and sets of projections. A set never changes: an edit makes another one.

-- What a user has uploaded. The bytes are in S3, by their SHA-256. report: what was read, and what was wrong with it.
CREATE TABLE dfs_uploads (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id     bigint NOT NULL REFERENCES users,
  slate_id    bigint REFERENCES slates ON DELETE CASCADE,  -- null: the file made none and belongs to none
  kind        text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
  sha256      text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  bytes       bigint NOT NULL CHECK (bytes >= 0),
  is_strict   boolean NOT NULL,
  report      jsonb NOT NULL CHECK (jsonb_typeof(report) = 'object'),
  uploaded_at timestamptz NOT NULL,
  UNIQUE (id, user_id)
);
CREATE INDEX dfs_uploads_user ON dfs_uploads (user_id, id);
CREATE INDEX dfs_uploads_slate ON dfs_uploads (slate_id) WHERE slate_id IS NOT NULL;
CREATE TRIGGER dfs_uploads_are_facts BEFORE UPDATE OR TRUNCATE ON dfs_uploads EXECUTE FUNCTION refuse_change();

-- version: number of the set among those of its user for the slate. parameters: how it was made.
CREATE TABLE projection_sets (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slate_id   bigint NOT NULL REFERENCES slates ON DELETE CASCADE,
  user_id    bigint REFERENCES users,                    -- null: public
  version    bigint NOT NULL CHECK (version >= 1),
  kind       text NOT NULL CHECK (kind IN ('upload', 'simulated', 'edited')),
  parent_id  bigint,                                     -- the set that was edited
  upload_id  bigint,
  parameters jsonb NOT NULL CHECK (jsonb_typeof(parameters) = 'object'),
  made_at    timestamptz NOT NULL,
  UNIQUE NULLS NOT DISTINCT (slate_id, user_id, version),
  UNIQUE (id, slate_id),
  FOREIGN KEY (parent_id, slate_id) REFERENCES projection_sets (id, slate_id),
  FOREIGN KEY (upload_id, user_id) REFERENCES dfs_uploads (id, user_id),
  CHECK ((parent_id IS NOT NULL) = (kind = 'edited')),
  CHECK ((upload_id IS NOT NULL) = (kind = 'upload')),
  CHECK (user_id IS NOT NULL OR kind = 'simulated')
);
CREATE INDEX projection_sets_user ON projection_sets (user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX projection_sets_parent ON projection_sets (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX projection_sets_upload ON projection_sets (upload_id) WHERE upload_id IS NOT NULL;
CREATE TRIGGER projection_sets_are_facts BEFORE UPDATE OR TRUNCATE ON projection_sets EXECUTE FUNCTION refuse_change();

-- Points in a slot that does not multiply. ownership: share of the lineups of a contest, from 0 to 1.
CREATE TABLE projections (
  set_id          bigint NOT NULL,
  slate_id        bigint NOT NULL,
  slate_player_id bigint NOT NULL,
  points          numeric(7, 2) NOT NULL,
  deviation       numeric(7, 2) CHECK (deviation >= 0),
  floor           numeric(7, 2),
  ceiling         numeric(7, 2) CHECK (ceiling >= floor),
  ownership       numeric(6, 5) CHECK (ownership BETWEEN 0 AND 1),
  minutes         numeric(5, 2) CHECK (minutes >= 0),
  field_points    numeric(7, 2),                         -- what the field expects, where a file says it
  PRIMARY KEY (set_id, slate_player_id),
  FOREIGN KEY (set_id, slate_id) REFERENCES projection_sets (id, slate_id) ON DELETE CASCADE,
  FOREIGN KEY (slate_player_id, slate_id) REFERENCES slate_players (id, slate_id) ON DELETE CASCADE
);
CREATE INDEX projections_player ON projections (slate_player_id);
CREATE TRIGGER projections_are_facts BEFORE UPDATE OR TRUNCATE ON projections EXECUTE FUNCTION refuse_change();
