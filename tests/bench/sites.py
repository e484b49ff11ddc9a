"""Clinics that share a folder, as the benchmark needs them."""

import itertools
import json
import shutil
import subprocess
from pathlib import Path

import measure

MAPPING = Path(__file__).with_name("bench.xml")


class Site:
    def __init__(self, programs, databases, place, name, folder):
        self.programs = programs
        self.databases = databases
        self.state = place / f"state-{name}"
        self.name = name
        self.database = name.lower()
        self.connection = databases.connection(self.database)
        self.folder = folder

    def fill(self, patients):
        self.databases.fill(self.database, patients)

    def cfsync(self, *words, accepted=(0, 1)):
        return measure.run(self.programs.cfsync, "--state", self.state, *words, accepted=accepted)

    def enable(self):
        """Where there is no folder yet, this site starts it. The cost of enabling."""
        if not self.folder.exists():
            self.folder.mkdir()
            self.cfsync("init", "--folder", self.folder, "--mapping", MAPPING, accepted=(0,))
        return self.cfsync("--database", self.connection, "enable", "--site", self.name, "--folder",
                           self.folder, "--mapping", MAPPING, accepted=(0,))

    def sync(self, *words):
        """The cost of a sync, and its report."""
        cost = self.cfsync("--json", "sync", *words)
        return cost, json.loads(cost.out)

    def status(self):
        """What a run of cfsync costs that does nothing."""
        return self.cfsync("status")

    def edit(self, every, note):
        return int(measure.run(self.programs.bench, "edit", self.connection, every, note).out)

    def leave(self):
        """Its database and its state are gone; what it wrote into the folder stays."""
        self.databases.drop(self.database)
        shutil.rmtree(self.state)

    def transactions(self):
        return self.databases.transactions(self.database)

    def rows(self, table):
        return self.databases.rows(self.database, table)


class ClinicProgram:
    """Works at a site while the block runs; `told` says afterwards what it waited."""

    def __init__(self, site):
        self.site = site
        self.told = {}

    def __enter__(self):
        self.process = subprocess.Popen(
            [self.site.programs.bench, "work-beside", self.site.connection], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError("the clinic program does not work")
        return self

    def __exit__(self, kind, *_):
        out, _ = self.process.communicate()
        if kind is None:
            self.told = json.loads(out)


def patient_files(folder, count):
    """So many of the folder's patients' files."""
    return list(itertools.islice((folder / "patients").rglob("*.xml"), count))
