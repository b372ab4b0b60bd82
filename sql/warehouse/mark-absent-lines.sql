-- Lines that a pulled parent no longer has, and those of parents that this run found gone; after a sweep ($3), every
-- other line. A line that came in a bad version is not gone; nor are the other lines of its parent ($4), since it may be
-- any of them.
with gone as (
  update :"table" as kept
     set _deleted_at = now(), _run_id = $1::bigint
   where kept._deleted_at is null
     and kept.:"parent" <> all($4::bigint[])
     and ($3::boolean
          or exists (select from :"parents" as parent where parent.id = kept.:"parent")
          or exists (select from :"of" as parent
                     where parent.id = kept.:"parent" and parent._deleted_at is not null and parent._run_id = $1::bigint))
     and not exists (select from :"stage" as staged where (:"staged.key") = (:"kept.key"))
     and concat_ws('|', :"kept.key") not in
         (select row_key from _quarantine where run_id = $1 and stream = $2 and row_key is not null)
  returning 1
)
select count(*)::int as deleted from gone
