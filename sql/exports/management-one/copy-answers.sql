copy _month_answers (level, location, code, :"metrics") from stdin
