#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tickets from machines: every line of a feed counts exactly once.

    intake.py SLATED SLATE
"""
import datetime
import json
import os
import random
import signal
import subprocess
import sys
import threading

from fixture import HERE, Run, Slated, Tap, until

BOOK = os.path.join(HERE, "life.yaml")
DONE, FAILED, USAGE, NOT_FOUND, NOT_ALLOWED, CONFLICT, PARTLY = 0, 1, 2, 3, 4, 5, 6
EFFORT = int(os.environ.get("SLATE_EFFORT", "1"))


def lines(*objects):
    return "".join(json.dumps(o) + "\n" for o in objects)


def feed(run, text, *args, who="mailbox", contract="acme-l1"):
    """(exit code, [(key, outcome, ticket)...]) of an intake."""
    done = run(who, "intake", "jsonl", "-", "--contract", contract, "-o", "jsonl", *args, stdin=text)
    rows = sorted((json.loads(x) for x in done.stdout.splitlines()), key=lambda row: row["line"])
    return done, [(r["key"], r["outcome"], r["ticket"]) for r in rows]


def opened(key, **more):
    return {"action": "open", "key": key, "subject": f"about {key}", "requester": "j.weber@acme.example", **more}


def said(key, body, **more):
    return {"action": "message", "key": key, "side": "requester", "body": body, **more}


# ---- one line at a time -------------------------------------------------------------------------

def check_lines(tap, run):
    text = lines(opened("m1", body="it burns", priority="P2", category="hardware"),
                 said("m1", "still burning"),
                 {"action": "update", "key": "m1", "priority": "P1", "customer_tier": "gold"},
                 {"action": "update", "key": "m1", "priority": "P1"},
                 {"action": "hold", "key": "m1", "reason": "vendor-tool-down"},
                 {"action": "resume", "key": "m1"},
                 {"action": "resolve", "key": "m1"})
    done, rows = feed(run, text)
    name = rows[0][2] if rows else None
    tap.equal((done.returncode, rows), (DONE, [("m1", o, name) for o in (
        "created", "updated", "updated", "unchanged", "updated", "updated", "updated")]), "each action, and what it came to")
    detail = run.json("l.santos", "show", name)
    tap.equal((detail["ticket"]["state"], detail["ticket"]["priority"], detail["ticket"]["customer_tier"],
               [(m["side"], m["body"]) for m in detail["messages"]]),
              ("resolved", "P1", "gold", [("requester", "it burns"), ("requester", "still burning")]), "and the ticket is so")
    closed = lambda: run.json("l.santos", "show", name)["ticket"]
    until(lambda: closed()["state"] == "closed") # it closes by itself: nothing of ours
    version = closed()["version"]
    done, rows = feed(run, text)
    tap.equal((done.returncode, {o for _, o, _ in rows}), (DONE, {"duplicate"}), "the same lines again: all known")
    tap.equal(run.json("l.santos", "show", name)["ticket"]["version"], version, "and nothing is changed")
    events = run.json("l.santos", "log", name)["events"]
    tap.equal({e["via"] for e in events if e["kind"] == "message"}, {"mailbox"}, "the log says which source it was")
    tap.check(name in run.tickets("mailbox"), "a source sees what it fed")


def check_refusals(tap, run):
    bad = [
        ({"action": "open", "key": "r1", "subject": "x", "priority": "P9"}, ["P9", "Z1, P1, P2, P3"], "a priority there is not"),
        ({"action": "message", "key": "r2", "body": "x"}, ["r2"], "a message to a key that was never opened"),
        ({"action": "message", "key": "ok", "side": "vendor", "body": "x"}, ["sources[mailbox].may_assert", "vendor"],
         "a source that speaks for whom it may not"),
        ({"action": "open", "key": "ok", "subject": "another subject"}, ["ok", "update"], "a key that is taken, with other content"),
        ({"action": "dance", "key": "ok"}, ["dance", "action"], "an action there is not"),
        ({"action": "open", "subject": "x"}, ["key"], "a line without a key"),
        ({"action": "open", "key": "r3", "subject": "x", "colour": "red"}, ["colour"], "a member there is not"),
        ({"action": "hold", "key": "ok", "reason": "lunch"}, ["lunch"], "a hold that the contract does not have"),
        ({"action": "hold", "key": "ok", "reason": "waiting-customer"}, ["holds[waiting-customer].set_by"],
         "a hold that this side may not set"),
    ]
    text = lines(opened("ok"), *[b for b, _, _ in bad]) + "{not json\n" + lines(said("ok", "the last line counts"))
    done, rows = feed(run, text)
    outcomes = [o for _, o, _ in rows]
    tap.equal((done.returncode, outcomes[0], outcomes[-1]), (PARTLY, "created", "updated"),
              "a file with bad lines: the good ones count, the exit code says partly")
    for i, (_, words, name) in enumerate(bad):
        told = [x for x in done.stderr.splitlines() if x.startswith(f"stdin:{i + 2}:")]
        told = told[0] if told else ""
        tap.check(outcomes[i + 1] == "refused" and all(w in told for w in words), f"refused with its place: {name}",
                  f"{told!r}\n{done.stderr}")
    tap.match(rf"stdin:{len(bad) + 2}:", done.stderr, "refused with its place: no JSON")
    alone, _ = feed(run, lines(bad[0][0]))
    tap.check(alone.returncode not in (DONE, PARTLY), "nothing but refusals: not partly", alone.returncode)
    run.refused("mailbox", ["intake", "jsonl", "/nonexistent", "--contract", "acme-l1"], FAILED, "/nonexistent")
    done = run("a.reyes", "intake", "jsonl", "-", "--contract", "acme-l1", stdin=lines(opened("x")))
    tap.check(done.returncode != DONE and "is no intake of a source" in done.stderr, "who is no source feeds nothing",
              done.stdout + done.stderr)


def check_order(tap, run):
    early = "2026-11-01T10:00:00Z"
    done, rows = feed(run, lines({"action": "resolve", "key": "late", "at": early}), who="jira")
    tap.equal((done.returncode, rows), (DONE, [("late", "kept", None)]), "a resolve before its ticket: kept")
    done, rows = feed(run, lines(opened("late", at=early)), who="jira")
    tap.equal(run.json("l.santos", "show", rows[0][2])["ticket"]["state"], "resolved",
              "the ticket comes, and does not stay open")
    done, rows = feed(run, lines(opened("cycle")), who="jira")
    name = rows[0][2]
    feed(run, lines({"action": "resolve", "key": "cycle"}), who="jira")
    done, rows = feed(run, lines(opened("cycle", body="it is back")), who="jira")
    tap.equal((rows[0][1:], run.json("l.santos", "show", name)["ticket"]["state"]), (("updated", name), "open"),
              "opened again soon after: the same ticket, reopened")
    done, rows = feed(run, lines({"action": "resolve", "key": "cycle", "at": early}), who="jira")
    tap.equal((rows[0][1:], run.json("l.santos", "show", name)["ticket"]["state"]), (("kept", name), "open"),
              "a resolve of the time before: kept, not applied")
    done, rows = feed(run, lines(
        opened("answer"), {"action": "message", "key": "answer", "side": "vendor", "body": "We are on it."}), who="jira")
    tap.equal(run.clock("l.santos", rows[0][2], "first_response")["verdict"], "met",
              "a source that may speak for the vendor answers for it")
    done, rows = feed(run, lines(
        opened("robot"), {"action": "message", "key": "robot", "body": "We have your mail."}), who="jira")
    tap.equal(run.clock("l.santos", rows[0][2], "first_response")["verdict"], "open", "its own words are no answer")

    done, rows = feed(run, lines(opened("past", at=hours_ago(2))), who="jira")
    clock = run.clock("l.santos", rows[0][2], "first_response")
    shown = run.json("l.santos", "show", rows[0][2])["ticket"]
    tap.check(clock["started_at"] < shown["received_at"] and shown["occurred_at"] == clock["started_at"],
              "starts_at: occurred: the clocks begin when it happened", (clock, shown))
    done, rows = feed(run, lines(opened("ancient", at="2026-01-02T00:00:00Z")), who="jira")
    clock = run.clock("l.santos", rows[0][2], "first_response")
    tap.equal(clock["started_at"], run.json("l.santos", "show", rows[0][2])["ticket"]["received_at"],
              "further back than max_backdate: from the receipt")
    done, rows = feed(run, lines(opened("mail", at=hours_ago(2))))
    clock = run.clock("l.santos", rows[0][2], "first_response")
    tap.equal(clock["started_at"], run.json("l.santos", "show", rows[0][2])["ticket"]["received_at"],
              "starts_at: received: from the receipt")


def check_limit(tap, run, server):
    """A feed that runs wild: the rest of it goes on."""
    book = os.path.join(server.scratch, "flood.yaml")
    with open(book, "w", encoding="utf-8") as f:
        f.write("sources: [{name: flood, open_tickets_max: 2}]\n")
    run("admin", "book", "apply", "--yes", "-f", book)
    shown = run("admin", "book", "show", "source", "flood")
    tap.match(r"open_tickets_max: 2\b", shown.stdout, "the book shows how many may be open")
    text = lines(*[opened(f"f{i}") for i in range(4)], {"action": "message", "key": "f1", "body": "more"})
    done, rows = feed(run, text, who="flood")
    tap.equal((done.returncode, [o for _, o, _ in rows]),
              (PARTLY, ["created", "created", "refused", "refused", "updated"]), "a feed that runs wild is stopped at its limit")
    tap.match(r"stdin:3: .*source flood has 2 open tickets of at most 2", done.stderr, "and told of it with the line")
    done, rows = feed(run, lines(opened("m9")))
    tap.equal([o for _, o, _ in rows], ["created"], "another source is not held up")


def hours_ago(n):
    then = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=n)
    return then.strftime("%Y-%m-%dT%H:%M:%SZ")


# ---- the same file from many, through kills ------------------------------------------------------

def day(n):
    """A file of tickets with all that happens to them, mixed as a day mixes it."""
    rng = random.Random(7)
    waiting = [[opened(f"d{i}", body=f"first {i}"), said(f"d{i}", f"second {i}"),
                {"action": "update", "key": f"d{i}", "category": f"c{i % 5}"},
                {"action": "hold", "key": f"d{i}", "reason": "vendor-tool-down"}, {"action": "resume", "key": f"d{i}"},
                said(f"d{i}", f"third {i}"), {"action": "resolve", "key": f"d{i}"}] for i in range(n)]
    out = []
    while waiting:
        story = rng.choice(waiting[:8])
        out.append(story.pop(0))
        if not story:
            waiting.remove(story)
    return out


def state_of(run, tickets):
    out = {}
    for t in tickets:
        d = run.json("l.santos", "show", t)
        out[t] = (d["ticket"]["source_key"], d["ticket"]["version"], d["ticket"]["category"],
                  [m["body"] for m in d["messages"]])
    return out


def check_kills(tap, run, server):
    n = 60 * EFFORT
    path = os.path.join(server.scratch, "day.jsonl")
    with open(path, "w", encoding="utf-8") as f:
        f.write(lines(*day(n)))
    before = set(run.tickets("l.santos", "--contract", "acme-l1", "--limit", "0"))
    environment = {**os.environ, "SLATE_PROFILE": server.profile("mailbox")}
    left = [8]
    results = []

    def client():
        for _ in range(50): # until it gets through: the server dies under it
            done = subprocess.run([run.slate.program, "intake", "jsonl", path, "--contract", "acme-l1", "-o", "jsonl"],
                                  env=environment, capture_output=True, text=True, timeout=120)
            if done.returncode == DONE:
                break
        results.append(done.returncode)
        left[0] -= 1

    threads = [threading.Thread(target=client) for _ in range(8)]
    for t in threads:
        t.start()
    kills = 0
    for _ in range(12):
        if left[0] == 0:
            break
        # Somewhere in the middle: as soon as there is something new.
        seen = os.path.getsize(os.path.join(server.dir, "data", "data.mdb"))
        until(lambda: left[0] == 0 or os.path.getsize(os.path.join(server.dir, "data", "data.mdb")) > seen, 0.15)
        server.stop(signal.SIGKILL)
        server.start()
        kills += 1
    for t in threads:
        t.join()
    tap.check(kills >= 3 and results == [DONE] * 8, f"eight clients get through {kills} kills", results)
    tickets = sorted(set(run.tickets("l.santos", "--contract", "acme-l1", "--limit", "0")) - before)
    done = lambda: run.json("l.santos", "list", "--contract", "acme-l1", "--state", "resolved")["tickets"]
    until(lambda: not done(), 30) # they close by themselves: nothing of ours
    after = state_of(run, tickets)
    keys = sorted(k for k, _, _, _ in after.values())
    tap.equal(keys, sorted(f"d{i}" for i in range(n)), "each key has one ticket")
    wrong = {t: s for t, s in after.items() if s[3] != [f"{w} {s[0][1:]}" for w in ("first", "second", "third")]}
    tap.equal(wrong, {}, "with each message once, in order")
    done, rows = feed(run, open(path, encoding="utf-8").read())
    tap.equal((done.returncode, {o for _, o, _ in rows}), (DONE, {"duplicate"}), "the same file once more: all known")
    tap.equal(state_of(run, tickets), after, "and nothing is changed by it")


def main():
    tap = Tap()
    server = Slated(sys.argv[1])
    run = Run(tap, server, sys.argv[2])
    server.start()
    applied = run("admin", "book", "apply", "--yes", "-f", BOOK)
    if applied.returncode != DONE:
        raise RuntimeError(applied.stderr)
    server.stop()
    server.user("l.santos", "--role", "vendor-manager", "--party", "northwind")
    server.user("a.reyes", "--role", "agent", "--party", "northwind", "--team", "manila-a")
    for source in ("mailbox", "jira", "flood"):
        server.user(source, "--role", "intake", "--party", "acme", "--tool", "--source", source)
    server.start()
    for part in (check_lines, check_refusals, check_order):
        try:
            part(tap, run)
        except (RuntimeError, KeyError, IndexError, TypeError) as error:
            tap.check(False, f"{part.__name__} runs to its end", repr(error))
    check_limit(tap, run, server)
    check_kills(tap, run, server)
    tap.equal(server.stop(), 0, "the server ends in order")
    tap.equal(server.verb("verify", "--dir", server.dir).returncode, 0, "and all of it can be verified")
    tap.done()


if __name__ == "__main__":
    main()
