-- Stock as it was at the last pull (data_as_of says when). Cost is the average cost, retail the current price, as in
-- Heartland's own reports (SUP-94451). Stock of a deleted location or item is left out.
create or replace view stock as
select locations.id as location_id,
       locations.public_id as location_number,
       locations.name as location,
       held.item_id,
       item.item_number,
       item.description,
       item.class_code,
       item.vendor_number,
       item.vendor,
       held.qty_on_hand,
       held.qty_committed,
       held.qty_available,
       held.qty_in_transit,
       held.qty_on_po,
       held.unit_cost,
       item.price,
       held.qty_on_hand * held.unit_cost as cost_on_hand,
       held.qty_on_hand * item.price     as retail_on_hand
from inventory_values as held
join locations on locations.id = held.location_id and locations._deleted_at is null
left join item_master as item on item.item_id = held.item_id
where held._deleted_at is null
  and not exists (select from items as gone where gone.id = held.item_id and gone._deleted_at is not null);
comment on view stock is 'Stock of each item at each location, with its value';
comment on column stock.location_id is 'Location';
comment on column stock.location_number is 'Location number';
comment on column stock.location is 'Name of the location';
comment on column stock.item_id is 'Item';
comment on column stock.item_number is 'Item number';
comment on column stock.description is 'Short description';
comment on column stock.class_code is 'Class code of the item today';
comment on column stock.vendor_number is 'Number of the item’s vendor today';
comment on column stock.vendor is 'Name of that vendor';
comment on column stock.qty_on_hand is 'Units physically there; below zero where more was sold than booked in';
comment on column stock.qty_committed is 'Units promised to orders and layaways';
comment on column stock.qty_available is 'Units free for sale';
comment on column stock.qty_in_transit is 'Units on the way from another location';
comment on column stock.qty_on_po is 'Units on open purchase orders';
comment on column stock.unit_cost is 'Average cost of one unit, with all its decimals; null where the token may not see costs';
comment on column stock.price is 'Current price';
comment on column stock.cost_on_hand is 'Units on hand at average cost, not rounded';
comment on column stock.retail_on_hand is 'Units on hand at the current price; null where the item has no price';

create or replace view stock_by_location as
select stock.location_number,
       stock.location,
       trim_scale(sum(stock.qty_on_hand)) as qty_on_hand,
       trim_scale(sum(stock.qty_available)) as qty_available,
       trim_scale(sum(stock.qty_in_transit)) as qty_in_transit,
       trim_scale(sum(stock.qty_on_po)) as qty_on_po,
       case when bool_and(stock.qty_on_hand = 0 or stock.cost_on_hand is not null)
            then round(sum(stock.cost_on_hand), 2) end as cost_on_hand,
       round(sum(stock.retail_on_hand), 2) as retail_on_hand,
       trim_scale(coalesce(sum(stock.qty_on_hand) filter (where stock.retail_on_hand is null), 0)) as qty_without_price
from stock
group by stock.location_number, stock.location;
comment on view stock_by_location is 'Stock and its value at each location';
comment on column stock_by_location.location_number is 'Location number';
comment on column stock_by_location.location is 'Name of the location';
comment on column stock_by_location.qty_on_hand is 'Units physically there';
comment on column stock_by_location.qty_available is 'Units free for sale';
comment on column stock_by_location.qty_in_transit is 'Units on the way from another location';
comment on column stock_by_location.qty_on_po is 'Units on open purchase orders';
comment on column stock_by_location.cost_on_hand is 'Units on hand at average cost; null where that of any of them is not known';
comment on column stock_by_location.retail_on_hand is 'Units on hand at the current price; items without a price are not in it';
comment on column stock_by_location.qty_without_price is 'Units on hand of items without a price, which are not in retail_on_hand';

create or replace view stock_by_class as
select stock.location_number,
       stock.location,
       stock.class_code,
       trim_scale(sum(stock.qty_on_hand)) as qty_on_hand,
       trim_scale(sum(stock.qty_available)) as qty_available,
       trim_scale(sum(stock.qty_in_transit)) as qty_in_transit,
       trim_scale(sum(stock.qty_on_po)) as qty_on_po,
       case when bool_and(stock.qty_on_hand = 0 or stock.cost_on_hand is not null)
            then round(sum(stock.cost_on_hand), 2) end as cost_on_hand,
       round(sum(stock.retail_on_hand), 2) as retail_on_hand,
       trim_scale(coalesce(sum(stock.qty_on_hand) filter (where stock.retail_on_hand is null), 0)) as qty_without_price
from stock
group by stock.location_number, stock.location, stock.class_code;
comment on view stock_by_class is 'Stock and its value at each location and class';
comment on column stock_by_class.location_number is 'Location number';
comment on column stock_by_class.location is 'Name of the location';
comment on column stock_by_class.class_code is 'Class code of the item today';
comment on column stock_by_class.qty_on_hand is 'Units physically there';
comment on column stock_by_class.qty_available is 'Units free for sale';
comment on column stock_by_class.qty_in_transit is 'Units on the way from another location';
comment on column stock_by_class.qty_on_po is 'Units on open purchase orders';
comment on column stock_by_class.cost_on_hand is 'Units on hand at average cost; null where that of any of them is not known';
comment on column stock_by_class.retail_on_hand is 'Units on hand at the current price; items without a price are not in it';
comment on column stock_by_class.qty_without_price is 'Units on hand of items without a price, which are not in retail_on_hand';

create or replace view stock_by_vendor as
select stock.location_number,
       stock.location,
       stock.vendor_number,
       stock.vendor,
       trim_scale(sum(stock.qty_on_hand)) as qty_on_hand,
       trim_scale(sum(stock.qty_available)) as qty_available,
       trim_scale(sum(stock.qty_in_transit)) as qty_in_transit,
       trim_scale(sum(stock.qty_on_po)) as qty_on_po,
       case when bool_and(stock.qty_on_hand = 0 or stock.cost_on_hand is not null)
            then round(sum(stock.cost_on_hand), 2) end as cost_on_hand,
       round(sum(stock.retail_on_hand), 2) as retail_on_hand,
       trim_scale(coalesce(sum(stock.qty_on_hand) filter (where stock.retail_on_hand is null), 0)) as qty_without_price
from stock
group by stock.location_number, stock.location, stock.vendor_number, stock.vendor;
comment on view stock_by_vendor is 'Stock and its value at each location and vendor';
comment on column stock_by_vendor.location_number is 'Location number';
comment on column stock_by_vendor.location is 'Name of the location';
comment on column stock_by_vendor.vendor_number is 'Number of the item’s vendor today';
comment on column stock_by_vendor.vendor is 'Name of that vendor';
comment on column stock_by_vendor.qty_on_hand is 'Units physically there';
comment on column stock_by_vendor.qty_available is 'Units free for sale';
comment on column stock_by_vendor.qty_in_transit is 'Units on the way from another location';
comment on column stock_by_vendor.qty_on_po is 'Units on open purchase orders';
comment on column stock_by_vendor.cost_on_hand is 'Units on hand at average cost; null where that of any of them is not known';
comment on column stock_by_vendor.retail_on_hand is 'Units on hand at the current price; items without a price are not in it';
comment on column stock_by_vendor.qty_without_price is 'Units on hand of items without a price, which are not in retail_on_hand';
