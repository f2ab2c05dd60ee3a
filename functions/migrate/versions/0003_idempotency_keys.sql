-- What was answered to a submission that came with a key, for as long as its repeats get the same answer.

CREATE TABLE idempotency_keys (
  user_id   bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  key       text NOT NULL CHECK (key ~ '^[\x20-\x7e]{1,255}$'),
  body_hash bytea NOT NULL CHECK (octet_length(body_hash) = 32),
  answer    jsonb NOT NULL,
  made_at   timestamptz NOT NULL,
  PRIMARY KEY (user_id, key)
);
