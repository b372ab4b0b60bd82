-- Rows that could not be read and were not replaced since, in what the month is made of.
-- $1 tables, $2 days and month ends that were read
select stream, count(*)::int as rows, min(reason) as reason
from _quarantine
where resolved_at is null and stream = any($1::text[]) and (slice = '' or slice = any($2::text[]))
group by stream
order by stream
