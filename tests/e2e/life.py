#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A ticket's whole life, verb by verb, through a real server as the people who would type them.

    life.py SLATED SLATE

cli.py has what every command has in common; here is what each verb does, and what a contract forbids.
"""
import os
import re
import sys

from fixture import HERE, Run, Slated, Tap, until, us

BOOK = os.path.join(HERE, "life.yaml")
DONE, FAILED, USAGE, NOT_FOUND, NOT_ALLOWED, CONFLICT, PARTLY = 0, 1, 2, 3, 4, 5, 6
HOUR = 3600 * 1000000

AGENT, MATE, LEAD, MANAGER, OTHER = "a.reyes", "b.cruz", "l.santos", "m.braun", "j.kowalska"


def people(server):
    server.user(AGENT, "--role", "agent", "--party", "northwind", "--team", "manila-a")
    server.user(MATE, "--role", "agent", "--party", "northwind", "--team", "manila-a,manila-b")
    server.user(LEAD, "--role", "lead", "--party", "northwind", "--team", "manila-a,manila-b")
    server.user(MANAGER, "--role", "manager", "--party", "acme")
    server.user(OTHER, "--role", "agent", "--party", "vistula", "--team", "krakow-a")
    server.user("mailbox", "--role", "intake", "--party", "acme", "--tool", "--source", "mailbox")


def new(run, *args, who=AGENT):
    return run.new(who, "acme-l1", "--subject", "Printer on fire", *args)


def ticket(run, t, who=AGENT):
    return run.json(who, "show", t)["ticket"]


def log(run, t, who=AGENT):
    """The ticket's story, oldest first."""
    return list(reversed(run.json(who, "log", t)["events"]))


def kinds(run, t, who=AGENT):
    return [e["kind"] for e in log(run, t, who)]


# ---- whose it is --------------------------------------------------------------------------------

def check_people(tap, run):
    t = new(run)
    taken = run.json(AGENT, "take", t)["ticket"]
    tap.equal((taken["state"], taken["assignee"]), ("open", AGENT), "take")
    run.refused(MATE, ["take", t], CONFLICT, "--steal", says="what a colleague has is not taken by accident")
    tap.equal(ticket(run, t)["assignee"], AGENT, "and stays with them")
    tap.equal(run.json(MATE, "take", t, "--steal")["ticket"]["assignee"], MATE, "take --steal")
    run.refused(AGENT, ["release", t], NOT_ALLOWED, t, says="another's ticket is not an agent's to release")
    tap.equal(run.json(MATE, "release", t)["ticket"]["assignee"], None, "release one's own")
    again = run(MATE, "release", t)
    tap.check(again.returncode == DONE and "existing" in again.stderr, "release again: nothing to do", again.stderr)
    run.refused(AGENT, ["assign", t, "--to", MATE], NOT_ALLOWED, says="an agent does not assign")
    tap.equal(run.json(LEAD, "assign", t, "--to", AGENT)["ticket"]["assignee"], AGENT, "a lead assigns")
    tap.equal(run.json(LEAD, "release", t)["ticket"]["assignee"], None, "and takes it away again")
    for name in (OTHER, "nobody"):
        run.refused(LEAD, ["assign", t, "--to", name], FAILED, f"{name}", "manila-a",
                    says=f"assign to {name}, who does not work for the team")
    n = new(run)
    tap.equal((run.json(LEAD, "assign", n, "--to", AGENT)["ticket"]["state"],
               run.clock(AGENT, n, "acknowledge")["verdict"]), ("new", "open"), "who is assigned has not acknowledged")
    tap.equal((run.json(AGENT, "ack", n)["ticket"]["state"], run.clock(AGENT, n, "acknowledge")["verdict"]),
              ("open", "met"), "ack does")
    run.refused("mailbox", ["ack", n], NOT_FOUND, says="a tool cannot even see it")

    moved = run.json(LEAD, "transfer", n, "--to", "manila-b")["ticket"]
    tap.equal((moved["team"], moved["assignee"]), ("manila-b", None), "transfer: another team, and nobody's yet")
    run.refused(AGENT, ["show", n], NOT_FOUND, says="the team it left does not see it any more")
    tap.check(n in run.tickets(MATE, "--team", "manila-b"), "the other one does")
    tap.equal(run.clock(MATE, n, "first_response")["target_us"], 6 * HOUR, "and what the contract says of it counts")
    run.refused(LEAD, ["transfer", n, "--to", "krakow-a"], FAILED, "krakow-a", "manila-a",
                says="a team that the contract does not have")
    run.refused(AGENT, ["transfer", t, "--to", "manila-b"], NOT_ALLOWED, "assign, transfer or merge", "lead")
    tap.equal(kinds(run, n, LEAD), ["opened", "assigned", "acknowledged", "transferred"], "all of it is in the log")
    last = log(run, n, LEAD)[-1]
    tap.equal((last["from_team"], last["team"], last["actor"]), ("manila-a", "manila-b", LEAD), "with from, to and who")


