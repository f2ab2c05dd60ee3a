-- Private groups. Who has a group's code may join it; its board is the public one filtered to its members.

CREATE TABLE groups (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  owner_id   bigint NOT NULL,
  code       text NOT NULL UNIQUE CHECK (code ~ '^[0-9A-HJKMNP-TV-Z]{12}$'),  -- Crockford's Base32
  created_at timestamptz NOT NULL
);

CREATE TABLE group_members (
  group_id  bigint NOT NULL REFERENCES groups ON DELETE CASCADE,
  user_id   bigint NOT NULL REFERENCES users,
  joined_at timestamptz NOT NULL,
  PRIMARY KEY (group_id, user_id)
);
CREATE INDEX group_members_by_time ON group_members (group_id, joined_at, user_id);
CREATE INDEX group_members_user ON group_members (user_id, joined_at, group_id);

-- The owner is a member. Deferred, because a group and its first member refer to each other.
ALTER TABLE groups ADD CONSTRAINT groups_owner_fkey
  FOREIGN KEY (id, owner_id) REFERENCES group_members (group_id, user_id) DEFERRABLE INITIALLY DEFERRED;
