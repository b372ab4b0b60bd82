-- $1 how many, or null for all; $2 the number of one, or null. The latest first; `there` says whether the bytes are kept.
select e.export_id::text as export_id, e.run_id::text as run_id, e.kind, e.period, e.status, e.made_at, e.delivered_at,
       (select coalesce(jsonb_agg(jsonb_build_object('name', f.name, 'bytes', f.bytes, 'sha256', f.sha256,
                                                     'rows', f.row_count) order by f.name), '[]')
        from _export_files as f where f.export_id = e.export_id) as files,
       exists (select from _export_chunks as c where c.export_id = e.export_id) as there
from _exports as e
where $2::bigint is null or e.export_id = $2
order by e.export_id desc
limit $1
