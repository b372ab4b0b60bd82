-- Its columns follow from the stream's catalogue entry.
create table :"table" ()
