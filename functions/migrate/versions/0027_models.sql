-- The registry of models: what was trained, on what, what became of it, and which version forecasts. The artefacts are
-- objects named by their SHA-256; the rows only name them.

CREATE TABLE models (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name       text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9_]{1,60}-[a-z-]{1,20}$'),  -- basketball_nba-past-lines
  sport      text NOT NULL CHECK (sport ~ '^[a-z0-9_]{1,60}$'),
  kind       text NOT NULL CHECK (kind IN ('games', 'players')),
  variant    text CHECK (variant IN ('no-market', 'past-lines', 'with-line')),
  created_at timestamptz NOT NULL,
  CHECK ((kind = 'games') = (variant IS NOT NULL)),
  CHECK (name = sport || '-' || coalesce(variant, kind))
);

-- A run trains all models of one kind and sport, or searches for better parameters. Row and work are one: a run that
-- is queued is taken by the function `train`, and one whose process died is taken again.
CREATE TABLE training_runs (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  task          text NOT NULL CHECK (task IN ('train', 'tune')),
  sport         text NOT NULL CHECK (sport ~ '^[a-z0-9_]{1,60}$'),
  kind          text NOT NULL CHECK (kind IN ('games', 'players')),
  status        text NOT NULL CHECK (status IN ('queued', 'running', 'succeeded', 'failed')),
  as_of         timestamptz NOT NULL,                   -- nothing that was known later is learnt from
  seed          bigint NOT NULL CHECK (seed BETWEEN 0 AND 2147483647),
  spec          jsonb NOT NULL CHECK (jsonb_typeof(spec) = 'object'),      -- hyperparameters
  requested_at  timestamptz NOT NULL,
  requested_by  bigint REFERENCES users,                -- null: the schedule
  reason        text NOT NULL CHECK (reason <> ''),
  attempts      bigint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  started_at    timestamptz CHECK ((started_at IS NULL) = (attempts = 0)),
  ended_at      timestamptz CHECK (ended_at >= started_at),
  seconds       numeric(9, 3) CHECK (seconds >= 0),
  rows_sha256   text CHECK (rows_sha256 ~ '^[0-9a-f]{64}$'),
  code_sha256   text CHECK (code_sha256 ~ '^[0-9a-f]{64}$'),
  packages      jsonb CHECK (jsonb_typeof(packages) = 'object'),           -- versions by name
  metrics       jsonb CHECK (jsonb_typeof(metrics) = 'object'),
  explanation   text,
  error         text,
  CHECK ((ended_at IS NULL) = (status IN ('queued', 'running'))),
  CHECK ((status = 'failed') = (error IS NOT NULL)),
  CHECK (status <> 'succeeded' OR (metrics IS NOT NULL AND explanation IS NOT NULL))
);
CREATE INDEX training_runs_by_time ON training_runs (requested_at, id);
CREATE INDEX training_runs_sport ON training_runs (sport, kind, id);
CREATE INDEX training_runs_open ON training_runs (id) WHERE status IN ('queued', 'running');

-- The points of a search. Each is work of its own.
CREATE TABLE tuning_points (
  run_id     bigint NOT NULL REFERENCES training_runs,
  number     bigint NOT NULL CHECK (number >= 1),
  parameters jsonb NOT NULL CHECK (jsonb_typeof(parameters) = 'object'),
  attempts   bigint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  begun_at   timestamptz,
  loss       double precision,
  seconds    numeric(9, 3) CHECK (seconds >= 0),
  done_at    timestamptz CHECK ((done_at IS NULL) = (loss IS NULL AND error IS NULL)),
  error      text,
  PRIMARY KEY (run_id, number)
);

