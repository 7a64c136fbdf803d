"""The roster: what is read, what is refused in one sentence, what gets into the gradebook."""

from __future__ import annotations

import json
import re

import pytest
from typer.testing import CliRunner

from proctor.commands.cli import app
from proctor.course.nbgrader import find_course
from proctor.course.roster import read_roster, roster_path
from proctor.errors import AuthorError, GraderError
from proctor.gradebook import Gradebook
from support.tiny import configured, execute, tiny_course

PLAIN = "id,first_name,last_name,email\nada,Ada,Lovelace,ada@example.org\nbob,Bob,Gödel,\n"


@pytest.fixture
def written(tmp_path):
    """Writes a roster."""

    def write(text, encoding="utf-8"):
        path = tmp_path / "roster.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return write


class TestRead:
    """Encodings, delimiters, headings."""

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["commas", "semicolons", "tabs"])
    @pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["unix", "windows"])
    def test_spreadsheets_of_all_kinds_give_the_same(self, written, encoding, delimiter, ends):
        text = PLAIN.replace(",", delimiter).replace("\n", ends)

        assert read_roster(written(PLAIN)).students == read_roster(written(text, encoding)).students

    def test_a_line_for_spreadsheets_is_left_out(self, written):
        assert 2 == len(read_roster(written("sep=;\n" + PLAIN.replace(",", ";"))).students)

    @pytest.mark.parametrize(("delimiter", "others"), [(",", ";"), (";", ","), ("\t", ",;")])
    def test_the_header_alone_says_what_separates(self, written, delimiter, others):
        """Whatever signs names hold, and however many of them."""
        name = f"Countess{5 * others} Ada"
        text = delimiter.join(("id", "last_name", "section")) + "\n" + delimiter.join(("ada", name, "A1")) + "\n"
        (found,) = read_roster(written(text)).students

        assert name == found["last_name"]

    def test_headings_may_have_spaces_and_capitals(self, written):
        (found,) = read_roster(written("Last Name,ID,SIS-User-ID\nLovelace, ada ,7\n")).students

        assert {"last_name": "Lovelace", "id": "ada", "sis_user_id": "7"} == found

    def test_empty_lines_are_left_out_and_quotes_hold_commas(self, written):
        (found,) = read_roster(written('id,last_name\n\n,\nada,"Lovelace, Countess"\n\n')).students

        assert "Lovelace, Countess" == found["last_name"]

    def test_what_exports_alone_need_does_not_go_into_the_gradebook(self, written):
        found = read_roster(written("id,section,email\nada,A1,a@example.org\n"))

        assert ({"id": "ada", "email": "a@example.org"},) == found.enrolled
        assert "A1" == found.by_id["ada"]["section"]


