-- A slice is replaced exactly: what it held and no longer does is removed. Only where every row of it could be read.
with removed as (
  delete from :"table" as kept
  where kept.:"slice" = $1
    and not exists (select from :"stage" as staged where (:"staged.key") = (:"kept.key"))
  returning 1
)
select count(*)::int as deleted from removed