def check_mine(tap, run):
    for who in (AGENT, MATE):
        for t in [x["ticket"] for x in run.json(who, "mine")["tickets"]]:
            run.json(who, "release", t)
    urgent, later = new(run, "--priority", "P1"), new(run, "--priority", "P3")
    for t in (urgent, later):
        run.json(AGENT, "take", t)
    tap.equal({t["ticket"] for t in run.json(AGENT, "mine")["tickets"]}, {urgent, later}, "mine: what I took")
    tap.equal(run.json(MATE, "mine")["tickets"], [], "and not what others did")
    tap.check(urgent not in run.tickets(MATE, "--unassigned"), "list --unassigned leaves out what somebody has")
    run.json(AGENT, "resolve", later)
    tap.equal([t["ticket"] for t in run.json(AGENT, "mine")["tickets"]], [urgent], "mine: what is done is not shown")
    tap.check(later in run.tickets(LEAD, "--owner", AGENT), "list --owner has it still")
    tap.equal({t["assignee"] for t in run.json(LEAD, "list", "--owner", AGENT)["tickets"]}, {AGENT}, "and nobody else's")

    first = run.tickets(MATE, "--unassigned", "--state", "new,open")[0]
    offered = run.json(MATE, "next")
    tap.equal(offered["ticket"], first, "next: the most urgent that is free")
    taken = run.json(MATE, "next", "--take")
    tap.equal((taken["ticket"]["ticket"], taken["ticket"]["assignee"]), (first, MATE), "next --take")
    tap.check(run.json(MATE, "next")["ticket"] != first, "then there is another one")
    nothing = run(OTHER, "next")
    tap.check(nothing.returncode == NOT_FOUND and "nothing" in nothing.stderr, "next: nothing to do, and said",
              nothing.stdout + nothing.stderr)


# ---- what is said -------------------------------------------------------------------------------

def check_replies(tap, run):
    t = new(run, "--requester", "j.weber@acme.example", "--body", "smoke")
    run.refused(AGENT, ["hold", t, "--reason", "waiting-customer"], CONFLICT, "holds[waiting-customer].needs",
                "reply", says="a hold that needs a question is refused without one, with the rule's place")
    held = run.json(AGENT, "reply", t, "--body", "Which printer?", "--hold", "waiting-customer")["ticket"]
    tap.equal((held["state"], held["holds"]), ("held", ["waiting-customer"]), "reply --hold: both at once")
    tap.equal(run.clock(AGENT, t, "first_response")["verdict"], "met", "and it is the first response")
    entry = log(run, t)[-1]
    tap.equal((entry["kind"], entry["hold_reason"], us(entry["ends_at"]) - us(entry["effective_at"])),
              ("held", "waiting-customer", 80 * HOUR), "it will end by itself")
    run.refused(MANAGER, ["resume", t], NOT_ALLOWED)
    run.refused(AGENT, ["hold", t, "--reason", "buyer-freeze"], NOT_ALLOWED, "holds[buyer-freeze].set_by",
                says="a hold that the buyer alone may set")
    run.refused(AGENT, ["hold", t, "--reason", "lunch"], FAILED, "lunch", "waiting-customer")
    tap.equal(run.json(AGENT, "resume", t)["ticket"]["state"], "open", "resume")
    tap.equal(run.json(AGENT, "hold", t, "--reason", "waiting-customer")["ticket"]["state"], "held",
              "the vendor spoke last: the question is there")
    done = run.json(AGENT, "reply", t, "--body", "Replaced.", "--resolve")["ticket"]
    tap.equal((done["state"], done["holds"]), ("resolved", []), "reply --resolve")
    tap.check(us(done["close_at"]) > us(done["resolved_at"]), "and it will close by itself", done)

    b = new(run, "--hold", "blink")
    tap.check(until(lambda: ticket(run, b)["state"] == "new"), "a hold with a maximum ends by itself")
    ended = log(run, b)[-1]
    tap.equal((ended["kind"], ended["origin"], ended["actor"],
               us(ended["effective_at"]) - us(log(run, b)[0]["effective_at"])), ("resumed", "clock", None, 1000000),
              "to the second, by the clock")

    p = new(run)
    run.json(AGENT, "reply", p, "--body", "I called.", "--channel", "phone", "--at", "-5s")
    m = run.json(AGENT, "show", p)["messages"][-1]
    tap.check(m["channel"] == "phone" and m["claimed_at"] is not None and us(m["claimed_at"]) < us(m["recorded_at"]),
              "reply --channel phone --at: kept as said", m)
    tap.equal(m["effective_at"], ticket(run, p)["received_at"], "but never before the ticket was there")
    old = new(run)
    run.json(AGENT, "note", old, "--body", "x", "--at", "-3h")
    m = run.json(AGENT, "show", old)["messages"][-1]
    tap.check(us(m["claimed_at"]) + 3 * HOUR <= us(m["effective_at"]) <= us(m["recorded_at"]),
              "further back than the contract lets it: it counts from now", m)


