-- A slice is replaced exactly: what it held and no longer does is removed. A row that came in a bad version keeps its
-- last good one.
with removed as (
  delete from :"table" as kept
  where kept.:"slice" = $1
    and not exists (select from :"stage" as staged where (:"staged.key") = (:"kept.key"))
    and concat_ws('|', :"kept.key") not in
        (select row_key from _quarantine where run_id = $2 and stream = $3 and row_key is not null)
  returning 1
)
select count(*)::int as deleted from removed
