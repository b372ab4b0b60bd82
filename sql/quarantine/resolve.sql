update _quarantine set resolved_at = now() where quarantine_id = any($1::bigint[])