def check_end(tap, run):
    t = new(run)
    run.refused(AGENT, ["close", t], CONFLICT, "new", "resolve", says="close needs a resolve first")
    run.refused(AGENT, ["reopen", t], CONFLICT, "new")
    run.json(AGENT, "resolve", t, "--message", "Done.")
    tap.equal(run.json(AGENT, "reopen", t)["ticket"]["state"], "open", "reopen what is resolved")
    tap.equal((run.clock(AGENT, t, "resolution")["state"], run.clock(AGENT, t, "resolution")["cycle"]),
              ("running", 1), "its resolution goes on")
    run.json(AGENT, "resolve", t)
    tap.equal(run.json(AGENT, "close", t)["ticket"]["state"], "closed", "close")
    run.refused(AGENT, ["reply", t, "--body", "x"], CONFLICT, "closed", "reopen")
    tap.equal(run.json(AGENT, "reopen", t)["ticket"]["state"], "open", "reopen what is closed")
    run.json(AGENT, "resolve", t)
    tap.check(until(lambda: ticket(run, t)["state"] == "closed"), "what is resolved closes by itself")
    resolved, closed = [e for e in log(run, t) if e["kind"] in ("resolved", "closed")][-2:]
    tap.equal((closed["kind"], closed["origin"], us(closed["effective_at"]) - us(resolved["effective_at"])),
              ("closed", "clock", 2000000), "when the contract says so, to the second")


# ---- what it is ---------------------------------------------------------------------------------

def check_changes(tap, run):
    t = new(run)
    raised = run.json(AGENT, "priority", t, "--to", "P1")["ticket"]
    tap.equal((raised["priority"], run.clock(AGENT, t, "resolution")["target_us"]), ("P1", 4 * HOUR),
              "priority: another target")
    run.refused(AGENT, ["priority", t, "--to", "P2"], NOT_ALLOWED, "priority_change.lower", "manager", "acme-l1",
                says="the contract says who lowers a priority, and the refusal where")
    tap.equal(run.json(MANAGER, "priority", t, "--to", "P3")["ticket"]["priority"], "P3", "the buyer's manager may")
    run.refused(AGENT, ["priority", t, "--to", "P9"], FAILED, "P9", "Z1, P1, P2, P3")
    same = run(AGENT, "priority", t, "--to", "P3")
    tap.check(same.returncode == DONE and "existing" in same.stderr, "the same again: nothing to do", same.stderr)

    edited = run.json(AGENT, "edit", t, "--subject", "Fire", "--category", "hardware", "--tier", "gold", "--language",
                      "de")["ticket"]
    tap.equal((edited["subject"], edited["category"], edited["customer_tier"], edited["language"]),
              ("Fire", "hardware", "gold", "de"), "edit")
    tap.equal(run.clock(AGENT, t, "resolution")["target_us"], 6 * HOUR, "a tier may have a target of its own")
    tap.equal(run.json(AGENT, "edit", t, "--category", "")["ticket"]["category"], None, "edit takes away")
    run.refused(AGENT, ["edit", t, "--subject", ""], FAILED, "subject", says="but never the subject")
    run.refused(AGENT, ["edit", t], USAGE, "--subject")
    tap.equal(log(run, t)[-2]["edited"], ["subject", "category", "customer_tier", "language"],
              "the log says what was edited")

    run.json(AGENT, "tag", t, "fire", "größe", "vip")
    run.json(AGENT, "tag", t, "vip", "--remove")
    tap.equal(run.json(AGENT, "show", t)["tags"], ["fire", "größe"], "tag, and --remove")
    run.refused(AGENT, ["tag", t, "two words"], FAILED, "blank")
    same = run(AGENT, "tag", t, "fire")
    tap.check(same.returncode == DONE and "existing" in same.stderr, "a tag twice: nothing to do", same.stderr)

    a, b = new(run), new(run)
    run.json(AGENT, "link", a, b, "--kind", "duplicates")
    tap.equal(([(x["ticket"], x["kind"]) for x in run.json(AGENT, "show", a)["links"]],
               [(x["ticket"], x["kind"]) for x in run.json(AGENT, "show", b)["links"]]),
              ([(b, "duplicates")], [(a, "duplicated_by")]), "link: both tickets show it")
    run.json(AGENT, "link", a, b, "--kind", "duplicates", "--remove")
    tap.equal((run.json(AGENT, "show", a)["links"], run.json(AGENT, "show", b)["links"]), ([], []), "link --remove")
    run.refused(AGENT, ["link", a, a, "--kind", "relates"], FAILED, a, says="a ticket is not linked to itself")
    ap = run.new(OTHER, "acme-ap", "--subject", "another vendor's")
    missing = run(AGENT, "link", a, "AP-999", "--kind", "relates")
    there = run(AGENT, "link", a, ap, "--kind", "relates")
    tap.equal((there.returncode, there.stderr.replace(ap, "AP-999")), (missing.returncode, missing.stderr),
              "another vendor's ticket is as good as none")


