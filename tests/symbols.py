#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a library may not need or hold, judged from its object code. Prints TAP.

    symbols.py core ARCHIVE     core is pure: it calls nothing but its own functions and a few of
                                libc's that do no I/O, and holds no variable
    symbols.py exports LIBRARY  the shared library exports nothing but slate_*
"""
import re
import subprocess
import sys

# Memory and text only. No stdio but formatting into a buffer, no clock, no locale, no environment.
CORE_CALLS = re.compile(
    r"bcmp|explicit_bzero|mem(cpy|move|set|cmp|chr|rchr|mem)|str(len|nlen|cmp|ncmp|chr|rchr|spn|cspn|str)|"
    r"v?snprintf|qsort|bsearch|strto(l|ul|ll|ull|imax|umax)|malloc|calloc|realloc|reallocarray|free|"
    r"abort|__assert_fail|"
    # what compilers and their instrumentation call by themselves
    r"__(mem|str|v?snprintf)\w*_chk|__isoc\d+_\w+|__stack_chk_fail|__chk_fail|_GLOBAL_OFFSET_TABLE_|"
    r"__(asan|ubsan|tsan|sanitizer|sancov|gcov|llvm)_\w+|__start___\w+|__stop___\w+|"
    r"__u?(div|mod|mul)[dt]i\d")

WRITABLE = re.compile(r"\.(data|bss|tdata|tbss)(?!\.rel\.ro)(\.|$)")
INSTRUMENTATION = re.compile(
    r"^(__(asan|odr_asan|ubsan|sancov|gcov\d*|llvm|profc|profd|unnamed)[_.]|\.L|\.data|\.bss)")


def objdump(*arguments):
    return subprocess.run(["objdump", *arguments], check=True, capture_output=True,
                          text=True).stdout.splitlines()


def symbols(lines):
    """(flags, section, name) of each line of a symbol table."""
    for line in lines:
        match = re.match(r"[0-9a-f]{8,16} (.{7}) (\S+)\t[0-9a-f]+\s+(?:\.hidden |\.protected )?(.+)$",
                         line)
        if match:
            yield match.group(1), match.group(2), match.group(3)


def report(name, offences):
    for offence in offences:
        print(f"# {offence}")
    print(f"{'not ' if offences else ''}ok - symbols::{name}")
    return bool(offences)


def core(archive):
    table = list(symbols(objdump("-t", archive)))
    own = {name for _, section, name in table if section != "*UND*"}
    called = {name for _, section, name in table if section == "*UND*"} - own
    held = {name for flags, section, name in table
            if "O" in flags and WRITABLE.match(section) and not INSTRUMENTATION.match(name)}
    if not own:
        return report("the core archive has symbols", ["none found"])
    failed = report("core calls only what is pure",
                    [f"calls {n}" for n in sorted(called) if not CORE_CALLS.fullmatch(n)])
    return report("core holds no variable", [f"holds {n}" for n in sorted(held)]) or failed


def exports(library):
    table = list(symbols(objdump("-T", library)))
    out = {name.split()[-1] for _, section, name in table if section not in ("*UND*", "*ABS*")}
    offences = [f"exports {n}" for n in sorted(out) if not n.startswith("slate_")]
    return report("libslate exports only slate_*", offences or ([] if out else ["nothing exported"]))


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("core", "exports"):
        sys.exit(__doc__)
    sys.exit({"core": core, "exports": exports}[sys.argv[1]](sys.argv[2]))
