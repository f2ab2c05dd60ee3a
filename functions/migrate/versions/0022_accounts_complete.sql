-- Confirmed e-mail addresses, one-time tokens, former usernames, and what a session tells of itself.

-- When the owner of the address was last seen to read mail there.
ALTER TABLE users ADD COLUMN email_confirmed_at timestamptz CHECK (email_confirmed_at >= created_at);

-- An address belongs to the account that has confirmed it. Any number of accounts may claim it before, so that a claim
-- takes nothing from its owner. The release before this one never sees two: it makes no account of a claimed address,
-- unless one is claimed by both releases at once.
CREATE UNIQUE INDEX users_confirmed_email_key ON users (lower(email)) WHERE email_confirmed_at IS NOT NULL;
CREATE INDEX users_email ON users (lower(email), id);
DROP INDEX users_email_key;

-- Tokens that are mailed and used once. A user has one of each purpose; a new one takes the place of the one before, and
-- its use deletes it.
CREATE TABLE account_tokens (
  user_id    bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  purpose    text NOT NULL CHECK (purpose IN ('confirm_email', 'reset_password')),
  token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
  -- Where it was mailed: the address whose possession it proves.
  address    text NOT NULL CHECK (address LIKE '%_@_%' AND length(address) <= 254),
  issued_at  timestamptz NOT NULL,
  expires_at timestamptz NOT NULL CHECK (expires_at > issued_at),
  PRIMARY KEY (user_id, purpose)
);
CREATE INDEX account_tokens_expired ON account_tokens (expires_at);

-- Names that users had before. They stay theirs, so that nobody poses as who they were.
CREATE TABLE former_usernames (
  username    text NOT NULL CHECK (username ~ '^[A-Za-z0-9_-]{3,30}$'),
  user_id     bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  given_up_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX former_usernames_key ON former_usernames (lower(username));
CREATE INDEX former_usernames_user ON former_usernames (user_id);

-- AFTER: by then the statement has waited for whoever is giving the name up.
CREATE FUNCTION refuse_former_username() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM former_usernames WHERE lower(username) = lower(NEW.username) AND user_id <> NEW.id) THEN
    RAISE EXCEPTION 'a former username of another user is reserved' USING ERRCODE = 'unique_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER users_take_no_former_username AFTER INSERT OR UPDATE OF username ON users
  FOR EACH ROW EXECUTE FUNCTION refuse_former_username();

-- Of the session, on each of its tokens. Null in tokens of the release before this one.
ALTER TABLE refresh_tokens
  ADD COLUMN opened_at timestamptz CHECK (opened_at <= issued_at),
  ADD COLUMN device text CHECK (length(device) BETWEEN 1 AND 60);
