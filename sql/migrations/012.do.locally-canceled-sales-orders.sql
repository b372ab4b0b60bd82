-- A sales order that was made for a Locally order may be cancelled when that ends, if it is still as it was made.
alter table locally_sales_orders add column made jsonb, add column canceled_at timestamptz;
comment on column locally_sales_orders.made is 'What Heartland was asked to make: customer, station, location, and the lines so far';
comment on column locally_sales_orders.canceled_at is 'When Heartland said that it is canceled';
