select slice from _due_slices where stream = $1
