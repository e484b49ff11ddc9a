"""Two invented clinics that share a folder."""

import hashlib
import json
import sqlite3
import subprocess
import uuid
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

DEMO = Path(__file__).resolve().parent.parent / "demo"


class Site:
    def __init__(self, cfsync, folder, name):
        self.cfsync = cfsync
        self.folder = folder
        self.name = name
        self.state = folder / f"{name}-state"
        self.database = folder / f"{name}.sqlite"
        self.shared = folder / "shared"
        with self._connected() as connection:
            for script in ("demo_schema.sql", "demo_clinic.sql"):
                connection.executescript((DEMO / script).read_text(encoding="utf-8"))

    def _connected(self):
        return sqlite3.connect(self.database, timeout=10)

    def run(self, command, *options):
        """Runs cfsync; 0 (fine) and 1 (something needs a person) are both a success."""
        done = subprocess.run([self.cfsync, command, "--state", str(self.state), *options],
                              capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            raise AssertionError(f"cfsync {command} at {self.name}: status {done.returncode}\n"
                                 f"{done.stdout}{done.stderr}")
        return done

    def fail(self, command, *options):
        done = subprocess.run([self.cfsync, command, "--state", str(self.state), *options],
                              capture_output=True, text=True, check=False)
        if done.returncode not in (3, 4):
            raise AssertionError(f"cfsync {command} at {self.name}: status {done.returncode}")

    def start_folder(self):
        self.run("init", "--folder", str(self.shared), "--mapping", "demo")

    def enable(self):
        self.run("enable", "--database", f"sqlite3://{self.database}", "--site", self.name,
                 "--folder", str(self.shared), "--mapping", "demo")

    def neighbour(self, name):
        """A second database that the same applet looks after."""
        other = Site(self.cfsync, self.folder, name)
        other.state = self.state
        other.enable()
        return other

    def introduce(self, name, days_ago):
        """A third site as its file tells of it, whose program last ran so many days ago."""
        writer = uuid.uuid4()
        seen = datetime.now(timezone.utc) - timedelta(days=days_ago, minutes=1)
        text = ('<?xml version="1.0" encoding="UTF-8"?>\n<site xmlns="urn:cloud-folder-sync:site" '
                f'format="1" writer="{writer}" digest="{"0" * 64}" name="{name}" program="0.1.0" '
                f'last-sync="{seen:%Y-%m-%dT%H:%M:%S}.000Z"/>\n')
        text = text.replace("0" * 64, hashlib.sha256(text.encode()).hexdigest())
        (self.shared / "sites" / f"{writer}.xml").write_text(text, encoding="utf-8")

    def sync(self):
        self.run("sync")

    def runs(self):
        """How many syncs there were, by the log."""
        return len(json.loads(self.run("log", "--json", "--limit", "1000").stdout)["runs"])

    def sql(self, statement, *values):
        with self._connected() as connection:
            connection.execute(statement, values)

    def value(self, query, *values):
        with self._connected() as connection:
            return connection.execute(query, values).fetchone()[0]

    def add_patients(self, count):
        self.sql("WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?) "
                 "INSERT INTO patient (national_number, family_name, given_name, birth_date, sex, "
                 "registered_on) SELECT 'many-' || n, 'Family ' || n, 'Given ' || n, '1980-02-03', 'X', "
                 "'2026-01-02' FROM number", count)

    def set_phone(self, patient, phone):
        self.sql("UPDATE patient SET phone = ? WHERE patient_id = ?", phone, patient)

    def phone(self, patient):
        return self.value("SELECT phone FROM patient WHERE patient_id = ?", patient)

    @contextmanager
    def locked(self):
        """The clinic program is in the middle of a long write."""
        connection = self._connected()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.rollback()
            connection.close()

    @contextmanager
    def unplugged(self):
        """The drive with the folder is not there."""
        away = self.shared.with_name("unplugged")
        self.shared.rename(away)
        try:
            yield
        finally:
            away.rename(self.shared)

    def published_bytes(self):
        return {path: path.read_bytes() for path in (self.shared / "patients").rglob("*.xml")}

    def published(self):
        return len(list((self.shared / "patients").rglob("*.xml")))


def two_sites(cfsync, folder):
    """West, whose applet is tried, and East, far away."""
    (folder / "shared").mkdir(parents=True)
    west, east = Site(cfsync, folder, "West"), Site(cfsync, folder, "East")
    west.start_folder()
    west.enable()
    east.enable()
    return west, east
