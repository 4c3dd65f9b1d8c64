#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""New zone data under running clocks: HUP takes them in, and what is due by them moves.

    zones.py SLATED SLATE
"""
import datetime
import json
import os
import shutil
import signal
import sys

from fixture import Run, SECOND, Slated, Tap, until, us

DONE = 0
HOUR = 3600 * SECOND
ZONE = "Africa/Casablanca"
PLUS_0, PLUS_1 = "Africa/Abidjan", "Africa/Lagos"  # neither has ever changed its clocks in our time
TICKETS = 300

BOOK = """
calendars:
  - {{name: office, zone: {zone}, week: [{{days: [mon, tue, wed, thu, fri, sat, sun], open: ["{hours}"]}}]}}
  - {{name: always, zone: Etc/UTC, week: [{{days: [mon, tue, wed, thu, fri, sat, sun], open: ["00:00-24:00"]}}]}}
parties: [{{name: acme}}, {{name: atlas}}]
teams: [{{name: desk, party: atlas}}]
sources: [{{name: mailbox, may_assert: [requester]}}]
contracts:
  - {{name: acme-l1, key: ACME, buyer: acme, vendor: atlas, zone: Etc/UTC, effective: 2026-01-01, hours: office,
     teams: [{{team: desk}}], default_team: desk, priorities: [P1, P2], targets: [
     {{clock: first_response, match: {{}}, within: 4h, calendar: always}},
     {{clock: resolution, match: {{}}, within: 4h, calendar: hours}}]}}
