-- The feed of a store as the lines of its file, ordered by UPC so that two feeds can be compared line by line; and in
-- the same pass its counts, and what changed for Locally. What Locally may still list and the store no longer has comes
-- as a zero. Nothing in a line needs quotes: digits, dots, and the merchant's name where there is no store id.
-- store: Locally store id; before: the first day that counts as gone for not too long.
copy (
  with line as materialized (
    select coalesce(there.upc, listed.upc) as upc,
           floor(greatest(there.qty, 0)) as qty,
           there.price,
           there.upc is null as is_gone,
           case when listed.upc is null then 'new'
                when there.upc is null and listed.gone_since is null then 'gone'
                when there.upc is not null and listed.gone_since is not null then 'back'
                when there.upc is null and listed.gone_since < :'before'::date then 'over' end as change,
           there.hidden
    from (select upc, qty, price, hidden from locally_stock where locally_id = :'store') as there
    full join (select upc, gone_since from _locally_feed_products where locally_id = :'store') as listed
      on listed.upc = there.upc
    order by 1
  ), counted as (
    insert into locally_made (locally_id, rows, units, gone_rows, wrong)
    select :'store', count(*),
           -- To Postgres NaN is greater than every number.
           coalesce(sum(qty) filter (where qty < 1e15), 0), count(*) filter (where is_gone),
           min(upc) filter (where greatest(qty, price) >= 1e15)
    from line
  ), noted as (
    insert into locally_noted (locally_id, upc, change, hidden)
    select :'store', upc, change, hidden from line where change is not null or hidden is not null
  )
  select :"columns" from (select :'store'::text as locally_id, upc, qty, price from line) as cells
) to stdout (format csv, delimiter :'delimiter')
