"""Clinics whose programs are of two versions: the newer one's columns may not be empty. With cfsync."""

import unittest

from database_server import MariaDbServer, PostgreSqlServer
from postgresql_test import PostgreSqlSite
from server_site import TESTS, ServerSite, demo_rows
from server_story import ServerStory

MAPPING = TESTS.parent / "core" / "mappings" / "demo.xml"
DEFAULTS = """
    <default column="doctor_id" value="1"/>
    <default column="ward" value="none"/>
    <default column="state" value="open"/>
    <default column="closed_on" value="1900-01-01"/>"""
NEWER = {
    "mariadb": ("ALTER TABLE visit ADD ward VARCHAR(9) NOT NULL, ADD state ENUM('open', 'done') NOT "
                "NULL, ADD closed_on DATE NOT NULL; UPDATE visit SET ward = 'A', closed_on = "
                "'2026-01-01', doctor_id = COALESCE(doctor_id, 1); ALTER TABLE visit MODIFY doctor_id "
                "INTEGER NOT NULL"),
    "postgresql": ("CREATE TYPE state AS ENUM ('open', 'done'); ALTER TABLE visit ADD ward "
                   "VARCHAR(9), ADD state state, ADD closed_on DATE; UPDATE visit SET ward = 'A', "
                   "state = 'open', closed_on = '2026-01-01', doctor_id = COALESCE(doctor_id, 1); "
                   "ALTER TABLE visit ALTER ward SET NOT NULL, ALTER state SET NOT NULL, ALTER "
                   "closed_on SET NOT NULL, ALTER doctor_id SET NOT NULL"),
}


class Stories:
    def newer_site(self, kind, system):
        site = kind(self.place, "N", self.folder, self.server)
        site.make_demo(f"demo_schema_{system}.sql", demo_rows(self.place))
        self.server.sql(NEWER[system], site.database)
        mapping = MAPPING.read_text(encoding="utf-8")
        begin = '<lookup column="doctor_id" table="doctor" target="doctor_id"'
        mapping = mapping.replace(begin, DEFAULTS + begin + ' missing="null"')
        path = self.place / "newer.xml"
        path.write_text(mapping, encoding="utf-8")
        self.done(site.enable(mapping=path))
        return site

    def test_a_visit_of_the_older_version_is_written_with_the_defaults(self):
        self.new_folder()
        older = self.site("Older")
        older.sql("UPDATE visit SET doctor_id = 1 WHERE doctor_id IS NULL")
        self.done(older.enable())
        newer = self.newer_site(*self.kind)
        self.meet(older, newer)
        older.sql("INSERT INTO doctor (username, full_name) VALUES ('new', 'New')")
        older.sql("INSERT INTO visit (patient_id, doctor_id, visited_at, reason) SELECT 1, "
                  "MAX(doctor_id), '2026-11-25 10:00:00', 'Older' FROM doctor")
        self.meet(older, newer)
        visit = "SELECT doctor_id, ward, state, closed_on FROM visit WHERE reason = 'Older'"
        self.assertEqual(newer.sql(visit), [("1", "none", "open", "1900-01-01")])
        file, = [path for path in self.folder.glob("patients/*/*.xml")
                 if ">Older<" in path.read_text(encoding="utf-8")]
        older.sql("UPDATE visit SET findings = 'there' WHERE reason = 'Older'")
        self.meet(older, newer)
        newer.sql("UPDATE visit SET fee = 7 WHERE reason = 'Older'")
        self.meet(older, newer)
        row, = [part for part in file.read_text(encoding="utf-8").split("<row ") if ">Older<" in part]
        self.assertIn(">there<", row)
        self.assertNotIn(">none<", row)
        self.assertNotIn("closed_on", row)
        self.assertEqual(older.sql("SELECT d.username, fee FROM visit v JOIN doctor d ON d.doctor_id = "
                                   "v.doctor_id WHERE reason = 'Older'"), [("new", 7)])
        self.assertEqual(newer.sql(visit), [("1", "none", "open", "1900-01-01")])
        for site in (older, newer):
            self.assertEqual(site.run("verify").json["differences"], [])
            counts = site.sync().json
            self.assertEqual((counts["files"]["written"], counts["pending"]), (0, 0))

    def site(self, name="A", folder=None):
        return super(ServerStory, self).site(name, folder)


class MariaDbStories(Stories, ServerStory):
    server_kind = MariaDbServer
    kind = (ServerSite, "mariadb")


class PostgreSqlStories(Stories, ServerStory):
    server_kind = PostgreSqlServer
    kind = (PostgreSqlSite, "postgresql")


if __name__ == "__main__":
    unittest.main()
