-- $1 location ids of the feed. Rows that could not go into their table and are still bad: their items lack or are old.
select stream, count(*)::int as rows, min(reason) as reason
from _quarantine
where resolved_at is null
  and (stream = 'items' or stream = 'inventory_values' and slice = any($1::text[]))
group by stream
order by stream
