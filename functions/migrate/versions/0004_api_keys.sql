-- Keys for programs. What a key is made of is shown once and never stored: only its first characters, to tell it from
-- others, and its hash. A revoked key stays, so that its owner sees what it was and when it was used last.

CREATE TABLE api_keys (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id      bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  prefix       text NOT NULL CHECK (prefix ~ '^pvk_[A-Za-z0-9_-]{8}$'),
  key_hash     bytea NOT NULL UNIQUE CHECK (octet_length(key_hash) = 32),
  scopes       text[] NOT NULL CHECK (scopes IN ('{picks:read}', '{picks:write}', '{picks:read,picks:write}')),
  created_at   timestamptz NOT NULL,
  last_used_at timestamptz CHECK (last_used_at >= created_at),
  expires_at   timestamptz CHECK (expires_at > created_at),
  revoked_at   timestamptz CHECK (revoked_at >= created_at)
);
CREATE INDEX api_keys_user ON api_keys (user_id, id DESC);
CREATE INDEX api_keys_not_revoked ON api_keys (user_id) WHERE revoked_at IS NULL;
