# SPDX-License-Identifier: Apache-2.0
"""A terminal of our own: programs run on it, and it knows what stands on its screen."""
import codecs
import errno
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
import unicodedata

SGR = re.compile("\x1b\\[(?:0|1|2|31|32|33)m") # those that slate has; others are somebody else's
PARTS = re.compile("\x1b\\[\\?1049[hl]|\x1b\\[\\?25[hl]|\x1b\\[[HKJ]|" + SGR.pattern + "|.", re.S)


def width(c):
    """Of a character, as Unicode 15 has it: wide ones two, marks none."""
    if unicodedata.combining(c) or unicodedata.category(c) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(c) in ("W", "F") else 1


def columns(text):
    return sum(width(c) for c in text)


def plain(text):
    return SGR.sub("", text)


def hazards(text):
    """What is neither ours nor visible."""
    return [c for c in plain(text) if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") and c != "\n"]


class Session:
    """A program on a terminal. Line ends come as it wrote them."""

    def __init__(self, argv, environment, cols, rows=40, echo=False):
        self.master, slave = pty.openpty()
        self.resize(cols, rows)
        modes = termios.tcgetattr(slave)
        modes[1] &= ~termios.OPOST
        modes[3] = modes[3] | termios.ECHO if echo else modes[3] & ~termios.ECHO
        termios.tcsetattr(slave, termios.TCSANOW, modes)
        self.process = subprocess.Popen(argv, stdin=slave, stdout=slave, stderr=slave, env=environment,
                                        start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)
        self.bytes = b""
        self.ended = False
        self.picture = Picture() # what stands there now
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def echoes(self):
        """Whether the terminal shows what is typed."""
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)

    @property
    def shown(self):
        return self.bytes.decode(errors="replace")

    def resize(self, cols, rows=40):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def send(self, keys):
        os.write(self.master, keys)

    def _read(self):
        if self.ended or not select.select([self.master], [], [], 0.1)[0]:
            return
        try:
            piece = os.read(self.master, 65536)
        except OSError as e: # what reading gives when nobody has the other side any more
            if e.errno != errno.EIO:
                raise
            piece = b""
        self.ended = not piece
        self.bytes += piece
        self.picture.feed(self.decoder.decode(piece))

    def wait(self, condition, seconds=30):
        """Until something is shown (a pattern) or true. False if it ends or takes too long."""
        met = condition if callable(condition) else lambda: re.search(condition, plain(self.shown), re.S)
        end = time.monotonic() + seconds
        while not met():
            if self.ended or time.monotonic() > end:
                return False
            self._read()
        return True

    def end(self):
        """(exit code, what was shown)."""
        if not self.wait(lambda: self.ended, 60):
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            raise RuntimeError(f"no end within a minute:\n{self.shown!r}")
        os.close(self.master)
        return self.process.wait(timeout=60), self.shown


class Picture:
    """What stands on a terminal after all of that."""

    def __init__(self, shown=""):
        self.main, self.other = {}, {}
        self.is_other, self.cursor = False, True
        self.row = self.column = 0
        self.strange = []
        self.entered = self.left = 0
        self.rest = "" # of a sequence that has not come whole
        self.feed(shown)

    def feed(self, shown):
        shown = self.rest + shown
        begun = re.search("\x1b(\\[[?0-9;]*)?$", shown)
        self.rest = shown[begun.start():] if begun else ""
        for part in PARTS.findall(shown[:begun.start()] if begun else shown):
            self._take(part)

    def _take(self, part):
        lines = self.other if self.is_other else self.main # row -> what stands in each column
        line = lines.setdefault(self.row, [])
        if part in ("\x1b[?1049h", "\x1b[?1049l"):
            self.is_other = part.endswith("h")
            self.entered += self.is_other
            self.left += not self.is_other
        elif part in ("\x1b[?25h", "\x1b[?25l"):
            self.cursor = part.endswith("h")
        elif part == "\x1b[H":
            self.row = self.column = 0
        elif part in ("\x1b[K", "\x1b[J"):
            del line[self.column:]
            for row in [r for r in lines if r > self.row and part == "\x1b[J"]:
                del lines[row]
        elif part == "\r":
            self.column = 0
        elif part == "\n": # our terminals leave it as it is; others make both of it
            self.row += 1
            self.column = 0
        elif len(part) == 1 and unicodedata.category(part) not in ("Cc", "Cf"):
            self._put(line, part, width(part))
        elif not SGR.fullmatch(part):
            self.strange.append(part)

    def _put(self, line, c, n):
        line.extend(" " * (self.column + n - len(line)))
        if n == 0 and self.column > 0: # a mark on what is before it
            line[self.column - 1] += c
        elif n > 0:
            line[self.column:self.column + n] = [c] + [""] * (n - 1)
        self.column += n

    def lines(self):
        lines = self.other if self.is_other else self.main
        rows = ["".join(lines.get(r, [])).rstrip() for r in range(max(lines, default=-1) + 1)]
        while rows and not rows[-1]:
            rows.pop()
        return rows

    def text(self):
        return "\n".join(self.lines())


class Screen:
    """slate on terminals."""

    def __init__(self, program, server):
        self.program = program
        self.server = server

    def open(self, who, *args, cols=120, rows=40, env=None, echo=False):
        environment = {k: v for k, v in os.environ.items()
                       if not k.startswith("SLATE_") and k not in ("NO_COLOR", "TERM", "COLUMNS", "VISUAL", "EDITOR")}
        environment.update({"SLATE_PROFILE": self.server.profile(who), "TZ": "UTC", "LC_ALL": "C.UTF-8",
                            "TERM": "xterm-256color"})
        environment.update(env or {})
        return Session([self.program, *args], environment, cols, rows, echo)

    def run(self, who, *args, cols=120, env=None, answer=None):
        """(exit code, what was shown). The answer is sent when the question has come."""
        session = self.open(who, *args, cols=cols, env=env)
        if answer is not None and session.wait(r"\[y/N\]"):
            session.send(answer)
        return session.end()
