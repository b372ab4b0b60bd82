-- Items that cannot be reported by class, or that Locally cannot list.
create or replace view items_missing_codes as
select item.item_id,
       item.item_number,
       item.description,
       item.vendor_number,
       item.vendor,
       item.active,
       item.class_code,
       item.class_code is null as is_class_code_missing,
       item.class_code is not null and listed.codes is not null and not listed.codes ? item.class_code as is_class_code_unknown,
       item.upc is null as is_upc_missing,
       coalesce(held.qty_on_hand, 0) as qty_on_hand,
       case when held.item_id is null then 0.00 else round(held.cost_on_hand, 2) end as cost_on_hand
from item_master as item
left join _settings as setting on setting.name = 'class_codes'
cross join lateral (select case when jsonb_typeof(setting.value) = 'array' then setting.value end as codes) as listed
left join (select item_id, sum(qty_on_hand) as qty_on_hand, case when bool_and(qty_on_hand = 0 or cost_on_hand is not null) then coalesce(sum(cost_on_hand), 0) end as cost_on_hand
           from stock group by item_id) as held on held.item_id = item.item_id
where item.class_code is null
   or item.upc is null
   or (listed.codes is not null and not listed.codes ? item.class_code);
comment on view items_missing_codes is 'Items without a class code or without a UPC, and items whose class code is not on the list of the configuration';
comment on column items_missing_codes.item_id is 'Item';
comment on column items_missing_codes.item_number is 'Item number';
comment on column items_missing_codes.description is 'Short description';
comment on column items_missing_codes.vendor_number is 'Vendor number';
comment on column items_missing_codes.vendor is 'Name of the vendor';
comment on column items_missing_codes.active is 'Whether it is in use';
comment on column items_missing_codes.class_code is 'Class code as it is written';
comment on column items_missing_codes.is_class_code_missing is 'Whether there is no class code';
comment on column items_missing_codes.is_class_code_unknown is 'Whether the class code is not one of management_one.class_codes';
comment on column items_missing_codes.is_upc_missing is 'Whether there is no UPC';
comment on column items_missing_codes.qty_on_hand is 'Units on hand, all locations together';
comment on column items_missing_codes.cost_on_hand is 'Their average cost; null where it is not known';
