"""Clinics that share a folder, as the benchmark needs them."""

import json
import shutil
import sqlite3
from pathlib import Path

import measure

MAPPING = Path(__file__).with_name("bench.xml")


class Site:
    def __init__(self, programs, place, name, folder):
        self.programs = programs
        self.place = place / name
        self.place.mkdir(parents=True)
        self.name = name
        self.folder = folder
        self.database = self.place / "clinic.sqlite"

    def make(self, patients, first=1):
        measure.run(self.programs.bench, "make", self.database, patients, first)

    def take(self, other):
        """The database as another site has it now, without what enabling added."""
        shutil.copyfile(other, self.database)

    def cfsync(self, *words, accepted=(0, 1)):
        return measure.run(self.programs.cfsync, "--state", self.place / "state", *words,
                           accepted=accepted)

    def enable(self):
        self.cfsync("--database", f"sqlite3://{self.database}", "enable", "--site", self.name,
                    "--folder", self.folder, "--mapping", MAPPING)

    def init(self):
        self.folder.mkdir()
        self.cfsync("init", "--folder", self.folder, "--mapping", MAPPING)

    def sync(self, *words):
        """The cost of a sync, and its report."""
        cost = self.cfsync("--json", "sync", *words)
        return cost, json.loads(cost.out)

    def edit(self, every, note):
        return int(measure.run(self.programs.bench, "edit", self.database, every, note).out)

    def transactions(self):
        """How many transactions have written: SQLite counts them in the file's header."""
        with open(self.database, "rb") as file:
            file.seek(24)
            return int.from_bytes(file.read(4), "big")

    def rows(self):
        with sqlite3.connect(self.database) as database:
            return database.execute("SELECT COUNT(*) FROM visit").fetchone()[0]


def patient_files(folder):
    return sorted(path for path in (folder / "patients").rglob("*.xml"))
