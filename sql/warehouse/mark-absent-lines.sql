-- Lines that a pulled parent no longer has.
with gone as (
  update :"table" as kept
     set _deleted_at = now(), _run_id = $1::bigint
   where kept._deleted_at is null
     and exists (select from :"parents" as parent where parent.id = kept.:"parent")
     and not exists (select from :"stage" as staged where (:"staged.key") = (:"kept.key"))
  returning 1
)
select count(*)::int as deleted from gone
