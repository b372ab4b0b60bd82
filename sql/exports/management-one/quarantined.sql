-- Rows that could not be read and were not replaced since, in what the month is made of.
-- $1 tables that are read day by day or month end by month end, $2 those days and month ends, $3 all other tables
select stream, count(*)::int as rows, min(reason) as reason
from _quarantine
where resolved_at is null
  and (stream = any($3::text[]) or stream = any($1::text[]) and slice = any($2::text[]))
group by stream
order by stream
