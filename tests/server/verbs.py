#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The verbs of slated as an operator meets them: verbs.py SLATED SEED_BOOK. TAP on stdout.

Each test runs in a folder of its own. What a verb says is looked at as people see it: exit code,
stdout, stderr.
"""
import fcntl
import json
import os
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import traceback

SLATED, SEED_BOOK = (os.path.abspath(p) for p in sys.argv[1:3])
SECONDS = 60  # of any one call

BOOK = """\
calendars:
  - {name: always, zone: Etc/UTC, week: [{days: [mon, tue, wed, thu, fri, sat, sun], open: ["00:00-24:00"]}]}
parties:
  - {name: acme, title: Acme GmbH, country: DE}
  - {name: northwind, title: Northwind BPO, country: PH}
teams:
  - {name: manila-a, party: northwind, site: {country: PH, zone: Asia/Manila}, office: front, calendar: always}
  - {name: manila-b, party: northwind, site: {country: PH, zone: Asia/Manila}, office: front, calendar: always}
  - {name: acme-l3, party: acme, site: {country: DE, zone: Europe/Berlin}, office: back, calendar: always}
"""

TESTS = []


def test(function):
    TESTS.append(function)
    return function


class Ran:
    def __init__(self, process):
        self.code = process.returncode
        self.out = process.stdout
        self.err = process.stderr

    def __repr__(self):
        return f"exit {self.code}\nstdout: {self.out}\nstderr: {self.err}"


def run(program, *args, stdin=""):
    return Ran(subprocess.run([program, *args], input=stdin, capture_output=True, text=True,
                              timeout=SECONDS))


def slated(*args, stdin=""):
    ran = run(SLATED, *args, stdin=stdin)
    # Nobody gets to see a crash, a sanitizer's report, or a secret.
    assert ran.code >= 0, ran
    assert "PRIVATE KEY" not in ran.out + ran.err, ran
    return ran


def check(ran, code, out=None, err=None):
    """The exit code, and a part of what each stream holds ("" = nothing at all)."""
    assert ran.code == code, ran
    for wanted, got in ((out, ran.out), (err, ran.err)):
        if wanted == "":
            assert got == "", ran
        elif wanted is not None:
            assert wanted in got, f"{wanted!r} is not in it\n{ran}"
    return ran


def mode(path):
    return stat.S_IMODE(os.lstat(path).st_mode)


def text_of(path):
    with open(path, encoding="utf-8") as stream:
        return stream.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text)


def made(*args):
    """A finished directory `d`."""
    check(slated("init", "d", *args), 0)
    return "d"


def seeded():
    made()
    write("book.yaml", BOOK)
    check(run(SEED_BOOK, "d/data", "book.yaml"), 0)
    return "d"


def users(folder="d"):
    ran = check(slated("user", "list", "--dir", folder), 0, err="")
    return [line.split("\t") for line in ran.out.splitlines()]


# --- the program ----------------------------------------------------------------------------------


@test
def usage_errors_exit_with_2_and_point_to_help():
    for args, said in (
            ((), "say what to do"),
            (("inti", "d"), "no verb \"inti\""),
            (("init",), "say which DIR"),
            (("init", "a", "b"), "say one DIR"),
            (("init", "d", "--hots", "x"), "no option --hots; did you mean"),
            (("init", "d", "--host"), "--host needs a value"),
            (("init", "d", "--host="), "--host needs a value"),
            (("init", "d", "--host", "a,IP:10.0.0.1"), "no host name"),
            (("init", "d", "--listen", "localhost:7443"), "numeric address"),
            (("init", "d", "--listen", "127.0.0.1:0"), "numeric address"),
            (("init", "d", "--listen", "127.0.0.1:65536"), "numeric address"),
            (("init", "d", "--listen", "::1:7443"), "numeric address"),
            (("init", "d", "--listen", "127.0.0.1"), "numeric address"),
            (("user",), "say add, list or vouch"),
            (("user", "del", "x"), "neither add, list nor vouch"),
            (("user", "list"), "--dir"),
            (("user", "add", "x", "--dir", "d", "--out", "p"), "--role is missing"),
            (("user", "add", "--dir", "d", "--out", "p", "--role", "admin"), "say which NAME"),
            (("user", "add", "x", "--tool=yes"), "--tool takes no value"),
            (("verify",), "say --dir DIR"),
            (("rebuild", "d"), "is no option"),
            (("try", "case.json"), "stdin"),
            (("--dir",), "--dir needs a value"),
            (("--dir", "d", "--config", "c"), "--dir DIR or --config FILE"),
            (("--check",), "--dir DIR or --config FILE"),
            (("--dir", "d", "--dir", "e"), "there twice"),
            (("--dir", "d", "more"), "is no option"),
    ):
        ran = check(slated(*args), 2, out="", err=said)
        assert "slated help" in ran.err or "did you mean" in ran.err, (args, ran)
    assert not os.path.exists("d")


@test
def near_names_are_suggested():
    check(slated("verfiy"), 2, err="did you mean verify?")
    check(slated("--dri", "d"), 2, err="did you mean --dir?")


@test
def help_tells_of_every_verb():
    whole = check(slated("help"), 0, err="").out
    assert slated("--help").out == whole
    for verb in ("init", "user", "verify", "rebuild", "try"):
        assert f"    {verb} " in whole, whole
        own = check(slated("help", verb), 0, out=f"slated {verb}", err="").out
        assert slated(verb, "--help").out == own
        assert slated(verb, "-h").out == own
    check(slated("help", "nothing"), 2, err="no verb")


@test
def version_is_one_line():
    ran = check(slated("--version"), 0, err="")
    assert re.fullmatch(r"slated \d+\.\d+\.\d+\n", ran.out), ran


@test
def what_is_said_cannot_control_a_terminal():
    ran = check(slated("\x1b[2Jx\nslated: fine"), 2)
    assert "\x1b" not in ran.err and ran.err.count("\n") == 2, ran


@test
def a_full_stdout_is_a_failure():
    with open("/dev/full", "w", encoding="utf-8") as full:
        process = subprocess.run([SLATED, "help"], stdout=full, stderr=subprocess.PIPE, text=True,
                                 timeout=SECONDS)
    assert process.returncode == 1 and "stdout" in process.stderr, process


@test
def files_are_private_whatever_the_umask_was():
    old = os.umask(0)
    try:
        made()
    finally:
        os.umask(old)
    for folder, _, files in os.walk("d"):
        assert mode(folder) == 0o700, folder
        for name in files:
            path = f"{folder}/{name}"
            public = path in ("d/slated.yaml", "d/tls/ca.crt", "d/tls/server.crt")
            assert mode(path) == (0o644 if public else 0o600), path


@test
def no_core_and_no_debugger_gets_at_the_memory():
    """Seen in /proc, as somebody who is not root: root's own processes look the same anyway."""
    program = SLATED
    # AddressSanitizer would forbid core files by itself.
    env = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":disable_coredump=0"}
    options = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_CORE, (4096, 4096)),
               "umask": 0, "env": env}
    if os.geteuid() == 0:
        program = os.path.abspath("bin/slated")
        os.mkdir("bin", 0o755)
        shutil.copy(SLATED, program)
        os.chmod(".", 0o755)
        options["user"] = 65534
    with subprocess.Popen([program, "try"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, **options) as process:
        try:
            end = time.monotonic() + SECONDS
            limits = ""
            while "Max core file size        0 " not in limits or owner != 0:
                limits = text_of(f"/proc/{process.pid}/limits")
                owner = os.stat(f"/proc/{process.pid}/mem").st_uid
                assert process.poll() is None and time.monotonic() < end, (limits, owner)
            assert "Umask:\t0077\n" in text_of(f"/proc/{process.pid}/status")
        finally:
            process.stdin.close()
            process.wait(SECONDS)


# --- init -----------------------------------------------------------------------------------------


@test
def init_makes_everything_with_its_modes():
    ran = check(slated("init", "d"), 0, err="", out="slated --dir d\n")
    assert "slate --profile d/admin.profile" in ran.out, ran
    modes = {
        "d": 0o700, "d/tls": 0o700, "d/data": 0o700, "d/data/data.mdb": 0o600,
        "d/tls/ca.crt": 0o644, "d/tls/ca.key": 0o600,
        "d/tls/server.crt": 0o644, "d/tls/server.key": 0o600,
        "d/admin.profile": 0o600, "d/slated.yaml": 0o644,
    }
    for path, wanted in modes.items():
        assert mode(path) == wanted, (path, oct(mode(path)))
    left = [f for _, _, files in os.walk("d") for f in files if f.endswith(".part")]
    assert not left, left
    profile = text_of("d/admin.profile")
    assert 'server: "127.0.0.1:7443"\n' in profile and "name: admin\n" in profile, "profile"
    assert [u[:4] for u in users()] == [["admin", "human", "enabled", "admin"]]
    check(slated("--dir", "d", "--check"), 0, out="ok: d/slated.yaml", err="")
    check(slated("verify", "--dir", "d"), 0, out="ok: ")


@test
def init_takes_hosts_and_addresses():
    made("--host", "slate.example.com", "--host", "192.0.2.7")
    names = check(run("openssl", "x509", "-in", "d/tls/server.crt", "-noout", "-ext",
                      "subjectAltName"), 0).out
    assert names.splitlines()[1].split() == [
        "DNS:slate.example.com,", "IP", "Address:192.0.2.7,", "IP", "Address:127.0.0.1,",
        "IP", "Address:0:0:0:0:0:0:0:1,", "DNS:localhost"], names
    assert 'server: "slate.example.com:7443"\n' in text_of("d/admin.profile")
    dump = check(slated("--dir", "d", "--dump-config"), 0).out
    assert "0.0.0.0:7443" in dump and "[::]:7443" in dump, dump
    check(slated("init", "e", "--listen", "[::1]:7001", "--listen", "127.0.0.1:7002"), 0)
    assert 'server: "[::1]:7001"\n' in text_of("e/admin.profile")
    dump = check(slated("--dir", "e", "--dump-config"), 0).out
    assert "[::1]:7001" in dump and "127.0.0.1:7002" in dump, dump


@test
def init_certificates_hold_for_their_use_alone():
    made()
    profile = text_of("d/admin.profile")
    pem = re.search(r"cert: \|\n((?:  .*\n)+)", profile).group(1)
    write("admin.crt", re.sub(r"(?m)^  ", "", pem))
    verify = ("openssl", "verify", "-CAfile", "d/tls/ca.crt", "-purpose")
    check(run(*verify, "sslclient", "admin.crt"), 0)
    check(run(*verify, "sslserver", "d/tls/server.crt"), 0)
    assert run(*verify, "sslserver", "admin.crt").code != 0
    assert run(*verify, "sslclient", "d/tls/server.crt").code != 0


@test
def init_twice_changes_nothing():
    made()
    before = {f: text_of(f"d/{f}") for f in ("tls/ca.crt", "admin.profile", "slated.yaml")}
    check(slated("init", "d", "--host", "other.example"), 1, out="", err="made already")
    assert before == {f: text_of(f"d/{f}") for f in before}


@test
def init_repairs_what_was_cut_off():
    """Whatever is missing of what comes later is made; the authority and the store stay."""
    made()
    ca = text_of("d/tls/ca.crt")
    cluster = text_of("d/admin.profile")
    later = ["slated.yaml", "admin.profile", "tls/server.crt", "tls/server.key", "tls/ca.crt"]
    for n in range(1, len(later) + 1):
        for name in later[:n]:
            os.unlink(f"d/{name}")
        write("d/admin.profile.part", "half")
        write("d/slated.yaml.part", "half")
        check(slated("init", "d", "--host", f"h{n}.example"), 0, err="")
        assert not [f for f in os.listdir("d") if f.endswith(".part")]
        if n < len(later):
            assert text_of("d/tls/ca.crt") == ca, n
        assert text_of("d/admin.profile") != cluster
        assert f"h{n}.example" in text_of("d/admin.profile")
        assert len(users()) == 1
        check(slated("--dir", "d", "--check"), 0)
        check(slated("verify", "--dir", "d"), 0)


@test
def init_repairs_a_store_without_its_first_entries():
    """Cut off between the creation of the store and its first batch, or before its name."""
    made()
    for name in ("slated.yaml", "data/data.mdb", "data/data.mdb-lock"):
        os.unlink(f"d/{name}")
    check(slated("init", "d"), 0)
    assert len(users()) == 1


def killed_after(milliseconds, *args):
    """Runs a verb and kills it, if it is not through by then."""
    with subprocess.Popen([SLATED, *args], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          stdin=subprocess.DEVNULL) as process:
        try:
            process.wait(milliseconds / 1000)
        except subprocess.TimeoutExpired:
            process.kill()


KILL_MILLISECONDS = [*range(1, 12), *range(12, 40, 4), *range(40, 200, 20)]


@test
def init_killed_anywhere_is_repaired_by_running_it_again():
    for n in KILL_MILLISECONDS:
        folder = f"d{n}"
        killed_after(n, "init", folder)
        ran = slated("init", folder)
        assert ran.code == 0 or (ran.code == 1 and "made already" in ran.err), (n, ran)
        assert len(users(folder)) == 1, n
        assert not [f for f in os.listdir(folder) if f.endswith(".part")], n
        check(slated("--dir", folder, "--check"), 0)
        check(slated("verify", "--dir", folder), 0)


@test
def user_add_killed_anywhere_loses_no_profile():
    made()
    for n in KILL_MILLISECONDS:
        name, out = f"u{n}", f"u{n}.yaml"
        killed_after(n, "user", "add", name, "--role", "admin", "--out", out, "--dir", "d")
        if name in [row[0] for row in users()]:
            whole = out if os.path.exists(out) else out + ".part"
            assert text_of(whole).endswith("-----END PRIVATE KEY-----\n"), n
        else:
            assert not os.path.exists(out), n
            check(slated("user", "add", name, "--role", "admin", "--out", out, "--dir", "d"), 0)
    check(slated("verify", "--dir", "d"), 0)


@test
def init_spares_a_store_in_use():
    made()
    check(slated("user", "add", "root", "--role", "admin", "--out", "root.yaml", "--dir", "d"), 0)
    os.unlink("d/slated.yaml")
    ca = text_of("d/tls/ca.crt")
    check(slated("init", "d"), 1, err="is a store in use")
    assert text_of("d/tls/ca.crt") == ca and not os.path.exists("d/slated.yaml")


@test
def init_refuses_folders_that_are_not_its_own():
    os.mkdir("full", 0o700)
    write("full/notes.txt", "mine")
    check(slated("init", "full"), 1, err="notes.txt")
    os.mkdir("open", 0o755)
    check(slated("init", "open"), 1, err="chmod 700 open")
    write("file", "")
    check(slated("init", "file"), 1, err="file")
    check(slated("init", "absent/d"), 1, err="No such file")
    assert os.listdir("full") == ["notes.txt"] and os.listdir("open") == []
    os.mkdir("empty", 0o700)
    check(slated("init", "empty"), 0)


# --- user -----------------------------------------------------------------------------------------


@test
def user_add_writes_a_profile_and_an_entry():
    seeded()
    check(slated("user", "add", "a.reyes", "--role", "agent,lead", "--team", "manila-a,manila-b",
                 "--out", "a.yaml", "--dir", "d"), 0, out="a.reyes  a.yaml\n", err="")
    check(slated("user", "add", "bot-7", "--role", "intake", "--party", "acme", "--source",
                 "mailbox", "--tool", "--out", "b.yaml", "--dir", "d"), 0)
    check(slated("user", "add", "bot-8", "--role", "intake", "--party", "northwind", "--source",
                 "mailbox", "--tool", "--out", "c.yaml", "--dir", "d"), 1,
          err="source \"mailbox\" is another party's: bot-7 feeds it")
    assert mode("a.yaml") == 0o600 and "name: a.reyes\n" in text_of("a.yaml")
    assert users() == [
        ["admin", "human", "enabled", "admin", "", "", ""],
        ["a.reyes", "human", "enabled", "agent, lead", "northwind", "manila-a,manila-b", ""],
        ["bot-7", "tool", "enabled", "intake", "acme", "", "mailbox"]]
    check(slated("verify", "--dir", "d"), 0, out="ok: ")


@test
def user_add_refuses_what_the_book_does_not_have():
    seeded()
    before = users()
    base = ("--out", "p.yaml", "--dir", "d")
    for args, said in (
            (("a", "--role", "agnet", "--team", "manila-a"), "did you mean agent?"),
            (("A", "--role", "admin"), "cannot be a principal's name"),
            (("a", "--role", "agent", "--team", "manila-x"), "no team \"manila-x\""),
            (("a", "--role", "manager", "--party", "initech"), "no party \"initech\""),
            (("a", "--role", "agent", "--party", "acme", "--team", "manila-a"), "not of \"acme\""),
            (("a", "--role", "agent"), "say which with --team"),
            (("a", "--role", "manager"), "say which with --party"),
            (("a", "--role", "intake", "--party", "acme"), "--source"),
            (("admin", "--role", "admin"), "already"),
    ):
        check(slated("user", "add", *args, *base), 1, out="", err=said)
        assert not os.path.exists("p.yaml") and not os.path.exists("p.yaml.part"), args
    assert users() == before


@test
def user_add_without_a_profile_journals_nothing():
    made()
    before = users()
    write("taken.yaml", "mine")
    for out, said in (("taken.yaml", "taken.yaml: File exists"), ("absent/p.yaml", "No such file"),
                      ("d", "File exists")):
        check(slated("user", "add", "a", "--role", "admin", "--out", out, "--dir", "d"), 1, out="",
              err=said)
    assert text_of("taken.yaml") == "mine" and users() == before
    # What a call that was cut off has left does not stand in the way.
    write("p.yaml.part", "half")
    check(slated("user", "add", "a", "--role", "admin", "--out", "p.yaml", "--dir", "d"), 0)
    assert len(users()) == 2 and not os.path.exists("p.yaml.part")


@test
def user_add_that_cannot_be_journalled_leaves_no_profile():
    made()
    before = users()
    # The profile still fits below the limit, a page of the store does not.
    limited = subprocess.run(
        [SLATED, "user", "add", "a", "--role", "admin", "--out", "p.yaml", "--dir", "d"],
        capture_output=True, text=True, timeout=SECONDS, restore_signals=False,  # ignores SIGXFSZ
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)))
    check(Ran(limited), 1, out="", err="d/data: ")
    assert users() == before
    assert not os.path.exists("p.yaml") and not os.path.exists("p.yaml.part")
    check(slated("user", "add", "a", "--role", "admin", "--out", "p.yaml", "--dir", "d"), 0)
    check(slated("verify", "--dir", "d"), 0)


