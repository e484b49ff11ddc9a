"""One program run and what it cost."""

import os
import statistics
import subprocess
import time
from dataclasses import dataclass


@dataclass
class Cost:
    wall: float       # seconds
    cpu: float        # seconds, user and system
    peak: float       # MiB resident at most
    read: float       # MiB through read calls, files of the database included
    written: float    # MiB through write calls
    out: str = ""


def run(*command, accepted=(0,)):
    """Runs a program to its end; its standard output must fit a pipe's reader."""
    begin = time.monotonic()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    out = process.stdout.read()
    error = process.stderr.read()
    # The kernel still knows what a program has moved while nobody has asked for its end.
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    wall = time.monotonic() - begin
    moved = _moved(process.pid)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in accepted:
        raise RuntimeError(f"{' '.join(map(str, command))}: {process.returncode}\n{out}{error}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024,
                moved.get("rchar", 0) / 2**20, moved.get("wchar", 0) / 2**20, out)


def _moved(pid):
    try:
        with open(f"/proc/{pid}/io", encoding="ascii") as file:
            return {name: int(number) for name, number in
                    (line.split(": ") for line in file)}
    except OSError:
        return {}


def median(costs):
    """The cost in the middle, by wall time."""
    middle = statistics.median_low([cost.wall for cost in costs])
    return next(cost for cost in costs if cost.wall == middle)


def forget_writes():
    """What a case left to be written must not burden the next."""
    os.sync()
