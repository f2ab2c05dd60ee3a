-- The boards of fantasy leagues. Derived from picks, substitutions and score lines: one command makes them again.

-- Which version of a session's result counts in a league. Leagues may stop to take amendments at different times.
CREATE TABLE league_results (
  league_id bigint NOT NULL,
  event_id  bigint NOT NULL,
  session   text NOT NULL,
  version   bigint NOT NULL,
  PRIMARY KEY (league_id, event_id, session),
  FOREIGN KEY (league_id) REFERENCES leagues,
  FOREIGN KEY (event_id, session, version) REFERENCES result_versions
);
CREATE INDEX league_results_version ON league_results (event_id, session, version);

-- A constructor's event. best, second: points of its best and its second pick; null if it had none. points_before,
-- rank_before: until the last change, which was at changed_at; null if there was none before.
CREATE TABLE board_rows (
  league_id      bigint NOT NULL,
  event_id       bigint NOT NULL REFERENCES events,
  constructor_id bigint NOT NULL,
  points         numeric(9, 2) NOT NULL,
  best           numeric(9, 2),
  second         numeric(9, 2) CHECK (second <= best),
  rank           bigint NOT NULL CHECK (rank >= 1),
  is_tied        boolean NOT NULL,
  points_before  numeric(9, 2),
  rank_before    bigint CHECK (rank_before >= 1),
  changed_at     timestamptz NOT NULL,
  PRIMARY KEY (league_id, event_id, constructor_id),
  FOREIGN KEY (league_id, constructor_id) REFERENCES constructors (league_id, id),
  CHECK (best IS NOT NULL OR (second IS NULL AND points = 0)),
  CHECK ((points_before IS NULL) = (rank_before IS NULL))
);
CREATE INDEX board_rows_event ON board_rows (event_id);

-- A constructor's season. countback: how often it was first, second, third and so on in an event, with as many places as
-- the league has room for constructors. best: its best event.
CREATE TABLE league_totals (
  league_id      bigint NOT NULL,
  constructor_id bigint NOT NULL,
  points         numeric(10, 2) NOT NULL,
  countback      bigint[] NOT NULL,
  best           numeric(9, 2),
  rank           bigint NOT NULL CHECK (rank >= 1),
  is_tied        boolean NOT NULL,
  PRIMARY KEY (league_id, constructor_id),
  FOREIGN KEY (league_id, constructor_id) REFERENCES constructors (league_id, id)
);
