"""A fund's leverage over time, exactly: its worst day, its best, its tightest."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from histories import PROMISE, RULES, a_fund, a_loan
from microloan import (
    Amortization,
    Dated,
    ExposureBasis,
    InvalidAmount,
    InvalidDate,
    InvalidTerms,
    LeverageExceeded,
    Line,
    NotInForce,
    Quotient,
    cny,
    disburse,
    from_fen,
    measure_leverage,
    percent,
    raise_cap,
)
from microloan.errors import shown
from microloan.fund_change import FundChange, commitment_steps, fund_changes
from microloan.fund_ledger import FundEntryKind as Kind
from microloan.fund_path import last_known, leverage_path, path_ahead, require_room, trace_path
from refusals import refused

MAY, JUNE, JULY = date(2024, 5, 1), date(2024, 6, 1), date(2024, 7, 1)
GOOD = Quotient(name="还款率", part=95, whole=100)


def bullet(name="HT-1", yuan=120_000, on=JUNE, **more):
    """A loan paid back whole after a year."""
    return a_loan(
        name, principal=cny(yuan), amortization=Amortization.BULLET, disbursed_on=on, **more
    )


def money(yuan=100_000, on=MAY):
    return a_fund(0).deposit(cny(yuan), on=on, ref="D1")


def committed(fund, yuan=60_000, *, on=MAY, until=JULY, loan_id="HT-1", ref="批1"):
    return fund.with_entry(
        Kind.COMMITMENT,
        on=on,
        ref=ref,
        booked_on=None,
        amount_fen=yuan * 100,
        loan_id=loan_id,
        lender="BANK-1",
        until=until,
    )


def days_of(path):
    return [(point.as_of, point.exposure, point.balance) for point in path.points]


# --- the path


def test_the_path_has_a_point_for_each_day_on_which_something_changes():
    loan = bullet().repay(cny("127200"), on=date(2025, 6, 1), ref="R1")  # 6 % of 120,000 for a year
    fund = money().deposit(cny(50_000), on=JULY, ref="D2")
    path = leverage_path(fund, [loan], under=RULES)
    assert days_of(path) == [
        (MAY, cny(0), cny(100_000)),
        (JUNE, cny(120_000), cny(100_000)),
        (JULY, cny(120_000), cny(150_000)),
        (date(2025, 6, 1), cny(0), cny(150_000)),
    ]
    assert (path.since, path.until) == (MAY, date(2025, 6, 1))


def test_between_two_points_the_figures_of_the_first_hold():
    path = leverage_path(money(), [bullet()], under=RULES, until=JULY)
    assert path.at(date(2024, 5, 31)) == path.points[0]
    assert path.at(JUNE) == path.at(JULY) == path.points[1]
    assert (path.at(JULY).as_of, path.at(JULY).multiple) == (JUNE, Decimal("1.2000"))


@pytest.mark.parametrize("day", [date(2024, 4, 30), date(2024, 7, 2)])
def test_a_day_outside_the_path_has_no_point(day):
    path = leverage_path(money(), [bullet()], under=RULES, until=JULY)
    with refused(
        InvalidDate, "periods.invalid_date", value=day, limit=(MAY, JULY), says="outside the path"
    ):
        path.at(day)


def test_a_path_may_begin_and_end_between_two_changes():
    day = date(2024, 6, 15)
    path = leverage_path(money(), [bullet()], under=RULES, since=day, until=day)
    assert days_of(path) == [(day, cny(120_000), cny(100_000))]
    assert measure_leverage(money(), [bullet()], under=RULES, as_of=day) == path.points[0]
    before = leverage_path(money(), [bullet()], under=RULES, since=date(2024, 4, 1))
    assert days_of(before)[0] == (date(2024, 4, 1), cny(0), cny(0))


def test_of_a_fund_to_which_nothing_happened_one_must_say_since_when():
    with refused(InvalidDate, "periods.invalid_date", value=None, limit="a first day"):
        leverage_path(a_fund(0), [], under=RULES)
    path = leverage_path(a_fund(0), [], under=RULES, since=MAY)
    assert days_of(path) == [(MAY, cny(0), cny(0))]
    assert days_of(leverage_path(a_fund(0), [], under=RULES, until=MAY)) == days_of(path)


def test_a_path_ends_after_it_begins():
    with refused(InvalidDate, "periods.invalid_date", value=date(2024, 4, 1), limit=MAY):
        leverage_path(money(), [], under=RULES, until=date(2024, 4, 1))
    with refused(InvalidDate, "periods.invalid_date", value=MAY, limit=JULY):
        leverage_path(money(), [], under=RULES, since=JULY, until=MAY)


@pytest.mark.parametrize("bad", ["x", 5, [], datetime(2024, 5, 1, tzinfo=UTC)], ids=repr)
@pytest.mark.parametrize("name", ["since", "until"])
def test_a_path_is_asked_for_by_plain_days(name, bad):
    for fund, loans in ((money(), [bullet()]), (a_fund(0), [])):
        with refused(InvalidDate, "periods.invalid_date", value=bad, limit="datetime.date"):
            leverage_path(fund, loans, under=RULES, **{name: bad})


def test_loans_of_another_fund_or_of_none_do_not_count():
    others = [bullet("HT-2", guarantee=None), bullet("HT-3", guarantee=replace_fund("F-02"))]
    assert leverage_path(money(), others, under=RULES) == leverage_path(money(), [], under=RULES)


def replace_fund(name):
    return replace(PROMISE, fund_id=name)


def test_the_worst_day_is_that_of_the_highest_multiple_and_the_best_that_of_the_lowest():
    # 120/100 = 1.2 in June; 240/150 = 1.6 in July; 240/300 = 0.8 in August
    fund = money().deposit(cny(50_000), on=JULY, ref="D2")
    fund = fund.deposit(cny(150_000), on=date(2024, 8, 1), ref="D3")
    path = leverage_path(fund, [bullet(), bullet("HT-2", on=JULY)], under=RULES, since=JUNE)
    assert (path.worst.as_of, path.worst.exact_multiple) == (JULY, Fraction(8, 5))
    assert (path.best.as_of, path.best.exact_multiple) == (date(2024, 8, 1), Fraction(4, 5))
    assert path.over_cap == ()


def test_of_several_worst_or_best_days_the_earliest_is_named():
    # 100/100 in June, 200/200 in July: both once the balance
    fund = money().deposit(cny(100_000), on=JULY, ref="D2")
    loans = [bullet(yuan=100_000), bullet("HT-2", yuan=100_000, on=JULY)]
    path = leverage_path(fund, loans, under=RULES, since=JUNE)
    assert (path.worst.as_of, path.best.as_of) == (JUNE, JUNE)
    assert path.worst.exact_multiple == 1


def test_exposure_without_money_is_worse_than_any_multiple_and_no_exposure_better():
    fund = money(on=JULY)
    path = leverage_path(fund, [bullet(on=JUNE)], under=RULES, since=MAY)
    assert (path.worst.as_of, path.worst.multiple) == (JUNE, None)
    assert (path.best.as_of, path.best.exact_multiple) == (MAY, None)
    assert [point.as_of for point in path.over_cap] == [JUNE]


def test_the_tightest_day_is_that_of_the_least_room_which_need_not_be_the_worst():
    # room in June 500 - 120 = 380, in July 100 - 20 = 80; the multiple falls from 1.2 to 1.0
    fund = money().with_entry(
        Kind.WITHDRAWAL, on=JULY, ref="W1", booked_on=None, amount_fen=8_000_000
    )
    loan = bullet(months=1).repay(cny("120600"), on=JULY, ref="R1")
    loans = [loan, bullet("HT-2", yuan=20_000, on=JULY)]
    path = leverage_path(fund, loans, under=RULES, since=JUNE)
    assert (path.worst.as_of, path.tightest.as_of) == (JUNE, JULY)
    assert from_fen(path.tightest.free_fen) == cny(80_000)


# --- commitments


def test_a_commitment_takes_room_until_the_eve_of_its_lapse():
    path = leverage_path(committed(money()), [], under=RULES)
    assert [(point.as_of, point.committed, point.headroom) for point in path.points] == [
        (MAY, cny(60_000), cny(440_000)),
        (JULY, cny(0), cny(500_000)),
    ]
    assert path.at(date(2024, 6, 30)).committed == cny(60_000)


def test_what_is_paid_out_is_no_longer_committed():
    whole = leverage_path(committed(money()), [bullet(yuan=60_000)], under=RULES)
    assert [(point.exposure, point.committed) for point in whole.points] == [
        (cny(0), cny(60_000)),
        (cny(60_000), cny(0)),
    ]
    part = bullet(yuan=60_000, disbursed=20_000)
    some = leverage_path(committed(money()), [part], under=RULES)
    assert [(point.as_of, point.exposure, point.committed) for point in some.points] == [
        (MAY, cny(0), cny(60_000)),
        (JUNE, cny(20_000), cny(40_000)),
        (JULY, cny(20_000), cny(0)),
    ]


def test_a_loan_above_its_approval_uses_up_no_more_than_it():
    path = leverage_path(committed(money()), [bullet(yuan=90_000)], under=RULES)
    assert [point.committed for point in path.points] == [cny(60_000), cny(0)]


def test_only_what_is_paid_out_from_the_day_of_the_approval_on_uses_it_up():
    loan = bullet(yuan=100_000, disbursed=40_000, on=MAY)
    loan = disburse(loan, cny(60_000), on=date(2024, 6, 10), ref="放2")
    fund = committed(money(), on=JUNE)
    assert list(commitment_steps(fund.entries, [loan])) == [
        (JUNE, 6_000_000),
        (date(2024, 6, 10), -6_000_000),
    ]
    same_day = committed(money(), on=MAY)
    assert list(commitment_steps(same_day.entries, [bullet(on=MAY, yuan=60_000)])) == [
        (MAY, 6_000_000),
        (MAY, -6_000_000),
    ]


def test_a_repayment_does_not_touch_the_commitment_of_the_loan():
    loan = bullet(yuan=60_000, disbursed=20_000, months=1)
    loan = loan.repay(cny("20100"), on=date(2024, 7, 1), ref="R1")  # 20,000 and a month of 6 %
    assert list(commitment_steps(committed(money(), until=date(2024, 8, 1)).entries, [loan])) == [
        (MAY, 6_000_000),
        (JUNE, -2_000_000),
        (date(2024, 8, 1), -4_000_000),
    ]


def test_what_is_paid_out_once_an_approval_has_lapsed_does_not_touch_it():
    steps = commitment_steps(committed(money()).entries, [bullet(on=JULY)])
    assert list(steps) == [(MAY, 6_000_000), (JULY, -6_000_000)]


def test_a_released_commitment_takes_room_until_the_eve_of_its_release():
    fund = committed(money()).with_entry(
        Kind.RELEASE, on=JUNE, ref="撤1", booked_on=None, against="批1"
    )
    assert list(commitment_steps(fund.entries, [])) == [(MAY, 6_000_000), (JUNE, -6_000_000)]
    undone = fund.reverse(3, on=JUNE, ref="冲1")
    assert list(commitment_steps(undone.entries, [])) == [(MAY, 6_000_000), (JULY, -6_000_000)]


def test_a_commitment_released_on_its_own_day_never_counted():
    fund = committed(money()).with_entry(
        Kind.RELEASE, on=MAY, ref="撤1", booked_on=None, against="批1"
    )
    assert list(commitment_steps(fund.entries, [])) == []


def test_a_commitment_does_not_count_in_exposure_multiple_or_cap():
    point = leverage_path(committed(money(), 600_000), [], under=RULES).points[0]
    assert (point.exposure, point.multiple, point.within_cap) == (cny(0), Decimal("0.0000"), True)
    assert (point.headroom, point.top_up) == (cny(0), cny(0))


# --- the cap and its basis


def test_the_day_on_which_the_cap_changes_is_a_point():
    fund = raise_cap(money(), to=8, repayment_rate=GOOD, under=RULES, on=JUNE, ref="决1")
    path = leverage_path(fund, [], under=RULES, until=date(2025, 12, 31))
    assert [(p.as_of, p.cap.value, p.decision) for p in path.points] == [
        (MAY, 5, ""),
        (JUNE, 8, "决1"),
        (date(2025, 1, 1), 5, ""),
    ]
    assert path.points[1].limit == cny(800_000)
    assert "决1" in str(path.points[1].cap)
    assert "95.00%" in str(path.points[1].cap)


def covered_from(day):
    full = RULES.exposure_basis.values[0][1]
    values = (RULES.exposure_basis.values[0], (day, replace(full, value=ExposureBasis.COVERED)))
    return replace(RULES, exposure_basis=Line(Dated("exposure_basis", values)))


def test_the_basis_in_force_says_what_is_held_against_the_cap():
    path = leverage_path(money(), [bullet()], under=covered_from(JULY), until=JULY)
    full, covered = path.points[1:]
    assert (full.counted, full.multiple, full.headroom) == (
        cny(120_000),
        Decimal("1.2000"),
        cny(380_000),
    )
    assert (covered.as_of, covered.exposure) == (JULY, cny(120_000))
    assert (covered.counted, covered.multiple, covered.headroom) == (
        cny(96_000),
        Decimal("0.9600"),
        cny(404_000),
    )
    assert ("held against the cap", "covered exposure 96,000.00") in covered.explain().steps
    assert all(name != "held against the cap" for name, _ in full.explain().steps)


def test_no_cap_is_invented_before_the_first_rule():
    with pytest.raises(NotInForce, match="leverage_cap"):
        leverage_path(money(), [], under=RULES, since=date(2002, 12, 23))


# --- figures of a day


def test_the_headroom_in_standard_loans_is_whole_loans():
    point = leverage_path(money(), [bullet()], under=RULES).points[-1]  # room for 380,000
    assert point.headroom_in_loans(cny(20_000)) == 19
    assert point.headroom_in_loans(cny(20_001)) == 18
    with refused(InvalidAmount, "money.invalid_amount", value=cny(0), limit=cny(0)):
        point.headroom_in_loans(cny(0))


def test_how_far_lending_stayed_below_in_full_at_one_to_five():
    point = leverage_path(money(), [bullet()], under=RULES).points[-1]
    assert point.short_of(5) == cny(380_000)
    assert point.short_of(1) == point.short_of(0) == cny(0)
    assert point.short_of(Decimal("2.5")) == cny(130_000)
    assert point.short_of(1_000) == cny(99_880_000)


def test_a_multiple_with_decimals_is_reckoned_to_the_fen():
    point = leverage_path(money("0.10"), [], under=RULES).points[-1]
    for multiple, fen in (("0.05", 1), ("0.049999999999", 0), ("1E+1", 100), ("-0", 0)):
        assert point.short_of(Decimal(multiple)) == from_fen(fen)


@pytest.mark.parametrize(
    "bad",
    [
        *(None, True, 5.0, "5", -1, 1_001, 10**5_000, Decimal("-0.1"), Decimal("NaN")),
        *(Decimal("sNaN"), Decimal("Infinity"), Decimal("-Infinity"), Decimal("1E+400000")),
        *(Decimal("1000.000000000001"), Decimal("1E-13"), Decimal("1E-400000"), cny(5)),
    ],
    ids=lambda bad: type(bad).__name__,
)
def test_a_multiple_that_is_none_is_refused(bad):
    point = leverage_path(money(), [bullet()], under=RULES).points[-1]
    with refused(
        InvalidTerms,
        "terms.invalid",
        value=shown(bad),
        limit="an int or Decimal from 0 to 1000",
        says="a multiple must be an int or Decimal from 0 to 1000, got ",
    ):
        point.short_of(bad)


def test_an_explanation_names_what_was_approved():
    point = leverage_path(committed(money()), [bullet("HT-2")], under=RULES, until=JUNE).points[-1]
    assert point.explain().steps == (
        ("balance", "100,000.00"),
        ("cap", "5 × balance = 500,000.00"),
        ("exposure", "120,000.00"),
        ("approved, not paid out", "60,000.00"),
        ("multiple", "1.2000"),
    )


# --- the test of acts


def test_room_is_needed_on_every_day_from_the_first():
    fund, loans = money(), [bullet(yuan=500_000), bullet("HT-2", yuan=1, on=JULY)]
    path = leverage_path(fund, loans, under=RULES)
    with refused(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny(500_001),
        limit=cny(500_000),
        says="F-01 would stand behind 500,001.00 on 2024-07-01; "
        "5 × 100,000.00 allows 500,000.00, 1.00 too much",
    ):
        require_room(path, since=MAY)
    require_room(leverage_path(fund, loans[:1], under=RULES), since=MAY)


def test_the_chinese_refusal_says_what_the_english_one_does():
    fund, loans = committed(money()), [bullet("HT-2", yuan=450_000)]
    with pytest.raises(LeverageExceeded) as caught:
        require_room(leverage_path(fund, loans, under=RULES), since=MAY)
    assert caught.value.zh == (
        "F-01 在 2024-06-01 的在保余额将达 510,000.00（其中已批未放 60,000.00），"
        "超出 5 倍 × 基金余额 100,000.00 的上限 500,000.00 共 10,000.00"
    )
    with pytest.raises(LeverageExceeded) as caught:
        require_room(leverage_path(money(), [bullet(yuan=500_001)], under=RULES), since=MAY)
    assert caught.value.zh == (
        "F-01 在 2024-06-01 的在保余额将达 500,001.00，"
        "超出 5 倍 × 基金余额 100,000.00 的上限 500,000.00 共 1.00"
    )


def test_days_before_the_first_are_not_tested():
    fund = money().deposit(cny(900_000), on=JULY, ref="D2")
    path = leverage_path(fund, [bullet(yuan=600_000)], under=RULES)
    require_room(path, since=JULY)
    with pytest.raises(LeverageExceeded, match="on 2024-06-01;"):
        require_room(path, since=date(2024, 6, 30))


def test_a_refusal_says_how_much_of_it_was_only_approved():
    path = leverage_path(committed(money()), [bullet("HT-2", yuan=450_000)], under=RULES)
    with refused(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny(510_000),
        limit=cny(500_000),
        says="510,000.00 on 2024-06-01, 60,000.00 of it approved; 5 × 100,000.00",
    ):
        require_room(path, since=MAY)


def test_what_was_admitted_under_a_decision_is_no_breach_when_it_ends():
    fund = raise_cap(money(), to=8, repayment_rate=GOOD, under=RULES, on=MAY, ref="决1")
    loans = [bullet(yuan=700_000)]
    path = leverage_path(fund, loans, under=RULES, until=date(2025, 6, 1))
    require_room(path, since=MAY)
    assert [(point.as_of, point.top_up) for point in path.over_cap] == [
        (date(2025, 1, 1), cny(40_000))  # 700 - 500 over, a fifth of it in money
    ]
    with pytest.raises(LeverageExceeded, match="on 2025-01-01;"):
        require_room(path, since=date(2025, 1, 1))
    more = [*loans, bullet("HT-2", yuan=100_001, on=date(2025, 2, 1))]
    with pytest.raises(LeverageExceeded, match="on 2025-02-01; 8 × "):
        require_room(leverage_path(fund, more, under=RULES), since=MAY)


def falling(*days):
    """The rules with an ordinary cap that falls to three on a day, and is five on the next."""
    five = RULES.leverage_cap.values[-1][1]
    later = zip(days, (five.of(3), five), strict=False)
    return replace(
        RULES, leverage_cap=Line(Dated("leverage_cap", ((date(2002, 12, 24), five), *later)))
    )


@pytest.mark.parametrize(
    ("falls_on", "refused_on"),
    [
        (date(2024, 10, 1), date(2025, 1, 1)),  # while the decision holds, its own cap does
        (date(2025, 1, 1), date(2025, 1, 1)),
        (date(2025, 3, 1), date(2025, 3, 1)),
    ],
)
def test_a_known_fall_of_the_ordinary_cap_binds_once_the_decision_is_over(falls_on, refused_on):
    rules = falling(falls_on)
    fund = raise_cap(money(), to=8, repayment_rate=GOOD, under=rules, on=MAY, ref="决1")

    def lend(yuan, since=MAY):
        require_room(path_ahead(fund, [bullet(yuan=yuan)], under=rules, since=since), since=since)

    lend(300_000)
    for yuan in (300_001, 700_000):
        with pytest.raises(LeverageExceeded, match=f"on {refused_on}; 3 × "):
            lend(yuan)
    with pytest.raises(LeverageExceeded, match="on 2024-06-01; 8 × "):
        lend(800_001)


def test_once_the_ordinary_cap_is_back_the_end_of_the_decision_does_no_harm_again():
    rules = falling(date(2025, 3, 1), date(2026, 1, 1))
    fund = raise_cap(money(), to=8, repayment_rate=GOOD, under=rules, on=MAY, ref="决1")
    late = bullet(yuan=700_000, on=date(2026, 2, 1))
    require_room(path_ahead(fund, [late], under=rules, since=MAY), since=MAY)
    with pytest.raises(LeverageExceeded, match="on 2025-03-01; 3 × "):
        require_room(path_ahead(fund, [bullet(yuan=700_000)], under=rules, since=MAY), since=MAY)


def test_without_a_decision_a_known_fall_of_the_cap_is_tested_as_ever():
    rules = falling(date(2025, 3, 1))
    path = path_ahead(money(), [bullet(yuan=300_001)], under=rules, since=MAY)
    with pytest.raises(LeverageExceeded, match="on 2025-03-01; 3 × "):
        require_room(path, since=MAY)


def test_a_decision_of_the_next_year_is_tested_itself_where_the_ordinary_cap_falls():
    rules = falling(date(2025, 1, 1))
    fund = raise_cap(money(), to=8, repayment_rate=GOOD, under=rules, on=MAY, ref="决1")
    new_year = date(2025, 1, 1)
    fund = raise_cap(fund, to=6, repayment_rate=GOOD, under=rules, on=new_year, ref="决2")
    path = path_ahead(fund, [bullet(yuan=600_001)], under=rules, since=MAY)
    with pytest.raises(LeverageExceeded, match="on 2025-01-01; 6 × "):
        require_room(path, since=MAY)


def test_a_point_under_a_decision_knows_the_cap_of_the_rule():
    fund = raise_cap(money(), to=8, repayment_rate=GOOD, under=RULES, on=JUNE, ref="决1")
    before, raised, after = leverage_path(fund, [], under=RULES).points
    assert (before.ordinary_cap, after.ordinary_cap) == (None, None)
    assert raised.ordinary_cap == before.cap == after.cap


def test_a_path_ends_where_the_last_decision_does():
    fund = raise_cap(money(), to=8, repayment_rate=GOOD, under=RULES, on=MAY, ref="决1")
    path = leverage_path(fund, [bullet(yuan=700_000)], under=RULES)
    assert path.until == date(2025, 1, 1)
    assert [point.as_of for point in path.over_cap] == [date(2025, 1, 1)]


def test_a_lower_multiple_of_the_same_year_is_tested_and_of_a_later_year_is_not():
    fund = raise_cap(money(), to=10, repayment_rate=GOOD, under=RULES, on=MAY, ref="决1")
    loans = [bullet(yuan=650_000)]
    lower = raise_cap(fund, to=6, repayment_rate=GOOD, under=RULES, on=JULY, ref="决2")
    with pytest.raises(LeverageExceeded, match="on 2024-07-01; 6 × "):
        require_room(leverage_path(lower, loans, under=RULES), since=MAY)
    later = date(2025, 3, 1)
    next_year = raise_cap(fund, to=6, repayment_rate=GOOD, under=RULES, on=later, ref="决2")
    require_room(leverage_path(next_year, loans, under=RULES), since=MAY)


def test_a_path_ahead_reaches_the_last_day_the_rules_change():
    covered = covered_from(date(2030, 1, 1))
    path = path_ahead(money(), [bullet()], under=covered, since=JUNE)
    assert (path.since, path.until) == (JUNE, date(2030, 1, 1))
    assert last_known([JULY], (), under=RULES, since=JUNE) == JULY
    assert last_known([MAY], (), under=RULES, since=JUNE) == JUNE
    decided = raise_cap(money(), to=8, repayment_rate=GOOD, under=RULES, on=MAY, ref="决1")
    assert last_known([JULY], decided.entries, under=RULES, since=JUNE) == date(2025, 1, 1)


# --- changes by day


def test_changes_of_a_day_are_net_and_days_without_any_are_left_out():
    fund = money().deposit(cny(10), on=JUNE, ref="D2")
    fund = fund.with_entry(Kind.WITHDRAWAL, on=JUNE, ref="W1", booked_on=None, amount_fen=1_000)
    assert fund_changes(fund, []) == {MAY: FundChange(balance_fen=10_000_000)}
    assert fund_changes(money(), [bullet()])[JUNE] == FundChange(0, 12_000_000, 9_600_000, 0)
    assert fund_changes(committed(money()), []) == {
        MAY: FundChange(10_000_000, 0, 0, 6_000_000),
        JULY: FundChange(committed_fen=-6_000_000),
    }


def test_changes_before_the_first_day_make_its_figures():
    changes = {MAY: FundChange(100, 10, 8, 1), JUNE: FundChange(1, 1, 1, -1)}
    path = trace_path("F-01", changes, (), under=RULES, since=date(2024, 5, 15))
    assert [
        (p.as_of, p.balance_fen, p.exposure_fen, p.covered_fen, p.committed_fen)
        for p in path.points
    ] == [(date(2024, 5, 15), 100, 10, 8, 1), (JUNE, 101, 11, 9, 0)]
    assert percent("80") == PROMISE.coverage


def test_a_question_without_a_day_is_not_answered_for_another():
    with refused(InvalidDate, "periods.invalid_date", value=None, limit="datetime.date"):
        measure_leverage(money(), [], under=RULES, as_of=None)
