-- Every location, and those that are gone as long as something is kept of them: they are asked for once more, and emptied.
select id
from locations
where _deleted_at is null
   or exists (select from :"table" as held where held.:"slice" = locations.id)
order by id
