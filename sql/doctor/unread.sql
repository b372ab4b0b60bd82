-- Rows that could not be read and were not replaced since, by table, with one of the reasons.
select stream, count(*) as rows, min(reason) as reason
from _quarantine
where resolved_at is null
group by stream
order by stream
