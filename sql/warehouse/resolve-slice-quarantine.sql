-- The slice $3, or the whole table ($4), was read again from end to end: what was bad in it is there again or gone.
update _quarantine
   set resolved_at = now()
 where stream = $1 and run_id <> $2 and (slice = $3 or $4) and resolved_at is null
