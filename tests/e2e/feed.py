#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Live events: everything that is committed, once, to who may see it, whatever happens between.

    feed.py SLATED SLATE
"""
import json
import os
import signal
import subprocess
import sys
import threading

from fixture import HERE, Run, Slated, Tap, until

BOOK = os.path.join(HERE, "life.yaml")
DONE, NOT_FOUND = 0, 3


class Watch:
    """`slate watch` in the background, its lines as they come."""

    def __init__(self, run, who, *args):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("SLATE_")}
        environment.update({"SLATE_PROFILE": run.server.profile(who), "TZ": "UTC", "LC_ALL": "C.UTF-8"})
        self.process = subprocess.Popen([run.slate.program, "watch", *args], env=environment, text=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.events = []
        self.told = []
        self.threads = [threading.Thread(target=self._read), threading.Thread(target=self._listen)]
        for t in self.threads:
            t.start()

    def _read(self):
        for line in self.process.stdout:
            self.events.append(json.loads(line))

    def _listen(self):
        for line in self.process.stderr:
            self.told.append(line.rstrip("\n"))

    def places(self):
        return [(e["contract"], e["seq"]) for e in list(self.events)]

    def end(self):
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=30)
        for t in self.threads:
            t.join()
        return code


def watching(run, who, *args):
    """A watch that has begun: it has seen something that we did."""
    w = Watch(run, who, *args)
    contract, agent = ("acme-ap", "j.kowalska") if who == "j.kowalska" else ("acme-l1", "a.reyes")
    probes = []
    def begun():
        probes.append(run.new(agent, contract, "--subject", "probe"))
        return until(lambda: any(e["ticket"] == probes[-1] for e in w.events), 1)
    if not until(begun):
        raise RuntimeError(f"watch does not begin: {w.told}")
    return w


def journal(run, who, contract):
    """All events of a contract's tickets, as the logs have them."""
    places = []
    for t in run.tickets(who, "--contract", contract, "--limit", "0"):
        places += [e["seq"] for e in run.json(who, "log", t)["events"]]
    return sorted(places)


def check_events(tap, run):
    w, v = watching(run, "a.reyes"), watching(run, "j.kowalska")
    t = run.new("a.reyes", "acme-l1", "--subject", "secret words", "--body", "more secrets")
    run.json("a.reyes", "take", t)
    run.json("a.reyes", "hold", t, "--reason", "vendor-tool-down")
    run.json("a.reyes", "resolve", t, "--message", "secret answer")
    wanted = ["opened", "message", "taken", "held", "message", "resolved"]
    mine = lambda: [e for e in w.events if e["ticket"] == t]
    tap.check(until(lambda: len(mine()) == len(wanted)) and [e["kind"] for e in mine()] == wanted,
              "watch: each change as it commits", mine())
    tap.equal((mine()[2]["actor"], mine()[2]["assignee"], mine()[3]["hold_reason"]), ("a.reyes", "a.reyes", "vendor-tool-down"),
              "and what it was")
    tap.check("secret" not in json.dumps(w.events), "but no text")
    ap = run.new("j.kowalska", "acme-ap", "--subject", "theirs")
    tap.check(until(lambda: any(e["ticket"] == ap for e in v.events)), "the other vendor has its own")
    tap.equal({e["contract"] for e in v.events} | {e["contract"] for e in w.events if e["ticket"].startswith("AP")},
              {"acme-ap"}, "and neither sees a thing of the other")
    n = run.new("a.reyes", "acme-l1", "--subject", "goes to b")
    run.json("l.santos", "transfer", n, "--to", "manila-b")
    run.json("l.santos", "note", n, "--body", "in b")
    tap.check(until(lambda: any(e["ticket"] == n and e["kind"] == "transferred" for e in w.events)),
              "a ticket that leaves the team is seen leaving")
    last = run.new("a.reyes", "acme-l1", "--subject", "last")
    until(lambda: any(e["ticket"] == last for e in w.events))
    tap.equal([e["kind"] for e in w.events if e["ticket"] == n], ["opened", "transferred"], "and not what follows")
    tap.equal(w.end(), 130, "Ctrl-C ends it")
    tap.check(any("--from" in line for line in w.told), "and it says where to go on", w.told)
    v.end()


