"""Runs a shell command and prints its seconds and the peak memory of its largest process, as JSON."""

import json
import resource
import subprocess
import sys
import time

started = time.monotonic()
ended = subprocess.run(["bash", "-c", "set -o pipefail; " + sys.argv[1]], stdout=sys.stderr)
seconds = time.monotonic() - started
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "peakMb": peak, "exitCode": ended.returncode}))
