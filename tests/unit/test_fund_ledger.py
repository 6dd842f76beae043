"""A line of a fund: what each kind holds, and what it does to capital and income."""

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, date, datetime

import pytest

from microloan import (
    FundEntry,
    FundEntryKind,
    InvalidAmount,
    InvalidDate,
    InvalidIdentity,
    InvalidTerms,
    Level,
    cny,
)
from microloan.fund import FundParts
from refusals import refused

DAY = date(2024, 4, 15)
LATER = date(2024, 12, 31)
DEPOSIT = FundEntry(
    number=1, kind=FundEntryKind.DEPOSIT, on=DAY, booked_on=DAY, ref="财预1", amount_fen=500_00
)
MONEY, OF_LOAN = {"amount_fen": 500_00}, {"amount_fen": 500_00, "loan_id": "HT-1"}
LEAST = {
    FundEntryKind.DEPOSIT: MONEY,
    FundEntryKind.TOP_UP: MONEY,
    FundEntryKind.WITHDRAWAL: MONEY,
    FundEntryKind.ADVANCE: MONEY,
    FundEntryKind.ADVANCE_RETURN: MONEY | {"against": "垫1"},
    FundEntryKind.CLAIM_PAYOUT: OF_LOAN,
    FundEntryKind.RECOVERY: OF_LOAN,
    FundEntryKind.LENDER_RECOVERY: {"loan_id": "HT-1", "reason": "court"},
    FundEntryKind.UPPER_SHARE: OF_LOAN | {"level": Level.PROVINCE},
    FundEntryKind.UPPER_RETURN: OF_LOAN | {"level": Level.PROVINCE},
    FundEntryKind.INTEREST: MONEY,
    FundEntryKind.CAPITALIZATION: MONEY,
    FundEntryKind.REWARD: MONEY,
    FundEntryKind.FEE: MONEY,
    FundEntryKind.EXPENSE: MONEY | {"reason": "办公费"},
    FundEntryKind.ACCOUNT: {"account": "A-2", "lender": "BANK-2"},
    FundEntryKind.TRANSFER: MONEY | {"to_account": "A-2"},
    FundEntryKind.PLEDGE: MONEY | {"until": LATER},
    FundEntryKind.COMMITMENT: OF_LOAN | {"lender": "BANK-1", "until": LATER},
    FundEntryKind.RELEASE: {"against": "批1"},
    FundEntryKind.CAP_DECISION: {"multiple": 10, "until": LATER, "whole_fen": 100},
    FundEntryKind.SUBLIMIT: MONEY,
    FundEntryKind.SUSPENSION: {"lender": "BANK-1", "reason": "不良率 20%"},
    FundEntryKind.LIFTING: {"lender": "BANK-1"},
    FundEntryKind.CLAIM_FILING: OF_LOAN,
    FundEntryKind.CLAIM_APPROVAL: {"loan_id": "HT-1", "against": "申1"},
    FundEntryKind.CLAIM_REJECTION: {"loan_id": "HT-1", "against": "申1", "reason": "缺催收记录"},
    FundEntryKind.WRITE_OFF: OF_LOAN | {"reason": "批复1"},
    FundEntryKind.REVERSAL: {"undoes": 1},
}
"""What a line of each kind must hold, and no more; a transfer also says where to or from."""
NEEDS = {kind: set(parts) - {"to_account"} for kind, parts in LEAST.items()}
PARTS = {
    "amount_fen": 500_00,
    "loan_id": "HT-1",
    "undoes": 1,
    "account": "A-1",
    "to_account": "A-2",
    "lender": "BANK-1",
    "level": Level.COUNTY,
    "groups": frozenset({"veteran"}),
    "against": "凭1",
    "until": LATER,
    "multiple": 10,
    "part_fen": 90,
    "whole_fen": 100,
    "papers": (("contract", "HT-1"),),
    "reason": "批复1",
}
"""Each part, with something in it."""
MAY_HOLD = {
    FundEntryKind.DEPOSIT: {"account", "level", "against"},
    FundEntryKind.TOP_UP: {"account", "level"},
    FundEntryKind.WITHDRAWAL: {"account", "level"},
    FundEntryKind.ADVANCE: {"account", "level"},
    FundEntryKind.ADVANCE_RETURN: {"account"},
    FundEntryKind.CLAIM_PAYOUT: {"account", "against", "papers"},
    FundEntryKind.RECOVERY: {"account", "reason"},
    FundEntryKind.LENDER_RECOVERY: {"account"},
    FundEntryKind.UPPER_SHARE: {"account"},
    FundEntryKind.UPPER_RETURN: {"account"},
    FundEntryKind.INTEREST: {"account"},
    FundEntryKind.REWARD: {"account", "level"},
    FundEntryKind.FEE: {"account", "level"},
    FundEntryKind.EXPENSE: {"account"},
    FundEntryKind.TRANSFER: {"account", "to_account"},
    FundEntryKind.PLEDGE: {"level"},
    FundEntryKind.COMMITMENT: {"groups"},
    FundEntryKind.CAP_DECISION: {"part_fen"},
    FundEntryKind.SUBLIMIT: {"lender", "groups", "until"},
    FundEntryKind.SUSPENSION: {"part_fen", "whole_fen"},
    FundEntryKind.LIFTING: {"reason"},
    FundEntryKind.CLAIM_FILING: {"papers"},
    FundEntryKind.CLAIM_APPROVAL: {"reason"},
}
"""What a line of a kind may hold besides."""


