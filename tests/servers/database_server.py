"""MariaDB and PostgreSQL servers for tests: each in a scratch directory of its own, as an unprivileged
user, on a socket in that directory and on a random loopback port, gone with the test that started it.

    with MariaDbServer() as server:
        server.create("clinic")
        server.load("clinic", "schema.sql")
        cfsync("--database", server.connection("clinic"), ...)

The administrator (root, postgres) has no password and is let in by the socket only, which nobody else
can reach; accounts for the loopback port are made by the test, with a password.
"""

import contextlib
import ctypes
import fcntl
import glob
import os
import pathlib
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

PREFIX = "cfs-server-"
PATIENCE_S = 120
# Below the ports that the system gives to outgoing connections: a server that is down for a while
# finds its port free again.
PORTS = range(20000, 32000)
ROOM = 1 << 30
SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


class ServerFailed(Exception):
    """The server could not be set up or started; the message holds the end of its log."""


def free_port():
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def quick_place():
    """In memory where there is room."""
    memory = "/dev/shm"
    free = shutil.disk_usage(memory).free if os.path.isdir(memory) else 0
    return memory if free > ROOM else tempfile.gettempdir()


def sweep(place):
    """Removes what tests that were killed left behind: nobody holds their lock any more."""
    for directory in glob.glob(os.path.join(place, PREFIX + "*")):
        try:
            with open(os.path.join(directory, "lock"), "rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(directory, ignore_errors=True)
        except OSError:
            continue  # in use, not ours, or not locked yet


class Server:
    """What both have in common. `program` names the server in messages."""

    program = ""
    death_signal = signal.SIGKILL

    def __init__(self):
        place = quick_place()
        sweep(place)
        self.place = pathlib.Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        self.port = free_port()
        self.process = None
        self.lock = open(self.place / "lock", "wb")  # held as long as this process lives
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        self.account = None
        if os.geteuid() == 0:  # the servers refuse to be root
            self.account = pwd.getpwnam("nobody")
            os.chown(self.place, self.account.pw_uid, self.account.pw_gid)

    def __enter__(self):
        try:
            self.set_up()
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.kill()
        self.lock.close()
        shutil.rmtree(self.place, ignore_errors=True)

    def as_account(self):
        """Options of subprocess that make the child the unprivileged user."""
        options = {"cwd": self.place, "env": {**os.environ, "HOME": str(self.place), "LC_ALL": "C"}}
        if self.account:
            options.update(user=self.account.pw_uid, group=self.account.pw_gid, extra_groups=[])
        return options

    def call(self, *command, text=None, path=None):
        """Runs a client or tool; its output. `path` is a file for its standard input."""
        with contextlib.ExitStack() as stack:
            given = {"input": text.encode() if text is not None else None}
            if path is not None:
                given = {"stdin": stack.enter_context(open(path, "rb"))}
            done = subprocess.run([str(part) for part in command], capture_output=True, check=False,
                                  timeout=PATIENCE_S * 5, **given, **self.as_account())
        if done.returncode != 0:
            raise ServerFailed(f"{command[0]}: " + done.stderr.decode(errors="replace")[-2000:])
        return done.stdout.decode(errors="replace")

    def start(self):
        """Starts the server, also one that was stopped or killed, with its data and its port."""
        library = ctypes.CDLL(None)
        death_signal = int(self.death_signal)
        with open(self.place / "log", "ab") as log:
            self.process = subprocess.Popen(
                [str(part) for part in self.command()], stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, preexec_fn=lambda: library.prctl(SET_DEATH_SIGNAL, death_signal),
                **self.as_account())
        deadline = time.monotonic() + PATIENCE_S
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                log = (self.place / "log").read_text(errors="replace")
                raise ServerFailed(f"{self.program} did not start: {log[-2000:]}")
            time.sleep(0.05)

    def answers(self):
        try:
            self.sql("SELECT 1")
            return True
        except ServerFailed:
            return False

    def stop(self):
        """Lets the server end in order."""
        if self.process:
            self.process.terminate()
            self.process.wait(PATIENCE_S)
            self.process = None

    def kill(self):
        """As a power cut would (what was written to its files stays)."""
        if self.process:
            self.process.send_signal(self.death_signal)
            self.process.wait(PATIENCE_S)
            self.process = None

    def set_up(self):
        raise NotImplementedError

    def command(self):
        raise NotImplementedError

    def sql(self, statement, database=None):
        """Runs statements as the administrator; the rows as lines, the columns apart by tabs."""
        raise NotImplementedError


class MariaDbServer(Server):
    program = "mariadbd"

    def set_up(self):
        # One that starts clears the place of temporary tables, those of others with it.
        self.call("mariadb-install-db", "--no-defaults", f"--datadir={self.place / 'data'}",
                  f"--tmpdir={self.place}", "--auth-root-authentication-method=normal", "--skip-test-db",
                  "--innodb-log-file-size=16M", "--skip-name-resolve")

    def command(self):
        return ["mariadbd", "--no-defaults", f"--datadir={self.place / 'data'}",
                f"--socket={self.socket}", f"--port={self.port}", "--bind-address=127.0.0.1",
                f"--tmpdir={self.place}",
                # A root@localhost that is not resolved can't come by the port.
                "--skip-name-resolve", "--character-set-server=utf8mb4", "--skip-log-bin",
                "--innodb-log-file-size=16M", "--innodb-buffer-pool-size=64M",
                "--innodb-flush-log-at-trx-commit=0"]

    @property
    def socket(self):
        return self.place / "socket"

    def client(self, database=None):
        return ["mariadb", "--no-defaults", f"--socket={self.socket}", "--user=root", "--batch",
                "--skip-column-names", "--default-character-set=utf8mb4",
                *([database] if database else [])]

    def sql(self, statement, database=None):
        return self.call(*self.client(database), text=statement)

    def create(self, database):
        self.sql(f"CREATE DATABASE `{database}` CHARACTER SET utf8mb4")

    def load(self, database, path, strict=True):
        """Runs a script. Without `strict` rows may be wider than InnoDB allows."""
        if strict:
            self.call(*self.client(database), path=path)
            return
        self.sql("SET GLOBAL innodb_strict_mode=0")
        try:
            self.call(*self.client(database), path=path)
        finally:
            self.sql("SET GLOBAL innodb_strict_mode=1")

    def connection(self, database, user="root"):
        """The administrator's, by the socket; another user's by the port."""
        way = (f"unix_socket={self.socket}" if user == "root"
               else f"host=127.0.0.1 port={self.port}")
        return f"mysql://dbname={database} user={user} {way}"


class PostgreSqlServer(Server):
    program = "postgres"
    # One that is killed would leave its shared memory; this one ends at once, like a crash.
    death_signal = signal.SIGQUIT

    def __init__(self):
        super().__init__()
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
        initdb = found[-1] if found else shutil.which("initdb")
        if initdb is None:
            self.close()
            raise ServerFailed("postgres is not installed")
        self.programs = pathlib.Path(initdb).parent

    def set_up(self):
        self.call(self.programs / "initdb", "--pgdata", self.place / "data", "--username=postgres",
                  "--encoding=UTF8", "--auth-local=trust", "--auth-host=scram-sha-256",
                  "--no-sync", "--no-locale")

    def command(self):
        return [self.programs / "postgres", "-D", self.place / "data", "-k", self.place, "-h",
                "127.0.0.1", "-p", self.port, "-F", "-c", "shared_buffers=32MB"]

    def client(self, database=None):
        return [self.programs / "psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only",
                "--field-separator=\t", "--set=ON_ERROR_STOP=1", f"--host={self.place}",
                f"--port={self.port}", "--username=postgres", f"--dbname={database or 'postgres'}"]

    def sql(self, statement, database=None):
        return self.call(*self.client(database), text=statement)

    def create(self, database):
        self.sql(f'CREATE DATABASE "{database}" ENCODING \'UTF8\'')

    def load(self, database, path):
        """Runs a script."""
        self.call(*self.client(database), path=path)

    def connection(self, database, user="postgres"):
        """The administrator's, by the socket; another user's by the port."""
        host = self.place if user == "postgres" else "127.0.0.1"
        return f"postgresql://host={host} port={self.port} dbname={database} user={user}"


def started(kind, at_the_end):
    """A server that runs; skips the test where it is not installed. `at_the_end` takes what ends it:
    addCleanup of a test, addClassCleanup of a class."""
    try:
        server = kind()
        server.__enter__()
    except (FileNotFoundError, ServerFailed) as error:
        if isinstance(error, ServerFailed) and "not installed" not in str(error):
            raise
        raise unittest.SkipTest(f"{kind.program} is not installed") from error
    at_the_end(server.close)
    return server
