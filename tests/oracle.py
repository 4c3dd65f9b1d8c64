#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A second witness of SLA arithmetic. It has no intervals and no tables: it walks through time.

    oracle.py answer < CASES              answers cases as `slated try` does
    oracle.py table FILE                  is every expected value of a table what comes out here?
    oracle.py compare SEED N COMMAND...   N random cases, answered here and by COMMAND
    oracle.py case SEED.NUMBER            one of these cases, and what is answered here

Table and compare print TAP. Compare takes $SLATE_EFFORT times as many cases, works on as many
processors as there are, and prints each case that is answered differently: it is made again from
its id alone. Definitions, for one zone:

    wall(u)   what the wall clock shows at instant u, by Python's zoneinfo
    reach(u)  the latest time that the wall clock has shown up to u: it stands still where clocks
              are set back, until it is caught up with
    open(u)   reach(u) lies in a window of the calendar
    used(u)   how long it was open, and the clock running, before u

due is the first instant at which a duration is used, limit the last one at which no more is. Time
is cut into steps so short that nothing but a count ever changes within one: all times that a case
names, and all offsets of its zones, are multiples of its step. A day of a calendar is a row of as
many bytes as it has steps, 1 where it is open; steps in a row that are alike are walked at once.
"""
import bisect
import datetime
import fractions
import functools
import itertools
import json
import math
import multiprocessing
import os
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
CELL = 6 * 3600  # no zone has ever changed its offset and changed it back within this
BACKWARDS_MAX = 26 * 3600  # clocks are never set back by more
BACKDATE_DEFAULT = 400 * DAY
ARMING = {"warn_pct", "warn_before_min", "recurs"}  # any of these arms all warnings anew
SEARCH = 70 * DAY  # how far ahead is walked
KEPT_MAX = 20000  # of what is remembered for the next case


class Beyond:
    """An instant that was not found within the search; the other side may know it."""

    def __init__(self, searched_until):
        self.searched_until = searched_until


class Unknown(Exception):
    """The answer hangs on an instant that is beyond the search."""


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


@functools.cache
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
        self.cells = {}
        self.rows = {}

    def look_up(self, u):
        return int(datetime.datetime.fromtimestamp(u, UTC).astimezone(self.zone).utcoffset()
                   .total_seconds())

    def steady(self, cell):
        """The offset in force all through a cell; None if it changes there."""
        if cell not in self.cells:
            if len(self.cells) > 4 * KEPT_MAX:
                self.cells.clear()
            first, last = self.look_up(cell * CELL), self.look_up((cell + 1) * CELL - 1)
            self.cells[cell] = first if first == last else None
        return self.cells[cell]

    def offset(self, u):
        known = self.steady(u // CELL)
        return self.look_up(u) if known is None else known

    def shows(self, u):
        return u + self.offset(u)

    def reach(self, day, step):
        """Of each step of a day, in order."""
        key = (day, step)
        if key not in self.rows:
            if len(self.rows) > KEPT_MAX:
                self.rows.clear()
            self.rows[key] = self.walk(day, step)
        return self.rows[key]

    def walk(self, day, step):
        begin, end = day * DAY, (day + 1) * DAY
        first = begin - BACKWARDS_MAX // step * step
        offsets = {self.steady(cell) for cell in range(first // CELL, end // CELL)}
        if None not in offsets and len(offsets) == 1:
            (offset,) = offsets
            if offset % step:
                raise OffGrid
            return range(begin + offset, end + offset, step)
        shown = []
        for cell in range(first // CELL, end // CELL):
            steps = range(max(first, cell * CELL), (cell + 1) * CELL, step)
            known = self.steady(cell)
            for u in steps if known is None else steps[:1]:
                offset = self.offset(u)
                if offset % step or (known is None and self.offset(u + step - 1) != offset):
                    raise OffGrid
                shown.append([u + offset] if known is None else
                             range(u + offset, steps.stop + offset, step))
        reached = itertools.accumulate(itertools.chain.from_iterable(shown), max)
        return list(itertools.islice(reached, (begin - first) // step, None))


@functools.cache
def wall_of(name):
    return Wall(name)


class Calendar:
    """What all calendars can be asked, from opened(): (date, first step, step behind the last)."""

    def __init__(self):
        self.rows = {}

    def row(self, day, step):
        """A byte for each step of a day: is it open?"""
        key = (day, step)
        if key not in self.rows:
            row = bytearray(DAY // step)
            for _, i, j in self.opened(day, step):
                row[i:j] = b"\1" * (j - i)
            self.rows[key] = row
        return self.rows[key]

    def walk(self, start, end, step):
        """(from, to, is it open) from start to end."""
        u = start
        while u < end:
            day, second = divmod(u, DAY)
            row = self.row(day, step)
            is_open = row[second // step]
            change = row.find(1 - is_open, second // step)
            v = min(day * DAY + (change if change >= 0 else len(row)) * step, end)
            yield u, v, is_open
            u = v


class Plain(Calendar):
    """A calendar of one zone."""

    def __init__(self, given):
        super().__init__()
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

    def opened(self, day, step):
        """A window may belong to yesterday. reach() never falls, so halving finds its steps."""
        reach = self.wall.reach(day, step)
        for date in range(reach[0] // DAY - 1, reach[-1] // DAY + 1):
            for a, b in self.windows(date):
                if a <= reach[-1] and b > reach[0]:
                    yield date, bisect.bisect_left(reach, a), bisect.bisect_left(reach, b)

    def zone_at(self, _):
        return self.wall


class Versions(Calendar):
    def __init__(self, given):
        super().__init__()
        self.versions = [(instant(at), calendar_of(part)) for at, part in given["versions"]]

    def opened(self, day, step):
        ends = [at for at, _ in self.versions[1:]] + [math.inf]
        for (at, part), end in zip(self.versions, ends):
            low = max(0, (at - day * DAY) // step)
            high = min(DAY // step, (end - day * DAY) // step)
            if low < high:
                for date, i, j in part.opened(day, step):
                    if max(i, low) < min(j, high):
                        yield date, max(i, low), int(min(j, high))

    def zone_at(self, u):
        part = self.versions[0][1]
        for at, candidate in self.versions:
            part = candidate if at <= u else part
        return part.zone_at(u)


class Union(Calendar):
    def __init__(self, given):
        super().__init__()
        self.parts = [calendar_of(part) for part in given["union"]]

    def opened(self, day, step):
        for part in self.parts:
            yield from part.opened(day, step)


def calendar_of(given):
    return (Union if "union" in given else Versions if "versions" in given else Plain)(given)


# --- questions ------------------------------------------------------------------------------------


def add(calendar, start, duration, step):
    used = 0
    due = None
    for u, v, is_open in calendar.walk(start, start + SEARCH, step):
        if due is None and used >= duration:
            due = u
        if is_open:
            if due is None and used + v - u >= duration:
                due = u + duration - used
            if used + v - u > duration:
                return due, u + duration - used
            used += v - u
    beyond = Beyond(start + SEARCH)
    return (beyond if due is None else due), beyond


def between(calendar, start, end, step):
    return sum(v - u for u, v, is_open in calendar.walk(start, end, step) if is_open)


def business_days(calendar, start, days, cutoff, step, cutoff_zone=None):
    wall = wall_of(cutoff_zone) if cutoff_zone else calendar.zone_at(start)
    shows = wall.shows(start)
    first = shows // DAY + (shows % DAY >= cutoff)
    closes = {}
    for day in range(start // DAY - 3, start // DAY + SEARCH // DAY):
        for date, i, j in calendar.opened(day, step):
            if i < j:
                closes[date] = max(closes.get(date, 0), day * DAY + j * step)
        found = sorted(date for date in closes if date >= first)
        # A date is complete when no window of it can be open any more.
        if len(found) > days and day > found[days] + 4:
            return max(closes[found[days]], start)
    return Beyond(start)  # perhaps found, but not known to be complete


CYCLES_MAX = 100  # of a target that recurs


class Clock:
    """Plays events and steps one after the other."""

    def __init__(self, calendar, case, step):
        self.calendar = calendar
        self.step = step
        self.row = case  # what the present target was given as
        self.target = case.get("target_s", 0)  # in days: not known before the start
        self.percents = case.get("warn_pct", [])
        self.minutes = case.get("warn_before_min", [])
        self.recurs = case.get("recurs", False)
        self.state = "idle"
        self.cycle = 0
        self.since = None
        self.counted_from = None  # nothing was used up then
        self.counted_in = None
        self.used = 0
        self.reasons = set()
        self.breach = None
        self.warned = {}
        self.verdict = None
        self.verdict_breach = None
        self.resolved_used = 0  # since the last stop
        self.resolved_breach = None

    def length(self):
        """The target as its row has it, counted from where counting began."""
        row = self.row
        if "days" not in row:
            return row["seconds"] if "seconds" in row else row["target_s"]
        close = business_days(self.calendar, self.counted_from, row["days"],
                              time_of_day(row["cutoff"]), self.step, row.get("cutoff_zone"))
        if isinstance(close, Beyond):
            raise Unknown
        return between(self.calendar, self.counted_from, close, self.step)

    def thresholds(self):
        """Of the warnings that have not been given."""
        for percent in self.percents:
            if f"{percent}%" not in self.warned:
                yield f"{percent}%", fractions.Fraction(self.target * percent, 100)
        for minutes in self.minutes:
            if f"-{minutes}m" not in self.warned:
                yield f"-{minutes}m", self.target - 60 * minutes

    def breach_now(self, u):
        if self.used > self.target and self.breach is None:
            self.breach = u

    def zero(self, u):
        self.used = 0
        self.warned = {}
        self.counted_from = u
        self.counted_in = self.calendar
        if self.since is not None and "days" in self.row:
            self.target = self.length()

    def next_cycle(self, u):
        self.zero(u)
        self.breach = None
        self.since = u
        self.cycle += 1

    def is_over(self):
        """A breach ends the cycle, and the next one begins."""
        return self.state == "running" and self.recurs and self.cycle < CYCLES_MAX

    def happen(self, u, what, args):
        getattr(self, "on_" + what)(u, args)
        if self.state == "running":
            self.breach_now(u)
            if self.breach is not None and self.is_over():
                self.next_cycle(u)
                self.target = self.length()

    def on_start(self, u, _args):
        if self.state == "idle":
            self.state = "paused" if self.reasons else "running"
            self.cycle = 1
            self.since = self.counted_from = u
            self.counted_in = self.calendar
            if "days" in self.row:
                self.target = self.length()

    def on_earlier(self, _u, args):
        """What a reset has forgotten since the start stays forgotten."""
        since = instant(args["since"])
        if self.state in ("running", "paused") and since < self.since:
            if self.counted_from == self.since:
                self.used += between(self.counted_in, since, self.since, self.step)
                self.counted_from = since
                if "days" in self.row:
                    self.target = self.length()
            self.since = since

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

    def on_fail(self, u, args):
        if self.state in ("running", "paused"):
            self.breach = u if self.breach is None else self.breach
            self.on_stop(u, args)

    def on_cancel(self, _u, _args):
        self.state = "cancelled"

    def on_reopen(self, u, args):
        if self.state != "stopped":
            return
        self.state = "running"
        self.reasons = set()
        if args.get("mode") == "new_cycle":
            self.next_cycle(u)
        elif args.get("mode") == "include":
            self.used += self.resolved_used
            if self.used > self.target and self.breach is None:
                self.breach = self.resolved_breach

    def on_restart(self, u, args):
        self.zero(u)
        if not args.get("keep_breach"):
            self.breach = None

    def on_calendar(self, u, args):
        self.calendar = calendar_of(args["cal"])
        if args.get("mode") == "restart":
            self.zero(u)

    def on_target(self, u, args):
        former = self.target
        self.row = args
        if args.get("mode") == "restart":
            self.zero(u)
        if self.since is not None or "days" not in args:
            self.target = self.length()
        else:
            self.target = 0
        if args.get("mode") == "pro_rata" and former:
            self.used = round(fractions.Fraction(self.used * self.target, former))
        least = args.get("min_remaining")
        if least is not None:
            self.target = max(self.target, self.used + least)
        if ARMING & args.keys():
            self.percents = args.get("warn_pct", [])
            self.minutes = args.get("warn_before_min", [])
            self.recurs = args.get("recurs", False)
            self.warned = {}

    def pass_time(self, u, v, is_open):
        while self.is_over() and is_open and v - u > self.target - self.used:
            limit = u + self.target - self.used
            if limit > u:
                self.count(u, limit, is_open)
            self.next_cycle(limit)
            self.target = self.length()
            u = limit
        if u < v:
            self.count(u, v, is_open)

    def count(self, u, v, is_open):
        length = v - u
        if self.state == "running":
            for name, threshold in list(self.thresholds()):
                if self.used >= threshold:
                    self.warned[name] = u
                elif is_open and self.used + length > threshold:
                    self.warned[name] = u + threshold - self.used
            if is_open:
                if self.breach is None and self.used + length > self.target:
                    self.breach = u + self.target - self.used
                self.used += length
        elif self.state == "stopped" and is_open:
            left = self.target - self.used - self.resolved_used
            if self.resolved_breach is None and 0 <= left < length:
                self.resolved_breach = u + left
            self.resolved_used += length

    def answer(self, until, case):
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
            due, limit = add(self.calendar, until, self.target - self.used, self.step)
            out["due"], out["limit"] = text_of(due), text_of(limit)
        elif self.state == "paused":
            due, _ = add(self.calendar, until, max(0, self.target - self.used),
                         self.step)
            out["due"], out["due_if_resumed_now"] = None, text_of(due)
        if self.percents or self.minutes:
            out["warnings"] = {name: text_of(at) for name, at in self.warned.items()}
        if case.get("tell_cycle"):
            out["cycle"], out["since"] = self.cycle, text_of(self.since)
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
    clock = Clock(calendar_of(case["calendar"]), case, step)
    events = sorted(((effective(event), event) for event in case["events"]), key=lambda e: e[0])
    events = [(at, event) for at, event in events if at <= until]
    for (at, event), (then, _) in zip(events, events[1:] + [(until, None)]):
        clock.happen(at, event[1], event[2] if len(event) > 2 else {})
        for u, v, is_open in clock.calendar.walk(at, then, step):
            clock.pass_time(u, v, is_open)
    return clock.answer(until, case)


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
                                         time_of_day(case["cutoff"]), step,
                                         case.get("cutoff_zone")))}


def answer(kind, case):
    times = [instant(case[key]) for key in ("start", "from", "to", "until") if key in case]
    times += named_times(case["calendar"])
    for event in case.get("events", []):
        times.append(effective(event))
        if event[1] == "calendar":
            times += named_times(event[2]["cal"])
        elif event[1] == "earlier":
            times.append(instant(event[2]["since"]))
    step = math.gcd(STEP_MAX, *times)
    while True:
        try:
            return question(kind, case, step)
        except Unknown:
            return None
        except OffGrid:
            step = math.gcd(step, 60) if step % 60 == 0 and step > 60 else 1


def agree(mine, other):
    """Equal, where what was not found here must lie beyond the search there."""
    if mine is None and isinstance(other, dict):
        return "error" not in other  # not known here
    if not isinstance(mine, dict):
        if isinstance(mine, Beyond):
            return other is None or instant(other) >= mine.searched_until
        return mine == other
    return isinstance(other, dict) and mine.keys() == other.keys() and \
        all(agree(value, other[key]) for key, value in mine.items())


# --- random cases ---------------------------------------------------------------------------------

ZONES = [
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Asia/Kathmandu",
    "Pacific/Apia", "America/Sao_Paulo", "Africa/Casablanca", "Africa/Cairo", "Asia/Jerusalem",
    "Europe/Dublin", "Pacific/Chatham", "Antarctica/Troll", "America/St_Johns", "Asia/Manila",
    "Etc/UTC", "Europe/London", "Asia/Tehran", "Asia/Gaza", "America/Nuuk", "America/Santiago",
    "America/Caracas", "Pacific/Kwajalein", "Africa/Monrovia", "Europe/Warsaw", "America/Havana",
]
FIRST_DAY = 10  # calendars know nothing before 1970
LAST_DAY = (datetime.date(2090, 12, 1) - EPOCH).days
YEAR_ENDS = ["02-27", "12-23", "12-29"]
SOME_FAULTS = 3  # are printed of each kind


@functools.cache
def changes_of(name):
    """The instants at which a zone changes its offset."""
    wall = wall_of(name)
    found = []
    stride = 10 * DAY
    for low in range(FIRST_DAY * DAY, LAST_DAY * DAY, stride):
        high = low + stride
        if wall.look_up(low) != wall.look_up(high):
            while high - low > 1:
                middle = (low + high) // 2
                if wall.look_up(low) == wall.look_up(middle):
                    low = middle
                else:
                    high = middle
            found.append(high)
    return found


class Author:
    """Writes a case about some days of a zone, in whole units of so many seconds."""

    def __init__(self, rng):
        self.rng = rng
        # Mostly quarters of hours; sometimes to the minute, seldom to the second.
        self.unit = rng.choice([900] * 79 + [60] * 20 + [1])
        self.zone = rng.choice(ZONES)
        self.noted = []  # instants at which something else happens
        changes = changes_of(self.zone)
        where = rng.random()
        if where < 0.6 and changes:
            self.noted.append(rng.choice(changes))
            self.day = self.noted[0] // DAY - rng.randint(0, 4)
        elif where < 0.75:
            date = f"{rng.randint(1971, 2090)}-{rng.choice(YEAR_ENDS)}"
            self.day = (datetime.date.fromisoformat(date) - EPOCH).days
        else:
            self.day = rng.randint(FIRST_DAY, LAST_DAY)
        self.day = max(FIRST_DAY, min(self.day, LAST_DAY))

    def units(self, low, high):
        """A multiple of the unit within low..high seconds."""
        return self.rng.randint(-(-low // self.unit), high // self.unit) * self.unit

    def when(self, low, high):
        """Within so many seconds of the first day; often just when something else happens."""
        near = [at for at in self.noted if low <= at - self.day * DAY <= high]
        if near and self.rng.random() < 0.4:
            return self.rng.choice(near) + self.rng.choice([0, 0, 0, -self.unit, self.unit])
        return self.day * DAY + self.units(low, high)

    def at(self, low, high):
        at = self.when(low, high)
        self.noted.append(at)
        return text_of(at)

    def edge(self, seconds):
        text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
        return text + (f":{seconds % 60:02}" if seconds % 60 else "")

    def windows(self, zone):
        rng = self.rng
        if rng.random() < 0.1:
            return [["00:00", "24:00"]]
        out = []
        at = 0
        for _ in range(rng.choice([0, 1, 1, 1, 2, 3])):
            begin = at + (self.units(0, 8 * 3600) if rng.random() < 0.9 else 0)
            end = min(begin + self.units(0, 13 * 3600), 2 * DAY)
            end = DAY if rng.random() < 0.05 and begin < DAY else end
            if begin >= DAY:
                break
            out.append([self.edge(begin), self.edge(end)])
            day = (self.day + rng.randint(0, 5)) * DAY
            self.noted += [day + edge - wall_of(zone).offset(day) for edge in (begin, end)]
            at = end if rng.random() < 0.9 else begin  # sometimes they overlap
        rng.random() < 0.1 and rng.shuffle(out)
        return out

    def plain(self):
        rng = self.rng
        zone = self.zone if rng.random() < 0.8 else rng.choice(ZONES)
        usual = self.windows(zone)
        out = {"tz": zone, "week": {name: usual if rng.random() < 0.7 else self.windows(zone)
                                    for name in WEEKDAYS if rng.random() < 0.85}}
        dates = {date_text(self.day + n): self.windows(zone) if rng.random() < 0.5 else []
                 for n in range(-2, 12) if rng.random() < 0.15}
        if dates or rng.random() < 0.1:
            out["dates"] = dates
        if rng.random() < 0.4:
            out["over_midnight"] = rng.choice(["shift", "midnight"])
        return out

    def calendar(self, depth=0, union=True):
        rng = self.rng
        if depth < 3 and union and rng.random() < 0.12:
            return {"union": [self.calendar(depth + 1) for _ in range(rng.randint(0, 4))]}
        if depth < 3 and rng.random() < 0.15:
            starts = sorted({self.at(-2 * DAY, 9 * DAY) for _ in range(rng.randint(1, 4))})
            return {"versions": [[at, self.calendar(depth + 1, union)] for at in starts]}
        return self.plain()

    def event(self, what):
        rng = self.rng
        args = {}
        if what in ("pause", "resume") and rng.random() < 0.6:
            args["reason"] = rng.choice(["customer", "vendor", "third party"])
        elif what == "reopen" and rng.random() < 0.9:
            args["mode"] = rng.choice(["exclude", "include", "new_cycle"])
        elif what == "earlier":
            args["since"] = text_of(self.when(-2 * DAY, 2 * DAY))
        elif what == "target":
            args.update(self.length("seconds", 40))
            if self.rows and rng.random() < 0.5:
                args.update(self.warnings())
                args["recurs"] = rng.random() < 0.5
            if rng.random() < 0.9:
                args["mode"] = rng.choice(["carry", "restart", "pro_rata"])
            if rng.random() < 0.3:
                args["min_remaining"] = rng.choice([None, 0, self.units(0, 8 * 3600)])
        elif what == "calendar":
            args["cal"] = self.calendar(1, not self.days)
            if rng.random() < 0.9:
                args["mode"] = rng.choice(["carry", "restart"])
        elif what == "restart" and rng.random() < 0.7:
            args["keep_breach"] = rng.random() < 0.7
        return args

    def length(self, key, hours):
        rng = self.rng
        if not self.days or rng.random() < 0.3:
            return {key: self.units(0, hours * 3600)}
        out = {"days": rng.choice([1, 1, 1, 2, 3, 5]), "cutoff": self.edge(self.units(0, DAY))}
        if rng.random() < 0.3:
            out["cutoff_zone"] = rng.choice(ZONES)
        return out

    def warnings(self):
        rng = self.rng
        out = {}
        if rng.random() < 0.5:
            percents = [1, 10, 25, 33, 50, 75, 90, 99, 100, 120, 200, 1000]
            out["warn_pct"] = rng.sample(percents, rng.randint(1, 4))
        if rng.random() < 0.3:
            out["warn_before_min"] = rng.sample([0, 15, 30, 60, 500], rng.randint(1, 2))
        return out

    def clock(self):
        rng = self.rng
        self.days = rng.random() < 0.25  # targets may be business days
        self.rows = rng.random() < 0.4  # what a target brings with it; and it may recur
        out = {"calendar": self.calendar(union=not self.days), **self.length("target_s", 30)}
        if self.rows:
            out["tell_cycle"] = True
            if rng.random() < 0.6:
                out["recurs"] = True
        kinds = ["pause", "resume"] * 3 + ["stop", "reopen"] * 2 + ["target", "start"]
        kinds += rng.choice([[], ["calendar", "restart", "cancel"]])
        kinds += rng.choice([[], ["fail", "earlier", "earlier", "target"]])
        days = 5 if rng.random() < 0.9 else 40
        events = []
        for n in range(rng.randint(1, 9 if rng.random() < 0.95 else 40)):
            what = "start" if n == 0 else rng.choice(kinds)
            events.append([self.at(0, days * DAY), what, self.event(what)])
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
        out["events"] = events
        out["until"] = self.at(3 * DAY, (days + 3) * DAY)
        out.update(self.warnings())
        return out

    def case(self, name):
        rng = self.rng
        kind = rng.choice(["add", "add", "between", "bdays", "clock", "clock", "clock"])
        if kind == "add":
            hours = 60 if rng.random() < 0.9 else 300
            given = {"calendar": self.calendar(), "start": self.at(0, 4 * DAY),
                     "duration_s": self.units(0, hours * 3600)}
        elif kind == "between":
            given = {"calendar": self.calendar()}
            given["from"], given["to"] = self.at(0, 5 * DAY), self.at(4 * DAY, 10 * DAY)
        elif kind == "bdays":
            given = {"calendar": self.calendar(union=False), "start": self.at(0, 4 * DAY),
                     "days": rng.randint(0, 4 if rng.random() < 0.9 else 25),
                     "cutoff": self.edge(self.units(0, DAY))}
            if rng.random() < 0.3:
                given["cutoff_zone"] = rng.choice(ZONES)
        else:
            given = self.clock()
        return {"id": name, "kind": kind, "input": given}


def write_case(seed, number):
    name = f"{seed}.{number}"
    return Author(random.Random(name)).case(name)


# --- commands -------------------------------------------------------------------------------------

CHUNK = 250  # cases that one run of the other side gets
STATES = {"idle", "running", "paused", "stopped", "cancelled"}
VERDICTS = {"open", "met", "breached"}
EVENTS = {"start", "pause", "resume", "stop", "fail", "cancel", "reopen", "target", "calendar",
          "restart", "earlier"}
MODES = {("reopen", "exclude"), ("reopen", "include"), ("reopen", "new_cycle"),
         ("target", "carry"), ("target", "restart"), ("target", "pro_rata"),
         ("calendar", "carry"), ("calendar", "restart")}
RULES = {"days", "cutoff_zone", "recurs", "warn_pct", "warn_before_min", "min_remaining",
         "keep_breach", "recorded", "max_backdate_s", "approved", "reason"}
CALENDARS = {"tz", "dates", "over_midnight", "union", "versions"}


def report(name, faults):
    for fault in faults[:SOME_FAULTS]:
        print(f"# {fault}")
    print(f"{'not ' if faults else ''}ok - oracle::{name}", flush=True)
    return bool(faults)


def shown(value):
    return json.dumps(value, default=lambda beyond: f"> {text_of(beyond.searched_until)}")


def words_of(case, other):
    """What a case and its answer are about, to see that no kind of thing is missing."""
    given = case["input"]
    yield from (other.get("state"), other.get("verdict"))
    yield from CALENDARS & given["calendar"].keys()
    yield given["calendar"].get("tz")
    yield from RULES & given.keys()
    for event in given.get("events", []):
        args = event[2] if len(event) > 2 else {}
        yield event[1]
        yield event[1], args.get("mode")
        yield from ((event[1], rule) for rule in RULES & args.keys())
        yield from RULES & args.keys()
    if other.get("cycle") == CYCLES_MAX:
        yield "the last cycle"


def compare_chunk(job):
    """(seed, numbers, command): [(kind or None, fault)], and the words of the cases."""
    seed, numbers, command = job
    cases = [write_case(seed, n) for n in numbers]
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    run = subprocess.run(command, input=lines, capture_output=True, text=True, check=False)
    # What it was writing when it came to its end is no answer.
    answers = [json.loads(line) for line in run.stdout.splitlines(True) if line.endswith("\n")]
    faults = []
    words = set()
    if run.returncode != 0 or len(answers) != len(cases):
        last = [json.dumps(case) for case in cases[len(answers):len(answers) + 1]]
        faults.append((None, f"{numbers}: {len(answers)} answers, exit code {run.returncode}: "
                             f"{run.stderr} {[a for a in answers if 'error' in a][:1]} {last}"))
    for case, other in zip(cases, answers):
        name = other.pop("id", None)
        mine = answer(case["kind"], case["input"])
        words |= set(words_of(case, other))
        if mine is None:
            words.add(("unknown", case["id"]))
        if name != case["id"] or not agree(mine, other):
            faults.append((case["kind"], f"{json.dumps(case)} here {shown(mine)}, there {other}"))
    return faults, words


def compare(seed, count, command):
    count *= int(os.environ.get("SLATE_EFFORT", "1"))
    jobs = [(seed, range(n, min(n + CHUNK, count)), command) for n in range(0, count, CHUNK)]
    faults = {None: [], "add": [], "between": [], "bdays": [], "clock": []}
    words = set()
    with multiprocessing.Pool(len(os.sched_getaffinity(0))) as pool:
        for found, seen in pool.imap_unordered(compare_chunk, jobs):
            words |= seen
            for kind, fault in found:
                faults[kind].append(fault)
    failed = report(f"{count} cases with seed {seed} are answered", faults.pop(None))
    for kind, found in faults.items():
        failed |= report(f"{kind} agrees", found)
    unknown = sum(1 for word in words if isinstance(word, tuple) and word[0] == "unknown")
    faults = [f"{unknown} of {count}"] if unknown * 100 > count else []
    failed |= report("cases that hang on what is beyond the search are few", faults)
    wanted = STATES | VERDICTS | EVENTS | MODES | RULES | CALENDARS | set(ZONES)
    wanted |= {("target", rule) for rule in ARMING | {"days"}} | {"the last cycle"}
    return failed | report(f"cases reach every state, verdict, event, mode, rule and {len(ZONES)} "
                           "zones", sorted(map(str, wanted - words)))


def table(path):
    faults = []
    count = 0
    with open(path, encoding="utf-8") as lines:
        for case in map(json.loads, lines):
            count += 1
            mine = answer(case["kind"], case["input"])
            wanted = case.get("expect_by_release") or {"": case["expect"]}
            if mine is None or not any(agree(mine, value) for value in wanted.values()):
                faults.append(f"{case['id']}: {mine}")
    return report(f"{count} expected values of the table", faults)


def main():
    zoneinfo.reset_tzpath([TZDIR])
    if sys.argv[1:] == ["answer"]:
        for case in map(json.loads, sys.stdin):
            found = answer(case["kind"], case["input"]) or {"error": "beyond the search"}
            print(json.dumps({"id": case["id"], **found}, default=lambda beyond: None))
        return 0
    if len(sys.argv) == 3 and sys.argv[1] == "table":
        return table(sys.argv[2])
    if len(sys.argv) == 3 and sys.argv[1] == "case":
        seed, _, number = sys.argv[2].partition(".")
        case = write_case(int(seed), int(number))
        print(json.dumps(case) + "\n" + shown(answer(case["kind"], case["input"])))
        return 0
    if len(sys.argv) > 4 and sys.argv[1] == "compare":
        return compare(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(main())
