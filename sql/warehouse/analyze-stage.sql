-- Postgres knows nothing of a new temporary table; without this a large merge may be planned badly.
analyze :"stage"
