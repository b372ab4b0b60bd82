-- $1 Locally store id, $2 the day: sent as zero for long enough.
delete from _locally_listed as listed
where listed.locally_id = $1
  and listed.gone_since < $2::date
  and not exists (select from locally_stock as there where there.locally_id = $1 and there.upc = listed.upc)
