-- The feed of a store as finished text, 2000 lines a row, ordered by UPC so that two feeds can be compared line by line.
-- $1 Locally store id, $2 what is between columns, $3 the line end. What Locally may still list and the store no longer
-- has comes as a zero. Nothing in a line needs quotes: digits, dots, and the merchant's name where there is no store id.
-- wrong: figures that are no number; then nothing of it may leave.
declare locally_feed no scroll cursor for
with line as (
  select row_number() over (order by coalesce(there.upc, listed.upc)) as place,
         $1::text as locally_id,
         coalesce(there.upc, listed.upc) as upc,
         coalesce(floor(greatest(there.qty, 0)), 0) as qty,
         there.price as amount,
         coalesce(round(there.price, 2)::text, '') as price,
         there.upc is null as is_gone
  from (select upc, qty, price from locally_stock where locally_id = $1) as there
  full join (select upc from _locally_listed where locally_id = $1) as listed on listed.upc = there.upc
)
select string_agg(concat_ws($2::text, :"columns") || $3::text, '' order by place) as text,
       count(*)::int as rows,
       sum(qty)::text as units,
       count(*) filter (where is_gone)::int as gone_rows,
       -- To Postgres NaN is greater than every number.
       min(upc) filter (where qty >= 1e15 or amount >= 1e15) as wrong
from line
group by (place - 1) / 2000
order by min(place)
