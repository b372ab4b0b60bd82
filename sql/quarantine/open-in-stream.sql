-- The latest open version of each invalid row of a table, the oldest first, after the entry $3.
select *
from (
  select distinct on (coalesce(nullif(row_key, ''), quarantine_id::text))
         quarantine_id, stream, slice, row_key, reason, quarantined_at, content
  from _quarantine
  where stream = $1 and resolved_at is null
  order by coalesce(nullif(row_key, ''), quarantine_id::text), quarantine_id desc
) as latest
where quarantine_id > $3
order by quarantine_id
limit $2
