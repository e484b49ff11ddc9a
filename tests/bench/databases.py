"""The systems that the benchmark's clinics keep their data in; servers are its own, their data on the
disk that is measured."""

import os
import pathlib
import shutil
import sqlite3
import sys
import tempfile

import measure

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "servers"))  # behind ours: there is a run.py, too

from database_server import MariaDbServer, PostgreSqlServer  # noqa: E402

TABLES = ("patient", "visit", "medication", "lab_result")


class Sqlite:
    """A file for each database."""

    name = "sqlite"
    scans = False  # there are no rights that could forbid triggers

    def __init__(self, programs, place):
        self.programs = programs
        self.place = place
        self.made = self.path("made")  # a clinic as it is before anything was enabled

    def close(self):
        pass

    def path(self, database):
        return self.place / f"{database}.sqlite"

    def connection(self, database):
        return f"sqlite3://{self.path(database)}"

    def fill(self, database, patients):
        """A new clinic; one that was made once is copied."""
        if not patients:
            measure.run(self.programs.bench, "make", self.connection(database), 0)
            return
        if not self.made.exists():
            part = self.path("part")
            measure.run(self.programs.bench, "make", f"sqlite3://{part}", patients)
            part.rename(self.made)
        shutil.copyfile(self.made, self.path(database))

    def drop(self, database):
        self.path(database).unlink()

    def transactions(self, database):
        """How many transactions have written: SQLite counts them in the file's header."""
        with open(self.path(database), "rb") as file:
            file.seek(24)
            return int.from_bytes(file.read(4), "big")

    def rows(self, database, table):
        database = sqlite3.connect(self.path(database))
        try:
            return database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
        finally:
            database.close()


class OnDisk:
    """Has a server of the tests keep its data below the folder that is measured, and flush them."""

    def __init__(self, disk):
        super().__init__()
        self.disk = disk

    def set_up(self):
        data = pathlib.Path(tempfile.mkdtemp(prefix="server-", dir=self.disk))
        if self.account:
            os.chown(data, self.account.pw_uid, self.account.pw_gid)
        (self.place / "data").symlink_to(data)
        super().set_up()

    def close(self):
        super().close()
        for data in self.disk.glob("server-*"):
            shutil.rmtree(data, ignore_errors=True)


class DurablePostgreSql(OnDisk, PostgreSqlServer):
    def command(self):
        return [*super().command(), "-c", "fsync=on", "-c", "shared_buffers=256MB",
                "-c", "max_wal_size=2GB"]


class DurableMariaDb(OnDisk, MariaDbServer):
    def command(self):
        return [*super().command(), "--innodb-flush-log-at-trx-commit=1",
                "--innodb-buffer-pool-size=256M", "--innodb-log-file-size=256M"]


class Servers:
    """What the databases of both servers have in common."""

    scans = True
    made = None  # each clinic is made anew

    def __init__(self, programs, place):
        self.programs = programs
        # The server is another user, who has to get there.
        for folder in (place, place.parent):
            if folder.stat().st_uid == os.geteuid():
                folder.chmod(folder.stat().st_mode | 0o011)
        self.server = self.kind(place)
        self.server.__enter__()

    def close(self):
        self.server.close()

    def connection(self, database):
        return self.server.connection(database)

    def fill(self, database, patients):
        self.server.create(database)
        measure.run(self.programs.bench, "make", self.connection(database), patients)

    def drop(self, database):
        self.server.sql(f"DROP DATABASE {database}")

    def rows(self, database, table):
        return int(self.server.sql(f"SELECT COUNT(*) FROM {table}", database))


class PostgreSql(Servers):
    name = "postgresql"
    kind = DurablePostgreSql

    def transactions(self, _):
        """The last number that a transaction which writes was given, savepoints among them."""
        return int(self.server.sql("SELECT pg_snapshot_xmax(pg_current_snapshot())"))

    def connection_without_triggers(self, database):
        self.server.sql("CREATE USER plain; GRANT USAGE, CREATE ON SCHEMA public TO plain;"
                        f"GRANT SELECT, INSERT, UPDATE ON {', '.join(TABLES)} TO plain", database)
        return self.connection(database).replace("user=postgres", "user=plain")


class MariaDb(Servers):
    name = "mariadb"
    kind = DurableMariaDb

    def transactions(self, _):
        return int(self.server.sql("SHOW GLOBAL STATUS LIKE 'Com_commit'").split()[-1])

    def connection_without_triggers(self, database):
        self.server.sql("CREATE USER plain@localhost; GRANT SELECT, INSERT, UPDATE, DELETE, CREATE,"
                        f" DROP, INDEX, CREATE TEMPORARY TABLES ON {database}.* TO plain@localhost")
        return self.connection(database).replace("user=root", "user=plain")


SYSTEMS = {kind.name: kind for kind in (Sqlite, PostgreSql, MariaDb)}
