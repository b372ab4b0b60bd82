-- What the stores of the feed sold, piece by piece as the tills have it. Returns are negative.
create temporary view locally_sales as
select locally_stores.locally_id, locally_items.upc, tickets.completed_at, ticket_lines.qty
from ticket_lines
join tickets on tickets.id = ticket_lines.sales_transaction_id and tickets._deleted_at is null
join locally_stores on locally_stores.location_id = tickets.source_location_id
join locally_items on locally_items.item_id = ticket_lines.item_id and locally_items.upc is not null
where ticket_lines._deleted_at is null and ticket_lines.type = 'ItemLine' and tickets.status = 'complete'
