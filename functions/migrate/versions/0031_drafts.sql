-- Drafts. What happened in one is its acts, which are only added to. The other tables are the state that they lead to,
-- written in the same transaction, and held by constraints to what a draft may be.

CREATE TABLE drafts (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  league_id       bigint NOT NULL,
  event_id        bigint NOT NULL,
  sport           text NOT NULL,
  season          bigint NOT NULL,
  group_no        bigint NOT NULL CHECK (group_no >= 1),
  phase           text NOT NULL CHECK (phase IN ('waiting', 'open', 'locked', 'void')),
  is_paused       boolean NOT NULL,
  version         bigint NOT NULL CHECK (version >= 0),   -- number of acts
  last_at         timestamptz NOT NULL,                   -- time of the last one
  opens_at        timestamptz NOT NULL,
  lock_at         timestamptz NOT NULL,
  clock_wanted    bigint CHECK (clock_wanted BETWEEN 60 AND 86400),
  clock_seconds   bigint CHECK (clock_seconds BETWEEN 60 AND 86400),  -- cut to fit the window
  manual_order    bigint[],
  is_touched      boolean NOT NULL,                       -- a slot was filled or skipped, which fixes the order
  next_slot       bigint CHECK (next_slot >= 1),          -- the first that is neither filled nor skipped
  turn_slot       bigint CHECK (turn_slot = next_slot),
  turn_started_at timestamptz,
  expires_at      timestamptz CHECK (expires_at >= turn_started_at),
  remind_at       timestamptz CHECK (remind_at <= expires_at),
  UNIQUE (league_id, event_id, group_no),
  UNIQUE (id, league_id),
  FOREIGN KEY (league_id, sport, season) REFERENCES leagues (id, sport, season),
  FOREIGN KEY (event_id, sport, season) REFERENCES events (id, sport, season),
  CHECK ((turn_slot IS NULL) = (turn_started_at IS NULL)),
  CHECK (turn_slot IS NULL OR phase = 'open'),
  CHECK (expires_at IS NULL OR (turn_slot IS NOT NULL AND NOT is_paused))
);
CREATE INDEX drafts_of_event ON drafts (event_id, league_id, group_no);
CREATE INDEX drafts_to_come ON drafts (lock_at) WHERE phase IN ('waiting', 'open');
CREATE TRIGGER drafts_stay BEFORE DELETE OR TRUNCATE OR UPDATE OF id, league_id, event_id, group_no ON drafts
  EXECUTE FUNCTION refuse_renumbering();

-- A draft goes forward, and so does its log.
CREATE FUNCTION check_draft() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.phase <> OLD.phase AND (OLD.phase, NEW.phase) NOT IN (
    ('waiting', 'open'), ('waiting', 'void'), ('open', 'locked'), ('open', 'void'), ('locked', 'void'))
  THEN
    RAISE EXCEPTION 'draft % does not go from % to %', OLD.id, OLD.phase, NEW.phase USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.version < OLD.version OR NEW.last_at < OLD.last_at OR (OLD.is_touched AND NOT NEW.is_touched) THEN
    RAISE EXCEPTION 'draft % does not go back', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.phase IN ('locked', 'void') AND (OLD.lock_at, OLD.opens_at) <> (NEW.lock_at, NEW.opens_at) THEN
    RAISE EXCEPTION 'the lock of draft % has passed', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER drafts_go_forward BEFORE UPDATE ON drafts FOR EACH ROW EXECUTE FUNCTION check_draft();

CREATE TABLE draft_acts (
  draft_id bigint NOT NULL REFERENCES drafts,
  seq      bigint NOT NULL CHECK (seq >= 1),
  at       timestamptz NOT NULL,
  user_id  bigint REFERENCES users,                       -- null: by itself
  kind     text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
  payload  jsonb NOT NULL CHECK (jsonb_typeof(payload) = 'object'),
  PRIMARY KEY (draft_id, seq)
);
CREATE INDEX draft_acts_user ON draft_acts (user_id) WHERE user_id IS NOT NULL;
CREATE TRIGGER draft_acts_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON draft_acts EXECUTE FUNCTION refuse_change();

