"""What may lie in a sync folder: reported in a sentence, left alone, never followed or obeyed."""

import os
import time

from clinic import NOTES, PatientFileTest, folder_bytes

SLOWEST = 30


class BadFilesTest(PatientFileTest):
    def assert_left_alone(self, code, put):
        """`put` spoils the file of a patient; that of another still goes through."""
        self.a.sql("UPDATE patient SET city = city || '!' WHERE patient_id = 2")
        self.done(self.a.sync())
        put()
        clinic = self.b.dump(NOTES)
        places = {path: content for path, content in folder_bytes(self.folder).items()}
        begin = time.monotonic()
        for options in ((), (), ("--full",)):
            outcome = self.b.sync(*options)
            self.assert_code(outcome, code, 1)
            self.assertEqual(outcome.json["patients"]["exported"], 0)
            self.assertEqual(outcome.codes.count(code), 1, outcome.json["errors"])
        self.assertLess(time.monotonic() - begin, SLOWEST)
        error = next(error for error in outcome.json["errors"] if error["code"] == code)
        self.assertEqual((error["patient"], error["file"]),
                         (self.patient, str(self.file.relative_to(self.folder))))
        after = self.b.dump(NOTES)
        changed = [table for table in after if after[table] != clinic[table]]
        self.assertEqual(changed, ["patient", "cfs_patient", "cfs_history"])
        self.assertEqual(folder_bytes(self.folder), places)
        self.assertEqual(self.b.run("verify").status, 1)

    def replace(self, content, size=None):
        """As cloud clients do: a temporary name first."""
        temporary = self.place / "temporary"
        temporary.write_bytes(content)
        if size is not None:
            os.truncate(temporary, size)
        temporary.replace(self.file)

    def spoil(self, code, content):
        self.assert_left_alone(code, lambda: self.replace(content))
        self.heal()

    def heal(self):
        """The cloud client delivers the right file after all."""
        if self.file.is_dir() and not self.file.is_symlink():
            self.file.rmdir()
        self.replace(self.good)
        self.done(self.b.sync())
        self.done(self.b.run("verify"))

    def test_an_empty_file(self):
        self.spoil("file_damaged", b"")

    def test_a_file_that_is_cut_off(self):
        self.spoil("file_damaged", self.good[:-40])

    def test_a_file_that_is_no_xml(self):
        self.spoil("file_damaged", b"\x89PNG\r\n\x1a\n\x00\x00\xff")

    def test_a_file_that_somebody_edited(self):
        self.spoil("file_damaged", self.good.replace(b"Folake", b"Follow"))

    def test_a_file_of_a_newer_program(self):
        self.spoil("file_version", self.good.replace(b'format="1"', b'format="2"'))

    def test_a_file_of_another_patient(self):
        other = self.b.patient_file(self.b.patient("Zhang"))
        self.spoil("file_patient", other.read_bytes())

    def test_a_million_nested_elements(self):
        head = self.good[:self.good.index(b"<", 60)]
        self.spoil("file_damaged", head + b"<a>" * 1_000_000 + b"</a>" * 1_000_000)
        self.spoil("file_damaged", b"<a>" * 1_000_000)

    def test_a_file_of_200_megabytes(self):
        self.assert_left_alone("file_too_large", lambda: self.replace(self.good, 200 << 20))
        self.heal()

    def outside(self):
        outside = self.place / "outside"
        outside.mkdir()
        (outside / self.file.name).write_bytes(self.good.replace(b"Folake", b"Follow"))
        return outside

    def test_a_link_to_a_file_outside(self):
        outside = self.outside()

        def put():
            self.file.unlink()
            self.file.symlink_to(outside / self.file.name)

        self.assert_left_alone("file_link", put)
        self.heal()
        self.assertIn(b"Follow", (outside / self.file.name).read_bytes())

    def test_a_link_to_a_directory_outside(self):
        outside, shard = self.outside(), self.file.parent

        def put():
            shard.rename(self.place / "shard")
            shard.symlink_to(outside)

        before = folder_bytes(outside)
        self.assert_left_alone("file_link", put)
        self.a.sql("UPDATE patient SET phone = '1' WHERE patient_id = 1")
        self.assert_code(self.a.sync(), "file_link", 1)
        self.assertEqual(folder_bytes(outside), before)
        shard.unlink()
        (self.place / "shard").rename(shard)
        self.done(self.a.sync())
        self.done(self.b.sync())
        self.done(self.b.run("verify"))

    def test_a_pipe(self):
        def put():
            self.file.unlink()
            os.mkfifo(self.file)

        self.assert_left_alone("file_link", put)
        self.heal()

    def test_a_directory_in_the_place_of_a_file(self):
        def put():
            self.file.unlink()
            self.file.mkdir()

        self.assert_left_alone("file_link", put)
        self.heal()

    def test_bad_segments_of_a_log(self):
        self.a.sql("UPDATE patient SET phone = '1' WHERE patient_id = 1")
        self.done(self.a.sync())
        newest = sorted((self.folder / "logs").rglob("*.xml"))[-1]
        good = newest.read_bytes()
        for content in (b"", good[:-9], b"no xml", good.replace(b'format="1"', b'format="7"')):
            newest.write_bytes(content)
            before = folder_bytes(self.folder)
            self.done(self.b.sync())
            self.assertEqual(folder_bytes(self.folder), before)
        self.assertEqual(self.b.sql("SELECT phone FROM patient WHERE patient_id = 1"), [("1",)])

    def test_junk_is_opened_once(self):
        for directory in (self.folder, self.folder / "patients", self.file.parent):
            for number in range(6667):
                (directory / f"junk {number}.txt").write_bytes(b"junk")
        clinic, places = self.b.dump(NOTES), folder_bytes(self.folder)
        begin = time.monotonic()
        first = self.done(self.b.sync()).json["files"]
        again = [self.done(self.b.sync(*options)).json["files"]["opened"]
                 for options in ((), ("--no-logs",), ())]
        self.assertLess(time.monotonic() - begin, SLOWEST)
        self.assertEqual((first["opened"], again), (3 * 6667, [0, 0, 0]))
        self.assertEqual((self.b.dump(NOTES), folder_bytes(self.folder)), (clinic, places))

    def test_hostile_names(self):
        shard = os.fsencode(self.file.parent)
        names = [b"new\nline.xml", b"x" * 251 + b".xml", b"\xff\xfe.xml",
                 b"'; DROP TABLE patient--",
                 b"..xml", b"con.xml", b"back\\slash.xml", b"\x01\x02.xml", "patiënt.xml".encode(),
                 self.file.name.upper().encode(), b"%s%n.xml", b" .xml"]
        for name in names:
            with open(os.path.join(shard, name), "wb") as file:
                file.write(self.good)
        clinic, places = self.b.dump(NOTES), folder_bytes(self.folder)
        outcome = self.done(self.b.sync("--delete-conflicts"))
        self.assertGreater(outcome.json["copies"]["read"], 5)
        self.assertEqual((self.b.dump(NOTES), folder_bytes(self.folder)), (clinic, places))
        self.done(self.b.run("verify"))
