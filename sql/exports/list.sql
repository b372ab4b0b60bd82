-- One row an export, the latest first.
-- $1 kind, $2 number, $3 period, $4 statuses: each null for any; $5 most rows.
-- $6 whether totals, checks, problems and receipts are read too: megabytes for a large merchant.
select e.export_id, e.run_id, e.kind, e.period, e.status, e.made_at, e.delivered_at, e.message,
       (select coalesce(jsonb_agg(
                 jsonb_build_object(
                   'name', f.name, 'bytes', f.bytes, 'sha256', f.sha256, 'rows', f.row_count
                 ) order by f.name
               ), '[]')
        from _export_files as f where f.export_id = e.export_id) as files,
       exists (select from _export_chunks as c where c.export_id = e.export_id) as has_bytes,
       case when $6::boolean then e.totals end as totals,
       case when $6 then e.checks end as checks,
       case when $6 then e.problems end as problems,
       case when $6 then e.receipts end as receipts
from _exports as e
where ($1::text is null or e.kind = $1)
  and ($2::bigint is null or e.export_id = $2)
  and ($3::text is null or e.period = $3)
  and ($4::text[] is null or e.status = any($4))
order by e.export_id desc
limit $5