"""


def hours_ahead():
    """Ten hours of each day that begin in some three hours: now it is closed, by either offset."""
    now = datetime.datetime.now(datetime.timezone.utc)
    opens = (now.hour + 4) % 24
    return f"{opens:02}:00-{opens + 10}:00"


def put(folder, place, release):
    """The zone is where that place is."""
    for name, source in ((ZONE, place), ("Etc/UTC", "Etc/UTC")):
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if source is None:
            os.remove(path)
        else:
            shutil.copy(os.path.join("/usr/share/zoneinfo", source), path)
    with open(os.path.join(folder, "+VERSION"), "w", encoding="utf-8") as f:
        f.write(release + "\n")


def read_from(server, folder):
    settings = os.path.join(server.dir, "slated.yaml")
    with open(settings, encoding="utf-8") as f:
        text = f.read()
    changed = text.replace("zone_dir: /usr/share/zoneinfo", f"zone_dir: {folder}")
    if changed == text:
        raise RuntimeError("no zone_dir in slated.yaml")
    with open(settings, "w", encoding="utf-8") as f:
        f.write(changed)


class Lab:
    def __init__(self, tap, server, run, folder):
        self.tap = tap
        self.server = server
        self.run = run
        self.folder = folder

    def said(self, event, **values):
        """Lines of the log of that event with these values."""
        lines = [line for line in self.server.log_text().splitlines() if f" event={event} " in line + " "]
        return [line for line in lines if all(f" {k}={v} " in line + " " for k, v in values.items())]

    def hup(self):
        self.server.process.send_signal(signal.SIGHUP)

    def dues(self, kind="resolution"):
        page = self.run.json("lead", "list", "--contract", "acme-l1", "--limit", "1000")
        names = [t["ticket"] for t in page["tickets"]]
        return {name: us(self.run.clock("lead", name, kind)["due_at"]) for name in names[:6]}, len(names)


def check_new_data(lab):
    tap, run = lab.tap, lab.run
    before, n = lab.dues()
    tap.equal(n, TICKETS, "the feed's tickets are open")
    put(lab.folder, PLUS_0, "2031b")
    lab.hup()
    written = [run("lead", "note", name, "--body", "meanwhile").returncode for name in sorted(before)]
    tap.equal(set(written), {DONE}, "other changes are taken meanwhile")
    tap.check(until(lambda: lab.said("dues_swept")), "the sweep comes to its end", lab.server.log_text()[-2000:])
    after, _ = lab.dues()
    tap.equal({name: at - before[name] for name, at in after.items()}, dict.fromkeys(before, HOUR),
              "what is due is due an hour later")
    tap.equal(len(lab.said("zone_data_changed", **{"from": "2031a", "to": "2031b", "zones": 1})), 1, "the log tells the change")
    tap.equal(len(lab.said("due_moved", contract="acme-l1", clock="resolution")), TICKETS, "and each clock that moved")
    tap.equal(len(lab.said("dues_swept", clocks=TICKETS)), 1, "and their sum")
    tap.equal(len(lab.said("due_moved", clock="first_response")), 0, "and none that did not")
    for name in sorted(before): # which were written to meanwhile
        moved = [e for e in run.json("lead", "log", name)["events"] if e["kind"] == "rescheduled"]
        tap.equal([(e.get("moved_by"), us(e["was_due_at"]) + HOUR) for e in moved], [("zone_data", after[name])],
                  f"the history of {name} tells why")
        clocks = [(e["clock"] or {}).get for e in moved]
        tap.equal([(c("kind"), c("cycle"), us(c("due_at")), us(c("limit_at")) - us(e["was_limit_at"]))
                   for c, e in zip(clocks, moved) if c("due_at")], [("resolution", 1, after[name], HOUR)],
                  f"the history of {name} has the clock as it was then")


def check_unusable(lab):
    tap = lab.tap
    before, _ = lab.dues()
    lab.hup()
    tap.check(until(lambda: lab.said("zone_data_unchanged", release="2031b")), "the same data change nothing")
    put(lab.folder, None, "2031c")
    lab.hup()
    tap.check(until(lambda: any(ZONE in line for line in lab.said("zone_data_unusable"))), "a zone that is missing is named",
              lab.server.log_text()[-500:])
    tap.equal(lab.dues()[0], before, "and the former data stay")


def check_kill(lab):
    tap, server = lab.tap, lab.server
    before, _ = lab.dues()
    sweeps = len(lab.said("dues_swept"))
    put(lab.folder, PLUS_1, "2031a")
    lab.hup()
    until(lambda: len(lab.said("zone_data_changed")) == 2)
    server.stop(signal.SIGKILL)
    server.start()
    until(lambda: len(lab.said("dues_swept")) > sweeps, 5) # unless it had come to its end
    after, _ = lab.dues()
    tap.equal({name: at - before[name] for name, at in after.items()}, dict.fromkeys(before, -HOUR),
              "killed in the middle: all are moved after the next start")
    put(lab.folder, PLUS_0, "2031b")
    server.stop()
    server.start()
    tap.check(until(lambda: len(lab.said("zone_data_changed", **{"from": "2031a", "to": "2031b"})) == 2),
              "a start finds other data, too", server.log_text()[-1500:])
    tap.check(until(lambda: lab.dues()[0] == before), "and moves what is due")


def main():
    tap = Tap()
    server = Slated(sys.argv[1])
    run = Run(tap, server, sys.argv[2])
    folder = os.path.join(server.scratch, "zones")
    put(folder, PLUS_1, "2031a")
    read_from(server, folder)
    book = os.path.join(server.scratch, "book.yaml")
    with open(book, "w", encoding="utf-8") as f:
        f.write(BOOK.format(zone=ZONE, hours=hours_ahead()))
    server.start()
    applied = run("admin", "book", "apply", "--yes", "-f", book)
    if applied.returncode != DONE:
        raise RuntimeError(applied.stderr)
    server.stop()
    server.user("lead", "--role", "vendor-manager", "--party", "atlas")
    server.user("mailbox", "--role", "intake", "--party", "acme", "--tool", "--source", "mailbox")
    server.start()
    lab = Lab(tap, server, run, folder)
    lines = "".join(json.dumps({"action": "open", "key": f"k{i}", "priority": "P2", "subject": f"about {i}",
                                "requester": "j.weber@acme.example"}) + "\n" for i in range(TICKETS))
    fed = run("mailbox", "intake", "jsonl", "-", "--contract", "acme-l1", "-q", stdin=lines)
    if fed.returncode != DONE:
        raise RuntimeError(fed.stderr)
    tap.equal(len(lab.said("dues_swept")), 0, "nothing was swept without a reason")
    for part in (check_new_data, check_unusable, check_kill):
        try:
            part(lab)
        except (RuntimeError, KeyError, IndexError, TypeError) as error:
            tap.check(False, f"{part.__name__} runs to its end", repr(error))
    tap.equal(server.stop(), 0, "the server ends in order")
    tap.equal(server.verb("verify", "--dir", server.dir).returncode, 0, "and all of it can be verified")
    tap.done()


if __name__ == "__main__":
    main()