-- The log has no gap and does not go back in time.
CREATE FUNCTION check_draft_act() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  last draft_acts;
BEGIN
  SELECT * INTO last FROM draft_acts WHERE draft_id = NEW.draft_id ORDER BY seq DESC LIMIT 1;
  IF NEW.seq <> coalesce(last.seq, 0) + 1 OR NEW.at < last.at THEN
    RAISE EXCEPTION 'act % does not follow act % in draft %', NEW.seq, last.seq, NEW.draft_id
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER draft_acts_go_on BEFORE INSERT ON draft_acts FOR EACH ROW EXECUTE FUNCTION check_draft_act();

-- The constructors of a draft, of its own league alone.
CREATE TABLE draft_teams (
  draft_id       bigint NOT NULL,
  constructor_id bigint NOT NULL,
  league_id      bigint NOT NULL,
  auto           text NOT NULL CHECK (auto IN ('off', 'next', 'on')),
  misses         bigint NOT NULL CHECK (misses >= 0),     -- expired turns in a row
  is_retired     boolean NOT NULL,
  PRIMARY KEY (draft_id, constructor_id),
  FOREIGN KEY (draft_id, league_id) REFERENCES drafts (id, league_id),
  FOREIGN KEY (league_id, constructor_id) REFERENCES constructors (league_id, id)
);
CREATE INDEX draft_teams_constructor ON draft_teams (constructor_id, draft_id);

CREATE TABLE draft_slots (
  draft_id       bigint NOT NULL,
  slot_no        bigint NOT NULL CHECK (slot_no >= 1),
  round          bigint NOT NULL CHECK (round BETWEEN 1 AND 3),
  constructor_id bigint NOT NULL,
  is_skipped     boolean NOT NULL DEFAULT false,
  PRIMARY KEY (draft_id, slot_no),
  UNIQUE (draft_id, constructor_id, round),
  UNIQUE (draft_id, slot_no, constructor_id),
  FOREIGN KEY (draft_id, constructor_id) REFERENCES draft_teams
);

