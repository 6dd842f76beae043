"""Changes of the contract: a further part paid out, extension, another rate, another plan."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from histories import (
    HALF_MORE,
    a_fund,
    a_loan,
    a_quarterly_loan,
    pays_on_time,
    refused,
)
from microloan import (
    ZERO,
    AlreadyExtended,
    Amortization,
    EarlyInterest,
    ExposureStep,
    ExtensionTooLong,
    GuaranteeDischarged,
    InvalidHistory,
    InvalidRate,
    InvalidTerms,
    LoanEnded,
    LoanMatured,
    NotGuaranteed,
    OverDisbursement,
    Performance,
    Prepayment,
    PrincipalPart,
    RateFixed,
    Repricing,
    accelerate,
    change_rate,
    cny,
    disburse,
    discharge_guarantee,
    extend,
    extend_without_consent,
    pay_claim,
    percent,
    relevel,
    total,
    write_off,
)

FEB, MAR, APR = date(2024, 2, 15), date(2024, 3, 15), date(2024, 4, 15)
MID = date(2024, 3, 25)
ENDS = date(2025, 1, 15)
BOTH = [extend, extend_without_consent]


def lines(loan, after):
    """Principal and interest, in yuan, of the lines due after a day."""
    return [
        (due.principal_fen / 100, due.interest_fen / 100)
        for due in loan.schedule
        if due.due_on > after
    ]


def paid_through_march(**agreed):
    """100,000 are left on 15 March, to be repaid in ten parts."""
    return pays_on_time(a_loan(**agreed), 1, 2)


def floating(**agreed):
    return paid_through_march(repricing=Repricing.FLOATING, **agreed)


# ---- a further part paid out


def test_a_first_part_has_a_plan_of_its_own():
    loan = a_loan(disbursed=60_000)

    # 60,000 ÷ 12 and 0.5 % of what is left
    assert lines(loan, FEB - timedelta(days=1))[:2] == [(5_000, 300), (5_000, 275)]
    assert loan.position(as_of=FEB).outstanding == cny(60_000)
    assert loan.entries[0].amount == cny(60_000)


def test_a_further_part_is_planned_with_what_is_not_due_yet():
    loan = pays_on_time(a_loan(disbursed=60_000), 1, 1)
    whole = disburse(loan, cny(60_000), on=date(2024, 2, 25), ref="放2")

    # 55,000 + 60,000 over 11 due dates: 10,454.55, the last one 10,454.50. In March 55,000 for 10
    # days are 91.666…, 115,000 for 20 of 360 days 383.333…: 475.00, rounded once.
    rest = lines(whole, FEB)
    assert rest[:2] == [(10_454.55, 475.00), (10_454.55, 522.73)]
    assert rest[-1] == (10_454.50, 52.27)
    assert whole.position(as_of=date(2024, 2, 25)).outstanding == cny(115_000)
    assert whole.position(as_of=date(2024, 2, 24)).outstanding == cny(55_000)
    march = next(due for due in whole.schedule if due.due_on == MAR)
    assert [(part.opens_on, part.closes_on, part.principal) for part in march.stretches] == [
        (FEB, date(2024, 2, 25), cny(55_000)),
        (date(2024, 2, 25), MAR, cny(115_000)),
    ]


def test_on_a_due_date_the_part_bears_whole_periods():
    whole = disburse(a_loan(disbursed=60_000), cny(60_000), on=FEB, ref="放2")

    assert lines(whole, FEB - timedelta(days=1))[:2] == [(5_000, 300), (10_454.55, 575)]


def test_two_parts_on_the_day_of_disbursement_are_the_whole_loan():
    whole = disburse(a_loan(disbursed=60_000), cny(60_000), on=date(2024, 1, 15), ref="放2")

    assert lines(whole, date(2024, 1, 15)) == lines(a_loan(), date(2024, 1, 15))


def test_listed_parts_shrink_and_grow_with_what_is_paid_out():
    parts = (
        PrincipalPart(due_on=date(2024, 6, 15), principal=cny(30_000)),
        PrincipalPart(due_on=ENDS, principal=cny(90_000)),
    )
    loan = a_loan(disbursed=40_000, amortization=Amortization.CUSTOM, parts=parts)

    def principal(of):
        return [due.principal for due in of.schedule if due.principal_fen]

    assert principal(loan) == [cny(10_000), cny(30_000)]
    assert principal(disburse(loan, cny(80_000), on=FEB, ref="放2")) == [cny(30_000), cny(90_000)]


def test_no_more_is_paid_out_than_the_contract_lends():
    loan = a_loan(disbursed=60_000)

    with refused(
        OverDisbursement,
        code="loan.over_disbursement",
        value=cny("120000.01"),
        limit=cny(120_000),
        keeps=loan,
    ) as caught:
        disburse(loan, cny("60000.01"), on=FEB, ref="放2")
    assert str(caught.value) == "HT-1: 120,000.01 paid out, the contract lends 120,000.00"
    with refused(
        OverDisbursement,
        code="loan.over_disbursement",
        value=cny("120000.01"),
        limit=cny(120_000),
    ):
        a_loan(disbursed="120000.01")


def test_the_fund_stands_behind_each_part_from_its_day():
    loan = disburse(a_loan(disbursed=60_000), cny(30_000), on=FEB, ref="放2")

    assert loan.exposure_steps() == (
        ExposureStep(on=date(2024, 1, 15), exposure_fen=60_000_00, covered_fen=48_000_00),
        ExposureStep(on=FEB, exposure_fen=30_000_00, covered_fen=24_000_00),
    )


def test_a_part_paid_out_on_a_settlement_day_bears_that_day_alone():
    # 60,000 bear 10 a day. Due on 20 March: 66 days of the first part. By 20 June: 92 days of both,
    # and the 20th of March of the second.
    loan = a_quarterly_loan(disbursed=60_000)
    loan = disburse(loan, cny(60_000), on=date(2024, 3, 20), ref="放2")

    assert [interest for _, interest in lines(loan, date(2024, 1, 15))[:2]] == [660, 1_850]


def test_a_part_paid_out_while_interest_is_paid_ahead_bears_its_own_days():
    # The prepayment of 25 March paid the interest of 100,000 through 15 April; 20,000 of the part
    # of 1 April bear 14 of the month's 30 days: 46.67.
    loan = a_loan(
        principal=cny(140_000), disbursed=120_000, early_interest=EarlyInterest.TO_NEXT_DUE_DATE
    )
    loan = pays_on_time(loan, 1, 2)
    loan = loan.prepay(cny(30_500), on=MID, ref="V1", then=Prepayment.LOWER)
    assert lines(loan, MID)[0] == (7_000, 0)
    loan = disburse(loan, cny(20_000), on=date(2024, 4, 1), ref="放2")

    assert lines(loan, MID)[:2] == [(9_000, 46.67), (9_000, 405)]


def paid_ahead(**agreed):
    """120,000 of 150,000; 30,000 were repaid on 25 March with all interest through 15 April."""
    early = EarlyInterest.TO_NEXT_DUE_DATE
    loan = a_loan(principal=cny(150_000), disbursed=120_000, early_interest=early, **agreed)
    return pays_on_time(loan, 1, 2).prepay(cny(30_500), on=MID, ref="V1", then=Prepayment.LOWER)


def test_each_of_two_parts_paid_out_while_interest_is_paid_ahead_bears_its_own_days():
    loan = disburse(paid_ahead(), cny(20_000), on=date(2024, 4, 1), ref="放2")
    loan = disburse(loan, cny(10_000), on=date(2024, 4, 5), ref="放3")

    # 20,000 for 14 of 360 days: 46.666…; 10,000 for 10: 16.666…
    assert lines(loan, MID)[:2] == [(10_000, 63.33), (10_000, 450)]


def test_a_part_paid_out_while_interest_is_paid_ahead_bears_the_rate_of_each_day():
    loan = paid_ahead(repricing=Repricing.FLOATING)
    loan = disburse(loan, cny(20_000), on=date(2024, 4, 1), ref="放2")
    loan = change_rate(loan, percent(12), on=date(2024, 4, 5), ref="调1")

    # 20,000: 4 days at 6 % are 13.333…, 10 at 12 % are 66.666…; the rest is paid at 6 % already
    assert lines(loan, MID)[:2] == [(9_000, 80), (9_000, 810)]


def test_a_part_that_is_undone_was_never_lent():
    loan = a_loan(disbursed=60_000)
    undone = disburse(loan, cny(30_000), on=FEB, ref="放2").reverse(2, on=MAR, ref="C1")

    assert lines(undone, FEB) == lines(loan, FEB)
    assert undone.exposure_steps() == loan.exposure_steps()


# ---- extension


@pytest.mark.parametrize("act", BOTH)
def test_an_extension_spreads_what_is_not_due_over_the_longer_term(act):
    loan = act(paid_through_march(), months=3, on=MAR, ref="展1")

    # 100,000 over 13 due dates: 7,692.31, the last one 7,692.28; 0.5 % of 100,000
    rest = lines(loan, MAR)
    assert rest[0] == (7_692.31, 500)
    assert rest[-1][0] == 7_692.28
    assert len(rest) == 13
    assert loan.schedule[-1].due_on == date(2025, 4, 15)
    assert loan.terms_in_force(on=MAR).matures_on == date(2025, 4, 15)
    assert loan.terms.matures_on == ENDS


@pytest.mark.parametrize("act", BOTH)
def test_another_rate_holds_from_the_day_of_the_extension(act):
    loan = act(paid_through_march(), months=3, on=MID, ref="展1", annual_rate=percent("7.2"))

    # 100,000 × 6 % × 10/360 = 166.666…, × 7.2 % × 20/360 = 400: 566.67, rounded once
    assert lines(loan, MAR)[0] == (7_692.31, 566.67)
    assert loan.terms_in_force(on=MID - timedelta(days=1)).annual_rate == percent(6)


@pytest.mark.parametrize("act", BOTH)
def test_what_was_due_stays_due(act):
    # March is unpaid.
    loan = act(pays_on_time(a_loan(penalty=HALF_MORE), 1, 1), months=3, on=MID, ref="展1")

    standing = loan.position(as_of=MID)
    assert (standing.arrears, standing.penalty) == (cny(10_550), cny(25))
    assert standing.days_past_due == 10


@pytest.mark.parametrize("act", BOTH)
@pytest.mark.parametrize("months", [0, -1, 13, 120])
def test_an_extension_is_of_one_to_twelve_months(act, months):
    loan = paid_through_march()

    with refused(
        ExtensionTooLong, code="loan.extension_too_long", value=months, limit=12, keeps=loan
    ) as caught:
        act(loan, months=months, on=MID, ref="展1")
    assert str(caught.value) == f"HT-1: an extension is 1-12 months, got {months}"


@pytest.mark.parametrize("act", BOTH)
@pytest.mark.parametrize("months", [12, 14, 25])
def test_the_new_terms_of_an_extension_are_as_long_as_it_says(act, months):
    loan = paid_through_march()
    terms = replace(loan.terms, months=months)

    with refused(InvalidTerms, code="terms.invalid", value=months, limit=13, keeps=loan) as caught:
        act(loan, months=1, on=MID, ref="展1", terms=terms)
    assert str(caught.value) == f"the term of the new terms must be 13, got {months}"


@pytest.mark.parametrize("act", BOTH)
@pytest.mark.parametrize("again", BOTH)
def test_a_loan_is_extended_once(act, again):
    loan = act(paid_through_march(), months=1, on=MID, ref="展1")

    with refused(
        AlreadyExtended, code="loan.already_extended", value=APR, limit=1, keeps=loan
    ) as caught:
        again(loan, months=1, on=APR, ref="展2")
    assert str(caught.value) == (
        "HT-1 was extended on 2024-03-25 (voucher 展1); it is extended once"
    )
    undone = loan.reverse(len(loan.entries), on=APR, ref="C1")
    assert again(undone, months=2, on=APR, ref="展2").terms_in_force(on=APR).months == 14


@pytest.mark.parametrize("act", BOTH)
def test_on_the_day_of_maturity_the_principal_is_extended_and_the_interest_is_due(act):
    loan = pays_on_time(a_loan(amortization=Amortization.INTEREST_ONLY), 1, 11)
    loan = act(loan, months=6, on=ENDS, ref="展1", annual_rate=percent("7.2"))

    standing = loan.position(as_of=ENDS)
    assert (standing.arrears_principal_fen, standing.arrears_interest_fen) == (0, 600_00)
    assert standing.outstanding == cny(120_000)
    assert lines(loan, ENDS) == [(0, 720)] * 5 + [(120_000, 720)]
    assert loan.schedule[-1].due_on == date(2025, 7, 15)
    assert [due.number for due in loan.schedule] == list(range(1, 19))
    paid = loan.repay(cny(600), on=ENDS, ref="R1")
    assert paid.position(as_of=date(2025, 2, 14)).performance is Performance.PERFORMING


def test_on_the_day_of_maturity_a_level_part_is_extended_too():
    loan = extend(pays_on_time(a_loan(), 1, 11), months=4, on=ENDS, ref="展1")

    # 10,000 over four months; the last 50 of interest stay due
    assert loan.position(as_of=ENDS).arrears == cny(50)
    assert lines(loan, ENDS) == [(2_500, 50), (2_500, 37.5), (2_500, 25), (2_500, 12.5)]


def test_a_loan_due_at_once_is_extended_at_its_maturity():
    loan = extend(a_loan(amortization=Amortization.BULLET), months=12, on=ENDS, ref="展1")

    # 120,000 × 6 % are due; the same again a year later
    assert loan.position(as_of=ENDS).arrears == cny(7_200)
    assert lines(loan, ENDS) == [(120_000, 7_200)]


def test_the_last_quarter_of_an_extended_loan_runs_through_its_settlement_days():
    loan = extend(a_quarterly_loan(), months=6, on=date(2025, 1, 1), ref="展1")

    # 21 December to 20 March: 90 days at 20; then 92 to 20 June; 24 through 14 July
    assert lines(loan, date(2024, 12, 20)) == [(0, 1_800), (0, 1_840), (120_000, 480)]


def test_a_maturity_that_is_a_settlement_day_bears_interest_once_it_is_extended():
    loan = a_quarterly_loan(disbursed_on=date(2024, 3, 20))
    ends = date(2025, 3, 20)
    # At maturity the day does not count: 21 December to 19 March are 89 days at 20.
    assert lines(loan, date(2024, 12, 20)) == [(120_000, 1_780)]
    loan = extend(loan, months=6, on=ends, ref="展1")

    # 20 March itself and 92 days to 20 June; then 91 days to 19 September
    assert loan.position(as_of=ends).due_interest_fen == sum(
        due.interest_fen for due in loan.schedule if due.due_on <= ends
    )
    assert lines(loan, date(2024, 12, 20)) == [(0, 1_780), (0, 1_860), (120_000, 1_820)]


def test_after_maturity_nothing_is_extended():
    loan = pays_on_time(a_loan(), 1, 11)
    late = ENDS + timedelta(days=1)

    for act in BOTH:
        with refused(LoanMatured, code="loan.matured", value=late, limit=ENDS, keeps=loan):
            act(loan, months=1, on=late, ref="展1")


def test_an_extension_may_list_its_due_dates():
    days = (date(2024, 6, 30), date(2024, 12, 31), date(2025, 4, 15))
    loan = paid_through_march()
    terms = replace(loan.terms, months=15, due_dates=days)
    loan = extend(loan, months=3, on=MAR, ref="展1", terms=terms)

    assert [due.due_on for due in loan.schedule[2:]] == list(days)
    # THIRTY_360 from 15 March: 105 days to 30 June, 180 to 31 December (the 30th), 105 to 15 April
    assert lines(loan, MAR) == [(33_333.33, 1_750), (33_333.33, 2_000), (33_333.34, 583.33)]


def test_an_extension_that_lists_its_days_matures_later():
    days = (date(2024, 6, 30), date(2025, 2, 10))
    loan = a_loan(due_dates=days)

    with refused(
        ExtensionTooLong,
        code="loan.extension_too_long",
        value=date(2025, 2, 5),
        limit=(date(2025, 2, 10), date(2026, 2, 10)),
        keeps=loan,
    ) as caught:
        no_later = replace(loan.terms, months=13, due_dates=(*days[:-1], date(2025, 2, 5)))
        extend(loan, months=1, on=MAR, ref="展1", terms=no_later)
    assert str(caught.value) == (
        "HT-1: an extended loan matures after 2025-02-10 and by 2026-02-10, got 2025-02-05"
    )
    with refused(
        InvalidTerms,
        code="terms.invalid",
        value="2024-06-30, 2025-02-10",
        limit="strictly increasing after disbursement, the last one within a month of 18 months",
        keeps=loan,
    ):
        extend(loan, months=6, on=MAR, ref="展1")  # the new days must be listed too


@pytest.mark.parametrize(
    "change",
    [
        {"principal": cny(130_000)},
        {"amortization": Amortization.INTEREST_ONLY},
        {"signed_on": date(2024, 1, 14)},
    ],
)
def test_an_extension_changes_the_term_and_not_the_loan(change):
    loan = paid_through_march()
    terms = replace(loan.terms, months=15, **change)

    with refused(
        InvalidHistory,
        code="ledger.invalid_history",
        value=terms,
        limit=loan.terms,
        keeps=loan,
    ):
        extend(loan, months=3, on=MAR, ref="展1", terms=terms)


def test_the_guarantee_follows_only_an_extension_it_agreed_to():
    agreed = extend(a_loan(), months=12, on=MID, ref="展1")
    not_agreed = extend_without_consent(a_loan(), months=12, on=MID, ref="展1")

    assert agreed.guaranteed_terms(on=MID).matures_on == date(2026, 1, 15)
    assert agreed.guaranteed_terms(on=MID - timedelta(days=1)).matures_on == ENDS
    assert not_agreed.guaranteed_terms(on=date.max).matures_on == ENDS
    assert not_agreed.terms_in_force(on=MID).matures_on == date(2026, 1, 15)
    # Both are claimed on 15 July 2025, six months after the first maturity; a day later only one.
    last = date(2025, 7, 15)
    for loan in (agreed, not_agreed):
        assert pay_claim(a_fund(), loan, on=last, ref="P1")[1].payout is not None
    assert pay_claim(a_fund(), agreed, on=last + timedelta(days=1), ref="P1")[1].payout
    with pytest.raises(Exception, match="the guarantee ended on 2025-07-15"):
        pay_claim(a_fund(), not_agreed, on=last + timedelta(days=1), ref="P1")


# ---- another rate


def test_days_before_a_rate_change_bear_the_old_rate_and_days_from_it_the_new_one():
    loan = change_rate(floating(), percent("7.2"), on=MID, ref="调1")

    # As under extension: 166.666… + 400; then 90,000 × 0.6 %
    assert lines(loan, MAR)[:2] == [(10_000, 566.67), (10_000, 540)]
    assert loan.schedule[-1].due_on == ENDS
    # 1 April: 10 days at 6 %, 6 of 30 at 7.2 %: 166.666… + 120
    assert loan.position(as_of=date(2024, 3, 31)).accrued == cny("286.67")


def test_a_level_payment_is_computed_anew_over_the_days_left():
    loan = a_loan(amortization=Amortization.EQUAL_INSTALLMENTS, repricing=Repricing.FLOATING)
    loan = change_rate(loan, percent(12), on=FEB, ref="调1")

    # 110,272.03 × 1 % ÷ (1 − 1.01⁻¹¹) = 10,636.19, of it 1,102.72 interest
    assert lines(loan, FEB)[0] == (9_533.47, 1_102.72)
    assert len(lines(loan, FEB)) == 11


@pytest.mark.parametrize(
    ("on", "march", "june"),
    [
        # 20 a day at 6 %, 24 at 7.2 %. Through 20 March 66 days, through 20 June 92.
        (date(2024, 3, 19), 1_328, 2_208),  # the 19th and the 20th at the new rate
        (date(2024, 3, 20), 1_320, 2_208),  # what is due on the day is due at the old rate
        (date(2024, 3, 21), 1_320, 2_208),
        (date(2024, 3, 22), 1_320, 2_204),
    ],
)
def test_around_a_settlement_day(on, march, june):
    loan = change_rate(
        a_quarterly_loan(repricing=Repricing.FLOATING), percent("7.2"), on=on, ref="调1"
    )

    assert [interest for _, interest in lines(loan, date(2024, 1, 15))[:2]] == [march, june]


def test_two_changes_within_a_period():
    loan = change_rate(floating(), percent("7.2"), on=MID, ref="调1")
    loan = change_rate(loan, percent(6), on=date(2024, 4, 5), ref="调2")

    # 10 days at 6 %, 10 at 7.2 % and 10 of 30 at 6 %: 166.666… + 200 + 166.666…
    assert lines(loan, MAR)[:2] == [(10_000, 533.33), (10_000, 450)]
    april = next(due for due in loan.schedule if due.due_on == APR)
    assert [stretch.days for stretch in april.stretches] == [10, 11, 10]
    assert sum(stretch.fraction for stretch in april.stretches) == Fraction(1, 12)


@pytest.mark.parametrize(
    ("repricing", "rate"),
    [
        (Repricing.FIXED, percent(7)),
        (Repricing.FLOATING, percent(6)),
        (Repricing.FIXED, percent(6)),
    ],
)
def test_a_fixed_rate_does_not_change_and_the_same_rate_is_no_change(repricing, rate):
    loan = a_loan(repricing=repricing)

    with refused(RateFixed, code="loan.rate_fixed", value=rate, limit=repricing, keeps=loan) as no:
        change_rate(loan, rate, on=MID, ref="调1")
    assert str(no.value).startswith(f"HT-1: the rate of 6 % is {repricing.value}; it cannot become")


@pytest.mark.parametrize("rate", [Decimal(-1), 0.07, "7"])
def test_a_new_rate_is_a_rate(rate):
    loan = floating()

    with pytest.raises(InvalidRate) as caught:
        change_rate(loan, rate, on=MID, ref="调1")
    assert caught.value.value == rate
    with pytest.raises(InvalidRate):
        extend(loan, months=1, on=MID, ref="展1", annual_rate=rate)


# ---- another plan


def test_a_plan_that_was_shortened_is_leveled_through_maturity_again():
    loan = pays_on_time(a_loan(), 1, 1)
    loan = loan.prepay(cny(40_550), on=MAR, ref="V1", then=Prepayment.SHORTEN)
    assert loan.schedule[-1].due_on == date(2024, 10, 15)
    loan = relevel(loan, on=APR, ref="变1")

    # After April's 10,000 there are 60,000 over nine due dates.
    assert lines(loan, APR)[0] == (6_666.67, 300)
    assert lines(loan, APR)[-1][0] == 6_666.64
    assert loan.schedule[-1].due_on == ENDS


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"amortization": Amortization.INTEREST_ONLY}, [(0, 500)] * 9 + [(100_000, 500)]),
        ({"amortization": Amortization.BULLET}, [(100_000, 5_000)]),
        (
            # July, October, January after a first line on 15 April, of a period begun in January
            {"interval_months": 3},
            [(25_000, 500), (25_000, 1_125), (25_000, 750), (25_000, 375)],
        ),
        ({"grace_months": 6}, [(0, 500)] * 4 + [(16_666.67, 500), (16_666.67, 416.67)]),
    ],
)
def test_another_way_of_repaying_may_be_agreed(change, expected):
    loan = paid_through_march()
    loan = relevel(loan, on=MAR, ref="变1", terms=replace(loan.terms, **change))

    assert lines(loan, MAR)[: len(expected)] == expected
    assert total(due.principal for due in loan.schedule) == cny(120_000)
    assert loan.schedule[-1].due_on == ENDS


@pytest.mark.parametrize(
    "change",
    [
        {"annual_rate": percent(5)},
        {"months": 24},
        {"principal": cny(130_000)},
        {"disbursed_on": date(2024, 1, 16)},
    ],
)
def test_a_new_plan_changes_neither_loan_nor_term_nor_rate(change):
    loan = paid_through_march()
    terms = replace(loan.terms, **change)

    with refused(
        InvalidHistory, code="ledger.invalid_history", value=terms, limit=loan.terms, keeps=loan
    ):
        relevel(loan, on=MAR, ref="变1", terms=terms)


def test_terms_of_another_type_are_refused():
    loan = paid_through_march()

    with refused(
        InvalidTerms,
        code="terms.invalid",
        value="anew",
        limit="a LoanTerms where it belongs",
        keeps=loan,
    ):
        relevel(loan, on=MAR, ref="变1", terms="anew")


def test_nothing_changes_but_what_is_to_come():
    loan = paid_through_march(repricing=Repricing.FLOATING)
    eve = loan.position(as_of=MID - timedelta(days=1))
    for changed in (
        extend(loan, months=3, on=MID, ref="展1"),
        change_rate(loan, percent(7), on=MID, ref="调1"),
        relevel(loan, on=MID, ref="变1"),
    ):
        assert replace(changed.position(as_of=eve.as_of), through=3) == eve
        on_the_day = changed.position(as_of=MID)
        assert on_the_day.accrued == cny("166.67")
        assert (on_the_day.outstanding, on_the_day.arrears) == (cny(100_000), ZERO)


# ---- a plan that a prepayment made shorter


def shortened(**agreed):
    """110,000 are left on 15 February; 30,000 are repaid early, ten thousand a month stay."""
    loan = pays_on_time(a_loan(repricing=Repricing.FLOATING, **agreed), 1, 1)
    return loan.prepay(cny(30_000), on=FEB, ref="提1", then=Prepayment.SHORTEN)


def test_a_shorter_plan_stays_as_short_when_the_rate_changes():
    # 80,000 in eight months, March to October; from 15 March on 12 % on 70,000: 700, 600, …
    assert lines(shortened(), FEB)[-1] == (10_000, 50)
    loan = change_rate(shortened(), percent(12), on=MAR, ref="调1")

    assert lines(loan, MAR) == [(10_000, 100 * part) for part in range(7, 0, -1)]
    assert loan.schedule[-1].due_on == date(2024, 10, 15)


def test_a_shorter_plan_stays_as_short_when_installments_are_lowered():
    # 40,000 of the 80,000 left over the same eight due dates: 5,000 each and ½ % of what is left.
    loan = shortened().prepay(cny(40_000), on=FEB, ref="提2", then=Prepayment.LOWER)

    assert lines(loan, FEB)[-8:] == [(5_000, 25 * part) for part in range(8, 0, -1)]
    assert loan.schedule[-1].due_on == date(2024, 10, 15)


def test_a_shorter_plan_goes_back_to_the_maturity_of_the_contract_when_drawn_up_anew():
    # 80,000 over the eleven due dates from March to January: 7,272.73, the last takes the odd fen.
    loan = relevel(shortened(), on=FEB + timedelta(days=1), ref="变1")

    assert [principal for principal, _ in lines(loan, FEB)] == [7_272.73] * 10 + [7_272.70]
    assert loan.schedule[-1].due_on == ENDS


def test_a_part_that_is_due_at_maturity_goes_with_an_extension():
    parts = (
        PrincipalPart(due_on=date(2024, 7, 15), principal=cny(20_000)),
        PrincipalPart(due_on=ENDS, principal=cny(100_000)),
    )
    loan = a_loan(amortization=Amortization.CUSTOM, parts=parts)
    longer = extend(loan, months=6, on=MID, ref="展1")

    assert longer.terms_in_force(on=MID).parts[-1] == PrincipalPart(
        due_on=date(2025, 7, 15), principal=cny(100_000)
    )
    paid = {due.due_on: due.principal for due in longer.schedule if due.principal != ZERO}
    assert paid == {date(2024, 7, 15): cny(20_000), date(2025, 7, 15): cny(100_000)}


def test_the_last_installment_of_a_shorter_plan_goes_with_an_extension_of_its_day():
    # 80,000 in eight months, the last one in October; on that day half a year is added to January.
    loan = shortened()
    for due in loan.schedule[2:9]:
        loan = loan.repay(due.total, on=due.due_on, ref=f"R{due.number}")
    october = date(2024, 10, 15)
    assert loan.position(as_of=october).outstanding == cny(10_000)

    longer = extend(loan, months=6, on=october, ref="展1")
    assert longer.position(as_of=october).arrears == cny(50)  # its interest stays due
    assert longer.schedule[-1].due_on == date(2025, 7, 15)
    assert sum(due.principal_fen for due in longer.schedule if due.due_on > october) == 10_000_00


def test_an_extension_by_listed_days_is_a_year_at_most_too():
    days = (date(2024, 6, 30), date(2025, 1, 15))
    loan = a_loan(due_dates=days)
    longer = replace(loan.terms, months=24, due_dates=(*days, date(2026, 1, 16)))

    with refused(
        ExtensionTooLong,
        code="loan.extension_too_long",
        value=date(2026, 1, 16),
        limit=(ENDS, date(2026, 1, 15)),
        keeps=loan,
    ):
        extend(loan, months=12, on=MAR, ref="展1", terms=longer)


def test_a_new_plan_does_not_move_the_maturity():
    days = (date(2024, 6, 30), date(2025, 1, 15))
    loan = a_loan(due_dates=days)
    later = replace(loan.terms, due_dates=(*days, date(2025, 2, 14)))

    with pytest.raises(InvalidHistory, match="differ from those in force"):
        relevel(loan, on=MAR, ref="变1", terms=later)


@pytest.mark.parametrize("months", ["6", 6.0, None, Decimal(6), True])
def test_the_months_of_an_extension_are_a_whole_number(months):
    with pytest.raises(InvalidTerms, match="the months of an extension"):
        extend(paid_through_march(), months=months, on=MID, ref="展1")


# a guarantee that ends without a payout


LATE = date(2024, 6, 1)


def test_a_discharged_guarantee_is_no_exposure_from_its_day():
    loan = discharge_guarantee(a_loan(), on=LATE, ref="解1")
    assert [(step.on, step.exposure, step.covered) for step in loan.exposure_steps()] == [
        (date(2024, 1, 15), cny(120_000), cny(96_000)),
        (LATE, cny(-120_000), cny(-96_000)),
    ]
    assert loan.position(as_of=LATE) == replace(a_loan().position(as_of=LATE), through=2)
    assert loan.reverse(2, on=LATE, ref="冲1").exposure_steps() == a_loan().exposure_steps()


def test_the_same_discharge_again_changes_nothing_and_another_is_refused():
    loan = discharge_guarantee(a_loan(), on=LATE, ref="解1")
    assert discharge_guarantee(loan, on=LATE, ref="解1") is loan
    with refused(
        GuaranteeDischarged, code="guarantee.discharged", value="解1", limit=LATE, keeps=[loan]
    ) as caught:
        discharge_guarantee(loan, on=date(2024, 7, 1), ref="解2")
    assert "discharged on 2024-06-01 (voucher 解1)" in str(caught.value)


def test_nothing_is_claimed_under_a_discharged_guarantee():
    fund, loan = a_fund(), discharge_guarantee(a_loan(), on=LATE, ref="解1")
    with refused(
        GuaranteeDischarged,
        code="guarantee.discharged",
        value="解1",
        limit=LATE,
        keeps=[fund, loan],
    ):
        pay_claim(fund, loan, on=LATE, ref="代1")


def test_a_guarantee_that_was_called_on_is_not_discharged():
    _, loan = pay_claim(a_fund(), a_loan(), on=LATE, ref="代1")
    with refused(LoanEnded, code="loan.ended", value=LATE, limit=LATE, keeps=[loan]):
        discharge_guarantee(loan, on=LATE, ref="解1")


def test_a_loan_without_a_guarantee_has_nothing_to_discharge():
    loan = a_loan(guarantee=None)
    with refused(
        NotGuaranteed,
        code="guarantee.not_guaranteed",
        value="HT-1",
        limit="a guaranteed loan",
        keeps=[loan],
    ):
        discharge_guarantee(loan, on=LATE, ref="解1")


@pytest.mark.parametrize("end", [accelerate, write_off])
def test_a_guarantee_may_be_discharged_after_the_loan_was_called_in_or_written_off(end):
    loan = end(a_loan(), on=date(2024, 5, 1), ref="X1")
    assert discharge_guarantee(loan, on=LATE, ref="解1").exposure_steps()[-1].on <= LATE
