-- Class codes with figures in the month, as items have them.
select distinct code from _month_cells order by code
