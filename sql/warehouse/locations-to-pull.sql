-- Every location, and deleted ones that still have rows: they are requested once more, which removes the rows.
select id
from locations
where _deleted_at is null
   or exists (select from :"table" as held where held.:"slice" = locations.id)
order by id
