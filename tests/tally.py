#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts what was tested: tally.py TAP_FILE... [--ctest JUNIT_FILE RESULTS_DIR]...

Each TAP line `ok` or `not ok` is one. A test known to ctest counts by its TAP file under
RESULTS_DIR; without one, or if ctest calls it failed while its TAP does not, as one by itself.
Prints what failed and, as its last line, `N passed, N failed`.
"""
import os
import sys
import xml.etree.ElementTree as ElementTree


def read_tap(path):
    passed, failed = 0, []
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line.startswith("ok "):
                passed += 1
            elif line.startswith("not ok "):
                failed.append(line[len("not ok "):].strip(" -\n"))
    return passed, failed


def read_ctest(junit, results):
    """(where, passed, failed names) of each test; a run that left no file is a failure."""
    try:
        cases = ElementTree.parse(junit).getroot().iter("testcase")
    except (OSError, ElementTree.ParseError) as problem:
        yield "ctest", 0, [f"{junit}: {problem}"]
        return
    for case in cases:
        name = case.get("name")
        good = case.get("status") == "run"
        tap = os.path.join(results, name + ".tap")
        passed, failed = read_tap(tap) if os.path.exists(tap) else (int(good), [])
        if not good and not failed:
            failed = [f"{name} ({case.get('status')})"]
        yield name, passed, failed


def main():
    arguments = sys.argv[1:]
    rows = []
    while arguments:
        word = arguments.pop(0)
        if word == "--ctest":
            rows += read_ctest(arguments.pop(0), arguments.pop(0))
        else:
            rows.append((word, *read_tap(word)))
    for where, _, failed in rows:
        for name in failed:
            print(f"failed: {os.path.basename(where)}: {name}")
    passed = sum(row[1] for row in rows)
    failed = sum(len(row[2]) for row in rows)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
