-- $1 the last message of the batch before; $2 whether those are wanted too that are not due yet; $3 now; $4 how many.
select event_id, received_at, body, attempts
from _locally_events
where processed_at is null and event_id > $1 and ($2 or try_after is null or try_after <= $3::timestamptz)
order by event_id
limit $4
