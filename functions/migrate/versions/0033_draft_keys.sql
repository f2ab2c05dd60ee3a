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
