#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns each cell of the policy's table over, one at a time: the tests of the policy must see it.

    policy_mutants.py PROGRAM policy.h book.h

PROGRAM is the policy with its tests; POLICY_CELL=n turns cell n over, role by role."""
import os
import re
import subprocess
import sys


def names(path, pattern):
    with open(path, encoding="utf-8") as f:
        return re.findall(pattern, f.read(), re.M)


def passes(program, cell=None):
    env = {**os.environ, **({} if cell is None else {"POLICY_CELL": str(cell)})}
    return subprocess.run([program], env=env, capture_output=True, check=False).returncode == 0


def main():
    program = sys.argv[1]
    rights = names(sys.argv[2], r"^    (RIGHT_\w+)(?: = 0)?,")
    roles = names(sys.argv[3], r"^    (ROLE_\w+) = 1u")
    n = failed = 0

    def check(ok, name):
        nonlocal n, failed
        n += 1
        failed += not ok
        print("ok" if ok else "not ok", n, "-", name, flush=True)

    check(passes(program), "the policy as it is passes")
    for r, role in enumerate(roles):
        for k, right in enumerate(rights):
            check(not passes(program, r * len(rights) + k), f"{role} {right} turned over is seen")
    print(f"1..{n}")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
