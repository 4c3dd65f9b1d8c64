#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How fast open clocks follow new zone data, and what others notice of it.

    bench/sweep.py [TICKETS]     default 100000; builds are taken from $SLATE_BUILD, default build/release

Feeds open tickets with two clocks each, measures how long lines of a feed take that are sent one by one over one
connection, each when the one before is durable; then gives the zone another offset, sends HUP and measures the same while
clocks move. Nothing is asserted.
"""
import json
import os
import signal
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "e2e"))
from fixture import Run, Slated, Tap  # noqa: E402
from zones import BOOK, PLUS_0, PLUS_1, ZONE, hours_ahead, put, read_from  # noqa: E402

BUILD = os.environ.get("SLATE_BUILD", os.path.join(ROOT, "build", "release"))
LINES = 2000
CHUNK = 20000


def p(times, share):
    return sorted(times)[min(len(times) - 1, int(len(times) * share))] * 1000


class Feed:
    """One line at a time, and how long its answer took."""

    def __init__(self, run, server, tickets):
        env = {k: v for k, v in os.environ.items() if not k.startswith("SLATE_")}
        env.update({"SLATE_PROFILE": server.profile("mailbox"), "TZ": "UTC", "LC_ALL": "C.UTF-8"})
        self.n = 0
        self.tickets = tickets
        self.process = subprocess.Popen([run.slate.program, "intake", "jsonl", "-", "--contract", "acme-l1", "-o", "jsonl"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, env=env)

    def line(self):
        self.n += 1
        begun = time.monotonic()
        self.process.stdin.write(json.dumps({"action": "message", "key": f"k{self.n % self.tickets}", "side": "requester", "body": f"number {self.n}"}) + "\n")
        self.process.stdin.flush()
        if '"updated"' not in self.process.stdout.readline():
            raise SystemExit("a line was not taken")
        return time.monotonic() - begun

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def swept(server):
    return [line for line in server.log_text().splitlines() if " event=dues_swept " in line]


def fill(run, server, tickets):
    path = os.path.join(server.scratch, "bench.jsonl")
    for first in range(0, tickets, CHUNK):
        with open(path, "w", encoding="utf-8") as f:
            for i in range(first, min(first + CHUNK, tickets)):
                f.write(json.dumps({"action": "open", "key": f"k{i}", "priority": "P2", "subject": f"Disk {i}",
                                    "requester": "plant@acme.example"}) + "\n")
        done = run("mailbox", "intake", "jsonl", path, "--contract", "acme-l1", "-q")
        if done.returncode != 0:
            raise SystemExit(done.stderr)


def main():
    tickets = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
    server = Slated(os.path.join(BUILD, "server", "slated"))
    run = Run(Tap(), server, os.path.join(BUILD, "client", "slate"))
    folder = os.path.join(server.scratch, "zones")
    put(folder, PLUS_1, "2031a")
    read_from(server, folder)
    book = os.path.join(server.scratch, "book.yaml")
    with open(book, "w", encoding="utf-8") as f:
        # both clocks count in the zone
        f.write(BOOK.format(zone=ZONE, hours=hours_ahead()).replace("within: 4h, calendar: always", "within: 2h, calendar: hours"))
    server.start()
    run.json("admin", "book", "apply", "--yes", "-f", book)
    server.stop()
    server.user("lead", "--role", "vendor-manager", "--party", "atlas")
    server.user("mailbox", "--role", "intake", "--party", "acme", "--tool", "--source", "mailbox")
    server.start()
    fill(run, server, tickets)
    feed = Feed(run, server, tickets)
    quiet = [feed.line() for _ in range(LINES)]
    put(folder, PLUS_0, "2031b")
    begun = time.monotonic()
    server.process.send_signal(signal.SIGHUP)
    meanwhile = []
    while not swept(server):
        meanwhile += [feed.line() for _ in range(20)]
    seconds = time.monotonic() - begun
    feed.end()
    told = dict(word.split("=", 1) for word in swept(server)[0].split() if "=" in word)
    clocks = int(told["clocks"])
    print(f"{tickets} tickets, {clocks} clocks moved in {seconds:.2f} s: {clocks / seconds:.0f} clocks/s")
    for name, times in (("alone", quiet), ("meanwhile", meanwhile)):
        print(f"a line {name:10} n={len(times):5}  p50 {p(times, .5):7.2f} ms  p99 {p(times, .99):7.2f} ms  "
              f"max {max(times) * 1000:7.2f} ms")
    print(f"p99 ratio {p(meanwhile, .99) / p(quiet, .99):.2f}")
    server.stop()


if __name__ == "__main__":
    main()
