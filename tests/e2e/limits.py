#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Limits per principal: the noisy one is told which limit it met and when to come back, the others are not asked.

    limits.py SLATED SLATE
"""
import json
import os
import re
import struct
import sys
import time

from fixture import HERE, Run, Slated, Tap, until
from protocol import (ADD_MESSAGE, ENVELOPE_HELLO, LIST_TICKETS, NEW_TICKET, NOT_FOUND, REPLY_CHANGED, REPLY_ERROR,
                      REPLY_ID, REQUEST_REQUEST_ID, SHOW_TICKET, Peer, converse, error_of, field, parse, pem_of, request)

DONE, TEMPORARY = 0, 75
REPLY_TICKETS, EXPORT_JOURNAL = 21, 81
RESOURCE_EXHAUSTED = 8
SETTINGS = {"principal_connections": 3, "principal_requests": 10, "principal_request_burst": 20,
            "principal_bytes": "64KiB", "principal_byte_burst": "128KiB"}


def set_limits(server, settings):
    path = os.path.join(server.dir, "slated.yaml")
    with open(path, encoding="utf-8") as f:
        text = f.read()
    for key, value in settings.items():
        text, n = re.subn(rf"(?m)^  {key}: \S+", f"  {key}: {value}", text)
        if n != 1:
            raise RuntimeError(f"slated.yaml has {n} lines of {key}")
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def error(reply):
    return parse(reply[REPLY_ERROR][0])


def retry_after_s(reply):
    return error(reply).get(6, [0])[0] / 1000


def greeted(server, certificate):
    """A connection and its greeting; None instead if it was refused, with the refusal."""
    peer = Peer(server, certificate=certificate)
    payload = parse(peer.receive())
    return (peer, parse(payload[ENVELOPE_HELLO][0])) if ENVELOPE_HELLO in payload else (peer, None)


def framed(payload):
    return struct.pack(">I", len(payload)) + payload


def shows(first, n):
    return b"".join(framed(request(i, SHOW_TICKET, field(1, "GONE-1"))) for i in range(first, first + n))


def outcomes(replies):
    return {error_of(r)[0] for r in replies}


# ---- connections --------------------------------------------------------------------------------

def check_connections(tap, server, run, agent, other):
    quiet()
    peers = [greeted(server, agent)[0] for _ in range(3)]
    late = Peer(server, certificate=agent)
    refusal = late.reply()
    code, message, _ = error_of(refusal)
    tap.equal((code, refusal.get(REPLY_ID, [0])), (RESOURCE_EXHAUSTED, [0]), "one connection too many: told so in place of a greeting")
    tap.match(r"^agent has 3 connections.*\(limits\.principal_connections\)$", message, "with the limit's name")
    tap.check(retry_after_s(refusal) > 0, "and when to come back")
    tap.equal(late.receive(), None, "and the connection ends")
    tap.equal([error_of(p.ask(1, SHOW_TICKET, field(1, "GONE-1")))[0] for p in peers], [NOT_FOUND] * 3,
              "those that it has go on")
    guest, hello = greeted(server, other)
    tap.check(hello is not None, "another principal is let in")
    guest.close()
    done = run("agent", "show", "ACME-1", "--timeout", "2s", "--json")
    tap.check(done.returncode == TEMPORARY and "limits.principal_connections" in done.stderr,
              "a client that does not get in says why", done.stderr)
    said = json.loads(done.stderr.splitlines()[-1])["error"]
    tap.equal((said["error"] if "error" in said else said["code"], said["retryable"], said["retry_after_ms"] > 0),
              ("resource_exhausted", True, True), "for programs, too")
    for p in peers[1:]:
        p.close()
    tap.check(until(lambda: greeted(server, agent)[1] is not None), "when some have ended, the next is let in")
    peers[0].close()
    # The client tries again by itself, so it need not be told that the last ones are gone.
    tap.equal(run("agent", "list").returncode, DONE, "so is the client")


# ---- requests and bytes ---------------------------------------------------------------------------

def quiet():
    """As long as a burst takes that was used up and is owed once more."""
    time.sleep(2 * SETTINGS["principal_request_burst"] / SETTINGS["principal_requests"])


def fresh(server, certificate):
    """A connection of a principal who has asked for nothing for as long as a burst takes."""
    quiet()
    return greeted(server, certificate)


def check_requests(tap, server, agent, other):
    peer, hello = fresh(server, agent)
    limits = parse(hello[6][0])
    tap.equal(limits[3], [20], "the greeting says that a pipeline is not longer than a burst")
    begun = time.monotonic()
    replies = converse(peer, shows(1, 100), 100)
    tap.equal([r[REPLY_ID][0] for r in replies], list(range(1, 101)), "100 requests at once: each has its answer, in order")
    tap.equal(outcomes(replies), {NOT_FOUND, RESOURCE_EXHAUSTED}, "some are answered, and the others refused")
    tap.equal([error_of(r)[0] for r in replies[:10]], [NOT_FOUND] * 10, "first a burst: ten that count twice")
    refused = [r for r in replies if error_of(r)[0] == RESOURCE_EXHAUSTED]
    tap.equal({error_of(r)[1] for r in refused}, {"more than 10 requests in a second (limits.principal_requests)"},
              "with the limit's name")
    tap.check(all(retry_after_s(r) > 0 for r in refused), "and when to come back")
    guest, _ = greeted(server, other)
    tap.equal(outcomes(guest.ask(i, SHOW_TICKET, field(1, "GONE-1")) for i in range(1, 11)), {NOT_FOUND},
              "another principal's requests are all answered")
    guest.close()
    again, _ = greeted(server, agent)
    replies += converse(again, shows(1, 100), 100)
    came = (time.monotonic() - begun) * SETTINGS["principal_requests"]
    answered = sum(error_of(r)[0] == NOT_FOUND for r in replies)
    tap.check(answered <= (SETTINGS["principal_request_burst"] + came) / 2 + 2, "a new connection is no new burst", answered)
    again.close()
    replies = converse(peer, shows(1, 40), 40)
    time.sleep(retry_after_s(replies[-1])) # as it was told
    replies = converse(peer, shows(2, 5), 5)
    tap.equal(outcomes(replies), {NOT_FOUND}, "after that time half a burst is taken again")
    peer.close()
    tap.match(r"principal_limited .*principal=agent limit=limits\.principal_requests", server.log_text(),
              "the operator reads it in the log")
    tap.check(server.log_text().count("principal_limited") <= 3, "now and then, not a line for each")


def check_bytes(tap, server, agent):
    peer, _ = fresh(server, agent)
    large = request(1, ADD_MESSAGE, field(1, "GONE-1") + field(2, 1) + field(3, "x" * 60000),
                    field(REQUEST_REQUEST_ID, b"1" * 16))
    replies = converse(peer, framed(large) * 8, 8)
    refused = [r for r in replies if error_of(r)[0] == RESOURCE_EXHAUSTED]
    tap.check(refused and not any(r in refused for r in replies[:3]), "large requests: a burst of bytes, and what it owes",
              [error_of(r) for r in replies])
    tap.equal(error_of(refused[0])[1], "more than 65536 bytes of requests in a second (limits.principal_bytes)",
              "with the limit's name")
    time.sleep(retry_after_s(refused[-1]))
    tap.equal(error_of(peer.ask(9, SHOW_TICKET, field(1, "GONE-1")))[0], NOT_FOUND, "after its time it goes on")
    peer.close()


def check_deaf_ears(tap, server, agent, other):
    """Somebody who goes on against all refusals: he waits, and nobody else does."""
    peer, _ = fresh(server, agent)
    guest, _ = fresh(server, other)
    peer.tls.sendall(shows(1, 1500))
    tap.equal(outcomes(guest.ask(i, SHOW_TICKET, field(1, "GONE-1")) for i in range(1, 6)), {NOT_FOUND},
              "beside 1500 requests that nobody may send another principal is answered")
    replies = converse(peer, b"", 1500)
    tap.equal([r[REPLY_ID][0] for r in replies], list(range(1, 1501)), "and each of them has its answer, in order")
    tap.equal(outcomes(replies), {NOT_FOUND, RESOURCE_EXHAUSTED}, "most a refusal")
    guest.close()
    peer.close()


# ---- the client ------------------------------------------------------------------------------------

def check_client(tap, run):
    quiet()
    codes = [run("agent", "list").returncode for _ in range(3)]
    tap.equal(codes, [DONE] * 3, "a verb that meets the limit waits and does its work")
    tap.equal(run("other", "list").returncode, DONE, "another principal's verbs go on")


def check_impatience(tap, server, run, agent):
    """With a burst that is ten seconds' worth."""
    peer, _ = greeted(server, agent)
    converse(peer, shows(1, 49) + framed(request(50, LIST_TICKETS, b"")), 50) # as much as can be owed
    peer.close()
    done = run("agent", "list", "--timeout", "1s", "--json")
    said = json.loads(done.stderr.splitlines()[-1])["error"] if done.stderr else {}
    tap.equal((done.returncode, said.get("retryable"), said.get("retry_after_ms", 0) > 0), (TEMPORARY, True, True),
              "without the time to wait it says when to come back")
    tap.match(r"limits\.principal_requests.*\nhint: .*\nhint: try again in \d+\.\d s\n", done.stderr, "and which limit it was")


