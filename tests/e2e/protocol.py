#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Talks to slated as a stranger's client would: TLS, frames and protobuf by hand, right and wrong.

    protocol.py SLATED
"""
import os
import select
import signal
import socket
import ssl
import struct
import subprocess
import sys

from fixture import HERE, Slated, Tap, read_profile

# Field numbers of proto/slate.proto.
ENVELOPE_HELLO, ENVELOPE_REQUEST, ENVELOPE_REPLY, ENVELOPE_FEED = 1, 2, 3, 4
REQUEST_ID, REQUEST_REQUEST_ID, REQUEST_AS_OF, REQUEST_DRY_RUN, REQUEST_DEADLINE = 1, 2, 4, 9, 10
NEW_TICKET, LIST_TICKETS, SHOW_TICKET, TAKE_TICKET, ADD_MESSAGE = 20, 21, 22, 23, 24
TAG_TICKET, EDIT_TICKET, LIST_BREACHES, SUBSCRIBE, INTAKE = 37, 38, 40, 42, 51
REPLY_ID, REPLY_TOKEN, REPLY_ERROR, REPLY_CHANGED = 1, 2, 3, 20
INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED = 3, 5, 6, 7
UNIMPLEMENTED, UNAUTHENTICATED = 12, 16


def varint(n):
    out = b""
    while n > 0x7F:
        out += bytes([n & 0x7F | 0x80])
        n >>= 7
    return out + bytes([n])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def parse(data):
    """{field number: [values]}, for the messages that we ask for."""
    fields = {}
    i = 0
    def number():
        nonlocal i
        n = shift = 0
        while True:
            b = data[i]
            i += 1
            n |= (b & 0x7F) << shift
            shift += 7
            if b < 0x80:
                return n
    while i < len(data):
        tag = number()
        if tag & 7 == 0:
            value = number()
        else:
            n = number()
            value = data[i:i + n]
            i += n
        fields.setdefault(tag >> 3, []).append(value)
    return fields


def request(request_id, operation, body, *extra):
    content = field(REQUEST_ID, request_id) + b"".join(extra) + field(operation, body)
    return field(ENVELOPE_REQUEST, content)


class Peer:
    def __init__(self, server, certificate=None, alpn="slate/1"):
        parts = read_profile(server.profile("admin"))
        ca = os.path.join(server.scratch, "ca.pem")
        with open(ca, "w", encoding="ascii") as f:
            f.write(parts["ca"])
        context = ssl.create_default_context(cafile=ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        if alpn is not None:
            context.set_alpn_protocols([alpn])
        if certificate is not None:
            context.load_cert_chain(certificate)
        raw = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        self.tls = context.wrap_socket(raw, server_hostname="127.0.0.1")

    def send(self, payload):
        self.tls.sendall(struct.pack(">I", len(payload)) + payload)

    def receive(self):
        """One payload, None at the end of the connection."""
        def exactly(n):
            data = b""
            while len(data) < n:
                piece = self.tls.recv(n - len(data))
                if not piece:
                    return None
                data += piece
            return data
        try:
            head = exactly(4)
            return None if head is None else exactly(struct.unpack(">I", head)[0])
        except (ConnectionError, ssl.SSLError):
            return None

    def reply(self):
        payload = self.receive()
        return None if payload is None else parse(parse(payload)[ENVELOPE_REPLY][0])

    def ask(self, *args):
        self.send(request(*args))
        return self.reply()

    def close(self):
        self.tls.close()


def error_of(reply):
    """(code, message, field) of a refusal; code None if it is none."""
    if reply is None or REPLY_ERROR not in reply:
        return None, "", ""
    e = parse(reply[REPLY_ERROR][0])
    return e[1][0], e.get(2, [b""])[0].decode(), e.get(3, [b""])[0].decode()


def pem_of(server, name):
    parts = read_profile(server.profile(name))
    path = os.path.join(server.scratch, name + ".pem")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as f:
        f.write(parts["cert"] + parts["key"])
    return path


def stranger(server, ca_dir, name):
    """A certificate signed by the CA in ca_dir for a principal that nobody added."""
    base = os.path.join(server.scratch, "stranger-" + os.path.basename(os.path.dirname(ca_dir)))
    extensions = base + ".ext"
    with open(extensions, "w", encoding="ascii") as f:
        f.write(f"subjectAltName=URI:slate:principal/{name}\nextendedKeyUsage=clientAuth\n"
                "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
                "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n")
    for command in (
        ["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-keyout", base + ".key", "-subj", "/CN=" + name, "-out", base + ".csr"],
        ["openssl", "x509", "-req", "-in", base + ".csr", "-CA", ca_dir + "/ca.crt", "-CAkey", ca_dir + "/ca.key",
         "-CAcreateserial", "-days", "1", "-extfile", extensions, "-out", base + ".crt"],
    ):
        subprocess.run(command, check=True, capture_output=True)
    with open(base + ".pem", "w", encoding="ascii") as out:
        for part in (".crt", ".key"):
            with open(base + part, encoding="ascii") as f:
                out.write(f.read())
    return base + ".pem"


def refused_at_first_read(server, **options):
    try:
        peer = Peer(server, **options)
        return peer.receive() is None
    except (ssl.SSLError, ConnectionError):
        return True


def check_doors(tap, server, other):
    tap.check(refused_at_first_read(server), "no certificate: refused")
    tap.check(refused_at_first_read(server, certificate=pem_of(other, "admin")), "another CA's certificate: refused")
    tap.check(refused_at_first_read(server, certificate=pem_of(server, "agent"), alpn="http/1.1"),
              "another protocol: refused")
    tap.check(refused_at_first_read(server, certificate=pem_of(server, "agent"), alpn=None), "no protocol: refused")
    peer = Peer(server, certificate=stranger(server, server.dir + "/tls", "mallory"))
    code, message, _ = error_of(peer.reply())
    tap.equal(code, UNAUTHENTICATED, "a certificate of nobody: told so in place of a greeting")
    tap.match("belongs to no principal", message, "and in words")
    tap.equal(peer.receive(), None, "and the connection ends")


def check_frames(tap, server, agent):
    peer = Peer(server, certificate=agent)
    hello = parse(parse(peer.receive())[ENVELOPE_HELLO][0])
    tap.equal((hello[1], hello[7], hello[8]), ([1], [b"agent"], [b"agent"]), "the greeting names protocol, principal and roles")

    peer.tls.sendall(b"".join(struct.pack(">I", len(p)) + p for p in (
        request(i, SHOW_TICKET, field(1, "ACME-999")) for i in range(1, 501))))
    replies = [peer.reply() for _ in range(500)]
    tap.equal([r[REPLY_ID][0] for r in replies], list(range(1, 501)), "500 pipelined requests, 500 answers")
    tap.equal({error_of(r)[:2] for r in replies}, {(NOT_FOUND, "there is no ticket ACME-999")}, "an unknown ticket is named")

    payload = request(7, SHOW_TICKET, field(1, "ACME-999"))
    for b in struct.pack(">I", len(payload)) + payload:
        peer.tls.sendall(bytes([b]))
    tap.equal(peer.reply()[REPLY_ID][0], 7, "a frame byte by byte is a frame")
    return peer


HOSTILE = [
    ("garbage", b"\xff" * 40, INVALID_ARGUMENT, ""),
    ("an empty request", field(ENVELOPE_REQUEST, b""), INVALID_ARGUMENT, ""),
    ("a cut message", request(1, SHOW_TICKET, field(1, "ACME-1"))[:-3], INVALID_ARGUMENT, ""),
    ("two operations", field(ENVELOPE_REQUEST, field(1, 1) + field(SHOW_TICKET, field(1, "A-1")) +
                             field(TAKE_TICKET, field(1, "A-1"))), INVALID_ARGUMENT, "take_ticket"),
    ("invalid UTF-8", request(1, SHOW_TICKET, field(1, b"ACME-\xc3\x28")), INVALID_ARGUMENT, "show_ticket.ticket"),
    ("an escape sequence", request(1, NEW_TICKET, field(1, "acme-l1") + field(9, "\x1b[2J"),
                                   field(REQUEST_REQUEST_ID, b"0" * 16)), INVALID_ARGUMENT, "new_ticket.subject"),
    ("a NUL", request(1, NEW_TICKET, field(1, "acme-l1") + field(9, "a\0b"), field(REQUEST_REQUEST_ID, b"1" * 16)),
     INVALID_ARGUMENT, "new_ticket.subject"),
    ("an unknown enum value", request(1, ADD_MESSAGE, field(1, "ACME-1") + field(2, 99) + field(3, "x"),
                                      field(REQUEST_REQUEST_ID, b"2" * 16)), INVALID_ARGUMENT, "add_message.visibility"),
    ("a ticket that is none", request(1, SHOW_TICKET, field(1, "no ticket")), INVALID_ARGUMENT, "show_ticket.ticket"),
    ("a write without a request id", request(1, TAKE_TICKET, field(1, "ACME-1")), INVALID_ARGUMENT, "request_id"),
    ("an operation of the future", field(ENVELOPE_REQUEST, field(1, 1) + field(99, b"")), UNIMPLEMENTED, ""),
    ("a state of the future", request(1, LIST_TICKETS, b"", field(REQUEST_AS_OF, 2 * 4102444800000000)), INVALID_ARGUMENT, "as_of"),
    ("a team that is not there", request(1, LIST_TICKETS, field(2, "nosuch")), NOT_FOUND, "team"),
    ("a contract that is not there", request(1, LIST_BREACHES, field(5, "nosuch")), NOT_FOUND, "contract"),
    ("a feed from a client", field(ENVELOPE_FEED, field(1, 1)), INVALID_ARGUMENT, "feed"),
    ("a tag with a blank", request(1, TAG_TICKET, field(1, "ACME-1") + field(2, "ok") + field(2, "a\u00a0b"),
                                   field(REQUEST_REQUEST_ID, b"4" * 16)), INVALID_ARGUMENT, "tag_ticket.tags[1]"),
    ("an edit of nothing", request(1, EDIT_TICKET, field(1, "ACME-1"), field(REQUEST_REQUEST_ID, b"5" * 16)),
     INVALID_ARGUMENT, "edit_ticket"),
    ("two positions in one stream", request(1, SUBSCRIBE, field(1, field(1, "acme-l1")) * 2), INVALID_ARGUMENT,
     "subscribe.from"),
    ("a line without its words", request(1, INTAKE, field(1, "acme-l1") + field(2, "jira") + field(3, "HD-1") +
                                         field(5, 3), field(REQUEST_REQUEST_ID, b"6" * 16)),
     INVALID_ARGUMENT, "intake.body"),
    ("a dry run of a line", request(1, INTAKE, field(1, "acme-l1") + field(2, "jira") + field(3, "HD-1") +
                                    field(5, 6), field(REQUEST_DRY_RUN, 1)), INVALID_ARGUMENT, "dry_run"),
    ("40,000 empty messages", request(1, LIST_TICKETS, b"\x22\x00" * 20000), INVALID_ARGUMENT, "list_tickets.priorities"),
]


def check_hostile(tap, server, agent, peer):
    for name, payload, expected, place in HOSTILE:
        peer.send(payload)
        code, message, where = error_of(peer.reply())
        tap.check(code == expected and place in where, f"{name}: refused with its place", (code, message, where))
    peer.send(request(1, NEW_TICKET, field(1, "acme-l1") + field(9, "x") + field(10, "y" * 70000),
                      field(REQUEST_REQUEST_ID, b"3" * 16)))
    tap.equal(error_of(peer.reply())[0], INVALID_ARGUMENT, "a frame too long for its kind: refused")
    tap.equal(error_of(peer.ask(9, SHOW_TICKET, field(1, "ACME-999")))[0], NOT_FOUND, "and the connection goes on")
    peer.tls.sendall(struct.pack(">I", 2 << 20) + b"x" * 100)
    tap.equal(peer.receive(), None, "a frame longer than any may be ends the connection")
    peer = Peer(server, certificate=agent)
    peer.receive()
    peer.tls.sendall(struct.pack(">I", 0))
    tap.equal(peer.receive(), None, "an empty frame ends the connection")


def check_idempotency(tap, server, agent):
    peer = Peer(server, certificate=agent)
    peer.receive()
    body = field(1, "acme-l1") + field(9, "once") + field(8, "someone")
    again = field(REQUEST_REQUEST_ID, bytes(range(16)))
    first, second = peer.ask(1, NEW_TICKET, body, again), peer.ask(2, NEW_TICKET, body, again)
    row = [parse(parse(r[REPLY_CHANGED][0])[1][0])[1][0] for r in (first, second)]
    tap.equal(row[0], row[1], "the same request id and content: the same ticket")
    tap.equal([parse(parse(r[REPLY_CHANGED][0])[1][0]).get(8) for r in (first, second)], [[b"once"]] * 2,
              "each answer carries its subject")
    tap.equal(first[REPLY_TOKEN], second[REPLY_TOKEN], "and the same commit token")
    code, _, place = error_of(peer.ask(3, NEW_TICKET, body.replace(b"once", b"more"), again))
    tap.equal((code, place), (ALREADY_EXISTS, "request_id"), "the same request id and other content: refused")
    peer.close()
    server.stop()
    server.start()
    peer = Peer(server, certificate=agent)
    peer.receive()
    third = peer.ask(4, NEW_TICKET, body, again)
    tap.equal(parse(parse(third[REPLY_CHANGED][0])[1][0])[1][0], row[0], "also after a restart")
    peer.close()


def converse(peer, data, n):
    """Sends the data and reads n replies meanwhile; fewer when nothing more comes."""
    replies, read, tls = [], b"", peer.tls
    tls.setblocking(False)
    while len(replies) < n:
        try:
            if data:
                data = data[tls.send(data[:16384]):]
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        try:
            piece = tls.recv(65536)
            if not piece:
                break # the end of the connection
            read += piece
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            if not any(select.select([tls], [tls] if data else [], [], 10)):
                break
        while len(read) >= 4 and len(read) >= 4 + struct.unpack(">I", read[:4])[0]:
            end = 4 + struct.unpack(">I", read[:4])[0]
            replies.append(parse(parse(read[4:end])[ENVELOPE_REPLY][0]))
            read = read[end:]
    tls.setblocking(True)
    return replies


def check_pipelining(tap, server, agent):
    """More changes at once than the server takes, and then silence: nothing else wakes it."""
    for n in (1024 + 5, 1024 + 50, 5 * 1024):
        peer = Peer(server, certificate=agent)
        peer.receive()
        frames = b""
        for i in range(1, n + 1):
            payload = request(i, NEW_TICKET, field(1, "acme-l1") + field(9, "one of many"),
                              field(REQUEST_REQUEST_ID, struct.pack(">QQ", n, i)))
            frames += struct.pack(">I", len(payload)) + payload
        ids = [reply[REPLY_ID][0] for reply in converse(peer, frames, n) if REPLY_CHANGED in reply]
        tap.equal((len(ids), set(ids)), (n, set(range(1, n + 1))),
                  f"{n} changes at once, more than are taken: each is answered once")
        peer.close()


def number_of(reply):
    """Of the ticket that was made."""
    return int(parse(parse(reply[REPLY_CHANGED][0])[1][0])[1][0].split(b"-")[1])


def open_tickets(first, last):
    frames = b""
    for i in range(first, last + 1):
        payload = request(i, NEW_TICKET, field(1, "acme-l1") + field(9, "one of many"),
                          field(REQUEST_REQUEST_ID, struct.pack(">QQ", 7, i)))
        frames += struct.pack(">I", len(payload)) + payload
    return frames


def check_stop(tap, server, agent):
    """TERM while changes are on their way: what took effect was answered."""
    peer = Peer(server, certificate=agent)
    peer.receive()
    peer.tls.sendall(open_tickets(1, 1))
    before = number_of(peer.reply())
    peer.tls.sendall(open_tickets(2, 1000))
    replies = [peer.reply()]
    server.process.send_signal(signal.SIGTERM)
    while replies[-1] is not None:
        replies.append(peer.reply())
    numbers = [number_of(reply) for reply in replies[:-1]]
    tap.equal(server.process.wait(timeout=60), 0, "TERM with changes in flight: an orderly end")
    peer.close()
    server.start()
    peer = Peer(server, certificate=agent)
    peer.receive()
    peer.tls.sendall(open_tickets(1001, 1001))
    tap.equal(sorted(numbers), list(range(before + 1, number_of(peer.reply()))), "what took effect was answered")
    peer.close()


def apply_book(server):
    peer = Peer(server, certificate=pem_of(server, "admin"))
    peer.receive()
    with open(os.path.join(HERE, "book.yaml"), encoding="utf-8") as f:
        reply = peer.ask(1, 60, field(1, f.read()) + field(2, "book.yaml"), field(REQUEST_REQUEST_ID, b"b" * 16))
    peer.close()
    if REPLY_ERROR in reply:
        raise RuntimeError(error_of(reply))


def main():
    tap = Tap()
    server, other = Slated(sys.argv[1]), Slated(sys.argv[1])
    server.start()
    apply_book(server)
    server.stop()
    server.user("agent", "--role", "agent", "--party", "northwind", "--team", "manila-a")
    server.start()
    agent = pem_of(server, "agent")
    check_doors(tap, server, other)
    peer = check_frames(tap, server, agent)
    check_hostile(tap, server, agent, peer)
    check_idempotency(tap, server, agent)
    check_pipelining(tap, server, agent)
    check_stop(tap, server, agent)
    tap.equal(server.stop(), 0, "TERM: an orderly end")
    tap.equal(server.verb("verify", "--dir", server.dir).returncode, 0, "and a store that verifies")
    tap.done()


if __name__ == "__main__":
    main()
