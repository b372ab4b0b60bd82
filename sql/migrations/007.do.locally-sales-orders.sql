create table locally_sales_orders (
  order_id       text primary key references locally_orders on delete cascade,
  claimed_at     timestamptz not null,
  sales_order_id bigint unique,
  completed_at   timestamptz,
  problem        text
);
comment on table locally_sales_orders is 'Sales orders made in Heartland for Locally orders: at most one each';
comment on column locally_sales_orders.claimed_at is 'Written before Heartland is asked, so that a lost answer is found out and never repeated blindly';
comment on column locally_sales_orders.sales_order_id is 'Heartland''s number; null while it is not known whether it was made';
comment on column locally_sales_orders.completed_at is 'When all its lines were in';
