#!/usr/bin/python3
"""Measures syncs beside what they cost at least. Needs a release build, some disk and time.

    run.py --cfsync build/release/cfsync --bench build/release/bench [--patients 1000,20000]
    run.py --cfsync build/release/cfsync --bench build/release/bench --growth

Absolute times mean nothing on a shared machine: read the ratios, which come from one run."""

import argparse
import contextlib
import shutil
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True

from cases import CASES, FIRST, FLAT, Bench  # noqa: E402
from databases import SYSTEMS  # noqa: E402
from report import Report  # noqa: E402

SIZES = "1000,10000,100000,1000000"
KB_PER_PATIENT = 70  # on the disk, at the worst moment


def words(known):
    """Several of the known words, separated by commas."""
    def parse(text):
        chosen = text.split(",")
        for word in chosen:
            if word not in known:
                raise argparse.ArgumentTypeError(f"{word} is none of {', '.join(known)}")
        return chosen
    return parse


def sizes(text):
    return [int(size) for size in text.split(",")]


def arguments(given):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cfsync", required=True, type=Path)
    parser.add_argument("--bench", required=True, type=Path)
    parser.add_argument("--patients", type=sizes, help="sizes, separated by commas")
    parser.add_argument("--database", type=words(SYSTEMS), default=["sqlite"],
                        help=f"some of {', '.join(SYSTEMS)}")
    parser.add_argument("--cases", type=words(CASES), help=f"some of {', '.join(CASES)}")
    parser.add_argument("--growth", action="store_true",
                        help=f"sizes {SIZES}, the first syncs and what must take the same at each")
    parser.add_argument("--repeats", type=int, default=5, help="of what is short; the median counts")
    parser.add_argument("--batch", type=int, default=200,
                        help="patients that a floor flushes and commits at once")
    parser.add_argument("--place", type=Path, help="an existing folder on the disk to measure")
    parser.add_argument("--keep", type=Path,
                        help="a folder where sites stay in step for the next run (sqlite)")
    parser.add_argument("--report", type=Path,
                        help="the Markdown file to write; a plot of several sizes goes beside it")
    chosen = parser.parse_args(given)
    if chosen.keep and chosen.database != ["sqlite"]:
        parser.error("a server's data go with the server: --keep is for sqlite")
    chosen.patients = chosen.patients or sizes(SIZES if chosen.growth else "1000")
    chosen.cases = chosen.cases or ((*FIRST, *FLAT) if chosen.growth else CASES)
    chosen.cfsync, chosen.bench = chosen.cfsync.resolve(), chosen.bench.resolve()
    return chosen


@contextlib.contextmanager
def place_of(chosen, system, patients):
    """A folder for one size: kept, or gone afterwards."""
    if chosen.keep:
        place = (chosen.keep / f"{system}-{patients}").resolve()
        place.mkdir(parents=True, exist_ok=True)
        yield place
        shutil.rmtree(place / "away", ignore_errors=True)
        return
    place = Path(tempfile.mkdtemp(prefix="cfs-bench-", dir=chosen.place)).resolve()
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def measure(chosen, system, patients, place):
    kept = (place / "in-step").exists()  # what is made anew then takes what is there now
    if not kept and shutil.disk_usage(place).free < patients * KB_PER_PATIENT * 1000:
        raise SystemExit(f"{patients} patients need {patients * KB_PER_PATIENT // 10**6} GB.")
    with contextlib.closing(SYSTEMS[system](chosen, place)) as databases:
        return Bench(chosen, databases, place, patients).run()


def main(given=None):
    chosen = arguments(given)
    report = Report(chosen.report)
    with contextlib.ExitStack() as places:  # gone when all is measured
        for system in chosen.database:
            for patients in chosen.patients:
                place = places.enter_context(place_of(chosen, system, patients))
                report.add(system, patients, measure(chosen, system, patients, place))
        report.finish()
    return 0


if __name__ == "__main__":
    sys.exit(main())