@test
def user_add_cut_off_before_the_last_step_is_told():
    made()
    check(slated("user", "add", "a", "--role", "admin", "--out", "p.yaml", "--dir", "d"), 0)
    os.rename("p.yaml", "p.yaml.part")
    whole = text_of("p.yaml.part")
    check(slated("user", "add", "a", "--role", "admin", "--out", "p.yaml", "--dir", "d"), 1,
          err="mv p.yaml.part p.yaml")
    assert text_of("p.yaml.part") == whole


@test
def user_add_needs_the_authority():
    made()
    before = users()
    os.rename("d/tls/ca.key", "ca.key")
    check(slated("user", "add", "a", "--role", "admin", "--out", "p.yaml", "--dir", "d"), 1,
          err="d/tls/ca.key: No such file")
    assert users() == before and not os.path.exists("p.yaml")


@test
def verbs_that_write_refuse_while_the_directory_is_held():
    made()
    with open("d/data/lock", "rb+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        check(slated("user", "add", "a", "--role", "admin", "--out", "p.yaml", "--dir", "d"), 1,
              out="", err="the server is running on d/data; stop it first")
        check(slated("rebuild", "--dir", "d"), 1, err="stop it first")
        assert not os.path.exists("p.yaml.part")
        assert len(users()) == 1  # readers may
        check(slated("--dir", "d", "--check"), 0)
        check(slated("verify", "--dir", "d"), 0)


