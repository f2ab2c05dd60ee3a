-- What was last offered on a game, as a digest: where it is the same again, nothing has to be compared or written.

-- The digest is that of the capture odds_digest_at; of a later capture, by code that knows no digests, it says nothing.
ALTER TABLE games
  ADD COLUMN odds_digest    bytea,
  ADD COLUMN odds_digest_at timestamptz;
