"""The class report: its figures against another way of computing them, its page, its files."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace

import numpy as np
import pytest

from proctor.gradebook import Entry, Person, Roll
from proctor.marks.results import QuestionRecord, Record
from proctor.model import Ending, Trouble
from proctor.pages.report import items
from proctor.pages.report.facts import KINDS, gather
from proctor.pages.report.tables import as_json, as_tables
from proctor.pages.report.write import _rendered
from support.classes import ACTIVE, Tags, class_of, facts_of, notebook_of, students

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"--><svg onload=alert(3)>"


class TestFigures:
    """Difficulty, discrimination and the spread of scores."""

    def test_discrimination_is_the_correlation_with_all_other_questions(self):
        points = students(50)
        table = np.array([list(it.values()) for it in points.values()])
        expected = [np.corrcoef(table[:, it], np.delete(table, it, 1).sum(1))[0, 1] for it in range(3)]

        assert np.allclose(expected, [it.discrimination for it in facts_of(points).questions])

    def test_it_is_corrected(self):
        """Of two questions that have nothing to do with each other, neither tells strong from weak."""
        points = {f"s{it}": {"a": 2.0 * (it % 2), "b": 2.0 * (it // 2 % 2)} for it in range(40)}

        assert [0.0, 0.0] == pytest.approx([it.discrimination for it in facts_of(points).questions])

    def test_difficulty_is_the_mean_share(self):
        points = {f"s{it}": {"a": [2.0, 1.0, 0.0][it % 3], "b": 2.0} for it in range(6)}
        one, two = facts_of(points).questions

        assert (0.5, 1.0) == (one.difficulty, two.difficulty)
        assert (2, 2, 2) == (one.full, one.partial, one.none)

    @pytest.mark.parametrize(("count", "shown"), [(4, (0, 0)), (5, (3, 0)), (19, (3, 0)), (20, (3, 3))])
    def test_few_students_give_no_figures(self, count, shown):
        questions = facts_of(students(count)).questions

        assert shown == (
            sum(it.difficulty is not None for it in questions),
            sum(it.discrimination is not None for it in questions),
        )

    def test_a_question_that_all_solved_has_no_discrimination(self):
        points = {name: it | {"q0": 2.0} for name, it in students(30).items()}

        assert facts_of(points).questions[0].discrimination is None

    def test_a_question_that_waits_counts_for_no_figure(self):
        """Neither for its own nor within the totals of others: who marks first must not decide."""
        plain = students(30)
        points = {name: it | {"essay": None if it["q0"] else 0.0} for name, it in plain.items()}
        found = facts_of(points, by_hand=["essay"])

        assert (None, None) == (found.questions[3].difficulty, found.questions[3].discrimination)
        expected = [it.discrimination for it in facts_of(plain).questions]
        assert expected == [it.discrimination for it in found.questions[:3]]
        assert found.unfinished == found.questions[3].waiting > 0

    def test_whose_notebook_is_missing_counts_for_scores_alone(self):
        points = students(30) | {"zoe": {"q0": 0.0, "q1": 0.0, "q2": 0.0}}
        gone = Record("zoe", Ending.MISSING, "Expected a notebook nb.ipynb, found nothing.", absent=("nb",))
        found = facts_of(points, change=lambda records: records | {"zoe": gone})

        assert (31, {30}, ("zoe",)) == (found.scores.count, {it.count for it in found.questions}, found.left_out)
        assert ["zoe"] == [it.student for it in found.events_of("missing")]

    def test_unanswered_are_those_of_whom_the_figures_tell(self):
        """Who is left out has answered nothing, and says nothing about the question."""
        points = students(6) | {"zoe": {"q0": 0.0, "q1": 0.0, "q2": 0.0}}
        empty = (QuestionRecord("nb", "q0", answered=False),)
        gone = Record("zoe", Ending.UNREADABLE, "It is no notebook.", empty, absent=("nb",))
        blank = Record("s000", Ending.GRADED, "", empty)
        found = facts_of(points, change=lambda records: records | {"zoe": gone, "s000": blank})

        assert [1, 0, 0] == [it.unanswered for it in found.questions]

    def test_scores_fall_into_tenths(self):
        found = items.summary([0.0, 0.9, 1.0, 3.0, 9.99, 10.0, 11.0], 10.0)

        assert (2, 1, 0, 1, 0, 0, 0, 0, 0, 3) == found.bins
        assert 3.0 == found.median

    def test_tenths_hold_against_rounding(self):
        assert 1 == items.summary([0.1 + 0.2], 1.0).bins[3]

    def test_a_class_of_one_has_a_summary(self):
        found = items.summary([5.0], 10.0)

        assert (1, 5.0, 0.0) == (found.count, found.median, found.deviation)


class TestMistakes:
    """Which were made, and how often."""

    def test_each_is_counted_by_its_slug(self):
        points = {f"s{it}": {"a": 2.0 * (it < 3), "b": 2.0} for it in range(10)}
        (found,) = facts_of(points).mistakes

        assert ("a", "halved", 7, 10, 0.7) == (found.question, found.slug, found.count, found.of, found.share)

    def test_the_most_frequent_come_first(self):
        points = {f"s{it}": {"a": 2.0 * (it < 8), "b": 2.0 * (it < 3)} for it in range(10)}

        assert ["b", "a"] == [it.question for it in facts_of(points).mistakes]

    def test_errors_without_a_diagnosis_are_counted_by_their_first_line(self):
        points = {f"s{it}": {"a": 0.0} for it in range(4)}

        def change(records):
            words = ["NameError: f", "NameError: f", "TypeError: g", ""]
            return {
                name: replace(it, questions=(QuestionRecord("nb", "a", True, "", title),))
                for (name, it), title in zip(records.items(), words, strict=True)
            }

        assert [("NameError: f", 2), ("TypeError: g", 1)] == [
            (it.title, it.count) for it in facts_of(points, change=change).mistakes
        ]

    def test_full_points_by_hand_take_a_mistake_back(self):
        points = {"ann": {"a": 0.0}, "bob": {"a": 2.0}}
        finding = (QuestionRecord("nb", "a", True, "halved", "half"),)
        found = facts_of(
            points, change=lambda all_: {name: replace(it, questions=finding) for name, it in all_.items()}
        )

        assert [("ann",)] == [it.students for it in found.mistakes]

    def test_answers_that_wait_are_none_of_those_that_are_known(self):
        """Who marks slowly must not make a mistake look rare."""
        earned = dict(enumerate([0.0, 0.0, 2.0, None, None, None]))
        (found,) = facts_of({f"s{it}": {"a": points} for it, points in earned.items()}).mistakes

        assert (2, 3, 2 / 3) == (found.count, found.of, found.share)

    def test_questions_without_points_have_no_mistakes(self):
        roll, records = class_of({"ann": {"a": 0.0, "check": 0.0}})
        rows = notebook_of("a", "check")
        free = replace(rows, rows=(rows.rows[0], replace(rows.rows[1], points=0.0)))

        assert ["a"] == [it.question for it in gather("", roll, [free], records).mistakes]

    def test_whom_no_record_names_is_said_to_be_unknown(self):
        found = facts_of({"ann": {"a": 0.0}, "bob": {"a": 0.0}}, change=lambda all_: {"ann": all_["ann"]})

        assert (("bob",), 1) == (found.unrecorded, found.mistakes[0].of)
        assert "1 of 2 submissions were not graded by this proctor" in _rendered(found)


EVENTS = Record(
    "ann",
    Ending.TIMED_OUT,
    "",
    (QuestionRecord("nb", "a", False),),
    (Trouble("nb", "a", "timed-out", "The answer took too long."), Trouble("nb", "a", "died", "It ended.")),
    ("The cell a was missing.",),
    ("The test a had been changed.",),
)


class TestEvents:
    """Time-outs, crashes, repairs, suspicions, unverified tests, missing and unreadable work."""

    def test_each_kind_is_told(self):
        found = facts_of({"ann": {"a": 2.0}}, change=lambda _: {"ann": EVENTS})
        page = _rendered(found)

        assert ["suspicion", "timeout", "crash", "repair"] == [it.kind for it in found.events]
        for kind in ("suspicion", "timeout", "crash", "repair"):
            assert f"{KINDS[kind][0]}: 1 student" in page
        assert "Unverified tests" in page
        assert "The test a had been changed." in page

    def test_a_quiet_class_has_none(self):
        assert "Nothing out of the ordinary." in _rendered(facts_of({"ann": {"a": 2.0}}))

    def test_what_was_not_graded_is_told(self):
        failed = Record("ann", Ending.NOT_GRADED, "The examiner does not work.")
        found = facts_of({"ann": {"a": 0.0}}, change=lambda _: {"ann": failed})

        assert ["not graded"] == [it.kind for it in found.events]


def hostile():
    """A class whose every text tries to act."""
    points = {EVIL + str(it): {"a": 0.0, EVIL: 2.0} for it in range(25)}
    people = {name: Person(name, EVIL, EVIL, EVIL, EVIL) for name in points}

    def change(records):
        return {
            name: Record(
                name,
                Ending.CRASHED,
                EVIL,
                tuple(replace(it, slug=EVIL, title=EVIL, section=EVIL) for it in record.questions),
                (Trouble(EVIL, EVIL, "died", EVIL),),
                (EVIL,),
                (EVIL,),
            )
            for name, record in records.items()
        }

    return facts_of(points, people=people, change=change)


@pytest.fixture(scope="module")
def page():
    """The page of the hostile class."""
    return _rendered(hostile(), ("report.json",))


class TestPage:
    """One page: nothing acts, everything is reachable, each picture has words."""

    def test_nothing_that_was_written_acts(self, page):
        tags = Tags(page)

        assert not tags.names & ACTIVE
        assert not [it for it in tags.attributes if it.startswith("on")]
        assert not [it for it in tags.links if not it.startswith("#") and it != "report.json"]

    def test_what_was_written_is_shown(self, page):
        assert EVIL in Tags(page).text

    def test_the_browser_is_told_to_run_nothing(self, page):
        assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'" in page
        assert "@import" not in page
        assert "url(" not in page

    def test_each_picture_has_a_title_and_a_description(self, page):
        found = Tags(page)

        assert len(found.pictures) > 3
        for it in found.pictures:
            assert "img" == it["role"]
            assert it["title"].strip()
            assert re.search(r"\d", it["desc"])
            assert set(it["aria-labelledby"].split()) <= set(found.ids)

    def test_no_name_is_given_twice(self):
        found = Tags(_rendered(facts_of(students(40)))).ids

        assert len(found) == len(set(found))

    def test_its_links_lead_somewhere(self, page):
        found = Tags(page)

        assert {it[1:] for it in found.links if it.startswith("#")} <= set(found.ids)

    def test_a_large_class_is_folded(self):
        points = {f"s{it}": {"a": 0.0} for it in range(40)}

        def change(records):
            return {name: replace(it, repairs=("put right",)) for name, it in records.items()}

        page = _rendered(facts_of(points, change=change))

        assert "<details><summary>Show all</summary>" in page
        assert 40 == page.count("put right</td>")

    def test_definitions_stand_beside_the_figures(self, page):
        for words in ("corrected item-total correlation", "from 5 students on", "from 20 students on", "25 students"):
            assert words in page


class TestNumbers:
    """The same numbers for machines."""

    def test_json_and_tables_say_what_the_page_says(self):
        facts = facts_of(students(30))
        found, tables = json.loads(json.dumps(as_json(facts))), as_tables(facts)
        rows = list(csv.DictReader(io.StringIO(tables["questions.csv"])))

        assert [it.difficulty for it in facts.questions] == [it["difficulty"] for it in found["questions"]]
        assert [it.discrimination for it in facts.questions] == pytest.approx(
            [float(it["discrimination"]) for it in rows]
        )
        assert list(facts.scores.bins) == [
            int(it["students"]) for it in csv.DictReader(io.StringIO(tables["scores.csv"]))
        ]
        assert 30 == len(list(csv.DictReader(io.StringIO(tables["students.csv"]))))

    def test_no_cell_is_a_formula(self):
        """Whatever names, findings and sentences begin with."""
        sign = "=cmd|' /C calc'!A0"
        entry = Entry(Person(sign, sign, sign), True, None, 0.0, 0.0, {("nb", "a"): 0.0})
        record = replace(
            EVENTS,
            student=sign,
            repairs=("+1",),
            suspicions=("-1",),
            questions=(QuestionRecord("nb", "a", True, sign, "@a"),),
        )
        facts = gather("c", Roll("ps1", 2.0, None, (entry,)), [notebook_of("a")], {sign: record})
        cells = [cell for text in as_tables(facts).values() for row in csv.reader(io.StringIO(text)) for cell in row]

        assert not [it for it in cells if it.startswith(("=", "+", "-", "@")) and not re.fullmatch(r"-?[\d.]+", it)]
        assert f"'{sign}" in cells
