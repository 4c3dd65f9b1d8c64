#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every verb that slate has: on terminals of 80 and 120 columns, piped, and as JSON.

    screens.py SLATED SLATE

What stands on a terminal is never wider than it and holds nothing that it would obey; what is piped has
the columns that `slate help VERB` names, and an answer in JSON the members that docs/json.md names.
"""
import csv
import io
import json
import os
import re
import sys

from answers import Answers
from fixture import HERE, Run, Slated, Tap, until
from life import AGENT, LEAD, MANAGER, OTHER, people
from screen import Screen, columns, hazards, plain

WIDTHS = (80, 120)
DONE, FAILED, USAGE, NOT_FOUND, NOT_ALLOWED, CONFLICT, PARTLY = 0, 1, 2, 3, 4, 5, 6

# Text as strangers write it: what a terminal would obey, what turns the direction of writing or can't be
# seen, what is wider than it looks, and a line that would pass for one of ours if it were broken there.
TURNED = "\u202egnp.exe\u2066iso\u2069\u200b\ufeff\U000e0041"
WIDE = "データベースに接続できません 결제가 두 번 👩\u200d👩\u200d👧 🔥🔥 e\u0301\u0301 مرحبا " + "state      closed " * 12
OBEYED = "\x1b]52;c;cm0gLXJmIC8=\x07\x1b[2J\x1b[35mred\x9b31m\rACME-1  closed\b\b"
BAD = OBEYED + TURNED
SUBJECT = TURNED + WIDE[:150]
BODY = WIDE + TURNED + "\tafter a tab\n" + "x" * 300

ONE = {"ticket", "change"}


class Verbs:
    """What each verb is tried with. A ticket is new for each way of showing what comes of it."""

    def __init__(self, run, scratch):
        self.run = run
        self.scratch = scratch
        self.n = 0
        self.anchor = self.new()
        self.queue = [self.new() for _ in range(3)]
        run.json(AGENT, "take", self.queue[0])
        run.json(AGENT, "tag", self.queue[0], "größe", "데이터")
        run.json(AGENT, "note", self.queue[0], "--body", BODY)
        run.json(AGENT, "link", self.queue[0], self.anchor, "--kind", "duplicates")
        run.json(AGENT, "hold", self.queue[0], "--reason", "vendor-tool-down")
        burning = self.new("--priority", "Z1")
        if not until(lambda: len(run.breaches(AGENT)) >= 2):
            raise RuntimeError(f"{burning} does not breach")
        run.json(MANAGER, "show", self.queue[0], "--reason", SUBJECT)

    def new(self, *args):
        self.n += 1
        return self.run.new(AGENT, "acme-l1", "--subject", SUBJECT, "--body", BODY, "--requester", "j.weber@acme.example",
                            *args)

    def file(self, name, text):
        path = os.path.join(self.scratch, f"{self.n}-{name}")
        self.n += 1
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def book(self):
        """One that is not in force yet."""
        with open(os.path.join(self.scratch, "book.yaml"), encoding="utf-8") as f:
            text = f.read()
        self.n += 1
        return self.file("book.yaml", text.replace("- {name: acme}", f"- {{name: acme, title: \"Acme {self.n}\"}}"))

    def scenario(self):
        return self.file("scenario.yaml", "tickets:\n  - {name: a, contract: acme-l1, opened: 2026-12-01T09:00, until: +90h}\n")

    def lines(self, *lines):
        self.n += 1
        return self.file("lines.jsonl", "".join(json.dumps({**x, "key": f"k{self.n}-{i}"}) + "\n"
                                                for i, x in enumerate(lines)))

    def fresh(self, *before):
        """A new ticket, after these."""
        t = self.new()
        for who, verb, *args in before:
            self.run.json(who, verb, t, *args)
        return t

    def somebody(self, *before):
        """Somebody who may come in, after these."""
        self.n += 1
        name = f"somebody-{self.n}"
        for verb in ("add",) * bool(before) + before[1:]:
            self.run.json("admin", "user", verb, name, *(["--role", "agent", "--team", "manila-a"] if verb == "add" else []))
        return name

    def all(self):
        """(verb, who, what makes its arguments)."""
        hold = (AGENT, "hold", "--reason", "vendor-tool-down")
        resolve = (AGENT, "resolve")
        fresh = self.fresh
        q = self.queue[0]
        return [
            ("list", AGENT, lambda: []), ("mine", AGENT, lambda: []), ("next", AGENT, lambda: []),
            ("show", AGENT, lambda: [q]), ("log", AGENT, lambda: [q]),
            ("at-risk", AGENT, lambda: ["--within", "9h"]), ("breaches", AGENT, lambda: []),
            ("explain", AGENT, lambda: [q]), ("split", AGENT, lambda: [q]),
            ("user list", "admin", lambda: []), ("user show", AGENT, lambda: []),
            ("version", AGENT, lambda: ["--server"]),
            ("new", AGENT, lambda: ["--contract", "acme-l1", "--subject", SUBJECT, "--body", BODY]),
            ("take", AGENT, lambda: [fresh()]), ("release", AGENT, lambda: [fresh((AGENT, "take"))]),
            ("ack", AGENT, lambda: [fresh()]), ("assign", LEAD, lambda: [fresh(), "--to", AGENT]),
            ("transfer", LEAD, lambda: [fresh(), "--to", "manila-b"]),
            ("priority", AGENT, lambda: [fresh(), "--to", "P1"]),
            ("reply", AGENT, lambda: [fresh(), "--body", BODY, "--hold", "waiting-customer"]),
            ("note", AGENT, lambda: [fresh(), "--body", BODY]),
            ("hold", AGENT, lambda: [fresh(), "--reason", "vendor-tool-down"]),
            ("resume", AGENT, lambda: [fresh(hold)]), ("resolve", AGENT, lambda: [fresh(), "--message", BODY]),
            ("close", AGENT, lambda: [fresh(resolve)]), ("reopen", AGENT, lambda: [fresh(resolve)]),
            ("merge", LEAD, lambda: [fresh(), "--into", self.anchor]),
            ("link", AGENT, lambda: [fresh(), self.anchor, "--kind", "relates"]),
            ("tag", AGENT, lambda: [fresh(), "größe", "데이터"]),
            ("edit", AGENT, lambda: [fresh(), "--subject", TURNED, "--category", "cat", "--tier", "gold"]),
            ("intake jsonl", "mailbox", lambda: [self.lines({"action": "open", "subject": SUBJECT, "body": BODY}),
                                                 "--contract", "acme-l1"]),
            ("import", "admin", lambda: [self.lines({"opened_at": "2026-01-05T00:00:00Z", "priority": "P1",
                                                     "subject": SUBJECT}), "--contract", "acme-l1"]),
            ("book diff", "admin", lambda: ["-f", self.book()]),
            ("book apply", "admin", lambda: ["--yes", "-f", self.book()]),
            ("book try", "admin", lambda: ["-f", os.path.join(self.scratch, "book.yaml"), self.scenario()]),
            ("book show", "admin", lambda: []), ("help", AGENT, lambda: []),
            ("user add", "admin", lambda: [self.somebody(), "--role", "agent", "--team", "manila-a"]),
            ("user disable", "admin", lambda: [self.somebody("add")]),
            ("user enable", "admin", lambda: [self.somebody("add", "disable")]),
            ("user rotate", "admin", lambda: [self.somebody("add")]),
            ("cert show", AGENT, lambda: []), ("cert renew", AGENT, lambda: []),
            ("access list", MANAGER, lambda: []),
            ("erase", MANAGER, lambda: [fresh(), "--reason", SUBJECT, "--yes"]),
            ("journal head", MANAGER, lambda: []),
            ("journal countersign", MANAGER, lambda: ["--contract", "acme-l1", "--yes"]),
        ]


def named_columns(text):
    """(whether lines begin with what they are, the columns of each kind of line), from slate help VERB."""
    found = re.search(r"^TSV (lines begin with what they are, then|columns):\n(.*)", text, re.M | re.S)
    if found is None:
        return False, {}
    lines = [line.strip().split(": ", 1) for line in found[2].splitlines()]
    return found[1] != "columns", {name: cells.split() for name, cells in lines}


def check_tsv(tap, verb, text, prefixed, named):
    """Each line has as many fields as help names, and those that are times look like times."""
    wrong = []
    for line in text.splitlines():
        fields = line.split("\t")
        if prefixed:
            kind, fields = fields[0], fields[1:]
        else:
            kind = next((k for k in named if len(named[k]) == len(fields)), "?")
        if kind not in named or len(named[kind]) != len(fields):
            wrong.append(f"{kind}: {len(fields)} fields: {line}")
            continue
        for name, field in zip(named[kind], fields):
            time = re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", field) is not None
            if field and time != name.endswith("_at"):
                wrong.append(f"{kind}.{name}: {field!r}")
    tap.check(not wrong and text != "", f"{verb}, piped: the columns that help names", ascii("; ".join(wrong)))


# Verbs that change nothing, so that they say the same twice, but for what they say of now.
READS = {"list", "mine", "next", "show", "log", "at-risk", "breaches", "user list", "user show", "version", "book diff",
         "book show", "book try", "access list", "journal head", "cert show"}
OF_NOW = {("clock", "as_of_at"), ("clock", "elapsed_us"), ("server", "server_at"), ("change", "effective_at")}

ESCAPES = {"n": "\n", "t": "\t", "\\": "\\"}
FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def meant(field):
    """A field of TSV as a body has it: newlines, tabs and backslashes are themselves again."""
    return re.sub(r"\\([nt\\])", lambda found: ESCAPES[found[1]], field)


def check_csv(tap, verb, csv_text, tsv_text, prefixed, named):
    """The same rows as TSV, under the names that help has; and no cell is one that a spreadsheet would compute."""
    lines = list(csv.DictReader(io.StringIO(csv_text, newline="")))
    expected = [line.split("\t") for line in tsv_text.splitlines()]
    wrong = [] if len(lines) == len(expected) and lines else [f"{len(lines)} rows for {len(expected)}"]
    for line, fields in zip(lines, expected):
        if None in line or None in line.values():
            wrong.append(f"not as many fields as titles: {line}")
            continue
        kind = line.pop("row") if prefixed else next((k for k in named if set(named[k]) == set(line)), "?")
        got = {name: cell for name, cell in line.items() if cell}
        for name, field in zip(named.get(kind, []), fields[1:] if prefixed else fields):
            cell = got.pop(name, "")
            shown = re.sub(r"(^|[\n\t;])'", r"\1", cell)
            if (kind, name) in OF_NOW:
                wrong += [f"{kind}.{name}"] if bool(cell) != bool(field) else []
            elif "\\u" not in field and shown != re.sub(r"(^|[\n\t;])'", r"\1", meant(field)):
                wrong.append(f"{kind}.{name}: {cell!r} for {field!r}")
        wrong += [f"{kind} has {got}"] if got else []
        wrong += [f"formula {c!r}" for c in line.values() if c.lstrip(" \u00a0").startswith(FORMULA)]
    tap.check(not wrong, f"{verb} -o csv: the rows of TSV, under their names", ascii("; ".join(wrong)[:2000]))


def check_terminal(tap, screen, verb, who, make):
    for cols in WIDTHS:
        code, shown = screen.run(who, *verb.split(), *make(), cols=cols)
        lines = plain(shown).splitlines()
        wide = [line for line in lines if columns(line) > cols and verb != "book show"] # YAML is not broken
        if verb == "import": # lines of TSV also there: a table would have to wait for the last
            shown = shown.replace("\t", "")
        tap.check(code == DONE and lines and not wide, f"{verb} at {cols} columns: nothing is wider",
                  f"exit code {code}\n" + "\n".join(wide or lines))
        tap.check(not hazards(shown), f"{verb} at {cols} columns: nothing that a terminal obeys", ascii(shown))


def check_piped(tap, run, answers, verb, who, make):
    prefixed, named = named_columns(run(who, "help", verb.split()[0], *verb.split()[1:]).stdout)
    piped = run(who, *verb.split(), *make())
    tap.check(piped.returncode == DONE and not hazards(piped.stdout.replace("\t", "")), f"{verb}, piped: clean",
              ascii(piped.stdout + piped.stderr))
    if verb not in ("help", "book show", "version"): # those are for people, also there
        check_tsv(tap, verb, piped.stdout, prefixed, named)
    elif named:
        check_tsv(tap, verb + " -o tsv", run(who, *verb.split(), *make(), "-o", "tsv").stdout, prefixed, named)
    if verb == "help":
        return
    if verb in READS:
        tsv, as_csv = (run(who, *verb.split(), *make(), "-o", form) for form in ("tsv", "csv"))
        check_csv(tap, verb, as_csv.stdout, tsv.stdout, prefixed, named)
    done = run(who, *verb.split(), *make(), "--json")
    wrong = [f"exit code {done.returncode}", done.stderr]
    if done.returncode == DONE:
        wrong = answers.differences(answers.of(verb)[0], json.loads(done.stdout))
    tap.check(not wrong and not hazards(done.stdout), f"{verb} --json: the members that docs/json.md names",
              ascii("; ".join(wrong)))


def check_refusals(tap, screen, run, answers):
    """What is quoted in an error is as clean as what is shown."""
    bad = BAD
    cases = [(["list", "--state", bad], USAGE), (["list", "--team", bad], None), (["list", "--cursor", bad], USAGE),
             (["show", bad], None), (["log", bad], None), (["explain", "ACME-1", bad], USAGE), (["take", bad], None),
             (["take", bad, "ACME-9999"], None), (["breaches", "--since", bad], USAGE), (["breaches", "--vendor", bad], None),
             (["at-risk", "--within", bad], USAGE), (["watch", "--kind", bad], USAGE), (["watch", "--from", bad], USAGE),
             (["new", "--contract", bad, "--subject", "x"], None), (["new", "--contract", "acme-l1", "--subject", bad], None),
             (["tag", "ACME-1", bad], None), (["assign", "ACME-1", "--to", bad], None), (["merge", "ACME-1", "--into", bad], None),
             (["transfer", "ACME-1", "--to", bad], None), (["priority", "ACME-1", "--to", bad], None),
             (["hold", "ACME-1", "--reason", bad], None), (["edit", "ACME-1", "--category", bad], None),
             (["link", "ACME-1", bad, "--kind", "relates"], None), (["note", "ACME-1", "--body-file", bad], FAILED),
             (["import", bad, "--contract", "acme-l1"], FAILED), (["book", "diff", "-f", bad], FAILED),
             (["book", "show", bad, bad], None), (["user", "show", bad], None), (["intake", "jsonl", bad], None),
             (["list", "--tz", bad], USAGE), (["list", "-o", bad], USAGE), (["list", "--timeout", bad], USAGE),
             (["list", "--context", bad], None), (["list", "--profile", bad], None), (["take", "ACME-1", "--request-id", bad], USAGE),
             (["take", "ACME-1", "--if-version", bad], USAGE), (["take", "ACME-1", "--at", bad], USAGE),
             (["user", "add", bad, "--role", "agent", "--team", "manila-a"], None), (["user", "rotate", bad], None),
             (["user", "add", "x", "--role", bad], None), (["erase", bad, "--reason", "x", "--yes"], None),
             (["journal", "head", "--contract", bad], None), (["journal", "verify", bad], FAILED),
             (["journal", "export", "--contract", bad, "--out", "/nowhere/x"], None),
             (["journal", "countersign", "--contract", bad, "--yes"], None), (["journal", "verify", "x", "--seq", bad], None),
             (["access", "list", "--contract", bad], None), (["access", "list", "--since", bad], USAGE),
             (["book", "approve", bad], USAGE), (["book", "propose", "-f", bad], FAILED), (["enroll", bad], None),
             (["cert", "show", "--profile", bad], None),
             (["list", bad], USAGE), ([bad], USAGE), (["help", bad], USAGE), (["--" + bad], USAGE)]
    for args, code in cases:
        name = " ".join(a if a != bad else "?" for a in args).replace("--" + bad, "--?")
        got, shown = screen.run(AGENT, *args)
        tap.check((got == code if code is not None else got not in (DONE, 130) and got > 0) and not hazards(shown) and shown,
                  f"{name}: refused ({got}), and quoted without harm", f"exit code {got}\n{ascii(shown)}")
        done = run(AGENT, *args, *([] if "-o" in args else ["--json"]))
        said = done.stderr.splitlines()[-1] if done.stderr else ""
        if said.startswith("{"):
            wrong = answers.differences({"error": "@error"}, json.loads(said))
            tap.check(not wrong and not hazards(done.stderr), f"{name} --json: an error as docs/json.md has it",
                      "; ".join(wrong) + ascii(done.stderr))


def check_many(tap, screen, run, answers, verbs):
    """Several tickets at once."""
    args = lambda: ["take", verbs.fresh(), verbs.fresh(), "ACME-99999"]
    for cols in WIDTHS:
        code, shown = screen.run(AGENT, *args(), cols=cols)
        wide = [line for line in plain(shown).splitlines() if columns(line) > cols]
        tap.check(code == PARTLY and not wide and not hazards(shown), f"several at {cols} columns", ascii(shown))
    piped = run(AGENT, *args())
    named = named_columns(run(AGENT, "help", "take").stdout)[1]
    check_tsv(tap, "several", piped.stdout, False, {"change": named["change"]})
    tap.equal(piped.returncode, PARTLY, "one of them failed")
    done = run(AGENT, *args(), "--json")
    tap.equal(answers.differences(answers.of("take")[1], json.loads(done.stdout)), [], "several --json")

def check_files(tap, screen, run, verbs):
    """What has no rows: a file is made, and another program says what it thinks of it."""
    for cols in WIDTHS:
        out = os.path.join(verbs.scratch, f"{cols}.journal")
        said = [screen.run(MANAGER, "journal", *args, cols=cols)
                for args in (["export", "--contract", "acme-l1", "--texts", "--reason", SUBJECT, "--out", out],
                             ["export", "--contract", "acme-l1", "--out", out], ["verify", out], ["verify", BAD])]
        tap.equal([code for code, _ in said], [DONE, FAILED, DONE, FAILED], f"journal export, verify at {cols} columns")
        shown = re.sub(r"\r\x1b\[K(\d+ KiB)?", "", "".join(shown for _, shown in said)) # how far it is
        tap.check(not hazards(shown), "nothing that a terminal obeys", ascii(shown))
    done = run(MANAGER, "journal", "verify", out, "--json")
    tap.check(done.returncode == DONE and json.loads(done.stdout)["holds"] and not hazards(done.stdout), "verify --json",
              done.stdout + done.stderr)


# What has tests of its own: enrol.py, agree.py.
ELSEWHERE = {"enroll", "user vouch", "book propose", "book proposals", "book approve", "book withdraw"}
FILES = {"journal export", "journal verify"} # see check_files


def main():
    tap = Tap()
    server = Slated(sys.argv[1])
    run = Run(tap, server, sys.argv[2])
    screen = Screen(sys.argv[2], server)
    answers = Answers()
    book = os.path.join(server.scratch, "book.yaml")
    with open(os.path.join(HERE, "life.yaml"), encoding="utf-8") as f:
        text = f.read().replace("auto_close: {after: 2s}", "auto_close: {after: 72h}") # not while we look
    with open(book, "w", encoding="utf-8") as f:
        f.write(text)
    server.start()
    applied = run("admin", "book", "apply", "--yes", "-f", book)
    if applied.returncode != DONE:
        raise RuntimeError(applied.stderr)
    server.stop()
    people(server)
    server.start()
    verbs = Verbs(run, server.scratch)
    tried = verbs.all()
    known = re.findall(r"^  ([a-z-]+(?: [a-z-]+)?)  +\S", run(AGENT, "help").stdout, re.M)
    known = [k for k in known if not k.startswith("slate") and k not in ELSEWHERE]
    tap.equal(sorted(known), sorted([v for v, _, _ in tried] + ["watch", *FILES]), "every verb is tried; watch by dialogs.py")
    for verb, who, make in tried:
        try:
            check_terminal(tap, screen, verb, who, make)
            check_piped(tap, run, answers, verb, who, make)
        except (RuntimeError, KeyError, IndexError, TypeError, ValueError) as error:
            tap.check(False, f"{verb}: runs to its end", repr(error))
    check_many(tap, screen, run, answers, verbs)
    check_files(tap, screen, run, verbs)
    check_refusals(tap, screen, run, answers)
    tap.equal(server.stop(), DONE, "the server ends in order")
    tap.done()


if __name__ == "__main__":
    main()
