#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What fifty clients see of those who mean harm: p50 and p99 of their requests, with one kind beside them and without.

    bench/hostile.py [SECONDS [KIND...]]     default 5 each; builds are taken from $SLATE_BUILD, default build/release

Each kind is looked at three times, with it and without in turn; the middle of the three is told.

The fifty ask 20 times a second each: reads, a list in ten, a new ticket and a note in ten. Each foe is a process of
its own that does its worst for so long. Nothing is asserted. Everything runs on one machine, so that a foe takes some
of its processors, too. It runs at a low priority, which makes that less; what is left is what `spin` shows, which does
nothing else. Figures are only worth something where nothing else runs; with TMPDIR on a tmpfs they are without the disk.
"""
import contextlib
import multiprocessing
import os
import re
import statistics
import struct
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "e2e"))
import foe  # noqa: E402
from fixture import Run, Slated, Tap, until  # noqa: E402
from foe import Foe, Papers, Place, first_flight, reset  # noqa: E402
from hostile import GOOD, Crowd, changes, shows  # noqa: E402
from protocol import LIST_TICKETS, SUBSCRIBE, field, request  # noqa: E402

BUILD = os.environ.get("SLATE_BUILD", os.path.join(ROOT, "build", "release"))
PACE_MS = 50
ROUNDS = 3


class Harm:
    """What a foe's process needs. A pass of an act may be short; passes go on until time is up."""

    def __init__(self, place, certificate, seconds):
        self.place, self.certificate = place, certificate
        self.end = time.monotonic() + seconds
        self.n = 0

    def on(self):
        return time.monotonic() < self.end

    def source(self):
        """Many addresses: the limit on one of them would make harm small."""
        self.n += 1
        return f"127.0.2.{1 + self.n % 200}"

    def peer(self):
        return Foe(self.place, self.source(), self.certificate).hello()


def spin(h):
    while h.on():
        pass


def stalls(h):
    held = []
    while h.on():
        with contextlib.suppress(OSError):
            raw = h.place.tcp(h.source())
            raw.sendall(first_flight(h.place)[0][:60])
            held.append(raw)
        if len(held) == 400:
            held.pop(0).close()


def half_handshakes(h):
    """The server's dear half only, sixty at once: one ClientHello is good for all."""
    hello, *_ = first_flight(h.place)
    while h.on():
        with contextlib.suppress(OSError):
            rush = [h.place.tcp(h.source()) for _ in range(60)]
            for raw in rush:
                raw.sendall(hello)
            for raw in rush:
                raw.recv(1)
                reset(raw)


def handshakes(h):
    while h.on():
        with contextlib.suppress(OSError, RuntimeError):
            h.peer().reset()


def one_address(h):
    """Connections as fast as they come, which the limit of their address ends."""
    while h.on():
        with contextlib.suppress(OSError):
            h.place.tcp("127.0.3.1").close()


def key_updates(h):
    while h.on():
        foe.update_keys(h.place, h.source(), h.certificate, 200000)


def read_and_drop(peer, h, payloads):
    """Keeps the connection full, and takes what comes."""
    peer.tls.setblocking(False)
    data = b"".join(foe.frame(p) for p in payloads)
    left = data
    while h.on():
        worked = False
        with contextlib.suppress(BlockingIOError, foe.ssl.SSLWantReadError, foe.ssl.SSLWantWriteError):
            left = left[peer.tls.send(left[:65536]):] or data
            worked = True
        with contextlib.suppress(BlockingIOError, foe.ssl.SSLWantReadError, foe.ssl.SSLWantWriteError):
            if not peer.tls.recv(65536):
                return
            worked = True
        if not worked:
            foe.select.select([peer.tls], [peer.tls], [], 0.1)


def pipelined_shows(h):
    while h.on():
        with contextlib.suppress(OSError):
            read_and_drop(h.peer(), h, shows(1, 3000))


def pipelined_lists(h):
    while h.on():
        with contextlib.suppress(OSError):
            read_and_drop(h.peer(), h, [request(i, LIST_TICKETS, field(1, "acme-l1")) for i in range(1, 3000)])


def pipelined_changes(h):
    while h.on():
        with contextlib.suppress(OSError):
            read_and_drop(h.peer(), h, changes(1, 3000, os.urandom(8)))


def slow_readers(h):
    ask = b"".join(foe.frame(request(i, LIST_TICKETS, field(1, "acme-l1"))) for i in range(1, 200))
    held = []
    while h.on():
        with contextlib.suppress(OSError):
            peer = h.peer()
            peer.tls.settimeout(0.1)
            held.append(peer)
            while h.on():
                peer.tls.sendall(ask)


def slow_writers(h):
    held = [h.peer() for _ in range(40)]
    while h.on():
        for peer in held:
            with contextlib.suppress(OSError):
                peer.tls.sendall(b"\0")
        time.sleep(0.01)


def tiny_records(h):
    """A whole frame, a byte in each record, as fast as can be."""
    frame = foe.frame(shows(1, 1)[0])
    while h.on():
        with contextlib.suppress(OSError):
            peer = h.peer()
            while h.on():
                for i in range(len(frame)):
                    peer.tls.sendall(frame[i:i + 1])
                peer.reply()


