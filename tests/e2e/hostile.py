#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Clients that mean harm, one kind after another, and fifty beside them who go on with their work.

    hostile.py SLATED SLATE CROWD

After each kind: those fifty got every answer right; the server's log says how each foe's connection ended, and one
line of it is one event; no descriptor is left over. At the end every ticket that was acknowledged is there once, and
the store verifies.
"""
import contextlib
import os
import re
import select
import signal
import socket
import ssl
import struct
import subprocess
import sys
import time

import foe
from fixture import HERE, Run, Slated, Tap, until
from foe import Foe, Papers, Place, half_shaken, reset
from protocol import (ADD_MESSAGE, INVALID_ARGUMENT, LIST_TICKETS, NEW_TICKET, NOT_FOUND, REPLY_CHANGED, REPLY_ERROR,
                      REPLY_ID, REQUEST_REQUEST_ID, SHOW_TICKET, SUBSCRIBE, UNAUTHENTICATED, error_of, field, parse,
                      request)
from protocol import ENVELOPE_FEED, ENVELOPE_REPLY, ENVELOPE_REQUEST

GOOD, PACE_MS = 50, 100
RESOURCE_EXHAUSTED = 8

LIMITS = """limits:
  per_address: 120
  handshake: 2s
  first_frame: 2s
  frame_time: 1s
  stuck: 2s
  drain: 2s
