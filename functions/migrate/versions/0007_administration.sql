-- What administrators did, and the operator's commands: who, when, what, why, and how it was before and after.

CREATE TABLE audit_log (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at         timestamptz NOT NULL,
  actor_id   bigint REFERENCES users,                -- null: the operator's command, which needs no account
  action     text NOT NULL
    CHECK (action IN ('set_result', 'void_game', 'reopen_game', 'regrade_game', 'grant_role')),
  game_id    bigint REFERENCES games,
  result_id  bigint,                                 -- the result that was recorded
  subject_id bigint REFERENCES users,                -- whose role was changed
  reason     text NOT NULL CHECK (reason <> ''),
  before     jsonb NOT NULL,
  after      jsonb NOT NULL,
  FOREIGN KEY (game_id, result_id) REFERENCES game_results (game_id, id),
  CHECK ((action = 'grant_role') = (subject_id IS NOT NULL)),
  CHECK ((action <> 'grant_role') = (game_id IS NOT NULL)),
  CHECK ((game_id IS NULL) = (result_id IS NULL)),
  CHECK (actor_id IS NOT NULL OR action = 'grant_role'),
  CHECK (actor_id = subject_id)                      -- nobody else's role is changed but by the operator
);
CREATE INDEX audit_log_by_time ON audit_log (at, id);
CREATE INDEX audit_log_actor ON audit_log (actor_id, at, id);
CREATE INDEX audit_log_action ON audit_log (action, at, id);
CREATE INDEX audit_log_game ON audit_log (game_id, at, id);
CREATE INDEX audit_log_subject ON audit_log (subject_id, at, id);
CREATE TRIGGER audit_log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  EXECUTE FUNCTION refuse_change();

-- The runs are listed from the latest back.
CREATE INDEX ingestion_runs_by_time ON ingestion_runs (started_at, id);
CREATE INDEX ingestion_runs_sport ON ingestion_runs (sport, started_at, id);
CREATE INDEX ingestion_runs_status ON ingestion_runs (status, started_at, id);
DROP INDEX ingestion_runs_latest;
CREATE INDEX ingestion_runs_job ON ingestion_runs (job, started_at, id);