def resets(h):
    frames = b"".join(foe.frame(p) for p in shows(1, 200))
    while h.on():
        with contextlib.suppress(OSError, RuntimeError):
            peer = h.peer()
            peer.tls.sendall(frames)
            peer.reset()


def garbage(h):
    while h.on():
        with contextlib.suppress(OSError, RuntimeError):
            peer = h.peer()
            peer.send(request(1, LIST_TICKETS, b"\x22\x00" * 500000), os.urandom(60000))
            peer.tls.sendall(struct.pack(">I", 0))
            peer.to_end()


def subscribers(h):
    held = []
    for _ in range(16):
        peer = h.peer()
        peer.send(request(1, SUBSCRIBE, b""))
        held.append(peer)
    while h.on():
        time.sleep(0.05)


def wrong_codes(h):
    while h.on():
        with contextlib.suppress(OSError):
            peer = Foe(h.place, h.source(), None, alpn="slate-enrol/1")
            peer.send(field(1, os.urandom(16)) + field(2, os.urandom(300)))
            peer.to_end()
            peer.cut()


KINDS = (spin, stalls, half_handshakes, handshakes, one_address, key_updates, pipelined_shows, pipelined_lists,
         pipelined_changes, slow_readers, slow_writers, tiny_records, resets, garbage, subscribers, wrong_codes)


def act(kind, place, certificate, seconds):
    os.nice(15)
    kind(Harm(place, certificate, seconds))


def watch(server, crowd, seconds, harm):
    """What the crowd saw in that time, beside somebody or not."""
    process = None if harm is None else multiprocessing.Process(target=act, args=(*harm, seconds))
    crowd.phase("before")
    used = server_seconds(server)
    if process is not None:
        process.start()
    time.sleep(seconds)
    told = crowd.phase("after")
    told["used"] = (server_seconds(server) - used) / seconds
    if process is not None:
        process.join()
    return told


def middle(rounds):
    told = {k: statistics.median(r[k] for r in rounds) for k in rounds[0]}
    told["wrong"] = sum(r["wrong"] for r in rounds)
    return told


def server_seconds(server):
    with open(f"/proc/{server.process.pid}/stat", encoding="ascii") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def prepare():
    server = Slated(os.path.join(BUILD, "server", "slated"))
    run = Run(Tap(), server, os.path.join(BUILD, "client", "slate"))
    server.start()
    if run("admin", "book", "apply", "--yes", "-f", os.path.join(ROOT, "tests", "e2e", "two-vendors.yaml")).returncode:
        raise SystemExit("the book was not taken")
    server.stop()
    for name, party, team in (("m1", "northwind", "manila-a"), ("m2", "northwind", "manila-a"),
                              ("k1", "vistula", "krakow-a"), ("k2", "vistula", "krakow-a"),
                              ("foe", "northwind", "manila-b"), ("fed", "northwind", "manila-a")):
        server.user(name, "--role", "agent", "--party", party, "--team", team)
    server.start()
    run.new("m1", "acme-l1", "--subject", "the first")
    papers = Papers(os.path.join(server.scratch, "papers"), (server.dir + "/tls/ca.crt", server.dir + "/tls/ca.key"))
    return server, papers.make("foe", [b"slate:principal/fed"])


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    kinds = [k for k in KINDS if len(sys.argv) < 3 or k.__name__ in sys.argv[2:]]
    server, certificate = prepare()
    place = Place(server)
    crowd = Crowd(os.path.join(BUILD, "tests", "e2e", "crowd"), PACE_MS, *(
        f"{server.profile(n)}={c}" for n, c in (("m1", "acme-l1"), ("k1", "acme-ap"), ("m2", "acme-l1"), ("k2", "acme-ap"))))
    if not until(lambda: len(re.findall(" event=connected ", server.log_text())) >= GOOD):
        raise SystemExit("the crowd is not there")
    print(f"{'beside them':18} {'p50 ms':>15} {'p99 ms':>15} {'ratio p50':>10} {'ratio p99':>10} {'server CPU':>10}  wrong")
    for kind in kinds:
        rounds = [tuple(watch(server, crowd, seconds / ROUNDS, harm) for harm in (None, (kind, place, certificate)))
                  for _ in range(ROUNDS)]
        without, beside = (middle(told) for told in zip(*rounds))
        print(f"{kind.__name__:18} {without['p50_us'] / 1000:7.2f} {beside['p50_us'] / 1000:7.2f} "
              f"{without['p99_us'] / 1000:7.2f} {beside['p99_us'] / 1000:7.2f} "
              f"{beside['p50_us'] / without['p50_us']:10.1f} {beside['p99_us'] / without['p99_us']:10.1f} "
              f"{beside['used'] * 100:9.0f}%  {without['wrong'] + beside['wrong']}", flush=True)
    crowd.go_home()
    server.stop()


if __name__ == "__main__":
    main()
