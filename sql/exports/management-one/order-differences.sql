-- Grain: one row for each open order whose lines do not sum to the order's own open totals.
select ordered.public_id as number, ordered.id,
       sum(line.open) - min(ordered.total_open_qty) as units,
       sum(line.open * coalesce(line.unit_cost, 0)) - min(ordered.total_open_cost) as cost
from purchase_orders as ordered
cross join lateral (
  select greatest(qty - coalesce(qty_received, 0), 0) as open, unit_cost
  from purchase_order_lines
  where order_id = ordered.id and _deleted_at is null
) as line
where ordered._deleted_at is null and ordered.status = 'open'
group by ordered.id
having round(sum(line.open) - min(ordered.total_open_qty), 2) <> 0
    or round(sum(line.open * coalesce(line.unit_cost, 0)) - min(ordered.total_open_cost), 2) <> 0
order by ordered.id
