-- When a job's data was last good, by what it is about (a sport) and part (a market). Runs move it; a run that succeeded
-- need not: see pickvs/jobs/freshness.py.

CREATE TABLE freshness (
  job          text NOT NULL CHECK (job <> ''),
  subject      text NOT NULL CHECK (subject <> ''),
  part         text NOT NULL CHECK (part <> ''),
  last_good_at timestamptz NOT NULL,
  PRIMARY KEY (job, subject, part)
);

-- Earlier releases knew only when a run had last succeeded.
INSERT INTO freshness (job, subject, part, last_good_at)
SELECT run.job, run.sport, known.part, max(run.finished_at)
FROM ingestion_runs run
JOIN (VALUES ('fetch_odds', 'moneyline'), ('fetch_odds', 'spread'), ('fetch_odds', 'total'), ('process_results', 'all'))
     AS known (job, part) ON known.job = run.job
WHERE run.status IN ('succeeded', 'partial')
GROUP BY run.job, run.sport, known.part;