-- What a run trained, or the parameters that a new stage begins with. Everything but the stage is permanent.
CREATE TABLE model_versions (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  model_id        bigint NOT NULL REFERENCES models,
  number          bigint NOT NULL CHECK (number >= 1),
  run_id          bigint REFERENCES training_runs CHECK ((run_id IS NULL) = (recipe = 'bootstrap')),
  recipe          text NOT NULL CHECK (recipe ~ '^[a-z][a-z0-9-]{0,29}$'),  -- ridge, boosted, linear, bootstrap
  artefact_sha256 text NOT NULL CHECK (artefact_sha256 ~ '^[0-9a-f]{64}$'),
  artefact_bytes  bigint NOT NULL CHECK (artefact_bytes > 0),               -- before compression
  figures         jsonb NOT NULL CHECK (jsonb_typeof(figures) = 'object'),  -- of the walk-forward
  gate            jsonb CHECK (jsonb_typeof(gate) = 'object'),              -- null where there was nothing to judge by
  explanation     text NOT NULL CHECK (explanation <> ''),
  stage           text NOT NULL CHECK (stage IN ('candidate', 'challenger', 'champion', 'retired')),
  created_at      timestamptz NOT NULL,
  UNIQUE (model_id, number),
  UNIQUE (model_id, artefact_sha256),
  UNIQUE (id, model_id)
);
CREATE UNIQUE INDEX model_versions_champion ON model_versions (model_id) WHERE stage = 'champion';
CREATE INDEX model_versions_run ON model_versions (run_id);

-- Every change of a champion. A roll-back names the promotion that it undoes.
CREATE TABLE promotions (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  model_id    bigint NOT NULL REFERENCES models,
  version_id  bigint NOT NULL,
  previous_id bigint CHECK (previous_id <> version_id), -- the champion until then
  act         text NOT NULL CHECK (act IN ('bootstrap', 'gate', 'forced', 'rollback')),
  undoes      bigint UNIQUE REFERENCES promotions,
  actor_id    bigint REFERENCES users,                  -- null: the platform
  reason      text NOT NULL CHECK (reason <> ''),
  at          timestamptz NOT NULL,
  FOREIGN KEY (version_id, model_id) REFERENCES model_versions (id, model_id),
  FOREIGN KEY (previous_id, model_id) REFERENCES model_versions (id, model_id),
  CHECK ((act = 'rollback') = (undoes IS NOT NULL)),
  CHECK ((act IN ('forced', 'rollback')) = (actor_id IS NOT NULL)),
  CHECK (act <> 'rollback' OR previous_id IS NOT NULL)
);
CREATE INDEX promotions_model ON promotions (model_id, id);
CREATE TRIGGER promotions_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON promotions
  EXECUTE FUNCTION refuse_change();

-- The state of a version's fold after a day, as it was known at a time. It is made again from the facts if it is lost, or
-- if `facts_sha256`, the digest of the facts that made it and of the code that read them, is no longer theirs.
CREATE TABLE rating_states (
  version_id      bigint NOT NULL REFERENCES model_versions,
  day             date NOT NULL,                        -- the last day that it contains, in the league's time zone
  as_of           timestamptz NOT NULL,
  facts_sha256    text NOT NULL CHECK (facts_sha256 ~ '^[0-9a-f]{64}$'),
  artefact_sha256 text NOT NULL CHECK (artefact_sha256 ~ '^[0-9a-f]{64}$'),
  recorded_at     timestamptz NOT NULL CHECK (recorded_at >= as_of),
  PRIMARY KEY (version_id, day, as_of)
);
CREATE TRIGGER rating_states_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON rating_states
  EXECUTE FUNCTION refuse_change();

-- What administrators do to models. Wider again, and the log is small.
-- squawk-ignore ban-drop-constraint
ALTER TABLE audit_log DROP CONSTRAINT audit_log_action_check;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE audit_log ADD CONSTRAINT audit_log_action_check CHECK (action IN
  ('set_result', 'void_game', 'reopen_game', 'regrade_game', 'grant_role',
   'add_team_alias', 'merge_games', 'unmerge_games', 'set_start', 'resolve_anomaly', 'backfill_stats',
   'train_models', 'promote_model', 'roll_back_model'));
-- squawk-ignore ban-drop-constraint
ALTER TABLE audit_log DROP CONSTRAINT audit_log_of_game;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE audit_log ADD CONSTRAINT audit_log_of_game CHECK
  ((action IN ('grant_role', 'add_team_alias', 'resolve_anomaly', 'backfill_stats',
               'train_models', 'promote_model', 'roll_back_model')) = (game_id IS NULL));
