#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the compiler does not refuse: includes in the wrong direction, banned calls, long files.

    tests/tidy.py              judge the tree; TAP, one line per rule
    tests/tidy.py --self-test  show that each rule refuses its samples under tests/tidy/
    tests/tidy.py FILE...      only these files

A sample is named RULE.WHATEVER. Its first line says as which file of the tree it is to be judged
(`as: server/core/x.c`); a line `repeat N TEXT` stands for N lines of TEXT. It must be refused by
RULE and by no other rule. The sample `good.*` must be refused by none.
"""
import fnmatch
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SAMPLES = "tests/tidy"
SKIPPED_DIRS = {".git", "build", "__pycache__", ".cache"}

FUNCTION_LINES_MAX = 120  # look twice past 60
FILE_LINES_MAX = 700      # 150-450 is the aim
COLUMNS_MAX = 100

# --- layers ---------------------------------------------------------------------------------------

# Which file belongs to which layer; the first match counts.
LAYERS = [
    ("proto/tls*", "tls"),
    ("proto/*", "proto"),
    ("server/core/*", "core"),
    ("server/store/*", "store"),
    ("server/wire/*", "wire"),
    ("server/net/*", "net"),
    ("server/auth/*", "auth"),
    ("server/config/*", "config"),
    ("server/evidence/*", "evidence"),
    ("server/*", "server"),
    ("include/*", "api"),
    ("client/lib/*", "libslate"),
    ("client/*", "client"),
    ("tests/*", "tests"),
    ("bench/*", "bench"),
    ("docs/examples/*", "examples"),
]

# Layer -> layers whose headers it may include, besides its own.
MAY_INCLUDE = {
    "core": set(),
    "proto": set(),
    "tls": {"proto"},
    "store": {"core", "proto"},
    "wire": {"core", "proto"},
    "net": {"proto", "tls"},
    "auth": {"core"},
    "config": {"core"},
    "evidence": {"core", "proto", "store", "auth", "config"},
    "server": {"core", "proto", "tls", "store", "wire", "net", "auth", "config", "evidence"},
    "api": set(),
    "libslate": {"api", "proto", "tls"},
    "client": {"api"},
    "examples": {"api"},
    "tests": {layer for _, layer in LAYERS},
    "bench": {layer for _, layer in LAYERS} - {"tests"},
}

# Headers of other projects, and the files that may include them. tests and bench may all of them
# but Criterion's.
LIBRARIES = [
    (r"lmdb\.h", ["server/store/*"]),
    (r"xxhash\.h", ["server/store/*", "server/wire/decode.c"]),
    (r"openssl/", ["proto/tls*", "server/store/*", "server/net/*", "server/auth/identity*",
                   "server/config/digest*", "server/evidence/*",
                   "server/auth/pki*", "server/*.c", "server/*.h", "client/lib/*"]),
    (r"uv\.h", ["server/net/*", "server/*.c", "server/*.h"]),
    (r"(cyaml/|yaml\.h)", ["server/config/*"]),
    (r"jansson\.h", ["client/*.c", "client/*.h", "server/try*", "server/evidence/*"]),
    (r"utf8proc\.h", ["client/*.c", "client/*.h", "server/config/*"]),
    (r"(uthash|utlist|utarray|utstring)\.h", ["server/config/*", "server/net/*", "server/*.c",
                                              "server/*.h", "client/*"]),
    (r"protobuf-c/", ["server/wire/*", "server/store/record*", "client/lib/*"]),
    (r"criterion/", ["tests/t.h"]),
]

# Generated headers are for the files that translate between them and our own structs.
GENERATED = {
    "slate.pb-c.h": ["server/wire/*", "client/lib/*", "tests/*", "bench/*"],
    "slate_store.pb-c.h": ["server/store/record*", "tests/*"],
}

# Nothing else of libc gets into core: no I/O, clocks, threads, locale, floating point.
CORE_SYSTEM = {"assert.h", "endian.h", "errno.h", "inttypes.h", "limits.h", "stdalign.h",
               "stdarg.h", "stdatomic.h", "stdbool.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h", "string.h"}

# --- exemptions -----------------------------------------------------------------------------------

READS_CLOCKS = ["server/clock.c", "client/lib/deadline.c", "client/when.c", "client/when_read.c", "tests/*", "bench/*"]
LOOP_TIME = ["server/net/*"]  # how long a connection may be silent; no SLA hangs on it
# A compiled calendar lives as long as its users, not as long as a request.
CORE_ALLOCATES = ["server/core/arena.c", "server/core/calendar*.c"]
# Ticket text reaches a terminal only through these; they escape it.
CLIENT_STDOUT = ["client/render*.c", "client/escape.c", "client/main.c"]
CLIENT_STDERR = CLIENT_STDOUT + ["client/message.c"]
# The server's voice: the log, and what verbs without a running server print.
SERVER_PRINTS = ["server/log.c", "server/main.c", "server/verb*.c"]

# --------------------------------------------------------------------------------------------------


def within(path, patterns):
    """Like fnmatch, but a `*` before a suffix stays within its directory."""
    for pattern in patterns:
        if fnmatch.fnmatchcase(path, pattern):
            if pattern.endswith("*") or path.count("/") == pattern.count("/"):
                return True
    return False


def layer_of(path):
    for pattern, layer in LAYERS:
        if fnmatch.fnmatchcase(path, pattern):
            return layer
    return None


COMMENT_OR_LITERAL = re.compile(
    r"//(?:[^\n\\]|\\.|\\\n)*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.S)


def code_of(text):
    """The text without comments and without what is inside of literals; lines keep their numbers."""

    def blank(match):
        part = match.group(0)
        if part[0] in "\"'":
            return part[0] + part[0]
        return " " + "\n" * part.count("\n")

    return COMMENT_OR_LITERAL.sub(blank, text)


class File:
    def __init__(self, path, text):
        self.path = path
        self.text = text
        self.lines = text.split("\n")
        if self.lines and self.lines[-1] == "":
            self.lines.pop()
        self.is_c = path.endswith((".c", ".h"))
        self.layer = layer_of(path) if self.is_c else None
        self.code = code_of(text).split("\n") if self.is_c else []

    def includes(self):
        for number, line in enumerate(self.lines, 1):
            match = re.match(r'\s*#\s*include\s*(["<])([^">]+)[">]', line)
            if match:
                yield number, match.group(1), match.group(2)

    def code_matches(self, regex):
        for number, line in enumerate(self.code, 1):
            match = regex.search(line)
            if match:
                yield number, match.group(0).strip(" (")


RULES = []


def rule(function):
    RULES.append((function.__name__.replace("_", "-"), function))
    return function


def calls(*names):
    """Calls of these functions; not of a struct's member of the same name."""
    return re.compile(r"(?<![\w.>])(?:" + "|".join(names) + r")\s*\(")


