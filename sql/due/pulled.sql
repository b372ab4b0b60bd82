delete from _due_slices where stream = $1 and slice = $2
