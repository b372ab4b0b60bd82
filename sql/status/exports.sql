-- The last export of each kind and period that anybody would ask about.
select distinct on (kind, period)
       export_id, kind, period, status, made_at, delivered_at, message,
       (select coalesce(sum(row_count), 0)::text from _export_files as f where f.export_id = e.export_id) as rows
from _exports as e
where made_at > now() - interval '90 days'
order by kind, period desc, export_id desc
