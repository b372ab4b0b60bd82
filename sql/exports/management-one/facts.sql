-- The figures of a month by location number and item. Only numeric arithmetic: no cent is lost.
--
-- $1 first day, $2 last day, $3 the day before the first
-- $4 time zone of the merchant; $5, $6 location numbers that have a zone of their own, and those zones
-- $7 key of the custom field with the class code
-- :"sales", :"margins" tables of the sales family; :"units", :"cost", :"retail" columns of the stock family
insert into _month_facts (location, item, code, figure, units, cost, retail)
with place as (
  select location.id, coalesce(location.public_id, '') as number, coalesce(own.zone, $4::text) as zone
  from locations as location
  left join unnest($5::text[], $6::text[]) as own (number, zone) on own.number = location.public_id
),
-- An item counts under the class code it has now, as Heartland's own reports group it.
class as (
  select distinct on (public_id) public_id as item, custom ->> $7::text as code
  from items
  where public_id is not null
  order by public_id, (_deleted_at is null) desc, id desc
),
-- Receipts, returns to vendors and corrections that are done, line by line. A receipt is where it was received, or where
-- its order was to be received.
paper as (
  select 'received' as figure, receipt.id, coalesce(receipt.location_id, ordered.receive_at_location_id) as location_id,
         receipt.completed_at, receipt.created_at, receipt.updated_at, line.id as line_id, line.item_id, line.qty,
         coalesce(line.unit_cost, expected.unit_cost) as unit_cost, line.qty as change
  from receipts as receipt
  join receipt_lines as line on line.receipt_id = receipt.id and line._deleted_at is null
  left join purchase_orders as ordered on ordered.id = receipt.order_id
  left join purchase_order_lines as expected on expected.id = line.order_line_id
  where receipt._deleted_at is null and coalesce(receipt.status, 'complete') in ('complete', 'accepted')
  union all
  select 'returned', sent.id, sent.location_id, sent.completed_at, sent.created_at, sent.updated_at, line.id, line.item_id,
         line.qty, line.unit_cost, -line.qty
  from purchase_returns as sent
  join purchase_return_lines as line on line.return_id = sent.id and line._deleted_at is null
  where sent._deleted_at is null and coalesce(sent.status, 'complete') in ('complete', 'accepted')
  union all
  select 'adjusted', counted.id, counted.location_id, counted.completed_at, counted.created_at, counted.updated_at, line.id,
         line.item_id, line.qty, line.unit_cost, line.qty
  from adjustment_sets as counted
  join adjustment_set_lines as line on line.adjustment_set_id = counted.id and line._deleted_at is null
  where counted._deleted_at is null and coalesce(counted.status, 'complete') in ('complete', 'accepted')
),
-- Most accounts do not say when a paper was completed, and one may be begun in one month and completed in the next. Its
-- goods moved when the inventory transactions of its lines say so: at the moment that most of its lines agree on.
happened as (
  select distinct on (figure, id) figure, id, at
  from (
    select paper.figure, paper.id, change.created_at as at, count(distinct paper.line_id) as lines
    from paper
    left join place on place.id = paper.location_id
    join inventory_transactions as change
      on change.location_id = paper.location_id and change.item_id = paper.item_id and change.delta_qty = paper.change
     and change.created_at between paper.created_at - interval '1 minute' and paper.updated_at + interval '1 minute'
    where paper.completed_at is null
      and (paper.created_at at time zone coalesce(place.zone, $4::text))::date
          <> (paper.updated_at at time zone coalesce(place.zone, $4::text))::date
    group by 1, 2, 3
  ) as candidate
  order by figure, id, lines desc, at
),
-- Movements that are done, each at its moment and its location. A transfer leaves when it is shipped and arrives when it
-- is received; what is on the way is at neither.
moved as (
  select paper.location_id, coalesce(paper.completed_at, happened.at, paper.created_at) as at, paper.item_id,
         paper.figure, paper.qty, paper.unit_cost
  from paper
  left join happened using (figure, id)
  union all
  select transfer.from_location_id, transfer.shipped_at, line.item_id, 'transfer', -line.qty_shipped, line.unit_cost
  from transfers as transfer
  join transfer_lines as line on line.transfer_id = transfer.id and line._deleted_at is null
  where transfer._deleted_at is null and transfer.shipped_at is not null
  union all
  select transfer.to_location_id, transfer.received_at, line.item_id, 'transfer', line.qty_received, line.unit_cost
  from transfers as transfer
  join transfer_lines as line on line.transfer_id = transfer.id and line._deleted_at is null
  where transfer._deleted_at is null and transfer.received_at is not null
),
-- What is still to come on open orders, as of now. A pending order is not an order yet.
on_order as (
  select ordered.receive_at_location_id as location_id, line.item_id,
         greatest(line.qty - coalesce(line.qty_received, 0), 0) as qty, line.unit_cost
  from purchase_orders as ordered
  join purchase_order_lines as line on line.order_id = ordered.id and line._deleted_at is null
  where ordered._deleted_at is null and ordered.status = 'open'
),
documented as (
  select location_id, item_id, figure, qty, unit_cost
  from moved
  left join place on place.id = moved.location_id
  -- The span of days in any zone first, which needs no calendar.
  where moved.at >= $1::date - 1 and moved.at < $2::date + 2
    and (moved.at at time zone coalesce(place.zone, $4::text))::date between $1::date and $2::date
  union all
  select location_id, item_id, 'on_order', qty, unit_cost from on_order
  union all
  -- Whatever changed stock, by any paper or none: what the movements above must amount to.
  select change.location_id, change.item_id, 'changed', change.delta_qty, change.unit_cost
  from inventory_transactions as change
  left join place on place.id = change.location_id
  where change._deleted_at is null and change.delta_qty <> 0
    and change.created_at >= $1::date - 1 and change.created_at < $2::date + 2
    and (change.created_at at time zone coalesce(place.zone, $4::text))::date between $1::date and $2::date
),
fact as (
  select coalesce(place.number, '') as location,
         coalesce(good.public_id, case when good.id is null then '#' || documented.item_id end, '') as item,
         figure,
         sum(coalesce(qty, 0)) as units,
         sum(coalesce(qty, 0) * coalesce(unit_cost, 0)) as cost,
         -- At the price of today, as Heartland values stock; no price is nothing.
         sum(coalesce(qty, 0) * coalesce(good.price, 0)) as retail
  from documented
  left join place on place.id = documented.location_id
  left join items as good on good.id = documented.item_id
  group by 1, 2, 3
  union all
  select sold.location_number, sold.item_number, 'sold',
         sum(coalesce(sold.net_qty_sold, 0)),
         sum(coalesce(sold.net_sales, 0) - coalesce(margin.net_margin, sold.net_sales, 0)),
         sum(coalesce(sold.net_sales, 0))
  from :"sales" as sold
  left join :"margins" as margin using (business_date, location_number, item_number)
  where business_date between $1::date and $2::date
  group by 1, 2
  union all
  select location_number, item_number, 'markdowns', 0, 0, sum(coalesce(net_markdowns, 0))
  from :"sales"
  where business_date between $1::date and $2::date
  group by 1, 2
  union all
  select location_number, item_number, case as_of_date when $2::date then 'end' else 'begin' end,
         coalesce(stock.:"units", 0), coalesce(valued.:"cost", 0), coalesce(stock.:"retail", 0)
  from inventory_daily as stock
  full join inventory_cost_daily as valued using (as_of_date, location_number, item_number)
  where as_of_date in ($3::date, $2::date)
)
select fact.location, fact.item, coalesce(class.code, ''), fact.figure, fact.units, fact.cost, fact.retail
from fact
left join class on class.item = fact.item
where fact.units <> 0 or fact.cost <> 0 or fact.retail <> 0
