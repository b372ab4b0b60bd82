-- One row a UPC: the stock of the stores together.
-- $1 Locally store ids, $2 percent, $3 shipping, $4 country.
declare locally_products no scroll cursor for
select upc, sum(floor(greatest(qty, 0)))::text as qty,
       $2::text as percent, trim_scale($3::numeric)::text as shipping, $4::text as country
from locally_stock
where locally_id = any(coalesce($1::text[], array[locally_id]))
group by upc
order by upc
