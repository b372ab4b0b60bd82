-- The settings as one row, for the views below.
create or replace view _setting as
select max(value #>> '{}') filter (where name = 'timezone')         as timezone,
       max(value #>> '{}') filter (where name = 'upc_field')        as upc_field,
       max(value #>> '{}') filter (where name = 'class_code_field') as class_code_field
from _settings;
comment on view _setting is 'The settings of this merchant that the views use, as one row';
comment on column _setting.timezone is 'Time zone of the business dates';
comment on column _setting.upc_field is 'Where an item’s UPC is: public_id, or custom@ and the key of a custom field';
comment on column _setting.class_code_field is 'The custom field with the class code, as custom@class_code';

-- Of a location the last pull counts, whatever the clock said when it was made.
create or replace view data_as_of_by_location as
select location.id as location_id,
       location.public_id as location_number,
       location.name as location,
       pulled.started_at as stock_as_of
from locations as location
left join (select distinct on (slice) slice, started_at
           from _run_streams
           where stream = 'inventory_values' and status = 'complete'
           order by slice, run_id desc) as pulled on pulled.slice = location.id::text
where location._deleted_at is null;
comment on view data_as_of_by_location is 'How current the stock of each location is';
comment on column data_as_of_by_location.location_id is 'Location';
comment on column data_as_of_by_location.location_number is 'Location number';
comment on column data_as_of_by_location.location is 'Name of the location';
comment on column data_as_of_by_location.stock_as_of is 'When its stock was last pulled completely; null where it never was';

create or replace view data_as_of as
select case when count(*) = count(stock_as_of) then min(stock_as_of) end as stock_as_of,
       (coalesce(min(stock_as_of), now()) at time zone (select timezone from _setting))::date as business_date
from data_as_of_by_location;
comment on view data_as_of is 'How current the warehouse is: all stock is as of this moment or later';
comment on column data_as_of.stock_as_of is 'When the stock was pulled of the location whose pull is the oldest; null where that of one never was';
comment on column data_as_of.business_date is 'The merchant’s own date at the oldest of the pulls that there were';
