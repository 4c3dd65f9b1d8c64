#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One journal, replayed where the machine is another one: the same views, byte for byte.

    replay.py SLATED SLATE STORE_DUMP

A replay copies what was decided. So neither the zone and the language of the process, nor the zone
data of the machine, may show in a view.
"""
import json
import os
import shutil
import subprocess
import sys

from fixture import HERE, Run, Slated, Tap

HOURS = 'zone: Etc/UTC, week: [{days: [mon, tue, wed, thu, fri, sat, sun], open: ["00:00-24:00"]}]'
OFFICE = 'zone: Europe/Berlin, week: [{days: [mon, tue, wed, thu, fri], open: ["01:30-19:00"]}]'
AGENT = "a.reyes"
HISTORY = [
    {"key": f"h-{n}", "opened_at": f"2026-{month:02}-2{n % 9}T0{n % 8}:30:00Z", "priority": f"P{1 + n % 3}",
     "subject": f"Ticket {n} of a größerer Störung", "events": [
         {"at": f"2026-{month:02}-2{n % 9}T09:15:00Z", "action": "take"},
         {"at": f"2026-{month:02}-2{n % 9}T{10 + n % 12}:45:00Z", "action": "resolve"}]}
    for n, month in enumerate([1, 3, 3, 4, 6, 8, 10, 10, 11] * 4)]
# A zone far from UTC, languages with their own letters and digits, and none at all
ELSEWHERE = [
    {"TZ": "UTC", "LC_ALL": "C"},
    {"TZ": "Pacific/Apia", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
    {"TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "LANGUAGE": "ar"},
    {"TZ": ":/nonsense", "LC_ALL": "nonsense"},
]


def live(run):
    """Tickets with some of everything."""
    made = [run.new(AGENT, "acme-l1", "--subject", f"Printer {n}", "--priority", f"P{1 + n % 3}") for n in range(6)]
    run.json(AGENT, "take", made[0])
    run.json(AGENT, "reply", made[0], "--body", "Which one?", "--hold", "waiting-customer")
    run.json(AGENT, "resume", made[0])
    run.json(AGENT, "reply", made[1], "--body", "Done.", "--resolve")
    run.json(AGENT, "tag", made[2], "größe", "vip")
    run.json(AGENT, "link", made[2], made[3], "--kind", "duplicates")
    run.json(AGENT, "resolve", made[4])
    run.json(AGENT, "reopen", made[4])


def store_with_a_past(server, run):
    book = os.path.join(server.scratch, "book.yaml")
    with open(os.path.join(HERE, "life.yaml"), encoding="utf-8") as f:
        text = f.read()
    if HOURS not in text:
        raise RuntimeError("life.yaml has other hours")
    with open(book, "w", encoding="utf-8") as f:
        f.write(text.replace(HOURS, OFFICE))
    server.start()
    applied = run("admin", "book", "apply", "--yes", "-f", book)
    if applied.returncode != 0:
        raise RuntimeError(applied.stderr)
    server.stop()
    server.user(AGENT, "--role", "agent", "--party", "northwind", "--team", "manila-a")
    server.start()
    lines = "".join(json.dumps(line) + "\n" for line in HISTORY)
    imported = run("admin", "import", "-", "--contract", "acme-l1", "--source", "old", stdin=lines)
    if f"created {len(HISTORY)}," not in imported.stderr:
        raise RuntimeError(imported.stderr)
    live(run)
    server.stop()


def other_zone_data(folder):
    """Every zone of the book is another one there."""
    for name in ("Etc/UTC", "Europe/Berlin"):
        os.makedirs(os.path.dirname(os.path.join(folder, name)))
        shutil.copy("/usr/share/zoneinfo/Australia/Lord_Howe", os.path.join(folder, name))
    with open(os.path.join(folder, "+VERSION"), "w", encoding="utf-8") as f:
        f.write("1999z\n")


def rebuilt(server, copy, program, environment, zone_dir=None):
    """What a copy of the store holds after its views were made anew there."""
    shutil.copytree(server.dir, copy)
    if zone_dir:
        settings = os.path.join(copy, "slated.yaml")
        with open(settings, encoding="utf-8") as f:
            text = f.read()
        changed = text.replace("zone_dir: /usr/share/zoneinfo", f"zone_dir: {zone_dir}")
        if changed == text:
            raise RuntimeError("no zone_dir in slated.yaml")
        with open(settings, "w", encoding="utf-8") as f:
            f.write(changed)
    env = {k: v for k, v in os.environ.items() if k not in ("TZ", "LANG", "LANGUAGE") and not k.startswith("LC_")}
    done = subprocess.run([server.program, "rebuild", "--dir", copy], capture_output=True, text=True, timeout=120,
                          env={**env, **environment}, cwd="/")
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return dumped(program, copy)


def dumped(program, folder):
    return subprocess.run([program, os.path.join(folder, "data", "data.mdb")], capture_output=True, text=True,
                          timeout=120, check=True).stdout.splitlines()


def differences(a, b):
    return "\n".join(sorted(set(a) ^ set(b))[:4])[:2000]


def main():
    tap = Tap()
    server = Slated(sys.argv[1])
    store_with_a_past(server, Run(tap, server, sys.argv[2]))
    dump = sys.argv[3]
    before = [row for row in dumped(dump, server.dir) if not row.startswith("meta ")]
    views = {row.split(" ")[0] for row in before}
    tap.check(len(before) > 300 and len(views) > 10, "there is much to replay", f"{len(before)} rows of {views}")

    folder = os.path.join(server.scratch, "zones")
    other_zone_data(folder)
    first = None
    for n, environment in enumerate(ELSEWHERE + [{**ELSEWHERE[1], "zones": folder}]):
        zone_dir = environment.pop("zones", None)
        name = " ".join(f"{k}={v}" for k, v in environment.items()) + (", other zone data" if zone_dir else "")
        rows = rebuilt(server, os.path.join(server.scratch, f"copy-{n}"), dump, environment, zone_dir)
        if first is None:
            first = rows
            kept = [row for row in rows if not row.startswith("meta ")]
            tap.check(kept == before, f"as it was written: {name}", differences(kept, before))
        else:
            tap.check(rows == first, f"as elsewhere: {name}", differences(rows, first))
    tap.done()


if __name__ == "__main__":
    main()
