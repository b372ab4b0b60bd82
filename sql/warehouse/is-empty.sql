select not exists (select from :"table") as empty
