#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How fast a feed is taken in: a file of lines through `slate intake`, first and once more.

    bench/intake.py [LINES]      default 50000; builds are taken from $SLATE_BUILD, default build/release

Prints seconds and lines a second, as the sender sees them: process start, TLS, one connection, every line
durable and answered. Nothing is asserted.
"""
import json
import os
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "e2e"))
from fixture import Run, Slated, Tap  # noqa: E402

BUILD = os.environ.get("SLATE_BUILD", os.path.join(ROOT, "build", "release"))


def story(i):
    """Five lines of one ticket's day."""
    key = f"bench-{i}"
    yield {"action": "open", "key": key, "priority": "P2", "subject": f"Disk {i} is nearly full",
           "requester": "plant@acme.example", "body": "x" * 300}
    yield {"action": "message", "key": key, "side": "requester", "body": "It is getting worse."}
    yield {"action": "update", "key": key, "category": "storage", "priority": "P1"}
    yield {"action": "message", "key": key, "body": "automatic: 3 % left"}
    yield {"action": "resolve", "key": key}


def write(path, lines):
    kinds = [("tickets opened and nothing else", lambda i: [next(story(i))]), ("five lines a ticket", lambda i: list(story(i)))]
    for n, (name, lines_of) in enumerate(kinds):
        file = f"{path}.{n}"
        written = 0
        with open(file, "w", encoding="utf-8") as f:
            i = 0
            while written < lines:
                for line in lines_of(f"{n}-{i}"):
                    f.write(json.dumps(line) + "\n")
                    written += 1
                i += 1
        yield name, file, written


def main():
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 50000
    server = Slated(os.path.join(BUILD, "server", "slated"))
    run = Run(Tap(), server, os.path.join(BUILD, "client", "slate"))
    server.start()
    run.json("admin", "book", "apply", "--yes", "-f", os.path.join(ROOT, "tests", "e2e", "life.yaml"))
    server.stop()
    server.user("mailbox", "--role", "intake", "--party", "acme", "--tool", "--source", "mailbox")
    server.start()
    print(f"{'':46}  {'lines':>7}  {'seconds':>8}  {'lines/s':>8}")
    for name, file, written in write(os.path.join(server.scratch, "bench.jsonl"), lines):
        for again in ("", ", once more"):
            begun = time.monotonic()
            done = run("mailbox", "intake", "jsonl", file, "--contract", "acme-l1", "-q")
            seconds = time.monotonic() - begun
            if done.returncode != 0:
                raise SystemExit(done.stderr)
            print(f"{name + again:46}  {written:7}  {seconds:8.2f}  {written / seconds:8.0f}")
    server.stop()


if __name__ == "__main__":
    main()
