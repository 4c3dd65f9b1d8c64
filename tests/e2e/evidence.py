#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A contract's journal as evidence: exported, verified without a server, countersigned.

    evidence.py SLATED SLATE
"""
import json
import os
import stat
import sys

from fixture import HERE, Run, Slated, Tap

BOOK = os.path.join(HERE, "two-vendors.yaml")
DONE, FAILED, USAGE, NOT_FOUND, NOT_ALLOWED, CONFLICT, PARTLY = 0, 1, 2, 3, 4, 5, 6
AGENT, BOSS, MANAGER, AUDITOR, OTHER = "l.santos", "v.meier", "m.huber", "a.pruefer", "k.nowak"


def people(server):
    server.user(AGENT, "--role", "agent", "--team", "manila-a")
    server.user(BOSS, "--role", "vendor-manager", "--party", "northwind")
    server.user(MANAGER, "--role", "manager", "--party", "acme")
    server.user(AUDITOR, "--role", "auditor", "--party", "acme")
    server.user(OTHER, "--role", "agent", "--team", "krakow-a")


def live(run):
    for i in range(3):
        t = run.new(AGENT, "acme-l1", "--subject", f"printer {i}", "--requester", "j.weber@acme.example",
                    "--body", "it burns")
        run.json(AGENT, "take", t)
        run.json(AGENT, "reply", t, "--body", "so it does")
        run.json(AGENT, "resolve", t)
    run.new(OTHER, "acme-ap", "--subject", "not theirs")


def lines(path):
    with open(path, encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def check_export(tap, run, scratch):
    path = os.path.join(scratch, "plain.journal")
    done = run(AUDITOR, "journal", "export", "--contract", "acme-l1", "--out", path)
    tap.equal(done.returncode, DONE, "an auditor exports")
    tap.equal(stat.S_IMODE(os.stat(path).st_mode), 0o600, "for nobody else to read")
    there = lines(path)
    tap.equal((there[0]["type"], there[0]["version"], there[-1]["type"]), ("slate journal", 1, "end"), "a whole file")
    text = open(path, encoding="utf-8").read()
    tap.check("printer" not in text and "it burns" not in text and "salt" not in text, "without texts")
    tap.check("acme-ap" not in text and OTHER not in text and "vistula" not in text, "nothing of another contract")
    run.refused(AUDITOR, ["journal", "export", "--contract", "acme-l1", "--out", path], FAILED, "exists",
                says="a file that is there is not replaced")
    run.refused(AGENT, ["journal", "export", "--contract", "acme-l1", "--out", path + ".2"], NOT_ALLOWED, "acme-l1",
                says="an agent may not")
    tap.check(not os.path.exists(path + ".2"), "and leaves no half file")
    texts = os.path.join(scratch, "texts.journal")
    run(AUDITOR, "journal", "export", "--contract", "acme-l1", "--texts", "--out", texts)
    tap.check("it burns" in open(texts, encoding="utf-8").read(), "with texts where that is asked for")
    part = os.path.join(scratch, "part.journal")
    run(AUDITOR, "journal", "export", "--contract", "acme-l1", "--from-seq", "5", "--to-seq", "8", "--out", part)
    tap.equal([line["seq"] for line in lines(part) if line["type"] == "entry"], [5, 6, 7, 8], "a part")
    run.refused(AUDITOR, ["journal", "export", "--contract", "acme-l1", "--to-seq", "99999", "--out", part + ".2"],
                FAILED, "no such entries", says="beyond the end")
    return path, texts, part


def verify(run, *args, code=DONE):
    done = run(AUDITOR, "journal", "verify", *args)
    return done if done.returncode == code else None


def check_verify(tap, run, path, texts, part):
    for name, code in ((path, DONE), (texts, DONE), (part, PARTLY)):
        done = run(AUDITOR, "journal", "verify", name)
        tap.equal((done.returncode, done.stderr), (code, ""), f"{os.path.basename(name)} holds")
    tap.match(r"entries   5 to 8 hold.*computed  nothing", done.stdout, "of a part nothing is computed, and that is told")
    page = run(AUDITOR, "journal", "verify", texts).stdout
    for line in (r"contract  acme-l1: tickets ACME-1 and up, buyer acme, vendor northwind\n", r"head      [0-9a-f]{64}\n",
                 r"computed  anew, by engine \d+: tickets 3, clocks \d+, breaches 0", r"versions  (\d+) of \1 texts are named in the chain by their hashes\n",
                 r"zone      Etc/UTC [0-9a-f]{64}", r"texts     (\d+) of \1 are there, 0 were erased\n"):
        tap.match(line, page, "it tells: " + line)
    told = json.loads(run(AUDITOR, "journal", "verify", path, "--json").stdout)
    tap.equal((told["holds"], told["contract"], told["recomputed"], told["tickets"]), (True, "acme-l1", True, 3),
              "and says so as JSON")
    tap.check(told["clocks"] >= 9, "clocks were computed anew", str(told))
    head = lines(path)[-1]
    tap.check(verify(run, path, "--head", head["hash"], "--seq", str(head["seq"])), "a head that was kept")
    done = run(AUDITOR, "journal", "verify", path, "--head", "00" * 32, "--seq", "3")
    tap.equal(done.returncode, FAILED, "a head that is another one")
    tap.match(r"seq 3: the chain up to here is not the one whose head was kept\n  expected  0{64}\n  found ",
              done.stdout, "and where")


def check_broken(tap, run, path, scratch):
    there = lines(path)
    broken = os.path.join(scratch, "broken.journal")

    def write(changed):
        with open(broken, "w", encoding="utf-8") as f:
            for line in changed:
                f.write(json.dumps(line, separators=(",", ":")) + "\n")
        return run(AUDITOR, "journal", "verify", broken)

    tap.equal(write(there).returncode, DONE, "written again it holds")
    entry = next(i for i, line in enumerate(there) if line["type"] == "entry" and line["seq"] == 7)
    done = write(there[:entry] + there[entry + 1:])
    tap.match(r"seq 8: the order of the entries\n  expected  7\n  found     8", done.stdout, "an entry is missing")
    other = dict(there[entry], hash="11" * 32)
    done = write(there[:entry] + [other] + there[entry + 1:])
    tap.match(r"seq 7: the hash of the entry", done.stdout, "a hash that does not fit")
    for i, line in enumerate(there):
        if line["type"] == "object" and line["kind"] == "contract":
            done = write(there[:i] + [dict(line, text=line["text"] + "# \n")] + there[i + 1:])
            tap.match(r"the text of contract acme-l1 version 1", done.stdout, "a text that was changed")
    tap.equal(write(there[:-1]).returncode, FAILED, "without its end")
    done = write([dict(there[0], vendor="vistula")] + there[1:])
    tap.match(r"the header: the vendor\n  expected  northwind\n  found     vistula", done.stdout, "another vendor's name")
    with open(broken, "w", encoding="utf-8") as f:
        f.write("\x1b[2J\n")
    done = run(AUDITOR, "journal", "verify", broken)
    tap.check(done.returncode == FAILED and "\x1b" not in done.stdout + done.stderr, "no journal at all", done.stdout)
    run.refused(AUDITOR, ["journal", "verify", broken + ".absent"], FAILED, "No such file", says="no file")


def check_countersign(tap, run, server, scratch):
    receipt = os.path.join(scratch, "acme-l1.receipt")
    before = run.json(MANAGER, "journal", "head", "--contract", "acme-l1")["heads"][0]
    run.refused(MANAGER, ["journal", "countersign", "--contract", "acme-l1"], USAGE, "--yes", says="it asks")
    run.refused(AGENT, ["journal", "countersign", "--contract", "acme-l1", "--yes"], NOT_ALLOWED, "acme-l1",
                says="an agent may not")
    done = run(MANAGER, "journal", "countersign", "--contract", "acme-l1", "--yes", "--out", receipt)
    tap.equal(done.returncode, DONE, "the buyer signs")
    kept = json.load(open(receipt, encoding="utf-8"))
    tap.equal((kept["seq"], kept["contract"]), (before["seq"], "acme-l1"), "and keeps a receipt")
    tap.equal(stat.S_IMODE(os.stat(receipt).st_mode), 0o600, "of their own")
    now = run.json(BOSS, "journal", "head", "--contract", "acme-l1")["heads"][0]
    tap.equal((now["seq"], now["signed_seq"], now["signed_by"], now["signed_party"]),
              (before["seq"] + 1, before["seq"], MANAGER, "acme"), "the other side sees it")
    run.refused(BOSS, ["journal", "countersign", "--contract", "acme-l1", "--seq", "3", "--head", "00" * 32, "--yes"],
                CONFLICT, "does not have this hash", says="what is not so is not signed")
    path = os.path.join(scratch, "signed.journal")
    run(BOSS, "journal", "export", "--contract", "acme-l1", "--out", path)
    done = run(BOSS, "journal", "verify", path, "--receipt", receipt)
    tap.equal(done.returncode, DONE, "the chain has the head of the receipt")
    tap.match(rf"entry {before['seq']} is countersigned by {MANAGER} for acme at .*signed by key [0-9a-f]{{64}}, by a CA that "
              "was not looked at", done.stdout, "who signed, when, and with which key")
    ca = os.path.join(server.dir, "tls", "ca.pem")
    ca = ca if os.path.exists(ca) else os.path.join(server.dir, "tls", "ca.crt")
    done = run(BOSS, "journal", "verify", path, "--receipt", receipt, "--ca", ca)
    tap.equal(done.returncode, DONE, "with the CA too")
    tap.match(r"signed by key [0-9a-f]{64}, certified by a CA that was given", done.stdout, "the key is named all the same")
    stranger = Slated(server.program)
    done = run(BOSS, "journal", "verify", path, "--ca", os.path.join(stranger.dir, os.path.relpath(ca, server.dir)))
    tap.equal(done.returncode, FAILED, "with the CA of another server")
    tap.match(rf"seq {now['seq']}: the countersignature of entry {before['seq']}: its certificate is from none of the CAs",
              done.stdout, "it is not trusted")
    with open(receipt, "w", encoding="utf-8") as f:
        json.dump(dict(kept, seq=kept["seq"] - 1), f)
    done = run(BOSS, "journal", "verify", path, "--receipt", receipt)
    tap.equal(done.returncode, FAILED, "a receipt that was changed")
    tap.match("its signature is not of this head", done.stdout, "is told")


def main():
    tap = Tap()
    server = Slated(sys.argv[1])
    run = Run(tap, server, sys.argv[2])
    server.start()
    applied = run("admin", "book", "apply", "-f", BOOK, "--yes")
    tap.equal(applied.returncode, DONE, "the book")
    server.stop()
    people(server)
    server.start()
    live(run)
    files = check_export(tap, run, server.scratch)
    check_verify(tap, run, *files)
    check_broken(tap, run, files[0], server.scratch)
    check_countersign(tap, run, server, server.scratch)
    tap.done()


if __name__ == "__main__":
    main()
