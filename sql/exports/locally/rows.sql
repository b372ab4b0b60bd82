-- One row a UPC: the lines of a store's file, sorted by UPC so that two feeds can be compared line
-- by line. The same pass counts them and records what changed for Locally. A product that Locally
-- has and the store no longer has is sent as 0. No cell needs quotes: digits, dots, and the
-- merchant's name where there is no store id.
-- store: Locally store id; before: products removed before this day are no longer sent.
copy (
  with line as materialized (
    select coalesce(stock.upc, listed.upc) as upc,
           floor(greatest(stock.qty, 0)) as qty,
           stock.price,
           stock.upc is null as is_removed,
           case when listed.upc is null then 'new'
                when stock.upc is null and listed.removed_since is null then 'removed'
                when stock.upc is not null and listed.removed_since is not null then 'back'
                when stock.upc is null and listed.removed_since < :'before'::date then 'over'
           end as change,
           stock.hidden
    from (
      select upc, qty, price, hidden from locally_stock where locally_id = :'store'
    ) as stock
    full join (
      select upc, removed_since from _locally_feed_products where locally_id = :'store'
    ) as listed on listed.upc = stock.upc
    order by 1
  ), counted as (
    insert into locally_made (locally_id, rows, units, removed_rows, wrong)
    select :'store', count(*),
           -- To Postgres NaN is greater than every number.
           coalesce(sum(qty) filter (where qty < 1e15), 0),
           count(*) filter (where is_removed),
           min(upc) filter (where greatest(qty, price) >= 1e15)
    from line
  ), noted as (
    insert into locally_noted (locally_id, upc, change, hidden)
    select :'store', upc, change, hidden
    from line
    where change is not null or hidden is not null
  )
  select :"columns" from (select :'store'::text as locally_id, upc, qty, price from line) as cells
) to stdout (format csv, delimiter :'delimiter')
