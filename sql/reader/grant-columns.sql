-- Of a table with secrets, the other columns alone.
revoke select on :"table" from :"reader";
grant select (:"columns") on :"table" to :"reader"
