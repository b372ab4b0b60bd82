-- The status of each kind and period. A delivered export stays delivered, whatever happened later; `later` is the status of
-- the last attempt, if it differs.
select kind, period, status, made_at, delivered_at, message, rows,
       nullif(latest_status, status) as later
from (
  select distinct on (kind, period)
         export_id, kind, period, status, made_at, delivered_at, message,
         (select coalesce(sum(row_count), 0)::int from _export_files as f where f.export_id = e.export_id) as rows,
         first_value(status) over (partition by kind, period order by export_id desc) as latest_status
  from _exports as e
  where made_at > now() - interval '400 days'
  order by kind, period desc, (status = 'delivered') desc, export_id desc
) as standing
where kind <> 'locally' or period > (now() - interval '14 days')::date::text
order by kind, period desc
