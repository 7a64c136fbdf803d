"""Every name that a key may use means one thing."""

from __future__ import annotations

import types

import pytest

from chainrule.checking import AuthorError
from chainrule.checking.catalog import entries, shared


def test_a_name_that_two_files_use_is_refused():
    with pytest.raises(AuthorError, match="FUNCTIONS: other gives 'sine' again"):
        entries.collected("FUNCTIONS", [shared, types.SimpleNamespace(__name__="other", FUNCTIONS={"sine": None})])


def test_a_mark_names_a_view():
    """A view that forgives forms, or shows its parts in order, is there."""
    assert entries.FREE_FORMS | entries.IN_ORDER <= entries.VIEWS.keys()


def test_what_can_be_written_out_can_be_passed():
    assert entries.WORDS.keys() <= entries.FUNCTIONS.keys()
