-- Whether run $1 put bad rows of slice $2 of the tables $3 into quarantine that are not there from an earlier run.
select exists (
  select from _quarantine as now
  where now.run_id = $1 and now.slice = $2 and now.stream = any($3::text[])
    and not exists (
      select from _quarantine as earlier
      where earlier.run_id < $1 and earlier.stream = now.stream and earlier.content::text = now.content::text
    )
) as has