# --- verify, rebuild ------------------------------------------------------------------------------


def flip(path, needle):
    """Flips one bit behind the first place where needle stands."""
    with open(path, "rb+") as stream:
        data = stream.read()
        at = data.index(needle)
        stream.seek(at)
        stream.write(bytes([data[at] ^ 1]))


@test
def verify_finds_a_flipped_bit():
    seeded()
    check(slated("verify", "--dir", "d"), 0, out="ok: d/data\n")
    flip("d/data/data.mdb", b"Northwind BPO")
    ran = check(slated("verify", "--dir", "d"), 1)
    assert ran.out.startswith("DIVERGES: d/data: ") and ran.out.count("\n") == 1, ran


@test
def verify_leaves_nothing_behind():
    seeded()
    os.mkdir("tmp")
    before = sorted(os.listdir("d/data"))
    check(slated("verify", "--dir", "d", "--tmp", "tmp"), 0)
    check(slated("verify", "--dir", "d"), 0)
    assert os.listdir("tmp") == [] and sorted(os.listdir("d/data")) == before
    assert slated("verify", "--dir", "d", "--tmp", "absent").code == 1


@test
def rebuild_gives_the_same_views():
    seeded()
    check(slated("user", "add", "a", "--role", "agent", "--team", "manila-a", "--out", "p.yaml",
                 "--dir", "d"), 0)
    before = users()
    check(slated("rebuild", "--dir", "d"), 0, out="rebuilt: d/data\n")
    assert users() == before
    check(slated("verify", "--dir", "d"), 0)


