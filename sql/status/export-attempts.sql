-- What there is of each export since it was switched on, and of every older month that was tried: the last attempt of each
-- period, and whether any attempt was delivered.
select since.kind,
       since.since::text as since,
       coalesce(jsonb_agg(jsonb_build_object('period', period.period, 'delivered', period.delivered,
                                             'status', period.status, 'message', period.message)
                          order by period.period)
                  filter (where period.period is not null), '[]') as attempts
from _export_since as since
left join lateral (
  select distinct on (tried.period)
         tried.period,
         bool_or(tried.status = 'delivered') over (partition by tried.period) as delivered,
         tried.status,
         tried.message
  from _exports as tried
  where tried.kind = since.kind
    and (tried.kind <> 'locally' or tried.period >= since.since::text)
    and tried.status <> 'saved'
  order by tried.period, tried.export_id desc
) as period on true
group by since.kind, since.since
order by since.kind