def check_import(tap, run):
    """Through a limit of ten a second, more than a burst."""
    n = 60
    text = "".join(json.dumps({"key": f"K-{i}", "subject": f"about {i}", "opened_at": "2026-11-01T08:00:00Z"}) + "\n"
                   for i in range(n))
    done = run("admin", "import", "-", "--contract", "acme-l1", stdin=text)
    tap.equal(done.returncode, DONE, "an import through a low limit comes to its end")
    tap.match(rf"created {n}, existing 0, refused 0;", done.stderr, "with each line made")
    again = run("admin", "import", "-", "--contract", "acme-l1", stdin=text)
    tap.match(rf"created 0, existing {n}, refused 0;", again.stderr, "once more: all are there")
    listed = [t["source_key"] for t in run.json("boss", "list", "--limit", "0")["tickets"] if t["source_key"]]
    tap.equal(sorted(listed), sorted(f"K-{i}" for i in range(n)), "nothing is lost, nothing doubled")


def check_intake(tap, run):
    text = "".join(json.dumps({"action": "open", "key": f"m{i % 8}", "subject": "x"} if i < 8 else
                              {"action": "message", "key": f"m{i % 8}", "side": "requester", "body": f"{i:03}"}) + "\n"
                   for i in range(64))
    done = run("mailbox", "intake", "jsonl", "-", "--contract", "acme-l1", "-o", "jsonl", stdin=text)
    rows = [json.loads(x) for x in done.stdout.splitlines()]
    tap.equal((done.returncode, sorted(r["outcome"] for r in rows)), (DONE, ["created"] * 8 + ["updated"] * 56),
              "an intake comes to its end, with each line applied once")
    for ticket in sorted({r["ticket"] for r in rows if r["ticket"]})[:2]:
        bodies = [m["body"] for m in run.json("boss", "show", ticket)["messages"]]
        tap.check(len(bodies) == 7 and bodies == sorted(bodies), f"{ticket} has its messages in their order", bodies)


