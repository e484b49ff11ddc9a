"""Commands, options, exit statuses and JSON as the command line's description fixes them."""

import os
import re
import sqlite3

from clinic import ClinicTest, call

TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"
UUID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
REPORT = {
    "format": int, "run": str, "site": str, "trigger": str, "started": str, "ended": str,
    "preview": bool, "result": str, "patients": {"exported": int, "imported": int},
    "rows": {"inserted": int, "updated": int, "restored": int},
    "conflicts": {"new": int, "open": int}, "copies": {"read": int, "deleted": int, "kept": int},
    "files": {"opened": int, "written": int, "listed": int},
    "segments": {"read": int, "written": int}, "pending": int, "errors": list}
STATUS = {
    "format": int, "enabled": bool, "site": str, "writer": str, "folder": str, "mapping": str,
    "last_run": str, "conflicts": int, "pending": int, "unpublished": int, "options": dict}


class CommandsTest(ClinicTest):
    def assert_shape(self, shape, value, at="answer"):
        for key, kind in shape.items():
            self.assertIn(key, value, at)
            if isinstance(kind, dict):
                self.assert_shape(kind, value[key], at + "." + key)
            else:
                self.assertIs(type(value[key]), kind, f"{at}.{key} is {value[key]!r}")

    def assert_report(self, report, **values):
        self.assert_shape(REPORT, report)
        self.assertEqual(report["format"], 1)
        self.assertRegex(report["started"], TIME)
        self.assertRegex(report["ended"], TIME)
        for key, value in values.items():
            self.assertEqual(report[key], value)

    def test_help_names_every_command_and_option(self):
        text = self.done(call("--help")).out
        for word in ("init", "enable", "disable", "sync", "options", "status", "log", "conflicts",
                     "sites", "resolve", "undo", "verify", "mapping", "--state", "--database", "--json",
                     "--password-stdin"):
            self.assertRegex(text, r"(?m)^\s+" + word + r"\b")
        options = {
            "init": "--folder --mapping", "resolve": "--keep --all-shown", "undo": "--row",
            "enable": "--site --folder --mapping --logs --no-logs --delete-conflicts "
                      "--keep-conflicts --auto --no-auto",
            "sync": "--full --preview --confirm --logs --no-logs --delete-conflicts "
                    "--keep-conflicts --auto --no-auto",
            "options": "--folder --logs --no-logs --delete-conflicts --keep-conflicts --auto "
                       "--no-auto",
            "log": "--limit --errors --conflicts --patient", "conflicts": "--patient --names",
            "sites": "", "verify": "", "status": "", "disable": "",
            "mapping": "check suggest"}
        for command, names in options.items():
            text = self.done(call(command, "--help")).out
            for name in names.split():
                self.assertRegex(text, re.escape(name) + r"\b", command)

    def test_sites_tell_who_shares_the_folder(self):
        a, b = self.two_synced()
        answer = self.done(a.run("sites")).json
        self.assertEqual(answer["format"], 1)
        self.assertEqual([(site["name"], site["here"], site["awaited"])
                          for site in answer["sites"]], [("A", True, 0), ("B", False, 0)])
        for site in answer["sites"]:
            self.assertRegex(site["last_seen"], TIME)
            self.assertRegex(site["program"], r"^\d+\.\d+")
        self.done(b.run("disable"))
        left = self.done(a.run("sites")).json["sites"]
        self.assertEqual([site["name"] for site in left], ["A"])
        self.folder.rename(self.folder.with_name("away"))
        self.assert_code(a.run("sites"), "folder_missing", 3, str(self.folder))

    def test_wrong_arguments_are_usage(self):
        state = self.place / "state"
        for arguments in ((), ("no-such-command",), ("sync", "--no-such-option"),
                          ("init",), ("init", "--folder", self.folder), ("undo",),
                          ("log", "--limit", "0"), ("log", "--limit", "many"),
                          ("enable", "--auto", "0"), ("sync", "--logs", "--no-logs"),
                          ("sync", "--delete-conflicts", "--keep-conflicts"),
                          ("options", "--auto", "5", "--no-auto"), ("sync", "--auto", "1441"),
                          ("sync",), ("status",), ("enable",), ("resolve",), ("verify",),
                          ("log", "no-such-run"), ("sync", "--database", "no connection"),
                          ("sync", "--confirm", "no-such-doubt"),
                          ("init", "--folder", "", "--mapping", "demo"), ("sync", "--folder", ""),
                          ("enable", "--site", ""),
                          ("enable", "--site", " \t", "--folder", self.folder, "--mapping", "demo",
                           "--database", "sqlite3://" + str(self.site().database)),
                          ("status", "--database", ""),
                          ("conflicts", "--patient", "nobody")):
            outcome = call("--state", state, *arguments)
            self.assertEqual(outcome.status, 2, f"{arguments}: {outcome.out}{outcome.err}")
            self.assertTrue(outcome.err, arguments)
            for flagged in (("--json", *arguments), (*arguments, "--json")):
                outcome = call("--state", state, *flagged)
                self.assertEqual(outcome.status, 2, flagged)
                self.assertEqual(outcome.codes, ["usage"], flagged)
                self.assertTrue(outcome.sentence, flagged)

    def test_common_options_stand_before_or_after_the_command(self):
        site = self.enabled()
        common = ["--state", site.state, "--database", site.connection, "--json"]
        for arguments in (common + ["status"], ["status"] + common,
                          common[:2] + ["status"] + common[2:]):
            self.assertEqual(self.done(call(*arguments)).json["site"], "A")

    def test_a_password_is_read_from_standard_input(self):
        site = self.enabled()
        self.done(site.run("status", "--password-stdin", stdin="secret\n"))
        for path, content in site.state_bytes().items():
            self.assertNotIn(b"secret", content if isinstance(content, bytes) else b"", path)

    def test_the_database_may_be_left_out_where_there_is_one(self):
        site = self.enabled()
        for command in ("sync", "status", "conflicts", "verify", "options"):
            self.done(call("--state", site.state, "--json", command))
        other = self.site("B")
        other.state = site.state
        self.done(other.enable())
        for command in ("sync", "status", "conflicts", "verify", "options", "disable"):
            outcome = call("--state", site.state, "--json", command)
            self.assertEqual(outcome.status, 2, command)
            self.assertEqual(outcome.codes, ["usage"])
            self.assertIn("--database", outcome.err)
        self.done(site.run("disable"))
        self.assertEqual(self.done(call("--state", site.state, "--json", "status")).json["site"],
                         "B")

    def test_a_relative_path_means_the_same_everywhere(self):
        site = self.enabled()
        relative = os.path.relpath(site.database)
        self.done(call("--state", site.state, "--database", "sqlite3://" + relative, "sync"))
        self.assertEqual(len(self.done(site.run("log")).json["runs"]), 1)
        self.done(call("--state", site.state, "enable", "--database", "sqlite3://" + relative))
        self.done(call("--state", site.state, "status"))

    def test_init_takes_an_empty_folder_once(self):
        state = self.place / "state"
        init = ("init", "--state", state, "--json", "--mapping", "demo", "--folder")
        self.assertEqual(self.done(call(*init, self.folder)).json["format"], 1)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["cloud-folder-sync.xml"])
        self.assertEqual(call(*init, self.folder).status, 2)
        full = self.place / "full"
        full.mkdir()
        (full / "letter.txt").write_text("Dear colleague")
        self.assertEqual(call(*init, full).status, 2)
        self.assertEqual([path.name for path in full.iterdir()], ["letter.txt"])
        missing = call(*init, self.place / "missing")
        self.assert_code(missing, "folder_missing", 3, self.place / "missing")

    def test_sync_reports_what_it_did(self):
        a = self.enabled("A")
        report = self.done(a.sync()).json
        self.assert_report(report, site="A", trigger="command_line", preview=False, result="ok",
                           errors=[], pending=0)
        self.assertEqual(report["patients"]["exported"], 24)
        self.assertEqual(report["segments"]["written"], 1)
        b = self.enabled("B")
        self.assertEqual(self.done(b.sync()).json["files"]["written"], 0)
        a.sql("UPDATE patient SET phone = '555-9' WHERE patient_id = 1")
        self.assertEqual(self.done(a.sync()).json["patients"], {"exported": 1, "imported": 0})
        report = self.done(b.sync()).json
        self.assertEqual(report["patients"], {"exported": 0, "imported": 1})
        self.assertEqual(report["rows"], {"inserted": 0, "updated": 1, "restored": 0})
        self.assertEqual(b.sql("SELECT phone FROM patient WHERE patient_id = 1"), [("555-9",)])

    def test_log_tells_runs_newest_first_and_one_with_its_lines(self):
        site = self.enabled()
        runs = [self.done(site.sync()).json["run"] for _ in range(3)]
        log = self.done(site.run("log")).json
        self.assertEqual(log["format"], 1)
        self.assertEqual([run["run"] for run in log["runs"]], runs[::-1])
        for run in log["runs"]:
            self.assert_report(run, result="ok")
        self.assertEqual(len(self.done(site.run("log", "--limit", "2")).json["runs"]), 2)
        one = self.done(site.run("log", runs[0])).json
        self.assert_report(one, run=runs[0])
        self.assertEqual(sum("published" in line["text"] for line in one["lines"]), 24)
        for line in one["lines"]:
            self.assertRegex(line["time"], TIME)
        self.assertIn(runs[0], self.done(call("--state", site.state, "log")).out)

    def test_a_run_that_could_not_reach_the_database_is_in_the_log(self):
        site = self.synced()
        site.database.rename(self.place / "elsewhere.db")
        self.assert_code(site.sync(), "database_missing", 4, site.database)
        newest = self.done(site.run("log", "--limit", "1")).json["runs"][0]
        self.assert_report(newest, result="failed")
        self.assertEqual(newest["errors"][0]["code"], "database_missing")
        self.assertEqual(set(newest["errors"][0]), {"code", "sentence", "patient", "file"})

    def test_the_log_is_asked_for_errors_conflicts_and_a_patient(self):
        site = self.synced()
        site.database.rename(self.place / "elsewhere.db")
        failed = site.sync().json["run"]

        def found(*options):
            return [run["run"] for run in self.done(site.run("log", *options)).json["runs"]]
        first = found()[1]
        (self.place / "elsewhere.db").rename(site.database)
        self.assertEqual(found("--errors"), [failed])
        self.assertEqual(found("--conflicts"), [])
        self.assertEqual(found("--patient", site.patient("Adeyemi")), [first])
        self.assertEqual(site.run("log", "--errors", "--conflicts").status, 2)

    def test_lasting_options_last_and_others_hold_for_one_run(self):
        site = self.enabled("A", "--no-logs", "--auto", "30")
        first = {"logs": False, "delete_conflicts": False, "auto": 30}
        shown = self.done(site.run("options")).json
        self.assertEqual({key: shown[key] for key in first}, first)
        self.assertEqual(shown["folder"], str(self.folder))
        self.done(site.sync("--logs", "--delete-conflicts", "--no-auto"))
        self.assertEqual(self.done(site.run("options")).json, shown)
        self.done(site.run("options", "--logs", "--delete-conflicts", "--no-auto"))
        changed = self.done(site.run("options")).json
        self.assertEqual({key: changed[key] for key in first},
                         {"logs": True, "delete_conflicts": True, "auto": None})
        self.done(site.run("options", "--keep-conflicts"))
        self.assertEqual(self.done(site.run("options")).json["delete_conflicts"], False)
        self.assertEqual(self.done(site.run("status")).json["options"],
                         {"logs": True, "delete_conflicts": False, "auto": None})

    def test_options_move_to_the_same_folder_elsewhere_only(self):
        site = self.synced()
        moved = self.place / "moved"
        self.folder.rename(moved)
        self.done(site.run("options", "--folder", moved))
        self.assertEqual(self.done(site.run("status")).json["folder"], str(moved))
        self.done(site.sync())
        other = self.new_folder("other")
        self.assert_code(site.run("options", "--folder", other), "marker_other", 3, other)
        self.assertEqual(self.done(site.run("status")).json["folder"], str(moved))

    def test_status_before_and_after_enabling(self):
        site = self.site()
        before = self.done(site.run("status")).json
        self.assertEqual(before["enabled"], False)
        self.assertIsNone(before["writer"])
        self.new_folder()
        self.done(site.enable())
        self.done(site.sync())
        status = self.done(site.run("status")).json
        self.assert_shape(STATUS, status)
        self.assertRegex(status["writer"], UUID)
        self.assertEqual((status["site"], status["folder"], status["mapping"]),
                         ("A", str(self.folder), "demo"))
        self.assertEqual((status["conflicts"], status["pending"], status["unpublished"]), (0, 0, 0))
        site.sql("UPDATE patient SET phone = '1' WHERE patient_id = 1")
        run = self.done(site.sync()).json["run"]
        self.assertEqual(self.done(site.run("status")).json["last_run"], run)

    def test_an_enabled_database_keeps_its_mapping(self):
        site = self.enabled()
        before = site.marks()
        outcome = site.run("enable", "--mapping", "open-hospital")
        self.assert_code(outcome, "mapping_family", 3, site.database, "demo", "open-hospital")
        self.assertEqual(site.marks(), before)
        self.assertEqual(self.done(site.run("status")).json["mapping"], "demo")
        self.done(site.run("enable", "--mapping", "demo", "--site", "Renamed"))
        self.assertEqual(self.done(site.run("status")).json["site"], "Renamed")

    def test_disable_removes_what_enable_added(self):
        site = self.site()
        before = site.dump()
        self.new_folder()
        self.done(site.enable())
        self.done(site.sync())
        self.done(site.run("disable"))
        self.assertEqual(site.dump(), before)
        self.assertEqual(self.done(site.run("status")).json["enabled"], False)
        self.assert_code(site.sync(), "not_enabled", 3, site.database, "cfsync enable")
        self.done(site.enable())
        self.assertEqual(self.done(site.sync()).json["files"]["written"], 0)

    def test_plain_output_is_for_people(self):
        site = self.synced()
        common = ("--state", site.state)
        self.assertIn("24 patients, 24 files, 0 differences",
                      self.done(call(*common, "verify")).out)
        self.assertIn(str(self.folder), self.done(call(*common, "status")).out)
        self.assertIn("Use logs for faster sync: yes", self.done(call(*common, "options")).out)
        self.assertIn("0 new, 0 open", self.done(call(*common, "sync")).out)
        self.assertEqual(self.done(call(*common, "conflicts")).out, "")

    def test_a_database_that_another_program_keeps_locked_is_tried_again(self):
        site = self.synced()
        site.sql("UPDATE patient SET phone = '555-7' WHERE patient_id = 1")
        other = sqlite3.connect(site.database, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        self.assert_code(site.sync(), "database_locked", 4, site.database)
        other.execute("ROLLBACK")
        other.close()
        self.assertEqual(self.done(site.sync()).json["patients"]["exported"], 1)

    def test_all_goes_on_where_the_current_folder_was_deleted(self):
        gone = self.place / "gone"
        gone.mkdir()
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(gone)
        gone.rmdir()
        site = self.synced()
        self.done(site.run("verify"))
        self.done(site.run("disable"))
