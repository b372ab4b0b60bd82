-- Items whose stock Heartland values at another price than the item has: price lists of a location, or a price that
-- changed between the two questions.
-- $1, $2 the days whose stock is in the month
-- :"units", :"retail" columns of the stock family
with price as (
  select distinct on (public_id) public_id as item, coalesce(price, 0) as price
  from items
  where public_id is not null
  order by public_id, (_deleted_at is null) desc, id desc
),
valued as (
  select item_number as item, coalesce(:"units", 0) * price.price as due, coalesce(:"retail", 0) as retail
  from inventory_month_end
  join price on price.item = item_number
  where as_of_date in ($1::date, $2::date)
)
select item, count(*)::int as places, sum(due - retail) as difference
from valued
where due <> retail and round(due - retail, 2) <> 0
group by item
order by abs(sum(due - retail)) desc, item collate "C"
