-- Our figures beside those that Heartland summed itself: by location and class, by location, and in all. Of the first,
-- only those that differ.
-- $1 level (class, location, all), $2 locations, $3 class codes, $4 figures, $5 amounts as Heartland gives them; several of
-- one name are added up
-- $6 the figures that are compared, also where Heartland has none
select *
from (
  select level, location, code, metric, sum(ours) as ours, sum(theirs) as theirs, sum(ours) - sum(theirs) as difference
  from (
    select case when grouping(fact.code) = 0 then 'class' when grouping(fact.location) = 0 then 'location' else 'all' end
             as level,
           fact.location, fact.code, part.metric, sum(part.amount) as ours, 0::numeric as theirs
    from _month_facts as fact
    cross join lateral (values (figure || '_units', units), (figure || '_cost', cost), (figure || '_retail', retail))
      as part (metric, amount)
    -- What is on order nowhere is in no figure of Heartland's by location.
    where part.metric = any($6::text[]) and not (fact.figure = 'on_order' and fact.location = '')
    group by grouping sets ((fact.location, fact.code, part.metric), (fact.location, part.metric), (part.metric))
    union all
    select level, location, code, metric, 0, amount
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::numeric[])
      as theirs (level, location, code, metric, amount)
  ) as side
  group by level, location, code, metric
) as compared
where level <> 'class' or round(difference, 2) <> 0
order by metric, level, location collate "C", code collate "C"
