-- Items whose stock Heartland values at another price than the item has: price lists of a location, or a price that
-- changed between the two questions.
select fact.item, count(*)::int as places, sum(fact.units * coalesce(good.price, 0) - fact.retail) as difference
from _month_facts as fact
join lateral (
  select price from items where public_id = fact.item order by (_deleted_at is null) desc, id desc limit 1
) as good on true
where fact.figure in ('begin', 'end') and round(fact.units * coalesce(good.price, 0) - fact.retail, 2) <> 0
group by fact.item
order by abs(sum(fact.units * coalesce(good.price, 0) - fact.retail)) desc, fact.item collate "C"
