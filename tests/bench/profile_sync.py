#!/usr/bin/python3
"""Tells what a sync's instructions are spent on, beside those of its floor. Needs valgrind.

    profile_sync.py --cfsync build/release/cfsync --bench build/release/bench [--patients 400]

Thousands of instructions a patient, SQLite. Unlike times they hardly differ from run to run, but an
instruction is no measure of memory and disk; and valgrind knows none for SHA-256, which takes few where
the processor has them."""

import argparse
import collections
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True

from databases import Sqlite  # noqa: E402
from report import table  # noqa: E402
from sites import Site  # noqa: E402

# By the name of the function; else by that of the file it is in. The first that fits counts.
FUNCTIONS = (
    ("allocation", r"^(_int_)?(malloc|free|realloc|calloc|memalign)\b|^operator (new|delete)"
                   r"|^malloc_consolidate|^unlink_chunk|^sysmalloc|^tcache_"),
    ("copying and comparing bytes", r"^(__)?(mem|str|wmem)\w*(_avx|_sse|_evex|_erms|_unaligned|$)"),
)
FILES = (
    ("SQLite", r"/libsqlite3\."),
    ("SOCI", r"/libsoci_"),
    ("SHA-256", r"/lib(gcrypt|sodium)\."),
    ("XML parser", r"/libpugixml\."),
    ("loading the program", r"/ld-linux"),
    ("our own code", r"/(cfsync|bench)$"),
)
OTHER = "all else"
NAMED = re.compile(r"\((\d+)\)(?: (.*))?")
COST = re.compile(r"(?:[+-]?\d+|\*) (\d+)$")  # behind the line of the source it is of


def kind_of(function, file):
    for kind, pattern in FUNCTIONS:
        if re.search(pattern, function):
            return kind
    return next((kind for kind, pattern in FILES if re.search(pattern, file)), OTHER)


def spent(lines):
    """The instructions by kind, of a file that callgrind wrote."""
    names = {"ob": {}, "fn": {}}
    now = {"ob": "", "fn": ""}
    kinds = collections.Counter()
    called = False  # the next line is the cost of what was called, told there as well
    for line in lines:
        key, equals, value = line.rstrip("\n").partition("=")
        # A name is written out once, where something is called as well.
        kind = key[1:] if key in ("cob", "cfn") else key
        if equals and kind in names:
            number, name = NAMED.match(value).groups()
            name = names[kind].setdefault(number, name)
            if kind == key:
                now[kind] = name
        elif key == "calls":
            called = True
        elif called:
            called = False
        elif cost := COST.match(line):
            kinds[kind_of(now["fn"], now["ob"])] += int(cost[1])
    return kinds


class Profile:
    def __init__(self, chosen, place):
        self.programs = chosen
        self.place = place
        self.patients = chosen.patients
        self.columns = []  # a name, and what was spent by kind

    def of(self, column, *command):
        out = self.place / "callgrind"
        subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}",
                        *map(str, command)], check=True, capture_output=True)
        with open(out, encoding="utf-8", errors="replace") as lines:
            self.columns.append((column, spent(lines)))

    def of_sync(self, column, site):
        self.of(column, self.programs.cfsync, "--state", site.state, "sync")

    def take(self):
        databases = Sqlite(self.programs, self.place)
        folder, plain = self.place / "folder", self.place / "plain"
        east, west = (Site(self.programs, databases, self.place, name, folder)
                      for name in ("East", "West"))
        east.fill(self.patients)
        east.enable()
        self.of_sync("first push", east)
        self.of("its floor", self.programs.bench, "write-folder", east.connection, plain, 1, 200)
        west.fill(0)
        west.enable()
        self.of_sync("first pull", west)
        databases.fill("plain", 0)
        self.of("its floor", self.programs.bench, "read-folder", plain,
                databases.connection("plain"), 200)
        for site in (east, west, east, west):
            site.sync()
        east.edit(1, "an edit")
        self.of_sync("edited, push", east)
        self.of_sync("edited, pull", west)

    def told(self):
        kinds = [kind for kind, _ in (*FILES, *FUNCTIONS)] + [OTHER]
        rows = [("all", *(self.thousands(counted.total()) for _, counted in self.columns))]
        for kind in kinds:
            rows.append((kind, *(self.thousands(counted[kind]) for _, counted in self.columns)))
        return table(("", *(name for name, _ in self.columns)), rows)

    def thousands(self, instructions):
        return f"{instructions / self.patients / 1000:,.0f}"


def main(given=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cfsync", required=True, type=Path)
    parser.add_argument("--bench", required=True, type=Path)
    parser.add_argument("--patients", type=int, default=400)
    chosen = parser.parse_args(given)
    if not shutil.which("valgrind"):
        parser.error("valgrind is not installed")
    chosen.cfsync, chosen.bench = chosen.cfsync.resolve(), chosen.bench.resolve()
    with tempfile.TemporaryDirectory(prefix="cfs-profile-") as place:
        profile = Profile(chosen, Path(place))
        profile.take()
        print(profile.told())
    return 0


if __name__ == "__main__":
    sys.exit(main())
