-- What users are told (notices), and how each notice leaves the house (deliveries): the outbox (ADR 19).

CREATE TABLE notices (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id    bigint NOT NULL REFERENCES users,
  kind       text NOT NULL CHECK (kind ~ '^[a-z]+\.[a-z_]+$'),
  -- What it tells of. The same cause never tells the same user twice.
  cause      text NOT NULL CHECK (length(cause) BETWEEN 1 AND 200),
  data       jsonb NOT NULL CHECK (jsonb_typeof(data) = 'object'),
  in_feed    boolean NOT NULL,
  told_at    timestamptz NOT NULL,
  read_at    timestamptz CHECK (read_at >= told_at),
  UNIQUE (user_id, cause)
);

CREATE INDEX notices_feed ON notices (user_id, id) WHERE in_feed;

CREATE TABLE webhooks (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id    bigint NOT NULL REFERENCES users,
  url        text NOT NULL CHECK (url ~ '^https?://' AND length(url) <= 2000),
  secret     text NOT NULL CHECK (length(secret) >= 32),
  created_at timestamptz NOT NULL
);

CREATE INDEX webhooks_of_user ON webhooks (user_id);

CREATE TABLE deliveries (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  notice_id  bigint NOT NULL REFERENCES notices ON DELETE CASCADE,
  -- Null: by mail.
  webhook_id bigint REFERENCES webhooks ON DELETE CASCADE,
  -- Where a mail goes. Null: to the address that is the account's when it is sent.
  address    text CHECK (address IS NULL OR webhook_id IS NULL),
  -- A one-time token that the mail carries. It goes when the mail has gone.
  secret     text CHECK (secret IS NULL OR state = 'queued'),
  state      text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed', 'suppressed')),
  attempts   integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  next_at    timestamptz NOT NULL,
  ended_at   timestamptz CHECK ((ended_at IS NULL) = (state = 'queued')),
  last_error text,
  UNIQUE NULLS NOT DISTINCT (notice_id, webhook_id, address)
);

CREATE INDEX deliveries_due ON deliveries (next_at) WHERE state = 'queued';
