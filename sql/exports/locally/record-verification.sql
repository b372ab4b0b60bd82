-- $1 feed, $2 stores, $3 agree, $4 differ, $5 unknown (each in the order of the stores),
-- $6 problem or null, $7 when.
insert into _locally_verifications as verified
  (export_id, locally_id, asked_at, agrees, differs, unknown, problem)
select $1::bigint, store.locally_id, $7, store.agrees, store.differs, store.unknown, $6
from unnest($2::text[], $3::int[], $4::int[], $5::int[])
  as store (locally_id, agrees, differs, unknown)
on conflict (export_id, locally_id) do update
   set asked_at = excluded.asked_at, agrees = excluded.agrees, differs = excluded.differs,
       unknown = excluded.unknown, problem = excluded.problem
