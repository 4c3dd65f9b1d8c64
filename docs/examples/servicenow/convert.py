#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""From a ServiceNow incident log to lines for `slate import`.

    convert.py incidents.csv > incidents.jsonl

The input is the event log format of the UCI data set "Incident management process enriched event log" (number 498): one row per
update of an incident, with the state, priority and people after it. Times are `dd-mm-yyyy HH:MM` without a zone; they
are read as UTC, and `?` is no value. Nothing is guessed beyond what is said here:

- The clock starts at opened_at. Updates are taken in the order of sys_updated_at; at one minute in the order of
  sys_mod_count, then of the file.
- A change of state is a hold (`Awaiting ...`), a resume, a resolve, a reopen or a close. A change of priority is one. The
  first assignment of an incident at work is a take. Any other update is kept as an internal automatic message without text, so that every
  row of the log is an event of the journal.
- resolved_at, where the log has it and it falls into the last resolved stretch, is when the incident counts as
  resolved; otherwise the update that says so is.
- An update before opened_at is moved to opened_at; how often that happens is told on stderr.
"""
import csv
import json
import sys
from datetime import datetime, timezone

HOLDS = {
    "Awaiting User Info": "user-info",
    "Awaiting Vendor": "third-party",
    "Awaiting Problem": "problem-record",
    "Awaiting Evidence": "user-evidence",
}


DONE = ("Resolved", "Closed")


def instant(text):
    """'29-02-2016 01:16' -> aware datetime, '?' -> None"""
    return None if text == "?" else datetime.strptime(text, "%d-%m-%Y %H:%M").replace(tzinfo=timezone.utc)


def rfc3339(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def priority(text):
    return "P" + text[0]


def rows_by_incident(lines):
    incidents = {}
    for row in csv.DictReader(lines):
        incidents.setdefault(row["number"], []).append(row)
    for rows in incidents.values():
        rows.sort(key=lambda r: (instant(r["sys_updated_at"]), int(r["sys_mod_count"])))
    return incidents


def state_events(before, after):
    """What a change of state means, in order."""
    if before == after:
        return []
    events = []
    if before in HOLDS:
        events.append({"action": "resume", "reason": HOLDS[before]})
    if before in DONE and after not in DONE:
        events.append({"action": "reopen"})
    if after in HOLDS:
        events.append({"action": "hold", "reason": HOLDS[after]})
    if after in DONE and before not in DONE:
        events.append({"action": "resolve"})
    if after == "Closed" and before != "Closed":
        events.append({"action": "close"})
    return events


def last_resolve(rows):
    """Index of the row with which the last resolved stretch begins; None if it never was."""
    found = None
    for i, row in enumerate(rows):
        done = row["incident_state"] in DONE
        before = i > 0 and rows[i - 1]["incident_state"] in DONE
        if done and not before:
            found = i
    return found


def convert(number, rows, moved):
    first = rows[0]
    opened_at = instant(first["opened_at"])
    resolved_at = instant(rows[-1]["resolved_at"])
    resolve_row = last_resolve(rows)
    ticket = {
        "key": number,
        "opened_at": rfc3339(opened_at),
        "priority": priority(first["priority"]),
        "subject": f"{number}: {first['category']}, {first['u_symptom']}",
        "category": first["category"],
        "requester": first["caller_id"],
        "events": [],
    }
    state, level, assigned = "New", first["priority"], first["assigned_to"]
    for i, row in enumerate(rows):
        at = instant(row["sys_updated_at"])
        if at < opened_at:
            moved.append(number)
            at = opened_at
        events = state_events(state, row["incident_state"])
        if i == resolve_row and resolved_at is not None and at <= resolved_at <= instant(rows[-1]["sys_updated_at"]):
            later = [e for e in events if e["action"] != "resume"]
            ticket["events"] += [{"at": rfc3339(at), **e} for e in events if e["action"] == "resume"]
            ticket["events"] += [{"at": rfc3339(resolved_at), **e} for e in later]
            events, state = [], row["incident_state"]
            if not later:
                raise ValueError(f"{number}: row {i} resolves nothing")
        elif row["priority"] != level:
            events.append({"action": "priority", "priority": priority(row["priority"])})
        elif not events and assigned == "?" and row["assigned_to"] != "?" and row["incident_state"] not in DONE:
            events.append({"action": "take"})
        elif not events:
            events.append({"action": "message", "author": "tool", "kind": "auto", "visibility": "internal"})
        ticket["events"] += [{"at": rfc3339(at), **e} for e in events]
        state, level, assigned = row["incident_state"], row["priority"], row["assigned_to"]
    return ticket


def main():
    with open(sys.argv[1], encoding="utf-8", newline="") as f:
        incidents = rows_by_incident(f)
    moved = []
    events = 0
    for number, rows in incidents.items():
        ticket = convert(number, rows, moved)
        events += len(ticket["events"])
        print(json.dumps(ticket, ensure_ascii=False))
    print(f"{len(incidents)} incidents, {sum(map(len, incidents.values()))} rows, {events} events; "
          f"{len(moved)} updates before opened_at", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