def check_merge(tap, run):
    a, b, c = new(run), new(run), new(run)
    run.refused(AGENT, ["merge", a, "--into", b], NOT_ALLOWED, says="an agent does not merge")
    run.refused(LEAD, ["merge", a, "--into", a], FAILED, a)
    merged = run.json(LEAD, "merge", a, "--into", b)["ticket"]
    tap.equal((merged["state"], merged["merged_into"]), ("merged", b), "merge")
    tap.equal({x["state"] for x in run.json(LEAD, "show", a)["clocks"]}, {"cancelled"}, "its clocks end without a verdict")
    tap.equal((kinds(run, b)[-1], log(run, b)[-1]["other"]), ("absorbed", a), "the other one's log says so")
    run.refused(LEAD, ["merge", b, "--into", a], CONFLICT, "merged", says="never in a circle")
    run.json(LEAD, "merge", b, "--into", c)
    run.json(AGENT, "note", a, "--body", "to whom it may concern")
    tap.equal(run.json(AGENT, "show", c)["messages"][-1]["body"], "to whom it may concern",
              "what is said to a merged ticket reaches the one it lives on in")
    run.refused(AGENT, ["take", a], CONFLICT, c, says="nothing else does, but where it lives on is said")
    run.refused(LEAD, ["reopen", a], CONFLICT, "merged")


# ---- conflicts, many at once --------------------------------------------------------------------

def check_versions(tap, run):
    t = new(run)
    seen = str(ticket(run, t)["version"])
    run.json(MATE, "take", t)
    run.json(MATE, "note", t, "--body", "mine now")
    done = run(AGENT, "resolve", t, "--if-version", seen)
    tap.equal(done.returncode, CONFLICT, "--if-version: refused after a change")
    tap.match(MATE + r".*took.*" + MATE + r".*note|" + MATE + r".*note.*" + MATE + r".*took", done.stderr,
              "and who changed what is said")
    for args in (["take"], ["ack"], ["hold", "--reason", "vendor-tool-down"], ["priority", "--to", "P1"],
                 ["edit", "--category", "x"], ["tag", "x"], ["note", "--body", "x"], ["reply", "--body", "x"],
                 ["resolve"]):
        verb, *rest = args
        plain = [x for x in rest if not x.startswith("-")] if verb == "tag" else []
        options = [x for x in rest if x not in plain]
        refused = run(AGENT, verb, t, *plain, *options, "--if-version", "1")
        tap.equal((refused.returncode, refused.stdout), (CONFLICT, ""), f"{verb} --if-version 1: a conflict")