def a_line(kind, **parts):
    """A line of a kind with what it must hold, and some parts more or otherwise."""
    return FundEntry(number=2, kind=kind, on=DAY, booked_on=DAY, ref="凭2", **LEAST[kind] | parts)


def test_a_line_cannot_be_edited():
    with pytest.raises(FrozenInstanceError):
        DEPOSIT.amount_fen = 1


# ---- what a kind does


CAPITAL = {
    FundEntryKind.DEPOSIT: 500_00,
    FundEntryKind.TOP_UP: 500_00,
    FundEntryKind.WITHDRAWAL: -500_00,
    FundEntryKind.ADVANCE: -500_00,
    FundEntryKind.ADVANCE_RETURN: 500_00,
    FundEntryKind.CLAIM_PAYOUT: -500_00,
    FundEntryKind.RECOVERY: 500_00,
    FundEntryKind.UPPER_SHARE: 500_00,
    FundEntryKind.UPPER_RETURN: -500_00,
    FundEntryKind.CAPITALIZATION: 500_00,
}
INCOME = {
    FundEntryKind.INTEREST: 500_00,
    FundEntryKind.REWARD: 500_00,
    FundEntryKind.FEE: 500_00,
    FundEntryKind.EXPENSE: -500_00,
    FundEntryKind.CAPITALIZATION: -500_00,
}


@pytest.mark.parametrize("kind", FundEntryKind)
def test_a_line_moves_capital_or_income_by_its_kind(kind):
    line = a_line(kind)

    assert (line.effect_fen, line.income_fen) == (CAPITAL.get(kind, 0), INCOME.get(kind, 0))


def test_interest_that_becomes_capital_leaves_the_income_and_moves_no_money():
    line = a_line(FundEntryKind.CAPITALIZATION)

    assert line.effect_fen + line.income_fen == 0
    assert (line.kind.into_capital, line.kind.into_income) == (1, -1)


def test_an_amount_is_seen_in_yuan():
    assert DEPOSIT.amount == cny(500)


def test_a_reversal_names_a_line_and_moves_nothing():
    undone = a_line(FundEntryKind.REVERSAL)

    assert (undone.undoes, undone.amount_fen, undone.effect_fen) == (1, 0, 0)
    assert DEPOSIT.undoes == 0


# ---- what a kind holds


def test_every_kind_and_every_part_is_tried_here():
    assert list(LEAST) == list(FundEntryKind)
    assert list(PARTS) == list(FundParts.__annotations__)


@pytest.mark.parametrize("kind", FundEntryKind)
def test_a_line_without_a_part_that_it_needs_is_refused(kind):
    for part in NEEDS[kind] - {"reason"}:
        empty = None if part in {"level", "until"} else type(PARTS[part])()
        held = sorted(set(LEAST[kind]) - {part})
        most = f"{sorted(NEEDS[kind])} and at most {sorted(MAY_HOLD.get(kind, set()))}"
        with refused(InvalidTerms, "terms.invalid", value=held, limit=most, says=kind.value):
            a_line(kind, **{part: empty})


REASONS = {
    FundEntryKind.EXPENSE: ("the purpose of an expense", "费用用途"),
    FundEntryKind.LENDER_RECOVERY: ("the source of a recovery", "追偿来源"),
    FundEntryKind.SUSPENSION: ("the reason of a suspension", "暂停担保的原因"),
    FundEntryKind.CLAIM_REJECTION: ("the reason of a rejection", "审核不通过的原因"),
    FundEntryKind.WRITE_OFF: ("the approval of a write-off", "核销批准"),
}


