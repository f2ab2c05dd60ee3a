-- What users are told (notices), and how each notice leaves the house (deliveries): the outbox (ADR 20).

CREATE TABLE notices (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id    bigint NOT NULL,
  kind       text NOT NULL CHECK (kind ~ '^[a-z]+\.[a-z_]+$'),
  -- What it tells of. The same cause never tells the same user twice.
  cause      text COLLATE "C" NOT NULL CHECK (length(cause) BETWEEN 1 AND 200),
  data       jsonb NOT NULL CHECK (jsonb_typeof(data) = 'object'),
  in_feed    boolean NOT NULL,
  told_at    timestamptz NOT NULL,
  read_at    timestamptz CHECK (read_at >= told_at),
  UNIQUE (user_id, cause)
);
CREATE INDEX notices_feed ON notices (user_id, id) WHERE in_feed;

-- Every notice is of a user. Checked for all rows of a statement at once, as in the settlement ledger: a settlement
-- tells up to a million users. One direction is enough, because users are never deleted.
CREATE FUNCTION check_notices() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM told LEFT JOIN users ON users.id = told.user_id WHERE users.id IS NULL) THEN
    RAISE EXCEPTION 'a notice names no user' USING ERRCODE = 'foreign_key_violation', TABLE = 'notices';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER notices_are_of_users AFTER INSERT ON notices REFERENCING NEW TABLE AS told
  FOR EACH STATEMENT EXECUTE FUNCTION check_notices();

-- Accounts that were erased lately: a settlement that ran meanwhile may have told them something.
CREATE INDEX users_erased ON users (erased_at) WHERE erased_at IS NOT NULL;

-- The start that users with picks on a game know of, while later changes are too small to be told. Null: they know.
ALTER TABLE games ADD COLUMN untold_start timestamptz;

-- What a user has chosen. Without a row, a kind's default holds.
CREATE TABLE notice_preferences (
  user_id    bigint NOT NULL REFERENCES users,
  kind       text NOT NULL CHECK (kind ~ '^[a-z]+\.[a-z_]+$'),
  channel    text NOT NULL CHECK (channel IN ('email', 'webhook')),
  is_on      boolean NOT NULL,
  PRIMARY KEY (user_id, kind, channel)
);

-- The key that signs the unsubscribe links of a user's mails.
CREATE TABLE unsubscribe_keys (
  user_id    bigint PRIMARY KEY REFERENCES users,
  key        bytea NOT NULL CHECK (octet_length(key) = 32)
);

-- Addresses that get no mail: one that does not exist, or whose owner has called our mail spam.
CREATE TABLE mail_suppressions (
  address       text PRIMARY KEY CHECK (address = lower(address) AND length(address) <= 320),
  reason        text NOT NULL CHECK (reason IN ('bounce', 'complaint')),
  suppressed_at timestamptz NOT NULL
);

CREATE TABLE webhooks (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id    bigint NOT NULL REFERENCES users,
  url        text NOT NULL CHECK (url ~ '^https?://' AND length(url) <= 2000),
  secret     text NOT NULL CHECK (secret ~ '^whsec_[A-Za-z0-9+/=]{32,}$'),
  created_at timestamptz NOT NULL,
  -- Nothing is sent to it before: it was silent or slow.
  held_until timestamptz
);
CREATE INDEX webhooks_of_user ON webhooks (user_id);

CREATE TABLE deliveries (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  notice_id   bigint NOT NULL REFERENCES notices ON DELETE CASCADE,
  -- Null: by mail.
  webhook_id  bigint REFERENCES webhooks ON DELETE CASCADE,
  -- Where a mail goes. Null: to the address that is the account's when it is sent.
  address     text CHECK (address IS NULL OR webhook_id IS NULL),
  -- A one-time token that the mail carries. It goes when the mail has gone.
  secret      text CHECK (secret IS NULL OR state = 'queued'),
  -- A mail that goes before all others: one with a token, or for the safety of an account.
  is_urgent   boolean NOT NULL DEFAULT false CHECK (NOT is_urgent OR webhook_id IS NULL),
  state       text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed', 'suppressed')),
  -- Attempts since it was queued. While one is under way, next_at is the end of its lease.
  attempts    bigint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  queued_at   timestamptz NOT NULL,
  next_at     timestamptz NOT NULL CHECK (next_at >= queued_at),
  ended_at    timestamptz CHECK ((ended_at IS NULL) = (state = 'queued')),
  last_status bigint CHECK (last_status BETWEEN 100 AND 999),
  last_error  text CHECK (length(last_error) <= 500),
  UNIQUE NULLS NOT DISTINCT (notice_id, webhook_id, address)
);
-- Mails and calls apart, so that mails are found at once behind any number of calls.
CREATE INDEX deliveries_mails_due ON deliveries (is_urgent, next_at) WHERE state = 'queued' AND webhook_id IS NULL;
CREATE INDEX deliveries_calls_due ON deliveries (next_at) WHERE state = 'queued' AND webhook_id IS NOT NULL;
-- In turn, so that a webhook with any number of calls is one step on the way to the next webhook.
CREATE INDEX deliveries_calls_in_turn ON deliveries (webhook_id, next_at)
  WHERE state = 'queued' AND webhook_id IS NOT NULL;
CREATE INDEX deliveries_ended ON deliveries (ended_at) WHERE ended_at IS NOT NULL;
-- What was given up, and when a webhook last took a call: to find what needs a person behind any number of deliveries.
CREATE INDEX deliveries_mails_failed ON deliveries (ended_at) WHERE state = 'failed' AND webhook_id IS NULL;
CREATE INDEX deliveries_calls_failed ON deliveries (ended_at) WHERE state = 'failed' AND webhook_id IS NOT NULL;
CREATE INDEX deliveries_calls_taken ON deliveries (webhook_id, ended_at)
  WHERE state = 'sent' AND webhook_id IS NOT NULL;
CREATE INDEX deliveries_of_webhook ON deliveries (webhook_id, id) WHERE webhook_id IS NOT NULL;
