-- Whether a table has rows of an item that was found merged or deleted after run $1.
select exists (select
               from items
               join :"table" as held on held.item_id = items.id
               where items._deleted_at is not null
                 and items._run_id > $1::bigint) as has
