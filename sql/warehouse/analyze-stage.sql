-- A new temporary table has no statistics; without them a large merge may be planned badly.
analyze :"stage"
