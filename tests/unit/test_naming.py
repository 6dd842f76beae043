"""Identities that can be stored and printed, and the refusals every noun words alike."""

from enum import Enum

import pytest

from microloan.errors import InvalidIdentity, InvalidTerms
from microloan.naming import identity, refused_terms, require_one_of, require_whole
from refusals import refused


class Color(Enum):
    RED = "red"


@pytest.mark.parametrize("given", ["HT-2024-0017", "回单 1", "①", "x" * 64, "0"])
def test_an_identity_of_the_world_is_taken_as_it_is(given):
    assert identity(given, "a loan") is given


@pytest.mark.parametrize(
    "given",
    ["", " ", "12\n", 17, None, True],
)
def test_an_identity_that_cannot_be_stored_and_printed_is_refused(given):
    with refused(
        InvalidIdentity,
        "identity.invalid",
        value=given,
        limit=64,
        says=f"the identity of a loan must be 1-64 printable characters, got {given!r}",
    ):
        identity(given, "a loan")


@pytest.mark.parametrize(
    "given", [" HT", "HT ", "\u3000HT", "HT\n", "H\tT", "H\u200bT", "x" * 65, b"HT", ["HT"]]
)
def test_what_stands_in_place_of_an_identity_may_be_a_name_and_is_not_repeated(given):
    kind = type(given).__name__
    value = f"a text of {len(given)} characters" if isinstance(given, str) else kind
    with refused(InvalidIdentity, "identity.invalid", value=value, limit=64, says=f"got {value}"):
        identity(given, "a loan")


def test_a_refused_term_says_what_must_be_and_what_was():
    refusal = refused_terms("months", "期限（月）", 0, "1-600")

    assert type(refusal) is InvalidTerms
    assert str(refusal) == "months must be 1-600, got 0"
    assert refusal.zh == "期限（月）应为 1-600，实为 0"
    assert (refusal.value, refusal.limit) == (0, "1-600")


@pytest.mark.parametrize("value", [2, 3, 5])
def test_a_whole_number_may_lie_on_either_bound(value):
    require_whole(value, "heads", "人数", 2, 5)


@pytest.mark.parametrize("value", [1, 6, 3.0, "3", True, None])
def test_what_is_no_whole_number_within_the_bounds_is_refused(value):
    with refused(
        InvalidTerms,
        "terms.invalid",
        value=value,
        limit="2-5",
        says=f"heads must be 2-5, got {value}",
    ):
        require_whole(value, "heads", "人数", 2, 5)


def test_a_member_of_the_enumeration_passes():
    require_one_of(Color.RED, Color, "the paint", "颜色")


@pytest.mark.parametrize("value", ["red", None, 1, Color])
def test_a_choice_that_is_no_member_of_its_enumeration_is_refused(value):
    with refused(
        InvalidTerms,
        "terms.invalid",
        value=value,
        limit="a Color",
        says=f"the paint must be a Color, got {value}",
    ):
        require_one_of(value, Color, "the paint", "颜色")
