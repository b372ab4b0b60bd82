-- What the views for analysts need: the merchant's settings, the earlier versions of items, and a plan to buy against.

create table _settings (
  name  text  primary key,
  value jsonb not null
);
comment on table _settings is 'What the views take from the configuration; written anew whenever it changes';
comment on column _settings.name is 'timezone, upc_field, class_code_field, class_codes';
comment on column _settings.value is 'Its value, as configured';

create table _views (
  file         text        primary key,
  sha256       text        not null,
  views        text[]      not null,
  applied_at   timestamptz not null default now(),
  kept_because text
);
comment on table _views is 'The files of views that were applied, so that only a changed one is applied again';
comment on column _views.file is 'Name of the file in sql/views';
comment on column _views.sha256 is 'Digest of its text';
comment on column _views.views is 'The views it makes';
comment on column _views.applied_at is 'When it was applied';
comment on column _views.kept_because is 'Why it could not be applied: something of the merchant’s own depends on the older version, or a table is turned off';

create table _item_versions (
  item_id           bigint      not null,
  version_from      timestamptz not null,
  public_id         text,
  cost              numeric,
  price             numeric,
  original_price    numeric,
  custom            jsonb,
  primary_vendor_id bigint,
  is_deleted        boolean     not null,
  _run_id           bigint      not null,
  _loaded_at        timestamptz not null default now(),
  primary key (item_id, version_from)
);
comment on table _item_versions is 'Every version of an item’s price, cost, number, vendor and custom fields that was seen; the view item_history reads it';
comment on column _item_versions.item_id is 'Item';
comment on column _item_versions.version_from is 'From when it held: Heartland’s time of the change where it says so, else when it was seen';
comment on column _item_versions.public_id is 'Item number';
comment on column _item_versions.cost is 'Default purchase cost';
comment on column _item_versions.price is 'Current price';
comment on column _item_versions.original_price is 'Price before permanent markdowns';
comment on column _item_versions.custom is 'Custom fields, whole: which of them holds the class code may be configured later';
comment on column _item_versions.primary_vendor_id is 'Vendor it is usually bought from';
comment on column _item_versions.is_deleted is 'Whether Heartland no longer held the item';
comment on column _item_versions._run_id is 'Run that saw it';
comment on column _item_versions._loaded_at is 'When it was written here';

create table open_to_buy_plan (
  month             date    not null check (extract(day from month) = 1),
  class_code        text    not null,
  planned_sales     numeric not null check (planned_sales >= 0),
  planned_markdowns numeric not null default 0 check (planned_markdowns >= 0),
  planned_end_stock numeric not null check (planned_end_stock >= 0),
  primary key (month, class_code)
);
comment on table open_to_buy_plan is 'The plan that open_to_buy measures against. Yours to fill: Tillstream never writes to it';
comment on column open_to_buy_plan.month is 'First day of the month';
comment on column open_to_buy_plan.class_code is 'Class code';
comment on column open_to_buy_plan.planned_sales is 'Net sales planned for the whole month';
comment on column open_to_buy_plan.planned_markdowns is 'Markdowns planned for the whole month';
comment on column open_to_buy_plan.planned_end_stock is 'Stock wanted at the end of the month, at retail';
