#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every verb of slate, and its refusals, through a real server as the people who would type them.

    cli.py SLATED SLATE
"""
import csv
import datetime
import io
import json
import os
import re
import signal
import sys

from fixture import HERE, SECOND, Run, Slate, Slated, Tap, read_profile, until, us

BOOK = os.path.join(HERE, "two-vendors.yaml")
DONE, FAILED, USAGE, NOT_FOUND, NOT_ALLOWED, CONFLICT, PARTLY, UNREACHABLE = 0, 1, 2, 3, 4, 5, 6, 69

# What --json documents. A key more is fine for programs, a key less is not.
TICKET_KEYS = {"ticket", "priority", "state", "team", "updated_at", "subject", "assignee", "contract", "version",
               "received_at", "holds", "occurred_at", "resolved_at", "next_clock", "breached_clock", "imported",
               "function", "category", "customer_tier", "language", "source", "source_key"}
CLOCK_KEYS = {"kind", "cycle", "state", "verdict", "within", "target_us", "elapsed_us", "started_at", "stopped_at",
              "due_at", "limit_at", "due_if_resumed_at", "breached_at", "as_of_at", "calendar", "contract_version"}
MESSAGE_KEYS = {"number", "effective_at", "author", "side", "kind", "visibility", "channel", "body", "recorded_at",
                "claimed_at"}
BREACH_KEYS = {"ticket", "clock", "cycle", "priority", "contract", "contract_version", "vendor", "team", "within",
               "breached_at", "detected_at", "state", "withdrawn", "imported"}
EXPLAINED_KEYS = {"clock", "counted_us", "held_us", "outside_us", "stopped_us", "contract_effective_at", "match",
                  "calendar_version", "zone", "zone_release", "zone_sha256", "contract_sha256", "calendar_sha256",
                  "truncated", "spans"}
SPAN_KEYS = {"from_at", "to_at", "kind", "counted_us", "reasons", "party", "note"}
ERROR_KEYS = {"code", "message", "hint", "field", "line", "retryable", "retry_after_ms", "request_id"}
IMPORT_KEYS = {"ticket", "line", "key", "outcome", "state", "events", "clocks", "error"}
CHANGE_KEYS = {"name", "kind", "change", "version", "effective_at", "open_tickets", "removed", "added"}
OBJECT_KEYS = {"name", "kind", "version", "effective_at", "recorded_at", "actor", "sha256", "text"}


def has_keys(tap, got, keys, name):
    tap.check(keys <= set(got), name, f"without {sorted(keys - set(got))}")


# ---- the book -----------------------------------------------------------------------------------

def check_book(tap, run):
    diff = run.json("admin", "book", "diff", "-f", BOOK)
    has_keys(tap, diff["changes"][0], CHANGE_KEYS, "book diff --json has its keys")
    tap.equal((diff["applied"], {c["change"] for c in diff["changes"]}), (False, {"new"}), "book diff: all is new")
    tap.check(any(e["within"] == "1s" and us(e["due_at"]) == us(e["received_at"]) + SECOND for e in diff["examples"]),
              "and deadlines are worked out", diff["examples"])
    tap.equal(run.json("admin", "book", "show")["objects"], [], "nothing is applied by it")
    run.refused("admin", ["book", "apply", "-f", BOOK], USAGE, "--yes", says="book apply asks, or wants --yes")
    dry = run("admin", "book", "apply", "-f", BOOK, "--yes", "--dry-run")
    tap.equal((dry.returncode, run.json("admin", "book", "show")["objects"]), (DONE, []), "--dry-run applies nothing")
    done = run("admin", "book", "apply", "-f", BOOK, "--yes")
    tap.equal((done.returncode, done.stderr), (DONE, "applied\n"), "book apply")
    objects = run.json("admin", "book", "show")["objects"]
    has_keys(tap, objects[0], OBJECT_KEYS, "book show --json has its keys")
    tap.equal(sorted((o["kind"], o["name"], o["version"]) for o in objects), sorted(
        [("calendar", "always", 1), ("party", "acme", 1), ("party", "northwind", 1), ("party", "vistula", 1),
         ("team", "krakow-a", 1), ("team", "manila-a", 1), ("team", "manila-b", 1),
         ("contract", "acme-ap", 1), ("contract", "acme-l1", 1)]), "book show: what was applied")
    again = run("admin", "book", "apply", "-f", BOOK, "--yes")
    tap.check(again.returncode == DONE and "in force already" in again.stderr, "book apply again: said, no error",
              again.stderr)
    tap.equal(run.json("admin", "book", "show")["objects"], objects, "and nothing is changed by it")
    with open(BOOK, encoding="utf-8") as f:
        piped = run("admin", "book", "apply", "-f", "-", "--yes", stdin=f.read())
    tap.check(piped.returncode == DONE and "in force already" in piped.stderr, "a book from standard input",
              piped.stderr)
    shown = run("admin", "book", "show", "contract", "acme-l1")
    tap.match(r"^# contract acme-l1 version 1, in force from 2026-01-01T00:00:00Z, applied by admin at ", shown.stdout,
              "book show as YAML, and what it is")
    run.refused("admin", ["book", "show", "contract", "acme"], NOT_FOUND, "contract acme")
    run.refused("admin", ["book", "show", "contract", "acme-l1", "--version", "7"], NOT_FOUND, "acme-l1", "version")


BAD_BOOKS = [
    # what is replaced, by what, the line that is to blame, further words
    ("a zone that does not exist", "zone: Etc/UTC\n    effective", "zone: Europe/Atlantis\n    effective",
     "zone: Europe", ["contracts[0].zone", "Europe/Atlantis"]),
    ("unions in a circle", "parties:\n", "  - {name: u, union: [v]}\n  - {name: v, union: [u]}\nparties:\n",
     "name: v,", ["calendars[2].union", "u -> v -> u"]),
    ("a calendar that never opens", "parties:\n",
     "  - {name: never, zone: Etc/UTC, week: [{days: [mon], open: []}]}\nparties:\n", "name: never",
     ["calendars[1]", "never opens"]),
    ("a key without its rule yet", "    hours: always\n", "    hours: always\n    measures: []\n", "measures",
     ["contracts[0].measures", "not implemented"]),
    ("a word that no target takes up", "    hours: always\n", "    hours: always\n    on_transfer: follow_team\n",
     "on_transfer", ["contracts[0].on_transfer", "no clock of the ticket counts by its team's calendar"]),
    ("an unknown key", "    hours: always\n", "    hours: always\n    hourz: always\n", "hourz",
     ["contracts[0].hourz", "unknown key"]),
    ("a key twice", "    hours: always\n", "    hours: always\n    zone: Etc/UTC\n", "    zone: Etc/UTC\n    teams",
     ["contracts[0].zone", "twice"]),
    ("a tab", "    hours: always\n", "\thours: always\n", "\thours", ["not YAML", "tab"]),
    ("an indentation that is off", "    hours: always\n", "     hours: always\n", "     hours", ["not YAML"]),
    ("a team that does not exist", "default_team: manila-a", "default_team: manila-x", "manila-x",
     ["contracts[0].default_team", "manila-x"]),
    ("days as a duration", "within: 4h", "within: 1d", "within: 1d", ["contracts[0].targets[1].within"]),
    ("a word for a list", "priorities: [P0, P1, P2]", "priorities: P0", "priorities: P0",
     ["contracts[0].priorities"]),
]


def check_bad_books(tap, run):
    with open(BOOK, encoding="utf-8") as f:
        good = f.read()
    before = run("admin", "book", "show", "--json").stdout
    for name, old, new, blamed, words in BAD_BOOKS:
        text = good.replace(old, new, 1)
        line = text[:text.index(blamed)].count("\n") + 1
        file = os.path.join(run.server.scratch, "bad.yaml")
        with open(file, "w", encoding="utf-8") as f:
            f.write(text)
        run.refused("admin", ["book", "apply", "-f", file, "--yes"], FAILED, f"{file}:{line}: ", *words,
                    says=f"a book with {name}: refused with file, line and key")
        told = run("admin", "book", "apply", "-f", file, "--yes", "--json").stderr
        error = json.loads(told.splitlines()[-1])
        tap.equal(told.splitlines()[0].count(f"{file}:{line}: "), 1, f"a book with {name}: told once")
        tap.equal(error["error"]["line"], line, f"a book with {name}: its line for programs")
    run.refused("admin", ["book", "apply", "-f", "-", "--yes"], FAILED, "stdin:2: ", says="a bad book in a pipe",
                stdin="calendars: [\n")
    run.refused("admin", ["book", "apply", "-f", "-", "--yes"], FAILED, "stdin: the book is empty")
    run.refused("admin", ["book", "apply", "-f", "/nonexistent", "--yes"], FAILED, "/nonexistent: No such file")
    tap.equal(run("admin", "book", "show", "--json").stdout, before, "and none of them changed the book")


def check_new_version(tap, run):
    """An agreement is changed while tickets run on the one before."""
    with open(BOOK, encoding="utf-8") as f:
        longer = f.read().replace("within: 4h", "within: 5h")
    before = run("admin", "book", "show", "--json").stdout
    run.refused("admin", ["book", "apply", "-f", "-", "--yes"], CONFLICT, "contracts[0].effective", "past", stdin=longer,
                says="a changed agreement that would be in force since long: refused")
    tap.equal(run("admin", "book", "show", "--json").stdout, before, "and not applied")
    running = run.clock("a.reyes", "ACME-5", "first_response")
    longer = longer.replace("    effective: 2026-01-01\n", "")
    done = run.json("admin", "book", "apply", "-f", "-", "--yes", stdin=longer)
    tap.equal([(c["name"], c["version"]) for c in done["changes"] if c["change"] != "same"], [("acme-l1", 2)],
              "without the date: a version more, of that contract alone")
    tap.check(any("5h" in line for c in done["changes"] for line in c["added"]), "and what is new in it is said", done)
    again = run.clock("a.reyes", "ACME-5", "first_response")
    tap.equal((again["due_at"], again["within"], again["contract_version"]), (running["due_at"], "4h", 1),
              "what runs keeps what was agreed at its start")
    ticket = run.new("a.reyes", "acme-l1", "--subject", "under the new one")
    clock = run.clock("a.reyes", ticket, "first_response")
    tap.equal((us(clock["due_at"]) - us(clock["started_at"]), clock["contract_version"]), (5 * 3600 * SECOND, 2),
              "what starts has the new one")
    old = run("admin", "book", "show", "contract", "acme-l1", "--version", "1").stdout
    tap.check("4h" in old and "5h" not in old, "the old version can be read as it was", old)


# ---- tickets ------------------------------------------------------------------------------------

def check_tickets(tap, run):
    done = run("a.reyes", "new", "--contract", "acme-l1", "--priority", "P1", "--subject", "VPN drops hourly",
               "--body", "since noon", "--requester", "j.weber@acme.example")
    tap.match(r"^ACME-1\tP1\tnew\tmanila-a\tfirst_response\t", done.stdout, "new: the ticket as a line")
    changed = run.json("j.kowalska", "new", "--contract", "acme-ap", "--subject", "Invoice 7")
    tap.equal(set(changed), {"ticket", "existing", "dry_run", "token"}, "new --json has its keys")
    has_keys(tap, changed["ticket"], TICKET_KEYS, "and so has its ticket")
    tap.equal((changed["ticket"]["ticket"], changed["ticket"]["priority"]), ("AP-1", "P1"),
              "each contract counts for itself; the last priority is the default")
    detail = run.json("a.reyes", "show", "ACME-1")
    has_keys(tap, detail["clocks"][0], CLOCK_KEYS, "clocks have their keys")
    has_keys(tap, detail["messages"][0], MESSAGE_KEYS, "messages have theirs")
    tap.equal((detail["requester"], detail["messages"][0]["body"]), ("j.weber@acme.example", "since noon"),
              "show: who asks, and what")
    started = us(detail["clocks"][0]["started_at"])
    tap.equal([(c["kind"], us(c["due_at"]) - started) for c in detail["clocks"]],
              [("first_response", 4 * 3600 * SECOND), ("resolution", 8 * 3600 * SECOND)], "and what runs, until when")

    taken = run.json("a.reyes", "take", "ACME-1")["ticket"]
    tap.equal((taken["state"], taken["assignee"]), ("open", "a.reyes"), "take: open, and whose it is")
    again = run("a.reyes", "take", "ACME-1")
    tap.check(again.returncode == DONE and "existing" in again.stderr, "take again: nothing to do, and said",
              again.stderr)
    run.json("a.reyes", "note", "ACME-1", "--body", "gateway 3 again")
    tap.equal(run.clock("a.reyes", "ACME-1", "first_response")["verdict"], "open", "a note is no response")
    run.json("a.reyes", "reply", "ACME-1", "--body", "-", stdin="We see it too.\n")
    tap.equal(run.clock("a.reyes", "ACME-1", "first_response")["verdict"], "met", "a reply is")
    messages = run.json("a.reyes", "show", "ACME-1")["messages"]
    tap.equal([(m["visibility"], m["side"], m["body"]) for m in messages],
              [("public", "requester", "since noon"), ("internal", "vendor", "gateway 3 again"),
               ("public", "vendor", "We see it too.")], "who wrote what, and for whom")

    second, third = (run.new("a.reyes", "acme-l1", "--subject", s, "--team", "manila-b") for s in ("two", "three"))
    lines = run("a.reyes", "take", "-", stdin=f"{second}\nACME-999\n{third}\n")
    tap.equal((lines.returncode, [line.split("\t")[:2] for line in lines.stdout.splitlines()]),
              (PARTLY, [[second, "ok"], ["ACME-999", "not_found"], [third, "ok"]]), "many at once: a line each")
    held = run.new("a.reyes", "acme-l1", "--subject", "held from the start", "--hold", "vendor-tool-down")
    tap.equal(run.json("a.reyes", "show", held)["ticket"]["holds"], ["vendor-tool-down"], "new --hold")
    resolved = run.json("a.reyes", "resolve", second, "--message", "It works again.")["ticket"]
    tap.equal((resolved["state"], run.clock("a.reyes", second, "first_response")["verdict"]), ("resolved", "met"),
              "resolve --message is a response, too")
    run.json("a.reyes", "resolve", third)
    tap.equal([run.clock("a.reyes", third, k)["verdict"] for k in ("first_response", "resolution")],
              ["breached", "met"], "resolve without a word is none")

    fed = run("mailbox", "new", "--contract", "acme-l1", "--subject", "fed", "--source", "mailbox", "--key", "4711")
    tap.equal(fed.returncode, DONE, "a source feeds a ticket")
    again = run.json("mailbox", "new", "--contract", "acme-l1", "--subject", "fed", "--source", "mailbox", "--key",
                     "4711")
    tap.equal((again["existing"], again["ticket"]["ticket"]), (True, fed.stdout.split("\t")[0]),
              "the same key again: the same ticket, and said")
    run.refused("a.reyes", ["new", "--contract", "acme-l1", "--subject", "x", "--source", "mailbox", "--key", "1"],
                NOT_ALLOWED, "a.reyes", "mailbox")


def check_lists(tap, run):
    every = run.json("v.santos", "list")["tickets"]
    filters = [
        (["--contract", "acme-l1"], lambda t: t["contract"] == "acme-l1"),
        (["--team", "manila-b"], lambda t: t["team"] == "manila-b"),
        (["--state", "resolved"], lambda t: t["state"] == "resolved"),
        (["--state", "new,open"], lambda t: t["state"] in ("new", "open")),
        (["--state", "held"], lambda t: t["state"] == "held"),
        (["--priority", "P1"], lambda t: t["priority"] == "P1"),
        (["--priority", "P0,P2"], lambda t: t["priority"] in ("P0", "P2")),
        (["--owner", "a.reyes"], lambda t: t["assignee"] == "a.reyes"),
        (["--team", "manila-a", "--state", "open"], lambda t: t["team"] == "manila-a" and t["state"] == "open"),
    ]
    for args, wanted in filters:
        expected = sorted(t["ticket"] for t in every if wanted(t))
        if len(expected) in (0, len(every)) and "--contract" not in args:
            raise RuntimeError(f"{args} would show nothing")
        tap.equal(sorted(run.tickets("v.santos", *args)), expected, f"list {' '.join(args)}")
    tap.equal(run.tickets("m.braun", "--contract", "acme-ap"), ["AP-1"], "list --contract, of two that one may see")

    page = run.json("v.santos", "list", "--limit", "2")
    got = [t["ticket"] for t in page["tickets"]]
    while page["cursor"] is not None:
        page = run.json("v.santos", "list", "--limit", "2", "--cursor", page["cursor"])
        got += [t["ticket"] for t in page["tickets"]]
    tap.equal(got, [t["ticket"] for t in every], "list by pages: all, each once, in order")
    tap.equal(run("v.santos", "list", "-q").stdout.split(), [t["ticket"] for t in every], "list -q: names alone")
    jsonl = [json.loads(line) for line in run("v.santos", "list", "-o", "jsonl").stdout.splitlines()]
    tap.equal(jsonl, every, "list -o jsonl: the same as --json")
    help_text = run("v.santos", "help", "list").stdout
    columns = help_text[help_text.index("TSV columns:"):].split()[3:] # after "TSV columns: ticket:"
    tap.equal({line.count("\t") + 1 for line in run("v.santos", "list").stdout.splitlines()}, {len(columns)},
              "list: as many columns as help names")


# What strangers write, and what a spreadsheet must find in the cell.
CELLS = [
    ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"), ("+1+1", "'+1+1"), ("-2", "'-2"), ("@SUM(A1)", "'@SUM(A1)"),
    (" =1", "' =1"), ("\u00a0=1", "'\u00a0=1"), ("＝1", "'＝1"), ("＋1", "'＋1"), ("－1", "'－1"), ("＠a", "'＠a"),
    ('"=1"', "'\"=1\""), ("a;=1", "a;'=1"), ('a, "b"', 'a, "b"'), ("\u202e=1", "\\u202e=1"), ("größe 🔥", "größe 🔥"),
]


def as_cell(value):
    """What CSV has for a value of JSON that holds nothing bad."""
    if isinstance(value, list):
        return ",".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def check_csv(tap, run):
    """Read back as any program would, it is what JSON says; and no text is a formula."""
    for subject, _ in CELLS:
        run.new("a.reyes", "acme-l1", "--subject", subject, "--body", "one\r\n=two\n\n- three, \"four\"\n")
    text = run("a.reyes", "list", "-o", "csv", exact=True).stdout.decode("utf-8")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    tickets = run.json("a.reyes", "list")["tickets"]
    tap.equal((text.count("\r\n"), len(rows)), (len(tickets) + 1, len(tickets) + 1), "list -o csv: a line for each, and titles")
    cells = dict(CELLS)
    wrong = []
    for ticket, row in zip(tickets, rows[1:]):
        ticket["next_due_at"] = (ticket["next_clock"] or {}).get("due_at")
        ticket["breached_at"] = (ticket["breached_clock"] or {}).get("breached_at")
        ticket["next_clock_team"], ticket["next_clock"] = [(ticket["next_clock"] or {}).get(k) for k in ("team", "kind")]
        ticket["breached_clock_team"], ticket["breached_clock"] = [(ticket["breached_clock"] or {}).get(k) for k in ("team", "kind")]
        ticket["subject"] = cells.get(ticket["subject"], ticket["subject"])
        wrong += [(name, cell, ticket[name]) for name, cell in zip(rows[0], row) if cell != as_cell(ticket[name])]
    tap.equal(wrong, [], "list -o csv: what --json says, in the hands of Python's csv")
    tap.equal({row[rows[0].index("subject")] for row in rows[1:]} >= {cell for _, cell in CELLS}, True,
              "list -o csv: what began like a formula is text")
    ticket = next(t for t in tickets if t["subject"] == "'+1+1")["ticket"]
    shown = list(csv.DictReader(io.StringIO(run("a.reyes", "show", ticket, "-o", "csv").stdout, newline="")))
    tap.equal([r["body"] for r in shown if r["row"] == "message"], ["one\n'=two\n\n'- three, \"four\""],
              "show -o csv: a text of several lines is one cell, and none of its lines a formula")
    tap.equal(len({len(r) for r in csv.reader(io.StringIO(run("a.reyes", "explain", ticket, "-o", "csv").stdout, newline=""))}),
              1, "explain -o csv: as many fields in each line")


# ---- who may what -------------------------------------------------------------------------------

VERBS = [["show"], ["take"], ["reply", "--body", "x"], ["note", "--body", "x"],
         ["hold", "--reason", "waiting-customer"], ["hold", "--reason", "lunch"], ["resume"], ["resolve"],
         ["resolve", "--message", "x"], ["take", "--if-version", "1"], ["explain"]]


def answers(run, who, ticket):
    return [(verb, done.returncode, done.stdout, done.stderr)
            for verb in VERBS for done in [run(who, verb[0], ticket, *verb[1:])]]


def check_hidden(tap, run):
    before = answers(run, "a.reyes", "AP-2")
    ticket = run.new("j.kowalska", "acme-ap", "--subject", "not for Manila")
    tap.equal(ticket, "AP-2", "the other vendor gets a ticket")
    after = answers(run, "a.reyes", "AP-2")
    for (verb, *was), (_, *got) in zip(before, after):
        tap.check(was == got and was[0] == NOT_FOUND, f"{' '.join(verb)}: another vendor's ticket is as none at all",
                  f"{was}\n{got}")
    tap.equal(run.json("j.kowalska", "show", ticket)["ticket"]["version"], 1, "and it was not touched")
    tap.equal([run(who, "show", ticket).returncode for who in ("v.santos", "m.braun", "auditor")],
              [NOT_FOUND, DONE, DONE], "its vendor's rival does not see it, its buyer and the auditor do")
    for args, name in ((["list", "--contract"], "acme-ap"), (["list", "--team"], "krakow-a"),
                       (["breaches", "--contract"], "acme-ap"), (["breaches", "--team"], "krakow-a"),
                       (["breaches", "--vendor"], "vistula"), (["book", "show", "contract"], "acme-ap"),
                       (["new", "--subject", "x", "--contract"], "acme-ap")):
        known, unknown = run("a.reyes", *args, name), run("a.reyes", *args, "zz")
        tap.check((known.returncode, known.stdout, known.stderr.replace(name, "zz")) ==
                  (unknown.returncode, unknown.stdout, unknown.stderr) and unknown.returncode == NOT_FOUND,
                  f"{' '.join(args)} {name}: another vendor's is as none at all", f"{known}\n{unknown}")


def check_rights(tap, run):
    for who in ("m.braun", "auditor", "admin"):
        for verb in VERBS[1:]:
            if verb[0] != "explain":
                run.refused(who, [verb[0], "ACME-1", *verb[1:]], NOT_ALLOWED, who, "ACME-1")
        run.refused(who, ["new", "--contract", "acme-l1", "--subject", "x"], NOT_ALLOWED, who, "acme-l1")
    for who in ("a.reyes", "v.santos", "m.braun", "auditor"):
        run.refused(who, ["book", "apply", "-f", BOOK, "--yes"], NOT_ALLOWED, who, "book")
        done = run(who, "import", "-", "--contract", "acme-l1",
                   stdin='{"key":"x","opened_at":"2026-11-01T00:00:00Z","subject":"x"}\n')
        tap.check(done.returncode == NOT_ALLOWED and who in done.stderr and "created 0" in done.stderr,
                  f"import is not for {who}", done.stderr)
    tap.equal(run.json("admin", "show", "ACME-1")["ticket"]["subject"], None, "an admin reads no ticket's text")
    error = json.loads(run("m.braun", "take", "ACME-1", "--json").stderr.splitlines()[-1])["error"]
    tap.equal((set(error) >= ERROR_KEYS, error["code"]), (True, "permission_denied"), "a refusal as JSON has its keys")
    told = run.json("m.braun", "version", "--server")
    tap.equal((told["server"]["principal"], told["server"]["roles"]), ("m.braun", ["manager"]), "version --server: who am I")


def check_refusals(tap, run):
    def no(args, code, *words, who="a.reyes"):
        run.refused(who, args, code, *words)

    for verb in VERBS:
        no([verb[0], "ACME-999", *verb[1:]], NOT_FOUND, "ACME-999")
    no(["show", "acme1"], FAILED, "acme1", "ACME-12")
    done = run.new("a.reyes", "acme-l1", "--subject", "over")
    run.json("a.reyes", "resolve", done)
    for verb in ("take", "resolve", "resume"):
        no([verb, done], CONFLICT, done, "resolved", "hint: now it allows: reply, note")
    no(["hold", done, "--reason", "waiting-customer"], CONFLICT, done, "resolved", "hint: now it allows")
    no(["resume", "ACME-1"], CONFLICT, "ACME-1", "open", "hint: now it allows: ", "hold")
    version = run.json("a.reyes", "show", "ACME-1")["ticket"]["version"]
    no(["note", "ACME-1", "--body", "x", "--if-version", str(version + 1)], CONFLICT, "ACME-1",
       f"version {version}, not {version + 1}")
    tap.equal(run.json("a.reyes", "show", "ACME-1")["ticket"]["version"], version, "a conflict changes nothing")
    tap.equal(run("a.reyes", "note", "ACME-1", "--body", "x", "--if-version", str(version)).returncode, DONE,
              "--if-version with the right one")
    new = ["new", "--contract", "acme-l1", "--subject", "x"]
    no(["new", "--contract", "acme-x", "--subject", "x"], NOT_FOUND, "acme-x")
    no([*new, "--team", "nix"], FAILED, "acme-l1", "nix", "hint: manila-a, manila-b", who="v.santos")
    no([*new, "--team", "nix"], FAILED, "acme-l1", "nix", "hint: manila-a, manila-b")
    no([*new, "--team", "krakow-a"], FAILED, "acme-l1", "krakow-a", "hint: manila-a, manila-b")
    no([*new, "--priority", "P9"], FAILED, "acme-l1", "P9", "hint: P0, P1, P2")
    no([*new, "--hold", "lunch"], FAILED, "acme-l1", "lunch", "hint: waiting-customer, vendor-tool-down")
    no(["hold", "ACME-1", "--reason", "lunch"], FAILED, "acme-l1", "lunch", "hint: waiting-customer")

    no(["frob"], USAGE, "frob", "slate help")
    no(["shwo", "ACME-1"], USAGE, "shwo", "slate show")
    no(["show"], USAGE, "too few", "TICKET")
    no(["show", "ACME-1", "ACME-2"], USAGE, "ACME-2")
    no(["list", "--stat", "new"], USAGE, "--stat", "--state")
    no(["list", "--state", "bogus"], USAGE, "bogus", "new, open, held")
    no(["list", "--into", "x"], USAGE, "list", "--into")
    no(["list", "-o", "xml"], USAGE, "xml", "jsonl")
    no(["list", "--limit", "many"], USAGE, "--limit", "many")
    no(["list", "--tz", "Europe/Atlantis"], USAGE, "Europe/Atlantis")
    no(["new", "--contract", "acme-l1"], USAGE, "--subject")
    no(["hold", "ACME-1"], USAGE, "--reason")
    no(["note", "ACME-1", "--body", ""], USAGE, "empty")
    no(["take", "ACME-1", "--if-version", "zero"], USAGE, "--if-version", "zero")
    no(["explain", "ACME-1", "resoluton"], USAGE, "resoluton", "resolution")
    no(["breaches", "--since", "soon"], USAGE, "--since", "soon", "-2h")
    no(["breaches", "--since", "2026-11-02", "--until", "2026-11-01"], USAGE, "--until")
    no(["breaches", "--clock", "cuckoo"], USAGE, "cuckoo")
    no(["import", "-"], USAGE, "--contract", who="admin")
    for option in ("--team", "--contract"):
        no(["list", option, "nix"], NOT_FOUND, "nix")
        no(["breaches", option, "nix"], NOT_FOUND, "nix")
    no(["breaches", "--vendor", "nix"], NOT_FOUND, "nix")
    no(["book", "apply", "--yes"], USAGE, "-f", who="admin")
    no(["show", "ACME-1", "--dry-run"], USAGE, "show", "--dry-run")


# ---- import -------------------------------------------------------------------------------------

IMPORTS = [
    '{"key":"i-1","opened_at":"2026-11-20T10:00:00Z","priority":"P1","subject":"one","events":'
    '[{"at":"2026-11-20T11:00:00Z","action":"take"},{"at":"2026-11-20T12:00:00Z","action":"resolve"}]}',
    '{"key":"i-2","opened_at":',
    '{"key":"i-3","opened_at":"2026-11-20T10:00:00Z","priority":"P9","subject":"three"}',
    '{"key":"i-4","opened_at":"2026-11-20T10:00:00Z","subject":"four","events":'
    '[{"at":"2026-11-20T11:00:00Z","action":"resolve"},{"at":"2026-11-20T12:00:00Z","action":"take"}]}',
    '{"key":"i-5","opened_at":"2026-11-20T10:00:00Z","subject":"five","prioritty":"P1"}',
    '{"key":"i-6","opened_at":"yesterday","subject":"six"}',
    '{"key":"i-7","opened_at":"2026-11-20T00:00:00Z","priority":"P1","subject":"seven"}',
]


def check_import(tap, run):
    text = "\n".join(IMPORTS) + "\n"
    args = ["import", "-", "--contract", "acme-l1", "--source", "old"]
    dry = run("admin", *args, "--dry-run", stdin=text)
    tap.check("created 2, existing 0, refused 5" in dry.stderr and "dry run" in dry.stderr, "import --dry-run",
              dry.stderr)
    before = len(run.tickets("m.braun"))
    first = run("admin", *args, "--json", stdin=text)
    lines = sorted(json.loads(first.stdout)["lines"], key=lambda line: line["line"])
    tap.equal((first.returncode, [line["outcome"] for line in lines]),
              (PARTLY, ["created", "refused", "refused", "refused", "refused", "refused", "created"]),
              "import: a wrong line does not stop the others")
    has_keys(tap, lines[0], IMPORT_KEYS, "import --json has its keys")
    for place, *words in (("stdin:2:", "end of file"), ("stdin:3:", "P9"), ("stdin:4:", "take", "resolved"),
                          ("stdin:5:", "prioritty", "priority"), ("stdin:6:", "opened_at", "yesterday")):
        line = [text for text in first.stderr.splitlines() if text.startswith(place)]
        tap.check(len(line) == 1 and all(w in line[0] for w in words), f"import: {place} and why", first.stderr)
    tap.match("created 2, existing 0, refused 5", first.stderr, "import: what it came to")
    tap.equal(len(run.tickets("m.braun")), before + 2, "so many tickets more, none by the dry run")
    again = run("admin", *args, stdin=text)
    tap.match("created 0, existing 2, refused 5", again.stderr, "import again: they exist")
    tap.equal(len(run.tickets("m.braun")), before + 2, "and are no more than before")
    name = lines[6]["ticket"]
    breach = [b for b in run.json("a.reyes", "breaches")["breaches"] if b["ticket"] == name]
    tap.equal([(b["clock"], b["breached_at"], b["imported"]) for b in breach],
              [("resolution", "2026-11-20T08:00:00Z", True)], "an imported breach has its instant of then")
    file = os.path.join(run.server.scratch, "good.jsonl")
    with open(file, "w", encoding="utf-8") as f:
        f.write(IMPORTS[0] + "\n\n" + IMPORTS[6] + "\n")
    whole = run("admin", "import", file, "--contract", "acme-l1", "--source", "old")
    tap.equal((whole.returncode, whole.stdout.count("existing")), (DONE, 2), "import of a file, all well")


# ---- clocks -------------------------------------------------------------------------------------

def check_sums(tap, explained, name):
    clock, spans = explained["clock"], explained["spans"]
    end = clock["stopped_at"] or clock["as_of_at"]
    sums = [explained[k] for k in ("counted_us", "held_us", "outside_us", "stopped_us")]
    joined = all(a["to_at"] == b["from_at"] for a, b in zip(spans, spans[1:]))
    tap.check(joined and (spans[0]["from_at"], spans[-1]["to_at"]) == (clock["started_at"], end),
              f"{name}: spans without a gap from the start to the end", explained)
    tap.equal((sum(s["counted_us"] for s in spans), sum(sums)), (sums[0], us(end) - us(clock["started_at"])),
              f"{name}: spans add up, and sums do")
    tap.equal(sums[0], clock["elapsed_us"], f"{name}: what counted is what elapsed")


def check_breach(tap, run):
    ticket = run.new("a.reyes", "acme-l1", "--priority", "P0", "--subject", "production stands still")
    started = us(run.clock("a.reyes", ticket, "first_response")["started_at"])
    expected = {(ticket, "first_response"): started + SECOND, (ticket, "resolution"): started + 2 * SECOND}
    tap.check(until(lambda: expected.keys() <= set(run.breaches("a.reyes"))), "a breach while one watches",
              run("a.reyes", "breaches").stdout)
    rows = [b for b in run.json("a.reyes", "breaches")["breaches"] if b["ticket"] == ticket]
    has_keys(tap, rows[0], BREACH_KEYS, "breaches --json has its keys")
    tap.equal({(b["ticket"], b["clock"]): us(b["breached_at"]) for b in rows}, expected,
              "breached to the microsecond when the target was used up")
    tap.check(all(us(b["detected_at"]) >= us(b["breached_at"]) for b in rows), "and found out then or later", rows)
    tap.check(ticket in run.tickets("a.reyes", "--breached"), "list --breached has it")
    for one in run.json("a.reyes", "explain", ticket)["clocks"]:
        check_sums(tap, one, one["clock"]["kind"])
        tap.equal(one["spans"][-1]["kind"], "past_limit", "and what is past the limit is called that")
    run.json("a.reyes", "resolve", ticket)
    tap.check(ticket not in run.tickets("a.reyes", "--breached") and (ticket, "resolution") in run.breaches("a.reyes"),
              "resolved: no longer urgent, still a breach")


def check_breach_filters(tap, run):
    ticket = run.new("j.kowalska", "acme-ap", "--priority", "P0", "--subject", "ledger")
    tap.check(until(lambda: (ticket, "resolution") in run.breaches("m.braun")), "one more at the other vendor")
    every = run.json("m.braun", "breaches")["breaches"]
    tap.equal([us(b["breached_at"]) for b in every], sorted(us(b["breached_at"]) for b in every),
              "breaches come in their order")
    middle = every[len(every) // 2]["breached_at"]
    filters = [
        (["--vendor", "vistula"], lambda b: b["vendor"] == "vistula"),
        (["--contract", "acme-l1"], lambda b: b["contract"] == "acme-l1"),
        (["--team", "manila-a"], lambda b: b["team"] == "manila-a"),
        (["--clock", "resolution"], lambda b: b["clock"] == "resolution"),
        (["--since", middle], lambda b: us(b["breached_at"]) >= us(middle)),
        (["--until", middle], lambda b: us(b["breached_at"]) < us(middle)),
        (["--since", "-12h"], lambda b: not b["imported"]),
        (["--since", "-12h", "--vendor", "northwind", "--clock", "first_response"],
         lambda b: not b["imported"] and b["vendor"] == "northwind" and b["clock"] == "first_response"),
    ]
    for args, wanted in filters:
        expected = [b for b in every if wanted(b)]
        if len(expected) in (0, len(every)):
            raise RuntimeError(f"{args} would show nothing")
        tap.equal(run.json("m.braun", "breaches", *args)["breaches"], expected, f"breaches {' '.join(args)}")
    page = run.json("m.braun", "breaches", "--limit", "1")
    got = page["breaches"]
    while page["cursor"] is not None:
        page = run.json("m.braun", "breaches", "--limit", "1", "--cursor", page["cursor"])
        got += page["breaches"]
    tap.equal(got, every, "breaches by pages: all, each once")
    tap.equal(run.breaches("j.kowalska"), [(ticket, "resolution")], "each vendor sees its own")
    tap.check((ticket, "resolution") not in run.breaches("a.reyes"), "and the other one does not")


def check_hold(tap, run):
    ticket = run.new("a.reyes", "acme-l1", "--subject", "which gateway?")
    due = us(run.clock("a.reyes", ticket, "resolution")["due_at"])
    held = run.json("a.reyes", "hold", ticket, "--reason", "waiting-customer")["ticket"]
    tap.equal((held["state"], held["holds"]), ("held", ["waiting-customer"]), "hold")
    clock = run.clock("a.reyes", ticket, "resolution")
    tap.equal((clock["state"], clock["due_at"]), ("on_hold", None), "a stopped clock is not due")
    tap.check(us(clock["due_if_resumed_at"]) > due, "but would be if it were resumed, and later", clock)
    running = run.clock("a.reyes", ticket, "first_response")
    tap.equal((running["state"], us(running["due_at"])), ("running", due - 4 * 3600 * SECOND),
              "the first response is due as before")
    again = run.json("a.reyes", "hold", ticket, "--reason", "waiting-customer")
    tap.equal(again["existing"], True, "hold again: existing")
    run.json("a.reyes", "hold", ticket, "--reason", "vendor-tool-down")
    resumed = run.json("a.reyes", "resume", ticket, "--reason", "waiting-customer")["ticket"]
    tap.equal(resumed["holds"], ["vendor-tool-down"], "resume of one reason leaves the other")
    tap.equal(run.json("a.reyes", "resume", ticket)["ticket"]["holds"], [], "resume ends all")
    one = run.json("a.reyes", "explain", ticket, "resolution")["clocks"][0]
    has_keys(tap, one, EXPLAINED_KEYS, "explain --json has its keys")
    has_keys(tap, one["spans"][0], SPAN_KEYS, "and so have its spans")
    check_sums(tap, one, "after a hold")
    tap.check(one["held_us"] > 0 and us(one["clock"]["due_at"]) == due + one["held_us"],
              "the hold moved what is due by as long as it was", one)
    reasons = {tuple(s["reasons"]): (s["kind"], s["party"]) for s in one["spans"] if s["kind"] == "held"}
    tap.equal(reasons.get(("waiting-customer",)), ("held", "buyer"), "and whose time that was is said")


# ---- the server comes and goes ------------------------------------------------------------------

def state_of(run):
    """All that must not depend on when one looks."""
    tickets = run.json("m.braun", "list")["tickets"]
    messages = {t["ticket"]: run.json("m.braun", "show", t["ticket"])["messages"] for t in tickets}
    return tickets, messages, run.json("m.braun", "breaches")["breaches"], run("admin", "book", "show", "--json").stdout


def check_restarts(tap, run):
    before = state_of(run)
    run.server.stop()
    run.server.start()
    for was, got, name in zip(before, state_of(run), ("tickets", "messages", "breaches", "the book")):
        tap.equal(got, was, f"a restart loses nothing of {name}")

    created = run.json("a.reyes", "new", "--contract", "acme-l1", "--priority", "P0", "--subject", "over night")
    ticket = created["ticket"]["ticket"]
    started = us(created["ticket"]["received_at"])
    run.server.stop()
    end = datetime.datetime.fromtimestamp(started / SECOND + 2, datetime.timezone.utc)
    tap.check(until(lambda: datetime.datetime.now(datetime.timezone.utc) > end), "both limits pass meanwhile")
    run.refused("a.reyes", ["list"], UNREACHABLE, f"127.0.0.1:{run.server.port}", "Connection refused",
                says="no server: said, with its own exit code")
    run.refused("a.reyes", ["take", ticket], UNREACHABLE, f"127.0.0.1:{run.server.port}", says="for a change, too")
    run.server.start()
    found = until(lambda: (ticket, "resolution") in run.breaches("a.reyes"))
    rows = {b["clock"]: b for b in run.json("a.reyes", "breaches")["breaches"] if b["ticket"] == ticket}
    tap.check(found and us(rows["resolution"]["detected_at"]) > us(rows["resolution"]["breached_at"]),
              "what came due while the server was down is found at its start", rows)
    tap.equal({k: us(b["breached_at"]) - started for k, b in rows.items()},
              {"first_response": SECOND, "resolution": 2 * SECOND}, "with the instant when it did")


def check_signals(tap, run):
    tickets = run.json("m.braun", "list")["tickets"]
    run.server.process.send_signal(signal.SIGTERM)
    run.server.process.send_signal(signal.SIGTERM)
    tap.equal(run.server.process.wait(timeout=60), 0, "TERM twice: an orderly end")
    tap.equal(run.server.verb("verify", "--dir", run.server.dir).returncode, 0, "and a store that verifies")
    run.server.start()
    tap.equal(run.json("m.braun", "list")["tickets"], tickets, "and has all tickets")


# ---- profiles -----------------------------------------------------------------------------------

def write_profile(path, port, ca, own):
    def block(key, pem):
        return f"{key}: |\n" + "".join("  " + line + "\n" for line in pem.splitlines())

    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as f:
        f.write(f"server: 127.0.0.1:{port}\n" + block("ca", ca["ca"]) + block("cert", own["cert"]) +
                block("key", own["key"]))


def check_profiles(tap, run, other):
    path = run.server.profile("a.reyes")
    os.chmod(path, 0o644)
    run.refused("a.reyes", ["list"], NOT_ALLOWED, path, f"chmod 600 {path}", says="a profile that others can read")
    os.chmod(path, 0o600)
    run.refused("nobody", ["list"], NOT_ALLOWED, run.server.profile("nobody"), "slate enroll",
                says="a profile that is not there")
    ours, theirs = read_profile(run.server.profile("admin")), read_profile(other.profile("admin"))
    foreign = run.server.profile("foreign")
    write_profile(foreign, run.server.port, theirs, theirs)
    run.refused("foreign", ["list"], NOT_ALLOWED, f"127.0.0.1:{run.server.port}",
                "a CA that this profile does not trust", "for another server?",
                says="another installation's profile: said in plain words")
    write_profile(foreign, run.server.port, ours, theirs)
    run.refused("foreign", ["list"], NOT_ALLOWED, "the server refused our certificate", "for another server?",
                says="another installation's certificate: likewise")
    with open(foreign, "w", encoding="ascii") as f:
        f.write("server: 127.0.0.1:1\ncolour: blue\n")
    run.refused("foreign", ["list"], NOT_ALLOWED, foreign + ":2:", "unknown key", says="a profile with an unknown key: its line")


# ---- texts that mean harm -----------------------------------------------------------------------

REFUSED_TEXTS = ["\x1b[2J", "\x1b]0;title\x07", "\x9b31m", "\x7f", "\x08", "a\rb"]
TAKEN_TEXTS = ["\u202egnp.exe", "\u2066x\u2069", "\u200b\ufeff\u00ad", "\\e[2J \\u001b[31m", "\U000e0041", "\u3164"]
LINE_BREAKS = ["one\n\ttwo", "a\u2028b"]


def harmless(text):
    """No control character but the ends of lines and columns, and nothing that turns or hides what stands beside."""
    return not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\u3164"
                         "\U000e0000-\U000e007f]", text)


def check_hostile_texts(tap, run):
    for text in REFUSED_TEXTS:
        for option in ("--subject", "--body"):
            args = ["new", "--contract", "acme-l1", option, text] + (["--subject", "s"] if option == "--body" else [])
            done = run("a.reyes", *args)
            tap.check(done.returncode == FAILED and done.stdout == "" and option[2:] in done.stderr and
                      harmless(done.stderr), f"{text!r} as {option[2:]}: refused, not repeated", done.stderr)
    tickets = [run.new("a.reyes", "acme-l1", "--subject", "x" + t, "--body", t, "--requester", "mail")
               for t in TAKEN_TEXTS]
    tickets += [run.new("a.reyes", "acme-l1", "--subject", "x", "--body", t) for t in LINE_BREAKS]
    views = [["list"], ["list", "--json"], ["list", "-o", "table"]]
    views += [["show", t, *o] for t in tickets for o in ([], ["--json"], ["-o", "table"])]
    for args in views:
        for env in ({}, {"SLATE_FORCE_TTY": "80"}):
            done = run("a.reyes", *args, env=env)
            shown = re.sub("\x1b\\[[0-9;]*m", "", done.stdout) if env else done.stdout
            tap.check(done.returncode == DONE and harmless(shown),
                      f"{' '.join(args)}{', on a terminal' if env else ''}: harmless", ascii(shown))
    for ticket, text in zip(tickets, TAKEN_TEXTS):
        tap.equal(run.json("a.reyes", "show", ticket)["messages"][0]["body"], text, f"{text!r}: programs get it whole")


def main():
    tap = Tap()
    server, other = Slated(sys.argv[1]), Slated(sys.argv[1])
    run = Run(tap, server, sys.argv[2])
    server.start()
    check_book(tap, run)
    check_bad_books(tap, run)
    server.stop()
    server.user("a.reyes", "--role", "agent", "--team", "manila-a,manila-b")
    server.user("j.kowalska", "--role", "agent", "--team", "krakow-a")
    server.user("v.santos", "--role", "vendor-manager", "--party", "northwind")
    server.user("m.braun", "--role", "manager", "--party", "acme")
    server.user("auditor", "--role", "auditor")
    server.user("mailbox", "--role", "intake", "--party", "northwind", "--source", "mailbox", "--tool")
    server.start()
    check_tickets(tap, run)
    check_lists(tap, run)
    check_csv(tap, run)
    check_hidden(tap, run)
    check_rights(tap, run)
    check_refusals(tap, run)
    check_hold(tap, run)
    check_import(tap, run)
    check_breach(tap, run)
    check_breach_filters(tap, run)
    check_profiles(tap, run, other)
    check_hostile_texts(tap, run)
    check_new_version(tap, run)
    check_restarts(tap, run)
    check_signals(tap, run)
    server.stop()
    tap.done()


if __name__ == "__main__":
    main()
