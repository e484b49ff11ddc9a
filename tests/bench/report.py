"""What the benchmark measured, as Markdown, and how it grows with the number of patients."""

import glob
import os
import platform
import re
import shutil
import subprocess
import time

from cases import FLAT
from plot import Line, svg

FLATNESS = 1.5  # at most so many times what the smallest size takes
HEAD = ("case", "sync s", "floor s", "empty run s", "ratio", "bar", "other bars", "CPU s", "CPU ratio",
        "peak MB", "transactions", "files opened", "files written", "others s")


# How each of what is measured or compared with is asked for its version; servers are off the path.
VERSIONS = {"SQLite": ("sqlite3", "--version"), "unison": ("unison", "-version"),
            "rclone": ("rclone", "version"), "MariaDB": ("mariadbd", "--version"),
            "PostgreSQL": ("/usr/lib/postgresql/*/bin/postgres", "--version")}


def number(value):
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"


def marked(text, kept):
    return text if kept else f"**{text}**"


def row(case):
    ratio = case.ratio()
    sync = case.sync
    checks = "; ".join(marked(f"{check.what} {number(check.value)} of {number(check.bar)}", check.kept)
                       for check in case.checks)
    return (case.name, f"{sync.wall:.3f}", f"{case.floor.wall:.3f}" if case.floor else "",
            f"{case.base.wall:.3f}" if case.base else "",
            marked(number(ratio), not case.bar or ratio <= case.bar) if ratio is not None else "",
            f"{case.bar:g}" if case.bar else "", checks, f"{sync.cpu:.2f}",
            number(case.ratio("cpu")) if case.floor else "", f"{sync.peak:.0f}",
            str(case.transactions),
            str(case.files.get("opened", "")), str(case.files.get("written", "")),
            ", ".join(f"{name} {cost.wall:.2f}" for name, cost in case.peers.items()))


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def machine():
    with open("/etc/os-release", encoding="utf-8") as file:
        system = dict(line.rstrip().split("=", 1) for line in file if "=" in line)
    load = os.getloadavg()[0]
    return (f"{system['PRETTY_NAME'].strip(chr(34))}, {platform.machine()}, {os.cpu_count()} cores,"
            f" load {load:.1f} at the start")


def versions():
    """Of what is installed."""
    told = []
    for name, (program, word) in VERSIONS.items():
        found = shutil.which(program) or max(glob.glob(program), default=None)
        if not found:
            continue
        out = subprocess.run([found, word], capture_output=True, text=True, check=False).stdout
        version = re.search(r"\d+\.\d+(\.\d+)?", out)
        if version:
            told.append(f"{name} {version[0]}")
    return ", ".join(told)


class Report:
    """Printed as it grows; in the end written to `path`, if there is one, with a plot beside it."""

    def __init__(self, path):
        self.path = path
        self.text = ""
        self.measured = {}  # the cases, by system and size
        self.say(f"# Figures of {time.strftime('%Y-%m-%d')}\n\nWritten by `run.py`: {machine()};"
                 f" {versions()}. What misses its bar is bold. Read the ratios; times mean nothing on"
                 " a shared machine.\n")

    def say(self, text):
        self.text += text + "\n"
        print(text, flush=True)

    def add(self, system, patients, cases):
        self.measured.setdefault(system, {})[patients] = cases
        self.say(f"## {system}, {patients:,} patients\n\n{table(HEAD, map(row, cases))}")
        for case in cases:
            if case.remark:
                self.say(f"{case.name}: {case.remark}.\n")

    def finish(self):
        for system, sizes in self.measured.items():
            if len(sizes) > 1:
                self.growth(system, sizes)
        checks = [check for sizes in self.measured.values() for cases in sizes.values()
                  for case in cases for check in case.all_checks()]
        self.say(f"{sum(check.kept for check in checks)} of {len(checks)} bars are kept.")
        if self.path:
            self.path.write_text(self.text, encoding="utf-8")

    def growth(self, system, sizes):
        """How long each case takes at each size, by that of the smallest."""
        lines = {}
        for patients, cases in sorted(sizes.items()):
            for case in cases:
                lines.setdefault(case.name, {})[patients] = case
        head = ("seconds at", *(f"{patients:,}" for patients in sorted(sizes)),
                "largest by smallest", "bar")
        self.say(f"## {system}, by the number of patients\n\n"
                 + table(head, [growth_row(name, line, sizes) for name, line in lines.items()]))
        if self.path:
            plot = self.path.with_name(f"growth-{system}.svg")
            plot.write_text(svg("patients", "seconds", plot_lines(lines)), encoding="utf-8")
            self.say(f"![Seconds by the number of patients]({plot.name})\n")


def growth_row(name, line, sizes):
    walls = [line[patients].sync.wall if patients in line else None for patients in sorted(sizes)]
    measured = [wall for wall in walls if wall is not None]
    times = measured[-1] / measured[0]
    flat = next(iter(line.values())).key in FLAT
    return (name, *(f"{wall:.3f}" if wall is not None else "" for wall in walls),
            marked(number(times), not flat or times <= FLATNESS), number(FLATNESS) if flat else "")


def plot_lines(lines):
    """Each case, and the floors of the first syncs in the same colour."""
    plotted = []
    for name, line in lines.items():
        plotted.append(Line(name, [(patients, case.sync.wall) for patients, case in line.items()]))
        floors = [(patients, case.floor.wall) for patients, case in line.items()
                  if case.floor and case.key not in FLAT]
        if floors:
            plotted.append(Line("its floor", floors, of=name))
    return plotted
