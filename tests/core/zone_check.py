#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every zone of this machine, our reader against Python's zoneinfo. Prints TAP.

    zone_check.py ZONE_MAIN

Both read the same files. Python's changes of the offset from 1970 to 2090 are found by looking at
it every ten days and halving what differs. Around each change some wall times are mapped to
instants: by us, and here straight from the definition, as the first instant at which the wall clock
has reached them.
"""
import bisect
import datetime
import os
import subprocess
import sys
import zoneinfo

TZDIR = "/usr/share/zoneinfo"
UTC = datetime.timezone.utc
END = int(datetime.datetime(2090, 1, 1, tzinfo=UTC).timestamp())
STRIDE = 10 * 86400
# Not zones, or not of POSIX time.
SKIPPED_DIRS = {"posix", "right"}
SKIPPED = {"localtime", "posixrules"}


def zones():
    """{name: bytes}; of names that hold the same, the first."""
    by_bytes = {}
    for directory, names, files in os.walk(TZDIR):
        at = os.path.relpath(directory, TZDIR)
        if at == ".":
            names[:] = [n for n in names if n not in SKIPPED_DIRS]
        names.sort()
        for file in sorted(files):
            with open(os.path.join(directory, file), "rb") as stream:
                data = stream.read()
            if data.startswith(b"TZif") and file not in SKIPPED:
                by_bytes.setdefault(data, os.path.normpath(os.path.join(at, file)))
    return {name: data for data, name in by_bytes.items()}


class Zone:
    def __init__(self, name):
        self.info = zoneinfo.ZoneInfo.no_cache(name)
        self.changes = [(0, self.offset(0))]
        at = 0
        while at < END:
            later = min(at + STRIDE, END)
            self.find(at, later)
            at = later

    def offset(self, u):
        moment = datetime.datetime.fromtimestamp(u, UTC).astimezone(self.info)
        return int(moment.utcoffset().total_seconds())

    def find(self, low, high):
        """Notes the changes in (low, high]; two that undo each other within ten days are missed."""
        while self.offset(high) != self.changes[-1][1]:
            a, b = low, high
            while b - a > 1:
                mid = (a + b) // 2
                if self.offset(mid) == self.changes[-1][1]:
                    a = mid
                else:
                    b = mid
            self.changes.append((b, self.offset(b)))
            low = b

    def walls(self):
        """Wall times before, in and after what each change skips or repeats."""
        for (_, before), (at, after) in zip(self.changes, self.changes[1:]):
            low, high = sorted([at + before, at + after])
            yield from {low - 1, low, (low + high) // 2, high - 1, high, high + 1}

    def reached(self, wall):
        """The first instant at which the wall clock has reached a time."""
        # No wall clock is further than 26 hours ahead of UTC.
        first = max(bisect.bisect_right(self.changes, (wall - 26 * 3600, 0)) - 1, 0)
        for n in range(first, len(self.changes)):
            begin, offset = self.changes[n]
            end = self.changes[n + 1][0] if n + 1 < len(self.changes) else END + 10**9
            if begin + offset >= wall:
                return begin
            if wall - offset < end:
                return wall - offset
        return None


def missed(zone, said):
    """A change that only our reader knows must be one for Python too, when asked."""
    known = set(zone.changes)
    return [f"{at}: {offset}" for at, offset in said
            if (at, offset) not in known and
            (zone.offset(at) != offset or zone.offset(at - 1) == offset)]


def main():
    zoneinfo.reset_tzpath([TZDIR])
    names = sorted(zones())
    known = {name: Zone(name) for name in names}
    # Segments are walked from the first, so ask about those near 1970 from a day on.
    walls = {name: [w for w in zone.walls() if w > 2 * 86400] for name, zone in known.items()}
    questions = "".join(f"{name} {' '.join(map(str, walls[name]))}\n" for name in names)
    run = subprocess.run([sys.argv[1], TZDIR], input=questions, capture_output=True, text=True,
                         check=False)
    lines = run.stdout.split("\n")
    faults = {"all zones are read": [], "changes agree": [], "wall times agree": []}
    if run.returncode != 0 or len(lines) != 3 * len(names) + 1 or len(names) < 200:
        faults["all zones are read"].append(f"{len(names)} zones: {run.stderr}")
    asked = 0
    for name, head, changes, floors in zip(names, lines[::3], lines[1::3], lines[2::3]):
        zone = known[name]
        said = [tuple(int(part) for part in word.split(":")) for word in changes.split()]
        lacking = sorted(set(zone.changes) - set(said))
        if head != name or lacking or missed(zone, said):
            faults["changes agree"].append(f"{name}: lacks {lacking[:3]}, {missed(zone, said)[:3]}")
        zone.changes = said  # with those that Python's ten days missed
        for wall, at in zip(walls[name], map(int, floors.split()), strict=True):
            asked += 1
            if zone.reached(wall) != at:
                faults["wall times agree"].append(f"{name} {wall}: {zone.reached(wall)}, not {at}")
    if asked < 10000:
        faults["wall times agree"].append(f"only {asked} were asked")
    for title, found in faults.items():
        for fault in found[:5]:
            print(f"# {fault}")
        print(f"{'not ' if found else ''}ok - zones::{title}, {len(names)} zones")
    return any(faults.values())


if __name__ == "__main__":
    sys.exit(main())