@test
def a_missing_store_is_said():
    made()
    os.unlink("d/data/data.mdb")
    for args in (("verify",), ("rebuild",), ("user", "list"), ("--check",)):
        ran = slated(*args, "--dir", "d")
        assert ran.code == 1 and "d/data" in ran.err and ran.out == "", (args, ran)
    check(slated("--dir", "d"), 1)


# --- settings -------------------------------------------------------------------------------------


@test
def bad_settings_exit_with_78_and_name_the_place():
    made()
    good = text_of("d/slated.yaml")
    for key, old, new, said in (
            ("connections", "4096", "many", "limits.connections"),
            ("idle", "900s", "900", "limits.idle"),
            ("frame", "frame:", "farme:", "limits.farme"),
            ("level", "info", "loud", "log.level"),
    ):
        line = next(i for i, text in enumerate(good.splitlines(), 1)
                    if text.startswith(f"  {key}:"))
        bad = good.splitlines()
        assert old in bad[line - 1], bad[line - 1]
        bad[line - 1] = bad[line - 1].replace(old, new)
        write("d/slated.yaml", "\n".join(bad) + "\n")
        for args in (("--dir", "d"), ("--config", "d/slated.yaml", "--check"),
                     ("verify", "--dir", "d"), ("user", "list", "--dir", "d")):
            ran = check(slated(*args), 78, out="", err=f"d/slated.yaml:{line}: {said}: ")
    write("d/slated.yaml", "listen: [\n")
    check(slated("--dir", "d"), 78, err="d/slated.yaml:2: ")
    check(slated("--config", "absent.yaml"), 78, err="absent.yaml")


