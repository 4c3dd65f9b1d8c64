#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whether times tell what answers don't: something hidden against something that is not there.

    bench/walls.py [ROUNDS]     default 20000; builds are taken from $SLATE_BUILD, default build/release

A vendor's manager asks for a ticket, a contract and a person of another vendor, and for such that do not exist. For each
operation: the median time of either, and their ratio. Nothing is asserted.
"""
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "e2e"))
from fixture import Run, Slated, Tap  # noqa: E402

BUILD = os.environ.get("SLATE_BUILD", os.path.join(ROOT, "build", "release"))
BOOK = os.path.join(ROOT, "tests", "e2e", "two-vendors.yaml")


def main():
    rounds = sys.argv[1] if len(sys.argv) > 1 else "20000"
    server = Slated(os.path.join(BUILD, "server", "slated"))
    run = Run(Tap(), server, os.path.join(BUILD, "client", "slate"))
    server.start()
    if run("admin", "book", "apply", "--yes", "-f", BOOK).returncode != 0:
        raise SystemExit("the book was not applied")
    server.stop()
    server.user("l.santos", "--role", "vendor-manager", "--party", "northwind")
    server.user("p.nowak", "--role", "agent", "--party", "vistula", "--team", "krakow-a")
    server.start()
    ticket = run.new("p.nowak", "acme-ap", "--subject", "Invoice", "--body", "It was paid twice. " * 50)
    if run("p.nowak", "take", ticket).returncode != 0:
        raise SystemExit("the ticket was not taken")
    for hidden, absent in ((ticket, "AP-7"), (ticket, "AX-1"), ("acme-ap", "acme-ax"), ("p.nowak", "p.nowax")):
        print(f"{hidden} against {absent}", flush=True)
        subprocess.run([os.path.join(BUILD, "bench", "bench_walls"), server.profile("l.santos"), rounds, hidden, absent],
                       check=True)
    server.stop()


if __name__ == "__main__":
    main()
