"""Conflicts, settling, undo, verify and preview at the command line."""

import base64

from clinic import ClinicTest, folder_bytes

TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"


class ReviewTest(ClinicTest):
    def phones(self, *sites):
        return [site.sql("SELECT phone FROM patient WHERE patient_id = 1")[0][0] for site in sites]

    def in_conflict(self, statement="UPDATE patient SET phone = ? WHERE patient_id = 1",
                    values=("555-1", "555-2")):
        a, b = self.two_synced()
        a.sql(statement, values[0])
        b.sql(statement, values[1])
        self.done(a.sync())
        self.assertEqual(b.sync().status, 1)
        self.assertEqual(a.sync().status, 1)
        return a, b

    def conflicts(self, site, *options):
        outcome = site.run("conflicts", *options)
        self.assertEqual(outcome.json["format"], 1)
        self.assertEqual(outcome.status, 1 if outcome.json["conflicts"] else 0)
        return outcome.json["conflicts"]

    def test_a_conflict_is_shown_at_both_sites_alike(self):
        a, b = self.in_conflict()
        report = a.sync().json
        self.assertEqual(report["result"], "attention")
        self.assertEqual(report["conflicts"], {"new": 0, "open": 1})
        self.assertEqual(a.run("status").status, 1)
        conflict = self.conflicts(a)[0]
        self.assertEqual(set(conflict),
                         {"id", "patient", "table", "row", "columns", "safety", "values"})
        self.assertEqual((conflict["table"], conflict["columns"], conflict["safety"]),
                         ("patient", ["phone"], False))
        self.assertTrue(conflict["id"].startswith(conflict["row"]))
        for value in conflict["values"]:
            self.assertEqual(set(value), {"version", "site", "time", "shown", "fields"})
            self.assertRegex(value["time"], TIME)
            self.assertRegex(value["version"], r"^\S+$")
        self.assertEqual([value["shown"] for value in conflict["values"]], [True, False])
        self.assertEqual({value["fields"]["phone"] for value in conflict["values"]},
                         {"555-1", "555-2"})
        other = self.conflicts(b)[0]
        self.assertEqual(other["id"], conflict["id"])
        self.assertEqual([value["version"] for value in other["values"]],
                         [value["version"] for value in conflict["values"]])
        self.assertEqual(len(self.conflicts(a, "--patient", a.patient("Adeyemi"))), 1)
        self.assertEqual(self.conflicts(a, "--patient", a.patient("Zhang")), [])

    def test_patients_are_named_only_where_that_is_asked_for(self):
        a, _ = self.in_conflict()
        self.assertNotIn("Adeyemi", a.run("conflicts").out)
        named = self.conflicts(a, "--names")[0]
        self.assertTrue(named["patient_label"].startswith("Adeyemi, "))
        self.assertEqual(named["record_label"], "")

    def test_the_sites_of_a_conflict_are_named(self):
        a, b = self.in_conflict()
        for site in (a, b):
            names = {value["site"] for value in self.conflicts(site)[0]["values"]}
            self.assertEqual(names, {"A", "B"})

    def test_conflicts_of_safety_come_first(self):
        a, b = self.in_conflict()
        a.sql("UPDATE patient SET blood_group = 'A+' WHERE patient_id = 4")
        b.sql("UPDATE patient SET blood_group = 'B+' WHERE patient_id = 4")
        for site in (a, b, a):
            site.sync()
        found = [(conflict["safety"], conflict["columns"]) for conflict in self.conflicts(a)]
        self.assertEqual(found, [(True, ["blood_group"]), (False, ["phone"])])

    def test_null_and_binary_values(self):
        a, b = self.in_conflict(values=(None, "555-2"))
        fields = [value["fields"]["phone"] for value in self.conflicts(a)[0]["values"]]
        self.assertCountEqual(fields, [None, "555-2"])
        a.sql("UPDATE document SET content = ? WHERE document_id = 1", b"\x00\xffone")
        b.sql("UPDATE document SET content = ? WHERE document_id = 1", b"\x00\xfftwo")
        for site in (a, b, a):
            site.sync()
        found = [conflict for conflict in self.conflicts(a) if conflict["table"] == "document"]
        contents = {base64.b64decode(value["fields"]["content"]["base64"])
                    for value in found[0]["values"]}
        self.assertEqual(contents, {b"\x00\xffone", b"\x00\xfftwo"})

    def test_resolve_keeps_what_was_chosen_everywhere(self):
        a, b = self.in_conflict()
        conflict = self.conflicts(a)[0]
        loser = conflict["values"][1]
        self.done(a.run("resolve", conflict["id"], "--keep", loser["version"]))
        self.assertEqual(self.conflicts(a), [])
        self.done(a.sync())
        self.done(b.sync())
        self.assertEqual(self.phones(a, b), [loser["fields"]["phone"]] * 2)
        self.assertEqual(self.conflicts(b), [])

    def test_resolve_refuses_what_changed_since_it_was_shown(self):
        a, b = self.in_conflict()
        conflict = self.conflicts(a)[0]
        b.sql("UPDATE patient SET phone = '555-3' WHERE patient_id = 1")
        b.sync()
        a.sync()
        keep = conflict["values"][1]["version"]
        outcome = a.run("resolve", conflict["id"], "--keep", keep)
        self.assert_code(outcome, "changed_since_shown", 3, conflict["id"])
        settled = self.conflicts(a)[0]
        self.done(a.run("resolve", settled["id"], "--keep", settled["values"][0]["version"]))
        self.assertEqual(a.run("resolve", settled["id"], "--keep",
                               settled["values"][0]["version"]).status, 3)

    def test_resolve_takes_a_conflict_and_a_version_of_it(self):
        a, _ = self.in_conflict()
        conflict = self.conflicts(a)[0]
        before = a.marks()
        self.assertEqual(a.run("resolve", conflict["id"]).status, 2)
        self.assertEqual(a.run("resolve", conflict["id"], "--keep", "nonsense").status, 2)
        self.assertEqual(a.run("resolve", "nonsense", "--keep",
                               conflict["values"][0]["version"]).status, 2)
        other = conflict["values"][0]["version"][:-1] + "0"
        self.assertEqual(a.run("resolve", conflict["id"], "--keep", other + "0").status, 2)
        self.assertEqual(a.marks(), before)

    def test_resolve_all_shown_keeps_everything_as_it_is(self):
        a, b = self.in_conflict()
        shown = self.phones(a)
        self.done(a.run("resolve", "--all-shown"))
        self.done(a.sync())
        self.done(b.sync())
        self.assertEqual(self.phones(a, b), shown * 2)
        self.assertEqual(self.conflicts(a) + self.conflicts(b), [])

    def test_undo_last_opens_again_what_was_settled_last(self):
        a, b = self.in_conflict()
        shown = [(value["site"], value["time"], value["fields"])
                 for value in self.conflicts(a)[0]["values"]]
        for choice in (0, 1):
            conflict = self.conflicts(a)[0]
            kept = conflict["values"][choice]["version"]
            self.done(a.run("resolve", conflict["id"], "--keep", kept))
            undone = a.run("undo", "last")
            self.assertEqual(undone.status, 1)
            self.assertIn("1 conflict is open again",
                          [line["text"] for line in undone.json["lines"]])
            for site in (a, b):
                self.assertEqual(site.sync().status, 1)
                self.assertEqual([(value["site"], value["time"], value["fields"])
                                  for value in self.conflicts(site)[0]["values"]], shown)

    def imported(self):
        a, b = self.two_synced()
        a.sql("UPDATE patient SET phone = '555-9' WHERE patient_id = 1")
        a.sql("UPDATE patient SET phone = '555-9' WHERE patient_id = 2")
        self.done(a.sync())
        return a, b, self.done(b.sync()).json["run"]

    def test_undo_last_puts_back_what_a_run_overwrote(self):
        a, b, _ = self.imported()
        outcome = self.done(b.run("undo", "last"))
        self.assertEqual(outcome.json["rows"]["updated"], 2)
        self.assertEqual(self.phones(b), ["555-0101"])
        self.done(b.sync())
        self.done(a.sync())
        self.assertEqual(self.phones(a, b), ["555-0101"] * 2)

    def test_undo_of_one_row_of_a_run(self):
        _, b, run = self.imported()
        self.done(b.run("undo", run, "--row", b.patient("Adeyemi")))
        self.assertEqual(b.sql("SELECT phone FROM patient WHERE patient_id < 3"),
                         [("555-0101",), ("555-9",)])
        self.assertEqual(b.run("undo", run, "--row", "nonsense").status, 2)

    def test_undo_leaves_rows_that_were_edited_since(self):
        _, b, run = self.imported()
        b.sql("UPDATE patient SET phone = '555-5' WHERE patient_id = 1")
        lines = self.done(b.run("undo", run)).json["lines"]
        self.assertTrue(any("edited since" in line["text"] for line in lines))
        self.assertEqual(b.sql("SELECT phone FROM patient WHERE patient_id < 3"),
                         [("555-5",), ("555-0102",)])

    def test_undo_of_an_unknown_run_is_usage(self):
        _, b, _ = self.imported()
        before = b.marks()
        self.assertEqual(b.run("undo", "no-such-run").status, 2)
        self.assertEqual(b.marks(), before)

    def test_verify_is_clean_after_a_sync_and_tells_differences(self):
        a, b = self.two_synced()
        before = a.marks(), a.state_bytes()
        report = self.done(a.run("verify")).json
        self.assertEqual(report, {"format": 1, "patients": 24, "files": 24, "differences": []})
        self.assertEqual((a.marks(), a.state_bytes()), before)
        a.sql("UPDATE patient SET phone = '555-9' WHERE patient_id = 1")
        patient = a.patient("Zhang")
        a.patient_file(patient).write_bytes(b"")
        before = a.marks()
        outcome = a.run("verify")
        self.assertEqual(outcome.status, 1)
        self.assertEqual(a.marks(), before)
        differences = outcome.json["differences"]
        for difference in differences:
            self.assertEqual(set(difference), {"patient", "file", "row", "what"})
        self.assertIn((a.patient("Adeyemi"), a.patient("Adeyemi")),
                      [(found["patient"], found["row"]) for found in differences])
        self.assertIn((patient, f"patients/{patient[:2]}/{patient}.xml"),
                      [(found["patient"], found["file"]) for found in differences])
        b.patient_file(patient).unlink()
        self.assertEqual(b.run("verify").status, 1)

    def test_preview_tells_what_a_sync_would_do_and_changes_nothing(self):
        a, b = self.two_synced()
        a.sql("UPDATE patient SET phone = '555-9' WHERE patient_id = 1")
        self.done(a.sync())
        b.sql("UPDATE patient SET phone = '555-8' WHERE patient_id = 2")
        b.sql("INSERT INTO patient (family_name, given_name, birth_date, sex, registered_on) "
              "VALUES ('Nowak', 'Jan', '1970-01-01', 'M', '2026-01-01')")
        before, file = (b.marks(), b.state_bytes()), b.database.read_bytes()
        report = self.done(b.sync("--preview")).json
        self.assertEqual((b.marks(), b.state_bytes()), before)
        self.assertEqual(b.database.read_bytes(), file)
        self.assertEqual(b.run("verify").status, 1)
        self.assertEqual(b.database.read_bytes(), file)
        self.assertTrue(report["preview"])
        self.assertEqual(report["rows"], {"inserted": 0, "updated": 1, "restored": 0})
        self.assertEqual(report["patients"], {"exported": 2, "imported": 1})
        self.assertTrue(self.done(b.run("log", "--limit", "1")).json["runs"][0]["preview"])
        self.assertNotEqual(self.done(b.run("status")).json["last_run"], report["run"])
        report = self.done(b.sync()).json
        self.assertEqual(report["patients"], {"exported": 2, "imported": 1})

    def test_preview_tells_of_open_conflicts_and_doubts(self):
        a, _ = self.in_conflict()
        before = a.marks()
        outcome = a.sync("--preview")
        self.assertEqual((outcome.status, outcome.json["conflicts"]["open"]), (1, 1))
        a.sql("UPDATE patient SET notes = 'x'")
        before = a.marks()
        self.assert_code(a.sync("--preview"), "patients_gone", 3)
        self.assertEqual(a.sync("--preview", "--confirm", "patients-gone").status, 1)
        self.assertEqual(a.marks(), before)

    def test_preview_of_a_first_sync(self):
        site = self.enabled()
        before = site.marks(), site.state_bytes()
        report = self.done(site.sync("--preview")).json
        self.assertEqual(report["patients"]["exported"], 24)
        self.assertEqual((site.marks(), site.state_bytes()), before)
        self.assertEqual([path for path in folder_bytes(self.folder)
                          if not path.endswith(b"cloud-folder-sync.xml")], [])
