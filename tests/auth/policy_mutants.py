#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns each cell of the policy's tables over, one at a time: some test must see it.

    policy_mutants.py PROGRAM policy.h book.h BUILD

PROGRAM is the policy with its tests; POLICY_CELL=n turns cell n over, role by role, POLICY_REACH=r
gives it that reach, POLICY_KNOWN=n lets nobody know of what right n is for. With SLATE_EFFORT=2
each cell gets each other reach, and the matrix of who may do what (target policy_matrix of the
folder BUILD) has to see each cell turned over by itself. What it is that sees it, is in the name."""
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

SAME = 77  # the mutant is no mutant
ALIKE = {"RIGHT_USER_WRITE"}  # who may read users may change them: nobody knows only of it
EFFORT = int(os.environ.get("SLATE_EFFORT", "1"))


def names(path, pattern):
    with open(path, encoding="utf-8") as f:
        return re.findall(pattern, f.read(), re.M)


def outcome(program, **turned):
    env = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0",
           **{f"POLICY_{name.upper()}": str(value) for name, value in turned.items()}}
    return subprocess.run([program], env=env, capture_output=True, check=False).returncode


class Results:
    def __init__(self):
        self.n = self.failed = 0

    def check(self, ok, name):
        self.n += 1
        self.failed += not ok
        print("ok" if ok else "not ok", self.n, "-", name, flush=True)


def by_policy_tests(results, program, roles, rights, reaches):
    results.check(outcome(program) == 0, "the policy as it is passes its tests")
    for k, right in enumerate(rights):
        code = outcome(program, known=k)
        if code != SAME and right not in ALIKE:
            results.check(code != 0, f"{right}: known to nobody: the policy's tests see it")
    for cell in range(len(roles) * len(rights)):
        name = f"{roles[cell // len(rights)]} {rights[cell % len(rights)]}"
        results.check(outcome(program, cell=cell) != 0, f"{name} turned over: the policy's tests")
        for reach, word in enumerate(reaches if EFFORT > 1 else []):
            code = outcome(program, cell=cell, reach=reach)
            if code != SAME:
                results.check(code != 0, f"{name} as {word}: the policy's tests")


def by_matrix(results, build, roles, rights):
    subprocess.run(["cmake", "--build", build, "--target", "policy_matrix"], check=True,
                   stdout=subprocess.DEVNULL)
    program = os.path.join(build, "tests", "server", "policy_matrix")
    results.check(outcome(program) == 0, "the policy as it is passes the matrix")
    began = time.monotonic()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        seen = pool.map(lambda cell: outcome(program, cell=cell) != 0,
                        range(len(roles) * len(rights)))
        for cell, ok in enumerate(seen):
            results.check(ok, f"{roles[cell // len(rights)]} {rights[cell % len(rights)]} "
                          "turned over: the matrix")
    print(f"# the matrix took {time.monotonic() - began:.0f} s for all cells")


def main():
    program, policy, book, build = sys.argv[1:]
    rights = names(policy, r"^    (RIGHT_\w+)(?: = 0)?,")
    roles = names(book, r"^    (ROLE_\w+) = 1u")
    reaches = names(policy.removesuffix("h") + "c", r"^    (REACH_\w+)(?: = 0)?,")
    results = Results()
    by_policy_tests(results, program, roles, rights, reaches)
    if EFFORT > 1:
        by_matrix(results, build, roles, rights)
    print(f"1..{results.n}")
    return results.failed > 0


if __name__ == "__main__":
    sys.exit(main())
