#!/usr/bin/python3
"""Does the suite notice when the core is wrong? Plants one fault at a time and runs the tests.

    tests/mutations/check.py                 all of them: about an hour on two cores
    tests/mutations/check.py --list          their names
    tests/mutations/check.py NAME [NAME...]  only these
    tests/mutations/check.py --self-check    only that every fault still fits the source

Works in a copy of the tree (--work DIR keeps it for the next time). A fault is found when the
simulation or the core's tests fail. The exit status is 1 if one is not found.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from faults import FAULTS  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SEEDS = 600
# The whole of the core's tests takes a few minutes; a fault may make them hang.
LIMIT_S = 600


def tracked_files():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)
    return [name for name in listed.stdout.decode().split("\0") if name]


def copy_tree(work):
    """Files that did not change keep their times, so that little is built anew."""
    tree = os.path.join(work, "tree")
    for name in tracked_files():
        source, target = os.path.join(ROOT, name), os.path.join(tree, name)
        if not os.path.exists(source):
            continue
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if not os.path.exists(target) or read(source, "rb") != read(target, "rb"):
            shutil.copy(source, target)
    shared = os.path.join(os.path.dirname(ROOT), "shared")
    link = os.path.join(work, "shared")
    if os.path.isdir(shared) and not os.path.exists(link):
        os.symlink(shared, link)
    return tree


def read(path, mode="r"):
    with open(path, mode) as file:
        return file.read()


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def planted(fault, root):
    """The texts of the files with the fault in them; each place must be there exactly once."""
    changed = {}
    for file, before, after in fault.edits:
        path = os.path.join(root, file)
        text = changed.get(path) or read(path)
        if text.count(before) != 1:
            raise SystemExit(f"{fault.name}: {file} holds {text.count(before)} times:\n{before}")
        changed[path] = text.replace(before, after)
    return changed


def build(tree):
    environment = dict(os.environ, CCACHE_BASEDIR=tree, CCACHE_NOHASHDIR="1")
    steps = [["cmake", "--preset", "release", "-DCFS_APPLET=OFF", "-DCFS_WERROR=OFF"],
             ["cmake", "--build", "--preset", "release", "--target", "simulate", "core_tests"]]
    for step in steps:
        done = subprocess.run(step, cwd=tree, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(step)} failed:\n{(done.stdout + done.stderr)[-3000:]}")


def program(tree, name):
    for place in ("", "tests", "tests/simulation"):
        path = os.path.join(tree, "build", "release", place, name)
        if os.path.isfile(path):
            return path
    raise SystemExit(f"{name} was not built")


def suites(tree):
    return [("simulation", [program(tree, "simulate"), "--seeds", str(SEEDS), "--failures", "1",
                            "--no-shrink"]),
            # Without those that measure who waits for whom.
            ("core tests", [program(tree, "core_tests"), "--abort", "~[threads]"])]


def first_failure(output):
    for line in output.splitlines():
        if re.search(r"FAILED|seed \d+", line):
            return line.strip()[-100:]
    return output.strip().splitlines()[-1][-100:] if output.strip() else ""


class Found(NamedTuple):
    suite: str
    seconds: float  # of this suite alone
    line: str       # what it says


def run_suites(tree):
    """The first suite that fails; nothing if all pass."""
    for name, command in suites(tree):
        start = time.monotonic()
        try:
            done = subprocess.run(command, cwd=tree, capture_output=True, timeout=LIMIT_S)
            line = first_failure(done.stdout.decode("utf-8", "replace"))
            passed = done.returncode == 0
        except subprocess.TimeoutExpired:
            line, passed = "does not end", False
        if not passed:
            return Found(name, time.monotonic() - start, line)
    return None


def check(fault, tree):
    changed = planted(fault, tree)
    sound = {path: read(path) for path in changed}
    try:
        for path, text in changed.items():
            write(path, text)
        build(tree)
        return run_suites(tree)
    finally:
        for path, text in sound.items():
            write(path, text)


def chosen(names):
    known = {fault.name: fault for fault in FAULTS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SystemExit(f"no such fault: {', '.join(unknown)} (see --list)")
    return [known[name] for name in names] if names else list(FAULTS)


def told(found):
    if not found:
        return "NOT FOUND"
    return f"found by the {found.suite} in {found.seconds:.1f} s: {found.line}"


def check_all(faults, work):
    tree = copy_tree(work)
    build(tree)
    broken = run_suites(tree)
    if broken:
        raise SystemExit(f"without any fault the {broken.suite} fail: {broken.line}")
    missed = []
    for fault in faults:
        found = check(fault, tree)
        if not found:
            missed.append(fault.name)
        print(f"{fault.name:35} {told(found)}", flush=True)
    print(f"{len(faults) - len(missed)} of {len(faults)} faults found")
    return missed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--self-check", action="store_true")
    parser.add_argument("--work")
    arguments = parser.parse_args()
    faults = chosen(arguments.names)
    if arguments.list:
        print("\n".join(f"{fault.name:45} {fault.what}" for fault in faults))
        return 0
    for fault in faults:
        planted(fault, ROOT)
    if arguments.self_check:
        print(f"{len(faults)} faults fit the source")
        return 0
    if arguments.work:
        return 1 if check_all(faults, arguments.work) else 0
    with tempfile.TemporaryDirectory(prefix="cfs-mutations-") as work:
        return 1 if check_all(faults, work) else 0


if __name__ == "__main__":
    sys.exit(main())