def target_layer(file, name):
    """The layer of a quoted include, None if it is not written with its layer."""
    if "/" not in name:
        if file.layer not in ("server", "client", "libslate", "tests", "bench"):
            return None
        # server/ is an include root for all: a bare name may reach into it from elsewhere.
        own = os.path.exists(os.path.join(ROOT, os.path.dirname(file.path), name))
        reaches = os.path.exists(os.path.join(ROOT, "server", name))
        return "server" if reaches and not own else file.layer
    layer = layer_of(name)
    if layer is None:
        layer = layer_of("server/" + name)
        if layer == "server":  # some directory of server/ that is no layer
            layer = None
    return file.layer if layer is None and file.layer in ("tests", "bench") else layer


@rule
def include_direction(file):
    if not file.is_c:
        return
    if file.layer is None:
        yield 1, "no layer is known for this file"
        return
    for number, kind, name in file.includes():
        if name in GENERATED:
            continue
        if kind == "<":
            if name == "slate.h" and not within(
                    file.path, ["client/*", "tests/*", "bench/*", "docs/examples/*"]):
                yield number, f"<{name}> from {file.layer}"
            continue
        if name.split("/")[0] == "..":
            yield number, f'"{name}": write it from an include root'
            continue
        target = target_layer(file, name)
        if target is None:
            yield number, f'"{name}": write it with its layer'
            continue
        if target != file.layer and target not in MAY_INCLUDE[file.layer]:
            yield number, f'"{name}": {file.layer} must not see {target}'
        elif file.layer == "store" and target == "proto" and name != "proto/bytes.h":
            yield number, f'"{name}": of proto, store sees only bytes.h'
        elif file.layer == "wire" and target == "proto" and name != "proto/frame.h":
            yield number, f'"{name}": of proto, wire sees only frame.h'