-- The owner of a table loads exports into it: what was recorded came in time, though the draft has gone on since.
CREATE FUNCTION is_loaded(relation oid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT relowner = quote_ident(session_user)::regrole FROM pg_class WHERE pg_class.oid = relation
$$;

-- The order is written when the draft opens, and never changes after the first pick.
CREATE FUNCTION keep_draft_order() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  concerned bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.draft_id ELSE OLD.draft_id END;
BEGIN
  IF TG_OP = 'INSERT' AND is_loaded(TG_RELID) THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND (OLD.draft_id, OLD.slot_no, OLD.round, OLD.constructor_id)
    = (NEW.draft_id, NEW.slot_no, NEW.round, NEW.constructor_id)
  THEN
    RETURN NEW;
  END IF;
  IF (SELECT is_touched OR phase IN ('locked', 'void') FROM drafts WHERE id = concerned FOR UPDATE) THEN
    RAISE EXCEPTION 'the order of draft % is fixed', concerned USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER draft_slots_keep_their_order BEFORE INSERT OR UPDATE OR DELETE ON draft_slots
  FOR EACH ROW EXECUTE FUNCTION keep_draft_order();

-- Whom a draft can give. Nobody leaves it: who is not entered any more is withdrawn.
CREATE TABLE draft_pool (
  draft_id      bigint NOT NULL REFERENCES drafts,
  contestant_id bigint NOT NULL REFERENCES contestants,
  rank          bigint NOT NULL CHECK (rank >= 1),        -- 1 is the best
  is_withdrawn  boolean NOT NULL,
  PRIMARY KEY (draft_id, contestant_id),
  UNIQUE (draft_id, rank) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX draft_pool_contestant ON draft_pool (contestant_id);

-- A voided pick was undone or exchanged, and stays for the record. seq, voided_seq: the acts that made and ended it.
CREATE TABLE draft_picks (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  draft_id       bigint NOT NULL,
  seq            bigint NOT NULL,
  slot_no        bigint NOT NULL,
  constructor_id bigint NOT NULL,
  contestant_id  bigint NOT NULL,
  made_by        text NOT NULL
                 CHECK (made_by IN ('owner', 'commissioner', 'queue', 'auto', 'expiry', 'retired', 'lock')),
  swaps          bigint NOT NULL DEFAULT 0 CHECK (swaps >= 0),
  voided_seq     bigint CHECK (voided_seq > seq),
  UNIQUE (draft_id, seq),
  FOREIGN KEY (draft_id, seq) REFERENCES draft_acts,
  FOREIGN KEY (draft_id, voided_seq) REFERENCES draft_acts,
  FOREIGN KEY (draft_id, slot_no, constructor_id) REFERENCES draft_slots (draft_id, slot_no, constructor_id),
  FOREIGN KEY (draft_id, contestant_id) REFERENCES draft_pool
);
CREATE UNIQUE INDEX draft_picks_slot_once ON draft_picks (draft_id, slot_no) WHERE voided_seq IS NULL;
CREATE UNIQUE INDEX draft_picks_contestant_once ON draft_picks (draft_id, contestant_id) WHERE voided_seq IS NULL;
CREATE INDEX draft_picks_constructor ON draft_picks (constructor_id, draft_id);
CREATE INDEX draft_picks_voided ON draft_picks (draft_id, voided_seq) WHERE voided_seq IS NOT NULL;

-- A pick is made in turn, in an open draft, before its lock. Only the lock itself picks at the lock, and only an exchange
-- fills a slot that the same act has emptied.
CREATE FUNCTION check_draft_pick() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  draft drafts;
  made_at timestamptz;
BEGIN
  IF is_loaded(TG_RELID) THEN
    RETURN NEW;
  END IF;
  SELECT * INTO draft FROM drafts WHERE id = NEW.draft_id FOR UPDATE;
  SELECT act.at INTO made_at FROM draft_acts act WHERE act.draft_id = NEW.draft_id AND act.seq = NEW.seq;
  IF draft.phase <> 'open' THEN
    RAISE EXCEPTION 'draft % is not open', NEW.draft_id USING ERRCODE = 'restrict_violation';
  END IF;
  IF (made_at >= draft.lock_at) <> (NEW.made_by = 'lock') THEN
    RAISE EXCEPTION 'draft % is locked at %', NEW.draft_id, draft.lock_at USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.slot_no IS DISTINCT FROM draft.next_slot
    AND NOT EXISTS (
      SELECT FROM draft_slots slot
      WHERE slot.draft_id = NEW.draft_id AND slot.slot_no = NEW.slot_no AND slot.is_skipped)
    AND NOT EXISTS (
      SELECT FROM draft_picks pick
      WHERE pick.draft_id = NEW.draft_id AND pick.slot_no = NEW.slot_no AND pick.voided_seq = NEW.seq)
  THEN
    RAISE EXCEPTION 'slot % of draft % is not on turn', NEW.slot_no, NEW.draft_id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER draft_picks_are_in_turn BEFORE INSERT ON draft_picks
  FOR EACH ROW EXECUTE FUNCTION check_draft_pick();

-- Of a pick that was made, nothing changes but that it is voided, once.
CREATE FUNCTION keep_draft_pick() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF OLD.voided_seq IS NOT NULL OR to_jsonb(NEW) - 'voided_seq' <> to_jsonb(OLD) - 'voided_seq' THEN
    RAISE EXCEPTION 'pick % was made, and can only be voided once', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF (SELECT phase <> 'open' FROM drafts WHERE id = OLD.draft_id FOR UPDATE) THEN
    RAISE EXCEPTION 'draft % is not open', OLD.draft_id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER draft_picks_stay BEFORE DELETE OR TRUNCATE ON draft_picks EXECUTE FUNCTION refuse_change();
CREATE TRIGGER draft_picks_are_only_voided BEFORE UPDATE ON draft_picks
  FOR EACH ROW EXECUTE FUNCTION keep_draft_pick();

-- Whom an owner wants, best first, and what one draft leaves to the next. For the owner alone until a draft is locked.
CREATE TABLE draft_queues (
  constructor_id bigint PRIMARY KEY REFERENCES constructors ON DELETE CASCADE,
  mode           text NOT NULL CHECK (mode IN ('at_once', 'at_expiry')),
  auto           text NOT NULL CHECK (auto IN ('off', 'next', 'on')),
  misses         bigint NOT NULL CHECK (misses >= 0)
);

CREATE TABLE draft_queue_items (
  constructor_id bigint NOT NULL REFERENCES draft_queues ON DELETE CASCADE,
  place          bigint NOT NULL CHECK (place BETWEEN 1 AND 30),
  contestant_id  bigint NOT NULL REFERENCES contestants,
  PRIMARY KEY (constructor_id, place),
  UNIQUE (constructor_id, contestant_id)
);
CREATE INDEX draft_queue_items_contestant ON draft_queue_items (contestant_id);
