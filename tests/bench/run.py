#!/usr/bin/python3
"""Measures syncs beside what they cost at least. Needs a release build, some disk and time.

    run.py --cfsync build/release/cfsync --bench build/release/bench [--patients 1000,20000] [--place DIR]

Absolute times mean nothing on a shared machine: read the ratios, which come from one run."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True

from cases import Bench, as_json  # noqa: E402

SKIPPED = 77


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cfsync", required=True, type=Path)
    parser.add_argument("--bench", required=True, type=Path)
    parser.add_argument("--patients", default="1000", help="sizes, separated by commas")
    parser.add_argument("--place", type=Path, help="an existing folder on the disk to measure")
    parser.add_argument("--json", type=Path, help="folder for the figures of each size")
    return parser.parse_args()


def row(case):
    ratio = case.ratio()
    shown = f"{ratio:.2f}" if ratio is not None else ""
    bar = f"{case.bar:g}" if case.bar else ""
    mark = "" if not case.bar or ratio is None or ratio <= case.bar else "over"
    floor = f"{case.floor.wall:.3f}" if case.floor else ""
    base = f"{case.base.wall:.3f}" if case.base else ""
    peers = ", ".join(f"{name} {cost.wall:.2f}" for name, cost in case.peers.items())
    sync = case.sync
    return [case.name, f"{sync.wall:.3f}", floor, base, shown, bar, mark, f"{sync.cpu:.2f}",
            f"{sync.peak:.0f}", f"{sync.read:.1f}", f"{sync.written:.1f}", str(case.transactions),
            str(case.files.get("opened", "")), str(case.files.get("written", "")), peers]


HEAD = ["case", "sync s", "floor s", "empty run s", "ratio", "bar", "", "CPU s", "peak MiB",
        "read MiB", "written MiB", "transactions", "files opened", "files written", "others s"]


def table(cases):
    lines = [HEAD, ["---"] * len(HEAD)] + [row(case) for case in cases]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main():
    chosen = arguments()
    missing = [tool for tool in ("unison", "rclone") if not shutil.which(tool)]
    if missing:
        print("The benchmark is skipped; it compares with " + " and ".join(missing))
        return SKIPPED
    chosen.cfsync, chosen.bench = chosen.cfsync.resolve(), chosen.bench.resolve()
    for patients in (int(size) for size in chosen.patients.split(",")):
        place = Path(tempfile.mkdtemp(prefix="cfs-bench-", dir=chosen.place))
        try:
            cases = Bench(chosen, place, patients).run_all()
        finally:
            shutil.rmtree(place, ignore_errors=True)
        print(f"\n{patients} patients\n\n{table(cases)}", flush=True)
        if chosen.json:
            (chosen.json / f"{patients}.json").write_text(as_json(cases), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
