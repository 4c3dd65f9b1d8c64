#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two parties agree on a contract, and on its change: a real server, a manager of each.

    agree.py SLATED SLATE
"""
import os
import sys

from fixture import Run, Slated, Tap, us

BOOK = """
calendars:
  - {{name: office, zone: Etc/UTC, week: [{{days: [mon, tue, wed, thu, fri], open: ["09:00-{closes}"]}}]}}
parties: [{{name: acme}}, {{name: northwind}}, {{name: other}}]
teams: [{{name: desk, party: northwind}}, {{name: others, party: other}}]
contracts:
  - {{name: acme-l1, key: ACME, buyer: acme, vendor: northwind,{approvals} zone: Etc/UTC, hours: office,
     teams: [{{team: desk}}], default_team: desk, priorities: [P1], targets: [
     {{clock: resolution, match: {{}}, within: {within}, calendar: hours}}]}}
  - {{name: acme-l2, key: OTHER, buyer: acme, vendor: other, zone: Etc/UTC, hours: office,
     teams: [{{team: others}}], default_team: others, priorities: [P1], targets: [
     {{clock: resolution, match: {{}}, within: 8h, calendar: hours}}]}}
"""
CONTRACT = """
contracts:
  - {{name: acme-l1, key: ACME, buyer: acme, vendor: northwind,{approvals} zone: Etc/UTC, hours: office,
     teams: [{{team: desk}}], default_team: desk, priorities: [P1], targets: [
     {{clock: resolution, match: {{}}, within: {within}, calendar: hours}}]}}
