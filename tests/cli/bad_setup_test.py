"""Databases, mappings and folders that can't be used: a sentence each, and nothing changed."""

import os
import re
import shutil
import sqlite3
import subprocess

from clinic import DEMO, ClinicTest, call, folder_bytes

MAPPING = DEMO.parent.parent / "core" / "mappings" / "demo.xml"


class BadSetupTest(ClinicTest):
    def assert_refused(self, site, outcome, code, status, *words, before):
        self.assert_code(outcome, code, status, *words)
        self.assertEqual(site.marks(), before)

    def refuse_to_enable(self, code, status, *words, folder=None, mapping="demo"):
        site = self.site()
        site.folder = folder or self.folder
        before = site.dump(), folder_bytes(self.place / "folder")
        self.assert_code(site.enable(mapping=mapping), code, status, *words)
        self.assertEqual((site.dump(), folder_bytes(self.place / "folder")), before)
        self.assertEqual(self.done(site.run("status")).json["enabled"], False)
        self.assertEqual(call("--state", site.state, "status").status, 2)

    def test_there_is_no_such_database(self):
        site = self.enabled()
        site.database.unlink()
        for outcome in (site.enable(), site.sync(), site.run("status"), site.run("verify"),
                        site.run("conflicts"), site.run("disable"), site.run("undo", "last")):
            self.assert_code(outcome, "database_missing", 4, site.database)
            self.assertFalse(site.database.exists())

    def test_the_database_is_not_enabled(self):
        site = self.site()
        self.new_folder()
        before = site.marks()
        for outcome in (site.sync(), site.run("verify"), site.run("conflicts"),
                        site.run("disable"), site.run("undo", "last"),
                        site.run("resolve", "--all-shown"), site.sync("--preview")):
            self.assert_refused(site, outcome, "not_enabled", 3, site.database, "cfsync enable",
                                before=before)
            self.assertNotIn("lost", outcome.sentence)

    def test_the_database_was_enabled_by_another_version(self):
        site = self.synced()
        site.sql("UPDATE patient SET phone = '1' WHERE patient_id = 1")
        ((layout,),) = site.sql("SELECT value FROM cfs_meta WHERE name = 'enabled'")
        folder = folder_bytes(self.folder)
        for other, remedy in ((1, "Disable it with that version"),
                              (int(layout) + 1, "Update this program")):
            site.sql(f"UPDATE cfs_meta SET value = '{other}' WHERE name = 'enabled'")
            before = site.dump()
            for outcome in (site.sync(), site.sync("--preview"), site.run("status"),
                            site.run("verify"), site.run("conflicts"), site.run("disable"),
                            site.run("undo", "last"), site.enable()):
                self.assert_code(outcome, "database_version", 3, site.database, remedy)
                self.assertEqual((site.dump(), folder_bytes(self.folder)), (before, folder))
        site.sql(f"UPDATE cfs_meta SET value = '{layout}' WHERE name = 'enabled'")
        self.assertEqual(self.done(site.sync()).json["patients"]["exported"], 1)

    def mapping(self, change, by):
        text = MAPPING.read_text(encoding="utf-8")
        self.assertIn(change, text)
        path = self.place / "mine.xml"
        path.write_text(text.replace(change, by, 1), encoding="utf-8")
        return path

    def test_a_mapping_names_what_the_database_has_not(self):
        self.new_folder()
        mapping = self.mapping('<record table="allergy">', '<record table="alergy">')
        self.refuse_to_enable("mapping_table", 4, "alergy", "allergy", mapping=mapping)
        mapping = self.mapping('<safety column="reaction"/>', '<safety column="reactions"/>')
        self.refuse_to_enable("mapping_column", 4, "reactions", "allergy", mapping=mapping)
        mapping = self.mapping("</mapping>", "")
        self.refuse_to_enable("mapping_invalid", 4, mapping, mapping=mapping)
        self.refuse_to_enable("mapping_invalid", 4, "nonsense", mapping="nonsense")

    def test_the_folder_to_join_is_none(self):
        self.refuse_to_enable("folder_missing", 3, self.place / "missing",
                              folder=self.place / "missing")
        self.refuse_to_enable("marker_missing", 3, self.folder, "cfsync init")

    def test_the_folder_to_join_is_of_another_mapping(self):
        self.done(call("init", "--state", self.place / "state", "--folder", self.folder,
                       "--mapping", "open-hospital"))
        self.refuse_to_enable("mapping_family", 3, self.folder, "open-hospital", "demo")

    def test_the_folder_to_join_holds_the_database(self):
        self.new_folder()
        marker = self.folder / "cloud-folder-sync.xml"
        shutil.copy(marker, self.place)
        self.refuse_to_enable("folder_contains_database", 3, self.place, folder=self.place)
        link = self.place / "folder" / "link"
        os.symlink(self.place, link)
        self.refuse_to_enable("folder_contains_database", 3, folder=link)

    def test_a_folder_is_gone_or_emptied_or_another(self):
        site = self.synced()
        site.sql("UPDATE patient SET phone = '1' WHERE patient_id = 1")
        marker = self.folder / "cloud-folder-sync.xml"
        kept = marker.read_bytes()
        other = self.new_folder("other") / marker.name

        def refused(code, *words):
            before = site.marks()
            self.assert_refused(site, site.sync(), code, 3, self.folder, *words, before=before)

        elsewhere = self.place / "elsewhere"
        self.folder.rename(elsewhere)
        refused("folder_missing")
        self.assertFalse(self.folder.exists())
        self.folder.mkdir()
        refused("marker_missing")
        self.folder.rmdir()
        elsewhere.rename(self.folder)
        marker.unlink()
        refused("marker_missing")
        for content in (b"", kept[:90], b"\xff\xfe garbage", kept.replace(b"demo", b"Demo")):
            marker.write_bytes(content)
            self.assert_refused(site, site.sync(), "marker_missing", 3, before=site.marks())
        marker.write_bytes(other.read_bytes())
        refused("marker_other")
        marker.write_bytes(kept)
        self.assertEqual(self.done(site.sync()).json["patients"]["exported"], 1)

    def test_a_marker_of_a_newer_program(self):
        site = self.synced()
        marker = self.folder / "cloud-folder-sync.xml"
        marker.write_bytes(marker.read_bytes().replace(b'format="1"', b'format="2"'))
        before = site.marks()
        for outcome in (site.sync(), site.run("verify"), site.run("disable")):
            self.assert_refused(site, outcome, "file_version", 3, before=before)

    def test_most_files_are_gone_at_once(self):
        site = self.synced()
        files = sorted((self.folder / "patients").rglob("*.xml"))
        contents = {path: path.read_bytes() for path in files}
        for path in files[1:]:
            path.unlink()
        before = site.marks()
        for options in ((), ("--no-logs",), ("--full",), ("--preview",)):
            self.assert_refused(site, site.sync(*options), "files_gone", 3, self.folder, "23",
                                "--confirm files-gone", before=before)
        shutil.rmtree(self.folder / "patients")
        before = site.marks()
        self.assert_refused(site, site.sync(), "files_gone", 3, before=before)
        self.done(site.sync("--confirm", "files-gone"))
        self.assertEqual({path: path.read_bytes() for path in files}, contents)
        self.assertEqual(site.sql("SELECT COUNT(*) FROM patient"), [(24,)])

    def test_most_patients_are_gone_at_once(self):
        site = self.synced()
        kept = site.sql("SELECT * FROM patient ORDER BY patient_id")
        site.sql("DELETE FROM patient WHERE patient_id > 1")
        before = site.marks()
        for options in ((), ("--full",), ("--preview",)):
            self.assert_refused(site, site.sync(*options), "patients_gone", 3, site.database,
                                "--confirm patients-gone", before=before)
        self.assert_refused(site, site.run("resolve", "--all-shown"), "patients_gone", 3,
                            before=before)
        self.done(site.sync("--confirm", "patients-gone"))
        self.assertEqual(site.sql("SELECT * FROM patient ORDER BY patient_id"), kept)

    def test_triggers_are_missing(self):
        site = self.synced()
        triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        kept = site.sql(triggers)
        site.sql("DROP TRIGGER cfs_visit_update")
        site.sql("UPDATE visit SET reason = 'Cough' WHERE visit_id = 1")
        before = site.marks()
        self.assert_refused(site, site.sync(), "triggers_missing", 3, "visit", site.database,
                            "--confirm triggers-missing", before=before)
        report = self.done(site.sync("--confirm", "triggers-missing")).json
        self.assertEqual(report["patients"]["exported"], 1)
        self.assertEqual(site.sql(triggers), kept)
        self.done(site.run("verify"))

    def test_the_database_file_is_replaced_by_garbage(self):
        site = self.synced()
        good = site.database.read_bytes()
        for garbage in (b"", os.urandom(20000), good[:4096], good[:-30000]):
            site.database.write_bytes(garbage)
            before = folder_bytes(self.folder)
            outcome = site.sync()
            self.assertIn(outcome.status, (3, 4), outcome.out)
            self.assertRegex(outcome.sentence, re.escape(str(site.database)) + r".*\.$")
            self.assertEqual(folder_bytes(self.folder), before)
        site.database.write_bytes(good)
        self.done(site.sync())

    def test_damaged_settings(self):
        site = self.synced()
        settings = site.state / "settings.xml"
        good = settings.read_bytes()
        for damaged in (b"", good[:-20], b"\x00\xff", good.replace(b'format="1"', b'format="9"')):
            settings.write_bytes(damaged)
            before = site.marks()
            for outcome in (site.sync(), site.run("options", "--logs"), site.run("status")):
                self.assert_refused(site, outcome, "settings_invalid", 4, settings, before=before)
            self.assertEqual(settings.read_bytes(), damaged)
        settings.write_bytes(good)
        self.done(site.sync())

    def mounted(self, *options):
        """The sync folder on a disk of its own, or a skip."""
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join(options), "none",
                               self.folder], capture_output=True, check=False)
        if done.returncode != 0:
            self.skipTest("mounting is not allowed here")
        self.addCleanup(subprocess.run, ["umount", self.folder], check=False)

    def test_the_disk_of_the_folder_is_nearly_full(self):
        self.mounted("size=30m")
        site = self.synced()
        site.sql("UPDATE patient SET phone = '1' WHERE patient_id = 1")
        filler = self.folder / "attachments" / "filler"
        filler.write_bytes(b"\0" * (15 << 20))
        before = site.marks()
        self.assert_refused(site, site.sync(), "disk_full", 3, self.folder, before=before)
        filler.unlink()
        self.assertEqual(self.done(site.sync()).json["patients"]["exported"], 1)

    def test_the_disk_of_the_folder_gets_full(self):
        self.mounted("size=30m")
        site = self.synced()
        site.sql("UPDATE patient SET phone = '1' WHERE patient_id = 1")
        site.sql("UPDATE document SET content = zeroblob(33554432) WHERE document_id = 1")
        before = folder_bytes(self.folder)
        self.assert_code(site.sync(), "disk_full", 4, self.folder)
        after = folder_bytes(self.folder)
        self.assertEqual({path for path in after if after[path] != "no file"},
                         {path for path in before if before[path] != "no file"})
        site.sql("UPDATE document SET content = X'00' WHERE document_id = 1")
        self.done(site.sync())
        self.done(site.run("verify"))

    def test_the_folder_is_read_only(self):
        self.mounted("size=60m")
        site = self.synced()
        site.sql("UPDATE patient SET phone = '1' WHERE patient_id < 12")
        subprocess.run(["mount", "-o", "remount,ro", self.folder], check=True)
        before = folder_bytes(self.folder), site.dump(without=("cfs_meta",))["patient"]
        outcome = site.sync()
        self.assert_code(outcome, "folder_unwritable", 4, self.folder)
        self.assertLess(len(outcome.codes), 3)
        self.assertEqual((folder_bytes(self.folder), site.dump()["patient"]), before)
        other = self.site("B")
        self.assert_code(other.enable(), "folder_unwritable", 4, self.folder)
        subprocess.run(["mount", "-o", "remount,rw", self.folder], check=True)
        self.assertEqual(self.done(site.sync()).json["patients"]["exported"], 11)

    def test_a_database_that_lies_in_a_folder_moved_over_it(self):
        site = self.synced()
        before = site.marks()
        self.assert_code(site.run("options", "--folder", self.place), "folder_contains_database", 3)
        outcome = site.sync("--folder", self.place)
        self.assert_refused(site, outcome, "folder_contains_database", 3, before=before)

    def test_a_damaged_history_begins_anew(self):
        site = self.synced()
        (site.state / "history.sqlite").write_bytes(b"garbage" * 1000)
        self.done(site.sync())
        self.assertEqual(len(self.done(site.run("log")).json["runs"]), 1)
        self.assertTrue(list(site.state.glob("history.damaged-*")))

    def test_two_processes_sync_one_database(self):
        site = self.synced()
        until = "2999-01-01T00:00:00.000Z"
        with sqlite3.connect(site.database) as database:
            database.execute("INSERT INTO cfs_lease VALUES ('sync', 'another workstation', ?)",
                             (until,))
        database.close()
        before = site.marks()
        self.assert_refused(site, site.sync(), "busy", 5, site.database, before=before)
        self.assert_refused(site, site.run("undo", "last"), "busy", 5, before=before)
        site.sql("UPDATE cfs_lease SET until = '2000-01-01T00:00:00.000Z'")
        self.done(site.sync())
