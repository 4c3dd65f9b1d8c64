#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds slate's verdicts against the log's own `made_sla`.

    slate import incidents.jsonl --contract it-incidents --source servicenow --clocks resolution --json > imported.json
    compare.py incidents.csv imported.json

`made_sla` is taken from the last row of each incident. Prints per priority: met, breached, open, how many agree, and for
each kind of disagreement how it comes about, as far as the two sources tell.
"""
import json
import sys
from collections import Counter

from convert import HOLDS, instant, priority, rows_by_incident


def why(rows, clock):
    """Why the two differ, from what can be seen."""
    wall_h = None
    resolved_at = instant(rows[-1]["resolved_at"])
    if resolved_at is not None:
        wall_h = (resolved_at - instant(rows[0]["opened_at"])).total_seconds() / 3600
    target_h = clock["target_us"] / 3.6e9
    if clock["verdict"] == "met":
        if wall_h is not None and wall_h > target_h and any(r["incident_state"] in HOLDS for r in rows):
            return "met with holds taken out, late without"
        if len({r["priority"] for r in rows}) > 1:
            return "the priority changed"
        return "within the limit, and yet the log says missed"
    if any(int(r["reopen_count"]) > 0 for r in rows):
        return "reopened: the log judged the first resolve"
    return "past the limit, and yet the log says made"


def main():
    with open(sys.argv[1], encoding="utf-8", newline="") as f:
        incidents = rows_by_incident(f)
    with open(sys.argv[2], encoding="utf-8") as f:
        lines = json.load(f)["lines"]
    per_priority = {}
    reasons = Counter()
    events = 0
    for line in lines:
        rows = incidents[line["key"]]
        level = per_priority.setdefault(priority(rows[-1]["priority"]), Counter())
        events += line["events"] or 0
        clock = next((c for c in line["clocks"] or [] if c["kind"] == "resolution"), None)
        if clock is None:
            level["refused"] += 1
            continue
        level[clock["verdict"]] += 1
        made = rows[-1]["made_sla"] == "TRUE"
        if (clock["verdict"] == "met") == made:
            level["agree"] += 1
        else:
            reasons[(clock["verdict"], "made" if made else "missed", why(rows, clock))] += 1
    print(f"{len(lines)} tickets, {events} journal entries")
    print("priority  met  breached  open  agree with made_sla")
    for name, c in sorted(per_priority.items()):
        n = c["met"] + c["breached"] + c["open"]
        print(f"{name:8} {c['met']:4} {c['breached']:9} {c['open']:5}  {c['agree']} of {n} ({100 * c['agree'] / n:.1f} %)")
    agree = sum(c["agree"] for c in per_priority.values())
    print(f"all: {agree} of {len(lines)} ({100 * agree / len(lines):.1f} %)")
    for (verdict, made, reason), n in reasons.most_common():
        print(f"{n:4}  slate: {verdict}, log: {made}: {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
