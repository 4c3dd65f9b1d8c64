#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who read what, and what was erased: in answers, and in the bytes on the disk.

    privacy.py SLATED SLATE
"""
import json
import os
import sys

from fixture import HERE, Run, Slated, Tap

BOOK = os.path.join(HERE, "two-vendors.yaml")
DONE, FAILED, USAGE, NOT_FOUND, NOT_ALLOWED = 0, 1, 2, 3, 4
AGENT, BOSS, MANAGER, AUDITOR, OTHER = "l.santos", "v.meier", "m.huber", "a.pruefer", "k.nowak"
# Found nowhere but where it was written
MARKS = ["xsubjectqz", "xanna.requesterqz@acme.example", "xfirstbodyqz", "xnoteqz", "xtagqz", "xsourcekeyqz", "xlookreasonqz",
         "xerasereasonqz", "xlistreasonqz"]
KEY, LOOK, WHY, LISTED = MARKS[5:]


def people(server):
    server.user(AGENT, "--role", "agent", "--team", "manila-a")
    server.user(BOSS, "--role", "vendor-manager", "--party", "northwind")
    server.user(MANAGER, "--role", "manager", "--party", "acme")
    server.user(AUDITOR, "--role", "auditor", "--party", "acme")
    server.user(OTHER, "--role", "agent", "--team", "krakow-a")
    server.user("mailbox", "--role", "intake", "--party", "acme", "--tool", "--source", "mailbox")


def access(run, *args):
    return [(a["contract"], a["actor"], a["kind"], a["ticket"], a["tickets"], a["reason"])
            for a in run.json(MANAGER, "access", "list", *args)["access"]]


def check_access(tap, run, server):
    t = run.new(AGENT, "acme-l1", "--subject", "first of all", "--requester", "j.weber@acme.example")
    run.json(AGENT, "show", t)
    run.json(AGENT, "list")
    run(OTHER, "show", t)
    tap.equal(access(run), [], "who works on it leaves no record, nor who gets nothing")
    tap.equal(run.json(BOSS, "show", t, "--reason", "escalation")["ticket"]["subject"], "first of all", "a vendor's manager reads")
    tap.equal(len(run.json(MANAGER, "list", "--reason", "weekly look")["tickets"]), 1, "so does the buyer's")
    run.json("admin", "show", t)
    tap.equal(access(run), [("acme-l1", BOSS, "show", t, 0, "escalation"),
                            ("acme-l1", MANAGER, "list", None, 1, "weekly look"),
                            ("acme-l1", "admin", "admin", t, 0, None)], "and it is written down, with why")
    tap.equal(access(run), access(run), "to read that is not")
    tap.equal([a[1] for a in access(run, "--user", BOSS)], [BOSS], "of one person")
    tap.equal(access(run, "--contract", "acme-ap"), [], "of another contract")
    tap.equal(access(run, "--until", "2020-01-01"), [], "of another time")
    tap.equal(len(access(run, "--since", "-1h")), 3, "of this one")
    tap.equal(len(run.json(AUDITOR, "access", "list")["access"]), 3, "auditors may see it")
    for who in (AGENT, BOSS, "admin"):
        run.refused(who, ["access", "list"], NOT_ALLOWED, "may not read who read what")
    table = run(MANAGER, "access", "list", "-o", "table").stdout
    tap.match(r"CONTRACT +WHEN +WHO +READ +WHAT +WHY\n", table, "a table has titles")
    tap.match(rf"acme-l1 .* {BOSS} +show +{t} +escalation\n.* {MANAGER} +list +1 ticket +weekly look\n", table, "and rows")
    tsv = run(MANAGER, "access", "list").stdout.splitlines()
    tap.equal((len(tsv), tsv[0].split("\t")[0], len(tsv[0].split("\t"))), (3, "acme-l1", 9), "TSV has a line each")
    run.refused(AGENT, ["note", t, "--body", "x", "--reason", "no such option"], USAGE, "reason")
    out = os.path.join(server.scratch, "why.journal")
    for who, args in (("admin", ["explain", t]), ("admin", ["log", t]), (AUDITOR, ["next"]),
                      (AUDITOR, ["journal", "export", "--contract", "acme-l1", "--out", out])):
        before = len(access(run))
        done = run(who, *args, "--reason", "audit 3")
        why = {a[5] for a in access(run)[before:]}
        tap.equal((done.returncode, why), (DONE, {"audit 3"}), f"{args[0]} --reason: all that was read says why")


def feed(run, **line):
    done = run("mailbox", "intake", "jsonl", "-", "--contract", "acme-l1", "-o", "jsonl", stdin=json.dumps(line) + "\n")
    row = json.loads(done.stdout or "{}")
    return row.get("outcome", done.stderr), row.get("ticket")


def erase_entry(run, seq):
    return run.json(MANAGER, "erase", "--contract", "acme-l1", "--entry", str(seq), "--reason", "names somebody", "--yes")


def check_reasons(tap, run, t):
    """What does not go with a ticket goes by the number of its entry."""
    log = [e for e in run.json(BOSS, "log", t)["events"] if e["kind"] == "erased"]
    why = [e for e in log if e["reason"] == WHY]
    tap.equal([(e["actor"], e["edited"]) for e in why], [(MANAGER, ["body"])], "the log tells who erased what and why")
    tap.match(rf"{MANAGER} erased body of entry \d+: {WHY}", why[0]["sentence"], "in words, too")
    tap.equal(erase_entry(run, why[0]["seq"])["texts"], 1, "that reason is erased by its number")
    run.json(MANAGER, "list", "--reason", LISTED)
    looked = [a["seq"] for a in run.json(MANAGER, "access", "list")["access"] if a["reason"] == LISTED]
    tap.equal([erase_entry(run, seq)["texts"] for seq in looked], [1], "so is that of a list")
    tap.check(not any(m in str(run.json(who, *args)) for m in (WHY, LISTED, LOOK)
                      for who, args in ((BOSS, ("log", t)), (MANAGER, ("access", "list")))), "and they are told no more")
    run.refused(MANAGER, ["erase", "--entry", "1", "--reason", "r", "--yes"], USAGE, "--entry needs --contract")
    run.refused(MANAGER, ["erase", t, "--entry", "1", "--reason", "r", "--yes"], USAGE, "not two of them")


def check_erase(tap, run, server):
    fed = feed(run, action="open", key=KEY, subject="fed by a tool", requester=MARKS[1])
    tap.equal(fed[0], "created", "a tool feeds a ticket")
    run.json(BOSS, "show", fed[1], "--reason", LOOK)
    t = run.new(AGENT, "acme-l1", "--subject", MARKS[0], "--requester", MARKS[1], "--body", MARKS[2])
    other = run.new(OTHER, "acme-ap", "--subject", "stays qy", "--requester", "XANNA.requesterqz@acme.example")
    run(AGENT, "note", t, "--body", MARKS[3])
    run(AGENT, "note", t, "--body", "a plain note")
    run(AGENT, "tag", t, MARKS[4])
    before = run.json(AGENT, "show", t)
    tap.equal(len(before["messages"]), 3, "a ticket with texts")
    run.refused(MANAGER, ["erase", t, "--yes"], USAGE, "--reason is needed")
    run.refused(MANAGER, ["erase", t, "--reason", "r"], USAGE, "needs --yes")
    run.refused(MANAGER, ["erase", "--reason", "r", "--yes"], USAGE, "a ticket, --requester or --entry")
    run.refused(MANAGER, ["erase", "--requester", "x", "--message", "1", "--reason", "r", "--yes"], USAGE, "goes with a ticket")
    run.refused(BOSS, ["erase", t, "--reason", "r", "--yes"], NOT_ALLOWED, "")
    run.refused(OTHER, ["erase", t, "--reason", "r", "--yes"], NOT_FOUND, "")
    note = [m["number"] for m in before["messages"] if m["body"] == MARKS[3]][0]
    tap.equal(run.json(MANAGER, "erase", t, "--message", str(note), "--reason", WHY, "--dry-run"),
              {"tickets": 1, "texts": 1, "dry_run": True, "keys_kept": 0}, "erase --dry-run counts")
    tap.equal(run(MANAGER, "erase", t, "--message", str(note), "--reason", WHY, "--yes", "-o", "table").stdout,
              "erased 1 text of 1 ticket\n", "one message")
    bodies = [m["body"] for m in run.json(AGENT, "show", t)["messages"]]
    tap.check(MARKS[3] not in bodies and "a plain note" in bodies and len(bodies) == 3, "only its text is gone", bodies)
    tap.equal(run.json(MANAGER, "erase", "--requester", MARKS[1].upper(), "--reason", "request 17", "--yes"),
              {"tickets": 3, "texts": 11, "dry_run": False, "keys_kept": 0}, "all of a requester, in every contract of the buyer")
    after = run.json(AGENT, "show", t)
    tap.check(not any(mark in str(after) for mark in MARKS), "nothing is shown any more", after)
    tap.equal([(c["kind"], c["verdict"], c["due_at"]) for c in after["clocks"]],
              [(c["kind"], c["verdict"], c["due_at"]) for c in before["clocks"]], "its clocks stand where they stood")
    tap.check("stays qy" not in str(run.json(OTHER, "show", other)), "the other vendor's too")
    tap.equal(run.json(MANAGER, "erase", t, "--reason", "again", "--yes")["texts"], 0, "there is nothing left to erase")
    tap.check(KEY not in str(run.json(AGENT, "show", fed[1])), "nor what its source calls it")
    for line in ({"action": "open", "subject": "once more"}, {"action": "message", "body": "more of it"}, {"action": "resolve"}):
        tap.equal(feed(run, key=KEY, **line), ("duplicate", fed[1]), f"its source says {line['action']}, and is answered")
    shown = run.json(AGENT, "show", fed[1])
    tap.equal((shown["ticket"]["state"], shown["ticket"]["subject"], shown["messages"]), ("new", None, []), "and not heard")
    check_reasons(tap, run, t)


def traces(folder):
    """(file, mark) of every mark that is in some file."""
    found = []
    for root, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(root, name), "rb") as f:
                data = f.read()
            found += [(name, mark) for mark in MARKS if mark.encode() in data]
    return found


def check_compact(tap, server):
    tap.check(traces(server.dir) != [], "before compacting the bytes are still there: the search finds them")
    running = server.verb("compact", "--dir", server.dir)
    tap.check(running.returncode == FAILED and "the server is running" in running.stderr, "not while a server runs", running.stderr)
    tap.equal(server.stop(), 0, "the server ends in order")
    kept = server.verb("compact", "--dir", server.dir, "--keep-old")
    tap.equal((kept.returncode, kept.stdout), (0, f"compacted: {server.dir}/data\n"), "compact --keep-old")
    tap.check(os.path.exists(os.path.join(server.dir, "data.old", "data.mdb")), "keeps the old store")
    twice = server.verb("compact", "--dir", server.dir)
    tap.check(twice.returncode == FAILED and "--drop-old" in twice.stderr, "which is not overwritten", twice.stderr)
    tap.equal(server.verb("compact", "--dir", server.dir, "--drop-old").returncode, 0, "compact --drop-old")
    tap.equal(traces(server.dir), [], "then no file in the directory holds a byte of it")
    os.makedirs(os.path.join(server.dir, "data.new"))
    with open(os.path.join(server.dir, "data.new", "data.mdb"), "w", encoding="utf-8") as f:
        f.write("cut off")
    again = server.verb("compact", "--dir", server.dir)
    tap.equal((again.returncode, sorted(n for n in os.listdir(server.dir) if n.startswith("data"))), (0, ["data"]),
              "what was cut off is begun anew, and nothing is left")
    verified = server.verb("verify", "--dir", server.dir)
    tap.check(verified.returncode == 0, "chain, texts and views are whole", verified.stdout + verified.stderr)
    tap.equal(server.verb("compact", "--dir", server.dir, "--keep-old", "--drop-old").returncode, USAGE, "not both")
    tap.equal(server.verb("compact", "--dir", server.dir, "--drop-old").returncode, FAILED, "nothing to drop")


def main():
    tap = Tap()
    server = Slated(sys.argv[1])
    run = Run(tap, server, sys.argv[2])
    server.start()
    applied = run("admin", "book", "apply", "--yes", "-f", BOOK)
    if applied.returncode != DONE:
        raise RuntimeError(applied.stderr)
    server.stop()
    people(server)
    server.start()
    for part in (lambda: check_access(tap, run, server), lambda: check_erase(tap, run, server), lambda: check_compact(tap, server)):
        try:
            part()
        except (RuntimeError, KeyError, IndexError, TypeError) as error:
            tap.check(False, "runs to its end", repr(error))
    if server.process.poll() is None:
        server.stop()
    server.start()
    shown = run.json(MANAGER, "list")["tickets"]
    tap.equal((len(shown), [t["subject"] for t in shown if t["subject"]]), (4, ["first of all"]), "it serves what is left")
    tap.equal(feed(run, action="open", key=KEY, subject="after compacting")[0], "duplicate", "and knows the key again")
    out = os.path.join(server.scratch, "after.journal")
    done = run(MANAGER, "journal", "export", "--contract", "acme-l1", "--texts", "--out", out)
    tap.equal(done.returncode, DONE, "its chain is exported")
    with open(out, encoding="utf-8") as f:
        text = f.read()
    tap.equal([m for m in MARKS if m in text], [], "without what was erased")
    tap.equal(run(MANAGER, "journal", "verify", out).returncode, DONE, "and can be verified with all of its verdicts")
    tap.equal(server.stop(), 0, "and ends in order")
    tap.done()


if __name__ == "__main__":
    main()
