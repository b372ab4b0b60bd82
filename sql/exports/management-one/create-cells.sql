-- The figures of a month by location number and class code, each null where there is none. Only numeric arithmetic: no
-- cent is lost. Each source is summed by itself before they are put side by side: a sum of a few thousand groups in
-- memory is quick, one of everything at once is not.
-- pg_temp.plus is sum() for groups of a few rows each (create-plus.sql).
--
-- $1 first day, $2 last day, $3 the day before the first
-- $4 time zone of the merchant; $5, $6 location numbers that have a zone of their own, and those zones
-- $7 key of the custom field with the class code
-- $8 whether what left by sales is told apart from what was sold, because the file credits sales to other locations
-- $9, $10 which locations: those of $9 (true) or all others (false); null for all
-- $11, $12 location numbers and class codes that are in order: their figures are left out, and the others are told item by
--          item; null for all figures, items summed
-- :"table" the table to make; :"sales", :"margins" tables of the sales family
-- :"units", :"cost", :"retail" columns of the stock family
create temporary table :"table" on commit drop as
with place as materialized (
  select location.id, coalesce(location.public_id, '') as number, coalesce(own.zone, $4::text) as zone,
         ($9::text[] is null or (coalesce(location.public_id, '') = any($9)) = $10::boolean) as is_here
  from locations as location
  left join unnest($5::text[], $6::text[]) as own (number, zone) on own.number = location.public_id
),
-- An item counts under the class code it has now, as Heartland's own reports group it.
class as materialized (
  select distinct on (public_id) public_id as item, coalesce(custom ->> $7::text, '') as code,
         coalesce(track_inventory, true) as is_stocked
  from items
  where public_id is not null
  order by public_id, (_deleted_at is null) desc, id desc
),
-- The same by the id that papers name.
good as materialized (
  select items.id, items.public_id as item, items.price, coalesce(class.code, '') as code,
         coalesce(class.is_stocked, true) as is_stocked
  from items
  left join class on class.item = items.public_id
),
stock as not materialized (
  select location_number as location, coalesce(class.code, '') as code,
         case when $11::text[] is null then '' else item_number end as item,
         pg_temp.plus(units) filter (where as_of_date = $3::date) as begin_units,
         pg_temp.plus(cost) filter (where as_of_date = $3::date) as begin_cost,
         pg_temp.plus(retail) filter (where as_of_date = $3::date) as begin_retail,
         pg_temp.plus(units) filter (where as_of_date = $2::date) as end_units,
         pg_temp.plus(cost) filter (where as_of_date = $2::date) as end_cost,
         pg_temp.plus(retail) filter (where as_of_date = $2::date) as end_retail,
         -- Services and the like have no stock: what remains of a time when they had is no movement.
         pg_temp.plus(case as_of_date when $3::date then units else -units end)
           filter (where class.is_stocked = false) as unstocked_stock_units,
         pg_temp.plus(case as_of_date when $3::date then cost else -cost end)
           filter (where class.is_stocked = false) as unstocked_stock_cost
  from (
    -- Side by side by item they would be the same sums, for the price of finding each item's cost.
    select as_of_date, location_number, item_number, :"units" as units, null::numeric as cost, :"retail" as retail
    from inventory_month_end
    where as_of_date in ($3::date, $2::date) and ($9::text[] is null or (location_number = any($9)) = $10::boolean)
    union all
    select as_of_date, location_number, item_number, null, :"cost", null
    from inventory_cost_month_end
    where as_of_date in ($3::date, $2::date) and ($9::text[] is null or (location_number = any($9)) = $10::boolean)
  ) as counted
  left join class on class.item = item_number
  where (units <> 0 or cost <> 0 or retail <> 0)
    and ($11::text[] is null or not (location_number = any($11) and coalesce(class.code, '') = any($12::text[])))
  group by 1, 2, 3
),
sold as not materialized (
  select sale.location_number as location, coalesce(class.code, '') as code,
         case when $11::text[] is null then '' else sale.item_number end as item,
         pg_temp.plus(net_qty_sold) as sold_units,
         pg_temp.plus(coalesce(net_sales, 0) - coalesce(net_margin, net_sales, 0)) as sold_cost,
         pg_temp.plus(net_sales) as sold_retail,
         pg_temp.plus(net_markdowns) as markdowns_retail,
         pg_temp.plus(net_qty_sold) filter (where class.is_stocked = false) as unstocked_sold_units,
         pg_temp.plus(coalesce(net_sales, 0) - coalesce(net_margin, net_sales, 0))
           filter (where class.is_stocked = false) as unstocked_sold_cost
  from :"sales" as sale
  left join :"margins" as margin
    on margin.business_date = sale.business_date and margin.location_number = sale.location_number
   and margin.item_number = sale.item_number and margin.business_date between $1::date and $2::date
   and ($9::text[] is null or (margin.location_number = any($9)) = $10::boolean)
  left join class on class.item = sale.item_number
  where sale.business_date between $1::date and $2::date
    and ($9::text[] is null or (sale.location_number = any($9)) = $10::boolean)
    and ($11::text[] is null or not (sale.location_number = any($11) and coalesce(class.code, '') = any($12::text[])))
  group by 1, 2, 3
),
-- Goods that left by sales, by the location that gave them: what stock must agree with.
handed_over as not materialized (
  select sale.location_number as location, coalesce(class.code, '') as code,
         case when $11::text[] is null then '' else sale.item_number end as item,
         pg_temp.plus(net_qty_sold) as handed_over_units,
         pg_temp.plus(coalesce(net_sales, 0) - coalesce(net_margin, net_sales, 0)) as handed_over_cost,
         pg_temp.plus(net_qty_sold) filter (where class.is_stocked = false) as unstocked_handed_over_units,
         pg_temp.plus(coalesce(net_sales, 0) - coalesce(net_margin, net_sales, 0))
           filter (where class.is_stocked = false) as unstocked_handed_over_cost
  from sales_daily as sale
  left join sales_margin_daily as margin
    on margin.business_date = sale.business_date and margin.location_number = sale.location_number
   and margin.item_number = sale.item_number and margin.business_date between $1::date and $2::date
   and ($9::text[] is null or (margin.location_number = any($9)) = $10::boolean)
  left join class on class.item = sale.item_number
  where $8::boolean and $11::text[] is null and sale.business_date between $1::date and $2::date
    and ($9::text[] is null or (sale.location_number = any($9)) = $10::boolean)
  group by 1, 2, 3
),
-- Receipts, returns to vendors and corrections that are done. A receipt is where it was received, or where its order was
-- to be received.
paper as not materialized (
  select figure, document.id, location_id, completed_at, created_at, updated_at
  from (
    select 'received' as figure, receipt.id, coalesce(receipt.location_id, ordered.receive_at_location_id) as location_id,
           receipt.status, receipt.completed_at, receipt.created_at, receipt.updated_at, receipt._deleted_at
    from receipts as receipt
    left join purchase_orders as ordered on ordered.id = receipt.order_id
    union all
    select 'returned', id, location_id, status, completed_at, created_at, updated_at, _deleted_at from purchase_returns
    union all
    select 'adjusted', id, location_id, status, completed_at, created_at, updated_at, _deleted_at from adjustment_sets
  ) as document
  left join place on place.id = location_id
  where _deleted_at is null and coalesce(status, 'complete') in ('complete', 'accepted')
    and coalesce(place.is_here, $9::text[] is null or not $10::boolean)
),
line as not materialized (
  select 'received' as figure, receipt_id as paper_id, id, item_id, qty as change from receipt_lines where _deleted_at is null
  union all
  select 'returned', return_id, id, item_id, -qty from purchase_return_lines where _deleted_at is null
  union all
  select 'adjusted', adjustment_set_id, id, item_id, qty from adjustment_set_lines where _deleted_at is null
),
-- Most accounts do not say when a paper was completed, and one may be begun in one month and completed in the next.
undated as materialized (
  select paper.*
  from paper
  left join place on place.id = paper.location_id
  where paper.completed_at is null
    and (paper.created_at at time zone coalesce(place.zone, $4::text))::date
        <> (paper.updated_at at time zone coalesce(place.zone, $4::text))::date
),
-- Its goods moved when the inventory transactions of its lines say so: at the moment that most of its lines agree on.
happened as not materialized (
  select distinct on (figure, id) figure, id, at
  from (
    select undated.figure, undated.id, change.created_at as at, count(distinct line.id) as lines
    from undated
    join line on line.figure = undated.figure and line.paper_id = undated.id
    join inventory_transactions as change
      on change.location_id = undated.location_id and change.item_id = line.item_id and change.delta_qty = line.change
     and change.created_at between undated.created_at - interval '1 minute' and undated.updated_at + interval '1 minute'
    group by 1, 2, 3
  ) as candidate
  order by figure, id, lines desc, at
),
-- What moved goods, each at its moment and its location. A transfer leaves when it is shipped and arrives when it is
-- received; what is on the way is at neither.
moving as not materialized (
  select paper.figure, paper.id, paper.location_id, coalesce(paper.completed_at, happened.at, paper.created_at) as at
  from paper
  left join happened using (figure, id)
  union all
  select 'shipped', id, from_location_id, shipped_at from transfers where _deleted_at is null and shipped_at is not null
  union all
  select 'arrived', id, to_location_id, received_at from transfers where _deleted_at is null and received_at is not null
),
moved as materialized (
  select moving.figure, moving.id, moving.location_id
  from moving
  left join place on place.id = moving.location_id
  where coalesce(place.is_here, $9::text[] is null or not $10::boolean)
    and (moving.at at time zone coalesce(place.zone, $4::text))::date between $1::date and $2::date
),
documented as not materialized (
  select moved.location_id, line.item_id, moved.figure, line.qty, coalesce(line.unit_cost, expected.unit_cost) as unit_cost
  from moved
  join receipt_lines as line on line.receipt_id = moved.id and line._deleted_at is null
  left join purchase_order_lines as expected on expected.id = line.order_line_id
  where moved.figure = 'received'
  union all
  select moved.location_id, line.item_id, moved.figure, line.qty, line.unit_cost
  from moved
  join purchase_return_lines as line on line.return_id = moved.id and line._deleted_at is null
  where moved.figure = 'returned'
  union all
  select moved.location_id, line.item_id, moved.figure, line.qty, line.unit_cost
  from moved
  join adjustment_set_lines as line on line.adjustment_set_id = moved.id and line._deleted_at is null
  where moved.figure = 'adjusted'
  union all
  select moved.location_id, line.item_id, 'transfer',
         case moved.figure when 'shipped' then -line.qty_shipped else line.qty_received end, line.unit_cost
  from moved
  join transfer_lines as line on line.transfer_id = moved.id and line._deleted_at is null
  where moved.figure in ('shipped', 'arrived')
  union all
  -- What is still to come on open orders, as of now. A pending order is not an order yet.
  select ordered.receive_at_location_id, line.item_id, 'on_order',
         greatest(line.qty - coalesce(line.qty_received, 0), 0), line.unit_cost
  from purchase_orders as ordered
  join purchase_order_lines as line on line.order_id = ordered.id and line._deleted_at is null
  left join place on place.id = ordered.receive_at_location_id
  where ordered._deleted_at is null and ordered.status = 'open'
    and coalesce(place.is_here, $9::text[] is null or not $10::boolean)
),
papers as not materialized (
  select location, code, item,
         pg_temp.plus(units) filter (where figure = 'received') as received_units,
         pg_temp.plus(cost) filter (where figure = 'received') as received_cost,
         pg_temp.plus(retail) filter (where figure = 'received') as received_retail,
         pg_temp.plus(units) filter (where figure = 'returned') as returned_units,
         pg_temp.plus(cost) filter (where figure = 'returned') as returned_cost,
         pg_temp.plus(retail) filter (where figure = 'returned') as returned_retail,
         pg_temp.plus(units) filter (where figure = 'transfer') as transfer_units,
         pg_temp.plus(cost) filter (where figure = 'transfer') as transfer_cost,
         pg_temp.plus(retail) filter (where figure = 'transfer') as transfer_retail,
         pg_temp.plus(units) filter (where figure = 'adjusted') as adjusted_units,
         pg_temp.plus(cost) filter (where figure = 'adjusted') as adjusted_cost,
         pg_temp.plus(retail) filter (where figure = 'adjusted') as adjusted_retail,
         pg_temp.plus(units) filter (where figure = 'on_order') as on_order_units,
         pg_temp.plus(cost) filter (where figure = 'on_order') as on_order_cost,
         pg_temp.plus(retail) filter (where figure = 'on_order') as on_order_retail,
         pg_temp.plus(case figure when 'returned' then -units else units end)
           filter (where not is_stocked and figure <> 'on_order') as unstocked_paper_units,
         pg_temp.plus(case figure when 'returned' then -cost else cost end)
           filter (where not is_stocked and figure <> 'on_order') as unstocked_paper_cost
  from (
    select coalesce(place.number, '') as location, coalesce(good.code, '') as code,
           case when $11::text[] is null then ''
                else coalesce(good.item, case when good.id is null then '#' || documented.item_id end, '') end as item,
           figure, qty as units, qty * unit_cost as cost,
           -- At the price of today, as Heartland values stock; no price is nothing.
           qty * good.price as retail,
           coalesce(good.is_stocked, true) as is_stocked
    from documented
    left join place on place.id = documented.location_id
    left join good on good.id = documented.item_id
  ) as fact
  where (units <> 0 or cost <> 0 or retail <> 0) and ($11::text[] is null or not (location = any($11) and code = any($12::text[])))
  group by 1, 2, 3
),
-- Whatever changed stock, by any paper or none: what the movements above must amount to.
changed as not materialized (
  select coalesce(place.number, '') as location, coalesce(good.code, '') as code, '' as item, pg_temp.plus(delta_qty) as changed_units,
         pg_temp.plus(delta_qty) filter (where good.is_stocked = false) as unstocked_changed_units
  from inventory_transactions as change
  left join place on place.id = change.location_id
  left join good on good.id = change.item_id
  where $11::text[] is null and change._deleted_at is null and change.delta_qty <> 0
    and coalesce(place.is_here, $9::text[] is null or not $10::boolean)
    -- The span of days in any zone first, which needs no calendar; nor do the days that are in the month in every zone.
    -- Each bound is made a moment once, not for each row: a date alone would be, in the zone of the session.
    and change.created_at >= ($1::date - 1)::timestamp at time zone 'UTC' and change.created_at < ($2::date + 2)::timestamp at time zone 'UTC'
    and ((change.created_at >= ($1::date + 1)::timestamp at time zone 'UTC' and change.created_at < $2::date::timestamp at time zone 'UTC')
         or (change.created_at at time zone coalesce(place.zone, $4::text))::date between $1::date and $2::date)
  group by 1, 2, 3
)
select location, code, item,
       begin_units,
       begin_cost,
       begin_retail,
       received_units,
       received_cost,
       received_retail,
       returned_units,
       returned_cost,
       returned_retail,
       transfer_units,
       transfer_cost,
       transfer_retail,
       adjusted_units,
       adjusted_cost,
       adjusted_retail,
       sold_units,
       sold_cost,
       sold_retail,
       markdowns_retail,
       end_units,
       end_cost,
       end_retail,
       on_order_units,
       on_order_cost,
       on_order_retail,
       handed_over_units,
       handed_over_cost,
       changed_units,
       unstocked_stock_units,
       unstocked_stock_cost,
       unstocked_paper_units,
       unstocked_paper_cost,
       unstocked_sold_units,
       unstocked_sold_cost,
       unstocked_handed_over_units,
       unstocked_handed_over_cost,
       unstocked_changed_units
from stock
full join sold using (location, code, item)
full join papers using (location, code, item)
full join changed using (location, code, item)
full join handed_over using (location, code, item)