@test
def check_looks_at_certificates_store_and_book():
    seeded()
    check(slated("--dir", "d", "--check"), 0, out="ok: d/slated.yaml\n", err="")
    os.chmod("d/tls/server.key", 0o644)
    check(slated("--dir", "d", "--check"), 78, out="", err="server.key")
    os.chmod("d/tls/server.key", 0o600)
    write("d/slated.yaml", text_of("d/slated.yaml").replace("/usr/share/zoneinfo", "nowhere"))
    check(slated("--dir", "d", "--check"), 1, out="", err="Etc/UTC")


@test
def dump_config_is_read_back_to_the_same():
    folder = os.path.abspath(made())
    dump = check(slated("--dir", folder, "--dump-config"), 0, err="").out
    write("again.yaml", dump)
    again = check(slated("--config", "again.yaml", "--dump-config"), 0).out
    assert again == dump, (dump, again)
    os.unlink("d/slated.yaml")
    defaults = check(slated("--dir", folder, "--dump-config"), 0).out
    assert defaults == dump, "init spells out the defaults"
    debug = check(slated("--dir", "d", "--dump-config", "--log-level", "debug"), 0).out
    assert "debug" in debug and "debug" not in dump, debug
    check(slated("--dir", "d", "--dump-config", "--log-level", "loud"), 2, err="--log-level")


