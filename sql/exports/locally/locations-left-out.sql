-- One row a location with stock that is not in the feed: the owner may have forgotten it.
select locations.public_id as location_number, locations.name,
       trim_scale(sum(greatest(stock.:"quantity", 0)))::text as units
from locations
join inventory_values as stock on stock.location_id = locations.id and stock._deleted_at is null
where locations._deleted_at is null
  and not exists (select from locally_stores where locally_stores.location_id = locations.id)
group by locations.id, locations.public_id, locations.name
having sum(greatest(stock.:"quantity", 0)) > 0
order by locations.public_id
