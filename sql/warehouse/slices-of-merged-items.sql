-- Slices with rows of an item that was found merged or deleted after the slice was last pulled.
-- $1 stream
select distinct held.:"slice"::text as slice
from items
join :"table" as held on held.item_number = items.public_id
join (select slice, max(run_id) as run_id
      from _run_streams
      where stream = $1 and status = 'complete'
      group by slice) as pulled on pulled.slice = held.:"slice"::text
where items._deleted_at is not null
  and items._run_id > pulled.run_id