def test_a_line_that_needs_a_reason_asks_for_it_in_words():
    assert {kind for kind, needs in NEEDS.items() if "reason" in needs} == set(REASONS)
    for kind, (what, zh) in REASONS.items():
        for nothing in ("", None):
            with refused(
                InvalidTerms, "terms.invalid", value=nothing, limit="said in words"
            ) as caught:
                a_line(kind, reason=nothing)
            assert str(caught.value) == f"{what} must be said in words, got {nothing}"
            assert caught.value.zh == f"{zh}应为 said in words，实为 {nothing}"


def test_every_kind_has_a_chinese_word_of_its_own():
    words = {kind: kind.zh for kind in FundEntryKind}

    assert all("一" <= letter <= "鿿" for word in words.values() for letter in word)
    assert len(set(words.values())) == len(words)
    assert (words[FundEntryKind.CLAIM_PAYOUT], words[FundEntryKind.DEPOSIT]) == ("代偿", "入金")


def test_a_chinese_sentence_names_the_kind_in_chinese():
    with pytest.raises(InvalidTerms) as caught:
        a_line(FundEntryKind.DEPOSIT, loan_id="HT-1")
    assert caught.value.zh.startswith("入金流水要素应为")


@pytest.mark.parametrize("kind", FundEntryKind)
def test_a_line_holds_what_belongs_to_its_kind_and_nothing_else(kind):
    may = MAY_HOLD.get(kind, set())
    for part, value in PARTS.items():
        if part in may | NEEDS[kind]:
            assert getattr(a_line(kind, **{part: value}), part) == value
        else:
            with refused(
                InvalidTerms,
                "terms.invalid",
                value=sorted({*LEAST[kind], part}),
                limit=f"{sorted(NEEDS[kind])} and at most {sorted(may)}",
                says=f"a {kind.value} must be",
            ):
                a_line(kind, **{part: value})


def test_the_kind_is_that_of_a_fund():
    with refused(InvalidTerms, "terms.invalid", value="deposit", limit="a FundEntryKind") as caught:
        replace(DEPOSIT, kind="deposit")
    assert str(caught.value) == "the kind must be a FundEntryKind, got deposit"
    assert caught.value.zh == "流水类型应为 a FundEntryKind，实为 deposit"


@pytest.mark.parametrize("part", ["amount_fen", "part_fen", "whole_fen"])
@pytest.mark.parametrize("amount", [-1, 1.0, True, 10**15 + 1])
def test_an_amount_is_a_whole_number_of_fen(part, amount):
    with refused(InvalidAmount, "money.invalid_amount", value=amount, limit=10**15):
        a_line(FundEntryKind.SUSPENSION, **{part: amount})


@pytest.mark.parametrize(
    ("kind", "part", "what"),
    [
        (FundEntryKind.CLAIM_PAYOUT, "loan_id", "a loan"),
        (FundEntryKind.DEPOSIT, "account", "a deposit account"),
        (FundEntryKind.TRANSFER, "to_account", "a deposit account"),
        (FundEntryKind.LIFTING, "lender", "a lender"),
        (FundEntryKind.RELEASE, "against", "a voucher"),
    ],
)
def test_what_is_named_can_be_printed(kind, part, what):
    with refused(
        InvalidIdentity,
        "identity.invalid",
        value="a text of 4 characters",
        limit=64,
        says=f"of {what} must",
    ):
        a_line(kind, **{part: "HT\n1"})


def test_a_line_has_a_number_a_day_and_a_voucher():
    with refused(InvalidTerms, "terms.invalid", value=0, limit="a whole number from 1"):
        replace(DEPOSIT, number=0)
    with refused(InvalidDate, "periods.invalid_date", value=date(2024, 4, 14), limit=DAY):
        replace(DEPOSIT, booked_on=date(2024, 4, 14))
    with refused(InvalidIdentity, "identity.invalid", value="", limit=64):
        replace(DEPOSIT, ref="")


def test_a_transfer_goes_to_another_account():
    for account in ("", "A-2"):
        with refused(
            InvalidTerms,
            "terms.invalid",
            value=account,
            limit="another account",
            says="the account of a transfer must be",
        ) as caught:
            a_line(FundEntryKind.TRANSFER, account=account, to_account=account)
        assert caught.value.zh == f"基金流水要素应为 another account，实为 {account}"
    back = a_line(FundEntryKind.TRANSFER, account="A-2", to_account="")
    assert (back.account, back.to_account) == ("A-2", "")


