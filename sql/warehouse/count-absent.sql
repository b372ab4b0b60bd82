-- After a complete sweep: rows that the account no longer holds, and how many there were to lose.
select count(*) filter (
         where not exists (select from :"stage" as staged where (:"staged.key") = (:"kept.key"))
       )::int as absent,
       count(*)::int as alive
from :"table" as kept
where kept._deleted_at is null
