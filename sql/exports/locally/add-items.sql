-- One row an item. $1 item ids, $2 UPCs to send, $3 why there is none, $4 what was fixed in it;
-- $5 safety stock by item number and $6 by class code, $7 the custom field of the class code.
-- A price of zero or less is no price: sent, it would give the item away.
insert into locally_items (item_id, upc, refusal, fix, price, active, safety)
select items.id, read.upc, read.refusal, read.fix,
       case when items.price > 0 then items.price end,
       coalesce(items.active, true),
       coalesce(
         $5::jsonb ->> items.public_id,
         $6::jsonb ->> trim(items.custom ->> $7::text)
       )::integer
from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) as read (item_id, upc, refusal, fix)
join items on items.id = read.item_id
