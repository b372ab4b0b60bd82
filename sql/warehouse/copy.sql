copy :"stage" (:"columns", _extra) from stdin
