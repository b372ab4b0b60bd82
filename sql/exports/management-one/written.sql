-- What each column of the file must sum to: every location and class rounded to two decimals, as it is written.
-- $1 location numbers in Heartland that are exported, $2 what Management One calls each
-- $3 class codes as items have them, $4 the class that each counts under
select metric, sum(round(amount, 2)) as amount
from (
  select their.number, class.into_code, part.metric, sum(part.amount) as amount
  from _month_facts as fact
  join unnest($1::text[], $2::text[]) as their (location, number) on their.location = fact.location
  join unnest($3::text[], $4::text[]) as class (code, into_code) on class.code = fact.code
  cross join lateral (values (figure || '_units', units), (figure || '_cost', cost), (figure || '_retail', retail))
    as part (metric, amount)
  group by 1, 2, 3
) as cell
group by metric
