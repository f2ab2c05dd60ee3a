-- How often something may be tried, across all instances, and what is deleted when it has had its time.

CREATE TABLE limits (
  key                 bytea PRIMARY KEY CHECK (octet_length(key) = 32),  -- SHA-256 of what is limited, and for whom
  theoretical_arrival timestamptz NOT NULL                               -- when the tries so far are all made good
);

-- Once a day the ended tokens and the outlived keys are looked for. Limits have no such index: it would have to follow
-- every try, and there are few of them.
CREATE INDEX refresh_tokens_ended ON refresh_tokens (least(expires_at, revoked_at));
CREATE INDEX idempotency_keys_made ON idempotency_keys (made_at);
