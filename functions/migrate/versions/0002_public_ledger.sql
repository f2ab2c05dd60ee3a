-- The public ledger is read from the latest game back, and within a game from the latest pick back.

CREATE INDEX games_by_time ON games (commence_time DESC, id DESC);

DROP INDEX picks_game;
CREATE INDEX picks_game ON picks (game_id, id DESC);
