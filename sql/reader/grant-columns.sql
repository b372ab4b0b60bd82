-- Only the columns of a table that are not secret.
revoke select on :"table" from :"reader";
grant select (:"columns") on :"table" to :"reader"
