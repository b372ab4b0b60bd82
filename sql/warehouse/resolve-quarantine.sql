-- A bad row is settled when a good one with its key has arrived, or it came again and is kept from this run.
update _quarantine as earlier
   set resolved_at = now()
 where earlier.stream = $1
   and earlier.resolved_at is null
   and earlier.run_id <> $2
   and (earlier.row_key in (select concat_ws('|', :"key") from :"stage")
        or exists (select from _quarantine as again
                   where again.run_id = $2 and again.stream = $1 and again.row_key = earlier.row_key))