# --- try ------------------------------------------------------------------------------------------


@test
def try_answers_cases_line_by_line():
    case = {"id": "a", "kind": "add", "input": {
        "calendar": {"tz": "Asia/Manila", "week": {"mon": [["09:00", "18:00"]]}},
        "start": "2026-11-23T17:30:00+08:00", "duration_s": 3600}}
    ran = check(slated("try", stdin=json.dumps(case) + "\n"), 0, err="")
    assert json.loads(ran.out)["id"] == "a" and "2026-11-30T01:30:00Z" in ran.out, ran
    ran = check(slated("try", stdin=json.dumps(case) + '\n{"id": "b", "kind": "nothing"}\n'), 1)
    first, second = (json.loads(line) for line in ran.out.splitlines())
    assert "error" not in first and second["id"] == "b" and "error" in second, ran
    ran = slated("try", "--tzdir", "nowhere", stdin=json.dumps(case) + "\n")
    assert ran.code == 1 and "error" in json.loads(ran.out), ran
    check(slated("try", stdin=""), 0, out="", err="")


# --- serving --------------------------------------------------------------------------------------


@test
def it_serves_and_stops_when_told():
    made("--listen", "127.0.0.1:17443")
    write("d/slated.yaml", text_of("d/slated.yaml").replace("127.0.0.1:17443", "127.0.0.1:0")
          .replace("format: logfmt", "format: json"))
    with subprocess.Popen([SLATED, "--dir", "d"], stderr=subprocess.PIPE, text=True) as process:
        try:
            for line in process.stderr:
                if '"event":"serving"' in line:
                    break
            else:
                raise AssertionError("it ended before it served")
            check(slated("user", "add", "a", "--role", "admin", "--out", "p.yaml", "--dir", "d"), 1,
                  err="the server is running")
            check(slated("verify", "--dir", "d"), 0, out="ok: ")
            process.send_signal(signal.SIGTERM)
            rest = process.stderr.read()
            assert process.wait(SECONDS) == 0, rest
            assert '"event":"stopped"' in rest, rest
        finally:
            if process.poll() is None:
                process.kill()


def main():
    failed = 0
    for function in TESTS:
        here = os.getcwd()
        with tempfile.TemporaryDirectory(prefix="slate-verbs-") as folder:
            os.chdir(folder)
            try:
                function()
                print(f"ok - verbs::{function.__name__}", flush=True)
            except Exception:  # whatever goes wrong fails this test and no other
                failed += 1
                traceback.print_exc()
                print(f"not ok - verbs::{function.__name__}", flush=True)
            finally:
                os.chdir(here)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
