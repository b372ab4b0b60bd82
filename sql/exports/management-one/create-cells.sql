-- Grain: one row for each location number and class code with any figure (and item, where $11 is
-- given). A figure is null where there is none.
--
-- Only numeric arithmetic, so no cent is lost. Each source is summed by itself before they are
-- joined: sums of a few thousand groups in memory are quick, one sum of everything is not.
-- pg_temp.plus is sum() for groups of a few rows each (create-plus.sql).
--
-- $1 first day, $2 last day, $3 the day before the first
-- $4 time zone of the merchant; $5, $6 location numbers with a zone of their own, and those zones
-- $7 key of the custom field with the class code
-- $8 whether goods handed over are counted apart from goods sold: the file credits sales to other
--    locations than those that handed the goods over
-- $9, $10 which locations: those of $9 (true) or all others (false); null for all
-- $11, $12 exported location numbers and valid class codes: their figures are left out, and the
--          others are by item; null for all figures, items summed
-- :"table" the table to create; :"sales", :"margins" tables of the sales family
-- :"units", :"cost", :"retail" columns of the stock family
create temporary table :"table" on commit drop as
with location_zone as materialized (
  select location.id, coalesce(location.public_id, '') as number,
         coalesce(own.zone, $4::text) as zone,
         ($9::text[] is null or (coalesce(location.public_id, '') = any($9)) = $10::boolean)
           as is_in_partition
  from locations as location
  left join unnest($5::text[], $6::text[]) as own (number, zone) on own.number = location.public_id
),
-- An item counts under the class code it has now, as Heartland's own reports group it.
item_class as materialized (
  select distinct on (public_id) public_id as item, coalesce(custom ->> $7::text, '') as code,
         coalesce(track_inventory, true) as is_stocked
  from items
  where public_id is not null
  order by public_id, (_deleted_at is null) desc, id desc
),
-- The same by the item's id, which documents have.
item_by_id as materialized (
  select items.id, items.public_id as item, items.price, coalesce(item_class.code, '') as code,
         coalesce(item_class.is_stocked, true) as is_stocked
  from items
  left join item_class on item_class.item = items.public_id
),
stock as not materialized (
  select location_number as location, coalesce(item_class.code, '') as code,
         case when $11::text[] is null then '' else item_number end as item,
         pg_temp.plus(units) filter (where as_of_date = $3::date) as begin_units,
         pg_temp.plus(cost) filter (where as_of_date = $3::date) as begin_cost,
         pg_temp.plus(retail) filter (where as_of_date = $3::date) as begin_retail,
         pg_temp.plus(units) filter (where as_of_date = $2::date) as end_units,
         pg_temp.plus(cost) filter (where as_of_date = $2::date) as end_cost,
         pg_temp.plus(retail) filter (where as_of_date = $2::date) as end_retail,
         -- Services have no stock: what remains from a time when they did is not a movement.
         pg_temp.plus(case as_of_date when $3::date then units else -units end)
           filter (where item_class.is_stocked = false) as unstocked_stock_units,
         pg_temp.plus(case as_of_date when $3::date then cost else -cost end)
           filter (where item_class.is_stocked = false) as unstocked_stock_cost
  from (
    -- Joined by item the sums would be the same, at the cost of looking up each item.
    select as_of_date, location_number, item_number,
           :"units" as units, null::numeric as cost, :"retail" as retail
    from inventory_month_end
    where as_of_date in ($3::date, $2::date)
      and ($9::text[] is null or (location_number = any($9)) = $10::boolean)
    union all
    select as_of_date, location_number, item_number, null, :"cost", null
    from inventory_cost_month_end
    where as_of_date in ($3::date, $2::date)
      and ($9::text[] is null or (location_number = any($9)) = $10::boolean)
  ) as stock_row
  left join item_class on item_class.item = item_number
  where (units <> 0 or cost <> 0 or retail <> 0)
    and ($11::text[] is null
         or not (location_number = any($11) and coalesce(item_class.code, '') = any($12::text[])))
  group by 1, 2, 3
),
sold as not materialized (
  select sale.location_number as location, coalesce(item_class.code, '') as code,
         case when $11::text[] is null then '' else sale.item_number end as item,
         pg_temp.plus(net_qty_sold) as sold_units,
         pg_temp.plus(coalesce(net_sales, 0) - coalesce(net_margin, net_sales, 0)) as sold_cost,
         pg_temp.plus(net_sales) as sold_retail,
         pg_temp.plus(net_markdowns) as markdowns_retail,
         pg_temp.plus(net_qty_sold)
           filter (where item_class.is_stocked = false) as unstocked_sold_units,
         pg_temp.plus(coalesce(net_sales, 0) - coalesce(net_margin, net_sales, 0))
           filter (where item_class.is_stocked = false) as unstocked_sold_cost
  from :"sales" as sale
  left join :"margins" as margin
    on margin.business_date = sale.business_date and margin.location_number = sale.location_number
   and margin.item_number = sale.item_number and margin.business_date between $1::date and $2::date
   and ($9::text[] is null or (margin.location_number = any($9)) = $10::boolean)
  left join item_class on item_class.item = sale.item_number
  where sale.business_date between $1::date and $2::date
    and ($9::text[] is null or (sale.location_number = any($9)) = $10::boolean)
    and ($11::text[] is null
         or not (sale.location_number = any($11)
                 and coalesce(item_class.code, '') = any($12::text[])))
  group by 1, 2, 3
),
-- Goods that left by sales, by the location that handed them over: stock reconciles with these.
handed_over as not materialized (
  select sale.location_number as location, coalesce(item_class.code, '') as code,
         case when $11::text[] is null then '' else sale.item_number end as item,
         pg_temp.plus(net_qty_sold) as handed_over_units,
         pg_temp.plus(coalesce(net_sales, 0) - coalesce(net_margin, net_sales, 0))
           as handed_over_cost,
         pg_temp.plus(net_qty_sold)
           filter (where item_class.is_stocked = false) as unstocked_handed_over_units,
         pg_temp.plus(coalesce(net_sales, 0) - coalesce(net_margin, net_sales, 0))
           filter (where item_class.is_stocked = false) as unstocked_handed_over_cost
  from sales_daily as sale
  left join sales_margin_daily as margin
    on margin.business_date = sale.business_date and margin.location_number = sale.location_number
   and margin.item_number = sale.item_number and margin.business_date between $1::date and $2::date
   and ($9::text[] is null or (margin.location_number = any($9)) = $10::boolean)
  left join item_class on item_class.item = sale.item_number
  where $8::boolean and $11::text[] is null and sale.business_date between $1::date and $2::date
    and ($9::text[] is null or (sale.location_number = any($9)) = $10::boolean)
  group by 1, 2, 3
),
-- Completed receipts, vendor returns and adjustments. A receipt without a location has its order's.
document as not materialized (
  select figure, document.id, location_id, completed_at, created_at, updated_at
  from (
    select 'received' as figure, receipt.id,
           coalesce(receipt.location_id, ordered.receive_at_location_id) as location_id,
           receipt.status, receipt.completed_at, receipt.created_at, receipt.updated_at,
           receipt._deleted_at
    from receipts as receipt
    left join purchase_orders as ordered on ordered.id = receipt.order_id
    union all
    select 'returned', id, location_id, status, completed_at, created_at, updated_at, _deleted_at
    from purchase_returns
    union all
    select 'adjusted', id, location_id, status, completed_at, created_at, updated_at, _deleted_at
    from adjustment_sets
  ) as document
  left join location_zone on location_zone.id = location_id
  where _deleted_at is null and coalesce(status, 'complete') in ('complete', 'accepted')
    and coalesce(location_zone.is_in_partition, $9::text[] is null or not $10::boolean)
),
document_line as not materialized (
  select 'received' as figure, receipt_id as document_id, id, item_id, qty as change
  from receipt_lines
  where _deleted_at is null
  union all
  select 'returned', return_id, id, item_id, -qty
  from purchase_return_lines
  where _deleted_at is null
  union all
  select 'adjusted', adjustment_set_id, id, item_id, qty
  from adjustment_set_lines
  where _deleted_at is null
),
-- Documents without a completion time (as most accounts have) that may belong to another month
-- than the one in which they were begun.
undated as materialized (
  select document.*
  from document
  left join location_zone on location_zone.id = document.location_id
  where document.completed_at is null
    and (document.created_at at time zone coalesce(location_zone.zone, $4::text))::date
        <> (document.updated_at at time zone coalesce(location_zone.zone, $4::text))::date
),
-- Then its inventory transactions say when its goods moved: at the moment that most of its lines
-- have in common.
movement_time as not materialized (
  select distinct on (figure, id) figure, id, at
  from (
    select undated.figure, undated.id, change.created_at as at,
           count(distinct line.id) as lines
    from undated
    join document_line as line on line.figure = undated.figure and line.document_id = undated.id
    join inventory_transactions as change
      on change.location_id = undated.location_id and change.item_id = line.item_id
     and change.delta_qty = line.change
     and change.created_at between undated.created_at - interval '1 minute'
                               and undated.updated_at + interval '1 minute'
    group by 1, 2, 3
  ) as candidate
  order by figure, id, lines desc, at
),
-- One row for each movement of goods, with its moment and location. A transfer leaves when it is
-- shipped and arrives when it is received; what is in transit is at neither location.
dated_movement as not materialized (
  select document.figure, document.id, document.location_id,
         coalesce(document.completed_at, movement_time.at, document.created_at) as at
  from document
  left join movement_time using (figure, id)
  union all
  select 'shipped', id, from_location_id, shipped_at
  from transfers
  where _deleted_at is null and shipped_at is not null
  union all
  select 'arrived', id, to_location_id, received_at
  from transfers
  where _deleted_at is null and received_at is not null
),
movement as materialized (
  select dated_movement.figure, dated_movement.id, dated_movement.location_id
  from dated_movement
  left join location_zone on location_zone.id = dated_movement.location_id
  where coalesce(location_zone.is_in_partition, $9::text[] is null or not $10::boolean)
    and (dated_movement.at at time zone coalesce(location_zone.zone, $4::text))::date
        between $1::date and $2::date
),
movement_line as not materialized (
  select movement.location_id, line.item_id, movement.figure, line.qty,
         coalesce(line.unit_cost, expected.unit_cost) as unit_cost
  from movement
  join receipt_lines as line on line.receipt_id = movement.id and line._deleted_at is null
  left join purchase_order_lines as expected on expected.id = line.order_line_id
  where movement.figure = 'received'
  union all
  select movement.location_id, line.item_id, movement.figure, line.qty, line.unit_cost
  from movement
  join purchase_return_lines as line on line.return_id = movement.id and line._deleted_at is null
  where movement.figure = 'returned'
  union all
  select movement.location_id, line.item_id, movement.figure, line.qty, line.unit_cost
  from movement
  join adjustment_set_lines as line
    on line.adjustment_set_id = movement.id and line._deleted_at is null
  where movement.figure = 'adjusted'
  union all
  select movement.location_id, line.item_id, 'transfer',
         case movement.figure when 'shipped' then -line.qty_shipped else line.qty_received end,
         line.unit_cost
  from movement
  join transfer_lines as line on line.transfer_id = movement.id and line._deleted_at is null
  where movement.figure in ('shipped', 'arrived')
  union all
  -- Units still to come on open orders, as of now. A pending order is not an order yet.
  select ordered.receive_at_location_id, line.item_id, 'on_order',
         greatest(line.qty - coalesce(line.qty_received, 0), 0), line.unit_cost
  from purchase_orders as ordered
  join purchase_order_lines as line on line.order_id = ordered.id and line._deleted_at is null
  left join location_zone on location_zone.id = ordered.receive_at_location_id
  where ordered._deleted_at is null and ordered.status = 'open'
    and coalesce(location_zone.is_in_partition, $9::text[] is null or not $10::boolean)
),
document_figures as not materialized (
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
           filter (where not is_stocked and figure <> 'on_order') as unstocked_document_units,
         pg_temp.plus(case figure when 'returned' then -cost else cost end)
           filter (where not is_stocked and figure <> 'on_order') as unstocked_document_cost
  from (
    select coalesce(location_zone.number, '') as location, coalesce(item_by_id.code, '') as code,
           case when $11::text[] is null then ''
                else coalesce(item_by_id.item,
                              case when item_by_id.id is null then '#' || movement_line.item_id end,
                              '') end as item,
           figure, qty as units, qty * unit_cost as cost,
           -- At today's price, as Heartland values stock; without a price it is zero.
           qty * item_by_id.price as retail,
           coalesce(item_by_id.is_stocked, true) as is_stocked
    from movement_line
    left join location_zone on location_zone.id = movement_line.location_id
    left join item_by_id on item_by_id.id = movement_line.item_id
  ) as fact
  where (units <> 0 or cost <> 0 or retail <> 0)
    and ($11::text[] is null or not (location = any($11) and code = any($12::text[])))
  group by 1, 2, 3
),
-- Every change of stock, with or without a document: the movements above must sum to these.
changed as not materialized (
  select coalesce(location_zone.number, '') as location, coalesce(item_by_id.code, '') as code,
         '' as item, pg_temp.plus(delta_qty) as changed_units,
         pg_temp.plus(delta_qty)
           filter (where item_by_id.is_stocked = false) as unstocked_changed_units
  from inventory_transactions as change
  left join location_zone on location_zone.id = change.location_id
  left join item_by_id on item_by_id.id = change.item_id
  where $11::text[] is null and change._deleted_at is null and change.delta_qty <> 0
    and coalesce(location_zone.is_in_partition, $9::text[] is null or not $10::boolean)
    -- First the days that are in the month in some zone, and those that are in every zone: neither
    -- needs a conversion for each row. The bounds are timestamps, which are converted only once.
    and change.created_at >= ($1::date - 1)::timestamp at time zone 'UTC'
    and change.created_at < ($2::date + 2)::timestamp at time zone 'UTC'
    and ((change.created_at >= ($1::date + 1)::timestamp at time zone 'UTC'
          and change.created_at < $2::date::timestamp at time zone 'UTC')
         or (change.created_at at time zone coalesce(location_zone.zone, $4::text))::date
            between $1::date and $2::date)
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
       unstocked_document_units,
       unstocked_document_cost,
       unstocked_sold_units,
       unstocked_sold_cost,
       unstocked_handed_over_units,
       unstocked_handed_over_cost,
       unstocked_changed_units
from stock
full join sold using (location, code, item)
full join document_figures using (location, code, item)
full join changed using (location, code, item)
full join handed_over using (location, code, item)
