"""One thing is made of a class without those with whom it cannot be made."""

from __future__ import annotations

import errno

import pytest

from proctor.course.faults import of_all_but
from proctor.errors import GraderError

CLASS = ("ada", "bob", "cyd")


def makes(odd, *, fewest=1, error=None):
    """Something that cannot be made of some, where there are so many of them."""

    def make(students):
        if {*odd} & {*students} and len(students) >= fewest:
            raise error or ValueError("odd")
        return sorted(students)

    return make


@pytest.mark.parametrize(
    ("odd", "fewest", "left"),
    [
        pytest.param("", 1, ["ada", "bob", "cyd"], id="nobody"),
        pytest.param(["bob"], 1, ["ada", "cyd"], id="one"),
        pytest.param(["ada", "bob"], 1, ["cyd"], id="two"),
        pytest.param(["bob"], 2, ["ada", "cyd"], id="one in company alone"),
    ],
)
def test_those_with_whom_it_fails_are_left_out_and_told(odd, fewest, left):
    made, failed = of_all_but(CLASS, makes(odd, fewest=fewest))

    assert left == made
    assert sorted({*CLASS} - {*left}) == sorted(failed)
    assert all("ValueError: odd" in it for it in failed.values())


@pytest.mark.parametrize("fewest", [0, 1, 2])
def test_what_fails_with_everybody_is_nobodys_fault(fewest):
    with pytest.raises(ValueError, match="odd"):
        of_all_but(CLASS, makes(CLASS, fewest=fewest))


@pytest.mark.parametrize("fewest", [1, 2])
def test_what_would_meet_everybody_is_raised(fewest):
    full = OSError(errno.ENOSPC, "No space left on device")
    for error in (full, GraderError("The gradebook is gone.", slug="gradebook")):
        with pytest.raises(type(error)):
            of_all_but(CLASS, makes(["bob"], fewest=fewest, error=error))
