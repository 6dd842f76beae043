"""Ratios of a fund and its loans: what each divides by what, from paper."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from histories import PROMISE, a_fund, a_loan, pays, pays_on_time
from microloan import (
    Amortization,
    ExposureBasis,
    InvalidDate,
    InvalidTerms,
    Prepayment,
    RepaidBy,
    accelerate,
    cny,
    disburse,
    discharge_guarantee,
    extend,
    fund_multiple,
    last_year_repayment_rate,
    nonperforming_rate,
    pay_claim,
    payout_rate_of_balance,
    payout_rate_of_issued,
    payout_rate_of_released,
    payout_recovery_rate,
    receive_recovery,
    repayment_rate_by_amount,
    repayment_rate_by_count,
    reverse_both,
    write_off,
)
from refusals import refused

YEAR = {"since": date(2024, 1, 1), "until": date(2024, 12, 31)}
PAYOUT_RATES = [payout_rate_of_released, payout_rate_of_issued, payout_rate_of_balance]
WAN = 1_000_000  # 1 万 yuan in fen


def bullet(name="HT-1", amount=120_000, **agreed):
    return a_loan(name, principal=cny(amount), amortization=Amortization.BULLET, **agreed)


def figures(quotient):
    return quotient.part, quotient.whole


def a_claimed_fund():
    """A fund that paid 96,000 (80 % of 120,000) on 25 May 2024, and four loans.

    HT-2 is on time: 110,000 of its 120,000 fall due in the year. HT-3 has no guarantee, HT-4 is
    another fund's.
    """
    fund, claimed = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="P1")
    others = [
        pays_on_time(a_loan("HT-2"), 1, 11),
        a_loan("HT-3", guarantee=None),
        a_loan("HT-4", guarantee=replace(PROMISE, fund_id="F-02")),
    ]
    return fund, [claimed, *others]


# ---- payout rates


def test_payouts_over_the_exposure_that_ended():
    fund, loans = a_claimed_fund()

    # 96,000 ÷ (120,000 claimed + 110,000 repaid) = 41.74 %
    rate = payout_rate_of_released(fund, loans, **YEAR)
    assert figures(rate) == (96_000_00, 230_000_00)
    assert str(rate) == "代偿率: payouts ÷ exposure released, 2024-01-01 – 2024-12-31: 41.74%"


def test_payouts_over_the_guarantees_issued():
    fund, loans = a_claimed_fund()

    rate = payout_rate_of_issued(fund, loans, **YEAR)
    assert figures(rate) == (96_000_00, 240_000_00)
    assert str(rate) == "代偿率: payouts ÷ exposure issued, 2024-01-01 – 2024-12-31: 40.00%"


def test_payouts_over_the_exposure_on_the_last_day():
    fund, loans = a_claimed_fund()

    # HT-2 owes 10,000 on 31 December; the lender's 24,000 of HT-1 are no exposure.
    rate = payout_rate_of_balance(fund, loans, **YEAR)
    assert figures(rate) == (96_000_00, 10_000_00)
    assert str(rate) == (
        "代偿率: payouts 2024-01-01 – 2024-12-31 ÷ exposure on 2024-12-31: 960.00%"
    )


def test_a_covered_exposure_is_the_covered_share_of_each():
    fund, loans = a_claimed_fund()
    covered = {**YEAR, "basis": ExposureBasis.COVERED}

    # 80 % of 230,000, of 240,000 and of 10,000
    released = payout_rate_of_released(fund, loans, **covered)
    assert figures(released) == (96_000_00, 184_000_00)
    assert "÷ covered exposure released" in released.name
    issued = payout_rate_of_issued(fund, loans, **covered)
    assert figures(issued) == (96_000_00, 192_000_00)
    assert "÷ covered exposure issued" in issued.name
    balance = payout_rate_of_balance(fund, loans, **covered)
    assert figures(balance) == (96_000_00, 8_000_00)
    assert "÷ covered exposure on" in balance.name


@pytest.mark.parametrize(
    ("since", "until", "released", "issued", "balance"),
    [
        # 14 January: nothing is lent. On the 15th 240,000 are, on 15 February HT-2 repays 10,000.
        (date(2024, 1, 1), date(2024, 1, 14), (0, 0), (0, 0), (0, 0)),
        (date(2024, 1, 15), date(2024, 1, 15), (0, 0), (0, 24), (0, 24)),
        (date(2024, 1, 16), date(2024, 2, 15), (0, 1), (0, 0), (0, 23)),
        (date(2024, 2, 16), date(2024, 5, 24), (0, 3), (0, 0), (0, 20)),
        # on 25 May the fund pays; 80,000 of HT-2 are left
        (date(2024, 5, 25), date(2024, 5, 25), (9.6, 12), (9.6, 0), (9.6, 8)),
        (date(2024, 5, 26), date(2024, 6, 14), (0, 0), (0, 0), (0, 8)),
    ],
)
def test_the_days_of_a_period_are_inside(since, until, released, issued, balance):
    fund, loans = a_claimed_fund()

    found = [rate(fund, loans, since=since, until=until) for rate in PAYOUT_RATES]
    wan = [tuple(part / WAN for part in figures(one)) for one in found]
    assert wan == [released, issued, balance]


def test_a_payout_undone_was_none_and_its_exposure_goes_on():
    fund, claimed = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="P1")
    fund, loan = reverse_both(fund, claimed, 2, on=date(2024, 6, 1), ref="冲1")

    assert figures(payout_rate_of_balance(fund, [loan], **YEAR)) == (0, 120_000_00)
    assert figures(payout_rate_of_released(fund, [loan], **YEAR)) == (0, 0)


def test_what_is_lent_and_repaid_on_one_day_counts_on_both_sides():
    # 60,000 at first; on 15 March 5,000 are repaid and 60,000 more paid out.
    loan = pays(a_loan(disbursed=60_000), (5_300, date(2024, 2, 15)))
    loan = pays(loan, (5_275, date(2024, 3, 15)))
    loan = disburse(loan, cny(60_000), on=date(2024, 3, 15), ref="F2")
    march = {"since": date(2024, 3, 1), "until": date(2024, 3, 31)}

    assert figures(payout_rate_of_released(a_fund(), [loan], **march)) == (0, 5_000_00)
    assert figures(payout_rate_of_issued(a_fund(), [loan], **march)) == (0, 60_000_00)


def test_a_loan_written_off_without_a_claim_ends_its_exposure():
    loan = write_off(a_loan(), on=date(2024, 6, 1), ref="核1")

    assert figures(payout_rate_of_released(a_fund(), [loan], **YEAR)) == (0, 120_000_00)


@pytest.mark.parametrize("rate", PAYOUT_RATES)
def test_a_payout_rate_is_asked_of_a_period(rate):
    first, last = date(2024, 6, 1), date(2024, 5, 31)
    noon = datetime.fromisoformat("2024-06-01T12:00")  # what a host might hand in

    with refused(InvalidDate, "periods.invalid_date", value=last, limit=first, says="a period"):
        rate(a_fund(), [], since=first, until=last)
    for days in ({"since": noon, "until": first}, {"since": first, "until": noon}):
        with refused(InvalidDate, "periods.invalid_date", value=noon, limit="datetime.date"):
            rate(a_fund(), [], **days)
    assert rate(a_fund(), [], since=first, until=first).exact is None


# ---- recovery of payouts


def test_what_was_recovered_over_what_was_owed_before_and_paid():
    # Paid 96,000 in May and 96,000 on 20 June for another loan; 24,000 and 12,000 came back.
    fund, first = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="P1")
    fund, first = receive_recovery(fund, first, cny(30_000), on=date(2024, 6, 10), ref="S1")
    fund, _ = pay_claim(fund, a_loan("HT-2"), on=date(2024, 6, 20), ref="P2")
    fund, first = receive_recovery(fund, first, cny(15_000), on=date(2024, 7, 5), ref="S2")

    def rate(since, until):
        return payout_recovery_rate(fund, since=since, until=until)

    half = rate(date(2024, 1, 1), date(2024, 6, 30))
    assert figures(half) == (24_000_00, 192_000_00)
    assert str(half) == (
        "代偿回收率: recovered ÷ (owed before + payouts), 2024-01-01 – 2024-06-30: 12.50%"
    )
    # On 30 June 168,000 were owed.
    assert figures(rate(date(2024, 7, 1), date(2024, 12, 31))) == (12_000_00, 168_000_00)
    # The payout of 20 June alone, after the recovery: 72,000 were owed before.
    assert figures(rate(date(2024, 6, 20), date(2024, 6, 20))) == (0, 168_000_00)
    assert figures(rate(date(2024, 6, 10), date(2024, 6, 10))) == (24_000_00, 96_000_00)
    assert figures(rate(date(2024, 1, 1), date(2024, 5, 24))) == (0, 0)
    assert figures(rate(**YEAR)) == (36_000_00, 192_000_00)


# ---- repayment rates


def test_leishan_fifteen_loans_fell_due_and_all_were_repaid():
    # 15 loans over 622,000 together: 14 of 40,000 and one of 62,000.
    loans = [bullet(f"HT-{number}", 40_000, months=6) for number in range(14)]
    loans = [loan.repay(cny(41_200), on=date(2024, 7, 15), ref="R1") for loan in loans]
    last = bullet("HT-14", 62_000, months=6)
    loans += [last.repay(cny(63_860), on=date(2024, 7, 15), ref="R1"), bullet("HT-15")]

    amount = repayment_rate_by_amount(loans, **YEAR, counting=RepaidBy.by_borrowers())
    assert figures(amount) == (622_000_00, 622_000_00)
    assert str(amount) == (
        "到期还款率: repaid (borrower, early) ÷ principal fallen due, 2024-01-01 – 2024-12-31: "
        "100.00%"
    )
    count = repayment_rate_by_count(loans, **YEAR, counting=RepaidBy.by_borrowers())
    assert figures(count) == (15, 15)
    assert str(count) == (
        "到期还款率: loans repaid (borrower, early) ÷ loans fallen due, 2024-01-01 – 2024-12-31: "
        "100.00%"
    )


def every_fate():
    """Five loans of 120,000 that fell due on 15 July 2024, and what became of each."""
    on_time, early, extended, claimed, unpaid = (
        bullet(f"HT-{number}", months=6) for number in range(1, 6)
    )
    on_time = on_time.repay(cny(123_600), on=date(2024, 7, 15), ref="R1")
    whole = early.payoff(on=date(2024, 4, 15)).total
    early = early.prepay(whole, on=date(2024, 4, 15), ref="R1", then=Prepayment.SHORTEN)
    extended = extend(extended, months=12, on=date(2024, 7, 15), ref="Z1")
    _, claimed = pay_claim(a_fund(), claimed, on=date(2024, 10, 20), ref="P1")
    return [on_time, early, extended, claimed, unpaid]


@pytest.mark.parametrize(
    ("counting", "amount", "loans"),
    [
        ((), 0, 0),
        ((RepaidBy.BORROWER,), 120_000, 1),
        ((RepaidBy.EARLY,), 120_000, 1),
        ((RepaidBy.EXTENSION,), 120_000, 1),
        ((RepaidBy.PAYOUT,), 96_000, 0),  # the lender's 24,000 are not paid
        ((RepaidBy.RECOVERY,), 0, 0),
        (RepaidBy.by_borrowers(), 240_000, 2),
        (RepaidBy, 456_000, 3),
    ],
)
def test_what_counts_as_repaid_is_said_and_the_denominator_stays(counting, amount, loans):
    by_amount = repayment_rate_by_amount(every_fate(), **YEAR, counting=counting)
    by_count = repayment_rate_by_count(every_fate(), **YEAR, counting=iter(counting))

    assert figures(by_amount) == (amount * 100, 600_000_00)
    assert figures(by_count) == (loans, 5)
    named = ", ".join(way.value for way in RepaidBy if way in counting)
    assert f"repaid ({named}) ÷" in by_amount.name
    assert f"repaid ({named}) ÷" in by_count.name


def test_what_came_after_the_period_counts_only_where_it_is_asked_for():
    loan = pays(bullet(months=6), (123_600, date(2025, 1, 10)))
    asked = {**YEAR, "counting": RepaidBy.by_borrowers()}

    for rate, whole in ((repayment_rate_by_amount, 120_000_00), (repayment_rate_by_count, 1)):
        assert figures(rate([loan], **asked)) == (0, whole)
        assert figures(rate([loan], **asked, as_of=date(2025, 1, 9))) == (0, whole)
        assert figures(rate([loan], **asked, as_of=date(2025, 1, 10))) == (whole, whole)


def test_a_loan_counts_as_repaid_when_all_that_fell_due_in_the_period_was():
    # Of HT-1 eleven installments fell due in 2024 and ten were paid; of HT-2 all; HT-3 in 2025.
    loans = [
        pays_on_time(a_loan("HT-1"), 1, 10),
        pays_on_time(a_loan("HT-2"), 1, 11),
        bullet("HT-3"),
    ]

    count = repayment_rate_by_count(loans, **YEAR, counting=RepaidBy.by_borrowers())
    assert figures(count) == (1, 2)
    amount = repayment_rate_by_amount(loans, **YEAR, counting=RepaidBy.by_borrowers())
    assert figures(amount) == (210_000_00, 220_000_00)


@pytest.mark.parametrize("rate", [repayment_rate_by_amount, repayment_rate_by_count])
def test_a_way_of_repaying_has_a_name_of_its_own(rate):
    with refused(InvalidTerms, "terms.invalid", value="payout", limit="a RepaidBy"):
        rate([a_loan()], **YEAR, counting=["payout"])


@pytest.mark.parametrize("rate", [repayment_rate_by_amount, repayment_rate_by_count])
def test_what_counts_as_repaid_is_refused_also_where_there_is_no_loan(rate):
    for bad in (None, 5, "x", RepaidBy.BORROWER):
        for loans in ([], [a_loan()]):
            with refused(InvalidTerms, "terms.invalid", value=bad, limit="several RepaidBy") as one:
                rate(loans, **YEAR, counting=bad)
            assert one.value.zh.startswith("还款口径应为")
    for bad in (5, "payout", None):
        with refused(InvalidTerms, "terms.invalid", value=bad, limit="a RepaidBy"):
            rate([], **YEAR, counting=[bad])
    with refused(InvalidTerms, "terms.invalid", value=[], limit="a RepaidBy"):
        rate([], **YEAR, counting=[[]])
    assert figures(rate([], **YEAR, counting=[])) == (0, 0)


@pytest.mark.parametrize("rate", PAYOUT_RATES)
def test_a_basis_that_is_none_is_refused_also_where_there_is_no_loan(rate):
    for bad in ("full", None):
        with refused(InvalidTerms, "terms.invalid", value=bad, limit="an ExposureBasis") as one:
            rate(a_fund(), [], **YEAR, basis=bad)
        assert str(one.value).startswith("the basis of the exposure must be")
        assert one.value.zh.startswith("在保余额口径应为")


def test_exposure_that_ends_by_a_discharge_is_released():
    loan = discharge_guarantee(bullet(), on=date(2024, 12, 31), ref="解1")

    assert figures(payout_rate_of_released(a_fund(), [loan], **YEAR)) == (0, 120_000_00)


# ---- the rate that may raise the cap


def test_last_years_rate_counts_the_loans_of_the_fund_only():
    mine = pays(bullet(months=6), (123_600, date(2024, 7, 15)))
    others = [
        bullet("HT-2", months=6, guarantee=None),
        bullet("HT-3", months=6, guarantee=replace(PROMISE, fund_id="F-02")),
    ]
    on = date(2025, 3, 1)

    assert figures(last_year_repayment_rate(a_fund(), [mine, *others], on=on)) == (
        120_000_00,
        120_000_00,
    )
    assert figures(last_year_repayment_rate(a_fund(name="F-02"), [mine, *others], on=on)) == (
        0,
        120_000_00,
    )


@pytest.mark.parametrize(
    ("repaid", "reached"),
    [(108_000, True), ("107999.99", False)],  # 90.00 % of 120,000, and a fen less
)
def test_last_years_rate_reaches_exactly_ninety_percent_and_not_a_fen_less(repaid, reached):
    # 120,000 fell due on 15 July 2024, with 3,600 of interest, which is paid first.
    loan = bullet(months=6).repay(cny(3_600), on=date(2024, 7, 15), ref="R1")
    loan = loan.repay(cny(repaid), on=date(2024, 12, 31), ref="R2")

    rate = last_year_repayment_rate(a_fund(), [loan], on=date(2025, 3, 1))
    assert rate.value == Decimal("0.9000")
    assert rate.reaches(Decimal("0.90")) is reached


def test_last_year_is_the_calendar_year_before_the_day():
    loan = pays_on_time(a_loan(), 1, 11)  # eleven of 2024; the twelfth falls due in 2025
    late = loan.repay(cny(10_050), on=date(2025, 1, 15), ref="R12")

    for on in (date(2025, 1, 1), date(2025, 12, 31)):
        assert figures(last_year_repayment_rate(a_fund(), [late], on=on)) == (
            110_000_00,
            110_000_00,
        )
    assert figures(last_year_repayment_rate(a_fund(), [late], on=date(2026, 1, 1))) == (
        1 * WAN,
        1 * WAN,
    )
    nothing = last_year_repayment_rate(a_fund(), [late], on=date(2024, 12, 31))
    assert figures(nothing) == (0, 0)
    assert not nothing.reaches(Decimal("0.90"))


@pytest.mark.parametrize(
    ("disbursed_on", "months", "due"),
    [
        (date(2023, 8, 31), 4, 0),  # due on 31 December 2023
        (date(2023, 7, 1), 6, 120_000),  # on 1 January 2024
        (date(2024, 8, 31), 4, 120_000),  # on 31 December 2024
        (date(2024, 7, 1), 6, 0),  # on 1 January 2025
    ],
)
def test_the_first_and_the_last_day_of_last_year_are_inside(disbursed_on, months, due):
    loan = bullet(months=months, disbursed_on=disbursed_on)

    assert last_year_repayment_rate(a_fund(), [loan], on=date(2025, 6, 30)).whole == due * 100


def test_last_years_rate_counts_neither_payouts_nor_extensions_nor_money_of_this_year():
    rate = last_year_repayment_rate(a_fund(), every_fate(), on=date(2025, 6, 30))
    assert figures(rate) == (240_000_00, 600_000_00)
    late = pays(bullet(months=6), (123_600, date(2025, 1, 1)))
    assert figures(last_year_repayment_rate(a_fund(), [late], on=date(2025, 6, 30))) == (
        0,
        120_000_00,
    )


def test_last_years_rate_is_asked_on_a_plain_date():
    noon = datetime.fromisoformat("2025-06-01T12:00")  # what a host might hand in

    with refused(InvalidDate, "periods.invalid_date", value=noon, limit="datetime.date"):
        last_year_repayment_rate(a_fund(), [], on=noon)


# ---- bad loans


@pytest.mark.parametrize(
    ("day", "beyond_days", "bad"),
    [
        (date(2024, 5, 15), 90, 0),  # 90 days past due: not yet more than 90
        (date(2024, 5, 16), 90, 120_000),
        (date(2024, 2, 15), 0, 0),
        (date(2024, 2, 16), 0, 120_000),
    ],
)
def test_a_loan_is_bad_once_it_is_more_than_so_many_days_past_due(day, beyond_days, bad):
    loans = [a_loan(), bullet("HT-2", 40_000, guarantee=None)]

    rate = nonperforming_rate(loans, as_of=day, beyond_days=beyond_days)
    assert figures(rate) == (bad * 100, 160_000_00)
    assert rate.name == (
        f"不良率: outstanding past due beyond {beyond_days} days or in default ÷ outstanding, {day}"
    )


def test_a_loan_called_in_or_paid_for_is_bad_at_once_with_what_is_outstanding():
    day = date(2024, 5, 25)
    called = accelerate(pays_on_time(a_loan("HT-2"), 1, 4), on=day, ref="J1")
    _, claimed = pay_claim(a_fund(), a_loan(), on=day, ref="P1")
    good = bullet("HT-3", 56_000)

    # 80,000 of HT-2 and the lender's 24,000 of HT-1, of 160,000: 65 %
    loans = [called, claimed, good]
    rate = nonperforming_rate(loans, as_of=day, beyond_days=90)
    assert figures(rate) == (104_000_00, 160_000_00)
    # The day before, HT-1 is 99 days past due and HT-2 on time: 120,000 of 256,000.
    eve = nonperforming_rate(loans, as_of=date(2024, 5, 24), beyond_days=90)
    assert figures(eve) == (120_000_00, 256_000_00)


def test_a_loan_called_in_and_repaid_or_written_off_is_no_bad_loan():
    loan = accelerate(a_loan(), on=date(2024, 3, 20), ref="J1")
    day = date(2024, 3, 21)
    paid = loan.repay(loan.payoff(on=day).total, on=day, ref="R1")
    off = write_off(loan, on=day, ref="核1")

    for gone in (paid, off):
        assert figures(nonperforming_rate([gone], as_of=day, beyond_days=90)) == (0, 0)


@pytest.mark.parametrize("days", [-1, 1.5, True])
def test_days_past_due_are_counted_from_nothing(days):
    with refused(InvalidTerms, "terms.invalid", value=days, limit="a whole number from 0"):
        nonperforming_rate([], as_of=date(2024, 1, 1), beyond_days=days)


# ---- published figures


def test_a_published_multiple_is_the_exposure_over_the_balance():
    multiple = fund_multiple(cny(15_835_100), cny(4_450_000))

    assert multiple.name == "放大倍数: exposure ÷ balance"
    assert figures(multiple) == (1_583_510_000, 445_000_000)
    assert multiple.to_places(2) == Decimal("3.56")
