"""What-if: what a fund comes to if a share of its loans fails, with figures from paper."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from histories import PROMISE, RULES, a_fund, a_loan, a_quarterly_loan, pays_on_time, refused
from microloan import (
    ZERO,
    Amortization,
    Covers,
    Dated,
    ExposureBasis,
    HalfYear,
    InvalidAmount,
    InvalidDate,
    InvalidIdentity,
    InvalidRate,
    InvalidTerms,
    Line,
    LoanGivenTwice,
    Multiple,
    NewLending,
    NotGuaranteed,
    NotInForce,
    Opening,
    PrincipalPart,
    Quotient,
    Scenario,
    approve_claim,
    approve_loan,
    claim_filings,
    cny,
    compare_scenarios,
    discharge_guarantee,
    file_claim,
    from_fen,
    measure_leverage,
    pay_claim,
    percent,
    raise_cap,
    reject_claim,
    total,
    what_if,
    write_off,
)
from microloan.money import Money

NEW_YEAR = date(2024, 12, 31)
H1, H2, H3 = HalfYear(2025, 1), HalfYear(2025, 2), HalfYear(2026, 1)
FIVE, NONE, ALL = percent(5), percent(0), percent(100)


def a_bullet(name="HT-1", **agreed):
    """100,000 that fall due on 15 January 2025 with their interest; nothing is overdue before."""
    usual = {"principal": cny(100_000), "amortization": Amortization.BULLET}
    return a_loan(name, **usual | agreed)


def lending(amount, **other):
    """New lending like the quarterly loan: twelve months, principal at maturity, 80 % covered."""
    usual = {"amount": amount, "terms": a_quarterly_loan().terms, "guarantee": PROMISE}
    return NewLending(**usual | other)


def ask(fund, loans, *, as_of=NEW_YEAR, default_rate=FIVE, **other):
    """What if one in twenty fails, from the New Year of 2025 on."""
    return what_if(fund, loans, under=RULES, as_of=as_of, default_rate=default_rate, **other)


def column(path, name):
    """One figure of each half-year, in yuan, as text without its fen where it has none."""
    amounts = [row[name] for row in path.rows]
    return [str(amount).removesuffix(".00") for amount in amounts]


def a_book():
    """A fund and loans of every sort at the New Year of 2025, some late, one of another fund."""
    elsewhere = replace(PROMISE, fund_id="F-02")
    whole = replace(PROMISE, coverage=ALL, claimable_after_days=30)
    loans = [
        a_bullet("HT-1"),
        a_bullet("HT-2", disbursed_on=date(2024, 9, 30), months=24, principal=cny("77777.77")),
        pays_on_time(a_loan("HT-3"), 1, 11),
        a_loan("HT-4", guarantee=whole, disbursed_on=date(2024, 11, 5), months=18),
        a_loan("HT-5", guarantee=elsewhere),
        a_loan("HT-6", guarantee=None),
        a_loan("HT-7", amortization=Amortization.EQUAL_INSTALLMENTS, principal=cny(33_333)),
    ]
    return a_fund(), loans


# ---- one loan, by hand


def test_one_in_twenty_of_a_loan_due_at_once_is_claimed_paid_and_half_of_it_recovered():
    # Due 15 January 2025: 95,000 are repaid, 5,000 fail. The claim opens 90 days later, on 15
    # April; the fund pays 80 %: 4,000. Half of it, 2,000, comes back on 15 April 2026.
    path = ask(a_fund(), [a_bullet()], recovery_rate=percent(50), halves=3)

    assert [one.half for one in path.halves] == [H1, H2, H3]
    assert column(path, "repaid") == ["95000", "0", "0"]
    assert column(path, "failed") == ["5000", "0", "0"]
    assert column(path, "due") == ["100000", "0", "0"]
    assert column(path, "ended") == ["5000", "0", "0"]
    assert column(path, "paid_out") == ["4000", "0", "0"]
    assert column(path, "recovered") == ["0", "0", "2000"]
    assert column(path, "unpaid") == column(path, "lent") == ["0", "0", "0"]
    assert column(path, "exposure") == ["0", "0", "0"]
    assert column(path, "balance") == ["996000", "996000", "998000"]
    assert column(path, "headroom") == ["4980000", "4980000", "4990000"]


def test_between_failing_and_the_claim_the_failing_share_is_still_exposure():
    # Due 15 April 2025; the claim opens on 14 July, in the next half-year.
    loan = a_bullet(disbursed_on=date(2024, 4, 15))

    path = ask(a_fund(), [loan], halves=2)

    assert column(path, "exposure") == ["5000", "0"]
    assert column(path, "covered_exposure") == ["4000", "0"]
    assert column(path, "failed") == ["5000", "0"]
    assert column(path, "ended") == ["0", "5000"]
    assert column(path, "paid_out") == ["0", "4000"]


@pytest.mark.parametrize(
    ("opening", "days", "paid_out"),
    [
        # From 15 January to 30 June 2025 are 166 days.
        (Opening.AT_OR_AFTER, 166, ["4000", "0"]),
        (Opening.STRICTLY_AFTER, 166, ["0", "4000"]),
        (Opening.STRICTLY_AFTER, 165, ["4000", "0"]),
    ],
)
def test_the_claim_opens_on_the_very_day_of_the_guarantee(opening, days, paid_out):
    promise = replace(PROMISE, claimable_after_days=days, opening=opening, months_after_maturity=12)

    path = ask(a_fund(), [a_bullet(guarantee=promise)], halves=2)

    assert column(path, "paid_out") == paid_out


def test_of_a_loan_in_installments_all_that_is_outstanding_fails_on_the_next_due_day():
    # 70,000 are left, 10,000 a month from 15 July 2024 to 15 January 2025. A tenth, 7,000, fails on
    # 15 July; the claim opens on 13 October, the fund pays 5,600. Six installments of 9,000 follow
    # in the half-year and one in the next.
    loan = pays_on_time(a_loan(), 1, 5)

    path = ask(a_fund(), [loan], as_of=date(2024, 6, 30), default_rate=percent(10), halves=2)

    assert path.start.exposure == cny(70_000)
    assert column(path, "repaid") == ["54000", "9000"]
    assert column(path, "failed") == column(path, "ended") == ["7000", "0"]
    assert column(path, "paid_out") == ["5600", "0"]
    assert column(path, "exposure") == ["9000", "0"]


def test_what_is_overdue_counts_as_due_on_the_day_after():
    # Nothing was paid: on 31 March 2024 two installments are overdue. With three to come in the
    # half-year 50,000 of 120,000 are repaid.
    path = ask(a_fund(), [a_loan()], as_of=date(2024, 3, 31), default_rate=NONE, halves=1)

    assert column(path, "repaid") == ["50000"]
    assert column(path, "exposure") == ["70000"]


@pytest.mark.parametrize(
    ("opening", "days", "paid_out"),
    [
        (Opening.AT_OR_AFTER, 166, ["4000", "0"]),
        (Opening.AT_OR_AFTER, 167, ["0", "4000"]),
        (Opening.STRICTLY_AFTER, 166, ["0", "4000"]),
    ],
)
@pytest.mark.parametrize("as_of", [date(2025, 1, 15), date(2025, 1, 16), date(2025, 6, 29)])
def test_of_an_overdue_loan_the_days_past_due_go_on_from_the_first_unpaid_due_day(
    as_of, opening, days, paid_out
):
    # Due on 15 January 2025 and unpaid; the 166th day past due is 30 June, whenever one asks.
    promise = replace(PROMISE, claimable_after_days=days, opening=opening, months_after_maturity=12)

    path = ask(a_fund(), [a_bullet(guarantee=promise)], as_of=as_of, halves=2)

    assert column(path, "failed") == ["5000", "0"]
    assert column(path, "paid_out") == paid_out


@pytest.mark.parametrize(
    ("as_of", "halves", "paid_out"),
    [
        (date(2025, 6, 29), [H1, H2], ["4000", "0"]),
        (date(2025, 6, 30), [H2, H3], ["4000", "0"]),
        (date(2025, 7, 14), [H2, H3], ["4000", "0"]),
        (date(2025, 7, 15), [H2, H3], ["0", "0"]),
    ],
)
def test_where_the_claim_is_open_already_it_is_paid_the_day_after_within_the_guarantee_period(
    as_of, halves, paid_out
):
    # Due 15 January 2025, open to claims since 15 April, guaranteed through 15 July.
    path = ask(a_fund(), [a_bullet()], as_of=as_of, halves=2)

    assert [one.half for one in path.halves] == halves
    assert column(path, "paid_out") == paid_out
    assert column(path, "exposure") == (["0", "0"] if "4000" in paid_out else ["5000", "5000"])


@pytest.mark.parametrize(
    ("paid", "days", "failed", "paid_out"),
    [
        (0, 90, ["5000", "0"], ["4000", "0"]),  # late since 20 March: open since 18 June
        (1, 90, ["5000", "0"], ["4000", "0"]),  # late since 20 June: open on 18 September
        (1, 194, ["5000", "0"], ["4000", "0"]),  # on 31 December
        (1, 195, ["5000", "0"], ["0", "4000"]),
        (2, 90, ["0", "5000"], ["0", "4000"]),  # nothing is late; principal is due on 15 January
    ],
)
def test_unpaid_interest_makes_a_loan_fail_at_once_and_opens_the_claim(
    paid, days, failed, paid_out
):
    loan = pays_on_time(a_quarterly_loan(principal=cny(100_000)), 1, paid)
    loan = replace(loan, guarantee=replace(PROMISE, claimable_after_days=days))

    path = ask(a_fund(), [loan], as_of=date(2024, 6, 30), halves=2)

    assert column(path, "failed") == failed
    assert column(path, "paid_out") == paid_out
    assert column(path, "repaid") == ["0", "95000"]


def test_what_falls_due_on_the_day_of_the_question_and_is_unpaid_is_due_the_day_after():
    path = ask(a_fund(), [a_bullet()], as_of=date(2025, 1, 15), default_rate=NONE, halves=1)

    assert path.start.exposure == cny(100_000)
    assert column(path, "repaid") == ["100000"]


def test_after_the_guarantee_period_nothing_is_paid_and_the_exposure_stays():
    # Due 15 January 2025, guaranteed through 15 July; the claim would open on 16 July.
    late = replace(PROMISE, claimable_after_days=182)
    path = ask(a_fund(), [a_bullet(guarantee=late)], halves=2)

    assert column(path, "paid_out") == ["0", "0"]
    assert column(path, "failed") == ["5000", "0"]
    assert column(path, "exposure") == ["5000", "5000"]


def test_a_claim_on_the_last_day_of_the_guarantee_period_is_paid():
    # Due 15 January 2025, guaranteed through 15 April, which is the 90th day.
    last = replace(PROMISE, months_after_maturity=3)

    assert ask(a_fund(), [a_bullet(guarantee=last)], halves=1).halves[0].paid_out == cny(4_000)
    one_more = replace(last, opening=Opening.STRICTLY_AFTER)
    assert ask(a_fund(), [a_bullet(guarantee=one_more)], halves=1).halves[0].paid_out == ZERO


def test_what_failed_may_come_back_in_the_same_half_year():
    # Paid on 15 April 2025: 4,000; all of it comes back on 15 June.
    path = ask(a_fund(), [a_bullet()], recovery_rate=ALL, recovery_months=2, halves=1)

    assert column(path, "paid_out") == column(path, "recovered") == ["4000"]
    assert column(path, "balance") == ["1000000"]


# ---- claims that the bank has filed already

FILED, DECIDED, LATE = date(2025, 7, 1), date(2025, 7, 20), date(2025, 8, 1)


def filing(amount=None, *, loan=None):
    """A fund with a claim filed on 1 July 2025, open since 15 April, guaranteed through 15 July."""
    loan = a_bullet() if loan is None else loan
    return file_claim(a_fund(), loan, on=FILED, ref="申1", amount=amount)


def approving_claim(fund):
    """The fund with the claim found right, after the guarantee period."""
    return approve_claim(fund, "HT-1", filing="申1", on=DECIDED, ref="审1")


def test_a_claim_filed_in_time_and_approved_is_paid_though_the_guarantee_period_is_over():
    fund, loan = approving_claim(filing()), a_bullet()

    path = ask(fund, [loan], as_of=LATE, default_rate=ALL, halves=2)

    paid, _ = pay_claim(fund, loan, on=date(2025, 8, 2), ref="代1")
    assert column(path, "paid_out") == ["80000", "0"]
    assert path.halves[0].leverage.balance == paid.balance(as_of=LATE.replace(day=2))
    assert column(path, "exposure") == ["0", "0"]
    assert column(ask(fund, [loan], as_of=LATE, halves=2), "paid_out") == ["4000", "0"]


def test_a_claim_that_waits_for_its_review_counts_as_one_filed_in_time():
    path = ask(filing(), [a_bullet()], as_of=LATE, halves=1)

    assert column(path, "paid_out") == ["4000"]
    assert column(path, "exposure") == ["0"]


def test_a_claim_that_was_rejected_is_none():
    fund = reject_claim(filing(), "HT-1", filing="申1", on=DECIDED, ref="驳1", reason="缺催收记录")

    path = ask(fund, [a_bullet()], as_of=LATE, halves=1)

    assert column(path, "paid_out") == ["0"]
    assert column(path, "exposure") == ["5000"]


def test_after_a_rejection_the_claim_filed_again_counts():
    fund = reject_claim(filing(), "HT-1", filing="申1", on=FILED, ref="驳1", reason="缺催收记录")
    fund = file_claim(fund, a_bullet(), on=date(2025, 7, 15), ref="申2")

    assert column(ask(fund, [a_bullet()], as_of=LATE, halves=1), "paid_out") == ["4000"]


def test_a_claim_filed_after_the_day_of_the_question_does_not_count():
    # The period ends with the 90th day, 15 April; without the filing of that day it is over.
    last = a_bullet(guarantee=replace(PROMISE, months_after_maturity=3))
    fund = file_claim(a_fund(), last, on=date(2025, 4, 15), ref="申1")

    for as_of, paid_out in ((date(2025, 4, 14), "4000"), (date(2025, 4, 15), "4000")):
        assert column(ask(fund, [last], as_of=as_of, halves=1), "paid_out") == [paid_out]
    assert column(ask(a_fund(), [last], as_of=date(2025, 4, 15), halves=1), "paid_out") == ["0"]
    later = file_claim(a_fund(), a_bullet(), on=date(2025, 7, 15), ref="申1", amount=cny(10_000))
    before = ask(later, [a_bullet()], as_of=date(2025, 7, 14), halves=1)
    assert column(before, "paid_out") == ["4000"]


@pytest.mark.parametrize("as_of", [FILED, LATE])
def test_no_more_is_paid_than_was_filed_and_the_exposure_ends_whole(as_of):
    path = ask(filing(cny(50_000)), [a_bullet()], as_of=as_of, default_rate=ALL, halves=1)

    assert column(path, "paid_out") == ["50000"]
    assert column(path, "ended") == ["100000"]
    assert column(path, "exposure") == ["0"]
    few = ask(filing(cny(50_000)), [a_bullet()], as_of=as_of, halves=1)
    assert column(few, "paid_out") == ["2500"]


def test_interest_in_a_filed_claim_counts_as_little_as_elsewhere():
    both = a_bullet(guarantee=replace(PROMISE, covers=Covers.PRINCIPAL_AND_INTEREST))
    fund = filing(loan=both)
    assert claim_filings(fund.entries, as_of=FILED)[0].amount > cny(80_000)

    path = ask(fund, [both], as_of=LATE, default_rate=ALL, halves=1)

    assert column(path, "paid_out") == ["80000"]


def test_the_claim_of_one_loan_is_none_of_another():
    path = ask(filing(), [a_bullet(), a_bullet("HT-2")], as_of=LATE, halves=1)

    assert column(path, "paid_out") == ["4000"]
    assert column(path, "exposure") == ["5000"]


# ---- a fund that cannot pay


def test_claims_beyond_the_money_wait_for_what_comes_back():
    # All of 100,000 fails, 80,000 are claimed on 15 April 2025, and the fund has 10,000. A year
    # later half of what it paid, 5,000, comes back and is paid out; a year later half of that.
    path = ask(a_fund(10_000), [a_bullet()], default_rate=ALL, recovery_rate=percent(50), halves=5)

    assert column(path, "paid_out") == ["10000", "0", "5000", "0", "2500"]
    assert column(path, "recovered") == ["0", "0", "5000", "0", "2500"]
    assert column(path, "unpaid") == ["70000", "70000", "65000", "65000", "62500"]
    assert column(path, "balance") == ["0"] * 5
    assert column(path, "exposure") == ["0"] * 5
    assert column(path, "top_up") == column(path, "unpaid")


def test_a_fund_without_money_owes_every_claim():
    path = ask(a_fund(0), [a_bullet()], halves=1)

    assert column(path, "unpaid") == ["4000"]
    assert path.start.multiple is None


def test_the_top_up_pays_what_is_owed_and_brings_the_fund_within_its_cap():
    # 80,000 are owed for HT-1 and 10,000 are there: 70,000 are lacking. The other loan stands with
    # 100,000 at five times: 20,000 more.
    loans = [a_bullet(), a_bullet("HT-2", months=36, disbursed_on=date(2024, 1, 16))]

    half = ask(a_fund(10_000), loans, default_rate=ALL, halves=1).halves[0]

    assert (half.unpaid, half.leverage.top_up, half.top_up) == tuple(
        map(cny, (70_000, 20_000, 90_000))
    )


# ---- new lending


def test_new_lending_is_paid_out_on_the_first_day_and_follows_the_pattern():
    # 100,000 on 1 January and 1 July each year, each due twelve months later.
    path = ask(a_fund(), [], default_rate=NONE, new_lending=lending(cny(100_000)), halves=3)

    assert column(path, "lent") == ["100000", "100000", "100000"]
    assert column(path, "repaid") == ["0", "0", "100000"]
    assert column(path, "exposure") == ["100000", "200000", "200000"]
    assert path.start.exposure == ZERO


def test_new_lending_fails_alike():
    # Lent on 1 January 2025, due on 1 January 2026: 5,000 fail, claimed on 1 April, 4,000 paid.
    path = ask(a_fund(), [], new_lending=lending({H1: cny(100_000)}), halves=3)

    assert column(path, "lent") == ["100000", "0", "0"]
    assert column(path, "failed") == column(path, "ended") == ["0", "0", "5000"]
    assert column(path, "paid_out") == ["0", "0", "4000"]
    assert column(path, "exposure") == ["100000", "100000", "0"]


def test_new_lending_in_installments_is_repaid_by_the_plan_of_its_pattern():
    # 60,000 in twelve parts of 5,000 from 1 February 2025: five in the first half-year, six in the
    # next, one after it. The pattern's own amount and days do not count.
    like = a_loan(disbursed_on=date(2019, 8, 31)).terms

    path = ask(
        a_fund(),
        [],
        default_rate=NONE,
        new_lending=lending({H1: cny(60_000)}, terms=like),
        halves=3,
    )

    assert column(path, "repaid") == ["25000", "30000", "5000"]


@pytest.mark.parametrize(
    ("as_of", "repaid"),
    [
        # Two months from 1 May 2025, the day after the question, are 1 July; else 30 June.
        (date(2025, 4, 30), ["0", "100000"]),
        (date(2025, 4, 29), ["100000", "0"]),
    ],
)
def test_in_a_half_year_under_way_new_loans_are_paid_out_the_day_after(as_of, repaid):
    path = ask(
        a_fund(),
        [],
        as_of=as_of,
        default_rate=NONE,
        new_lending=lending({H1: cny(100_000)}, terms=a_bullet(months=2).terms),
        halves=2,
    )

    assert [one.half for one in path.halves] == [H1, H2]
    assert column(path, "repaid") == repaid


def test_new_lending_beyond_the_guarantee_period_stays_exposure():
    # Lent on 1 January 2025 and due a month later; guaranteed for two months more, while the claim
    # opens after 90 days.
    short = replace(PROMISE, months_after_maturity=2)
    like = a_bullet(months=1)

    path = ask(
        a_fund(),
        [],
        new_lending=lending({H1: cny(100_000)}, terms=like.terms, guarantee=short),
        halves=2,
    )

    assert column(path, "exposure") == ["5000", "5000"]
    assert column(path, "paid_out") == ["0", "0"]


def test_a_pattern_with_penalties_of_a_later_day_is_a_pattern_like_any_other():
    penalties = Dated("逾期罚息", ((date(2026, 1, 1), Multiple(Decimal("1.5"))),))
    like = a_bullet(disbursed_on=date(2026, 3, 1), penalty=penalties, misuse=penalties).terms

    path = ask(a_fund(), [], new_lending=lending({H1: cny(100)}, terms=like), halves=3)

    assert column(path, "lent") == ["100", "0", "0"]
    assert column(path, "due") == ["0", "0", "100"]


def test_nothing_lent_is_as_no_new_lending():
    book = a_book()

    without = ask(*book)
    for nothing in (ZERO, {}, {H1: ZERO, H2: ZERO}):
        assert column(ask(*book, new_lending=lending(nothing)), "exposure") == column(
            without, "exposure"
        )


def test_the_lending_of_a_scenario_cannot_be_changed_from_outside():
    amounts = {H1: cny(100)}
    new = lending(amounts)
    amounts[H1] = cny(200)

    assert new.amount_fen(H1) == 100_00
    assert new.amount_fen(H2) == 0
    assert new.halves == (H1,)
    assert lending(cny(3)).halves == ()


# ---- the cap


def test_lending_beyond_the_room_shows_when_the_room_ends():
    # 20,000 at five times allow 100,000. The second 60,000 are 20,000 too many: 4,000 of money.
    path = ask(a_fund(20_000), [], default_rate=NONE, new_lending=lending(cny(60_000)), halves=3)

    assert column(path, "headroom") == ["40000", "0", "0"]
    assert path.short_of_room is path.halves[1]
    assert path.halves[1].top_up == cny(4_000)
    assert path.worst is path.halves[1]  # the third stands as high; the earliest counts
    assert [row["multiple"] for row in path.rows] == list(
        map(Decimal, ("3.0000", "6.0000", "6.0000"))
    )


def test_no_half_year_is_short_of_room_where_there_is_room():
    assert ask(a_fund(), [a_bullet()]).short_of_room is None


def test_exposure_without_money_is_the_worst():
    # HT-1 takes the last money on 15 April 2025 and HT-2 is still there; in 2026 it is repaid.
    loans = [a_bullet(), a_bullet("HT-2", disbursed_on=date(2024, 7, 2), months=18)]

    path = ask(a_fund(4_000), loans, halves=3)

    assert column(path, "balance") == ["0", "0", "0"]
    assert path.worst is path.halves[0]
    assert path.worst.leverage.multiple is None


def test_a_recorded_decision_counts_while_it_holds():
    rate = Quotient(name="repaid ÷ fell due", part=95, whole=100)
    fund = raise_cap(
        a_fund(), to=8, repayment_rate=rate, under=RULES, on=date(2024, 12, 1), ref="决2024"
    )
    later = raise_cap(
        fund, to=10, repayment_rate=rate, under=RULES, on=date(2025, 2, 1), ref="决2025"
    )

    assert ask(fund, [], as_of=date(2024, 12, 15), halves=2).start.cap.value == 8
    assert column(ask(fund, [], as_of=date(2024, 12, 15), halves=2), "cap") == ["8", "5"]
    assert column(ask(later, [], as_of=date(2025, 1, 31), halves=2), "cap") == ["5", "5"]
    assert column(ask(later, [], as_of=date(2025, 2, 1), halves=3), "cap") == ["10", "10", "5"]


def test_it_starts_from_the_leverage_of_the_day_decision_and_approvals_included():
    rate = Quotient(name="repaid ÷ fell due", part=95, whole=100)
    fund = raise_cap(
        a_fund(), to=8, repayment_rate=rate, under=RULES, on=date(2024, 12, 1), ref="决2024"
    )
    day, loans = date(2024, 12, 30), [a_bullet()]
    fund = approve_loan(
        fund,
        loans,
        "HT-9",
        cny(70_000),
        lender="BANK-1",
        lapses_on=date(2025, 3, 1),
        under=RULES,
        on=date(2024, 12, 2),
        ref="批9",
    )

    path = ask(fund, loans, as_of=day, halves=2)

    assert path.start == measure_leverage(fund, loans, under=RULES, as_of=day)
    assert (path.start.decision, path.start.committed) == ("决2024", cny(70_000))
    assert [one.leverage.decision for one in path.halves] == ["决2024", ""]


def test_the_basis_of_the_policy_is_held_against_the_cap():
    covered = RULES.exposure_basis.at(NEW_YEAR).of(ExposureBasis.COVERED)
    lenient = replace(RULES, exposure_basis=Line(Dated("basis", ((date(2002, 1, 1), covered),))))

    path = what_if(
        a_fund(20_000),
        [a_bullet(months=36)],
        under=lenient,
        as_of=NEW_YEAR,
        default_rate=NONE,
        halves=1,
    )

    # 80 % of 100,000 against 5 × 20,000.
    assert path.start.headroom == path.halves[0].leverage.headroom == cny(20_000)


def test_no_cap_no_answer():
    with pytest.raises(NotInForce, match="leverage_cap"):
        ask(a_fund(), [], as_of=date(2001, 1, 1))


# ---- invariants


def test_it_starts_where_the_fund_stands():
    fund, loans = a_book()

    for day in (date(2024, 1, 14), date(2024, 6, 30), NEW_YEAR, date(2026, 3, 1)):
        assert ask(fund, loans, as_of=day).start == measure_leverage(
            fund, loans, under=RULES, as_of=day
        )


def test_what_is_approved_counts_at_the_start_and_no_longer():
    fund = approve_loan(
        a_fund(),
        [],
        "HT-9",
        cny(50_000),
        lender="BANK-1",
        lapses_on=date(2026, 1, 1),
        under=RULES,
        on=date(2024, 12, 1),
        ref="批9",
    )

    path = ask(fund, [])

    assert path.start == measure_leverage(fund, [], under=RULES, as_of=NEW_YEAR)
    assert path.start.committed == cny(50_000)
    assert ask(fund, [], as_of=date(2024, 12, 1)).start.committed == cny(50_000)
    assert ask(fund, [], as_of=date(2024, 11, 30)).start.committed == ZERO
    assert path.halves[0].leverage.committed == ZERO


@pytest.mark.parametrize("recovered", [NONE, percent(30)])
@pytest.mark.parametrize("rate", [NONE, percent("0.01"), FIVE, percent("33.33"), ALL])
def test_both_identities_hold_for_every_half_year_to_the_fen(rate, recovered):
    fund, loans = a_book()
    new = lending(cny("12345.67"), terms=a_loan().terms)

    path = ask(fund, loans, default_rate=rate, recovery_rate=recovered, new_lending=new, halves=8)

    before = path.start
    for one in path.halves:
        at = one.leverage
        assert one.before == before
        moved = one.lent_fen - one.repaid_fen - one.ended_fen
        assert before.exposure_fen + moved == at.exposure_fen
        assert before.balance_fen + one.recovered_fen - one.paid_out_fen == at.balance_fen
        assert one.due_fen == one.repaid_fen + one.failed_fen
        flows = (one.lent_fen, one.repaid_fen, one.failed_fen, one.ended_fen)
        assert min(*flows, one.paid_out_fen, one.recovered_fen, one.unpaid_fen) >= 0
        assert 0 <= at.covered_fen <= at.exposure_fen
        before = at


def test_if_nothing_fails_and_nothing_is_lent_it_is_the_plan():
    fund, loans = a_book()

    # Unpaid at the New Year, so due on the day after: one installment of HT-4, eleven of HT-7.
    overdue = (*loans[3].schedule[:1], *loans[6].schedule[:11])
    late = sum(line.principal_fen for line in overdue)

    path = ask(fund, loans, default_rate=NONE, halves=4)

    for one in path.halves:
        planned = sum(
            line.principal_fen
            for loan in loans[:4] + loans[6:]
            for line in loan.schedule
            if line.due_on in one.half
        )
        assert one.repaid_fen == planned + (late if one.half == H1 else 0)
        assert one.leverage.balance == cny(1_000_000)
    assert column(path, "failed") == column(path, "paid_out") == ["0"] * 4
    assert path.halves[-1].leverage.exposure == ZERO


def test_if_all_fails_and_all_is_covered_the_fund_pays_the_whole_exposure():
    whole = replace(PROMISE, coverage=ALL)
    loans = [
        pays_on_time(a_loan("HT-3", guarantee=whole), 1, 11),
        a_bullet("HT-1", guarantee=whole, principal=cny("99999.99")),
    ]

    path = ask(a_fund(), loans, default_rate=ALL, halves=1)

    # 10,000 of HT-3 and 99,999.99 of HT-1 are outstanding; both claims open on 15 April 2025.
    assert path.halves[0].paid_out == path.halves[0].ended == cny("109999.99")
    assert path.halves[0].leverage.exposure == path.halves[0].repaid == ZERO


def test_the_more_fails_the_more_is_owed_and_the_less_money_is_left():
    fund, loans = a_book()
    rates = [percent(rate) for rate in (0, 1, 5, 20, 50, 100)]
    paths = [ask(fund, loans, default_rate=rate, recovery_rate=percent(40)) for rate in rates]

    for halves in zip(*(path.halves for path in paths), strict=True):
        balances = [one.leverage.balance_fen for one in halves]
        assert balances == sorted(balances, reverse=True)
    for name in ("paid_out_fen", "failed_fen", "ended_fen"):
        sums = [sum(getattr(one, name) for one in path.halves) for path in paths]
        assert sums == sorted(sums)
        assert sums[0] == 0 < sums[1]


def test_the_order_of_loans_makes_no_difference():
    fund, loans = a_book()

    assert ask(fund, loans) == ask(fund, reversed(loans)) == ask(fund, iter(loans))


def test_ten_times_the_loans_and_the_money_are_ten_times_the_figures():
    def scaled(times):
        loans = [a_bullet(principal=cny(10_000 * times)), a_loan("HT-2", months=10)]
        loans[1] = a_loan("HT-2", principal=cny(12_000 * times))
        new = lending(cny(1_000 * times))
        return ask(
            a_fund(20_000 * times), loans, recovery_rate=percent(50), new_lending=new, halves=5
        )

    for one, ten in zip(scaled(1).halves, scaled(10).halves, strict=True):
        for name in ("lent", "repaid", "failed", "ended", "paid_out", "recovered", "unpaid"):
            assert 10 * getattr(one, name) == getattr(ten, name)
        assert 10 * one.leverage.headroom == ten.leverage.headroom
        assert one.leverage.multiple == ten.leverage.multiple


def test_the_failing_share_is_rounded_half_up_and_the_others_take_the_rest():
    # 5 % of ten fen are half a fen: one fails, nine are repaid, the fund pays 80 % of half a fen,
    # 0.4, which is nothing.
    path = ask(a_fund(), [a_bullet(principal=cny("0.10"))], halves=1)

    half = path.halves[0]
    assert (half.failed_fen, half.repaid_fen, half.ended_fen, half.paid_out_fen) == (1, 9, 1, 0)
    assert half.leverage.exposure == ZERO


def test_sums_are_settled_once_not_loan_by_loan():
    # Twenty loans of ten fen: 5 % of two yuan are ten fen; settled one by one they would be twenty.
    loans = [a_bullet(f"HT-{number}", principal=cny("0.10")) for number in range(20)]

    half = ask(a_fund(), loans, halves=1).halves[0]

    assert (half.failed_fen, half.repaid_fen, half.paid_out_fen) == (10, 190, 8)


def test_later_facts_do_not_count():
    fund, loan = a_fund(), a_bullet()
    known = ask(fund, [loan], as_of=date(2024, 6, 30))
    later = pays_on_time(loan, 1, len(loan.schedule))
    richer = fund.deposit(cny(5), on=date(2024, 7, 1), ref="D2")

    assert ask(richer, [later], as_of=date(2024, 6, 30)) == known
    not_yet_lent = a_bullet("HT-2", disbursed_on=date(2024, 7, 1))
    assert ask(fund, [loan, not_yet_lent], as_of=date(2024, 6, 30)) == known
    assert ask(richer, [later], as_of=date(2025, 1, 31)).start.balance == cny(1_000_005)


def test_a_loan_that_the_fund_paid_for_that_was_written_off_or_set_free_is_no_exposure():
    fund, paid = pay_claim(a_fund(), a_bullet(), on=date(2025, 5, 5), ref="代偿1")
    off = write_off(a_bullet("HT-2"), on=date(2025, 5, 6), ref="核1")
    free = discharge_guarantee(a_bullet("HT-3"), on=date(2025, 5, 7), ref="解1")
    loans = [paid, off, free]

    path = ask(fund, loans, as_of=date(2025, 6, 30), halves=2)

    assert path.start == measure_leverage(fund, loans, under=RULES, as_of=date(2025, 6, 30))
    assert ask(fund, loans, as_of=date(2025, 5, 6), halves=1).start.exposure == cny(100_000)
    assert path.start.exposure == ZERO
    assert path.start.balance == cny(920_000)
    assert column(path, "failed") == ["0", "0"]


# ---- several scenarios


def test_scenarios_stand_side_by_side_each_with_its_own_lending():
    fund, loans = a_book()
    calm = Scenario(name="as planned", default_rate=NONE)
    bad = Scenario(name="一成违约", default_rate=percent(10), recovery_rate=percent(30))
    grows = replace(calm, name="grows", new_lending=lending(cny(100_000)))

    paths = compare_scenarios(fund, loans, [calm, bad, grows], under=RULES, as_of=NEW_YEAR)

    assert [path.scenario for path in paths] == [calm, bad, grows]
    assert {path.rows[0]["scenario"] for path in paths} == {"as planned", "一成违约", "grows"}
    alone = ask(fund, loans, default_rate=percent(10), recovery_rate=percent(30))
    assert [replace(one, scenario=bad) for one in alone.halves] != alone.halves
    for name in ("balance", "exposure", "paid_out", "recovered"):
        assert column(paths[1], name) == column(alone, name)
    assert column(paths[0], "lent") == ["0"] * 6
    assert column(paths[2], "lent") == ["100000"] * 6
    assert compare_scenarios(fund, loans, [], under=RULES, as_of=NEW_YEAR) == ()


def test_a_row_is_flat_with_amounts_in_yuan():
    row = ask(a_fund(), [a_bullet()], halves=1).rows[0]

    assert {name: str(value) for name, value in row.items()} == {
        "scenario": "what if",
        "half": "2025H1",
        "on": "2025-06-30",
        "multiple": "0.0000",
        "cap": "5",
        "balance": "996000.00",
        "exposure": "0.00",
        "covered_exposure": "0.00",
        "limit": "4980000.00",
        "headroom": "4980000.00",
        "lent": "0.00",
        "due": "100000.00",
        "repaid": "95000.00",
        "failed": "5000.00",
        "ended": "5000.00",
        "paid_out": "4000.00",
        "recovered": "0.00",
        "unpaid": "0.00",
        "top_up": "0.00",
    }
    assert type(row["on"]) is date
    assert type(row["balance"]) is Decimal


def test_a_half_year_explains_its_headroom():
    cap = measure_leverage(a_fund(), [], under=RULES, as_of=NEW_YEAR).cap
    rule = (
        "5 % of every loan fails on its next day of principal or, where it is overdue, at once, "
        f"30 % of a payout comes back after 12 months, nothing is newly lent; {cap}"
    )
    path = ask(a_fund(), [a_bullet()], recovery_rate=percent(30), halves=1)

    assert str(path.halves[0].explain()).splitlines() == [
        "F-01 at the end of 2025H1, what if: headroom 4,980,000.00",
        "  exposure before     100,000.00",
        "  lent                + 0.00",
        "  repaid              − 95,000.00",
        "  ended with a claim  − 5,000.00",
        "  exposure            0.00; 5,000.00 failed in the half-year",
        "  balance before      1,000,000.00",
        "  recovered           + 0.00",
        "  paid out            − 4,000.00",
        "  balance             996,000.00",
        "  multiple            0.0000",
        "  cap                 5 × balance = 4,980,000.00",
        f"  rule                {rule}",
    ]


def test_an_explanation_says_what_is_owed_and_that_there_is_no_money():
    path = ask(a_fund(1_000), [a_bullet()], new_lending=lending(cny(5)), halves=1)

    text = str(path.halves[0].explain())
    assert "  owed and not paid   3,000.00\n" in text
    assert "  multiple            no balance\n" in text
    assert "new loans fail alike" in text


# ---- refusals


def test_the_same_loan_twice_is_refused():
    with refused(
        LoanGivenTwice, code="request.loan_given_twice", value="HT-1", limit="each loan once"
    ) as caught:
        ask(a_fund(), [a_bullet(), a_bullet()])
    assert str(caught.value) == "HT-1 is given twice for a what-if"
    assert caught.value.zh == "压力测试中 HT-1 出现两次"


def test_a_scenario_without_a_name_of_its_own_or_that_is_none_is_refused():
    mild = Scenario(name="mild", default_rate=FIVE)
    asked = {"under": RULES, "as_of": NEW_YEAR}
    with refused(InvalidTerms, code="terms.invalid", value="mild", limit="given once") as caught:
        compare_scenarios(a_fund(), [], [mild, replace(mild, default_rate=ALL)], **asked)
    assert str(caught.value) == "the name of a scenario must be given once, got mild"
    assert caught.value.zh.startswith("情景名称应为")
    with refused(InvalidTerms, code="terms.invalid", value=None, limit="a Scenario") as caught:
        compare_scenarios(a_fund(), [], [None], **asked)
    assert caught.value.zh.startswith("压力情景应为")
    for bad in (None, mild):
        with refused(InvalidTerms, code="terms.invalid", value=bad, limit="several Scenario"):
            compare_scenarios(a_fund(), [], bad, **asked)


@pytest.mark.parametrize("halves", [0, -1, 61, True, 2.0])
def test_a_number_of_half_years_out_of_range_is_refused(halves):
    with refused(InvalidTerms, code="terms.invalid", value=halves, limit="1-60") as caught:
        ask(a_fund(), [], halves=halves)
    assert str(caught.value) == f"the number of half-years must be 1-60, got {halves}"
    assert caught.value.zh == f"半年度个数应为 1-60，实为 {halves}"


def test_one_half_year_and_sixty_are_answered():
    assert len(ask(a_fund(), [], halves=1).halves) == 1
    assert len(ask(a_fund(), [], halves=60).halves) == 60
    assert len(ask(a_fund(), []).halves) == 6


@pytest.mark.parametrize(
    ("name", "what", "zh"),
    [
        ("default_rate", "the share that fails", "违约率"),
        ("recovery_rate", "the share that comes back", "追偿率"),
    ],
)
def test_a_share_is_a_rate_of_at_most_the_whole(name, what, zh):
    usual = {"name": "s", "default_rate": FIVE}
    for bad in (percent("100.01"), Decimal(2)):
        with refused(InvalidTerms, code="terms.invalid", value=bad, limit="from 0 to 1") as caught:
            Scenario(**usual | {name: bad})
        assert str(caught.value) == f"{what} must be from 0 to 1, got {bad}"
        assert caught.value.zh == f"{zh}应为 from 0 to 1，实为 {bad}"
    for bad in (Decimal("-0.1"), 5, Decimal("NaN"), "5"):
        with pytest.raises(InvalidRate):
            Scenario(**usual | {name: bad})
    assert Scenario(**usual | {name: ALL})


@pytest.mark.parametrize("months", [0, 601, 1.5])
def test_months_of_a_recovery_out_of_range_are_refused(months):
    with refused(InvalidTerms, code="terms.invalid", value=months, limit="1-600") as caught:
        Scenario(name="s", default_rate=FIVE, recovery_months=months)
    assert str(caught.value).startswith("the months of a recovery must be")
    assert caught.value.zh.startswith("追偿月数应为")
    for good in (1, 600):
        assert Scenario(name="s", default_rate=FIVE, recovery_months=good)


def test_a_scenario_needs_a_name_and_lending_of_its_type():
    with refused(InvalidIdentity, code="identity.invalid", value="", limit=64) as caught:
        Scenario(name="", default_rate=FIVE)
    assert "the identity of a scenario must" in str(caught.value)
    with refused(InvalidTerms, code="terms.invalid", value=cny(5), limit="a NewLending") as caught:
        Scenario(name="s", default_rate=FIVE, new_lending=cny(5))
    assert str(caught.value).startswith("new lending must be a NewLending")
    assert caught.value.zh.startswith("新增贷款应为")


@pytest.mark.parametrize(
    ("part", "limit", "what"),
    [
        ("terms", "a LoanTerms", "the pattern of new lending"),
        ("guarantee", "a Guarantee", "the guarantee of new lending"),
    ],
)
def test_new_lending_without_a_pattern_is_refused(part, limit, what):
    for bad in (None, "the usual"):
        with refused(InvalidTerms, code="terms.invalid", value=bad, limit=limit) as caught:
            lending(cny(5), **{part: bad})
        assert str(caught.value) == f"{what} must be {limit}, got {bad}"
        assert caught.value.zh.startswith("新增贷款样本应为")


def test_a_pattern_with_days_of_its_own_is_refused():
    own_days = replace(a_loan().terms, due_dates=(date(2024, 6, 1), date(2025, 1, 15)))
    parts = replace(
        a_loan().terms,
        amortization=Amortization.CUSTOM,
        parts=(PrincipalPart(due_on=date(2025, 1, 15), principal=cny(120_000)),),
    )
    limit = "a plan whose days follow from the day of disbursement"
    for terms, days in ((own_days, 2), (parts, 1)):
        value = f"a plan with {days} days of its own"
        with refused(InvalidTerms, code="terms.invalid", value=value, limit=limit) as caught:
            lending(cny(5), terms=terms)
        assert str(caught.value) == f"the pattern of new lending must be {limit}, got {value}"
        assert caught.value.zh.startswith("新增贷款样本应为")


def test_lending_below_nothing_or_in_no_half_year_is_refused():
    for bad in (cny(-1), {H1: cny(-1)}):
        with refused(
            InvalidTerms, code="terms.invalid", value="-1.00", limit="0.00 or more"
        ) as caught:
            lending(bad)
        assert str(caught.value) == "new lending must be 0.00 or more, got -1.00"
        assert caught.value.zh.startswith("新增贷款应为")
    with refused(InvalidTerms, code="terms.invalid", value="2025H1", limit="a HalfYear") as caught:
        lending({"2025H1": cny(1)})
    assert str(caught.value) == "a half-year of new lending must be a HalfYear, got 2025H1"
    assert caught.value.zh.startswith("新增贷款的半年度应为")
    for bad in (5, {H1: 5}, Money("1.005", "CNY"), Money(1, "USD")):
        with pytest.raises(InvalidAmount):
            lending(bad)


@pytest.mark.parametrize("half", [HalfYear(2024, 2), HalfYear(2026, 2)])
def test_lending_in_a_half_year_that_is_not_asked_about_is_refused(half):
    new, limit = lending({H1: cny(1), half: cny(1)}), "one of 2025H1 - 2026H1"

    with refused(InvalidTerms, code="terms.invalid", value=half, limit=limit) as caught:
        ask(a_fund(), [], new_lending=new, halves=3)
    assert str(caught.value) == f"a half-year of new lending must be {limit}, got {half}"
    assert caught.value.zh.startswith("新增贷款的半年度应为")


def test_lending_under_another_fund_is_refused():
    new = lending(cny(1), guarantee=replace(PROMISE, fund_id="F-02"))

    with refused(
        NotGuaranteed, code="guarantee.not_guaranteed", value="F-01", limit="F-02"
    ) as caught:
        ask(a_fund(), [], new_lending=new)
    assert "new lending is guaranteed by F-02" in str(caught.value)


def test_a_day_that_is_none_is_refused():
    for bad in ("2024-12-31", None):
        with pytest.raises(InvalidDate, match="the day of a what-if must be a date"):
            ask(a_fund(), [], as_of=bad)


# ---- the sums of a whole book


def test_the_paths_of_two_books_add_up():
    # Shares of whole fen without a rest, so that nothing is rounded.
    one, other = [a_bullet(), a_loan("HT-2")], [a_bullet("HT-3", months=24)]
    together = ask(a_fund(), one + other, default_rate=percent(50))
    parts = [ask(a_fund(), loans, default_rate=percent(50)) for loans in (one, other)]

    for name in ("repaid", "failed", "ended", "paid_out"):
        for whole, *both in zip(together.halves, *(path.halves for path in parts), strict=True):
            assert getattr(whole, name) == total(getattr(half, name) for half in both)


def test_exact_shares_are_carried_over_the_half_years():
    # A third of 0.01 % of twelve installments of 10,000: 0.3333… yuan fail of each half-year's sum;
    # what has been repaid by the end is 120,000 less what failed of all, rounded once.
    rate = Decimal("0.000033333333")
    loan = a_loan(disbursed_on=date(2024, 12, 31))

    path = ask(a_fund(), [loan], default_rate=rate, halves=3)

    failed = Fraction(rate) * 120_000_00
    assert sum(one.failed_fen for one in path.halves) == int(failed + Fraction(1, 2)) == 400
    assert sum(one.repaid_fen for one in path.halves) == 120_000_00 - 400
    assert total(one.repaid for one in path.halves) == from_fen(119_996_00)
