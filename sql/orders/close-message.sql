-- $1 message, $2 order or null, $3 problem or null, $4 requests made for its cart,
-- $5 when to try again or null, $6 whether it is given up, $7 now.
update _locally_events
   set order_id = $2, problem = $3, attempts = attempts + $4, try_after = $5::timestamptz,
       given_up_at = case when $6 then $7::timestamptz end,
       processed_at = case when $5::timestamptz is null then now() end
 where event_id = $1
