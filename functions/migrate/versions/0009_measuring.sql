-- Every few minutes somebody looks at what is recent: by these, without reading the rest.

-- Picks and the ledger grow at their end and never change, so where a row lies says when it was written: an index of
-- blocks is enough, and costs a pick and a settlement next to nothing.
CREATE INDEX picks_placed ON picks USING brin (placed_at) WITH (pages_per_range = 32, autosummarize = on);
CREATE INDEX settlement_ledger_settled ON settlement_ledger USING brin (settled_at)
  WITH (pages_per_range = 32, autosummarize = on);

CREATE INDEX game_results_recorded ON game_results (recorded_at);

-- Games whose picks wait for a result.
CREATE INDEX games_awaited ON games (commence_time)
  WHERE status IN ('scheduled', 'live', 'review')
     OR (result_id IS NOT NULL AND settled_result_id IS DISTINCT FROM result_id);
