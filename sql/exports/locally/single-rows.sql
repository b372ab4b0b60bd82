-- Finds the items whose stock in a store is more than one row, or that an order waits for.
update locally_items
   set is_alone = false
 where exists (select from locally_stores group by locally_id having count(*) > 1)
    or upc in (select upc from locally_items where upc is not null group by upc having count(*) > 1)
    or upc in (select upc from locally_promised)
