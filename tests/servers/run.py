#!/usr/bin/env python3
"""Starts database servers, each with an empty database, and runs the tests of the back ends on them.

    run.py --tests build/dev/server_tests                        every server that is installed
    run.py --tests build/dev/server_tests --with mariadb -- -s   one; what follows -- is passed on

A server that is not installed is left out with a sentence; the cases run on SQLite all the same.
"""

import argparse
import contextlib
import os
import subprocess
import sys

from database_server import MariaDbServer, PostgreSqlServer, ServerFailed

DATABASE = "clinic"
# The name of a server: what starts it, and the variable that tells the tests where it is.
SERVERS = {"mariadb": (MariaDbServer, "CFS_TEST_MARIADB"),
           "postgresql": (PostgreSqlServer, "CFS_TEST_POSTGRESQL")}


def started(stack, name):
    """The server's connection; None if it is not installed."""
    server, _ = SERVERS[name]
    try:
        running = stack.enter_context(server())
    except (FileNotFoundError, ServerFailed) as error:
        if isinstance(error, ServerFailed) and "not installed" not in str(error):
            raise
        print(f"{name} is not installed: its cases are skipped.", file=sys.stderr, flush=True)
        return None
    running.create(DATABASE)
    return running.connection(DATABASE)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tests", default="server_tests", help="the program to run")
    parser.add_argument("--with", dest="servers", default=",".join(SERVERS),
                        help="the servers, with commas between (default: all)")
    parser.add_argument("arguments", nargs="*", help="passed on to the program")
    options = parser.parse_args()
    unknown = set(options.servers.split(",")) - set(SERVERS) - {""}
    if unknown:
        parser.error(f"unknown server {', '.join(sorted(unknown))}; known are {', '.join(SERVERS)}")
    environment = {name: value for name, value in os.environ.items()
                   if name not in [variable for _, variable in SERVERS.values()]}
    with contextlib.ExitStack() as stack:
        for name in filter(None, options.servers.split(",")):
            connection = started(stack, name)
            if connection:
                environment[SERVERS[name][1]] = connection
        return subprocess.run([os.path.abspath(options.tests), *options.arguments],
                              env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
