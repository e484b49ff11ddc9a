"""A sync folder made to do harm: files with the right digest, floods, names, things that are no
files. Nothing crashes, hangs, grows without bound, leaves the folder or changes the database.

CFSYNC_FIGURES=1 prints what each sync took."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import time

import clinic
import sealed
from clinic import NOTES, ClinicTest, PatientFileTest, folder_bytes

SANITIZED = bool(os.environ.get("CFSYNC_SANITIZED"))
SLOWEST = 180 if SANITIZED else 60  # seconds, on a loaded machine
MIB = 1 << 20
WRITER = "0f1e2d3c-4b5a-4678-8796-a5b4c3d2e1f0"
# A process of its own, small from the beginning: a child's peak begins with its parent's size.
LAUNCHER = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(status)
"""


class HostileFolderTest(PatientFileTest):
    def sync(self, *options, most=None):
        """B's sync, bounded in time and, in MiB, memory."""
        command = [sys.executable, "-S", "-c", LAUNCHER, clinic.CFSYNC, "--state", self.b.state,
                   "--database", self.b.connection, "--json", "sync", *options]
        begin = time.monotonic()
        done = subprocess.run([str(word) for word in command], capture_output=True, check=False,
                              timeout=SLOWEST, encoding="utf-8", errors="surrogateescape")
        self.seconds = time.monotonic() - begin
        self.assertIn(done.returncode, (0, 1), done.stderr[-2000:])
        self.peak = int(done.stderr.splitlines()[-1]) / 1024
        if os.environ.get("CFSYNC_FIGURES"):
            print(f"\n{self.id().split('.')[-1]}: {self.seconds:.1f} s, {self.peak:.0f} MiB",
                  json.loads(done.stdout)["errors"])
        # Sanitizers take several times as much.
        if most and not SANITIZED:
            self.assertLess(self.peak, most)
        return clinic.Outcome(done)

    def bystander_goes_on(self):
        """Another patient's edit at A, to be found at B."""
        self.mark = f"Town {time.monotonic_ns()}"
        self.a.sql("UPDATE patient SET city = ? WHERE patient_id = 2", self.mark)
        self.a.sync()

    def assert_harmless(self, *options, code=None, most=None, without=()):
        """B tells `code` once in a sentence, takes in the bystander and changes nothing else."""
        outside, clinic_before = folder_bytes(self.place / "B-state"), self.b.dump(NOTES)
        outcome = self.sync(*options, most=most)
        self.assertEqual(outcome.codes.count(code) if code else outcome.codes, 1 if code else [])
        for error in outcome.json["errors"]:
            self.assertRegex(error["sentence"], r"^[A-Z0-9][^\x00-\x1f\u202a-\u202e]{30,1500}[.?]$")
        after = self.b.dump(NOTES)
        changed = {table for table in after if after[table] != clinic_before[table]}
        self.assertLessEqual(changed, {"patient", "cfs_patient", "cfs_differing", "cfs_history",
                                       "cfs_own_segment", "sqlite_sequence", *without})
        self.assertEqual(self.b.sql("SELECT city FROM patient WHERE patient_id = 2"),
                         [(self.mark,)])
        self.assertEqual(self.b.sql("SELECT COUNT(*) FROM patient"),
                         self.a.sql("SELECT COUNT(*) FROM patient"))
        self.assertLessEqual(set(outside), set(folder_bytes(self.place / "B-state")))
        self.assertEqual(sorted(path.name for path in self.place.iterdir()), self.beside)
        return outcome

    def put(self, *rows):
        """The patient's file with these rows more."""
        text = self.good.decode()
        body = text[text.index(">\n", 60) + 2:text.index("</patient>")]
        self.file.write_bytes(sealed.patient_file(self.patient, body + "".join(rows)))

    def begin(self):
        self.bystander_goes_on()
        self.beside = sorted(path.name for path in self.place.iterdir())

    # ---- one file of 16 MiB --------------------------------------------------------------------

    def assert_refused(self, code, content):
        self.begin()
        self.file.write_bytes(content)
        self.assert_harmless("--full", code=code, most=128)

    def test_more_values_than_a_file_may_hold(self):
        for count, code in ((700_000, "file_damaged"), (300_000, "file_too_large")):
            fields = "".join(f'<field name="{number:x}"/>' for number in range(count))
            self.assert_refused(code, sealed.patient_file(
                self.patient, sealed.row(7, "t", fields)))

    def test_more_rows_than_a_file_may_hold(self):
        rows = "".join(f'<row id="{sealed.uuid(number)}" table="t"/>' for number in range(200_000))
        self.assert_refused("file_too_large", sealed.patient_file(self.patient, rows))

    def test_a_flood_of_attributes(self):
        flood = " ".join(f'a{number}=""' for number in range(1_200_000))
        self.assert_refused("file_damaged", sealed.patient_file(self.patient, f"<row {flood}/>"))

    def test_one_attribute_of_15_mebibytes(self):
        self.assert_refused("file_damaged", sealed.patient_file(
            self.patient, f'<row id="{"0" * 15 * MIB}" table="t"/>'))

    def test_a_wrong_digest_of_a_large_file(self):
        fields = "".join(f'<field name="{number:x}"/>' for number in range(390_000))
        content = sealed.patient_file(self.patient, sealed.row(7, "t", fields))
        self.assert_refused("file_damaged", content.replace(b'name="1"', b'name="x"'))

    def test_an_entity_bomb(self):
        bomb = '<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa">' + "".join(
            f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)) + "]>"
        content = self.good.replace(b"<patient", bomb.encode() + b"<patient", 1)
        self.assert_refused("file_damaged", content)
        rows = sealed.row(7, "t", {"a": "&j;"})
        self.assert_refused("file_damaged", sealed.patient_file(self.patient, rows))

    def test_a_row_that_has_absorbed_500_000_versions(self):
        self.begin()
        words = " ".join(sealed.versions(500_000))
        self.put(sealed.row(7, "t", "", attributes=f' overwritten="{words}"'))
        self.assert_harmless("--full", most=256)
        self.assertEqual(self.sync().json["patients"]["imported"], 0)

    def test_the_largest_document(self):
        self.begin()
        self.put(*(sealed.row(1000 + number, "unknown", {f"f{i}": number for i in range(4)})
                   for number in range(50_000)))
        self.assert_harmless("--full", most=512)

    # ---- what a document says ------------------------------------------------------------------

    def test_sql_in_names_and_values(self):
        self.begin()
        bad = "patient&quot;; DROP TABLE patient; --"
        self.put(sealed.row(7, bad, {"a": 1}), sealed.row(8, "visit", {
            "patient_id": self.patient, "reason": "'); DROP TABLE visit; --",
            "visited_at": "2026-11-22", 'reason" = NULL; --'.replace('"', "&quot;"): "x",
            "reason' OR 1=1 --": "x"}))
        self.assert_harmless(without=("visit", "cfs_row", "cfs_key"))
        self.assertEqual(self.b.sql("SELECT reason FROM visit WHERE reason LIKE '%DROP%'"),
                         [("'); DROP TABLE visit; --",)])
        self.done(self.b.run("verify"))

    def test_times_far_away(self):
        self.begin()
        for number, moment in enumerate(("9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00.000Z",
                                         "1969-12-31T23:59:59.999Z")):
            self.put(sealed.row(8, "visit", {"patient_id": self.patient, "reason": moment,
                                             "visited_at": "2026-11-22"}, at=moment,
                                version=sealed.versions(3)[number]))
            self.bystander_goes_on()
            self.assert_harmless(without=("visit", "cfs_row", "cfs_key", "cfs_conflict"))
        reasons = self.b.sql("SELECT reason FROM visit WHERE visited_at = '2026-11-22'")
        self.assertEqual(reasons, [("9999-12-31T23:59:59.999Z",)])

    def test_a_lookup_that_is_a_path(self):
        self.begin()
        self.put(sealed.row(7, "../../etc", {"../x": "../../etc/passwd"}))
        self.assert_harmless()
        for bad in ("../../../etc/passwd", sealed.uuid(1) + "/.."):
            self.begin()
            self.file.write_bytes(sealed.patient_file(bad, ""))
            self.assert_harmless("--full", code="file_damaged")

    # ---- floods --------------------------------------------------------------------------------

    def test_100_000_junk_files(self):
        self.begin()
        for number in range(100_000):
            os.close(os.open(self.file.parent / f"{number}.junk", os.O_CREAT | os.O_WRONLY))
        self.assert_harmless(most=256)
        self.bystander_goes_on()
        self.assert_harmless(most=256)

    def test_a_flood_of_writers_and_segments(self):
        self.begin()
        for number in range(5_000):
            os.mkdir(self.folder / "logs" / sealed.uuid(number))
        log = self.folder / "logs" / WRITER
        log.mkdir()
        for number in (1, 2**31, 999_999_999_999):
            (log / f"{number:012}.xml").write_bytes(sealed.segment_file(
                WRITER, number, oldest=number, written="9999-12-31T23:59:59.999Z"))
        (log / "9223372036854775807.xml").write_bytes(sealed.segment_file(WRITER, 2**63 - 1))
        (log / "999999999998.xml").write_bytes(sealed.segment_file(WRITER, 7))
        for number in range(1000, 6000):
            (log / f"{number:012}.xml").write_bytes(b"junk")
        self.assert_harmless(most=256)
        self.assertEqual(self.sync().codes, [])

    def test_a_segment_of_a_million_versions_and_patients(self):
        self.begin()
        log = self.folder / "logs" / WRITER
        log.mkdir()
        entries = "".join(sealed.entry(sealed.uuid(number)) for number in range(1_000_000))
        (log / "000000000001.xml").write_bytes(sealed.segment_file(WRITER, 1, entries))
        entries = "".join(sealed.entry(sealed.uuid(number), "00000001.AQAAAAAAAAAAAAAA")
                          for number in range(50_000))
        (log / "000000000002.xml").write_bytes(sealed.segment_file(WRITER, 2, entries))
        words = sorted(sealed.versions(300_000))
        (log / "000000000003.xml").write_bytes(sealed.segment_file(
            WRITER, 3, sealed.entry(self.patient, *words)))
        self.assert_harmless(most=256, without=("cfs_awaited",))
        self.bystander_goes_on()
        self.assert_harmless(most=256, without=("cfs_awaited",))

    def test_hostile_names_of_sites(self):
        self.begin()
        names = ["&#10;Sync failed", "a&#x202E;b", "n" * 60_000, "&#7;", "'; DROP TABLE patient--"]
        for number, name in enumerate(names):
            writer = sealed.uuid(number + 1 << 96)
            (self.folder / "sites" / f"{writer}.xml").write_bytes(sealed.site_file(writer, name))
        (self.folder / "sites" / f"{WRITER}.xml").write_bytes(
            sealed.site_file(WRITER, "n" * MIB))
        self.assert_harmless(most=128)
        for (name,) in self.b.sql("SELECT name FROM cfs_site"):
            self.assertLessEqual(len(name), 200)
            self.assertNotRegex(name, "[\x00-\x1f\u202e]")

    # ---- things that are no files --------------------------------------------------------------

    def things(self):
        """Ways to put something else where a file belongs."""
        secret = self.place / "secret"
        secret.write_bytes(self.good)
        yield "link", lambda path: path.symlink_to(secret)
        yield "dangling link", lambda path: path.symlink_to(self.place / "nothing")
        yield "pipe", os.mkfifo
        yield "directory", os.mkdir
        yield "socket", self.make_socket
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            yield "device", lambda path: path.symlink_to("/dev/zero")

    @staticmethod
    def make_socket(path):
        # Its address must be short.
        before = os.getcwd()
        os.chdir(path.parent)
        try:
            with socket.socket(socket.AF_UNIX) as made:
                made.bind(path.name)
        finally:
            os.chdir(before)

    @staticmethod
    def take_away(path):
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)

    def segment_path(self):
        log = self.folder / "logs" / WRITER
        log.mkdir(exist_ok=True)
        return log / "000000000001.xml"

    def test_no_files_where_files_belong(self):
        places = {self.file: "file_link", self.segment_path(): None,
                  self.folder / "sites" / f"{WRITER}.xml": None,
                  self.file.with_name(f"{self.patient} (1).xml"): None}
        for path, code in places.items():
            for what, make in self.things():
                with self.subTest(path=path.name, what=what):
                    self.begin()
                    self.take_away(path)
                    make(path)
                    self.assert_harmless("--delete-conflicts", code=code)
                    self.take_away(path)
            if path == self.file:
                path.write_bytes(self.good)
        self.assertEqual((self.place / "secret").read_bytes(), self.good)

    def test_no_marker_but_something_else(self):
        marker = self.folder / "cloud-folder-sync.xml"
        good = marker.read_bytes()
        for what, make in self.things():
            with self.subTest(what=what):
                self.take_away(marker)
                make(marker)
                before = self.b.dump(NOTES)
                outcome = self.b.sync()
                self.assert_code(outcome, "file_link", outcome.status)
                self.assertNotEqual(outcome.status, 0)
                self.assertEqual(self.b.dump(NOTES), before)
                self.take_away(marker)
        marker.write_bytes(good)
        self.done(self.b.sync())

    def test_hard_links_to_files_outside_are_never_written_through(self):
        outside = self.place / "outside.xml"
        os.link(self.file, outside)
        self.a.sql("UPDATE patient SET phone = '1' WHERE patient_id = 1")
        self.done(self.a.sync())
        self.assertEqual(outside.read_bytes(), self.good)
        self.assertNotEqual(self.file.read_bytes(), self.good)

    def test_no_attachment_but_something_else(self):
        content = os.urandom(80_000)
        self.a.sql("INSERT INTO document (patient_id, title, media_type, added_on, content) "
                   "VALUES (1, 'scan', 'image/png', '2026-11-22', ?)", content)
        self.done(self.a.sync())
        attachment = next(path for path in (self.folder / "attachments").rglob("*")
                          if path.is_file())
        good = attachment.read_bytes()
        for what, make in self.things():
            with self.subTest(what=what):
                self.take_away(attachment)
                make(attachment)
                self.begin()
                self.sync()
                self.assertEqual(self.b.sql("SELECT COUNT(*) FROM document WHERE title = 'scan'"),
                                 [(0,)])
                self.take_away(attachment)
        attachment.write_bytes(good)
        self.done(self.b.sync())
        self.assertEqual(self.b.sql("SELECT content FROM document WHERE title = 'scan'"),
                         [(content,)])


class HostileMappingTest(ClinicTest):
    def test_names_with_quotes_are_names_of_nothing(self):
        self.new_folder()
        site = self.site()
        before = site.dump()
        text = (pathlib.Path(__file__).parents[2] / "core/mappings/demo.xml").read_text("utf-8")
        mapping = self.place / "mapping.xml"
        for bad in ("patient&quot;; DROP TABLE patient; --", "patient' OR 1=1 --", "patient]",
                    "`patient`", "main.patient", "(SELECT 1)", "cfs_row", "sqlite_master"):
            with self.subTest(bad=bad):
                mapping.write_text(text.replace('"patient"', f'"{bad}"'), "utf-8")
                outcome = site.enable(mapping=mapping)
                self.assert_code(outcome, "mapping_table", 4)
                self.assertEqual(site.dump(), before)
