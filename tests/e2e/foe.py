# SPDX-License-Identifier: Apache-2.0
"""Who means harm: certificates that are not what they should be, and connections that misbehave.

For tests/e2e/hostile.py and bench/hostile.py. Each foe comes from a loopback address of its own, so that the limits
on an address are its own, too, and the server's log tells what became of it.
"""
import contextlib
import ctypes
import datetime
import os
import select
import socket
import ssl
import struct
import subprocess

import _ssl

from fixture import read_profile
from protocol import ENVELOPE_REPLY, parse

PATIENCE = 30 # seconds, for what must come; nothing is expected to take it


class Papers:
    """A CA of ours, or the server's own, that signs whatever one asks."""

    def __init__(self, folder, ca=None):
        self.folder = folder
        os.makedirs(folder)
        if ca is None:
            ca = (f"{folder}/ca.crt", f"{folder}/ca.key")
            self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                         "-subj", "/CN=somebody else's", "-keyout", ca[1], "-out", ca[0])
        self.ca = ["-config", f"{folder}/conf", "-cert", ca[0], "-keyfile", ca[1]]
        with open(f"{folder}/index", "w", encoding="ascii"):
            pass
        with open(f"{folder}/conf", "w", encoding="ascii") as f:
            f.write(f"[ca]\ndefault_ca=c\n[c]\ndatabase={folder}/index\nnew_certs_dir={folder}\nrand_serial=yes\n"
                    "default_md=sha256\npolicy=p\nunique_subject=no\ndefault_crl_days=30\n[p]\ncommonName=supplied\n")
        self.key = f"{folder}/key.pem"
        self.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", self.key)

    @staticmethod
    def openssl(*args):
        done = subprocess.run(["openssl", *args], capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {' '.join(args)}: {done.stderr}")

    def make(self, name, uris, usage="clientAuth", cn="somebody", begins=-3600, ends=86400):
        """The file with certificate and key; begins and ends are seconds from now. uris: bytes."""
        csr, ext, crt, pem = (f"{self.folder}/{name}.{x}" for x in ("csr", "ext", "crt", "pem"))
        names = b"".join(b"\x86" + bytes([len(uri)]) + uri for uri in uris) # shorter than 128
        san = f"subjectAltName=DER:30{len(names):02x}{names.hex()}\n" if uris else ""
        with open(ext, "w", encoding="ascii") as f:
            f.write(f"{san}extendedKeyUsage={usage}\nbasicConstraints=critical,CA:FALSE\n"
                    "keyUsage=critical,digitalSignature\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n")
        now = datetime.datetime.now(datetime.timezone.utc)
        begin, end = ((now + datetime.timedelta(seconds=s)).strftime("%Y%m%d%H%M%SZ") for s in (begins, ends))
        self.openssl("req", "-new", "-key", self.key, "-subj", "/CN=" + cn, "-out", csr)
        self.openssl("ca", "-batch", "-notext", *self.ca, "-in", csr, "-out", crt, "-extfile", ext,
                     "-startdate", begin, "-enddate", end)
        with open(pem, "w", encoding="ascii") as out:
            for part in (crt, self.key):
                with open(part, encoding="ascii") as f:
                    out.write(f.read())
        return pem

    def revoke(self, name):
        self.openssl("ca", *self.ca, "-revoke", f"{self.folder}/{name}.crt")

    def list_revoked(self, path):
        self.openssl("ca", *self.ca, "-gencrl", "-out", path + ".new")
        os.rename(path + ".new", path)


class Place:
    """Where the server is, and what a client needs to know of it."""

    def __init__(self, server):
        self.port = server.port
        self.ca = os.path.join(server.scratch, "place.pem")
        with open(self.ca, "w", encoding="ascii") as f:
            f.write(read_profile(server.profile("admin"))["ca"])

    def tcp(self, source):
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE, source_address=(source, 0))
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return raw

    def context(self, certificate=None, alpn="slate/1", newest=ssl.TLSVersion.TLSv1_3):
        context = ssl.create_default_context(cafile=self.ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.maximum_version = newest
        if alpn is not None:
            context.set_alpn_protocols([alpn])
        if certificate is not None:
            context.load_cert_chain(certificate)
        return context


def frame(payload):
    return struct.pack(">I", len(payload)) + payload


class Foe:
    """A connection with its handshake behind it, unless the server refused that."""

    def __init__(self, place, source, certificate=None, **how):
        self.tls = place.context(certificate, **how).wrap_socket(place.tcp(source), server_hostname="127.0.0.1")
        self.read = b""

    def hello(self):
        """The server's greeting; the handshake is only through when it is there."""
        if self.receive() is None:
            raise RuntimeError("no greeting")
        return self

    def send(self, *payloads):
        self.tls.sendall(b"".join(frame(p) for p in payloads))

    def receive(self):
        """One payload; None when the connection has ended, in whatever way."""
        while len(self.read) < 4 or len(self.read) < 4 + struct.unpack(">I", self.read[:4])[0]:
            try:
                piece = self.tls.recv(65536)
            except socket.timeout:
                raise RuntimeError("neither an answer nor an end") from None
            except OSError:
                piece = b""
            if not piece:
                return None
            self.read += piece
        end = 4 + struct.unpack(">I", self.read[:4])[0]
        payload, self.read = self.read[4:end], self.read[end:]
        return payload

    def reply(self):
        """The next reply, past live events; None at the end."""
        while (payload := self.receive()) is not None:
            envelope = parse(payload)
            if ENVELOPE_REPLY in envelope:
                return parse(envelope[ENVELOPE_REPLY][0])
        return None

    def replies_read(self):
        """Those that are whole in what was read."""
        replies = []
        while len(self.read) >= 4 and len(self.read) >= 4 + struct.unpack(">I", self.read[:4])[0]:
            envelope = parse(self.receive())
            if ENVELOPE_REPLY in envelope:
                replies.append(parse(envelope[ENVELOPE_REPLY][0]))
        return replies

    def to_end(self):
        """All replies that still come."""
        replies = []
        while (reply := self.reply()) is not None:
            replies.append(reply)
        return replies

    def close(self):
        """In order."""
        with contextlib.suppress(OSError):
            self.tls.settimeout(PATIENCE)
            self.tls.unwrap()
        self.tls.close()

    def cut(self):
        """End of file without close_notify."""
        self.tls.close()

    def reset(self):
        reset(self.tls)


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def first_flight(place, certificate=None, **how):
    """The bytes of a ClientHello, and what goes on from there: (bytes, ssl object, its two ends)."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = place.context(certificate, **how).wrap_bio(incoming, outgoing, server_hostname="127.0.0.1")
    with contextlib.suppress(ssl.SSLWantReadError):
        tls.do_handshake()
    return outgoing.read(), tls, incoming, outgoing


def half_shaken(place, source, certificate):
    """The server has answered our ClientHello, and waits for our certificate."""
    raw = place.tcp(source)
    hello, *_ = first_flight(place, certificate)
    raw.sendall(hello)
    if not raw.recv(1):
        raise RuntimeError("no ServerHello")
    return raw


# -- what Python's ssl has not ------------------------------------------------------------------------

FILETYPE_PEM = 1
UPDATE_NOT_REQUESTED = 0


def libssl():
    lib = ctypes.CDLL(_ssl.__file__) # finds the symbols of what it is linked with
    pointer, number, text = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p
    for name, result, arguments in (
        ("TLS_client_method", pointer, []), ("SSL_CTX_new", pointer, [pointer]), ("SSL_CTX_free", None, [pointer]),
        ("SSL_CTX_use_certificate_chain_file", number, [pointer, text]),
        ("SSL_CTX_use_PrivateKey_file", number, [pointer, text, number]),
        ("SSL_new", pointer, [pointer]), ("SSL_free", None, [pointer]), ("SSL_set_fd", number, [pointer, number]),
        ("SSL_set_alpn_protos", number, [pointer, text, ctypes.c_uint]), ("SSL_connect", number, [pointer]),
        ("SSL_read", number, [pointer, pointer, number]), ("SSL_key_update", number, [pointer, number]),
        ("SSL_do_handshake", number, [pointer]),
    ):
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    return lib


def update_keys(place, source, certificate, most):
    """Changes keys again and again until it is cut. How often that went well."""
    lib = libssl()
    ctx = lib.SSL_CTX_new(lib.TLS_client_method())
    done = 0
    if (lib.SSL_CTX_use_certificate_chain_file(ctx, certificate.encode()) != 1 or
            lib.SSL_CTX_use_PrivateKey_file(ctx, certificate.encode(), FILETYPE_PEM) != 1):
        raise RuntimeError("no certificate")
    raw = place.tcp(source)
    raw.settimeout(None) # the descriptor blocks, for so long at most: OpenSSL reads it
    for option in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
        raw.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", PATIENCE, 0))
    ssl_ = lib.SSL_new(ctx)
    lib.SSL_set_fd(ssl_, raw.fileno())
    lib.SSL_set_alpn_protos(ssl_, b"\x07slate/1", 8)
    greeting = ctypes.create_string_buffer(4096)
    if lib.SSL_connect(ssl_) == 1 and lib.SSL_read(ssl_, greeting, 4096) > 0:
        while done < most and lib.SSL_key_update(ssl_, UPDATE_NOT_REQUESTED) == 1 and lib.SSL_do_handshake(ssl_) == 1:
            done += 1
    lib.SSL_free(ssl_)
    lib.SSL_CTX_free(ctx)
    raw.close()
    return done
