#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A second witness of SLA arithmetic. It has no intervals and no tables: it walks through time.

    oracle.py answer < CASES              answers cases as `slated try` does
    oracle.py table FILE                  is every expected value of a table what comes out here?
    oracle.py compare SEED N COMMAND...   N random cases, answered here and by COMMAND

The last two print TAP. Definitions, for one zone:

    wall(u)   what the wall clock shows at instant u, by Python's zoneinfo
    reach(u)  the latest time that the wall clock has shown up to u: it stands still where clocks
              are set back, until it is caught up with
    open(u)   reach(u) lies in a window of the calendar
    used(u)   how long it was open, and the clock running, before u

due is the first instant at which a duration is used, limit the last one at which no more is. Time
is cut into steps so short that nothing but a count ever changes within one: all times that a case
names, and all offsets of its zones, are multiples of its step.
"""
import datetime
import fractions
import json
import math
import random
import subprocess
import sys
import zoneinfo

TZDIR = "/usr/share/zoneinfo"
DAY = 86400
UTC = datetime.timezone.utc
EPOCH = datetime.date(1970, 1, 1)
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
STEP_MAX = 900
BACKWARDS_MAX = 26 * 3600  # clocks are never set back by more
BACKDATE_DEFAULT = 400 * DAY


def search(step):
    """How far ahead is walked: 70 days, or what is bearable second by second."""
    return min(70 * DAY, 400000 * step)


class Beyond:
    """An instant that was not found within the search; the other side may know it."""

    def __init__(self, searched_until):
        self.searched_until = searched_until


class OffGrid(Exception):
    """The step is too long for this zone."""


# --- text -----------------------------------------------------------------------------------------


def instant(text):
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def text_of(at):
    if at is None or isinstance(at, Beyond):
        return at
    moment = datetime.datetime.fromtimestamp(math.ceil(at), UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def time_of_day(text):
    parts = [int(part) for part in text.split(":")] + [0]
    return parts[0] * 3600 + parts[1] * 60 + parts[2]


def date_text(day):
    return (EPOCH + datetime.timedelta(days=day)).isoformat()


def named_times(calendar):
    """Every time that a calendar names, in seconds."""
    for part in calendar.get("union", []):
        yield from named_times(part)
    for at, part in calendar.get("versions", []):
        yield instant(at)
        yield from named_times(part)
    for windows in list(calendar.get("week", {}).values()) + list(calendar.get("dates", {}).values()):
        for window in windows:
            yield from (time_of_day(edge) for edge in window)


# --- when it is open ------------------------------------------------------------------------------


class Wall:
    """reach() of one zone, kept day by day."""

    def __init__(self, name):
        self.zone = zoneinfo.ZoneInfo(name)
        self.days = {}
        self.quarters = {}

    def look_up(self, u):
        return int(datetime.datetime.fromtimestamp(u, UTC).astimezone(self.zone).utcoffset()
                   .total_seconds())

    def offset(self, u):
        """look_up, remembered for quarters of hours that begin and end with the same."""
        quarter = u // 900
        if quarter not in self.quarters:
            first, last = self.look_up(quarter * 900), self.look_up(quarter * 900 + 899)
            self.quarters[quarter] = first if first == last else None
        known = self.quarters[quarter]
        return self.look_up(u) if known is None else known

    def shows(self, u):
        return u + self.offset(u)

    def reach(self, u, step):
        key = (u // DAY, step)
        if key not in self.days:
            self.days[key] = self.walk(*key)
        return self.days[key][u % DAY // step]

    def walk(self, day, step):
        out = []
        highest = -math.inf
        for u in range(day * DAY - BACKWARDS_MAX // step * step, (day + 1) * DAY, step):
            offset = self.offset(u)
            if offset % step or (step > 1 and self.offset(u + step - 1) != offset):
                raise OffGrid
            highest = max(highest, u + offset)
            if u >= day * DAY:
                out.append(highest)
        return out


WALLS = {}


def wall_of(name):
    if name not in WALLS:
        WALLS[name] = Wall(name)
    return WALLS[name]


class Plain:
    """A calendar of one zone."""

    def __init__(self, given):
        self.wall = wall_of(given["tz"])
        self.week = given.get("week", {})
        self.dates = given.get("dates", {})
        self.cut = given.get("over_midnight") == "midnight"
        self.days = {}

    def windows(self, day):
        """Those that start on a local date, in seconds since 1970 on the wall."""
        if day not in self.days:
            name = WEEKDAYS[(day + 3) % 7]
            last = DAY if self.cut and date_text(day + 1) in self.dates else 2 * DAY
            self.days[day] = [(day * DAY + time_of_day(a), day * DAY + min(time_of_day(b), last))
                              for a, b in self.dates.get(date_text(day), self.week.get(name, []))]
        return self.days[day]

    def dates_open(self, u, step):
        """The dates whose windows are open; a window may belong to yesterday."""
        reach = self.wall.reach(u, step)
        today = reach // DAY
        return [day for day in (today - 1, today)
                if any(a <= reach < b for a, b in self.windows(day))]

    def zone_at(self, _):
        return self.wall


class Versions:
    def __init__(self, given):
        self.versions = [(instant(at), calendar_of(part)) for at, part in given["versions"]]

    def in_force(self, u):
        part = None
        for at, candidate in self.versions:
            part = candidate if at <= u else part
        return part

    def dates_open(self, u, step):
        part = self.in_force(u)
        return part.dates_open(u, step) if part else []

    def zone_at(self, u):
        return (self.in_force(u) or self.versions[0][1]).zone_at(u)


class Union:
    def __init__(self, given):
        self.parts = [calendar_of(part) for part in given["union"]]

    def dates_open(self, u, step):
        return [day for part in self.parts for day in part.dates_open(u, step)]


def calendar_of(given):
    return (Union if "union" in given else Versions if "versions" in given else Plain)(given)


# --- questions ------------------------------------------------------------------------------------


def add(calendar, start, duration, step):
    used = 0
    due = None
    end = start + search(step)
    for u in range(start, end, step):
        if due is None and used >= duration:
            due = u
        if calendar.dates_open(u, step):
            if due is None and used + step >= duration:
                due = u + duration - used
            if used + step > duration:
                return due, u + duration - used
            used += step
    beyond = Beyond(end)
    return (beyond if due is None else due), beyond


def between(calendar, start, end, step):
    return sum(step for u in range(start, end, step) if calendar.dates_open(u, step))


def business_days(calendar, start, days, cutoff, step):
    shows = calendar.zone_at(start).shows(start)
    first = shows // DAY + (shows % DAY >= cutoff)
    closes = {}
    begin = start - start % DAY - 3 * DAY
    end = begin + search(step)
    for u in range(begin, end, step):
        for day in calendar.dates_open(u, step):
            closes[day] = u + step
        found = sorted(day for day in closes if day >= first)
        # A date is complete when no window of it can be open any more.
        if len(found) > days and u > (found[days] + 4) * DAY:
            return max(closes[found[days]], start)
    return Beyond(start)  # perhaps found, but not known to be complete


class Clock:
    """Plays events and steps one after the other."""

    def __init__(self, calendar, target, percents, minutes):
        self.calendar = calendar
        self.target = target
        self.percents = percents
        self.minutes = minutes
        self.state = "idle"
        self.used = 0
        self.reasons = set()
        self.breach = None
        self.warned = {}
        self.verdict = None
        self.verdict_breach = None
        self.resolved_used = 0  # since the last stop
        self.resolved_breach = None

    def thresholds(self):
        for percent in self.percents:
            yield f"{percent}%", fractions.Fraction(self.target * percent, 100)
        for minutes in self.minutes:
            yield f"-{minutes}m", self.target - 60 * minutes

    def breach_now(self, u):
        if self.used > self.target and self.breach is None:
            self.breach = u

    def zero(self):
        self.used = 0
        self.warned = {}

    def happen(self, u, what, args):
        getattr(self, "on_" + what)(u, args)
        if self.state == "running":
            self.breach_now(u)

    def on_start(self, _u, _args):
        if self.state == "idle":
            self.state = "paused" if self.reasons else "running"

    def on_pause(self, _u, args):
        self.reasons.add(args.get("reason", "default"))
        if self.state == "running":
            self.state = "paused"

    def on_resume(self, _u, args):
        self.reasons.discard(args.get("reason", "default"))
        if self.state == "paused" and not self.reasons:
            self.state = "running"

    def on_stop(self, u, _args):
        if self.state in ("running", "paused"):
            self.breach_now(u)
            self.state = "stopped"
            self.verdict = "met" if self.breach is None else "breached"
            self.verdict_breach = self.breach
        self.resolved_used = 0
        self.resolved_breach = None

    def on_cancel(self, _u, _args):
        self.state = "cancelled"

    def on_reopen(self, _u, args):
        if self.state != "stopped":
            return
        self.state = "running"
        self.reasons = set()
        if args.get("mode") == "new_cycle":
            self.zero()
            self.breach = None
        elif args.get("mode") == "include":
            self.used += self.resolved_used
            if self.used > self.target and self.breach is None:
                self.breach = self.resolved_breach

    def on_restart(self, _u, args):
        self.zero()
        if not args.get("keep_breach"):
            self.breach = None

    def on_calendar(self, _u, args):
        self.calendar = calendar_of(args["cal"])
        if args.get("mode") == "restart":
            self.zero()

    def on_target(self, _u, args):
        if args.get("mode") == "restart":
            self.zero()
        elif args.get("mode") == "pro_rata" and self.target:
            self.used = round(fractions.Fraction(self.used * args["seconds"], self.target))
        self.target = args["seconds"]
        least = args.get("min_remaining")
        if least is not None:
            self.target = max(self.target, self.used + least)

    def step(self, u, step):
        is_open = self.state in ("running", "stopped") and self.calendar.dates_open(u, step)
        if self.state == "running":
            for name, threshold in self.thresholds():
                if name not in self.warned:
                    if self.used >= threshold:
                        self.warned[name] = u
                    elif is_open and self.used + step > threshold:
                        self.warned[name] = u + threshold - self.used
            if is_open:
                if self.breach is None and self.used + step > self.target:
                    self.breach = u + self.target - self.used
                self.used += step
        elif is_open:
            left = self.target - self.used - self.resolved_used
            if self.resolved_breach is None and 0 <= left < step:
                self.resolved_breach = u + left
            self.resolved_used += step

    def answer(self, until, step):
        over = self.used > self.target
        # Cases show a clock that is within its target again as open, until it stops.
        breached = self.verdict == "breached" if self.state == "stopped" else \
            self.breach is not None and over
        live = self.state in ("running", "paused")
        at = self.verdict_breach if self.state == "stopped" else self.breach
        out = {
            "state": self.state,
            "elapsed_s": self.used,
            "target_s": self.target,
            "verdict": "breached" if breached else "met" if self.state == "stopped" else
                       "open" if live else None,
            "breached_at": text_of(at) if breached else None,
        }
        if self.state == "running" and not breached:
            due, limit = add(self.calendar, until, self.target - self.used, step)
            out["due"], out["limit"] = text_of(due), text_of(limit)
        elif self.state == "paused":
            due, _ = add(self.calendar, until, max(0, self.target - self.used), step)
            out["due"], out["due_if_resumed_now"] = None, text_of(due)
        if self.percents or self.minutes:
            out["warnings"] = {name: text_of(at) for name, at in self.warned.items()}
        return out


def effective(event):
    at = instant(event[0])
    args = event[2] if len(event) > 2 else {}
    if "recorded" in args:
        recorded = instant(args["recorded"])
        too_old = recorded - at > args.get("max_backdate_s", BACKDATE_DEFAULT)
        if at > recorded or (too_old and not args.get("approved")):
            return recorded
    return at


def play(case, step):
    until = instant(case["until"])
    clock = Clock(calendar_of(case["calendar"]), case["target_s"], case.get("warn_pct", []),
                  case.get("warn_before_min", []))
    events = sorted(((effective(event), event) for event in case["events"]), key=lambda e: e[0])
    events = [(at, event) for at, event in events if at <= until]
    u = events[0][0] if events else until
    while True:
        while events and events[0][0] == u:
            event = events.pop(0)[1]
            clock.happen(u, event[1], event[2] if len(event) > 2 else {})
        if u == until:
            return clock.answer(until, step)
        clock.step(u, step)
        u += step


def question(kind, case, step):
    if kind == "clock":
        return play(case, step)
    calendar = calendar_of(case["calendar"])
    if kind == "add":
        due, limit = add(calendar, instant(case["start"]), case["duration_s"], step)
        return {"due": text_of(due), "limit": text_of(limit)}
    if kind == "between":
        return {"elapsed_s": between(calendar, instant(case["from"]), instant(case["to"]), step)}
    return {"due": text_of(business_days(calendar, instant(case["start"]), case["days"],
                                         time_of_day(case["cutoff"]), step))}


def answer(kind, case):
    times = [instant(case[key]) for key in ("start", "from", "to", "until") if key in case]
    times += named_times(case["calendar"])
    for event in case.get("events", []):
        times.append(effective(event))
        if event[1] == "calendar":
            times += named_times(event[2]["cal"])
    step = math.gcd(STEP_MAX, *times)
    while True:
        try:
            return question(kind, case, step)
        except OffGrid:
            step = math.gcd(step, 60) if step % 60 == 0 and step > 60 else 1


def agree(mine, other):
    """Equal, where what was not found here must lie beyond the search there."""
    if not isinstance(mine, dict):
        if isinstance(mine, Beyond):
            return other is None or instant(other) >= mine.searched_until
        return mine == other
    return isinstance(other, dict) and mine.keys() == other.keys() and \
        all(agree(value, other[key]) for key, value in mine.items())


# --- random cases ---------------------------------------------------------------------------------

# Zones and first days of stretches in which something happens there.
STRETCHES = [
    ("Europe/Berlin", ["2026-03-26", "2026-10-22", "2040-03-22"]),
    ("America/New_York", ["2026-03-05", "2026-10-29"]),
    ("Australia/Lord_Howe", ["2026-04-02", "2026-10-01"]),
    ("Asia/Kolkata", ["2026-08-10"]),
    ("Asia/Kathmandu", ["2026-03-02"]),
    ("Pacific/Apia", ["2011-12-26", "2012-03-29"]),
    ("America/Sao_Paulo", ["2018-02-14", "2018-11-01"]),
    ("Africa/Casablanca", ["2025-02-20", "2026-09-16"]),
    ("Europe/Dublin", ["2039-03-24", "2039-10-27"]),
    ("Pacific/Chatham", ["2026-04-02", "2026-09-24"]),
    ("Antarctica/Troll", ["2026-03-26", "2026-10-22"]),
    ("Africa/Cairo", ["2026-04-22", "2026-10-28"]),
    ("America/St_Johns", ["2026-03-05", "2026-10-29"]),
    ("Asia/Manila", ["2026-06-08"]),
    ("Etc/UTC", ["2026-12-28"]),
]


class Author:
    """Writes cases around one stretch, in whole units of so many seconds."""

    def __init__(self, rng, unit):
        self.rng = rng
        self.unit = unit
        self.zone, days = rng.choice(STRETCHES)
        self.day = (datetime.date.fromisoformat(rng.choice(days)) - EPOCH).days

    def units(self, low, high):
        """A multiple of the unit within low..high seconds."""
        return self.rng.randint(-(-low // self.unit), high // self.unit) * self.unit

    def at(self, low, high):
        return text_of(self.day * DAY + self.units(low, high))

    def edge(self, seconds):
        text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
        return text + (f":{seconds % 60:02}" if seconds % 60 else "")

    def windows(self):
        rng = self.rng
        if rng.random() < 0.1:
            return [["00:00", "24:00"]]
        out = []
        at = 0
        for _ in range(rng.choice([0, 1, 1, 1, 2, 3])):
            begin = at + self.units(0, 8 * 3600)
            end = min(begin + self.units(0, 13 * 3600), 2 * DAY)
            if begin >= DAY:
                break
            out.append([self.edge(begin), self.edge(end)])
            at = end if rng.random() < 0.9 else begin  # sometimes they overlap
        rng.random() < 0.1 and rng.shuffle(out)
        return out

    def plain(self):
        rng = self.rng
        usual = self.windows()
        out = {"tz": self.zone if rng.random() < 0.8 else rng.choice(STRETCHES)[0],
               "week": {name: usual if rng.random() < 0.7 else self.windows()
                        for name in WEEKDAYS if rng.random() < 0.85}}
        dates = {date_text(self.day + n): self.windows() if rng.random() < 0.5 else []
                 for n in range(-2, 12) if rng.random() < 0.15}
        if dates or rng.random() < 0.1:
            out["dates"] = dates
        if rng.random() < 0.4:
            out["over_midnight"] = rng.choice(["shift", "midnight"])
        return out

    def calendar(self, depth=0, union=True):
        rng = self.rng
        if depth < 2 and union and rng.random() < 0.12:
            return {"union": [self.calendar(depth + 1) for _ in range(rng.randint(1, 3))]}
        if depth < 2 and rng.random() < 0.12:
            starts = sorted({self.at(-2 * DAY, 9 * DAY) for _ in range(rng.randint(1, 3))})
            return {"versions": [[at, self.calendar(depth + 1, union)] for at in starts]}
        return self.plain()

    def event(self, what):
        rng = self.rng
        args = {}
        if what in ("pause", "resume") and rng.random() < 0.6:
            args["reason"] = rng.choice(["customer", "vendor", "third party"])
        elif what == "reopen" and rng.random() < 0.9:
            args["mode"] = rng.choice(["exclude", "include", "new_cycle"])
        elif what == "target":
            args["seconds"] = self.units(0, 40 * 3600)
            if rng.random() < 0.9:
                args["mode"] = rng.choice(["carry", "restart", "pro_rata"])
            if rng.random() < 0.3:
                args["min_remaining"] = rng.choice([None, 0, self.units(0, 8 * 3600)])
        elif what == "calendar":
            args["cal"] = self.calendar(1)
            args["mode"] = rng.choice(["carry", "restart"])
        elif what == "restart" and rng.random() < 0.7:
            args["keep_breach"] = rng.random() < 0.7
        return args

    def clock(self):
        rng = self.rng
        kinds = ["pause", "resume"] * 3 + ["stop", "reopen"] * 2 + ["target", "start"]
        kinds += rng.choice([[], ["calendar", "restart", "cancel"]])
        events = []
        for n in range(rng.randint(1, 9)):
            what = "start" if n == 0 else rng.choice(kinds)
            events.append([self.at(0, 5 * DAY), what, self.event(what)])
        for event, at in zip(events, sorted(event[0] for event in events)):
            event[0] = at
            if rng.random() < 0.08:
                event[2]["recorded"] = text_of(instant(at) + self.units(-7200, 2 * DAY))
                if rng.random() < 0.7:
                    event[2]["max_backdate_s"] = rng.choice([0, 3600, DAY])
                if rng.random() < 0.4:
                    event[2]["approved"] = rng.random() < 0.8
            if not event[2]:
                del event[2]
        if rng.random() < 0.15:
            rng.shuffle(events)  # recorded in another order than they took effect
        out = {"calendar": self.calendar(), "target_s": self.units(0, 30 * 3600), "events": events,
               "until": self.at(3 * DAY, 8 * DAY)}
        if rng.random() < 0.5:
            out["warn_pct"] = rng.sample([10, 25, 33, 50, 75, 90, 100, 120], rng.randint(1, 3))
        if rng.random() < 0.3:
            out["warn_before_min"] = rng.sample([15, 30, 60, 500], rng.randint(1, 2))
        return out

    def case(self, name):
        kind = self.rng.choice(["add", "add", "between", "bdays", "clock", "clock", "clock"])
        if kind == "add":
            given = {"calendar": self.calendar(), "start": self.at(0, 4 * DAY),
                     "duration_s": self.units(0, 60 * 3600)}
        elif kind == "between":
            given = {"calendar": self.calendar()}
            given["from"], given["to"] = sorted([self.at(0, 10 * DAY), self.at(0, 10 * DAY)])
        elif kind == "bdays":
            given = {"calendar": self.calendar(union=False), "start": self.at(0, 4 * DAY),
                     "days": self.rng.randint(0, 4), "cutoff": self.edge(self.units(0, DAY))}
        else:
            given = self.clock()
        return {"id": name, "kind": kind, "input": given}


def write_cases(seed, count):
    rng = random.Random(seed)
    for n in range(count):
        # Mostly quarters of hours; sometimes to the minute, seldom to the second.
        unit = 900 if n % 20 else 1 if n % 400 == 0 else 60
        yield Author(rng, unit).case(f"{seed}.{n}")


# --- commands -------------------------------------------------------------------------------------


def report(name, faults):
    for fault in faults[:3]:
        print(f"# {fault}")
    print(f"{'not ' if faults else ''}ok - oracle::{name}", flush=True)
    return bool(faults)


def compare(seed, count, command):
    cases = list(write_cases(seed, count))
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    run = subprocess.run(command, input=lines, capture_output=True, text=True, check=False)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    failed = report(f"{count} cases with seed {seed} are answered",
                    [] if run.returncode == 0 and len(answers) == count
                    else [f"{len(answers)} answers, exit code {run.returncode}: {run.stderr}"])
    faults = {"add": [], "between": [], "bdays": [], "clock": []}
    seen = set()
    for case, other in zip(cases, answers):
        name = other.pop("id", None)
        mine = answer(case["kind"], case["input"])
        seen |= {other.get("state"), other.get("verdict")}
        if name != case["id"] or not agree(mine, other):
            shown = json.dumps(mine, default=lambda beyond: f"> {text_of(beyond.searched_until)}")
            faults[case["kind"]].append(f"{json.dumps(case)} here {shown}, there {other}")
    for kind, found in faults.items():
        failed |= report(f"{kind} agrees", found)
    missing = {"running", "paused", "stopped", "cancelled", "open", "met", "breached"} - seen
    return failed | report("cases reach every state and verdict", sorted(missing))


def table(path):
    faults = []
    count = 0
    with open(path, encoding="utf-8") as lines:
        for case in map(json.loads, lines):
            count += 1
            mine = answer(case["kind"], case["input"])
            wanted = case.get("expect_by_release") or {"": case["expect"]}
            if not any(agree(mine, value) for value in wanted.values()):
                faults.append(f"{case['id']}: {mine}")
    return report(f"{count} expected values of the table", faults)


def main():
    zoneinfo.reset_tzpath([TZDIR])
    if sys.argv[1:] == ["answer"]:
        for case in map(json.loads, sys.stdin):
            found = answer(case["kind"], case["input"])
            print(json.dumps({"id": case["id"], **found}, default=lambda beyond: None))
        return 0
    if len(sys.argv) == 3 and sys.argv[1] == "table":
        return table(sys.argv[2])
    if len(sys.argv) > 4 and sys.argv[1] == "compare":
        return compare(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(main())