"""
BOTH = " approvals: [buyer, vendor],"


def write(server, name, text):
    path = os.path.join(server.scratch, name)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


def versions(run, who="boss"):
    objects = run.json(who, "book", "show", "contract", "acme-l1")["objects"]
    return [(o["version"], "within: 4h" in o["text"]) for o in objects]


def proposals(run, who, *args):
    return run.json(who, "book", "proposals", *args)["proposals"]


def check_agreeing(tap, run, agreed):
    done = run("boss", "book", "propose", "-f", agreed, "--yes")
    tap.check(done.returncode == 0 and "proposed: 1" in done.stderr, "a manager proposes", done.stderr)
    tap.equal([(p["id"], p["state"], p["actor"], p["contracts"]) for p in proposals(run, "vm")],
              [(1, "open", "boss", ["acme-l1"])], "the other party sees it")
    tap.equal(proposals(run, "stranger"), [], "nobody else does")
    with open(agreed, encoding="utf-8") as f:
        tap.equal(proposals(run, "vm")[0]["text"].strip(), f.read().strip(), "as it was written")
    run.refused("stranger", ["book", "approve", "1", "--yes"], 1, "no open proposal 1")
    done = run("boss", "book", "approve", "1", "--yes")
    tap.check(done.returncode == 0 and "others are asked" in done.stderr, "proposing is no approval", done.stderr)
    tap.equal(versions(run), [(1, False)], "one approval changes nothing")
    done = run("vm", "book", "approve", "1", "--yes")
    tap.check(done.returncode == 0 and "in force" in done.stderr, "the last approval puts it in force", done.stderr)
    tap.equal(versions(run), [(2, False)], "it is in force")


def check_apply(tap, run, changes):
    for name, path in changes:
        run.refused("admin", ["book", "apply", "-f", path, "--yes"], 5, "contract acme-l1 is agreed",
                    "buyer acme and vendor northwind must approve", "slate book propose",
                    says=f"an admin alone does not apply {name}")
    tap.equal(versions(run), [(2, False)], "nothing was changed")


def check_withdrawing(tap, run, change):
    run("vm", "book", "propose", "-f", change, "--yes")
    done = run("boss", "book", "withdraw", "2", "--yes")
    tap.check(done.returncode == 0 and "withdrawn" in done.stderr, "who is asked says no", done.stderr)
    run.refused("vm", ["book", "approve", "2", "--yes"], 1, "no open proposal 2")
    tap.equal([(p["id"], p["state"]) for p in proposals(run, "vm", "--all")],
              [(2, "withdrawn"), (1, "applied")], "all that were, the newest first")


def check_change(tap, run, change):
    run("admin", "book", "propose", "-f", change, "--yes")
    for who in ("boss", "vm"):
        done = run(who, "book", "approve", "3", "--yes")
        tap.check(done.returncode == 0, f"{who} approves what an admin proposed", done.stderr)
    tap.equal(versions(run), [(3, True)], "the change is in force")
    applied = proposals(run, "boss", "--all", "--contract", "acme-l1")[0]
    tap.equal([(a["party"], a["actor"]) for a in applied["approvals"]], [("acme", "boss"), ("northwind", "vm")],
              "who approved")
    tap.check(all(us(a["recorded_at"]) > 0 for a in applied["approvals"]), "and when")
    run("admin", "book", "propose", "-f", change, "--yes")
    tap.equal(len(proposals(run, "boss")), 0, "what is in force is not proposed")


def check_shown(tap, run):
    shown = {who: run(who, "book", "show", "--contract", "acme-l1").stdout for who in ("boss", "vm")}
    tap.equal(shown["boss"], shown["vm"], "both see the same")
    for words in ("# sha256 ", "# contract acme-l1 version 3", "# calendar office version 1", "# team desk",
                  "# proposal 3, approved for acme by boss at", "# proposal 3, approved for northwind by vm at"):
        tap.check(words in shown["vm"], f"shows {words}", shown["vm"])
    tap.check("acme-l2" not in shown["boss"] and "others" not in shown["boss"], "and nothing else", shown["boss"])
    run.refused("stranger", ["book", "show", "--contract", "acme-l1"], 3, "there is no contract acme-l1")


def enroll(run, name, code):
    return run(name, "enroll", "-", stdin=code + "\n")


def check_ghosts(tap, run, server, change):
    """Whoever makes users makes one of each party, and agrees with themselves; or takes the key of who is there."""
    role = {"acme": "manager", "northwind": "vendor-manager"}
    for party, name in (("acme", "ghost.a"), ("northwind", "ghost.n")):
        code = run.json("admin", "user", "add", name, "--role", role[party], "--party", party)["code"]
        tap.equal(enroll(run, name, code).returncode, 0, f"an admin is {name}, too")
    done = run("ghost.a", "book", "propose", "-f", change, "--yes")
    tap.check("proposed: 4" in done.stderr, "who proposes", done.stderr)
    for name in ("ghost.a", "ghost.n"):
        run.refused(name, ["book", "approve", "4", "--yes"], 4, "nobody has vouched for the key of " + name,
                    says=f"{name} approves nothing")
    run.refused("ghost.a", ["user", "vouch", "ghost.a"], 4, "may not vouch", says="nor vouches for itself")
    run.refused("admin", ["user", "vouch", "ghost.a"], 4, "may not vouch", says="nor does an admin")
    key = run.json("ghost.a", "cert", "show")["key_sha256"]
    run.refused("boss", ["user", "vouch", "ghost.a"], 5, "has no such key", says="without a key nobody is vouched for")
    run.refused("boss", ["user", "vouch", "ghost.a", key[::-1]], 5, "has no such key", says="nor with another one's")
    run.refused("vm", ["user", "vouch", "ghost.a", key], 3, "there is no user", says="nor by another party")
    done = run("boss", "user", "vouch", "ghost.a", key)
    tap.check(done.returncode == 0, "with the key that the person told it goes", done.stderr)
    run("ghost.a", "cert", "renew", "--force")
    tap.equal(run("ghost.a", "book", "approve", "4", "--yes").returncode, 0, "who was vouched for approves, with a newer key, too")
    newer = run.json("ghost.a", "cert", "show")["key_sha256"]
    tap.equal([(a["actor"], a["key_sha256"]) for a in proposals(run, "vm")[0]["approvals"]],
              [("ghost.a", newer), (None, None)], "everybody sees the key that did")
    code = run.json("admin", "user", "rotate", "ghost.a")["code"]
    os.remove(server.profile("ghost.a"))
    tap.equal(enroll(run, "ghost.a", code).returncode, 0, "whoever has the next code is ghost.a")
    tap.equal(proposals(run, "vm")[0]["approvals"][0]["actor"], None, "what its former key approved counts no more")
    run.refused("ghost.a", ["book", "approve", "4", "--yes"], 4, "nobody has vouched", says="nor does what the next one does")
    code = run.json("admin", "user", "rotate", "boss")["code"]
    os.remove(server.profile("boss"))
    enroll(run, "boss", code)
    run.refused("boss", ["book", "approve", "4", "--yes"], 4, "nobody has vouched", says="not even of the first manager")
    tap.equal(versions(run, "vm"), [(3, True)], "nothing was changed")
    server.stop()
    done = server.verb("user", "vouch", "boss", "--dir", server.dir)
    tap.check(done.returncode == 0, "where a party has nobody left, the operator says who speaks", done.stdout + done.stderr)
    server.start()
    tap.equal(run("boss", "book", "approve", "4", "--yes").returncode, 0, "and then it is heard")
    run("boss", "book", "withdraw", "4", "--yes")


def main():
    tap = Tap()
    server = Slated(sys.argv[1])
    run = Run(tap, server, sys.argv[2])
    book = write(server, "book.yaml", BOOK.format(closes="17:00", approvals="", within="8h"))
    agreed = write(server, "agreed.yaml", CONTRACT.format(approvals=BOTH, within="8h"))
    change = write(server, "change.yaml", CONTRACT.format(approvals=BOTH, within="4h"))
    left_out = write(server, "left-out.yaml", CONTRACT.format(approvals="", within="8h"))
    other = write(server, "other.yaml", CONTRACT.format(approvals=BOTH, within="6h"))
    calendar = write(server, "calendar.yaml", BOOK.format(closes="18:00", approvals=BOTH, within="8h"))
    server.start()
    done = run("admin", "book", "apply", "-f", book, "--yes")
    tap.check(done.returncode == 0, "the book", done.stderr)
    server.stop()
    server.user("boss", "--role", "manager", "--party", "acme")
    server.user("vm", "--role", "vendor-manager", "--party", "northwind")
    server.user("stranger", "--role", "vendor-manager", "--party", "other")
    server.start()
    check_agreeing(tap, run, agreed)
    check_apply(tap, run, [("a change", change), ("it without approvals", left_out), ("its calendar", calendar)])
    check_withdrawing(tap, run, change)
    check_change(tap, run, change)
    check_shown(tap, run)
    check_ghosts(tap, run, server, other)
    tap.equal(server.stop(), 0, "the server ends well") or print(server.log_text())
    done = server.verb("verify", "--dir", server.dir)
    tap.check(done.returncode == 0, "the store verifies", done.stdout + done.stderr)
    server.start()
    tap.equal(versions(run), [(3, True)], "and is the same after a restart")
    server.stop()
    tap.done()


if __name__ == "__main__":
    main()