def check_bulk(tap, run):
    many = [new(run) for _ in range(3)]
    wrong = run(AGENT, "priority", *many, "--to", "P9")
    tap.equal((wrong.returncode, wrong.stderr.count("P9"), wrong.stderr.count("hint: Z1, P1, P2, P3")), (FAILED, 3, 1),
              "a mistake with several: told of each, what to do once")
    lines = "".join(t + "\n" for t in many)
    would = run(AGENT, "priority", "-", "--to", "P1", "--dry-run", stdin=lines)
    tap.equal((would.returncode, [x.split("\t")[1] for x in would.stdout.splitlines()]), (DONE, ["would"] * 3),
              "--dry-run: what it would do, a line each")
    tap.equal({ticket(run, t)["priority"] for t in many}, {"P3"}, "and nothing is done")
    for args, state in ((["take", "-"], "open"), (["hold", "-", "--reason", "vendor-tool-down"], "held"),
                        (["resume", "-"], "open"), (["tag", "-", "batch"], "open"), (["ack", "-"], "open"),
                        (["edit", "-", "--category", "c"], "open"), (["release", "-"], "open"),
                        (["note", "-", "--body", "to all"], "open"), (["resolve", "-", "--message", "Done."], "resolved"),
                        (["reopen", "-"], "open"), (["resolve", "-"], "resolved"), (["close", "-"], "closed")):
        done = run(AGENT, *args, stdin=lines)
        tap.equal((done.returncode, [x.split("\t")[0] for x in done.stdout.splitlines()],
                   {ticket(run, t)["state"] for t in many}), (DONE, many, {state}), f"{' '.join(args)}: all of them")
    more = [new(run) for _ in range(21)]
    lines = "".join(t + "\n" for t in more)
    run.refused(AGENT, ["take", "-"], USAGE, "21", "--yes", stdin=lines, says="more than 20: not without --yes")
    tap.equal(run(AGENT, "take", "-", "--yes", stdin=lines).returncode, DONE, "with it")
    for args in (["assign", "-", "--to", MATE], ["transfer", "-", "--to", "manila-b"],
                 ["merge", "-", "--into", many[0]]):
        done = run(LEAD, *args, "--dry-run", stdin=more[0] + "\nACME-99999\n")
        words = [x.split("\t")[1] for x in done.stdout.splitlines()]
        tap.check(done.returncode == PARTLY and words[1] == "not_found", f"{args[0]} -: a line each", done.stdout)


# ---- what is about to burn ----------------------------------------------------------------------

def check_at_risk(tap, run):
    t = new(run, "--priority", "P1", "--requester", "j.weber@acme.example")
    rows = run.json(MANAGER, "at-risk", "--within", "5h")["tickets"]
    dues = [r["due_at"] for r in rows]
    tap.check(t in [r["ticket"] for r in rows] and dues == sorted(dues), "at-risk: by due", rows)
    tap.check(t not in [r["ticket"] for r in run.json(MANAGER, "at-risk", "--within", "10m")["tickets"]],
              "at-risk: what has time is left out")
    run.refused(MANAGER, ["at-risk"], USAGE, "--within")

    z = new(run, "--priority", "Z1")
    tap.check(until(lambda: {"acknowledge", "first_response"} <=
                    {c for x, c in run.breaches(MANAGER, "--contract", "acme-l1") if x == z}), "seconds breach in seconds")
    warned = [e for e in log(run, z) if e["kind"] == "warning"]
    breached = [e for e in log(run, z) if e["kind"] == "breach"]
    tap.equal([(e["clock"]["kind"], e["warning"]) for e in warned], [("first_response", "50%")], "warned once before")
    opened = us(log(run, z)[0]["effective_at"])
    tap.equal([(e["clock"]["kind"], us(e["effective_at"]) - opened, e["origin"]) for e in breached],
              [("acknowledge", 1000000, "clock"), ("first_response", 2000000, "clock")], "and breached at its instant")


def check_users(tap, run):
    users = {u["name"]: u for u in run.json("admin", "user", "list")["users"]}
    tap.check({AGENT, MATE, LEAD, MANAGER, OTHER, "mailbox", "admin"} <= set(users), "user list", users)
    tap.equal((users[AGENT]["roles"], users[AGENT]["party"], users[AGENT]["teams"], users["mailbox"]["human"],
               users["mailbox"]["source"]), (["agent"], "northwind", ["manila-a"], False, "mailbox"), "who may what")
    tap.equal(run.json("admin", "user", "show", OTHER)["name"], OTHER, "user show")
    tap.equal(run.json(AGENT, "user", "show")["name"], AGENT, "everybody sees themselves")
    missing = run(AGENT, "user", "show", "nobody")
    tap.equal((run(AGENT, "user", "show", OTHER).stderr.replace(OTHER, "nobody"), missing.returncode),
              (missing.stderr, NOT_FOUND), "and nobody else")
    tap.equal([u["name"] for u in run.json(AGENT, "user", "list")["users"]], [AGENT], "nor in a list")


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
    for part in (check_people, check_mine, check_replies, check_end, check_changes, check_merge, check_versions,
                 check_bulk, check_at_risk, check_users):
        try:
            part(tap, run)
        except (RuntimeError, KeyError, IndexError, TypeError) as error:
            tap.check(False, f"{part.__name__} runs to its end", repr(error))
    tap.equal(server.stop(), 0, "the server ends in order")
    verified = server.verb("verify", "--dir", server.dir)
    tap.equal(verified.returncode, 0, "and all of it can be verified")
    tap.done()


if __name__ == "__main__":
    main()
