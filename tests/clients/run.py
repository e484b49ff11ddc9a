#!/usr/bin/env python3
"""Clinics with a real cloud client between them; skipped with a sentence where it is missing.

    run.py syncthing --cfsync build/dev/cfsync                          what ctest runs
    run.py syncthing --cfsync build/dev/cfsync --rounds 200 --seed 7    by hand
"""

import argparse
import os
import shutil
import sys
import unittest

SKIPPED = 77
ROUNDS = {"syncthing": 10, "rclone": 3, "unison": 4}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("client", choices=ROUNDS)
    parser.add_argument("--cfsync", default="cfsync", help="the program to test")
    parser.add_argument("--rounds", type=int, help="rounds of the tests that kill, together")
    parser.add_argument("--seed", type=int, default=1, help="what is done where; the moments of "
                        "kills vary with the machine all the same")
    parser.add_argument("--only", help="only tests whose names hold this word")
    options = parser.parse_args()
    missing = [program for program in (options.client, "setpriv") if not shutil.which(program)]
    if missing:
        print("The test of", options.client, "is skipped; it needs the programs:", *missing)
        return SKIPPED
    os.environ["CFSYNC"] = os.path.abspath(shutil.which(options.cfsync) or options.cfsync)
    os.environ["CFS_ROUNDS"] = str(options.rounds or ROUNDS[options.client])
    os.environ["CFS_SEED"] = str(options.seed)
    print(f"Seed {options.seed}", file=sys.stderr, flush=True)
    arguments = [sys.argv[0], *(["-k", options.only] if options.only else [])]
    return not unittest.main(options.client + "_test", argv=arguments,
                             exit=False).result.wasSuccessful()


if __name__ == "__main__":
    sys.exit(main())
