-- Grain: one row for each item whose stock Heartland values at a price other than the item's: a
-- location with a price list of its own, or a price that changed between the two requests.
-- $1, $2 the days whose stock is in the month
-- :"units", :"retail" columns of the stock family
with item_price as (
  select distinct on (public_id) public_id as item, coalesce(price, 0) as price
  from items
  where public_id is not null
  order by public_id, (_deleted_at is null) desc, id desc
),
stock_value as (
  select item_number as item, coalesce(:"units", 0) * item_price.price as expected_retail,
         coalesce(:"retail", 0) as retail
  from inventory_month_end
  join item_price on item_price.item = item_number
  where as_of_date in ($1::date, $2::date)
)
select item, count(*)::int as places, sum(expected_retail - retail) as difference
from stock_value
where expected_retail <> retail and round(expected_retail - retail, 2) <> 0
group by item
order by abs(sum(expected_retail - retail)) desc, item collate "C"
