copy :"stage" (:"columns", _extra, _run_id) from stdin
