"""A graded class without any grading: made of rows, records and points.

What you can do with this file:

- make an assignment's rows, and a class that answered it: `notebook_of`, `class_of`, `students`;
- get what the report tells of it: `facts_of`;
- read what a browser would act on, and the pictures, of a page: `Tags`;
- name what a page may not hold: `ACTIVE`.
"""

from __future__ import annotations

import html.parser

import numpy as np

from proctor.gradebook import Entry, Person, Roll
from proctor.marks.results import QuestionRecord, Record
from proctor.model import Ending, NotebookRows, Row
from proctor.pages.report.facts import gather

ACTIVE = {
    "script",
    "iframe",
    "object",
    "embed",
    "form",
    "link",
    "base",
    "img",
    "foreignobject",
    "animate",
    "set",
    "use",
}


class Tags(html.parser.HTMLParser):
    """Collects what a browser would act on, and the title and description of each picture."""

    def __init__(self, text):
        super().__init__()
        self.names, self.attributes, self.links, self.ids, self.pictures = set(), set(), set(), [], []
        self.text, self._open = "", []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        self.names.add(tag)
        self.attributes |= facts.keys()
        self.links |= {facts[name] for name in ("src", "href", "xlink:href", "action") if facts.get(name)}
        self.ids += [facts["id"]] if "id" in facts else []
        self._open.append(tag)
        if tag == "svg":
            self.pictures.append(dict(facts, title="", desc=""))

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        self.text += data
        if self.pictures and "svg" in self._open and self._open[-1] in ("title", "desc"):
            self.pictures[-1][self._open[-1]] += data


def row(name, points=2.0, *, by_hand=False):
    """A graded cell."""
    kind = "markdown" if by_hand else "code"
    return Row(name, kind, "", not by_hand, "", points, graded=True, solution=by_hand, task=False)


def notebook_of(*names, by_hand=()):
    """A notebook's rows, two points each."""
    return NotebookRows("nb", {}, tuple(row(it, by_hand=it in by_hand) for it in names))


def class_of(points, *, finding=("halved", "half of what it should be", "2.3"), people=None):
    """A roll and records: by student the points of each question; what is wrong has the finding."""
    entries, records = [], {}
    for student, earned in points.items():
        cells = {("nb", name): it for name, it in earned.items()}
        person = (people or {}).get(student, Person(student))
        entries.append(Entry(person, True, None, sum(it or 0.0 for it in earned.values()), 0.0, cells))
        questions = (
            QuestionRecord("nb", name, True, *(finding if it is not None and it < 2.0 else ("", "", "")))
            for name, it in earned.items()
        )
        records[student] = Record(student, Ending.GRADED, "", tuple(questions))
    most = 2.0 * len(next(iter(points.values()))) if points else 0.0
    return Roll("ps1", most, None, tuple(entries)), records


def facts_of(points, *, by_hand=(), people=None, change=lambda records: records, **options):
    """The facts of a class given by points."""
    roll, records = class_of(points, people=people, **options)
    names = next(iter(points.values()))
    return gather("course", roll, [notebook_of(*names, by_hand=by_hand)], change(records))


def students(count, rng=None):
    """A class whose answers to three questions hang together."""
    rng = rng or np.random.default_rng(7)
    able = rng.normal(size=count)
    return {
        f"s{number:03}": {f"q{it}": 2.0 * bool(able[number] + rng.normal() > it - 1) for it in range(3)}
        for number in range(count)
    }
