-- Grain: one row for each document of the month, or order that is open now, without a location or
-- whose location has no number. A document without a completion time counts where it may have been
-- completed in the month.
-- $1 first day, $2 last day, $3 time zone of the merchant
select document.kind, document.number, location.name as location
from (
  select 1 as rank, 'purchase order' as kind, id, coalesce(public_id, id::text) as number,
         receive_at_location_id as location_id
  from purchase_orders
  where _deleted_at is null and status = 'open'
    and exists (
      select from purchase_order_lines as line
      where line.order_id = purchase_orders.id and line._deleted_at is null
        and line.qty > coalesce(line.qty_received, 0)
    )
  union all
  select rank, kind, id, number, location_id
  from (
    select 2 as rank, 'receipt' as kind, receipt.id,
           coalesce(receipt.public_id, receipt.id::text) as number,
           coalesce(receipt.location_id, ordered.receive_at_location_id) as location_id,
           receipt.status, receipt.completed_at, receipt.created_at, receipt.updated_at,
           receipt._deleted_at
    from receipts as receipt
    left join purchase_orders as ordered on ordered.id = receipt.order_id
    union all
    select 3, 'vendor return', id, coalesce(public_id, id::text), location_id, status,
           completed_at, created_at, updated_at, _deleted_at
    from purchase_returns
    union all
    select 4, 'adjustment', id, id::text, location_id, status,
           completed_at, created_at, updated_at, _deleted_at
    from adjustment_sets
  ) as done
  where _deleted_at is null and coalesce(status, 'complete') in ('complete', 'accepted')
    and (coalesce(completed_at, created_at) at time zone $3::text)::date <= $2::date
    and (coalesce(completed_at, updated_at) at time zone $3::text)::date >= $1::date
  union all
  select 5, 'transfer', id, id::text, from_location_id
  from transfers
  where _deleted_at is null
    and (shipped_at at time zone $3::text)::date between $1::date and $2::date
  union all
  select 5, 'transfer', id, id::text, to_location_id
  from transfers
  where _deleted_at is null
    and (received_at at time zone $3::text)::date between $1::date and $2::date
) as document
left join locations as location on location.id = document.location_id
where coalesce(location.public_id, '') = ''
group by document.rank, document.kind, document.id, document.number, location.name
order by document.rank, document.id, location.name
