-- $1 Locally store id. The feed of a store, ordered by UPC so that two feeds can be compared line by line. What
-- Locally may still list and the store no longer has comes as a zero (is_gone).
declare locally_feed no scroll cursor for
select coalesce(there.upc, listed.upc) as upc,
       there.qty::text as qty,
       there.price::text as price,
       there.upc is null as is_gone
from (select upc, qty, price from locally_stock where locally_id = $1) as there
full join (select upc from _locally_listed where locally_id = $1) as listed on listed.upc = there.upc
order by 1
