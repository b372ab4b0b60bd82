select not exists (select from :"table" where :"slice" = $1) as empty