def check_filters(tap, run):
    b = watching(run, "m.braun", "--kind", "opened,breach,warning")
    team = Watch(run, "m.braun", "--team", "manila-b")
    z = run.new("a.reyes", "acme-l1", "--priority", "Z1", "--subject", "burns")
    tap.check(until(lambda: {"warning", "breach"} <= {e["kind"] for e in b.events if e["ticket"] == z}),
              "a breach is told when it happens")
    breach = [e for e in b.events if e["ticket"] == z and e["kind"] == "breach"][0]
    tap.equal((breach["clock"]["kind"], breach["clock"]["verdict"], breach["origin"]), ("acknowledge", "breached", "clock"),
              "with its clock")
    tap.equal({e["kind"] for e in b.events} - {"opened", "breach", "warning"}, set(), "--kind: nothing else")
    t = run.new("a.reyes", "acme-l1", "--team", "manila-a", "--subject", "comes to b")
    run.json("l.santos", "transfer", t, "--to", "manila-b")
    tap.check(until(lambda: any(e["ticket"] == t for e in team.events)), "--team: what comes to it is seen")
    tap.equal({e["team"] for e in team.events}, {"manila-b"}, "and only that")
    b.end()
    team.end()
    run.refused("a.reyes", ["watch", "--contract", "acme-ap"], NOT_FOUND, "acme-ap")
    run.refused("a.reyes", ["watch", "--kind", "dance"], 2, "dance")


def check_nothing_lost(tap, run, server):
    # From a source's first ticket on, the contract relies on what is believed of it: an entry that
    # is no event. So is what others read: this is asked by who works there.
    first = json.dumps({"action": "open", "key": "first", "subject": "of the source"}) + "\n"
    tap.equal(run("mailbox", "intake", "jsonl", "-", "--contract", "acme-l1", "-q", stdin=first).returncode, DONE, "a first line")
    start = run.json("a.reyes", "log", run.new("a.reyes", "acme-l1", "--subject", "the first"))["events"][0]["seq"]
    w = Watch(run, "m.braun", "--contract", "acme-l1", "--from", f"acme-l1:{start}")
    stopped = Watch(run, "m.braun", "--contract", "acme-l1", "--from", f"acme-l1:{start}")
    for round_ in range(4):
        for i in range(8):
            t = run.new("a.reyes", "acme-l1", "--subject", f"{round_}.{i}")
            run.json("a.reyes", "take", t)
        if round_ == 0:
            stopped.process.send_signal(signal.SIGSTOP)
        server.stop(signal.SIGKILL if round_ % 2 else signal.SIGTERM)
        server.start()
    text = "".join(json.dumps({"action": "open", "key": f"k{i}", "subject": f"s{i}"}) + "\n" for i in range(20000))
    fed = run("mailbox", "intake", "jsonl", "-", "--contract", "acme-l1", "-q", stdin=text)
    tap.equal(fed.returncode, DONE, "many events while one reader stands still")
    stopped.process.send_signal(signal.SIGCONT)
    head = run.json("a.reyes", "log", run.new("a.reyes", "acme-l1", "--subject", "the last"))["events"][0]["seq"]
    whole = list(range(start + 1, head + 1))
    for name, x in (("over restarts and kills", w), ("while it stood still", stopped)):
        until(lambda: x.events and x.events[-1]["seq"] >= head, 60)
        seqs = [s for _, s in x.places()]
        tap.check(seqs == sorted(set(seqs)) and set(seqs) <= set(whole), f"{name}: nothing twice, in order",
                  f"{len(seqs)} events, {len(set(seqs))} of them different")
        tap.equal(len(whole) - len(seqs), 0, f"{name}: nothing lost")
    tap.equal(w.places(), stopped.places(), "and both have seen the same")
    tap.check(any("again" in line or "reconnect" in line for line in w.told), "that it had to connect again is said", w.told)
    middle = w.places()[len(w.places()) // 2]
    w.end()
    stopped.end()
    late = Watch(run, "m.braun", "--contract", "acme-l1", "--from", f"acme-l1:{middle[1]}")
    until(lambda: late.events and late.events[-1]["seq"] >= head, 60)
    tap.equal([s for _, s in late.places()], list(range(middle[1] + 1, head + 1)), "a later process goes on where it says")
    late.end()


def main():
    tap = Tap()
    server = Slated(sys.argv[1])
    run = Run(tap, server, sys.argv[2])
    server.start()
    applied = run("admin", "book", "apply", "--yes", "-f", BOOK)
    if applied.returncode != DONE:
        raise RuntimeError(applied.stderr)
    server.stop()
    server.user("a.reyes", "--role", "agent", "--party", "northwind", "--team", "manila-a")
    server.user("l.santos", "--role", "lead", "--party", "northwind", "--team", "manila-a,manila-b")
    server.user("m.braun", "--role", "manager", "--party", "acme")
    server.user("j.kowalska", "--role", "agent", "--party", "vistula", "--team", "krakow-a")
    server.user("mailbox", "--role", "intake", "--party", "acme", "--tool", "--source", "mailbox")
    server.start()
    for part in (check_events, check_filters, lambda t, r: check_nothing_lost(t, r, server)):
        try:
            part(tap, run)
        except (RuntimeError, KeyError, IndexError, TypeError) as error:
            tap.check(False, "the part runs to its end", repr(error))
    tap.equal(server.stop(), 0, "the server ends in order")
    tap.equal(server.verb("verify", "--dir", server.dir).returncode, 0, "and all of it can be verified")
    tap.done()


if __name__ == "__main__":
    main()
