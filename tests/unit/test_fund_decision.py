"""What the fund's manager decides: a higher cap, limits for parts, suspended banks."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from histories import RULES, a_fund, a_loan, refused
from microloan import (
    ZERO,
    CapNotRaisable,
    Dated,
    Evidence,
    FundEntry,
    FundEntryKind,
    InvalidAmount,
    InvalidDate,
    InvalidIdentity,
    InvalidTerms,
    NothingToAnswer,
    NotInForce,
    Provision,
    Quotient,
    RefConflict,
    cny,
    measure_leverage,
)
from microloan.fund_decision import (
    SubLimit,
    cap_changes,
    cap_in_force,
    decision_in_force,
    raise_cap,
    set_sublimit,
    sublimits,
)
from microloan.policy import ExposureBasis, Gap, Line, RaisedCap
from microloan.suspension import lift_suspension, suspend_lender, suspended_lenders

SINCE, DAY, YEAR_END = date(2020, 4, 15), date(2024, 2, 1), date(2024, 12, 31)
ORDINARY = Provision(
    value=5,
    since=date(2002, 12, 24),
    decree="银发〔2002〕394号",
    clause="at most five times the deposits",
    read_in="a provincial rule",
    evidence=Evidence.MEMORY,
)
RAISED = replace(
    ORDINARY.of(RaisedCap(at_most=10, repayment_rate=Decimal("0.90"))),
    since=SINCE,
    decree="财金〔2020〕21号",
    clause="up to ten times",
)
REACHED = Quotient(name="repaid ÷ fell due", part=90, whole=100)


def policy_with(raised=((SINCE, RAISED),), ordinary=((ORDINARY.since, ORDINARY),)):
    """Rules with other caps."""
    return replace(
        RULES,
        raised_leverage_cap=Line(Dated("raised_leverage_cap", raised)),
        leverage_cap=Line(Dated("leverage_cap", ordinary)),
    )


UNDER = policy_with()


def raised(fund=None, *, to=10, rate=REACHED, under=UNDER, on=DAY, ref="决1", **doing):
    """A fund whose cap was raised, by default to ten times from 1 February 2024."""
    fund = a_fund(10_000_000) if fund is None else fund
    return raise_cap(fund, to=to, repayment_rate=rate, under=under, on=on, ref=ref, **doing)


def cap(fund, on, under=UNDER):
    """The multiple that caps a fund on a day."""
    return cap_in_force(fund.entries, under=under, on=on).value


# ---- a higher cap


def test_a_decision_is_one_entry_with_the_ratio_it_rests_on():
    fund = raised(booked_on=date(2024, 3, 1))

    assert fund.entries[1] == FundEntry(
        number=2,
        kind=FundEntryKind.CAP_DECISION,
        on=DAY,
        booked_on=date(2024, 3, 1),
        ref="决1",
        multiple=10,
        until=YEAR_END,
        part_fen=90,
        whole_fen=100,
    )
    assert raised(fund, booked_on=date(2024, 3, 1)) is fund
    assert raised().entries[1].booked_on == DAY
    assert fund.balance(as_of=DAY) == cny(10_000_000)


def test_a_fund_of_ten_million_may_go_to_a_hundred_at_exactly_ninety_percent():
    """10,000,000: 50,000,000 before the decision, 100,000,000 through the year, then as before."""
    fund = raised()
    limits = {
        date(2024, 1, 31): 50_000_000,
        DAY: 100_000_000,
        YEAR_END: 100_000_000,
        date(2025, 1, 1): 50_000_000,
    }

    for day, limit in limits.items():
        assert measure_leverage(fund, [], under=UNDER, as_of=day).limit == cny(limit)


@pytest.mark.parametrize(
    ("part", "whole", "says"),
    [
        (8_999, 10_000, "repaid ÷ fell due: 89.99%"),
        (899_999_999, 1_000_000_000, "repaid ÷ fell due: 90.00%"),  # printed so, and not reached
        (0, 100, "repaid ÷ fell due: 0.00%"),
    ],
)
def test_a_rate_below_ninety_percent_raises_nothing(part, whole, says):
    fund = a_fund()

    with refused(
        CapNotRaisable,
        code="fund.cap_not_raisable",
        value=Fraction(part, whole),
        limit=Decimal("0.90"),
        keeps=fund,
    ) as caught:
        raised(fund, rate=replace(REACHED, part=part, whole=whole))
    assert str(caught.value) == (
        f"F-01: {says} ({part} of {whole}) does not reach the 90.00% of "
        "财金〔2020〕21号: up to ten times [memory]"
    )


def test_where_nothing_fell_due_nothing_was_reached():
    with refused(
        CapNotRaisable, code="fund.cap_not_raisable", value=None, limit=Decimal("0.90")
    ) as caught:
        raised(rate=replace(REACHED, part=0, whole=0))
    assert "no denominator (0 of 0) does not reach" in str(caught.value)


@pytest.mark.parametrize("to", [5, 11, 4, 0, -10, 7.5, True])
def test_the_cap_is_raised_above_the_ordinary_one_and_up_to_the_highest(to):
    fund = a_fund()

    with refused(
        CapNotRaisable, code="fund.cap_not_raisable", value=to, limit=10, keeps=fund
    ) as caught:
        raised(fund, to=to)
    assert f"may be raised from 5 up to 10 times, not to {to!r}" in str(caught.value)


def test_the_manager_may_decide_for_less_than_the_rule_allows():
    assert [cap(raised(to=to), DAY) for to in (6, 8, 10)] == [6, 8, 10]


def test_a_decision_holds_from_its_day_through_its_year():
    fund = raised()

    days = {date(2024, 1, 31): 5, DAY: 10, YEAR_END: 10, date(2025, 1, 1): 5}
    assert {day: cap(fund, day) for day in days} == days


def test_of_two_decisions_of_a_year_the_later_holds_from_its_day():
    fund = raised(raised(to=8), to=7, on=date(2024, 7, 1), ref="决2")

    assert [cap(fund, day) for day in (DAY, date(2024, 6, 30), date(2024, 7, 1))] == [8, 8, 7]


def test_the_clause_of_a_raised_cap_names_the_decision_and_what_it_rests_on():
    decided = cap_in_force(raised().entries, under=UNDER, on=DAY)

    assert (decided.value, decided.since, decided.decree) == (10, DAY, "财金〔2020〕21号")
    assert decided.clause == "up to ten times；基金决定 决1，还款率: 90.00%"
    assert decided.evidence is Evidence.MEMORY
    assert cap_in_force(a_fund().entries, under=UNDER, on=DAY) is ORDINARY


def test_a_decision_counts_up_to_what_its_rule_allows_on_the_day():
    less = RAISED.of(RaisedCap(at_most=7, repayment_rate=Decimal("0.90")))
    gap = Gap(since=date(2024, 9, 1), reason="not read", decree="财金〔2020〕21号")
    under = policy_with(raised=((SINCE, RAISED), (date(2024, 6, 1), less), (gap.since, gap)))
    fund = raised(under=under)

    days = {date(2024, 5, 31): 10, date(2024, 6, 1): 7, date(2024, 8, 31): 7, gap.since: 5}
    assert {day: cap(fund, day, under) for day in days} == days


def test_a_decision_never_lowers_the_cap():
    wider = ((ORDINARY.since, ORDINARY), (date(2024, 6, 1), ORDINARY.of(12)))

    assert cap(raised(to=8), date(2024, 6, 1), policy_with(ordinary=wider)) == 12


def test_the_decision_in_force_can_be_asked_for():
    fund = raised()

    found = [
        decision_in_force(fund.entries, under=UNDER, on=day)
        for day in (date(2024, 1, 31), DAY, YEAR_END, date(2025, 1, 1))
    ]
    assert found == [None, fund.entries[1], fund.entries[1], None]
    later = policy_with(raised=((date(2024, 3, 1), RAISED),))
    assert decision_in_force(fund.entries, under=later, on=DAY) is None


def test_without_a_rule_that_allows_it_the_cap_is_not_raised():
    with refused(
        NotInForce,
        code="policy.not_in_force",
        value=date(2020, 4, 14),
        limit=(SINCE, date.max),
    ):
        raised(on=date(2020, 4, 14))
    assert cap(raised(on=SINCE), SINCE) == 10
    with pytest.raises(NotInForce, match="no rule that raises the multiple above five was read"):
        raised(under=RULES, on=date(2020, 4, 14))


def test_before_the_first_rule_there_is_no_cap():
    with pytest.raises(NotInForce, match="leverage_cap"):
        cap(a_fund(), date(2002, 12, 23))


def test_a_voucher_cannot_stand_for_two_decisions():
    fund = raised()

    with refused(RefConflict, code="ledger.ref_conflict", value="决1", limit=2, keeps=fund):
        raised(fund, to=9)


def test_a_decision_that_was_undone_raised_nothing():
    assert cap(raised().reverse(2, on=YEAR_END, ref="冲1"), DAY) == 5


def test_the_cap_may_change_with_a_rule_a_decision_and_the_end_of_its_year():
    basis = RULES.exposure_basis.values[0][1]
    under = replace(
        policy_with(ordinary=((ORDINARY.since, ORDINARY), (date(2024, 6, 1), ORDINARY.of(4)))),
        exposure_basis=Line(
            Dated(
                "exposure_basis",
                ((ORDINARY.since, basis), (date(2024, 8, 1), basis.of(ExposureBasis.COVERED))),
            )
        ),
    )
    fund = raised()

    every = cap_changes(fund.entries, under=under, since=date.min, until=date.max)
    assert every == [
        ORDINARY.since,
        SINCE,
        DAY,
        date(2024, 6, 1),
        date(2024, 8, 1),
        date(2025, 1, 1),
    ]
    some = cap_changes(fund.entries, under=under, since=DAY, until=date(2024, 8, 1))
    assert some == [date(2024, 6, 1), date(2024, 8, 1)]
    assert cap_changes([], under=UNDER, since=DAY, until=YEAR_END) == []


# ---- limits for parts


def limited(fund=None, amount=200_000, *, on=DAY, ref="限1", **whom):
    """A fund with a limit for a part."""
    return set_sublimit(a_fund() if fund is None else fund, cny(amount), on=on, ref=ref, **whom)


def test_a_limit_is_one_entry_and_holds_from_its_day():
    doing = {"lender": "BANK-1", "group": "veteran", "booked_on": YEAR_END}
    fund = limited(**doing)

    assert fund.entries[1] == FundEntry(
        number=2,
        kind=FundEntryKind.SUBLIMIT,
        on=DAY,
        booked_on=YEAR_END,
        ref="限1",
        amount_fen=200_000_00,
        lender="BANK-1",
        groups=frozenset({"veteran"}),
    )
    assert limited(fund, **doing) is fund
    assert sublimits(fund.entries, as_of=date(2024, 1, 31)) == ()
    [limit] = sublimits(fund.entries, as_of=DAY)
    assert limit == SubLimit(
        ref="限1",
        amount_fen=200_000_00,
        lender="BANK-1",
        group="veteran",
        since=DAY,
        through=None,
    )
    assert limit.amount == cny(200_000)
    assert sublimits(fund.entries, as_of=date.max) == (limit,)


def test_a_limit_for_a_period_holds_through_its_last_day():
    fund = limited(through=YEAR_END)

    [limit] = sublimits(fund.entries, as_of=YEAR_END)
    assert (limit.lender, limit.group) == ("", "")
    assert (limit.since, limit.through) == (DAY, YEAR_END)
    assert sublimits(fund.entries, as_of=date(2025, 1, 1)) == ()


@pytest.mark.parametrize(
    ("whom", "lender", "groups", "matches"),
    [
        ({"lender": "BANK-1"}, "BANK-1", (), True),
        ({"lender": "BANK-1"}, "BANK-2", {"veteran"}, False),
        ({"group": "veteran"}, "BANK-2", ["disabled", "veteran"], True),
        ({"group": "veteran"}, "BANK-2", ("veteran",), True),
        ({"group": "veteran"}, "BANK-2", ["disabled"], False),
        ({"group": "veteran"}, "BANK-2", (), False),
        ({"lender": "BANK-1", "group": "veteran"}, "BANK-1", {"veteran"}, True),
        ({"lender": "BANK-1", "group": "veteran"}, "BANK-1", {"disabled"}, False),
        ({"lender": "BANK-1", "group": "veteran"}, "BANK-2", {"veteran"}, False),
        ({"through": YEAR_END}, "BANK-9", (), True),
    ],
)
def test_a_limit_is_for_a_bank_a_group_both_or_all(whom, lender, groups, matches):
    [limit] = sublimits(limited(**whom).entries, as_of=DAY)

    assert limit.matches(lender, groups) is matches


def test_a_later_limit_for_the_same_takes_the_place_of_the_earlier():
    fund = limited(lender="BANK-1")
    fund = limited(fund, 150_000, lender="BANK-1", on=date(2024, 3, 1), ref="限2")

    for day, refs in ((DAY, ["限1"]), (date(2024, 2, 29), ["限1"]), (date(2024, 3, 1), ["限2"])):
        assert [limit.ref for limit in sublimits(fund.entries, as_of=day)] == refs


def test_limits_for_other_banks_groups_and_periods_hold_beside_each_other():
    fund = limited(lender="BANK-1")
    fund = limited(fund, lender="BANK-2", ref="限2")
    fund = limited(fund, lender="BANK-1", group="veteran", ref="限3")
    fund = limited(fund, lender="BANK-1", through=YEAR_END, ref="限4")
    fund = limited(fund, lender="BANK-1", through=date(2024, 6, 30), ref="限5")
    fund = limited(fund, 1, lender="BANK-1", through=YEAR_END, ref="限6")  # for that of 限4

    held = {limit.ref for limit in sublimits(fund.entries, as_of=DAY)}
    assert held == {"限1", "限2", "限3", "限5", "限6"}


def test_a_limit_that_was_undone_never_was():
    fund = limited(lender="BANK-1").reverse(2, on=YEAR_END, ref="冲1")

    assert sublimits(fund.entries, as_of=DAY) == ()


@pytest.mark.parametrize("amount", [ZERO, cny(-1)])
def test_a_limit_of_nothing_is_refused(amount):
    fund = a_fund()

    with refused(
        InvalidAmount, code="money.invalid_amount", value=amount, limit=ZERO, keeps=fund
    ) as caught:
        set_sublimit(fund, amount, lender="BANK-1", on=DAY, ref="限1")
    assert str(caught.value).startswith("a sub-limit must be more than 0.00 yuan")


def test_a_limit_for_all_and_for_good_is_refused_because_that_is_the_cap():
    fund = a_fund()

    with refused(
        InvalidTerms,
        code="terms.invalid",
        value="for all",
        limit="for a bank, a group or a period",
        keeps=fund,
    ) as caught:
        limited(fund)
    assert str(caught.value).startswith("a sub-limit must be for a bank, a group or a period")
    assert caught.value.zh.startswith("分项限额应为")


@pytest.mark.parametrize(
    ("whom", "error", "value"),
    [
        ({"lender": "BANK\n1"}, InvalidIdentity, "a text of 6 characters"),
        ({"group": "Laid off"}, InvalidTerms, frozenset({"Laid off"})),
        ({"through": date(2024, 1, 31)}, InvalidDate, date(2024, 1, 31)),
    ],
)
def test_a_limit_is_for_what_can_be_named(whom, error, value):
    limit = {InvalidIdentity: 64, InvalidTerms: "codes", InvalidDate: DAY}[error]
    with refused(error, code=error.code, value=value, limit=limit):
        limited(**whom)


# ---- suspended banks


def test_a_suspension_is_one_entry_with_reason_and_measure():
    bad = Quotient.of("bad ÷ outstanding", cny(24_000), cny(120_000))
    fund = suspend_lender(
        a_fund(), "BANK-1", reason="不良率", measured=bad, on=DAY, ref="停1", booked_on=YEAR_END
    )

    assert fund.entries[1] == FundEntry(
        number=2,
        kind=FundEntryKind.SUSPENSION,
        on=DAY,
        booked_on=YEAR_END,
        ref="停1",
        lender="BANK-1",
        reason="不良率",
        part_fen=24_000_00,
        whole_fen=120_000_00,
    )
    plain = suspend_lender(a_fund(), "BANK-1", reason="不良率", on=DAY, ref="停1")
    assert (plain.entries[1].part_fen, plain.entries[1].whole_fen) == (0, 0)
    assert suspend_lender(plain, "BANK-1", reason="不良率", on=DAY, ref="停1") is plain


def test_a_lifting_is_one_entry_and_needs_no_reason():
    fund = suspend_lender(a_fund(), "BANK-1", reason="不良率", on=DAY, ref="停1")
    lifted = lift_suspension(fund, "BANK-1", on=YEAR_END, ref="复1", reason="已整改")

    assert lifted.entries[2] == FundEntry(
        number=3,
        kind=FundEntryKind.LIFTING,
        on=YEAR_END,
        booked_on=YEAR_END,
        ref="复1",
        lender="BANK-1",
        reason="已整改",
    )
    assert lift_suspension(lifted, "BANK-1", on=YEAR_END, ref="复1", reason="已整改") is lifted
    bare = lift_suspension(fund, "BANK-1", on=DAY, ref="复1", booked_on=YEAR_END)
    assert (bare.entries[2].reason, bare.entries[2].booked_on) == ("", YEAR_END)


def test_banks_are_suspended_from_their_day_until_the_eve_of_the_lifting():
    fund = suspend_lender(a_fund(), "BANK-1", reason="不良率", on=DAY, ref="停1")
    fund = suspend_lender(fund, "BANK-2", reason="不良率", on=date(2024, 3, 1), ref="停2")
    fund = lift_suspension(fund, "BANK-1", on=date(2024, 5, 1), ref="复1")

    days = {
        date(2024, 1, 31): set(),
        DAY: {"BANK-1"},
        date(2024, 3, 1): {"BANK-1", "BANK-2"},
        date(2024, 4, 30): {"BANK-1", "BANK-2"},
        date(2024, 5, 1): {"BANK-2"},
    }
    assert {day: suspended_lenders(fund.entries, as_of=day) for day in days} == days
    assert suspended_lenders(limited(lender="BANK-1").entries, as_of=DAY) == frozenset()


@pytest.mark.parametrize(("lender", "on"), [("BANK-2", YEAR_END), ("BANK-1", date(2024, 1, 31))])
def test_only_a_bank_that_is_suspended_is_allowed_again(lender, on):
    fund = suspend_lender(a_fund(), "BANK-1", reason="不良率", on=DAY, ref="停1")

    with refused(
        NothingToAnswer,
        code="fund.nothing_to_answer",
        value=lender,
        limit="an earlier act that stands, and no more than it",
        keeps=fund,
    ) as caught:
        lift_suspension(fund, lender, on=on, ref="复1")
    assert "the bank is not suspended" in str(caught.value)


def test_a_bank_is_allowed_again_once():
    fund = suspend_lender(a_fund(), "BANK-1", reason="不良率", on=DAY, ref="停1")
    fund = lift_suspension(fund, "BANK-1", on=YEAR_END, ref="复1")

    with pytest.raises(NothingToAnswer):
        lift_suspension(fund, "BANK-1", on=YEAR_END, ref="复2")


def test_a_suspension_says_why():
    fund = a_fund()

    with refused(
        InvalidTerms,
        code="terms.invalid",
        value="",
        limit="said in words",
        keeps=fund,
    ) as caught:
        suspend_lender(fund, "BANK-1", reason="", on=DAY, ref="停1")
    assert str(caught.value) == "the reason of a suspension must be said in words, got "


@pytest.mark.parametrize("measured", [0.2, Decimal("0.95"), "95%"])
def test_a_decision_rests_on_a_ratio_with_its_parts(measured):
    fund = a_fund()

    for act, what in (
        (lambda: raised(rate=measured), "the repayment rate must be a Quotient"),
        (
            lambda: suspend_lender(
                fund, "BANK-1", reason="不良率", measured=measured, on=DAY, ref="停1"
            ),
            "what was measured must be a Quotient",
        ),
    ):
        with refused(
            InvalidTerms, code="terms.invalid", value=measured, limit="a Quotient", keeps=fund
        ) as caught:
            act()
        assert str(caught.value).startswith(what)
    with pytest.raises(InvalidTerms, match="the repayment rate must be a Quotient, got None"):
        raised(rate=None)


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (lambda fund, name: suspend_lender(fund, name, reason="x", on=DAY, ref="凭1"), 3),
        (lambda fund, name: lift_suspension(fund, name, on=DAY, ref="凭1"), 4),
    ],
)
def test_a_voucher_cannot_stand_for_two_banks(act, kind):
    fund = suspend_lender(a_fund(), "BANK-1", reason="不良率", on=DAY, ref="停1")
    fund = suspend_lender(fund, "BANK-2", reason="不良率", on=DAY, ref="凭1")
    fund = lift_suspension(fund, "BANK-2", on=DAY, ref="凭1")

    with refused(RefConflict, code="ledger.ref_conflict", value="凭1", limit=kind, keeps=fund):
        act(fund, "BANK-1")


# ---- days


def test_questions_and_acts_take_plain_days():
    moment = datetime(2024, 2, 1, tzinfo=UTC)
    fund = a_fund()
    for ask in (
        lambda: raised(on=moment),
        lambda: cap(fund, moment),
        lambda: decision_in_force(fund.entries, under=UNDER, on=moment),
        lambda: limited(lender="BANK-1", on=moment),
        lambda: sublimits(fund.entries, as_of=moment),
        lambda: suspend_lender(fund, "BANK-1", reason="x", on=moment, ref="停1"),
        lambda: lift_suspension(fund, "BANK-1", on=moment, ref="复1"),
        lambda: suspended_lenders(fund.entries, as_of=moment),
    ):
        with refused(InvalidDate, code="periods.invalid_date", value=moment, limit="datetime.date"):
            ask()
    with pytest.raises(InvalidDate, match="the day of a decision must"):
        raised(on=moment)


def test_decisions_move_no_money():
    fund = suspend_lender(
        limited(raised(), lender="BANK-1"), "BANK-1", reason="x", on=DAY, ref="停"
    )

    assert fund.balance(as_of=YEAR_END) == cny(10_000_000)
    assert fund.income(as_of=YEAR_END) == ZERO
    assert measure_leverage(fund, [a_loan()], under=UNDER, as_of=DAY).exposure == cny(120_000)
