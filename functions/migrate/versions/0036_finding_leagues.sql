-- Public leagues by the words of their names. The collation is the same on every server and changes with none of them.
-- No extension: trigrams are not on every server that runs PickVs.
CREATE INDEX leagues_words ON leagues USING gin (
  array_to_tsvector(array_remove(regexp_split_to_array(lower(name COLLATE "pg_c_utf8"), '[ !-/:-@[-`{-~]+'), ''))
) WITH (fastupdate = off) WHERE visibility = 'public' AND state <> 'cancelled';

-- Those that are archived some time after their end.
CREATE INDEX leagues_finished ON leagues (finished_at) WHERE state = 'finished';
