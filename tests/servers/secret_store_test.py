"""A server's password in the desktop's own keyring: a real one, with a session bus of its own."""

import os
import pathlib
import shutil
import signal
import subprocess
import unittest

from database_server import MariaDbServer
from server_story import ServerStory
from server_site import ServerSite, demo_rows

from clinic import call

PASSWORD = "a long pass'word \\ ü"
KEYRING = "gnome-keyring-daemon"


@unittest.skipUnless(shutil.which(KEYRING), f"{KEYRING} is not installed")
class SecretStoreTest(ServerStory):
    server_kind = MariaDbServer

    def setUp(self):
        super().setUp()
        # What libsecret and the keyring find their place by.
        home = self.place / "home"
        home.mkdir(mode=0o700)
        self.set_variables(HOME=home, XDG_DATA_HOME=home / "data", XDG_RUNTIME_DIR=home,
                           DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere")
        self.site = ServerSite(self.place, "A", self.folder, self.server)
        self.site.make_demo("demo_schema_mariadb.sql", demo_rows(self.place))
        quoted = PASSWORD.replace("\\", "\\\\").replace("'", "''")
        self.server.sql(f"CREATE OR REPLACE USER sync@'127.0.0.1' IDENTIFIED BY '{quoted}'; "
                        f"GRANT ALL ON {self.site.database}.* TO sync@'127.0.0.1'")
        self.addCleanup(self.server.sql, f"DROP DATABASE {self.site.database}")
        self.site.connection = self.server.connection(self.site.database, "sync")

    def set_variables(self, **values):
        for name, value in values.items():
            before = os.environ.get(name)
            self.addCleanup(self.restore, name, before)
            os.environ[name] = str(value)

    @staticmethod
    def restore(name, value):
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value

    def start_keyring(self):
        bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(self.stop, bus)
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        self.unlock()

    def unlock(self):
        self.keyring = subprocess.Popen(
            [KEYRING, "--foreground", "--unlock", "--components=secrets"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(self.stop, self.keyring)
        self.keyring.stdin.write("of the keyring itself")
        self.keyring.stdin.close()
        subprocess.run(["gdbus", "wait", "--session", "--timeout", "30",
                        "org.freedesktop.secrets"], check=True)

    @staticmethod
    def stop(process):
        process.send_signal(signal.SIGTERM)
        process.wait()
        process.stdout.close()

    def assert_secret(self, *outcomes):
        """It stands in no output and in no file of ours."""
        for outcome in outcomes:
            self.assertNotIn(PASSWORD, outcome.out + outcome.err)
        for place in (self.place / "A", pathlib.Path(self.folder)):
            for path in place.rglob("*"):
                if path.is_file():
                    self.assertNotIn(PASSWORD.encode(), path.read_bytes(), path)

    def test_a_password_in_the_keyring_is_used_until_it_is_forgotten(self):
        site = self.site
        self.start_keyring()
        self.done(call("--state", self.place / "starter", "init", "--folder", self.folder,
                       "--mapping", "demo"))
        refused = site.enable()
        self.assert_code(refused, "database_refused", 4, site.database)
        kept = site.run("password", stdin=PASSWORD + "\n")
        self.done(kept)
        self.done(site.enable())
        synced = site.sync()
        self.assertEqual(synced.status, 0, synced.out)
        # One that is given counts before the one that is kept.
        wrong = site.run("--password-stdin", "sync", stdin="wrong\n")
        self.assert_code(wrong, "database_refused", 4, site.database)
        self.assert_secret(refused, kept, synced, wrong)

        forgotten = site.run("password", "--forget")
        self.done(forgotten)
        self.assertIn("no longer kept", forgotten.json["done"])
        self.assertIn("No password was kept", site.run("password", "--forget").json["done"])
        self.assert_code(site.sync(), "database_refused", 4, site.database)
        self.done(site.run("--password-stdin", "disable", stdin=PASSWORD + "\n"))

    def test_a_keyring_that_is_locked_or_not_there_is_told_and_never_waited_for(self):
        site = self.site
        gone = site.run("password", stdin=PASSWORD + "\n")
        self.assert_code(gone, "secret_store", 4, site.database)
        self.assert_code(site.run("status"), "database_refused", 4, site.database)

        self.start_keyring()
        self.done(site.run("password", stdin=PASSWORD + "\n"))
        subprocess.run(["gdbus", "call", "--session", "--dest", "org.freedesktop.secrets",
                        "--object-path", "/org/freedesktop/secrets", "--method",
                        "org.freedesktop.Secret.Service.Lock",
                        "['/org/freedesktop/secrets/collection/login']"], check=True,
                       stdout=subprocess.DEVNULL)
        self.assert_code(site.run("status"), "database_refused", 4, site.database)
        self.assert_secret(gone)

    def test_what_has_no_password_and_an_empty_one_are_refused(self):
        site = self.site
        self.assert_code(site.run("password", stdin="\n"), "usage", 2, "standard input")
        site.connection = f"sqlite3://{self.place}/clinic.db"
        self.assert_code(site.run("password", stdin=PASSWORD + "\n"), "usage", 2, "is a file")


if __name__ == "__main__":
    unittest.main()
