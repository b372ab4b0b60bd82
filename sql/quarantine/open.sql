-- Invalid rows without a valid version since, the oldest first.
select quarantine_id, stream, slice, row_key, reason, quarantined_at, content
from _quarantine
where resolved_at is null
order by quarantine_id
limit $1
