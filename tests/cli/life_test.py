"""What happens to an installation in years: the PC is replaced, the database or the folder moves, a
backup is restored, a site leaves. The guide in dialogs/guide tells how; here nothing is lost by it."""

import shutil

from clinic import ClinicTest, Site

PHONE = "UPDATE patient SET phone = ? WHERE patient_id = 1"
CITY = "UPDATE patient SET city = ? WHERE patient_id = 2"


class LifeTest(ClinicTest):
    def setUp(self):
        super().setUp()
        self.a, self.b = self.two_synced()

    def meet(self, *sites):
        """Both sync until each knows what the other had."""
        for site in (*sites, *sites):
            self.done(site.sync())

    def assert_equal(self, *sites):
        for table in ("patient", "visit"):
            first = sites[0].sql(f"SELECT count(*) FROM {table}")
            for site in sites:
                self.assertEqual(site.sql(f"SELECT count(*) FROM {table}"), first)
        for site in sites:
            self.done(site.run("verify"))
            self.assertEqual(site.run("conflicts").json["conflicts"], [])

    def assert_here(self, site, phone, city):
        self.assertEqual(site.sql("SELECT phone FROM patient WHERE patient_id = 1"), [(phone,)])
        self.assertEqual(site.sql("SELECT city FROM patient WHERE patient_id = 2"), [(city,)])

    def test_the_pc_is_replaced_and_the_database_is_copied_to_the_new_one(self):
        self.a.sql(PHONE, "555-edited-last-on-the-old-pc")
        self.b.sql(CITY, "edited by the other meanwhile")
        self.done(self.b.sync())
        new = Site(self.place, "new", self.folder)
        new.name = "A"
        shutil.copy(self.a.database, new.database)
        shutil.rmtree(self.a.state)
        self.done(new.enable())
        self.meet(new, self.b)
        for site in (new, self.b):
            self.assert_here(site, "555-edited-last-on-the-old-pc",
                             "edited by the other meanwhile")
        self.assert_equal(new, self.b)

    def test_the_pc_broke_and_an_older_backup_comes_to_the_new_one(self):
        backup = shutil.copy(self.a.database, self.place / "backup.db")
        self.a.sql(PHONE, "555-after-the-backup")
        self.done(self.a.sync())
        new = Site(self.place, "new", self.folder)
        new.name = "A"
        shutil.copy(backup, new.database)
        shutil.rmtree(self.a.state)
        self.a.database.unlink()
        self.done(new.enable())
        self.meet(new, self.b)
        self.assert_here(new, "555-after-the-backup", self.b.sql(
            "SELECT city FROM patient WHERE patient_id = 2")[0][0])
        self.assert_equal(new, self.b)

    def test_the_database_moves_and_takes_the_place_of_its_former_entry(self):
        self.done(self.a.run("options", "--auto", "30"))
        self.a.sql(PHONE, "555-before-the-move")
        moved = self.place / "moved" / "clinic.db"
        moved.parent.mkdir()
        shutil.move(self.a.database, moved)
        self.assert_code(self.a.sync(), "database_missing", 4, self.a.database)
        self.a.database, self.a.connection = moved, f"sqlite3://{moved}"
        self.done(self.a.enable())
        self.meet(self.a, self.b)
        self.assert_here(self.b, "555-before-the-move", self.a.sql(
            "SELECT city FROM patient WHERE patient_id = 2")[0][0])
        self.assert_equal(self.a, self.b)
        settings = (self.a.state / "settings.xml").read_text(encoding="utf-8")
        self.assertEqual(settings.count("sqlite3://"), 1, settings)
        self.assertEqual(self.done(self.a.run("options")).json["auto"], 30)

    def test_the_folder_moves(self):
        self.a.sql(PHONE, "555-before-the-move")
        self.b.sql(CITY, "before the move")
        moved = self.place / "another place"
        shutil.move(self.folder, moved)
        self.assert_code(self.a.sync(), "folder_missing", 3, self.folder)
        for site in (self.a, self.b):
            self.done(site.run("options", "--folder", moved))
            site.folder = moved
        self.meet(self.a, self.b)
        for site in (self.a, self.b):
            self.assert_here(site, "555-before-the-move", "before the move")
        self.assert_equal(self.a, self.b)

    def test_another_folder_is_not_taken_for_the_moved_one(self):
        other = self.new_folder("other")
        self.assert_code(self.a.run("options", "--folder", other), "marker_other", 3, other)

    def test_a_backup_is_restored(self):
        backup = shutil.copy(self.a.database, self.place / "backup.db")
        self.a.sql(PHONE, "555-after-the-backup")
        self.done(self.a.sync())
        shutil.copy(backup, self.a.database)
        self.a.sql(CITY, "after it was restored")
        self.meet(self.a, self.b)
        for site in (self.a, self.b):
            self.assert_here(site, "555-after-the-backup", "after it was restored")
        self.assert_equal(self.a, self.b)

    def test_a_site_leaves_and_the_folder_keeps_what_it_knew(self):
        self.a.sql(PHONE, "555-last-words")
        files = len(list((self.folder / "patients").rglob("*.xml")))
        self.done(self.a.run("disable"))
        self.assertEqual(self.a.sql("SELECT count(*) FROM patient"), [(24,)])
        self.assertEqual([row for row in self.a.sql("SELECT name FROM sqlite_master")
                          if row[0].startswith("cfs_")], [])
        self.assertEqual(len(list((self.folder / "patients").rglob("*.xml"))), files)
        self.done(self.b.sync())
        self.assertEqual(self.b.sql("SELECT phone FROM patient WHERE patient_id = 1"),
                         [("555-last-words",)])
        self.done(self.a.enable())
        self.meet(self.a, self.b)
        self.assert_equal(self.a, self.b)
