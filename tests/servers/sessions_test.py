"""The sessions of core/mappings/sessions.md, run anew: what the page shows is what is answered.

    SESSIONS_WRITE=1 python3 -B -m unittest sessions_test      writes the answers into the page
"""

import os
import pathlib
import re
import shutil
import subprocess
import unittest

from database_server import MariaDbServer, PostgreSqlServer, started
from open_emr_site import DATA, SCRIPTS, OpenEmrSite
from open_mrs_test import SAMPLE, MariaDbSite, PostgreSqlSite
from server_site import TESTS
from server_story import rights_of_the_page

from clinic import CFSYNC, ClinicTest

PAGE = TESTS.parent / "core" / "mappings" / "sessions.md"
PROMPT = re.compile(r"^(east|west)\$ (.*)$")
# What is another at each run: UUIDs, versions, runs and times.
VARIABLE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{8}T\d{6}\.\d{3}Z-[0-9a-f]{4}|"
                      r"[0-9a-f]{8}\.[\w-]{16}|"
                      r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?")


def masked(text):
    """Equal for answers that differ in nothing but what must; columns as wide as they come."""
    return [re.sub(r"\s+", " ", VARIABLE.sub("*", line)).strip() for line in text.splitlines()]


def section(title):
    """The lines of the page below a heading, up to the next of its kind."""
    text = PAGE.read_text(encoding="utf-8")
    start = text.index(f"\n## {title}\n")
    end = text.find("\n## ", start + 1)
    return text[start:end if end > 0 else len(text)]


class Machine:
    """Where one site works: a home, its database server, and the programs that are installed."""

    def __init__(self, home, folder, client, port, server_port):
        self.home = home
        self.port = port
        self.server_port = server_port
        programs = home / "bin"
        programs.mkdir(parents=True)
        (home / "Clinic").symlink_to(folder)
        (home / "sync-password").write_text("a long password\n", encoding="utf-8")
        (programs / "cfsync").symlink_to(pathlib.Path(shutil.which(CFSYNC) or CFSYNC).resolve())
        name = pathlib.Path(client[0]).name
        words = " ".join(f"'{word}'" for word in [shutil.which(client[0]) or client[0], *client[1:]])
        (programs / name).write_text(f'#!/bin/sh\nexec {words} "$@"\n', encoding="utf-8")
        (programs / name).chmod(0o755)

    def run(self, command):
        # A server has its usual port where people are, and any free one here.
        command = command.replace(self.server_port, f"{self.server_port} port={self.port}")
        environment = {"HOME": str(self.home), "LANG": "C.UTF-8",
                       "PATH": f"{self.home / 'bin'}:{os.environ['PATH']}"}
        done = subprocess.run(["bash", "-c", command], cwd=self.home, env=environment, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120,
                              encoding="utf-8")
        said = done.stdout.replace(f" port={self.port}", "")
        return said.replace(f":{self.port}", "").replace(str(self.home), "/home/sync")


class Sessions(ClinicTest):
    def setUp(self):
        super().setUp()
        if not PAGE.is_file() or not (DATA / SCRIPTS[0]).is_file() or not SAMPLE.is_dir():
            self.skipTest(f"there is no {DATA} or no {SAMPLE}")
        self.real = {}  # what a word of the page is in this run

    def machine(self, name, server):
        # What the administrator has in a file of options, and no more.
        settings = ("--no-defaults", "--no-psqlrc", "--batch", "--socket", "--host", "--port", "--user")
        program, *words = server.client()
        words = [word for word in words if word.startswith(settings)]
        return Machine(self.place / name, self.folder, [program, *words], server.port,
                       "host=127.0.0.1")

    def play(self, title, machines):
        text = section(title)
        played = text
        for block in re.findall(r"^```(?:console|sql)\n.*?^```$", text, re.MULTILINE | re.DOTALL):
            language, *lines = block.splitlines()[:-1]
            if language == "```sql":
                self.keep_script(lines, machines)
                continue
            played = played.replace(block, "\n".join([language, *self.answers(lines, machines),
                                                      "```"]), 1)
        if os.environ.get("SESSIONS_WRITE"):
            page = PAGE.read_text(encoding="utf-8")
            PAGE.write_text(page.replace(text, played), encoding="utf-8")

    def keep_script(self, lines, machines):
        """Its first line says in a comment what file it is."""
        name, database = lines[0].split()[1:3]
        own = [line.replace("clinic.", database + ".")
               for line in rights_of_the_page(0).splitlines() if ".cfs_" in line]
        script = "\n".join(lines).replace("-- as in servers.md", "\n".join(own))
        for machine in machines.values():
            (machine.home / name).write_text(script, encoding="utf-8")

    def answers(self, lines, machines):
        commands = []
        for line in lines:
            begins = PROMPT.match(line)
            if begins:
                commands.append((line, begins.group(1), begins.group(2), []))
            else:
                commands[-1][3].append(line)
        answers = []
        for line, site, command, expected in commands:
            while command.endswith("\\"):
                command = command[:-1] + expected.pop(0).strip()
            said = machines[site].run(self.as_now(command)).rstrip("\n")
            expected = "\n".join(expected)
            if os.environ.get("SESSIONS_WRITE"):
                shown = lines[lines.index(line):]
                count = next(i for i, part in enumerate(shown) if not part.endswith("\\")) + 1
                answers += [self.as_now(part) for part in shown[:count]] + [
                    part.rstrip() for part in said.splitlines()]
            else:
                self.assertEqual(masked(said), masked(expected), f"{site}$ {command}")
            self.real.update(zip(VARIABLE.findall(expected), VARIABLE.findall(said)))
        return answers

    def as_now(self, command):
        """With this run's words in the place of the page's."""
        return VARIABLE.sub(lambda word: self.real.get(word.group(), word.group()), command)

    def server(self, kind):
        return started(kind, self.addCleanup)

    def test_open_emr_on_mariadb(self):
        machines = {}
        for name, first_user in (("east", None), ("west", 40)):
            server = self.server(MariaDbServer)
            site = OpenEmrSite(self.place, name.title(), self.folder, server)
            site.database = "openemr"
            site.load(first_user=first_user)
            # Their files would have to lie where the program keeps them on a real machine.
            site.sql("DELETE FROM documents; DELETE FROM categories_to_documents; "
                     "DELETE FROM notes")
            machines[name] = self.machine(name, server)
        self.play("OpenEMR on MariaDB", machines)

    def test_open_mrs_on_mariadb_and_postgresql(self):
        machines = {}
        for name, kind, make in (("east", MariaDbServer, MariaDbSite),
                                 ("west", PostgreSqlServer, PostgreSqlSite)):
            server = self.server(kind)
            site = make(self.place, name.title(), self.folder, server)
            site.database = "openmrs"
            site.make()
            site.give_uuids()
            machines[name] = self.machine(name, server)
        self.play("OpenMRS on MariaDB and PostgreSQL", machines)


if __name__ == "__main__":
    unittest.main()
