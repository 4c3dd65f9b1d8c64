#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What people see: slate's output through a real terminal of a known size.

    terminal.py SLATED SLATE
"""
import os
import re
import sys

from fixture import HERE, Slate, Slated, Tap
from screen import SGR, Screen, columns, hazards, plain

BOOK = os.path.join(HERE, "two-vendors.yaml")
WIDTHS = (60, 80, 120)


def from_column(text, start):
    """(what stands before that column, what stands from there on)."""
    for i in range(len(text) + 1):
        if columns(text[:i]) == start:
            return text[:i], text[i:]
    return text, ""


def check_clean(tap, shown, name):
    tap.check(not hazards(shown), f"{name}: no control character but the ends of lines", ascii(shown))


def check_modes(tap, screen, slate):
    """A table for people, lines for programs, and colours that say nothing alone."""
    code, shown = screen.run("a.reyes", "list")
    lines = plain(shown).splitlines()
    tap.equal((code, re.split("  +", lines[0])),
              (0, ["TICKET", "PRI", "STATE", "TEAM", "NEXT DEADLINE", "UPDATED", "SUBJECT"]), "list: a table with titles")
    tap.check("times: UTC" in lines, "and the zone of its times", shown)
    tap.check(SGR.search(shown) is not None, "on a terminal with colours", ascii(shown))
    tap.match("BREACHED", plain(shown), "what is red is a word, too")
    for name, args, env in (("NO_COLOR", [], {"NO_COLOR": "1"}), ("TERM=dumb", [], {"TERM": "dumb"}),
                            ("--no-color", ["--no-color"], {})):
        code, bare = screen.run("a.reyes", "list", *args, env=env)
        tap.check(code == 0 and "\x1b" not in bare, f"{name}: none", ascii(bare))
        same = lambda text: [line.split()[:5] for line in text.splitlines()] # the rest goes on meanwhile
        tap.equal(same(bare), same(plain(shown)), f"{name}: and otherwise the same")
    tap.check("\x1b" in screen.run("a.reyes", "list", env={"NO_COLOR": ""})[1], "an empty NO_COLOR says nothing")
    code, far = screen.run("a.reyes", "list", "--tz", "Asia/Manila")
    tap.match(r"times: Asia/Manila \(\+08:00\)", plain(far), "--tz: another zone, named with its offset")
    code, piped = screen.run("a.reyes", "list", "-o", "tsv")
    tap.check(code == 0 and "\x1b" not in piped and "TICKET" not in piped and "\t" in piped,
              "-o tsv is the same on a terminal", ascii(piped))
    forced = slate.run("a.reyes", "list", env={"SLATE_FORCE_TTY": "120"}).stdout
    tap.equal(plain(forced).splitlines()[0], lines[0], "SLATE_FORCE_TTY: the table also in a pipe")


def check_widths(tap, screen, subjects):
    for cols in WIDTHS:
        code, shown = screen.run("a.reyes", "list", cols=cols)
        rows = [line for line in plain(shown).splitlines() if line.startswith("ACME-")]
        tap.equal((code, len(rows)), (0, len(subjects)), f"{cols} columns: every ticket has a line")
        start = plain(shown).splitlines()[0].index("SUB") # perhaps cut itself
        for row in rows:
            ticket = row.split()[0]
            head, subject = from_column(row, start)
            kept = subject[:-1] if subject.endswith("…") else subject
            tap.check(head.endswith("  ") and subjects[ticket].startswith(kept) and kept != "" and
                      (kept == subjects[ticket]) == (kept == subject),
                      f"{cols} columns: {ticket}'s subject is whole or cut with a mark, below its title", ascii(row))
        widest = max(columns(row) for row in rows)
        tap.check(widest <= cols, f"{cols} columns: no line is wider ({widest})", shown)
    tap.check(any("…" in r for r in plain(screen.run("a.reyes", "list", cols=120)[1]).splitlines()),
              "and something did not fit")


def check_texts(tap, screen, hostile):
    for ticket in hostile:
        for args in (["show", ticket], ["explain", ticket]):
            code, shown = screen.run("a.reyes", *args)
            tap.equal(code, 0, f"{' '.join(args)} ({ascii(hostile[ticket])})")
            check_clean(tap, shown, " ".join(args))
    check_clean(tap, screen.run("a.reyes", "list")[1], "list")
    _, shown = screen.run("a.reyes", "new", "--contract", "acme-l1", "--subject", "\x1b[2J\u202e")
    check_clean(tap, shown, "a refusal")
    _, shown = screen.run("a.reyes", "show", "\x1b]0;owned\x07")
    check_clean(tap, shown, "a name that is none")
    _, shown = screen.run("a.reyes", "\x1b[31mlist")
    check_clean(tap, shown, "a verb that is none")


def check_views(tap, screen):
    code, shown = screen.run("a.reyes", "show", "ACME-1")
    text = plain(shown)
    tap.match(r"^ACME-1  .*\nstate +new\n", text, "show: the ticket first")
    tap.match(r"\nCLOCK +.*\nfirst response +.*\nresolution ", text, "then its clocks")
    tap.match(r"\n#1  .*a\.reyes.*\n    line one\n    line two\n", text, "then what was written, indented")
    tap.match(r"times: UTC\n$", text, "and the zone at the end")
    code, shown = screen.run("a.reyes", "explain", "ACME-1", "resolution")
    tap.match(r"ACME-1  resolution .*\ncontract +acme-l1 version 1 .*\ncalendar +.*\ntarget +.*within 8h: 8h of business "
              r"time; used .* left\nFROM +TO +COUNTED +SUM +WHY\n.*inside hours\n.*\* due\n.*due .*: open\n.*counted .* = ",
              plain(shown), "explain: contract, calendar, target, spans, marks, verdict, sum")
    code, shown = screen.run("a.reyes", "breaches")
    tap.match(r"^TICKET +CLOCK +PRI +CONTRACT +VENDOR +TEAM +TARGET +BREACHED +NOW", plain(shown), "breaches: a table")
    tap.match(r"imported.*times: UTC", plain(shown), "with what is imported marked, and the zone")
    code, shown = screen.run("a.reyes", "hold", "ACME-1", "--reason", "vendor-tool-down")
    tap.match(r"^ACME-1 +P1 +held", plain(shown), "a change: the ticket as it is now, without titles")
    code, shown = screen.run("a.reyes", "new", "--contract", "acme-l1", "--priority", "P1", "--subject", "last")
    tap.match(r"first response due .* \(in (4h|3h 59m)\).*hint: slate take ACME-", plain(shown), "new: when it is due, what to do")
    code, shown = screen.run("a.reyes", "book", "show", "party", "acme")
    tap.match(r"^# party acme version 1.*\n.*name: acme", plain(shown), "book show: YAML")


def check_questions(tap, screen, slate):
    before = slate.run("admin", "book", "show", "--json").stdout
    changed = os.path.join(screen.server.scratch, "changed.yaml")
    with open(BOOK, encoding="utf-8") as f:
        text = f.read().replace("Vistula Sp. z o.o.", "Vistula S.A.")
    with open(changed, "w", encoding="utf-8") as f:
        f.write(text)
    code, shown = screen.run("admin", "book", "apply", "-f", changed, answer=b"n\n")
    tap.equal(code, 1, "book apply: a no is a no")
    tap.match(r"vistula +party +new version.*\n  - .*Vistula Sp.*\n  \+ .*Vistula S\.A\..*apply this\?.*\[y/N\].*nothing was",
              plain(shown), "having shown what would change")
    tap.equal(slate.run("admin", "book", "show", "--json").stdout, before, "and nothing did")
    code, shown = screen.run("admin", "book", "apply", "-f", changed, answer=b"y\n")
    tap.check(code == 0 and "applied" in shown, "a yes applies", shown)
    tap.check("Vistula S.A." in slate.run("admin", "book", "show").stdout, "and it is in force")
    code, shown = screen.run("a.reyes", "take", "-", cols=80)
    tap.check(code == 2 and "terminal" in shown, "a list from a terminal is refused, not waited for", shown)


SUBJECTS = ["VPN drops hourly", "データベースに接続できません、至急対応をお願いします。第三工場の生産ラインが停止しています",
            "결제가 두 번 청구되었습니다", "🔥🔥🔥 production is down 🔥🔥🔥 and so is everything else in hall 3, "
            "says the manager of the night shift", "e\u0301\u0301 accents", "x" * 200]
HOSTILE = ["\u202egnp.exe", "\u2066iso\u2069", "\u200b\ufeff", "\\e[31m", "\U000e0041"]


def main():
    tap = Tap()
    server = Slated(sys.argv[1])
    screen, slate = Screen(sys.argv[2], server), Slate(sys.argv[2], server)
    server.start()
    if slate.run("admin", "book", "apply", "-f", BOOK, "--yes").returncode != 0:
        raise RuntimeError("the book was not applied")
    server.stop()
    server.user("a.reyes", "--role", "agent", "--team", "manila-a,manila-b")
    server.start()

    def new(subject, *args):
        done = slate.run("a.reyes", "new", "--contract", "acme-l1", "--priority", "P1", "--subject", subject, *args)
        return done.stdout.split("\t")[0]

    subjects = {new(s, "--body", "line one\nline two"): s for s in SUBJECTS}
    slate.run("admin", "import", "-", "--contract", "acme-l1", stdin='{"key":"1","opened_at":"2026-01-05T00:00:00Z",'
              '"priority":"P1","subject":"forgotten"}\n')
    subjects["ACME-7"] = "forgotten"
    check_modes(tap, screen, slate)
    check_widths(tap, screen, subjects)
    check_views(tap, screen)
    hostile = {new("x" + t, "--body", t, "--requester", "mail"): t for t in HOSTILE}
    check_texts(tap, screen, hostile)
    check_questions(tap, screen, slate)
    server.stop()
    tap.done()


if __name__ == "__main__":
    main()
