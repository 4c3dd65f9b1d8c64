#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Takes each question that the server asks of the policy out, one at a time: some test must see it.

    check_mutants.py FOLDER [SITE...]

In FOLDER the project is built once more, with every call of the functions below wrapped: with
CHECK_SITE=n in its environment a program is told yes at site n, whatever the policy says. Then the
matrix of who may do what is run for each site (or those named, as FILE:LINE), and where that sees
nothing the service's tests and the one of enrolment. On demand, from the repository's root: an
hour on two cores."""
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

# What is asked, and how it says yes: a value, or by being asked while the policy allows everything.
OFF = None
ASKED = {
    "policy_check": "POLICY_ALLOWED",
    "policy_takes_key": "true",
    "present_text_allowed": "true",
    "draft_may_write": "true",
    "draft_may_approve": "true",
    "contract_readable": "true",
    "contract_visible": "true",
    "query_proposals_visible": "true",
    "feed_sees": "true",
    "sees": "true",
    "may_as": "true",
    "call_ticket": OFF,
    "call_contract": OFF,
    "call_filters": OFF,
    "change_contract_for": OFF,
    "present_other": OFF,
    "call_admit": OFF,
    "check_right": "0",
}

HEADER = """
#ifndef CHECK_SITE_H
#define CHECK_SITE_H
#include <stdbool.h>
bool check_chosen(int site);
void check_off(bool off);
bool check_is_off(void);
#define CHECK_YES(site, call, yes) \\
    ({ __auto_type r_ = (call); check_chosen(site) ? (__typeof__(r_))(yes) : r_; })
#define CHECK_OFF(site, call) \\
    ({ const bool was_ = check_is_off(); check_off(was_ || check_chosen(site)); \\
       __auto_type r_ = (call); check_off(was_); r_; })
#endif
"""

POLICY = """
#include <stdlib.h>
static _Thread_local bool is_off;
bool check_chosen(int site)
{
    const char *text = getenv("CHECK_SITE");
    return text != NULL && atoi(text) == site;
}
void check_off(bool off)
{
    is_off = off;
}
bool check_is_off(void)
{
    return is_off;
}
"""


def end_of(text, at):
    """Behind the parenthesis that closes the one at `at`."""
    depth = 0
    while True:
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
        if depth == 0:
            return at


def instrument(text, name, sites):
    out, done = [], 0
    for m in re.finditer(r"\b(" + "|".join(ASKED) + r")\(", text):
        line = text[text.rfind("\n", 0, m.start()) + 1:m.start()]
        if m.start() < done or re.match(r"(static |bool |int |enum )[^=(]*$", line):
            continue  # it is defined there
        if " * " in line or line.startswith("/*"):
            continue
        end = end_of(text, m.end() - 1)
        call, yes = text[m.start():end], ASKED[m.group(1)]
        n = len(sites) + 1
        sites.append(f"{name}:{text.count(chr(10), 0, m.start()) + 1} {m.group(1)}")
        out += [text[done:m.start()],
                f"CHECK_OFF({n}, {call})" if yes is OFF else f"CHECK_YES({n}, {call}, {yes})"]
        done = end
    return '#include "check_site.h"\n' + "".join(out) + text[done:] if out else text


def replace_once(text, what, by):
    assert text.count(what) == 1, what
    return text.replace(what, by)


def changed(name, text, sites):
    """The file as the copy has it."""
    folder, base = os.path.split(name)
    if folder == "server" and base.endswith(".c"):
        text = instrument(text, base, sites)
    if name == "server/auth/policy.c":
        head = '#include "auth/policy.h"\n'
        text = replace_once(text, head, head + '#include "check_site.h"\n' + POLICY)
        text = replace_once(text, "    if (who->disabled) {\n        return POLICY_HIDDEN;",
                            "    if (check_is_off()) {\n        return POLICY_ALLOWED;\n    }\n"
                            "    if (who->disabled) {\n        return POLICY_HIDDEN;")
    if name == "server/call.c":  # who is let in although they are not, is who they were
        asked = "    int error = principals_get(txn, principal, ret);\n"
        text = replace_once(text, asked,
                            asked + "    if (check_is_off()) {\n        return 0;\n    }\n")
    return text


def copy_project(to):
    """What is there already stays as old as it is. Returns the sites."""
    sites = []
    files = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], check=True, text=True,
                           capture_output=True).stdout.splitlines()
    texts = {"server/check_site.h": HEADER.encode()}
    for name in sorted(files):
        with open(name, "rb") as f:
            texts[name] = f.read()
        if name.startswith("server/") and name.endswith(".c"):
            texts[name] = changed(name, texts[name].decode(), sites).encode()
    for name, text in texts.items():
        path = os.path.join(to, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.isfile(path):
            with open(path, "rb") as f:
                if f.read() == text:
                    continue
        with open(path, "wb") as f:
            f.write(text)
        if os.path.isfile(name):
            shutil.copymode(name, path)
    return sites


def build(source, to):
    launcher = shutil.which("ccache")
    subprocess.run(["cmake", "-S", source, "-B", to, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug",
                    "-DCMAKE_C_FLAGS=-Wno-error -w", "-DSLATE_TEST_RUNNER=plain"]
                   + ([f"-DCMAKE_C_COMPILER_LAUNCHER={launcher}"] if launcher else []),
                   check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["nice", "cmake", "--build", to, "--target", "plain_matrix", "plain_service",
                    "slated", "slate_program"], check=True, stdout=subprocess.DEVNULL)


def passes(command, site, where, seconds):
    env = {**os.environ, "CHECK_SITE": str(site)}
    try:
        return subprocess.run(command, env=env, cwd=where, capture_output=True, check=False,
                              timeout=seconds).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def by_matrix(site, source, to):
    return not passes([os.path.join(to, "tests/server/plain_matrix")], site, source, 300)


def by_others(site, source, to):
    """Which of the slower tests see it."""
    if not passes([os.path.join(to, "tests/server/plain_service")], site, source, 900):
        return "the service's tests"
    if not passes(["ctest", "--test-dir", to, "-R", "^enrol$"], site, source, 600):
        return "the test of enrolment"
    return None


def main():
    folder, wanted = os.path.abspath(sys.argv[1]), sys.argv[2:]
    source, to = os.path.join(folder, "source"), os.path.join(folder, "build")
    sites = copy_project(source)
    build(source, to)
    assert not by_matrix(0, source, to) and by_others(0, source, to) is None, "as it is, it fails"
    began = time.monotonic()
    chosen = [n for n, name in enumerate(sites, 1) if not wanted or name.split()[0] in wanted]
    print(f"1..{len(chosen)}", flush=True)
    missed = 0
    left = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for n, seen in zip(chosen, pool.map(lambda n: by_matrix(n, source, to), chosen)):
            if seen:
                print(f"ok {n} - {sites[n - 1]}: the matrix sees it", flush=True)
            else:
                left.append(n)
        for n, seen in zip(left, pool.map(lambda n: by_others(n, source, to), left)):
            missed += seen is None
            print(f"{'ok' if seen else 'not ok'} {n} - {sites[n - 1]}: {seen or 'nothing'} sees it",
                  flush=True)
    print(f"# {time.monotonic() - began:.0f} s, {missed} unseen")
    return missed > 0


if __name__ == "__main__":
    sys.exit(main())
