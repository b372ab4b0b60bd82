-- Records since when the configuration has these exports ($1), as of the day $2; those that it no longer has are removed,
-- so that an export that is switched on again counts from then.
with removed as (
  delete from _export_since where kind <> all($1::text[])
)
insert into _export_since (kind, since)
select configured, $2::date from unnest($1::text[]) as configured
on conflict (kind) do nothing
