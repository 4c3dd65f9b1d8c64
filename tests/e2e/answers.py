# SPDX-License-Identifier: Apache-2.0
"""What docs/json.md says that answers look like, for comparing them with those that come."""
import json
import os
import re

from fixture import HERE

DOCS = os.path.join(HERE, "..", "..", "docs", "json.md")


def read_shape(text):
    """The outline of an answer: a document of JSON in which a bare word names an object of a table."""
    text = re.sub(r"\[(\w+), \.\.\.\]", r'["@\1"]', text)
    text = text.replace("}, ...]", "}]")
    text = re.sub(r": (?!null|true|false)([a-z]+)\b", r': "@\1"', text)
    return json.loads(text)


class Answers:
    def __init__(self):
        self.objects = {} # name -> its members
        self.shapes = {}  # verb -> outlines, of one answer after the other
        with open(DOCS, encoding="utf-8") as f:
            sections = re.split(r"^## ", f.read(), flags=re.M)
        for section in sections:
            self._read_tables(section)
            heading, _, rest = section.partition("\n")
            shapes = [read_shape(x) for x in re.findall(r"^```\n(.*?)^```", rest, re.M | re.S)]
            for verb in heading.split(": ")[-1].split(", "):
                self.shapes[verb] = shapes

    def _read_tables(self, section):
        name = None
        for line in section.splitlines():
            head = re.match(r"\| member of an? (\w+) \|", line)
            row = re.match(r"\| (`[^|]*`) \|", line)
            if head:
                name = head[1]
                self.objects[name] = set()
            elif row and name:
                self.objects[name] |= set(re.findall(r"`(\w+)`", row[1]))
            elif not line.startswith("|"):
                name = None

    def of(self, verb):
        """The outlines of its answers: of one, and where it takes several, of those."""
        alone = {"next": ["@ticket"], "user show": ["@user"], "watch": ["@event"]} # without anything around it
        return alone.get(verb) or self.shapes[verb]

    def _named(self, key):
        """What is called clock, next_clock or clocks is a clock."""
        word = key.split("_")[-1]
        return [n for n in self.objects if word in (n, n + "s", n + "es")]

    def differences(self, shape, value, place="it"):
        """What is there and isn't written down, and the other way round."""
        if isinstance(value, list):
            inner = shape[0] if isinstance(shape, list) and shape else shape
            return [x for i, v in enumerate(value) for x in self.differences(inner, v, f"{place}[{i}]")]
        if not isinstance(value, dict):
            return []
        if isinstance(shape, str) and shape.startswith("@"):
            if shape[1:] not in self.objects:
                return [f"{place}: {shape[1:]} is described nowhere"]
            shape = {name: None for name in self.objects[shape[1:]]}
        elif not isinstance(shape, dict):
            named = self._named(re.sub(r".*\.|\[\d+\]", "", place))
            if not named:
                return [f"{place}: an object that is described nowhere"]
            return self.differences("@" + named[0], value, place)
        wrong = [f"{place}.{k}: not described" for k in sorted(set(value) - set(shape))]
        wrong += [f"{place}.{k}: not there" for k in sorted(set(shape) - set(value))]
        for k in set(value) & set(shape):
            wrong += self.differences(shape[k], value[k], f"{place}.{k}")
        return wrong
