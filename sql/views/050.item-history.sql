-- Each version of an item's price, cost and class code, and from when to when it held. _item_versions is written by a
-- trigger on items: once a statement, for the rows whose values changed, in the transaction that changed them. A row
-- that a sync leaves alone writes nothing.
create or replace function _keep_item_versions() returns trigger
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  -- The schema of the table, as it is called today: a name that was written down here would outlive a rename. It holds
  -- until the function ends.
  perform set_config('search_path', quote_ident(tg_table_schema), true);
  if tg_op = 'INSERT' then
    insert into _item_versions (item_id, version_from, public_id, cost, price, original_price, custom,
                                primary_vendor_id, is_deleted, _run_id)
    select item.id,
           case when latest.version_from is null then coalesce(item.updated_at, item.created_at, clock_timestamp())
                else greatest(clock_timestamp(), latest.version_from + interval '1 microsecond') end,
           item.public_id, item.cost, item.price, item.original_price, item.custom, item.primary_vendor_id,
           item._deleted_at is not null, item._run_id
    from added as item
    left join lateral (select max(known.version_from) as version_from
                       from _item_versions as known where known.item_id = item.id) as latest on true;
  else
    -- Heartland's own time of the change, where it is later than that of the version before; a change that it did not
    -- date, or a deletion, is dated when it was seen.
    insert into _item_versions (item_id, version_from, public_id, cost, price, original_price, custom,
                                primary_vendor_id, is_deleted, _run_id)
    select item.id,
           case when item.updated_at > latest.version_from and item._deleted_at is null then item.updated_at
                else greatest(clock_timestamp(), latest.version_from + interval '1 microsecond') end,
           item.public_id, item.cost, item.price, item.original_price, item.custom, item.primary_vendor_id,
           item._deleted_at is not null, item._run_id
    from changed as item
    join unchanged as before on before.id = item.id
    left join lateral (select max(known.version_from) as version_from
                       from _item_versions as known where known.item_id = item.id) as latest on true
    where (item.public_id, item.cost, item.price, item.original_price, item.custom, item.primary_vendor_id,
           item._deleted_at is not null)
          is distinct from
          (before.public_id, before.cost, before.price, before.original_price, before.custom, before.primary_vendor_id,
           before._deleted_at is not null);
  end if;
  return null;
end
$$;
comment on function _keep_item_versions() is 'Writes _item_versions when items change';

create or replace trigger keep_added_versions after insert on items
  referencing new table as added for each statement execute function _keep_item_versions();
create or replace trigger keep_changed_versions after update on items
  referencing old table as unchanged new table as changed for each statement execute function _keep_item_versions();

-- Items that existed before their versions were recorded.
insert into _item_versions (item_id, version_from, public_id, cost, price, original_price, custom, primary_vendor_id,
                            is_deleted, _run_id)
select id, coalesce(updated_at, created_at, _loaded_at), public_id, cost, price, original_price, custom,
       primary_vendor_id, _deleted_at is not null, _run_id
from items
where not exists (select from _item_versions as known where known.item_id = items.id);

create or replace view item_history as
with worded as (
  select version.*,
         case when version.custom ->> substr(setting.class_code_field, 8) ~ '\S'
              then version.custom ->> substr(setting.class_code_field, 8) end as class_code
  from _item_versions as version
  cross join _setting as setting
),
compared as (
  select worded.*,
         lag(worded.version_from) over in_order is null
           or worded.public_id      is distinct from lag(worded.public_id) over in_order
           or worded.cost           is distinct from lag(worded.cost) over in_order
           or worded.price          is distinct from lag(worded.price) over in_order
           or worded.original_price is distinct from lag(worded.original_price) over in_order
           or worded.class_code     is distinct from lag(worded.class_code) over in_order
           or worded.is_deleted     is distinct from lag(worded.is_deleted) over in_order as is_different
  from worded
  window in_order as (partition by worded.item_id order by worded.version_from)
)
select compared.item_id,
       compared.public_id as item_number,
       compared.version_from as valid_from,
       lead(compared.version_from) over in_order as valid_to,
       compared.price,
       compared.cost,
       compared.original_price,
       compared.class_code,
       compared.is_deleted,
       row_number() over in_order as version
from compared
where compared.is_different
window in_order as (partition by compared.item_id order by compared.version_from);
comment on view item_history is 'Price, cost and class code of each item over time: one row for each time that one of them was different';
comment on column item_history.item_id is 'Item';
comment on column item_history.item_number is 'Item number';
comment on column item_history.valid_from is 'From when it held; of the first version, the last change before Tillstream knew the item';
comment on column item_history.valid_to is 'Until when it held, not included; null for the version of today';
comment on column item_history.price is 'Price then';
comment on column item_history.cost is 'Default purchase cost then';
comment on column item_history.original_price is 'Price before permanent markdowns then';
comment on column item_history.class_code is 'Class code then';
comment on column item_history.is_deleted is 'Whether Heartland no longer held the item';
comment on column item_history.version is '1 for the first version that is known';

create or replace function items_as_of(moment timestamptz)
returns table (item_id bigint, item_number text, price numeric, cost numeric, original_price numeric, class_code text,
               is_known boolean)
language sql stable
-- Not as a text: what it names is bound now, and stays so when the schema is renamed.
begin atomic
  select distinct on (item_id) item_id, item_number, price, cost, original_price, class_code, valid_from <= moment
  from item_history
  where not is_deleted and (valid_to > moment or valid_to is null) and (valid_from <= moment or version = 1)
  order by item_id, valid_from;
end;
comment on function items_as_of(timestamptz) is
  'The items as they were at a moment. is_known is false where the item’s first known version is later than that: then it is that one';
