-- One row a line of a completed ticket or invoice in the feed's stores. Returns are negative.
create temporary view locally_sales as
select locally_stores.locally_id, locally_items.upc, sold.completed_at, sold.qty
from (
  select tickets.source_location_id, tickets.completed_at,
         ticket_lines.item_id, ticket_lines.qty
  from ticket_lines
  join tickets
    on tickets.id = ticket_lines.sales_transaction_id and tickets._deleted_at is null
  where ticket_lines._deleted_at is null
    and ticket_lines.type = 'ItemLine'
    and tickets.status = 'complete'
  union all
  select invoices.source_location_id, invoices.completed_at,
         invoice_lines.item_id, invoice_lines.qty
  from invoice_lines
  join invoices
    on invoices.id = invoice_lines.sales_transaction_id and invoices._deleted_at is null
  where invoice_lines._deleted_at is null
    and invoice_lines.type = 'ItemLine'
    and invoices.status = 'complete'
) as sold
join locally_stores on locally_stores.location_id = sold.source_location_id
join locally_items on locally_items.item_id = sold.item_id and locally_items.upc is not null
