-- Refresh tokens that only a copy can still be: a token beside or after them has been used. A row without it may come
-- again for as long as the grace allows; the release before this one writes no other.

ALTER TABLE refresh_tokens ADD COLUMN closed_at timestamptz CHECK (closed_at >= issued_at);
