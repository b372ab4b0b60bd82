-- Items with their class code and UPC, wherever the merchant keeps them. Class codes are compared as they are
-- written, as Heartland's own reports do: " 110" and "110" are two classes until someone fixes one.
create or replace view item_master as
select items.id as item_id,
       items.public_id as item_number,
       items.description,
       case when items.custom ->> substr(setting.class_code_field, 8) ~ '\S'
            then items.custom ->> substr(setting.class_code_field, 8) end as class_code,
       case when setting.upc_field = 'public_id' then nullif(trim(items.public_id), '')
            else nullif(trim(items.custom ->> substr(setting.upc_field, 8)), '') end as upc,
       items.primary_vendor_id as vendor_id,
       vendors.public_id as vendor_number,
       vendors.name as vendor,
       items.cost,
       items.price,
       items.original_price,
       items.active,
       items.custom,
       items.created_at,
       items.updated_at
from items
cross join _setting as setting
left join vendors on vendors.id = items.primary_vendor_id
where items._deleted_at is null;
comment on view item_master is 'The items that Heartland holds now, with class code, UPC and vendor';
comment on column item_master.item_id is 'Heartland’s internal number';
comment on column item_master.item_number is 'Item number';
comment on column item_master.description is 'Short description';
comment on column item_master.class_code is 'Class code as it is written in Heartland; null where it is missing, empty or only spaces';
comment on column item_master.upc is 'UPC as it is written in Heartland, spaces around it taken off; null where there is none';
comment on column item_master.vendor_id is 'Vendor it is usually bought from';
comment on column item_master.vendor_number is 'That vendor’s number';
comment on column item_master.vendor is 'That vendor’s name';
comment on column item_master.cost is 'Default purchase cost';
comment on column item_master.price is 'Current price';
comment on column item_master.original_price is 'Price before permanent markdowns';
comment on column item_master.active is 'Whether it is in use';
comment on column item_master.custom is 'Custom fields';
comment on column item_master.created_at is 'When the item was made';
comment on column item_master.updated_at is 'When the item last changed';

-- Reports name items by number. A number that was given to a second item after the first was deleted is the
-- second's; what a deleted item sold still has its class.
create or replace view _item_of_number as
select distinct on (items.public_id)
       items.public_id as item_number,
       items.id as item_id,
       items.description,
       case when items.custom ->> substr(setting.class_code_field, 8) ~ '\S'
            then items.custom ->> substr(setting.class_code_field, 8) end as class_code,
       items.primary_vendor_id as vendor_id,
       vendors.public_id as vendor_number,
       vendors.name as vendor,
       items.price
from items
cross join _setting as setting
left join vendors on vendors.id = items.primary_vendor_id
order by items.public_id, items._deleted_at desc nulls first, items.id desc;
comment on view _item_of_number is 'The item behind each item number; deleted items too, where nothing else has their number';
comment on column _item_of_number.item_number is 'Item number';
comment on column _item_of_number.item_id is 'Heartland’s internal number';
comment on column _item_of_number.description is 'Short description';
comment on column _item_of_number.class_code is 'Class code';
comment on column _item_of_number.vendor_id is 'Vendor it is usually bought from';
comment on column _item_of_number.vendor_number is 'That vendor’s number';
comment on column _item_of_number.vendor is 'That vendor’s name';
comment on column _item_of_number.price is 'Current price';

create or replace view _location_of_number as
select distinct on (public_id) public_id as location_number, id as location_id, name as location
from locations
order by public_id, _deleted_at desc nulls first, id desc;
comment on view _location_of_number is 'The location behind each location number';
comment on column _location_of_number.location_number is 'Location number';
comment on column _location_of_number.location_id is 'Heartland’s internal number';
comment on column _location_of_number.location is 'Name of the location';
