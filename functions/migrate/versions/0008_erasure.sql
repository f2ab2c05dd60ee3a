-- Accounts without a person: what is left of a user who had theirs erased is a row with a pseudonym, to which the picks
-- belong.

ALTER TABLE users
  ADD COLUMN erased_at timestamptz CHECK (erased_at >= created_at),
  ALTER COLUMN email DROP NOT NULL,
  ALTER COLUMN password_hash DROP NOT NULL,
  ADD CONSTRAINT users_have_an_address_until_erased CHECK ((email IS NULL) = (erased_at IS NOT NULL)),
  ADD CONSTRAINT users_have_a_password_until_erased CHECK ((password_hash IS NULL) = (erased_at IS NOT NULL)),
  ADD CONSTRAINT users_are_nobody_special_when_erased CHECK (erased_at IS NULL OR role = 'user');
