#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What goes on between slate and somebody at a terminal: questions, an editor, pictures that stay.

    dialogs.py SLATED SLATE
"""
import json
import os
import re
import signal
import sys
import threading

from answers import Answers
from feed import Watch
from fixture import HERE, Run, Slated, Tap, until
from life import AGENT, LEAD, MANAGER, MATE, people
from screen import Screen, columns, hazards, plain
from screens import check_tsv, named_columns

BOOK = os.path.join(HERE, "life.yaml")
DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130
CTRL_C = b"\x03"
WIDE = "데이터베이스 \u202egnp.exe " + "w" * 150


def new(run, *args, subject="Printer on fire"):
    return run.new(AGENT, "acme-l1", "--subject", subject, *args)


def assignees(run, tickets):
    return {run.json(AGENT, "show", t)["ticket"]["assignee"] for t in tickets}


# ---- questions ----------------------------------------------------------------------------------

def check_question(tap, run, screen):
    many = [new(run) for _ in range(21)]
    for keys, code, says in ((b"n\n", FAILED, "n"), (b"\n", FAILED, "Enter"), (b"\x04", FAILED, "Ctrl-D"),
                             (CTRL_C, INTERRUPTED, "Ctrl-C")):
        got, shown = screen.run(AGENT, "take", *many, answer=keys)
        tap.check(got == code and "take 21 tickets? [y/N]" in shown, f"take 21 tickets? {says}", f"{got}\n{shown}")
        tap.equal(assignees(run, many), {None}, "nothing is changed then")
    got, shown = screen.run(AGENT, "take", *many[:20])
    tap.check(got == DONE and "[y/N]" not in shown, "20 are not asked about", shown)
    got, shown = screen.run(AGENT, "release", *many[:20], many[0], answer=b"y\n")
    tap.check(got == DONE and assignees(run, many) == {None}, "y: all of them", shown)
    got, shown = screen.run(AGENT, "take", *many, "--yes")
    tap.check(got == DONE and "[y/N]" not in shown and assignees(run, many) == {AGENT}, "--yes: no question", shown)
    got, shown = screen.run(AGENT, "take", *many, env={"SLATE_NO_INPUT": "1"})
    tap.check(got == USAGE and "--yes" in shown, "SLATE_NO_INPUT: refused", shown)
    book = os.path.join(screen.server.scratch, "other.yaml")
    with open(BOOK, encoding="utf-8") as f, open(book, "w", encoding="utf-8") as to:
        to.write(f.read().replace("- {name: acme}", '- {name: acme, title: "Acme"}'))
    got, shown = screen.run("admin", "book", "apply", "-f", book, answer=CTRL_C)
    tap.check(got == INTERRUPTED and "Acme" not in run("admin", "book", "show", "party").stdout,
              "book apply: Ctrl-C at its question", f"{got}\n{shown}")


# ---- the editor ---------------------------------------------------------------------------------

def editor(screen, name, script):
    path = os.path.join(screen.server.scratch, name)
    with open(path, "w", encoding="utf-8") as f:
        f.write("#!/bin/sh\n" + script)
    os.chmod(path, 0o700)
    return {"EDITOR": path, "TMPDIR": screen.server.scratch}


def drafts(screen):
    return [n for n in os.listdir(screen.server.scratch) if n.startswith("slate-draft-")]


def check_editor(tap, run, screen):
    t = new(run)
    bodies = lambda: [m["body"] for m in run.json(AGENT, "show", t)["messages"]]
    seen = os.path.join(screen.server.scratch, "seen")
    typing = editor(screen, "typing", f'cp "$1" {seen}\n(echo typed; echo; cat {seen}) > "$1"\n')
    for verb, says in (("reply", "requester reads it"), ("note", "does not see it")):
        code, shown = screen.run(AGENT, verb, t, env=typing)
        with open(seen, encoding="utf-8") as f:
            tap.check(code == DONE and says in f.read() and bodies()[-1] == "typed", f"{verb}: an editor opens", shown)
    tap.equal((len(bodies()), drafts(screen)), (2, []), "what is sent is there once, and its draft gone")
    code, shown = screen.run(AGENT, "reply", t, env=editor(screen, "nothing", ":\n"))
    tap.check(code == FAILED and "empty" in shown and drafts(screen) == [], "an empty text cancels", shown)
    code, shown = screen.run(AGENT, "reply", t, env=editor(screen, "failing", "exit 3\n"))
    tap.check(code == FAILED and "nothing was sent" in shown, "an editor that fails: nothing is sent", shown)
    code, shown = screen.run(AGENT, "reply", "ACME-9999", env=typing)
    kept = re.search(r"kept in (\S+)", shown)
    tap.check(code != DONE and kept and "typed" in open(kept[1], encoding="utf-8").read(),
              "what could not be sent is kept, and where is said", shown)
    code, shown = screen.run(AGENT, "reply", t)
    tap.check(code == USAGE and "--body" in shown and "EDITOR" in shown, "without an editor: how to go on is said", shown)
    tap.equal(len(bodies()), 2, "and none of that was sent")
    session = screen.open(AGENT, "reply", t, env=editor(
        screen, "patient", 'trap \'echo "in spite of it" > "$1"; exit 0\' INT\necho ready\nwhile :; do sleep 0.05; done\n'))
    session.wait("ready")
    session.send(CTRL_C)
    code, shown = session.end()
    tap.check(code == DONE and bodies()[-1] == "in spite of it", "Ctrl-C in the editor is the editor's", f"{code}\n{shown}")


# ---- watch --------------------------------------------------------------------------------------

def check_watch(tap, run, screen):
    for cols in (80, 120):
        session = screen.open(AGENT, "watch", "--contract", "acme-l1", cols=cols)
        def begun():
            probe = new(run)
            return session.wait(rf"{probe}\b", 1)
        tap.check(until(begun), f"watch at {cols} columns: begins", session.shown)
        t = new(run, subject=WIDE)
        run.json(AGENT, "take", t)
        run.json(AGENT, "tag", t, "größe", "데이터")
        run.json(AGENT, "edit", t, "--category", "c" * 60, "--subject", WIDE, "--language", "de", "--tier", "gold")
        run.json(AGENT, "hold", t, "--reason", "vendor-tool-down")
        run.json(AGENT, "resolve", t)
        tap.check(session.wait(rf"{t}\s+[^\n]*resolved"), "what happens is there at once", session.shown)
        session.send(CTRL_C)
        code, shown = session.end()
        mine = [line for line in plain(shown).splitlines() if re.match(rf"\d\d:\d\d(:\d\d)?  {t} ", line)]
        wide = [line for line in plain(shown).splitlines() if columns(line) > cols and not line.startswith("hint: ")]
        ours = [e for e in run.json(AGENT, "log", t)["events"] if e["kind"] != "closed"] # by itself, any moment now
        tap.check(len([m for m in mine if "closed by itself" not in m]) == len(ours), "a line for each event", shown)
        tap.check(not wide and not hazards(shown), "not wider than the terminal, and clean", "\n".join(wide) + ascii(shown))
        tap.check(code == INTERRUPTED and "--from acme-l1:" in shown, "Ctrl-C ends it, and says how to go on",
                  f"{code}\n{shown}")
    start = run.json(AGENT, "log", t)["events"][-1]["seq"] - 1
    w = Watch(run, AGENT, "--from", f"acme-l1:{start}")
    until(lambda: any(e["kind"] == "resolved" for e in w.events))
    w.end()
    wrong = [x for e in w.events for x in Answers().differences("@event", e)]
    tap.check(w.events and not wrong, "watch, piped: lines of JSON with the members that docs/json.md names", wrong)
    session = screen.open(AGENT, "watch", "-o", "tsv", "--from", f"acme-l1:{start}")
    session.wait("resolved")
    session.send(CTRL_C)
    _, shown = session.end()
    check_tsv(tap, "watch -o tsv", "".join(x + "\n" for x in shown.splitlines() if x.startswith("ACME-")), False,
              named_columns(run(AGENT, "help", "watch").stdout)[1])


# ---- lists that stay ----------------------------------------------------------------------------

def shows(session, *wanted, absent=(), rows=None, cols=None):
    """Until the picture has all of that, and none of this."""
    def there():
        p = session.picture
        lines = p.lines()
        return (p.is_other and all(w in p.text() for w in wanted) and not any(a in p.text() for a in absent) and
                (rows is None or len(lines) <= rows) and (cols is None or all(columns(x) <= cols for x in lines)))
    return session.wait(there)


def check_restored(tap, name, session):
    code, shown = session.end()
    p = session.picture
    tap.check(code == INTERRUPTED and (p.entered, p.left, p.is_other, p.cursor) == (1, 1, False, True) and p.lines() == [],
              f"{name}: ends with the screen as it was", f"exit code {code}\n{ascii(shown[-300:])}")
    tap.equal(p.strange, [], f"{name}: sent the terminal nothing else")


def check_list(tap, run, screen, server):
    a = new(run, "--priority", "P2", subject=WIDE)
    session = screen.open(AGENT, "list", "--priority", "P2", "--state", "new,open,held", "--watch", cols=100, rows=12)
    tap.check(shows(session, "slate list", a, "Ctrl-C ends", rows=12, cols=100), "list --watch: the list", session.shown)
    run.json(AGENT, "take", a)
    tap.check(shows(session, f"{a} ") and session.wait(
        lambda: re.search(rf"{a} +P2 +open", session.picture.text())), "a change by somebody else is there",
        session.picture.text())
    run.json(AGENT, "edit", a, "--subject", "Short now")
    tap.check(shows(session, "Short now", absent=["www"]), "and nothing of what stood there", session.picture.text())
    urgent = [new(run, "--priority", "P2", subject=WIDE) for _ in range(12)]
    tap.check(shows(session, urgent[0], "there is more below", rows=12, cols=100), "more than it has rows is said",
              session.picture.text())
    for cols, rows in ((60, 8), (140, 30), (80, 24)):
        before = len(session.bytes)
        session.resize(cols, rows)
        run.json(AGENT, "edit", a, "--subject", f"At {cols} columns")
        drawn = lambda: len(session.bytes) > before and shows(session, "slate list", rows=rows, cols=cols)
        tap.check(session.wait(drawn) and session.wait(
            lambda: rows < 20 or f"At {cols} columns"[:9] in session.picture.text()),
            f"resized to {cols} columns and {rows} rows: fills it and no more", session.picture.text())
    tap.check(session.wait(lambda: urgent[0] in session.picture.text()), "and is whole again")
    server.stop()
    tap.check(session.wait(lambda: "slate list" in session.picture.text()), "without a server it stays")
    server.start()
    run.json(AGENT, "edit", a, "--subject", "After the restart")
    tap.check(shows(session, "After the"), "and goes on when there is one", session.picture.text())
    session.send(CTRL_C)
    check_restored(tap, "list --watch", session)
    for number in (signal.SIGTERM, signal.SIGHUP):
        session = screen.open(AGENT, "list", "--watch")
        shows(session, "slate list")
        session.process.send_signal(number)
        check_restored(tap, f"list --watch, {number.name}", session)


def check_mine(tap, run, screen):
    mine = new(run, subject="That is mine")
    session = screen.open(MATE, "mine", "--watch", cols=80, rows=24)
    tap.check(shows(session, "slate mine", "no tickets", absent=[mine], cols=80), "mine --watch: nothing yet", session.shown)
    run.json(MATE, "take", mine)
    tap.check(shows(session, mine, "That is", absent=["no tickets"], cols=80), "what I take comes", session.shown)
    run.json(LEAD, "assign", mine, "--to", AGENT)
    tap.check(shows(session, "no tickets", absent=[mine]), "what is given to somebody else goes", session.shown)
    session.send(CTRL_C)
    check_restored(tap, "mine --watch", session)
    for verb in ("list", "mine"):
        for how, done in (("piped", lambda: (run(AGENT, verb, "--watch").returncode, run(AGENT, verb, "--watch").stdout)),
                          ("--json", lambda: screen.run(AGENT, verb, "--watch", "--json")),
                          ("-q", lambda: screen.run(AGENT, verb, "--watch", "-q"))):
            code, shown = done()
            tap.check(code == USAGE and "\x1b[?1049h" not in shown, f"{verb} --watch {how}: refused", f"{code}\n{shown}")


# ---- an intake ----------------------------------------------------------------------------------

def check_intake(tap, run, screen):
    pipe = os.path.join(screen.server.scratch, "lines")
    os.mkfifo(pipe)
    seen = threading.Event()
    def write(name):
        try:
            with open(pipe, "w", encoding="utf-8") as f:
                for i in range(100000):
                    if seen.is_set():
                        return
                    f.write(json.dumps({"action": "open", "key": f"{name}{i}", "subject": WIDE}) + "\n")
        except BrokenPipeError: # it was interrupted
            pass
    for name, keys, code in (("a", None, DONE), ("b", CTRL_C, INTERRUPTED)):
        seen.clear()
        session = screen.open("mailbox", "intake", "jsonl", pipe, "--contract", "acme-l1", cols=80)
        writer = threading.Thread(target=write, args=(name,))
        writer.start()
        tap.check(session.wait(lambda: re.search(r"\r\x1b\[K\d+ lines", session.shown)), "intake jsonl: how far it is",
                  ascii(session.shown))
        if keys:
            session.send(keys)
            if not session.wait(lambda: session.ended):
                session.process.kill() # the writer waits for it
        seen.set()
        writer.join()
        got, shown = session.end()
        text = session.picture.text()
        tap.check(session.picture.strange == [] and re.search(r"^created \d", text, re.M) and
                  not re.search(r"^\d+ lines", text, re.M), "in the end what it came to, not how far it was", text)
        tap.equal(got, code, f"its exit code{' after Ctrl-C' if keys else ''}")
    tap.match("run the same again", text, "and that it can be sent again is said")


def main():
    tap = Tap()
    server = Slated(sys.argv[1])
    run = Run(tap, server, sys.argv[2])
    screen = Screen(sys.argv[2], server)
    server.start()
    applied = run("admin", "book", "apply", "--yes", "-f", BOOK)
    if applied.returncode != DONE:
        raise RuntimeError(applied.stderr)
    server.stop()
    people(server)
    server.start()
    for part in (check_question, check_editor, check_watch, lambda *x: check_list(*x, server), check_mine, check_intake):
        try:
            part(tap, run, screen)
        except (RuntimeError, KeyError, IndexError, TypeError, AttributeError) as error:
            tap.check(False, "the part runs to its end", repr(error))
    tap.equal(server.stop(), DONE, "the server ends in order")
    tap.done()


if __name__ == "__main__":
    main()