def test_a_level_is_one_of_the_levels():
    with refused(
        InvalidTerms, "terms.invalid", value="county", limit="a Level", says="the level must be"
    ) as caught:
        a_line(FundEntryKind.DEPOSIT, level="county")
    assert caught.value.zh == "财政级次应为 a Level，实为 county"


def test_a_last_day_is_a_plain_day_that_does_not_come_before_the_first():
    moment = datetime(2024, 12, 31, tzinfo=UTC)
    with refused(
        InvalidDate,
        "periods.invalid_date",
        value=moment,
        limit="datetime.date",
        says="the day of its last day must",
    ):
        a_line(FundEntryKind.PLEDGE, until=moment)
    eve = date(2024, 4, 14)
    with refused(
        InvalidDate,
        "periods.invalid_date",
        value=eve,
        limit=DAY,
        says="an entry and its last day",
    ):
        a_line(FundEntryKind.PLEDGE, until=eve)
    assert a_line(FundEntryKind.PLEDGE, until=DAY).until == DAY


@pytest.mark.parametrize("multiple", [True, -1, 7.5])
def test_a_multiple_is_a_whole_number(multiple):
    with refused(
        InvalidTerms,
        "terms.invalid",
        value=multiple,
        limit="a whole number above 0",
        says="the multiple must be",
    ):
        a_line(FundEntryKind.CAP_DECISION, multiple=multiple)


@pytest.mark.parametrize("reason", ["理" * 201, 5])
def test_a_reason_is_a_short_text(reason):
    with refused(
        InvalidTerms,
        "terms.invalid",
        value=reason,
        limit="at most 200 characters",
        says="the reason must be",
    ):
        a_line(FundEntryKind.LIFTING, reason=reason)
    assert len(a_line(FundEntryKind.LIFTING, reason="理" * 200).reason) == 200


@pytest.mark.parametrize("groups", ["veteran", [1], ["Laid off"], [""]])
def test_groups_are_codes(groups):
    with refused(
        InvalidTerms, "terms.invalid", value=groups, limit="codes", says="the groups must be"
    ):
        a_line(FundEntryKind.COMMITMENT, groups=groups)


def test_groups_are_kept_as_a_set():
    line = a_line(FundEntryKind.COMMITMENT, groups=["veteran", "渔民", "veteran"])

    assert line.groups == frozenset({"veteran", "渔民"})


def test_evidence_is_pairs_of_a_kind_and_a_number():
    kept = a_line(FundEntryKind.CLAIM_FILING, papers=[["contract", "HT-1"], ("催收记录", "催1")])

    assert kept.papers == (("contract", "HT-1"), ("催收记录", "催1"))
    for papers in ([("contract",)], [("contract", "HT-1", "copy")]):
        with refused(
            InvalidTerms,
            "terms.invalid",
            value=papers,
            limit="pairs of a kind and a number",
            says="the evidence must be",
        ):
            a_line(FundEntryKind.CLAIM_FILING, papers=papers)


def test_a_kind_of_evidence_is_a_code_and_its_number_can_be_printed():
    papers = [("Loan contract", "HT-1")]
    with refused(
        InvalidTerms,
        "terms.invalid",
        value=papers,
        limit="a code",
        says="a kind of evidence must be",
    ):
        a_line(FundEntryKind.CLAIM_FILING, papers=papers)
    with refused(InvalidIdentity, "identity.invalid", value=1, limit=64, says="of a paper must"):
        a_line(FundEntryKind.CLAIM_FILING, papers=[("contract", 1)])


@pytest.mark.parametrize("papers", [None, [5], "ab", [("contract", "1", "2")], 5])
def test_evidence_of_another_form_is_refused(papers):
    with refused(
        InvalidTerms,
        "terms.invalid",
        value=papers,
        limit="pairs of a kind and a number",
    ):
        a_filing(papers=papers)


def a_filing(**parts):
    """A filing of one yuan for a loan, with other parts."""
    return FundEntry(
        number=1,
        kind=FundEntryKind.CLAIM_FILING,
        on=date(2024, 5, 1),
        booked_on=date(2024, 5, 1),
        ref="申1",
        **{"amount_fen": 100, "loan_id": "HT-1"} | parts,
    )


@pytest.mark.parametrize("part", ["loan_id", "account", "to_account", "lender", "against"])
@pytest.mark.parametrize("value", [None, 0])
def test_a_part_that_is_no_text_is_never_taken_for_a_part_that_is_absent(part, value):
    with pytest.raises((InvalidTerms, InvalidIdentity)):
        a_filing(**{part: value})
