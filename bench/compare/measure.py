"""Runs a shell command and prints, as JSON, its seconds and its peak memory: of the largest of its processes (resident),
and of all together (proportional, so that what they share counts once)."""

import json
import os
import resource
import subprocess
import sys
import threading
import time


def group_memory(group):
    """MB of all processes of a group at this moment."""
    total = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.getpgid(int(pid)) != group:
                continue
            with open(f"/proc/{pid}/smaps_rollup") as rollup:
                total += next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
        except (OSError, StopIteration):
            pass  # It ended meanwhile.
    return total / 1024


def watch(group, ended, peak):
    while not ended.wait(0.05):
        peak[0] = max(peak[0], group_memory(group))


started = time.monotonic()
running = subprocess.Popen(
    ["bash", "-c", "set -o pipefail; " + sys.argv[1]], stdout=sys.stderr, start_new_session=True
)
ended, together = threading.Event(), [0]
watching = threading.Thread(target=watch, args=(running.pid, ended, together))
watching.start()
exit_code = running.wait()
seconds = time.monotonic() - started
ended.set()
watching.join()
largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "largestMb": largest, "togetherMb": together[0], "exitCode": exit_code}))