# ---- the writer's queue ----------------------------------------------------------------------------

def check_writes(tap, server, agent, other):
    """More unanswered changes than one principal may have, over several connections: none is refused, all of its
    connections are read on, and somebody else's change is taken between."""
    peers = [greeted(server, agent)[0] for _ in range(4)]
    each = 1000
    for k, peer in enumerate(peers):
        peer.tls.sendall(b"".join(framed(request(
            i, NEW_TICKET, field(1, "acme-l1") + field(9, "one of many"),
            field(REQUEST_REQUEST_ID, struct.pack(">QQ", k + 1, i)))) for i in range(1, each + 1)))
    guest, _ = greeted(server, other)
    reply = guest.ask(1, NEW_TICKET, field(1, "acme-l1") + field(9, "mine"), field(REQUEST_REQUEST_ID, b"g" * 16))
    tap.check(REPLY_CHANGED in reply, "somebody else's change is taken", error_of(reply))
    for k, peer in enumerate(peers):
        replies = converse(peer, b"", each)
        ids = [r[REPLY_ID][0] for r in replies if REPLY_CHANGED in r]
        tap.equal((len(ids), set(ids)), (each, set(range(1, each + 1))), f"connection {k + 1}: each change is answered once")
        peer.close()
    guest.close()


def check_large_answers(tap, server, boss):
    """What is shown to somebody outside the team is recorded before it is sent, so that many answers become ready at
    once: the connection must not break under them."""
    peer, _ = greeted(server, boss)
    n = 90 # more than what may wait for a connection, and less than a burst
    replies = converse(peer, b"".join(framed(request(i, LIST_TICKETS, field(7, 1000))) for i in range(1, n + 1)), n)
    size = min(len(r.get(REPLY_TICKETS, [b""])[0]) for r in replies)
    tap.check(len(replies) == n and size > 60000, f"{n} large answers that are recorded first: all come", (len(replies), size))
    replies = converse(peer, b"".join(framed(request(i, EXPORT_JOURNAL, field(1, "acme-l1"))) for i in range(1, 13)), 12)
    tap.equal([error_of(r)[0] for r in replies], [None] * 12, "so do 12 pieces of a journal")
    peer.close()


