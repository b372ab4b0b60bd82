-- One row a product of the feed, with the details for its page. Where items share a UPC: those of
-- the active one with the lowest price.
declare locally_products no scroll cursor for
select distinct on (sent.upc)
       sent.upc,
       items.public_id as item_number,
       items.description as name,
       items.long_description as description,
       round(sent.price, 2)::text as price,
       items.custom
from locally_items as sent
join items on items.id = sent.item_id
where sent.upc is not null and sent.active
order by sent.upc, sent.price nulls last, items.id
