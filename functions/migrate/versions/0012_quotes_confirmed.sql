-- Every capture confirms the quotes that stand, and moves nothing but their captured_at. Where no index has that column
-- and the page has room, only the row is written (a heap-only tuple), and no entry in any of the five indexes. Mostly
-- so it is with the games, each of which a capture writes twice.

DROP INDEX quotes_history;
CREATE INDEX quotes_history ON quotes (game_id, market, selection, made_at);
-- Room for a second version of every row, on the pages that are filled from now on.
ALTER TABLE quotes SET (fillfactor = 50);
ALTER TABLE games SET (fillfactor = 50);