@rule
def include_library(file):
    for number, kind, name in file.includes() if file.is_c else ():
        if kind != "<":
            continue
        if file.layer == "core" and name not in CORE_SYSTEM:
            yield number, f"<{name}> in core"
            continue
        for regex, allowed in LIBRARIES:
            if re.match(regex, name):
                free = file.layer in ("tests", "bench") and "criterion" not in regex
                if not free and not within(file.path, allowed):
                    yield number, f"<{name}> is not for this file"


@rule
def generated_header(file):
    for number, _, name in file.includes() if file.is_c else ():
        base = name.split("/")[-1]
        if base.endswith(".pb-c.h") and not within(file.path, GENERATED.get(base, [])):
            yield number, f"{name} is not for this file"


CLOCKS = calls("time", "gettimeofday", "clock_gettime", "timespec_get", "clock", "ftime", "uv_hrtime",
               "uv_clock_gettime", "uv_gettimeofday")
LOOP_CLOCK = calls("uv_now")


@rule
def clock_read(file):
    if file.is_c and not within(file.path, READS_CLOCKS):
        for number, name in file.code_matches(CLOCKS):
            yield number, f"{name}(): only server/clock.c reads clocks"
    if file.is_c and not within(file.path, LOOP_TIME + READS_CLOCKS):
        for number, name in file.code_matches(LOOP_CLOCK):
            yield number, f"{name}(): the loop's time is for net only"


PROCESS_ZONE = calls("localtime", "localtime_r", "mktime", "tzset", "strftime", "strptime", "ctime",
                     "ctime_r", "asctime", "asctime_r", "setlocale", "gmtime")


@rule
def process_zone(file):
    """The process's zone and locale decide nothing: zones are data. People read times in theirs."""
    if file.is_c and not within(file.path, ["client/when.c", "client/when_read.c", "tests/*", "bench/*"]):
        for number, name in file.code_matches(PROCESS_ZONE):
            yield number, f"{name}()"


LMDB_FLAGS = re.compile(r"\bMDB_(DUPSORT|DUPFIXED|INTEGERDUP|REVERSEDUP|WRITEMAP|MAPASYNC|NOSYNC|"
                        r"NOMETASYNC|NOLOCK)\b")


@rule
def lmdb_flag(file):
    """These lose acknowledged writes, or have bugs in 0.9.24. Tests may show just that."""
    if file.is_c and file.layer not in ("tests", "bench"):
        for number, name in file.code_matches(LMDB_FLAGS):
            yield number, name


UNBOUNDED = calls("strcpy", "stpcpy", "strcat", "strncat", "sprintf", "vsprintf", "gets", "strtok",
                  "atoi", "atol", "atoll", "atof", "alloca", "mktemp", "tmpnam", "tempnam")


@rule
def unsafe_call(file):
    """No bound, no error, or a static buffer."""
    if file.is_c:
        for number, name in file.code_matches(UNBOUNDED):
            yield number, f"{name}()"


SHELL = calls("system", "popen", "wordexp")


@rule
def shell_call(file):
    if file.is_c:
        for number, name in file.code_matches(SHELL):
            yield number, f"{name}()"


WEAK_RANDOM = calls("rand", "srand", "rand_r", "random", "srandom", "drand48", "lrand48", "mrand48",
                    "arc4random")


@rule
def weak_random(file):
    """Secrets and ids come from RAND_bytes, tests from a seeded generator of their own."""
    if file.is_c:
        for number, name in file.code_matches(WEAK_RANDOM):
            yield number, f"{name}()"


FLOATING = re.compile(r"\b(float|double|strtod|strtof|strtold)\b")


@rule
def floating_point(file):
    if file.is_c and within(file.path, ["server/*", "proto/*", "include/*"]):
        for number, name in file.code_matches(FLOATING):
            yield number, name


ALLOCATION = calls("malloc", "calloc", "realloc", "reallocarray", "aligned_alloc", "posix_memalign",
                   "strdup", "strndup", "asprintf", "vasprintf", "free")


