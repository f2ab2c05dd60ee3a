-- What was decided about the provider's credits. The same need has one row, however often it was asked about.

CREATE TABLE credit_decisions (
  id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at                 timestamptz NOT NULL,
  sport              text NOT NULL CHECK (sport ~ '^[a-z0-9_]{1,60}$'),
  kind               text NOT NULL CHECK (kind IN ('morning', 'closing', 'check', 'grading')),
  -- The earliest tip-off that a closing capture serves.
  tip_off            timestamptz CHECK ((kind = 'closing') = (tip_off IS NOT NULL)),
  games              bigint[] NOT NULL,
  games_with_picks   bigint NOT NULL CHECK (games_with_picks BETWEEN 0 AND cardinality(games)),
  cost               bigint NOT NULL CHECK (cost > 0),
  decision           text NOT NULL CHECK (decision IN ('bought', 'met', 'deferred', 'given_up')),
  reason             text CHECK ((decision = 'bought') = (reason IS NULL)),
  next_check_minutes bigint CHECK (next_check_minutes > 0),
  CHECK (kind = 'check' OR next_check_minutes IS NULL)
);
CREATE UNIQUE INDEX credit_decisions_closing ON credit_decisions (sport, tip_off) WHERE kind = 'closing';
CREATE INDEX credit_decisions_by_time ON credit_decisions (at);
