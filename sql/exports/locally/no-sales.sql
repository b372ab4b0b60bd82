-- locally_sales where tickets are not pulled: no sale closes an order, which holds its units back
-- until it ends.
create temporary view locally_sales as
select null::text as locally_id, null::text as upc, null::timestamptz as completed_at,
       null::numeric as qty
where false
