-- Grain: one row for each location number, with the name of the location that has it now.
select distinct on (public_id) public_id as number, name
from locations
where public_id is not null and name is not null
order by public_id, (_deleted_at is null) desc, id desc
