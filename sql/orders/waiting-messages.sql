-- One row a message to process.
-- $1 last message of the previous batch; $2 whether those not due yet count too; $3 now;
-- $4 most rows.
select event_id, received_at, body, attempts
from _locally_events
where processed_at is null
  and event_id > $1
  and ($2 or try_after is null or try_after <= $3::timestamptz)
order by event_id
limit $4
