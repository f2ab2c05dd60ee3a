-- Work that a function has to do at a time. A row is removed in the transaction that does its work (ADR 19).

CREATE TABLE agenda (
  function    text NOT NULL CHECK (function ~ '^[a-z][a-z_]{0,63}$'),
  key         text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
  due_at      timestamptz NOT NULL,
  payload     jsonb NOT NULL CHECK (jsonb_typeof(payload) = 'object'),
  attempts    bigint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  -- When it may be tried next: when it is due, or after an attempt that has not ended well.
  next_at     timestamptz NOT NULL CHECK (next_at >= due_at),
  last_error  text,
  -- After the last attempt. The row stays for an engineer to see, until it is put again.
  given_up_at timestamptz,
  PRIMARY KEY (function, key)
);

CREATE INDEX agenda_due ON agenda (function, next_at) WHERE given_up_at IS NULL;
