-- A bad row is settled when a good one with its key has arrived, or it came again and is kept from this run; and where all
-- that changed was read again, as far as runs after $3 had read it: then it is there again or gone. A backfill reads by
-- another date, so what it met is not among that.
update _quarantine as earlier
   set resolved_at = now()
 where earlier.stream = $1
   and earlier.resolved_at is null
   and earlier.run_id <> $2
   and (earlier.row_key in (select concat_ws('|', :"key") from :"stage")
        or (earlier.run_id > $3::bigint and earlier.slice not like 'created %')
        or exists (select from _quarantine as again
                   where again.run_id = $2 and again.stream = $1 and again.row_key = earlier.row_key))
