"""Sites whose clinic program keeps its data on a server, for stories told with cfsync."""

import pathlib
import sqlite3
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS / "cli"))

from clinic import DEMO, Site, make_clinic  # noqa: E402

# The demo clinic's tables, those that others refer to first.
TABLES = ("doctor", "drug", "patient", "visit", "medication", "allergy", "lab_result", "document")


def literal(value):
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"X'{value.hex()}'"
    if isinstance(value, (int, float)):
        return repr(value)
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def demo_rows(place):
    """The rows of the demo clinic, as INSERT statements that every system takes."""
    path = place / "demo-rows.db"
    make_clinic(path)
    statements = []
    with sqlite3.connect(path) as database:
        for table in TABLES:
            rows = database.execute(f"SELECT * FROM {table} ORDER BY 1")
            names = ", ".join(column[0] for column in rows.description)
            for row in rows:
                values = ", ".join(map(literal, row))
                statements.append(f"INSERT INTO {table} ({names}) VALUES ({values});")
    database.close()
    return "\n".join(statements)


class ServerSite(Site):
    """A site whose database is one of a server's; the sync is the administrator unless let_in()."""

    def __init__(self, place, name, folder, server):
        super().__init__(place, name, folder)
        self.server = server
        self.database = "clinic_" + name.lower()
        self.connection = server.connection(self.database)
        self.password = None

    def let_in(self, user, password):
        """Has the sync come by the network as this user."""
        self.connection = self.server.connection(self.database, user)
        self.password = password

    def run(self, *arguments, **more):
        if self.password is None:
            return super().run(*arguments, **more)
        outcome = super().run("--password-stdin", *arguments, stdin=self.password + "\n", **more)
        assert self.password not in outcome.out + outcome.err
        return outcome

    def make_demo(self, schema, rows):
        self.server.create(self.database)
        self.server.load(self.database, DEMO / schema)
        self.server.sql(rows, self.database)

    def sql(self, statement, *values):
        """The rows, with every value as text."""
        for value in values:
            statement = statement.replace("?", literal(value), 1)
        lines = self.server.sql(statement, self.database).splitlines()
        return [tuple(line.split("\t")) for line in lines]