def make(program, client, tap):
    """A server with its people, and the certificates of two of them."""
    server = Slated(program)
    run = Run(tap, server, client)
    server.start()
    run.json("admin", "book", "apply", "--yes", "-f", os.path.join(HERE, "life.yaml"))
    server.stop()
    for name in ("agent", "other"):
        server.user(name, "--role", "agent", "--party", "northwind", "--team", "manila-a")
    server.user("boss", "--role", "vendor-manager", "--party", "northwind")
    server.user("mailbox", "--role", "intake", "--party", "acme", "--tool", "--source", "mailbox")
    return server, run, pem_of(server, "agent"), pem_of(server, "other")


def end(tap, server):
    tap.equal(server.stop(), 0, "the server ends in order")
    tap.equal(server.verb("verify", "--dir", server.dir).returncode, 0, "and all of it can be verified")


def main():
    tap = Tap()
    server, run, agent, other = make(*sys.argv[1:3], tap)
    set_limits(server, SETTINGS)
    dump = server.verb("--dir", server.dir, "--dump-config").stdout
    tap.check(all(f"  {key}:" in dump for key in SETTINGS), "the settings have the limits", dump)
    server.start()
    check_requests(tap, server, agent, other)
    check_bytes(tap, server, agent)
    check_deaf_ears(tap, server, agent, other)
    check_connections(tap, server, run, agent, other)
    check_client(tap, run)
    check_import(tap, run)
    check_intake(tap, run)
    server.stop()
    set_limits(server, {"principal_request_burst": 100})
    server.start()
    check_impatience(tap, server, run, agent)
    end(tap, server)
    server, _, agent, other = make(*sys.argv[1:3], tap)
    server.start()
    check_writes(tap, server, agent, other)
    check_large_answers(tap, server, pem_of(server, "boss"))
    end(tap, server)
    tap.done()


if __name__ == "__main__":
    main()