@rule
def core_allocation(file):
    if file.layer == "core" and not within(file.path, CORE_ALLOCATES):
        for number, name in file.code_matches(ALLOCATION):
            yield number, f"{name}(): core takes memory from an arena"


STDOUT = re.compile(r"\bstdout\b|\bSTDOUT_FILENO\b|(?<![\w.>])(?:printf|vprintf|puts|putchar)\s*\(|"
                    r"(?<![\w.>])(?:write|dprintf|writev)\s*\(\s*1\s*,")
STDERR = re.compile(r"\bstderr\b|\bSTDERR_FILENO\b|(?<![\w.>])(?:perror|warnx?|errx?|psignal)\s*\(|"
                    r"(?<![\w.>])(?:write|dprintf|writev)\s*\(\s*2\s*,")


@rule
def terminal_output(file):
    """Text from outside reaches a terminal or a log only through the files that escape it."""
    if not file.is_c or file.layer in ("tests", "bench", "examples"):
        return
    for regex, client in ((STDOUT, CLIENT_STDOUT), (STDERR, CLIENT_STDERR)):
        allowed = {"client": client, "server": SERVER_PRINTS, "evidence": ["server/evidence/main.c"]}.get(file.layer, [])
        if not within(file.path, allowed):
            for number, name in file.code_matches(regex):
                yield number, f"{name} in {file.layer}"


CRITERION = re.compile(r"(?<![\w.>])(?:cr_\w+|gt|ge)\s*\(|\.(?:fini|timeout|init)\s*=|"
                       r"\b(?:Test|TestSuite|ParameterizedTest|Theory)\s*\(")


@rule
def criterion_direct(file):
    """t.h is the only face: gt() and ge() pass always in 2.4.1, checks in .fini too."""
    if file.is_c and file.layer == "tests" and not within(file.path, ["tests/t.h", "tests/t.c"]):
        for number, name in file.code_matches(CRITERION):
            yield number, name


SLEEP = calls("sleep", "usleep", "nanosleep", "clock_nanosleep", "uv_sleep")


@rule
def sleep_for_luck(file):
    if file.is_c and file.layer in ("tests", "server", "core", "store", "net", "wire", "auth"):
        for number, name in file.code_matches(SLEEP):
            yield number, f"{name}(): wait for the event itself"


STRUCT_TYPEDEF = re.compile(r"\btypedef\s+(struct|union|enum)\b")


@rule
def struct_typedef(file):
    if file.is_c:
        for number, name in file.code_matches(STRUCT_TYPEDEF):
            yield number, name


def functions(file):
    """(first line, name, lines) of each function: its brace stands in column 1, by house style."""
    start = None
    for number, line in enumerate(file.lines, 1):
        if line.startswith("{"):
            start = number
        elif line.startswith("}") and start is not None:
            name = "?"
            for above in range(start - 1, max(0, start - 8), -1):
                match = re.match(r"[A-Za-z].*?(\w+)\s*\(", file.lines[above - 1])
                if match:
                    name = match.group(1)
                    if name == "T_TEST":
                        name = file.lines[above - 1]
                    break
            yield start, name, number - start + 1
            start = None


@rule
def function_length(file):
    for number, name, length in functions(file) if file.is_c else ():
        if length > FUNCTION_LINES_MAX:
            yield number, f"{name} has {length} lines, more than {FUNCTION_LINES_MAX}"


@rule
def file_length(file):
    if file.is_c and len(file.lines) > FILE_LINES_MAX:
        yield len(file.lines), f"more than {FILE_LINES_MAX} lines: split it by noun"


@rule
def line_length(file):
    for number, line in enumerate(file.lines if file.is_c else (), 1):
        if len(line.expandtabs()) > COLUMNS_MAX:
            yield number, f"{len(line)} columns, more than {COLUMNS_MAX}"


# In pieces, so that this file is no offence itself.
OUTSIDE = re.compile(r"\.\./" + r"shared\b|\." + r"library\b|/" + r"work/|\bissue " + r"#?\d|"
                     r"\bBRIEF" + r"\.md\b")


