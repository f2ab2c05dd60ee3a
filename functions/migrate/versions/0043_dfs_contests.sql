-- Daily fantasy: contests with their payouts, simulations of them, and how they really ended.

-- payouts: places and what each of them is paid, in cents, best first.
CREATE TABLE dfs_contests (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id     bigint NOT NULL REFERENCES users,
  slate_id    bigint NOT NULL REFERENCES slates ON DELETE CASCADE,
  name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 300),
  external_id text CHECK (length(external_id) BETWEEN 1 AND 60),
  size        bigint NOT NULL CHECK (size BETWEEN 2 AND 10000000),
  fee_cents   bigint NOT NULL CHECK (fee_cents >= 0),
  payouts     jsonb NOT NULL CHECK (jsonb_typeof(payouts) = 'array'),
  created_at  timestamptz NOT NULL,
  UNIQUE (id, slate_id),
  UNIQUE (id, user_id)
);
CREATE INDEX dfs_contests_user ON dfs_contests (user_id, id);
CREATE INDEX dfs_contests_slate ON dfs_contests (slate_id);
CREATE TRIGGER dfs_contests_are_facts BEFORE UPDATE OR TRUNCATE ON dfs_contests EXECUTE FUNCTION refuse_change();

-- A simulation of a contest with the lineups of a build. settings: what was asked for. wanted, done: simulated nights.
-- result: of the whole portfolio, as far as done. workings: the sums with which the simulation goes on, and what it
-- believes of field and players, with which it is judged when the contest has ended.
CREATE TABLE dfs_contest_runs (
  id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id          bigint NOT NULL REFERENCES users,
  slate_id         bigint NOT NULL,
  contest_id       bigint NOT NULL,
  build_id         bigint NOT NULL,
  settings         jsonb NOT NULL CHECK (jsonb_typeof(settings) = 'object'),
  seed             bigint NOT NULL CHECK (seed >= 0),
  wanted           bigint NOT NULL CHECK (wanted BETWEEN 1 AND 20000),
  state            text NOT NULL DEFAULT 'queued'
                   CHECK (state IN ('queued', 'running', 'done', 'partial', 'failed', 'cancelled')),
  done             bigint NOT NULL DEFAULT 0 CHECK (done BETWEEN 0 AND wanted),
  result           jsonb CHECK (jsonb_typeof(result) = 'object'),
  workings         jsonb CHECK (jsonb_typeof(workings) = 'object'),
  reason           text CHECK (length(reason) BETWEEN 1 AND 1000),
  attempts         bigint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  worker           uuid,
  claimed_until    timestamptz,
  cancel_requested boolean NOT NULL DEFAULT false,
  created_at       timestamptz NOT NULL,
  started_at       timestamptz CHECK (started_at >= created_at),
  ended_at         timestamptz CHECK (ended_at >= created_at),
  FOREIGN KEY (contest_id, slate_id) REFERENCES dfs_contests (id, slate_id) ON DELETE CASCADE,
  FOREIGN KEY (build_id, slate_id) REFERENCES dfs_builds (id, slate_id) ON DELETE CASCADE,
  CHECK ((worker IS NULL) = (claimed_until IS NULL)),
  CHECK ((worker IS NOT NULL) = (state = 'running')),
  CHECK ((ended_at IS NULL) = (state IN ('queued', 'running'))),
  CHECK (state <> 'done' OR done = wanted),
  CHECK (state NOT IN ('partial', 'failed') OR reason IS NOT NULL)
);
CREATE INDEX dfs_contest_runs_user ON dfs_contest_runs (user_id, id);
CREATE INDEX dfs_contest_runs_contest ON dfs_contest_runs (contest_id);
CREATE INDEX dfs_contest_runs_build ON dfs_contest_runs (build_id);
CREATE INDEX dfs_contest_runs_at_work ON dfs_contest_runs (user_id) WHERE state IN ('queued', 'running');
CREATE TRIGGER dfs_contest_runs_stay BEFORE TRUNCATE OR UPDATE OF id ON dfs_contest_runs
  EXECUTE FUNCTION refuse_renumbering();

CREATE FUNCTION check_dfs_contest_run() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (OLD.user_id, OLD.slate_id, OLD.contest_id, OLD.build_id, OLD.settings, OLD.seed, OLD.wanted, OLD.created_at)
    IS DISTINCT FROM
    (NEW.user_id, NEW.slate_id, NEW.contest_id, NEW.build_id, NEW.settings, NEW.seed, NEW.wanted, NEW.created_at)
  THEN
    RAISE EXCEPTION 'simulation % remains what was asked for', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.ended_at IS NOT NULL THEN
    RAISE EXCEPTION 'simulation % has ended', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.done < OLD.done OR NEW.attempts < OLD.attempts OR (OLD.cancel_requested AND NOT NEW.cancel_requested)
    OR (NEW.state = 'queued' AND OLD.state <> 'queued')
  THEN
    RAISE EXCEPTION 'simulation % does not go back', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER dfs_contest_runs_go_forward BEFORE UPDATE ON dfs_contest_runs
  FOR EACH ROW EXECUTE FUNCTION check_dfs_contest_run();

-- Of each lineup: mean prize, return on its fee with its standard error (null in a free contest), and the shares of the nights in which it is paid, wins, and is in the first percent.
CREATE TABLE dfs_contest_run_lineups (
  run_id      bigint NOT NULL REFERENCES dfs_contest_runs ON DELETE CASCADE,
  lineup_no      bigint NOT NULL CHECK (lineup_no >= 1),
  prize_cents numeric(16, 4) NOT NULL CHECK (prize_cents >= 0),
  roi         numeric(16, 6) CHECK (roi >= -1),
  roi_error   numeric(16, 6) CHECK (roi_error >= 0),
  cash        numeric(7, 6) NOT NULL CHECK (cash BETWEEN 0 AND 1),
  win         numeric(7, 6) NOT NULL CHECK (win BETWEEN 0 AND 1),
  top_percent numeric(7, 6) NOT NULL CHECK (top_percent BETWEEN 0 AND 1),
  PRIMARY KEY (run_id, lineup_no),
  CHECK ((roi IS NULL) = (roi_error IS NULL))
);

-- How a contest ended, from its finished standings. quantiles: scores of its field. lineups: places of the user's own.
-- judgements: of each simulation of the contest that had ended, what it said beside what happened.
CREATE TABLE dfs_contest_results (
  contest_id  bigint PRIMARY KEY,
  user_id     bigint NOT NULL REFERENCES users,
  upload_id   bigint NOT NULL,
  field_size  bigint NOT NULL CHECK (field_size >= 1),
  quantiles   jsonb NOT NULL CHECK (jsonb_typeof(quantiles) = 'object'),
  lineups     jsonb NOT NULL CHECK (jsonb_typeof(lineups) = 'array'),
  judgements  jsonb NOT NULL CHECK (jsonb_typeof(judgements) = 'array'),
  recorded_at timestamptz NOT NULL,
  FOREIGN KEY (contest_id, user_id) REFERENCES dfs_contests (id, user_id) ON DELETE CASCADE,
  FOREIGN KEY (upload_id, user_id) REFERENCES dfs_uploads (id, user_id)
);
CREATE INDEX dfs_contest_results_user ON dfs_contest_results (user_id);
CREATE INDEX dfs_contest_results_upload ON dfs_contest_results (upload_id);
