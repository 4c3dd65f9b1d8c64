#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""From a code to a certificate, and every way out again: real programs, real TLS.

    enrol.py SLATED SLATE
"""
import base64
import datetime
import os
import resource
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import zlib

from fixture import Run, Slated, Tap, until
from screen import Screen

DONE, FAILED, USAGE, NOT_FOUND, NOT_ALLOWED, CONFLICT, TEMPORARY = 0, 1, 2, 3, 4, 5, 75

BOOK = """
calendars:
  - {name: always, zone: Etc/UTC, week: [{days: [mon, tue, wed, thu, fri, sat, sun], open: ["00:00-24:00"]}]}
parties: [{name: acme}, {name: atlas}]
teams: [{name: desk, party: atlas}]
contracts:
  - {name: acme-l1, key: ACME, buyer: acme, vendor: atlas, zone: Etc/UTC, effective: 2026-01-01, hours: always,
     teams: [{team: desk}], default_team: desk, priorities: [P1, P2], targets: [
     {clock: resolution, match: {}, within: 4h, calendar: always}]}
"""


def openssl(*args, stdin=None):
    done = subprocess.run(["openssl", *args], capture_output=True, text=True, input=stdin, timeout=60)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {' '.join(args)}: {done.stderr}")
    return done.stdout


def mode(path):
    return oct(os.stat(path).st_mode & 0o777)


class Lab:
    def __init__(self, tap, server, program):
        self.tap = tap
        self.server = server
        self.program = program
        self.run = Run(tap, server, program)

    def add(self, name, *options):
        return self.run.json("admin", "user", "add", name, *(options or ("--role", "agent", "--team", "desk")))["code"]

    def enroll(self, name, code, **how):
        """Over standard input, into the profile of that name."""
        return self.run(name, "enroll", "-", stdin=code + "\n", **how)

    def join(self, name, *options):
        done = self.enroll(name, self.add(name, *options))
        if done.returncode != 0:
            raise RuntimeError(done.stderr)

    def works(self, who):
        return self.run(who, "version", "--server").returncode

    def log(self, event):
        return [line for line in self.server.log_text().splitlines() if f" event={event} " in line + " "]

    def hup(self, event="tls_reread"):
        n = len(self.log(event))
        self.server.process.send_signal(signal.SIGHUP)
        return until(lambda: len(self.log(event)) > n)

    def tls(self, name):
        return os.path.join(self.server.dir, "tls", name)


def enrols(lab):
    tap, run, server = lab.tap, lab.run, lab.server
    answer = run.json("admin", "user", "add", "a.reyes", "--role", "agent,lead", "--team", "desk")
    tap.match(r"^slate1-[A-Za-z0-9_-]+$", answer["code"], "adding somebody gives a code")
    tap.equal((answer["user"]["name"], answer["user"]["pinned"], answer["user"]["keys"], answer["user"]["party"]),
              ("a.reyes", True, 0, "atlas"), "and says who it is for")
    tap.check(answer["code"] not in server.log_text(), "the log has no code")
    done = lab.enroll("a.reyes", answer["code"])
    tap.equal(done.returncode, DONE, "a code is enough to enrol")
    tap.match("you are a.reyes", done.stderr, "and one is told who one is")
    profile = server.profile("a.reyes")
    tap.equal(mode(profile), "0o600", "the profile is for its holder alone")
    tap.check(not os.path.exists(profile + ".key"), "the key is in the profile only")
    tap.check(run.new("a.reyes", "acme-l1", "--priority", "P1", "--subject", "It works").startswith("ACME-"),
              "the profile works at once")
    tap.equal(run.json("admin", "user", "show", "a.reyes")["keys"], 1, "the key is known")

    os.rename(profile, profile + ".away")
    done = lab.enroll("a.reyes", answer["code"])
    tap.equal(done.returncode, NOT_ALLOWED, "a code that was used is refused for another key")
    tap.match("wrong, was used, or is too old.*user rotate", done.stderr, "and it is said what to do")
    os.rename(profile + ".away", profile)
    os.remove(profile + ".key")
    before = open(profile, encoding="utf-8").read()
    done = lab.enroll("a.reyes", lab.add("b.cruz"))
    tap.check(done.returncode == NOT_ALLOWED and open(profile, encoding="utf-8").read() == before,
              "a profile that is there is not replaced", done.stderr)
    for text, says in (("", "no whole code"), ("slate1-AAAA", "no whole code"), ("hello", "no whole code")):
        done = lab.enroll("nobody", text)
        tap.check(done.returncode == FAILED and says in done.stderr, f"{text!r} is no code", done.stderr)
    done = run("nobody", "enroll")
    tap.equal(done.returncode, USAGE, "where nobody can be asked, it says so")
    run.refused("a.reyes", ["user", "add", "c", "--role", "agent", "--team", "desk"], NOT_ALLOWED, "administrator")
    run.refused("admin", ["user", "add", "c", "--role", "agnet"], FAILED, "agnet")
    run.refused("admin", ["user", "add", "a.reyes", "--role", "agent", "--team", "desk"], CONFLICT, "already")


def lost_answer(lab):
    """The key is kept until there is a certificate for it."""
    code = lab.add("d.lost")
    profile = lab.server.profile("d.lost")
    lab.server.stop(signal.SIGKILL)
    tap = lab.tap
    tap.equal(lab.enroll("d.lost", code).returncode, 69, "no server, no profile")
    key = open(profile + ".key", encoding="utf-8").read()
    tap.equal(mode(profile + ".key"), "0o600", "the key that waits is for its holder alone")
    lab.server.start()
    tap.equal(lab.enroll("d.lost", code).returncode, DONE, "the same again works")
    with open(profile, encoding="utf-8") as f:
        tap.check(key.splitlines()[1] in f.read(), "with the key of the first time")
    # As if only the answer had been lost
    os.rename(profile, profile + ".away")
    with open(os.open(profile + ".key", os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as f:
        f.write(key)
    tap.equal(lab.enroll("d.lost", code).returncode, DONE, "a lost answer is given again")
    tap.equal(lab.run.json("admin", "user", "show", "d.lost")["keys"], 1, "and counts for one key")


def argument(lab):
    """A code on the command line is not seen for long."""
    code = lab.add("e.word")
    env = {k: v for k, v in os.environ.items() if not k.startswith("SLATE_")}
    env["SLATE_PROFILE"] = lab.server.profile("e.word")
    # The server is stopped, so that the client waits for it while we look
    lab.server.process.send_signal(signal.SIGSTOP)
    try:
        client = subprocess.Popen([lab.program, "enroll", code], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        def hidden():
            with open(f"/proc/{client.pid}/cmdline", "rb") as f:
                words = f.read()
            return b"enroll" in words and code.encode() not in words
        lab.tap.check(until(hidden, 5), "a code on the command line is overwritten")
    finally:
        lab.server.process.send_signal(signal.SIGCONT)
    client.communicate(timeout=60)
    lab.tap.equal(client.returncode, DONE, "and is taken all the same")


def typed(lab):
    """A code that is typed is not shown; the terminal is as it was, however the question ends."""
    tap, screen = lab.tap, Screen(lab.program, lab.server)
    for name, signum, keys, code in (("Ctrl-C", None, b"\x03", 130), ("Ctrl-D", None, b"\x04", FAILED), ("SIGTERM", signal.SIGTERM, b"", 130),
                                     ("no code", None, b"nonsense\r", FAILED), ("the code", None, None, DONE)):
        secret = lab.add("t.typed") if keys is None else "nonsense"
        session = screen.open("t.typed", "enroll", echo=True)
        tap.check(session.wait(r"code \(it is not shown\):") and session.wait(lambda: not session.echoes()),
                  f"{name}: it is asked for", session.shown)
        session.send(keys if keys is not None else secret.encode() + b"\r")
        if signum:
            session.process.send_signal(signum)
        session.wait(lambda: session.ended)
        tap.check(session.echoes() and secret not in session.shown, f"{name}: it was not shown, and what is typed now is", session.shown)
        tap.equal(session.end()[0], code, f"{name}: exit code")


def no_core(lab):
    """A client that is made to dump its memory does not: there are keys in it."""
    def dumps(*args):
        folder = os.path.join(lab.server.scratch, "cores")
        os.makedirs(folder, exist_ok=True)
        env = {"SLATE_PROFILE": lab.server.profile("nobody"), "ASAN_OPTIONS": "disable_coredump=0"} # it makes none by itself
        p = subprocess.Popen(args, cwd=folder, stdin=subprocess.PIPE, env=env,
                             preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2))
        def reads():
            with open(f"/proc/{p.pid}/stat", encoding="utf-8") as f:
                return f"({os.path.basename(args[0])}) S " in f.read()
        until(reads)
        p.send_signal(signal.SIGQUIT)
        return os.WCOREDUMP(os.waitpid(p.pid, 0)[1])
    if dumps("/bin/cat"):
        lab.tap.check(not dumps(os.path.abspath(lab.program), "enroll", "-"), "no core file")
    else:
        lab.tap.check(True, "no core file # SKIP this machine makes none")


class Listener:
    """Something that listens where a code leads, with a certificate of its own, and counts what it is told."""

    def __init__(self, folder):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", "/CN=x", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{folder}/other.key",
                "-out", f"{folder}/other.crt")
        self.ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ctx.load_cert_chain(f"{folder}/other.crt", f"{folder}/other.key")
        self.ctx.set_alpn_protocols(["slate-enrol/1"])
        self.told = None

    def serve_one(self, port):
        with socket.create_server(("127.0.0.1", port)) as s:
            s.settimeout(20)
            c, _ = s.accept()
            with c:
                c.settimeout(20)
                try:
                    with self.ctx.wrap_socket(c, server_side=True) as t:
                        self.told = t.recv(100)
                except (ssl.SSLError, OSError):
                    self.told = b""


def another_ca(lab):
    code = lab.add("f.mitm")
    lab.server.stop()
    listener = Listener(lab.server.scratch)
    env = {k: v for k, v in os.environ.items() if not k.startswith("SLATE_")}
    env["SLATE_PROFILE"] = lab.server.profile("f.mitm")
    client = subprocess.Popen([lab.program, "enroll", "--timeout", "10s", "-"], env=env, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    # It connects once it has the code
    thread = threading.Thread(target=listener.serve_one, args=(lab.server.port,))
    thread.start()
    until(lambda: listening(lab.server.port), 5)
    _, err = client.communicate(code + "\n", timeout=60)
    thread.join(timeout=30)
    lab.tap.equal(client.returncode, NOT_ALLOWED, "a server with another CA is refused")
    lab.tap.equal(listener.told, b"", "before it is told the secret")
    lab.tap.check(not os.path.exists(lab.server.profile("f.mitm")), "there is no profile", err)
    lab.server.start()
    lab.tap.equal(lab.enroll("f.mitm", code).returncode, DONE, "the code is as good as before")


def listening(port):
    with open("/proc/net/tcp", encoding="ascii") as f:
        return any(f":{port:04X} " in line and " 0A " in line for line in f)


def nothing_else(lab):
    """That protocol takes one frame, of one kind, and knows nobody."""
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    ctx.check_hostname = False
    ctx.verify_mode = ssl.CERT_NONE
    def talk(alpn, payload, said=None):
        ctx.set_alpn_protocols([alpn])
        with socket.create_connection(("127.0.0.1", lab.server.port), timeout=20) as c:
            with ctx.wrap_socket(c) as t:
                t.settimeout(20)
                t.sendall((said or len(payload)).to_bytes(4, "big") + payload)
                got = b""
                try:
                    while piece := t.recv(65536):
                        got += piece
                except (ssl.SSLError, OSError) as e:
                    return got, type(e).__name__
                return got, "closed"
    got, end = talk("slate-enrol/1", bytes.fromhex("0a0408011202"))
    lab.tap.check(got != b"" and end == "closed", "an envelope is refused there, and that was all", (got, end))
    made = subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                           "-subj", "/CN=x", "-keyout", "/dev/null", "-outform", "DER"], capture_output=True, timeout=60,
                          check=True).stdout
    length = bytes([len(made) & 127 | 128, len(made) >> 7])
    got, end = talk("slate-enrol/1", b"\x0a\x10" + b"0" * 16 + b"\x12" + length + made)
    lab.tap.check(b"wrong, was used" in got and end == "closed", "after an answer the server closes", (got, end))
    got, end = talk("slate-enrol/1", b"x" * 9000)
    lab.tap.equal(got, b"", "nor is a long frame taken")
    got, end = talk("slate-enrol/1", b"", said=8 * 1024 + 1)
    lab.tap.check(got == b"" and end in ("closed", "SSLError", "ConnectionResetError", "SSLEOFError"),
                  "not even its bytes are waited for", (got, end))
    got, _ = talk("slate/1", bytes.fromhex("0a0408011202"))
    lab.tap.equal(got, b"", "without a certificate the other protocol says nothing")


def too_many(lab):
    code = lab.add("g.slow")
    raw = bytearray(base64.urlsafe_b64decode(code[7:] + "=="))
    raw[8] ^= 1
    raw[-4:] = zlib.crc32(bytes(raw[:-4])).to_bytes(4, "big")
    wrong = "slate1-" + base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("=")
    codes = []
    for i in range(12):
        done = lab.enroll(f"g.{i}", wrong)
        codes.append(done.returncode)
        if done.returncode not in (NOT_ALLOWED,):
            break
    # Some were used up by the tests before; a restart between them begins anew
    lab.tap.check(NOT_ALLOWED in codes and codes[-1] == TEMPORARY and len(codes) <= 6,
                  "after five wrong codes somebody waits", codes)
    lab.tap.match("too many wrong codes", done.stderr, "and is told so")
    lab.tap.equal(lab.enroll("g.slow", code).returncode, TEMPORARY, "who has the right one waits, too")
    lab.server.stop()
    lab.server.start()
    lab.tap.equal(lab.enroll("g.slow", code).returncode, DONE, "it was not used up")


def watching(lab, who):
    env = {k: v for k, v in os.environ.items() if not k.startswith("SLATE_")}
    env.update({"SLATE_PROFILE": lab.server.profile(who), "LC_ALL": "C.UTF-8", "TZ": "UTC"})
    before = len([line for line in lab.log("connected") if f"principal={who} " in line])
    p = subprocess.Popen([lab.program, "watch"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if not until(lambda: len([line for line in lab.log("connected") if f"principal={who} " in line]) > before):
        raise RuntimeError("no watch")
    return p


def cut(lab):
    tap, run = lab.tap, lab.run
    lab.join("h.gone")
    p = watching(lab, "h.gone")
    n = len(lab.log("disconnected"))
    begin = time.monotonic()
    tap.equal(run.json("admin", "user", "disable", "h.gone")["user"]["disabled"], True, "somebody is disabled")
    def is_cut():
        return any("principal=h.gone " in line for line in lab.log("disconnected")[n:])
    tap.check(until(is_cut, 20), "and their live connection ends")
    took = time.monotonic() - begin
    print(f"# cut after {took:.3f} s, with the call", flush=True)
    _, err = p.communicate(timeout=30)
    tap.check(p.returncode == NOT_ALLOWED and "disabled" in err or "belongs to no principal" in err,
              "the watch says why", f"{p.returncode}\n{err}")
    tap.equal(lab.works("h.gone"), NOT_ALLOWED, "they cannot come back")
    run.json("admin", "user", "enable", "h.gone")
    tap.equal(lab.works("h.gone"), DONE, "until they are enabled")
    run.refused("admin", ["user", "disable", "admin"], CONFLICT, "only administrator")

    p = watching(lab, "h.gone")
    code = run.json("admin", "user", "rotate", "h.gone")["code"]
    p.communicate(timeout=30)
    tap.equal(p.returncode, NOT_ALLOWED, "rotating cuts them, too")
    tap.equal(lab.works("h.gone"), NOT_ALLOWED, "the former key is taken no more")
    tap.check(any("key was not enrolled" in line for line in lab.log("principal_refused")), "the log says why")
    os.remove(lab.server.profile("h.gone"))
    tap.equal(lab.enroll("h.gone", code).returncode, DONE, "the new code lets them in")


def renews(lab):
    tap, run = lab.tap, lab.run
    lab.join("i.next")
    profile = lab.server.profile("i.next")
    before = open(profile, encoding="utf-8").read()
    shown = run.json("i.next", "cert", "show")
    tap.equal(shown["name"], "i.next", "a profile says whose it is")
    tap.equal(run.json("i.next", "cert", "renew")["key_sha256"], shown["key_sha256"], "nothing is renewed before it is due")
    tap.equal(open(profile, encoding="utf-8").read(), before, "the file is the same")
    renewed = run.json("i.next", "cert", "renew", "--force")
    tap.check(renewed["key_sha256"] != shown["key_sha256"], "renewing makes another key")
    tap.equal((mode(profile), lab.works("i.next")), ("0o600", DONE), "in its place, and it works")
    old = os.path.join(lab.server.scratch, "old.profile")
    with open(os.open(old, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as f:
        f.write(before)
    tap.equal(run("i.next", "version", "--server", env={"SLATE_PROFILE": old}).returncode, DONE, "so does the former")
    run.json("admin", "cert", "renew", "--force")
    tap.equal((lab.works("admin"), run.json("admin", "user", "show", "admin")["pinned"]), (DONE, False),
              "who was there before codes renews, and stays as they are")


def aged_profile(lab, name, days_gone, days_left):
    """A profile of somebody who is not pinned, whose certificate is of our making."""
    folder = lab.server.scratch
    key, csr, crt = (f"{folder}/{name}.{x}" for x in ("pem", "csr", "crt"))
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=x", "-keyout", key,
            "-out", csr)
    with open(f"{folder}/ext", "w", encoding="ascii") as f:
        f.write("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n"
                f"subjectAltName=URI:slate:principal/{name}\nsubjectKeyIdentifier=hash\n"
                "authorityKeyIdentifier=keyid:always\n")
    now = datetime.datetime.now(datetime.timezone.utc)
    form = "%Y%m%d%H%M%SZ"
    folder_ca = f"{folder}/minica"
    shutil.rmtree(folder_ca, ignore_errors=True)
    os.mkdir(folder_ca)
    open(f"{folder_ca}/index", "w", encoding="ascii").close()
    with open(f"{folder_ca}/conf", "w", encoding="ascii") as f:
        f.write(f"[ca]\ndefault_ca=c\n[c]\ndatabase={folder_ca}/index\nnew_certs_dir={folder_ca}\nrand_serial=yes\n"
                "default_md=sha256\npolicy=p\nunique_subject=no\ndefault_crl_days=30\n[p]\ncommonName=supplied\n")
    openssl("ca", "-batch", "-notext", "-config", f"{folder_ca}/conf", "-cert", lab.tls("ca.crt"), "-keyfile",
            lab.tls("ca.key"), "-in", csr, "-out", crt, "-extfile", f"{folder}/ext",
            "-startdate", (now - datetime.timedelta(days=days_gone)).strftime(form),
            "-enddate", (now + datetime.timedelta(days=days_left)).strftime(form))
    def block(path):
        with open(path, encoding="ascii") as f:
            return "".join("  " + line for line in f)
    profile = lab.server.profile(name)
    with open(os.open(profile, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as f:
        f.write(f"name: {name}\nserver: 127.0.0.1:{lab.server.port}\nca: |\n{block(lab.tls('ca.crt'))}"
                f"cert: |\n{block(crt)}key: |\n{block(key)}")
    return crt


def renews_by_itself(lab):
    tap, run = lab.tap, lab.run
    aged_profile(lab, "j.aged", 250, 100)
    due = run.json("j.aged", "cert", "show")
    done = run("j.aged", "list")
    tap.equal((done.returncode, done.stderr), (DONE, ""), "a verb in the last third goes well, and says nothing")
    tap.check(run.json("j.aged", "cert", "show")["expires_at"] > due["expires_at"], "and has renewed the certificate")
    aged_profile(lab, "j.aged", 100, 250)
    due = run.json("j.aged", "cert", "show")
    run("j.aged", "list")
    tap.equal(run.json("j.aged", "cert", "show"), due, "before that nothing is renewed")
    aged_profile(lab, "j.aged", 250, 100)
    folder = os.path.dirname(lab.server.profile("j.aged"))
    with open(lab.server.profile("j.aged") + ".key", "w", encoding="ascii") as f:
        f.write("no key\n")
    os.chmod(lab.server.profile("j.aged") + ".key", 0o600)
    done = run("j.aged", "list")
    tap.check(done.returncode == DONE and "cannot be renewed" in done.stderr and folder in done.stderr,
              "where it fails, the verb does its work and warns", done.stderr)
    os.remove(lab.server.profile("j.aged") + ".key")


def crl(lab):
    tap, run, server = lab.tap, lab.run, lab.server
    crt = aged_profile(lab, "j.aged", 1, 300)
    lab.join("k.stays")
    conf = f"{server.scratch}/minica/conf"
    ca = ["-config", conf, "-cert", lab.tls("ca.crt"), "-keyfile", lab.tls("ca.key")]
    openssl("ca", *ca, "-gencrl", "-out", lab.tls("crl.pem"))
    server.stop()
    settings(server, "  client_ca: tls/ca.crt", "  crl: tls/crl.pem\n  client_ca: tls/ca.crt")
    server.start()
    tap.check(lab.hup(), "an empty list is read")
    tap.equal((lab.works("j.aged"), lab.works("k.stays")), (DONE, DONE), "and shuts nobody out")
    p = watching(lab, "j.aged")
    stays = watching(lab, "k.stays")
    openssl("ca", *ca, "-revoke", crt)
    openssl("ca", *ca, "-gencrl", "-out", lab.tls("crl.pem"))
    tap.check(lab.hup(), "a certificate is revoked")
    p.communicate(timeout=30)
    tap.check(p.returncode != DONE and lab.works("j.aged") == NOT_ALLOWED, "its holder is cut, and shut out", p.returncode)
    tap.check(stays.poll() is None and lab.works("k.stays") == DONE, "nobody else is")
    stays.send_signal(signal.SIGINT)
    stays.communicate(timeout=30)
    shutil.copy(lab.tls("crl.pem"), lab.tls("crl.good"))
    with open(lab.tls("crl.pem"), "w", encoding="ascii") as f:
        f.write("nonsense\n")
    tap.check(lab.hup("tls_not_reread"), "a broken list is refused")
    tap.check("crl.pem" in lab.log("tls_not_reread")[-1], "by its name", lab.log("tls_not_reread"))
    tap.equal((lab.works("j.aged"), lab.works("k.stays")), (NOT_ALLOWED, DONE), "the former stays in use")
    openssl("ca", *ca, "-gencrl", "-crl_lastupdate", "20200101000000Z", "-crl_nextupdate", "20200201000000Z", "-out",
            lab.tls("crl.pem"))
    tap.check(lab.hup("crl_expired"), "a list that is too old is logged")
    tap.equal(lab.works("k.stays"), NOT_ALLOWED, "and shuts everybody out")
    shutil.copy(lab.tls("crl.good"), lab.tls("crl.pem"))
    lab.hup()
    tap.equal(lab.works("k.stays"), DONE, "a good one lets them in again")
    server.stop()
    linked(lab)
    server.stop()
    settings(server, "  crl: tls/crl.pem\n", "")
    server.start()


def linked(lab):
    """Programs that renew certificates keep them elsewhere, and put links where they are looked for."""
    tap, server = lab.tap, lab.server
    kept = os.path.join(server.scratch, "kept")
    os.mkdir(kept, 0o700)
    for name in ("server.crt", "server.key", "crl.pem"):
        shutil.move(lab.tls(name), os.path.join(kept, name))
        os.symlink(os.path.join(kept, name), lab.tls(name))
    server.start()
    for name in ("server.crt", "crl.pem"):
        shutil.copy(os.path.join(kept, name), os.path.join(kept, name + ".2"))
        os.remove(lab.tls(name))
        os.symlink(os.path.join(kept, name + ".2"), lab.tls(name))
    tap.check(lab.hup(), "files that links lead to are read again, too", lab.log("tls_not_reread"))
    os.chmod(lab.tls("ca.key"), 0o640)
    tap.check(lab.hup("tls_not_reread") and "ca.key" in lab.log("tls_not_reread")[-1], "an exposed key is refused by name")
    os.chmod(lab.tls("ca.key"), 0o600)


def settings(server, old, new):
    path = os.path.join(server.dir, "slated.yaml")
    with open(path, encoding="utf-8") as f:
        text = f.read()
    if old not in text:
        raise RuntimeError(f"no {old!r} in slated.yaml")
    with open(path, "w", encoding="utf-8") as f:
        f.write(text.replace(old, new, 1))


def rollover(lab):
    tap, run, server = lab.tap, lab.run, lab.server
    lab.join("l.old")
    lab.join("m.late")
    def verb(*words):
        done = server.verb(*words, "--dir", server.dir)
        tap.equal(done.returncode, DONE, "slated " + " ".join(words))
        return done
    fingerprint = openssl("x509", "-noout", "-fingerprint", "-in", lab.tls("server.crt"))
    verb("cert", "renew")
    tap.check(lab.hup() and fingerprint != openssl("x509", "-noout", "-fingerprint", "-in", lab.tls("server.crt")),
              "the server's certificate is another one")
    tap.equal((lab.works("l.old"), mode(lab.tls("server.key"))), (DONE, "0o600"), "and clients take it")
    done = server.verb("ca", "retire", "--dir", server.dir)
    tap.equal(done.returncode, DONE, "retiring where there is one CA changes nothing")
    verb("ca", "renew")
    with open(lab.tls("ca.crt"), encoding="ascii") as f:
        tap.equal(f.read().count("BEGIN CERTIFICATE"), 2, "two authorities")
    lab.hup()
    tap.equal((lab.works("l.old"), lab.works("admin")), (DONE, DONE), "who has a certificate of the former works on")
    lab.join("n.new")
    tap.equal(lab.works("n.new"), DONE, "so does who gets one of the new")
    with open(server.profile("n.new"), encoding="utf-8") as f:
        tap.equal(f.read().count("BEGIN CERTIFICATE"), 3, "and they are told of both")
    run.json("l.old", "cert", "renew", "--force")
    run.json("admin", "cert", "renew", "--force")
    with open(server.profile("l.old"), encoding="utf-8") as f:
        tap.equal(f.read().count("BEGIN CERTIFICATE"), 3, "who renews is, too")
    done = server.verb("ca", "retire", "--dir", server.dir)
    tap.check(done.returncode == FAILED and "slated cert renew" in done.stderr, "the former is needed still", done.stderr)
    verb("cert", "renew")
    lab.hup()
    tap.equal([lab.works(who) for who in ("l.old", "n.new", "admin")], [DONE] * 3, "under the new one all of them work")
    tap.equal(lab.works("m.late"), NOT_ALLOWED, "but who knows only the former")
    p = watching(lab, "n.new")
    verb("ca", "retire")
    lab.hup()
    tap.equal([lab.works(who) for who in ("l.old", "n.new", "admin")], [DONE] * 3, "and when it is gone")
    tap.check(p.poll() is None, "nobody's connection was closed")
    p.send_signal(signal.SIGINT)
    p.communicate(timeout=30)
    shutil.move(lab.tls("server.key"), lab.tls("server.away"))
    tap.check(lab.hup("tls_not_reread") and "server.key" in lab.log("tls_not_reread")[-1], "a key that is missing is named")
    tap.equal(lab.works("n.new"), DONE, "and the former stays in use")
    shutil.move(lab.tls("server.away"), lab.tls("server.key"))


def own_ca(lab):
    """A company's own authority, whose key is elsewhere."""
    tap, run, server = lab.tap, lab.run, lab.server
    lab.join("o.was")
    os.rename(lab.tls("ca.key"), os.path.join(server.scratch, "ca.away"))
    server.stop()
    server.start()
    tap.check(lab.log("enrolment_not_offered") != [], "without the key of an authority the log says what is not offered")
    done = run("admin", "user", "add", "p.own", "--role", "agent", "--team", "desk")
    tap.check(done.returncode == DONE and "slate:principal/p.own" in done.stderr, "somebody is added, without a code",
              done.stdout + done.stderr)
    run.refused("admin", ["user", "rotate", "o.was"], CONFLICT, "no key of an authority")
    run.refused("o.was", ["cert", "renew", "--force"], CONFLICT, "no key of an authority")
    os.rename(os.path.join(server.scratch, "ca.away"), lab.tls("ca.key"))
    aged_profile(lab, "p.own", 1, 100)
    tap.equal(lab.works("p.own"), DONE, "a certificate of that authority lets them in")
    os.rename(lab.tls("ca.key"), os.path.join(server.scratch, "ca.away"))
    settings(server, "  client_ca: tls/ca.crt", "  ca_key: tls/ca.key\n  client_ca: tls/ca.crt")
    done = server.verb("--dir", server.dir, "--check")
    tap.check(done.returncode == 78 and "ca.key" in done.stderr, "a key that the settings name must be there", done.stderr)


def main(slated, slate):
    tap = Tap()
    server = Slated(slated)
    server.user("j.aged", "--role", "auditor")  # offline: not pinned, every certificate of the CA is taken
    server.start()
    lab = Lab(tap, server, slate)
    done = lab.run("admin", "book", "apply", "-f", "-", "--yes", stdin=BOOK)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    enrols(lab)
    lost_answer(lab)
    argument(lab)
    typed(lab)
    no_core(lab)
    another_ca(lab)
    nothing_else(lab)
    too_many(lab)
    cut(lab)
    renews(lab)
    renews_by_itself(lab)
    crl(lab)
    rollover(lab)
    own_ca(lab)
    tap.equal(server.stop(), 0, "the server ends in order")
    tap.done()


if __name__ == "__main__":
    main(*sys.argv[1:])
