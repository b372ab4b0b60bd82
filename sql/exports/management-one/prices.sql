-- Items whose stock Heartland values at another price than the item has: price lists of a location, or a price that
-- changed between the two questions.
with price as (
  select distinct on (public_id) public_id as item, coalesce(price, 0) as price
  from items
  where public_id is not null
  order by public_id, (_deleted_at is null) desc, id desc
)
select item, count(*)::int as places, sum(units * price - retail) as difference
from _month_facts
join price using (item)
where figure in ('begin', 'end') and round(units * price - retail, 2) <> 0
group by item
order by abs(sum(units * price - retail)) desc, item collate "C"
