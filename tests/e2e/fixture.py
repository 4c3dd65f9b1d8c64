# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end tests stand on: a real slated in a scratch directory, real profiles, TAP."""
import atexit
import datetime
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SECOND = 1000000
HERE = os.path.dirname(os.path.abspath(__file__))


class Tap:
    """One line per thing tested; the exit status says whether all held."""

    def __init__(self):
        self.n = 0
        self.failed = 0

    def check(self, ok, name, detail=""):
        self.n += 1
        self.failed += not ok
        print(("ok" if ok else "not ok"), self.n, "-", name, flush=True)
        if not ok:
            for line in str(detail).splitlines() or [""]:
                print("#   " + line, flush=True)
        return ok

    def equal(self, got, expected, name):
        return self.check(got == expected, name, f"got      {got!r}\nexpected {expected!r}")

    def match(self, pattern, text, name):
        return self.check(re.search(pattern, text, re.S) is not None, name, f"no {pattern!r} in:\n{text}")

    def done(self):
        print(f"1..{self.n}", flush=True)
        sys.exit(1 if self.failed else 0)


def until(condition, seconds=20.0):
    """Waits for something to become true; False if it does not."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Slated:
    """A server of our own. Removed at the end of the process, unless that is because of a failure."""

    def __init__(self, program, settings=None):
        self.program = program
        self.scratch = tempfile.mkdtemp(prefix="slate-e2e-")
        self.dir = os.path.join(self.scratch, "store")
        self.port = free_port()
        self.log = os.path.join(self.scratch, "server.log")
        self.process = None
        atexit.register(self._end)
        self.verb("init", self.dir, "--listen", f"127.0.0.1:{self.port}", check=True)

    def _end(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if os.environ.get("SLATE_KEEP") is None:
            shutil.rmtree(self.scratch, ignore_errors=True)

    def verb(self, *args, check=False, stdin=None):
        done = subprocess.run([self.program, *args], capture_output=True, text=True, input=stdin, timeout=120)
        if check and done.returncode != 0:
            raise RuntimeError(f"slated {' '.join(args)}: {done.stderr}")
        return done

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([self.program, "--dir", self.dir], stdout=log, stderr=log)
        def serving():
            if self.process.poll() is not None:
                raise RuntimeError(f"slated ended at its start:\n{self.log_text()}")
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return True
            except OSError:
                return False
        if not until(serving):
            raise RuntimeError(f"slated does not listen:\n{self.log_text()}")

    def stop(self, signum=signal.SIGTERM):
        self.process.send_signal(signum)
        return self.process.wait(timeout=60)

    def log_text(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def profile(self, name):
        return os.path.join(self.dir if name == "admin" else self.scratch, name + ".profile")

    def user(self, name, *options):
        """Offline; the server must not run."""
        self.verb("user", "add", name, *options, "--out", self.profile(name), "--dir", self.dir, check=True)


class Slate:
    """The client, as one principal."""

    def __init__(self, program, server):
        self.program = program
        self.server = server

    def run(self, who, *args, stdin=None, env=None, exact=False):
        """exact: what it writes is bytes."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("SLATE_")}
        environment.update({k: os.environ[k] for k in os.environ if k.endswith("SAN_OPTIONS")})
        environment.update({"SLATE_PROFILE": self.server.profile(who), "TZ": "UTC", "LC_ALL": "C.UTF-8"})
        environment.update(env or {})
        stdin = stdin if stdin is not None else ""
        return subprocess.run([self.program, *args], capture_output=True, text=not exact, env=environment,
                              input=stdin.encode() if exact else stdin, timeout=120)


def us(text):
    """Microseconds since the epoch of an RFC 3339 instant in UTC."""
    seconds, _, fraction = text.rstrip("Z").partition(".")
    whole = datetime.datetime.strptime(seconds, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=datetime.timezone.utc)
    return int(whole.timestamp()) * SECOND + int((fraction or "0").ljust(6, "0"))


class Run:
    """The client with its expectations."""

    def __init__(self, tap, server, program):
        self.tap = tap
        self.server = server
        self.slate = Slate(program, server)

    def __call__(self, who, *args, **how):
        return self.slate.run(who, *args, **how)

    def json(self, who, *args, code=0, **how):
        """The object that comes out; a failure of the test if there is none."""
        done = self(who, *args, "--json", **how)
        if done.returncode != code:
            raise RuntimeError(f"{who}: slate {' '.join(args):.200}: exit code {done.returncode}\n{done.stderr}")
        return json.loads(done.stdout)

    def refused(self, who, args, code, *words, says=None, stdin=None):
        """Refused with that exit code, with nothing as a result and all words as the reason."""
        done = self(who, *args, stdin=stdin)
        missing = [w for w in words if w not in done.stderr]
        self.tap.check(done.returncode == code and done.stdout == "" and not missing,
                       says or f"refused ({code}): {who}: {' '.join(args)}",
                       f"exit code {done.returncode}, without {missing}\n{done.stdout}{done.stderr}")

    def new(self, who, contract, *args):
        return self.json(who, "new", "--contract", contract, *args)["ticket"]["ticket"]

    def tickets(self, who, *args):
        return [t["ticket"] for t in self.json(who, "list", *args)["tickets"]]

    def breaches(self, who, *args):
        return [(b["ticket"], b["clock"]) for b in self.json(who, "breaches", *args)["breaches"]]

    def clock(self, who, ticket, kind):
        return [c for c in self.json(who, "show", ticket)["clocks"] if c["kind"] == kind][0]


def read_profile(path):
    """The four parts of a profile: name, server and PEM blocks."""
    parts = {}
    key = None
    with open(path, encoding="utf-8") as f:
        for line in f:
            if line.startswith("#") or not line.strip():
                continue
            if line[0] in " \t":
                parts[key] += line.strip() + "\n"
                continue
            key, _, value = line.partition(":")
            parts[key] = "" if value.strip() == "|" else value.strip()
    return parts