"""

FIELD = r'[a-z_]+=("(?:[^"\\\x00-\x1f\x7f-\xff]|\\["\\]|\\x[0-9a-f]{2})*"|[^ "\\=\x00-\x1f\x7f-\xff]+)'
LINE = re.compile(rf"level=(debug|info|warning|error) event=[a-z_]+(?: {FIELD})*")


class Crowd:
    def __init__(self, program, pace_ms, *principals):
        self.process = subprocess.Popen([program, str(GOOD), str(pace_ms), *principals], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self._told()

    def _told(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the crowd has gone home:\n" + self.process.stderr.read())
        return dict(part.split("=") for part in line.split()[1:])

    def phase(self, name, least=0):
        """What they saw since the one before; so many requests at least."""
        self.process.stdin.write(f"{name.replace(' ', '_')} {least}\n")
        self.process.stdin.flush()
        return {k: int(v) for k, v in self._told().items()}

    def go_home(self):
        """Also what each has made."""
        out, err = self.process.communicate(timeout=120)
        last, *clients = out.splitlines()
        made = [f"{i}-{n}" for i, line in enumerate(clients) for n in range(int(line.split("tickets=")[1]))]
        return last, made, self.process.returncode, err


class Lab:
    def __init__(self, tap, server, slate, crowd):
        self.tap = tap
        self.server = server
        self.run = Run(tap, server, slate)
        self.crowd_program = crowd
        self.crowd = None
        self.place = Place(server)
        self.papers = Papers(os.path.join(server.scratch, "papers"), (self.tls("ca.crt"), self.tls("ca.key")))
        self.fds = 0
        self.sources = 0

    def tls(self, name):
        return os.path.join(self.server.dir, "tls", name)

    def certificate(self, name, principal=None, **how):
        return self.papers.make(name, [b"slate:principal/" + (principal or name).encode()], **how)

    def source(self):
        """An address that nobody has used yet."""
        self.sources += 1
        return f"127.0.1.{self.sources}"

    def count_fds(self):
        return len(os.listdir(f"/proc/{self.server.process.pid}/fd"))

    def lines(self, event):
        """Of the log, as dictionaries."""
        found = []
        for line in self.server.log_text().splitlines():
            if f" event={event} " in line + " ":
                found.append({k: v.strip('"') for k, v in re.findall(r'([a-z_]+)=("(?:[^"\\]|\\.)*"|[^ ]+)', line)})
        return found

    def ends(self, source):
        """Why each connection from there ended, and what the log says besides."""
        mine = lambda line: line.get("address", "").startswith(source + ":")
        conns = {line["conn"] for line in self.lines("connected") if mine(line)}
        ended = [line for line in self.lines("disconnected") if line["conn"] in conns]
        return ended + [line for line in self.lines("refused") if mine(line)]

    def ended(self, source, n, why, detail, name):
        """n connections from there have ended, all for that reason."""
        until(lambda: len(self.ends(source)) >= n)
        ends = self.ends(source)
        good = [e for e in ends if e["why"] in why.split("|") and re.search(detail, e["detail"])]
        return self.tap.check(len(ends) == n and len(good) == n, name,
                              f"{n} connections should end with {why}, {detail!r}; the log has:\n" +
                              "\n".join(str(e) for e in ends))

    @contextlib.contextmanager
    def beside(self, name):
        """Those fifty while it happens, and what is left of it afterwards."""
        yield
        told = self.crowd.phase(name, GOOD)
        print(f"# {name}: {told}", flush=True)
        self.tap.check(told["wrong"] == 0 and told["requests"] > 0, f"{name}: those beside got every answer right", told)
        self.tap.check(until(lambda: self.count_fds() == self.fds) and self.server.process.poll() is None,
                       f"{name}: nothing is left of it", f"{self.count_fds()} descriptors, not {self.fds}")

    def asks(self, peer, number=1):
        """(error code, message) of a read; (None, "") when it went well."""
        peer.send(request(number, SHOW_TICKET, field(1, "ACME-1")))
        reply = peer.reply()
        return (-1, "the connection has ended") if reply is None else error_of(reply)[:2]


def changes(first, last, word, body=field(1, "acme-l1") + field(9, "of a foe")):
    """New tickets, numbered."""
    return [request(i, NEW_TICKET, body, field(REQUEST_REQUEST_ID, word + struct.pack(">Q", i)))
            for i in range(first, last + 1)]


def shows(first, last):
    return [request(i, SHOW_TICKET, field(1, "ACME-1")) for i in range(first, last + 1)]


# -- at the door ------------------------------------------------------------------------------------------------

def knock(lab, name, certificate, why, detail, **how):
    source = lab.source()
    told = None
    try:
        peer = Foe(lab.place, source, certificate, **how)
        told = peer.receive()
        peer.cut()
    except ssl.SSLError:
        pass
    lab.ended(source, 1, why, detail, f"{name}: refused, and the log says why")
    return told


def at_the_door(lab):
    tap = lab.tap
    other = Papers(os.path.join(lab.server.scratch, "other"))
    agent = lab.certificate("foe-agent")
    with lab.beside("doors"):
        for name, certificate, detail, how in (
            ("no certificate", None, "showed no certificate", {}),
            ("a server's certificate", lab.certificate("served", "foe-agent", usage="serverAuth"), "purpose", {}),
            ("another CA's", other.make("x", [b"slate:principal/foe-agent"]), "refused: unable to get local issuer", {}),
            ("an expired one", lab.certificate("old", "foe-agent", begins=-7200, ends=-3600), "has expired", {}),
            ("one of tomorrow", lab.certificate("new", "foe-agent", begins=3600), "not yet valid", {}),
            ("another protocol", agent, "protocol that is not ours", {"alpn": "http/1.1"}),
            ("no protocol", agent, ".", {"alpn": None}),
            ("TLS 1.2", agent, "does not speak TLS 1.3", {"newest": ssl.TLSVersion.TLSv1_2}),
        ):
            knock(lab, name, certificate, "tls", detail, **how)
        for name, uris, detail in (
            ("two names", [b"slate:principal/foe-agent", b"slate:principal/admin"], "names no principal"),
            ("a name in CN only", [], "names no principal"),
            ("a name of another kind", [b"https://principal/foe-agent"], "names no principal"),
            ("a name with a line in it", [b"slate:principal/x\nlevel=error event=forged"], "names no principal"),
            ("a name with an escape in it", [b"slate:principal/\x1b[2J\x9b31m"], "names no principal"),
            ("a name with an end in it", [b"slate:principal/admin\0.foe"], "names no principal"),
            ("a name of nobody", [b"slate:principal/nobody"], "unknown"),
            ("a name whose key another has", [b"slate:principal/pinned"], "not enrolled"),
        ):
            cn = "admin" if not uris else "\x1b]0;x\x07admin event=forged"
            before = len(lab.lines("principal_refused"))
            told = knock(lab, name, lab.papers.make("named", uris, cn=cn), "us", "")
            tap.equal(error_of(parse(parse(told)[3][0]))[:2] if told else None,
                      (UNAUTHENTICATED, "this certificate belongs to no principal of this server"),
                      f"{name}: told what all are told")
            tap.match(detail, lab.lines("principal_refused")[before]["reason"], f"{name}: the log has the reason")
        source = lab.source()
        for hello in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\xff\xff" + b"\xff" * 100, b"\0" * 64):
            raw = lab.place.tcp(source)
            raw.sendall(hello)
            with contextlib.suppress(OSError):
                while raw.recv(4096):
                    pass
            raw.close()
        lab.ended(source, 3, "tls", ".", "what is not TLS: refused")


# -- in the middle of a session -----------------------------------------------------------------------------------

def subscribed(lab, source, certificate):
    peer = Foe(lab.place, source, certificate).hello()
    peer.send(request(1, SUBSCRIBE, b""))
    if peer.reply() is None:
        raise RuntimeError("no subscription")
    return peer


def last_word(peer):
    """(code, message) of the refusal, or of the end of live events, that came last before the end."""
    last = None
    while (payload := peer.receive()) is not None:
        envelope = parse(payload)
        for error in (parse(envelope.get(ENVELOPE_REPLY, [b""])[0]).get(REPLY_ERROR),
                      parse(envelope.get(ENVELOPE_FEED, [b""])[0]).get(4)):
            if error:
                e = parse(error[0])
                last = (e[1][0], e[2][0].decode())
    return last


def expires(lab):
    """A certificate that lives for some seconds, and three connections with it."""
    tap = lab.tap
    with lab.beside("an end in the middle"):
        certificate = lab.certificate("short", "foe-agent", ends=3)
        source = lab.source()
        reader, writer = (Foe(lab.place, source, certificate).hello() for _ in range(2))
        watcher = subscribed(lab, source, certificate)
        tap.equal(lab.asks(reader)[0], None, "a certificate that is good for seconds is good")
        tap.equal(lab.asks(writer)[0], None, "each of its connections")
        answers = []
        def is_over():
            answers.append(lab.asks(reader))
            return answers[-1][0] is not None
        until(is_over)
        tap.equal(answers[-1], (UNAUTHENTICATED, "the certificate of foe-agent has expired"), "until it is over")
        tap.equal(reader.receive(), None, "then the connection ends")
        writer.send(*changes(1, 3, b"too late"))
        late = writer.to_end()
        tap.check(len(late) == 1 and error_of(late[0])[0] == UNAUTHENTICATED, "nothing is changed with it either", late)
        tap.equal(last_word(watcher), (UNAUTHENTICATED, "the certificate of foe-agent has expired"),
                  "and live events end, with the reason")
        for peer in (reader, writer, watcher):
            peer.close()
        lab.ended(source, 3, "us", "", "all three are over")


def revoked(lab):
    tap = lab.tap
    with lab.beside("revoked in the middle"):
        certificate = lab.certificate("revoked", "foe-agent")
        source = lab.source()
        reader, watcher = Foe(lab.place, source, certificate).hello(), subscribed(lab, source, certificate)
        tap.equal(lab.asks(reader)[0], None, "a certificate is good")
        lab.papers.revoke("revoked")
        lab.papers.list_revoked(lab.tls("crl.pem"))
        lab.server.process.send_signal(signal.SIGHUP)
        said = (UNAUTHENTICATED, "this certificate is trusted no more")
        tap.equal([error_of(reply)[:2] for reply in reader.to_end()], [said], "until it is revoked: one is told")
        tap.equal(last_word(watcher), said, "a watcher, too")
        reader.close()
        watcher.close()
        lab.ended(source, 2, "us", "", "both are over")
        source = lab.source()
        with contextlib.suppress(ssl.SSLError):
            Foe(lab.place, source, certificate).to_end()
        lab.ended(source, 1, "tls", "revoked", "and cannot come back")


def disabled(lab):
    """While changes are on their way: each is made or refused, none of them afterwards."""
    tap = lab.tap
    with lab.beside("disabled in the middle"):
        certificate = lab.certificate("foe-gone")
        source = lab.source()
        writer, watcher = Foe(lab.place, source, certificate).hello(), subscribed(lab, source, certificate)
        writer.send(*changes(1, 1000, b"disabled"))
        answers = [writer.reply()]
        lab.run.json("admin", "user", "disable", "foe-gone")
        answers += writer.to_end()
        codes = [error_of(answer)[0] for answer in answers]
        made = [code for code in codes if code is None]
        cut_at = codes.index(UNAUTHENTICATED) if UNAUTHENTICATED in codes else -1
        tap.check(made and cut_at > 0 and set(codes[cut_at:]) == {UNAUTHENTICATED},
                  "changes that wait when somebody is disabled are refused, all from the first on", codes)
        tap.equal(last_word(watcher), (UNAUTHENTICATED, "this principal has been disabled"), "a watcher is told")
        writer.close()
        watcher.close()
        lab.ended(source, 2, "us", "", "both are over")
        # As many as were acknowledged are there.
        there = [t for t in lab.run.json("buyer", "list", "--contract", "acme-l1")["tickets"]
                 if t["subject"] == "of a foe"]
        tap.equal(len(there), len(made), "what was acknowledged is there, and nothing else")


# -- slow ones, all at once ---------------------------------------------------------------------------------------

def slow(lab):
    """Each holds what it has until a limit ends it; they wait side by side."""
    agent = lab.certificate("foe-agent")
    with lab.beside("slow ones"):
        stalls, halves, silents, drips, readers, watchers = (lab.source() for _ in range(6))
        held = [lab.place.tcp(stalls) for _ in range(100)]
        for raw in held[:50]:
            raw.sendall(foe.first_flight(lab.place)[0][:60])
        held += [half_shaken(lab.place, halves, agent) for _ in range(20)]
        silent = [Foe(lab.place, silents, agent).hello() for _ in range(20)]
        drip = Foe(lab.place, drips, agent).hello()
        big = request(1, NEW_TICKET, field(1, "acme-l1") + field(9, "x") + field(10, "y" * 60000),
                      field(REQUEST_REQUEST_ID, b"d" * 16))
        stuck = [greedy(lab, readers, agent), greedy(lab, watchers, agent, request(1, SUBSCRIBE, b""))]
        # One byte now and then, for as long as it is taken.
        sent = 0
        drip.tls.settimeout(0.05)
        with contextlib.suppress(OSError):
            for byte in frame_bytes(big):
                drip.tls.sendall(byte)
                sent += 1
                if wait_closed(drip.tls):
                    break
        lab.tap.check(0 < sent < len(big), f"a frame byte by byte: {sent} were waited for")
        lab.ended(drips, 1, "slow", "", "a frame without progress is cut")
        lab.ended(stalls, 100, "slow", "", "100 handshakes that stall are cut")
        lab.ended(halves, 20, "slow", "", "20 that stop half way, too")
        lab.ended(silents, 20, "slow", "", "20 that say nothing after it, too")
        lab.ended(readers, 1, "stuck", "", "who asks for much and reads nothing is cut")
        lab.ended(watchers, 1, "stuck", "", "also as a subscriber")
        for peer in silent + stuck + [drip]:
            peer.cut()
        for raw in held:
            raw.close()


def frame_bytes(payload):
    whole = foe.frame(payload)
    return (whole[i:i + 1] for i in range(len(whole)))


def wait_closed(tls):
    """Whether the other end has gone; waits a moment for that."""
    try:
        return tls.recv(1) == b""
    except socket.timeout:
        return False


def greedy(lab, source, certificate, first=None):
    """Asks until nothing more is taken, and reads nothing."""
    peer = Foe(lab.place, source, certificate).hello()
    if first is not None:
        peer.send(first)
        peer.reply()
    peer.tls.settimeout(0.2)
    ask = b"".join(foe.frame(request(i, LIST_TICKETS, field(1, "acme-l1"))) for i in range(2, 200))
    with contextlib.suppress(OSError):
        for _ in range(100):
            peer.tls.sendall(ask)
    return peer


# -- floods -------------------------------------------------------------------------------------------------------

def floods(lab):
    tap = lab.tap
    agent = lab.certificate("foe-agent")
    with lab.beside("key updates"):
        source = lab.source()
        done = foe.update_keys(lab.place, source, agent, 200000)
        tap.check(0 < done < 200000, f"{done} changes of keys went out before the end came")
        lab.ended(source, 1, "key_updates", "", "a flood of key updates is cut")
    with lab.beside("10,000 requests at once"):
        pipelined(lab, agent)
    with lab.beside("many connections"):
        crowds_in(lab)
    with lab.beside("many handshakes"):
        source = lab.source()
        hello, *_ = foe.first_flight(lab.place, alpn="http/1.1")
        begun = [begins(lab, source, hello) for _ in range(400)]
        tap.check(all(begun[:200]) and not all(begun),
                  f"400 handshakes in a row: after 200 so many a second, {begun.count(False)} are not even begun", begun)


def begins(lab, source, hello):
    """Whether the server refuses a handshake; else it has closed at once."""
    raw = lab.place.tcp(source)
    try:
        raw.sendall(hello)
        return raw.recv(1) != b""
    except OSError:
        return False
    finally:
        raw.close()


def pipelined(lab, certificate):
    """Reads and changes in one go: each is answered once, reads in order; or refused for their number."""
    tap = lab.tap
    source = lab.source()
    peer = Foe(lab.place, source, certificate).hello()
    reads = shows(1, 9000)
    writes = changes(9001, 10000, b"pipeline")
    mixed = b"".join(foe.frame(p) for p in reads[:4500] + writes + reads[4500:])
    replies = talk(peer, mixed, 10000)
    ids = [reply[REPLY_ID][0] for reply in replies]
    good = lambda reply: (REPLY_ERROR not in reply or
                          (error_of(reply)[0] == RESOURCE_EXHAUSTED and 6 in parse(reply[REPLY_ERROR][0])))
    tap.equal((len(ids), set(ids)), (10000, set(range(1, 10001))), "10,000 requests at once: 10,000 answers")
    tap.equal([r for r in replies if not good(r)], [], "each is right, or says when to come again")
    made = sum(REPLY_CHANGED in r for r in replies)
    tap.check(made > 0, f"of 1,000 changes {made} were made")
    print(f"# {sum(REPLY_ERROR in r for r in replies)} of 10,000 were put off", flush=True)
    peer.close()
    lab.ended(source, 1, "peer", "", "and its end is an orderly one")


def talk(peer, data, n):
    """Sends and reads in turn, each as far as it goes: a TLS connection is for one thread at a time."""
    tls, rest, got = peer.tls, memoryview(data), []
    tls.setblocking(False)
    begun = time.monotonic()
    with contextlib.suppress(ConnectionError):
        while len(got) < n and time.monotonic() < begun + foe.PATIENCE:
            with contextlib.suppress(ssl.SSLWantReadError, ssl.SSLWantWriteError):
                while rest:
                    rest = rest[tls.send(rest[:16384]):]
            with contextlib.suppress(ssl.SSLWantReadError, ssl.SSLWantWriteError):
                while piece := tls.recv(65536):
                    peer.read += piece
                break
            got += peer.replies_read()
            select.select([tls], [tls] if rest else [], [], 0.1)
    tls.settimeout(foe.PATIENCE)
    return got + peer.replies_read()


def crowds_in(lab):
    source = lab.source()
    held = [lab.place.tcp(source) for _ in range(150)]
    taken = lambda: [e for e in lab.ends(source) if e["why"] == "slow"]
    until(lambda: len(taken()) >= 120)
    lab.tap.equal(len(taken()), 120, "150 connections from one address: 120 are taken, and cut in their time")
    others = [e["detail"] for e in lab.ends(source) if e["why"] == "limit"]
    lab.tap.check(0 < len(others) <= 30 and "too many connections of this address" in others[0],
                  "of the others the log has a line now and then", others)
    for raw in held:
        raw.close()


# -- breaking off, and nonsense -----------------------------------------------------------------------------------

def resets(lab):
    agent = lab.certificate("foe-agent")
    whole = foe.frame(shows(1, 1)[0])

    def connected(source):
        reset(lab.place.tcp(source))

    def shaking(source):
        reset(half_shaken(lab.place, source, agent))

    def greeted(source):
        Foe(lab.place, source, agent).hello().reset()

    def in_a_frame(source):
        peer = Foe(lab.place, source, agent).hello()
        peer.tls.sendall(whole[:-3])
        peer.reset()

    def with_answers(source):
        peer = Foe(lab.place, source, agent).hello()
        peer.send(*shows(1, 300), *changes(301, 500, os.urandom(8)))
        peer.reset()

    def watching(source):
        peer = subscribed(lab, source, agent)
        peer.send(*changes(2, 20, os.urandom(8)))
        peer.reset()

    def truncated(source):
        peer = Foe(lab.place, source, agent).hello()
        peer.tls.sendall(whole + whole[:-3])
        peer.cut()

    with lab.beside("breaking off"):
        for name, act, why in (("connected", connected, "lost|tls"), ("in the handshake", shaking, "lost|tls"),
                               ("after the greeting", greeted, "lost"), ("in a frame", in_a_frame, "lost"),
                               ("with answers on their way", with_answers, "lost"), ("as a subscriber", watching, "lost"),
                               ("cut off without a goodbye", truncated, "lost")):
            source = lab.source()
            for _ in range(10):
                act(source)
            lab.ended(source, 10, why, ".", f"ten resets, {name}: forgotten")


def nested(levels):
    body = b""
    for _ in range(levels):
        body = field(1, body)
    return body


def nonsense(lab):
    tap = lab.tap
    agent = lab.certificate("foe-agent")
    with lab.beside("nonsense"):
        for name, data in (("of no bytes", struct.pack(">I", 0)), ("of 16 MiB", struct.pack(">I", 16 << 20) + b"x" * 999),
                           ("of 4 GiB", b"\xff" * 64)):
            source = lab.source()
            peer = Foe(lab.place, source, agent).hello()
            peer.tls.sendall(data)
            tap.equal(peer.receive(), None, f"a frame {name} ends the connection")
            peer.close()
            lab.ended(source, 1, "frame", "", f"a frame {name}: the log says so")
        source = lab.source()
        peer = Foe(lab.place, source, agent).hello()
        for name, payload in (
            ("noise", os.urandom(1000) + b"\xff"), ("10,000 levels", nested(10000)),
            ("levels inside a request", field(ENVELOPE_REQUEST, field(1, 1) + field(NEW_TICKET, nested(5000)))),
            ("a megabyte in a field", request(1, NEW_TICKET, field(1, "acme-l1") + field(9, "x" * 1000000))),
            ("500,000 empty messages", request(1, LIST_TICKETS, b"\x22\x00" * 500000)),
            ("300,000 unknown fields", request(1, SHOW_TICKET, field(1, "ACME-1") + b"\xf8\x3f\x00" * 300000)),
            ("a length beyond the end", field(ENVELOPE_REQUEST, b"x")[:1] + b"\xff\xff\xff\xff\x0f"),
            ("a text for a terminal", request(1, ADD_MESSAGE, field(1, "ACME-1") + field(2, 2) +
                                              field(3, "\x1b]52;c;eA==\x07"), field(REQUEST_REQUEST_ID, b"t" * 16))),
            ("a name for a log", request(1, SHOW_TICKET, field(1, "ACME-1\nlevel=error event=forged"))),
            ("a ticket that is not there", request(1, SHOW_TICKET, field(1, "ACME-999999"))),
        ):
            peer.send(payload)
            reply = peer.reply()
            tap.check(error_of(reply)[0] in (INVALID_ARGUMENT, NOT_FOUND, RESOURCE_EXHAUSTED),
                      f"{name}: refused, by its kind", reply and error_of(reply))
        tap.equal(lab.asks(peer)[0], None, "and the connection is as good as before")
        peer.close()
        lab.ended(source, 1, "peer", "", "to its end")


# -- with a code, or without one --------------------------------------------------------------------------------

def enrolling(lab):
    tap = lab.tap
    csr = subprocess.run(["openssl", "req", "-new", "-key", lab.papers.key, "-subj", "/CN=\x1b[2Jx", "-outform", "DER"],
                         capture_output=True, check=True, timeout=60).stdout
    agent = lab.certificate("foe-agent")

    def say(source, payload, certificate=None):
        peer = Foe(lab.place, source, certificate, alpn="slate-enrol/1")
        peer.send(payload)
        told = peer.receive()
        rest = peer.receive()
        peer.close()
        return None if told is None else error_of({REPLY_ERROR: parse(told).get(1, [b""])}), rest

    with lab.beside("without a code"):
        source = lab.source()
        told, rest = say(source, shows(1, 1)[0], agent)
        tap.check(told is not None and told[0] == INVALID_ARGUMENT and rest is None,
                  "who enrols asks nothing else, whatever certificate they have", told)
        tries = [say(source, field(1, os.urandom(16)) + field(2, csr))[0] for _ in range(8)]
        tap.equal([t[0] for t in tries], [UNAUTHENTICATED] * 4 + [RESOURCE_EXHAUSTED] * 4,
                  "wrong codes in a row: after five tries one waits")
        tap.equal(len({t[1] for t in tries[:4]}), 1, "and each is answered alike")
        lab.ended(source, 9, "us|peer", "", "each is over after one word")


def fills_the_log(lab):
    """At the end: what is refused from here on may be without a line."""
    hello, *_ = foe.first_flight(lab.place, alpn="http/1.1")
    with lab.beside("a flood for the log"):
        begun = sum(begins(lab, source, hello) for source in [lab.source() for _ in range(10)] for _ in range(120))
        lines = len(lab.lines("refused"))
        lab.tap.check(begun == 1200 and lines < 1200, f"1,200 refusals and those before have {lines} lines in the log")
        # One that is due again says how many had none.
        source = lab.source()
        until(lambda: begins(lab, source, hello) and lab.lines("refused_unlogged"))
        unlogged = sum(int(line["n"]) for line in lab.lines("refused_unlogged"))
        lab.tap.check(unlogged > 0, f"which says that {unlogged} had none")


# -- the whole ------------------------------------------------------------------------------------------------------

def check_log(lab):
    bad = [line for line in lab.server.log_text().splitlines() if LINE.fullmatch(line) is None]
    lab.tap.equal(bad[:3], [], "one line of the log is one event, of plain characters")
    lab.tap.equal([line for line in lab.server.log_text().splitlines() if re.match(r"(?:\S+ )?event=forged", line)], [],
                  "and nobody has written one")


def check_tickets(lab, made):
    there = [t["subject"] for who in ("buyer",) for t in lab.run.json(who, "list")["tickets"]
             if re.fullmatch(r"\d+-\d+", t["subject"])]
    lab.tap.check(len(there) == len(set(there)), "no ticket is there twice")
    lab.tap.check(set(there) == set(made), f"all {len(made)} tickets are there that were acknowledged",
                  f"lost {sorted(set(made) - set(there))[:5]}, more {sorted(set(there) - set(made))[:5]}")


def prepare(lab):
    server = lab.server
    path = os.path.join(server.dir, "slated.yaml")
    with open(path, encoding="utf-8") as f:
        text = f.read()
    text = re.sub(r"limits:\n(  .*\n)+", LIMITS, text)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text.replace("  client_ca: tls/ca.crt", "  crl: tls/crl.pem\n  client_ca: tls/ca.crt", 1))
    lab.papers.list_revoked(lab.tls("crl.pem"))
    server.start()
    done = lab.run("admin", "book", "apply", "--yes", "-f", os.path.join(HERE, "two-vendors.yaml"))
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    lab.run.json("admin", "user", "add", "pinned", "--role", "agent", "--team", "manila-a")
    server.stop()
    for name, party, team in (("m1", "northwind", "manila-a"), ("m2", "northwind", "manila-a"),
                              ("k1", "vistula", "krakow-a"), ("k2", "vistula", "krakow-a"),
                              ("foe-agent", "northwind", "manila-a"), ("foe-gone", "northwind", "manila-a")):
        server.user(name, "--role", "agent", "--party", party, "--team", team)
    server.user("buyer", "--role", "manager", "--party", "acme")
    server.start()
    lab.run.new("m1", "acme-l1", "--subject", "the first")
    lab.crowd = Crowd(lab.crowd_program, PACE_MS, *(f"{server.profile(n)}={c}" for n, c in (
        ("m1", "acme-l1"), ("k1", "acme-ap"), ("m2", "acme-l1"), ("k2", "acme-ap"))))
    if not until(lambda: len(lab.lines("connected")) - len(lab.lines("disconnected")) == GOOD):
        raise RuntimeError("the crowd is not there")
    lab.fds = lab.count_fds()


def main(slated, slate, crowd):
    tap = Tap()
    lab = Lab(tap, Slated(slated), slate, crowd)
    prepare(lab)
    for act in (at_the_door, expires, revoked, disabled, slow, floods, resets, nonsense, enrolling, fills_the_log):
        act(lab)
    cut = {line["principal"] for line in lab.lines("disconnected")} & {"m2", "k1", "k2"}
    tap.equal(cut, set(), "nobody of those beside was disconnected")
    told, made, status, err = lab.crowd.go_home()
    tap.check(status == 0 and " wrong=0 " in told and err == "", "to the end they got every answer right", told + err)
    check_tickets(lab, made)
    check_log(lab)
    tap.equal(lab.server.stop(), 0, "the server ends in order")
    tap.equal(lab.server.verb("verify", "--dir", lab.server.dir).returncode, 0, "and its store verifies")
    tap.done()


if __name__ == "__main__":
    main(*sys.argv[1:])