@rule
def outside_reference(file):
    """The project stands alone."""
    for number, line in enumerate(file.lines, 1):
        match = OUTSIDE.search(line)
        if match:
            yield number, f"{match.group(0)!r} is no part of the project"


UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")


@rule
def unfinished(file):
    for number, line in enumerate(file.lines, 1):
        match = UNFINISHED.search(line)
        if match:
            yield number, match.group(0)


SPDX = "SPDX-License-Identifier: Apache-2.0"
NEEDS_SPDX = (".c", ".h", ".proto", ".py", ".sh", ".cmake", "CMakeLists.txt")


@rule
def spdx_line(file):
    script = bool(file.lines) and file.lines[0].startswith("#!")
    if not script and not file.path.endswith(NEEDS_SPDX):
        return
    wanted = f"// {SPDX}" if file.path.endswith((".c", ".h", ".proto")) else f"# {SPDX}"
    at = 1 if script else 0
    if len(file.lines) <= at or file.lines[at] != wanted:
        yield at + 1, f"expected {wanted!r}"


# --------------------------------------------------------------------------------------------------


def read(path):
    """The file's text, None for a binary one."""
    with open(os.path.join(ROOT, path), "rb") as stream:
        data = stream.read()
    if b"\0" in data:
        return None
    return data.decode("utf-8", errors="replace")


def tree():
    for directory, names, files in os.walk(ROOT):
        at = os.path.relpath(directory, ROOT)
        names[:] = sorted(n for n in names if n not in SKIPPED_DIRS)
        if at == SAMPLES:
            names[:] = []
            continue
        for name in sorted(files):
            path = os.path.normpath(os.path.join(at, name))
            if not os.path.islink(os.path.join(ROOT, path)):
                yield path


def judge(paths):
    found = {name: [] for name, _ in RULES}
    longest = []
    for path in paths:
        text = read(path)
        if text is None:
            continue
        file = File(path, text)
        for name, function in RULES:
            found[name] += [f"{path}:{number}: {what}" for number, what in function(file)]
        if file.is_c:
            longest += [(length, path, name) for _, name, length in functions(file)]
    failed = 0
    for name, offences in found.items():
        for offence in offences:
            print(f"{offence} [{name}]", file=sys.stderr)
        print(f"{'not ' if offences else ''}ok - tidy::{name}")
        failed += bool(offences)
    for length, path, name in sorted(longest, reverse=True)[:3]:
        print(f"# {length} lines: {name} in {path}")
    return failed


def load_sample(path):
    lines = read(path).split("\n")
    match = re.fullmatch(r".*\bas: (\S+).*", lines[0])
    if not match:
        return None
    out = []
    for line in lines[1:]:
        repeat = re.fullmatch(r"repeat (\d+) (.*)", line)
        out += [repeat.group(2)] * int(repeat.group(1)) if repeat else [line]
    return File(match.group(1), "\n".join(out))


def self_test():
    samples = sorted(os.listdir(os.path.join(ROOT, SAMPLES)))
    failed = 0
    for rule_name in [name for name, _ in RULES] + ["good"]:
        wanted = [] if rule_name == "good" else [rule_name]
        mine = [s for s in samples if s.split(".")[0] == rule_name]
        problems = [] if mine else ["there is no sample"]
        for sample in mine:
            file = load_sample(f"{SAMPLES}/{sample}")
            if file is None:
                problems.append(f"{sample}: the first line must say `as: PATH`")
                continue
            refused = [name for name, function in RULES if list(function(file))]
            if refused != wanted:
                problems.append(f"{sample}: refused by {refused}, expected {wanted}")
        for problem in problems:
            print(problem, file=sys.stderr)
        print(f"{'not ' if problems else ''}ok - tidy-self-test::{rule_name}")
        failed += bool(problems)
    known = {name for name, _ in RULES} | {"good"}
    for sample in samples:
        if sample.split(".")[0] not in known:
            print(f"not ok - tidy-self-test::{sample} belongs to no rule")
            failed += 1
    return failed


def main():
    if sys.argv[1:] == ["--self-test"]:
        return 1 if self_test() else 0
    paths = [os.path.relpath(os.path.abspath(p), ROOT) for p in sys.argv[1:]]
    return 1 if judge(paths or tree()) else 0


if __name__ == "__main__":
    sys.exit(main())
