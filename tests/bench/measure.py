"""One program run and what it cost."""

import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SPEND = Path(__file__).with_name("spend.py")


@dataclass
class Cost:
    wall: float       # seconds
    cpu: float        # seconds, user and system
    peak: float       # MB resident at most
    out: str = ""


def run(*command, accepted=(0,)):
    """Runs a program to its end."""
    done = subprocess.run([sys.executable, "-I", "-S", str(SPEND), *map(str, command)],
                          capture_output=True, text=True, check=False)
    error, _, spent = done.stderr.rstrip().rpartition("\n")
    if done.returncode not in accepted:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.returncode}\n{done.stdout}{error}")
    wall, cpu, peak = map(float, spent.split())
    return Cost(wall, cpu, peak * 1024 / 1e6, done.stdout)


def median(costs):
    """The cost in the middle, by wall time."""
    middle = statistics.median_low([cost.wall for cost in costs])
    return next(cost for cost in costs if cost.wall == middle)


def forget_writes():
    """What a case left to be written must not burden the next."""
    os.sync()
