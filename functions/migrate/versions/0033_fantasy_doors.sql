-- Keys for programs that read and make drafts. `scopes` holds each known scope at most once, in one order, and one at
-- least. Wider: every key there is satisfies it.
-- squawk-ignore ban-drop-constraint
ALTER TABLE api_keys DROP CONSTRAINT api_keys_scopes_check;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE api_keys ADD CONSTRAINT api_keys_scopes_check CHECK (scopes <> '{}' AND scopes = array_remove(ARRAY[
  CASE WHEN 'picks:read' = ANY (scopes) THEN 'picks:read' END,
  CASE WHEN 'picks:write' = ANY (scopes) THEN 'picks:write' END,
  CASE WHEN 'predictions:read' = ANY (scopes) THEN 'predictions:read' END,
  CASE WHEN 'drafts:read' = ANY (scopes) THEN 'drafts:read' END,
  CASE WHEN 'drafts:write' = ANY (scopes) THEN 'drafts:write' END], NULL));

-- What administrators do about races. Wider: every entry there is satisfies it. An act on a race is about no game.
-- squawk-ignore ban-drop-constraint
ALTER TABLE audit_log DROP CONSTRAINT audit_log_action_check;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE audit_log ADD CONSTRAINT audit_log_action_check CHECK (action IN
  ('set_result', 'void_game', 'reopen_game', 'regrade_game', 'grant_role',
   'add_team_alias', 'merge_games', 'unmerge_games', 'set_start', 'resolve_anomaly', 'backfill_stats',
   'train_models', 'promote_model', 'roll_back_model',
   'set_race_result', 'cancel_race', 'reopen_race', 'substitute_driver', 'decide_review', 'rescore_league'));
-- squawk-ignore ban-drop-constraint
ALTER TABLE audit_log DROP CONSTRAINT audit_log_of_game;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE audit_log ADD CONSTRAINT audit_log_of_game CHECK
  ((action IN ('grant_role', 'add_team_alias', 'resolve_anomaly', 'backfill_stats',
               'train_models', 'promote_model', 'roll_back_model',
               'set_race_result', 'cancel_race', 'reopen_race', 'substitute_driver', 'decide_review', 'rescore_league'))
   = (game_id IS NULL));
