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

create or replace view data_as_of as
select coalesce(max(pulled.started_at), now()) as stock_as_of,
       (coalesce(max(pulled.started_at), now()) at time zone (select timezone from _setting))::date as business_date
from _run_streams as pulled
where pulled.stream = 'inventory_values' and pulled.status = 'complete';
comment on view data_as_of is 'How current the warehouse is: the moment of the last complete pull of stock';
comment on column data_as_of.stock_as_of is 'When stock was last pulled';
comment on column data_as_of.business_date is 'The merchant’s own date at that moment';
