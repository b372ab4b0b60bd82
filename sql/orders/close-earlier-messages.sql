-- Closes the messages about order $1 before message $2: its cart is known now.
update _locally_events
   set processed_at = coalesce(processed_at, now()), problem = null,
       try_after = null, given_up_at = null
 where order_id = $1 and event_id < $2 and (try_after is not null or given_up_at is not null)
