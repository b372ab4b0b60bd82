-- What is still to come: open purchase orders alone, never pending ones. Heartland sorts them by the month of the
-- last day that the vendor may ship (PO end-ship date, SUP-1214174).
create or replace view open_order_lines as
select date_trunc('month', orders.end_shipments_at)::date as delivery_month,
       orders.id as order_id,
       orders.public_id as order_number,
       orders.end_shipments_at,
       location.public_id as location_number,
       location.name as location,
       vendor.public_id as vendor_number,
       vendor.name as vendor,
       line.item_id,
       item.item_number,
       item.description,
       item.class_code,
       greatest(line.qty - coalesce(line.qty_received, 0), 0) as open_qty,
       line.unit_cost,
       greatest(line.qty - coalesce(line.qty_received, 0), 0) * line.unit_cost as open_cost,
       greatest(line.qty - coalesce(line.qty_received, 0), 0) * item.price     as open_retail
from purchase_orders as orders
join purchase_order_lines as line on line.order_id = orders.id and line._deleted_at is null
left join locations as location on location.id = orders.receive_at_location_id
left join vendors as vendor on vendor.id = orders.vendor_id
left join item_master as item on item.item_id = line.item_id
where orders._deleted_at is null
  and orders.status = 'open'
  and line.qty > coalesce(line.qty_received, 0);
comment on view open_order_lines is 'Each line of an open purchase order that is not filled yet';
comment on column open_order_lines.delivery_month is 'Month of the last day that the vendor may ship; null where the order names none';
comment on column open_order_lines.order_id is 'Purchase order';
comment on column open_order_lines.order_number is 'Order number';
comment on column open_order_lines.end_shipments_at is 'Last day that the vendor may ship';
comment on column open_order_lines.location_number is 'Location it is to be received at; null where the order names none';
comment on column open_order_lines.location is 'Name of that location';
comment on column open_order_lines.vendor_number is 'Vendor number';
comment on column open_order_lines.vendor is 'Name of the vendor';
comment on column open_order_lines.item_id is 'Item';
comment on column open_order_lines.item_number is 'Item number';
comment on column open_order_lines.description is 'Short description';
comment on column open_order_lines.class_code is 'Class code of the item today';
comment on column open_order_lines.open_qty is 'Units ordered less units received';
comment on column open_order_lines.unit_cost is 'Cost of one unit';
comment on column open_order_lines.open_cost is 'Open units at that cost';
comment on column open_order_lines.open_retail is 'Open units at the current price; null where the item has no price';

create or replace view open_orders_by_month as
select delivery_month,
       location_number,
       location,
       vendor_number,
       vendor,
       class_code,
       count(distinct order_id)  as orders,
       trim_scale(sum(open_qty)) as open_qty,
       case when count(*) = count(open_cost) then round(sum(open_cost), 2) end as open_cost,
       round(sum(open_retail), 2) as open_retail,
       trim_scale(coalesce(sum(open_qty) filter (where open_retail is null), 0)) as open_qty_without_price
from open_order_lines
group by delivery_month, location_number, location, vendor_number, vendor, class_code;
comment on view open_orders_by_month is 'What is still to come on open purchase orders, by the month it should be delivered in';
comment on column open_orders_by_month.delivery_month is 'Month of the last day that the vendor may ship';
comment on column open_orders_by_month.location_number is 'Location it is to be received at; null where the order names none';
comment on column open_orders_by_month.location is 'Name of that location';
comment on column open_orders_by_month.vendor_number is 'Vendor number';
comment on column open_orders_by_month.vendor is 'Name of the vendor';
comment on column open_orders_by_month.class_code is 'Class code of the item today';
comment on column open_orders_by_month.orders is 'Number of purchase orders; one with several classes counts in each';
comment on column open_orders_by_month.open_qty is 'Units still to come';
comment on column open_orders_by_month.open_cost is 'Their cost on the order; null where that of any of them is not known';
comment on column open_orders_by_month.open_retail is 'Their retail value at current prices; items without a price are not in it';
comment on column open_orders_by_month.open_qty_without_price is 'Units still to come of items without a price, which are not in open_retail';
