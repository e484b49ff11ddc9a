"""What a process costs while it does nothing, as Linux counts it."""

import time
from pathlib import Path


def switches(process):
    """How often each of its threads was put on a processor or taken off."""
    counts = {}
    for task in Path(f"/proc/{process.pid}/task").iterdir():
        lines = (task / "status").read_text().splitlines()
        counts[task.name] = sum(int(line.split()[1]) for line in lines if "ctxt_switches" in line)
    return counts


def wakeups_per_second(processes, seconds):
    """Of each process; this waits, since nothing else can be measured by."""
    before = [switches(process) for process in processes]
    time.sleep(seconds)
    after = [switches(process) for process in processes]
    return [sum(count - first.get(task, 0) for task, count in last.items()) / seconds
            for first, last in zip(before, after)]


def memory_mb(process):
    """(resident, proportional): the second shares libraries out among their users."""
    lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    found = {line.split()[0]: int(line.split()[1]) / 1024 for line in lines[1:]}
    return found["Rss:"], found["Pss:"]
