-- $1 key of the custom field that holds the UPC; null where the item number is the UPC.
-- The feed's filter is appended to the conditions; its values are parameters from $2 on.
declare locally_item_master no scroll cursor for
select id::text as item_id,
       case when $1::text is null then public_id else custom ->> $1::text end as upc
from items
where _deleted_at is null