class TestRefused:
    """One sentence, with the line."""

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "found it empty"),
            ("\n\n", "found it empty"),
            ("id,email\n", "found no student in it"),
            ("name,email\nada,a\n", "found an unknown column 'name'"),
            ("id,frist_name\nada,Ada\n", "found an unknown column 'frist_name'; is it first_name?"),
            ("id,email,email\nada,a,b\n", "found the column email twice"),
            ("email\na\n", "found no column id"),
            ("id,email\nada,a\n\nada,b\n", "found 'ada' in line 2 and again in line 4"),
            ("id,email\nada\n", "found 1 fields instead of 2 in line 2"),
            ("id,email\nada,b,c\n", "found 3 fields instead of 2 in line 2"),
            ("id,email\n,a\n", "found no id in line 2"),
            ("sep=;\nid;email\nada\n", "found 1 fields instead of 2 in line 3"),
            ("id\n../x\n", "found the id '../x' in line 2"),
            ("id\na\\b\n", "in line 2, which can be no folder's name"),
            ("id\n..\n", "found the id '..' in line 2"),
            (f"id\n{'x' * 129}\n", "found more than 128 characters as id in line 2"),
            ("id,email\nada,a\x07b\n", "found characters that cannot be printed as email in line 2"),
            ('id,email\nada,"a\n', "found a broken field in line 2"),
            ("id,first_name\nada,Gödel\n".encode("latin-1"), "found a byte that is no utf-8 in line 2"),
            (b"id\n\0\n", "found no text"),
            (b"\xff\xfeabc", "found a byte that is no utf-16"),
        ],
    )
    def test_a_bad_file_is_refused(self, written, text, words):
        with pytest.raises(AuthorError) as error:
            read_roster(written(text))

        assert words in str(error.value)
        assert re.fullmatch(r"Expected [^\n]+ to be a roster, [^\n]+\.", str(error.value))

    def test_a_missing_file_is_told(self, tmp_path):
        with pytest.raises(AuthorError, match=r"Expected a roster at .*none\.csv, found that it cannot be read"):
            read_roster(tmp_path / "none.csv")

    def test_a_huge_file_is_refused(self, written):
        with pytest.raises(AuthorError, match="found more than 16777216 bytes"):
            read_roster(written(b"id\n" + b"x" * (16 << 20)))


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course in whose gradebook nobody is yet."""
    return tiny_course(tmp_path_factory.mktemp("tiny"))


def students_in(course):
    """What the gradebook has."""
    rows = execute(course, "select id, first_name, last_name, email, lms_user_id from student order by id")
    return {row[0]: row[1:] for row in rows}


@pytest.mark.xdist_group("roster")
class TestCommand:
    """`proctor roster`, in the order in which a term goes."""

    def told(self, course, *words):
        done = CliRunner().invoke(app, ["roster", *words, "--course-dir", str(course)])
        return done.exit_code, " ".join(done.output.split())

    def test_names_get_into_the_gradebook_and_twice_is_once(self, course):
        (course / "roster.csv").write_text(PLAIN, encoding="utf-8")
        first, second = self.told(course), self.told(course)

        assert (0, "2 students on the roster: 2 added, 0 changed, 0 as before.") == first
        assert (0, "2 students on the roster: 0 added, 0 changed, 2 as before.") == second
        assert {
            "ada": ("Ada", "Lovelace", "ada@example.org", None),
            "bob": ("Bob", "Gödel", None, None),
        } == students_in(course)

    def test_a_change_is_taken_over_and_other_columns_stay(self, course):
        other = course / "other.csv"
        other.write_text("id,last_name,lms_user_id\nada,King,17\n", encoding="utf-8")
        code, words = self.told(course, str(other))

        assert 0 == code
        assert "1 in the gradebook, but not on the roster; they stay: bob" in words
        assert "0 added, 1 changed" in words
        assert ("Ada", "King", "ada@example.org", "17") == students_in(course)["ada"]

    def test_a_bad_roster_changes_nothing(self, course):
        before = students_in(course)
        other = course / "bad.csv"
        other.write_text("id,last_name\nzoe,Zet\nzoe,Zet\n", encoding="utf-8")
        code, words = self.told(course, str(other), "--json")

        assert 2 == code
        assert "again in line 3" in json.loads(words)["error"]
        assert before == students_in(course)

    def test_the_gradebook_takes_all_or_nothing(self, course):
        before = students_in(course)
        with Gradebook(find_course(course)) as book, pytest.raises(GraderError):
            book.enroll([{"id": "new"}, {"id": "new"}])

        assert before == students_in(course)

    def test_nbgrader_reads_the_names(self, course):
        from nbgrader.api import Gradebook as Theirs

        with Theirs(f"sqlite:///{course / 'gradebook.db'}") as book:
            assert "Bob" == book.find_student("bob").first_name


def test_the_configuration_names_the_file(tmp_path):
    course = configured(tmp_path, "c = get_config()\nc.Proctor.roster = 'lists/class.csv'\n")

    assert tmp_path / "lists" / "class.csv" == roster_path(course)
