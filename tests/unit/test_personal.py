"""What no refusal prints: citizens' numbers, mobile numbers, and texts that stand out of place."""

import pickle
from datetime import date

import pytest

from microloan import InvalidIdentity, InvalidTerms, NotFound
from microloan.errors.personal import check_character, hidden, is_personal, quoted, told, unsaid
from microloan.naming import person_id
from refusals import refused

NUMBER = "990101198001010014"  # of a county that does not exist
MOBILE = "13900000000"


@pytest.mark.parametrize(
    "text",
    [
        NUMBER,
        "99010119800101009x",
        "99010119800101009X",
        "990101 19800101 0014",
        "990101-19800101-0014",
        "９９０１０１１９８００１０１００１４",  # noqa: RUF001 — full-width digits are the point
        MOBILE,
        "199 0000 0000",
    ],
)
def test_a_citizens_number_and_a_mobile_number_are_known_however_they_are_spaced(text):
    assert is_personal(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "B-0042",
        "990101198001010015",  # another check character
        "990101198013010014",  # no such month
        "12900000000",  # no mobile number begins so
        "139000000000",
        "HT-20240315-000012345",
        "6222020000000000000",
    ],
)
def test_what_only_looks_like_one_is_none(text):
    assert not is_personal(text)


def test_the_check_character_is_that_of_the_standard():
    # By hand: 9·7 + 9·9 + 1·5 + 1·4 + 1·2 + 9·1 + 8·6 + 1·9 + 1·5 + 1·2 = 228, of which 8 is left
    # over eleven; the ninth of 1 0 X 9 8 7 6 5 4 3 2 is 4.
    assert check_character("99010119800101001") == "4"


def test_numbers_are_struck_out_of_a_sentence_and_nothing_else_is():
    assert hidden(f"{NUMBER} 和 {MOBILE}, of HT-2024-0017") == "*** 和 ***, of HT-2024-0017"
    assert hidden("990101198001010015 and 139000000001") == "990101198001010015 and 139000000001"


def test_every_refusal_is_without_them_also_when_it_is_pickled():
    refusal = NotFound(
        f"no loan {NUMBER}", zh=f"没有 {MOBILE}", value=(MOBILE, [NUMBER], 7), limit=f"x {MOBILE}"
    )
    copy = pickle.loads(pickle.dumps(refusal))  # noqa: S301 — bytes this test has just written

    for one in (refusal, copy):
        assert (str(one), one.zh) == ("no loan ***", "没有 ***")
        assert (one.value, one.limit) == (("***", ["***"], 7), "x ***")
        assert one.args == ("no loan ***",)


def test_a_value_that_is_no_text_is_carried_as_it_is():
    for value in (date(2024, 1, 2), 13_900_000_000, None, frozenset({"B-1"})):
        assert InvalidTerms("x", zh="x", value=value, limit=0).value is value


@pytest.mark.parametrize(
    "given",
    ["", "red", "lpr_1y", "B-0042", "HT-1", "2024H1", ">=", "NaN", "1E+4", "1,00,0", "九万", "？"],
)
def test_a_misspelt_figure_or_code_is_told_as_it_is(given):
    assert told(given) is given
    assert quoted(given) == repr(given)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("张示例", "a text of 3 characters"),
        ("Li Si", "a text of 5 characters"),
        ("12345678901", "a text of 11 characters"),
        ("soon\n", "a text of 5 characters"),
        (b"Li", "bytes"),
        (["Li"], "list"),
        (("Li",), "tuple"),
        ({"Li"}, "set"),
        ({"Li": 1}, "dict"),
        (13_900_000_000, "int"),
        (990_101_198_001_010_014, "int"),
        (10**16 + 1, "int"),
    ],
)
def test_of_what_may_be_personal_only_the_kind_is_told(given, said):
    assert told(given) == said
    assert quoted(given) == said


@pytest.mark.parametrize("given", [7, 10**16, 10**20, 1.5, None, [], (), date(2024, 1, 2), True])
def test_what_can_be_nobody_is_told_as_it_is(given):
    assert told(given) is given


def test_what_is_not_said_has_a_type_or_a_length():
    assert (unsaid("Li"), unsaid(""), unsaid(None)) == ("a text of 2 characters", "", "NoneType")


@pytest.mark.parametrize("number", [NUMBER, MOBILE, "990101 19800101 0014"])
def test_a_number_of_a_person_is_no_identity_of_one_and_is_not_repeated(number):
    with refused(
        InvalidIdentity,
        "identity.invalid",
        value="a number of a person",
        limit="an identity of the host's own",
        says="the identity of a borrower must be one of the host's own, got a citizen's number",
    ) as caught:
        person_id(number, "a borrower")
    assert number not in f"{caught.value.args} {caught.value.zh}"


@pytest.mark.parametrize(
    ("given", "value"),
    [(" 张示例", "a text of 4 characters"), ("", ""), (None, None), ("x" * 65, "a")],
)
def test_an_identity_of_a_person_can_be_stored_and_printed(given, value):
    value = "a text of 65 characters" if value == "a" else value
    with refused(InvalidIdentity, "identity.invalid", value=value, limit=64, says="1-64 printable"):
        person_id(given, "a borrower")
    assert person_id("B-0042", "a borrower") == "B-0042"
