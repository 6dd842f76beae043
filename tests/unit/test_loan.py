"""One loan and its few verbs: grant, repay, reverse, and what the fund stands behind."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from histories import (
    PERSON,
    PROMISE,
    RULES,
    a_fund,
    a_loan,
    pays,
    pays_on_time,
    refused,
)
from microloan import (
    ZERO,
    Amortization,
    BeforeDisbursement,
    BorrowerKind,
    Category,
    ClaimNotDue,
    DayCount,
    Entry,
    EntryKind,
    ExposureStep,
    Guarantee,
    GuaranteeFund,
    HalfYear,
    InvalidAmount,
    InvalidDate,
    InvalidHistory,
    InvalidIdentity,
    InvalidTerms,
    Loan,
    LoanClaimed,
    LoanClosed,
    LoanTerms,
    NotGuaranteed,
    NotReversible,
    OverDisbursement,
    OverRepayment,
    RefConflict,
    cny,
    measure_leverage,
    pay_claim,
    percent,
    plan_subsidy,
    receive_recovery,
    show,
)

FEB, MAR, APR = date(2024, 2, 15), date(2024, 3, 15), date(2024, 4, 15)


def an_entry(number, kind=EntryKind.REPAYMENT, on=FEB, **facts):
    """An entry made outside the verbs, as one read from a table is."""
    return Entry(number=number, kind=kind, on=on, booked_on=on, ref=f"R{number}", **facts)


def test_a_loan_from_grant_to_recovery():
    # The figures were agreed before the library was written; they are the contract with its users.
    fund = GuaranteeFund(id="F-01", name="示例县创业担保基金")
    fund = fund.deposit(cny(5_000_000), on=date(2024, 1, 2), ref="财预2024-3")
    loan = Loan.grant(
        "HT-2024-0017",
        borrower="B-0042",
        lender="BANK-03",
        category=Category(kind=BorrowerKind.INDIVIDUAL, groups={"returning_migrant"}),
        terms=LoanTerms(
            principal=cny(300_000),
            annual_rate=percent("3.95"),
            disbursed_on=date(2024, 3, 15),
            months=36,
            amortization=Amortization.EQUAL_INSTALLMENTS,
            day_count=DayCount.THIRTY_360,
        ),
        guarantee=Guarantee(fund_id="F-01", coverage=percent("80"), claimable_after_days=90),
    )
    first, *_, last = loan.schedule
    assert first.due_on == date(2024, 4, 15)
    assert (first.principal, first.interest) == (cny("7863.02"), cny("987.50"))
    assert last.outstanding == ZERO

    line = plan_subsidy(loan, under=RULES)[0]
    assert (line.treasury, line.borrower) == (cny("493.75"), cny("493.75"))
    leverage = measure_leverage(fund, [loan], under=RULES, as_of=date(2024, 3, 31))
    assert (leverage.exposure, leverage.headroom) == (cny(300_000), cny(24_700_000))

    for due in loan.schedule[:3]:
        loan = loan.repay(due.total, on=due.due_on, ref=f"回单{due.number}")
    h1 = HalfYear(2024, 1)
    account = loan.account(h1)
    assert account.repaid == account.due == cny("26551.56")
    assert account.closing == loan.account(h1.next).opening == cny("276333.21")
    standing = loan.position(as_of=date(2024, 9, 30))
    assert (standing.days_past_due, standing.arrears) == (77, cny("26551.56"))

    with refused(
        ClaimNotDue, code="guarantee.claim_not_due", value=77, limit=90, keeps=(fund, loan)
    ) as caught:
        pay_claim(fund, loan, on=date(2024, 9, 30), ref="代偿2024-1")
    assert str(caught.value) == (
        "HT-2024-0017 is 77 days past due on 2024-09-30; claims open at 90"
    )
    fund, loan = pay_claim(fund, loan, on=date(2024, 10, 20), ref="代偿2024-1")
    fund, loan = receive_recovery(fund, loan, cny(50_000), on=date(2025, 3, 1), ref="追偿2025-1")
    standing = loan.position(as_of=date(2025, 3, 1))
    assert (standing.subrogated, standing.outstanding) == (cny("181066.57"), cny("45266.64"))
    assert fund.balance(as_of=date(2025, 3, 1)) == cny("4818933.43")
    assert loan.account(h1, through=account.through) == account


def test_a_grant_is_a_loan_with_its_disbursement():
    loan = a_loan()

    assert loan.entries == (
        Entry(
            number=1,
            kind=EntryKind.DISBURSEMENT,
            on=date(2024, 1, 15),
            booked_on=date(2024, 1, 15),
            ref="HT-1",
            principal_fen=120_000_00,
        ),
    )
    assert (loan.id, loan.borrower, loan.lender) == ("HT-1", "B-1", "BANK-1")
    assert (loan.category, loan.guarantee) == (PERSON, PROMISE)
    assert loan.payout is None
    assert a_loan(booked_on=date(2024, 7, 1)).entries[0].booked_on == date(2024, 7, 1)


def test_a_loan_may_have_no_guarantee():
    terms = a_loan().terms
    loan = Loan.grant("HT-1", borrower="B-1", lender="BANK-1", category=PERSON, terms=terms)

    assert loan == a_loan(guarantee=None)
    assert loan.exposure_steps() == ()


def test_a_grant_booked_before_it_was_paid_out_is_refused():
    with refused(
        InvalidDate,
        code="periods.invalid_date",
        value=date(2024, 1, 14),
        limit=date(2024, 1, 15),
    ):
        a_loan(booked_on=date(2024, 1, 14))


@pytest.mark.parametrize(
    ("part", "what"), [("id", "a loan"), ("borrower", "a borrower"), ("lender", "a lender")]
)
def test_every_identity_of_a_loan_is_checked(part, what):
    unsaid = {"value": "a text of 2 characters", "limit": 64}
    with refused(InvalidIdentity, code="identity.invalid", **unsaid) as caught:
        replace(a_loan(), **{part: " B"})
    assert f"the identity of {what} must" in str(caught.value)


def test_a_loan_without_a_number_cannot_be_granted():
    with refused(InvalidIdentity, code="identity.invalid", value="", limit=64) as caught:
        a_loan("")
    assert "the identity of a loan must" in str(caught.value)


@pytest.mark.parametrize(
    ("part", "limit", "what", "zh"),
    [
        ("category", "a Category", "a part of the loan", "贷款要素"),
        ("terms", "a LoanTerms", "a part of the loan", "贷款要素"),
        ("guarantee", "a Guarantee", "the guarantee", "担保"),
    ],
)
def test_a_part_of_another_type_is_refused(part, limit, what, zh):
    with refused(InvalidTerms, code="terms.invalid", value="80 %", limit=limit) as caught:
        replace(a_loan(), **{part: "80 %"})
    assert str(caught.value) == f"{what} must be {limit}, got 80 %"
    assert caught.value.zh.startswith(zh)


def test_the_commercial_part_may_be_the_whole_principal_and_no_more():
    whole = replace(PERSON, commercial_part=cny(120_000))
    too_much = replace(PERSON, commercial_part=cny("120000.01"))

    assert a_loan(category=whole).category == whole
    with refused(
        InvalidTerms,
        code="terms.invalid",
        value=cny("120000.01"),
        limit="the principal at most",
    ) as caught:
        a_loan(category=too_much)
    assert str(caught.value).startswith("the commercial part must be the principal at most")
    assert caught.value.zh.startswith("商业贷款部分")


PAID_OUT = a_loan().entries[0]


@pytest.mark.parametrize(
    "entries",
    [
        (),
        (an_entry(1, received_fen=1),),
        (replace(PAID_OUT, on=date(2024, 1, 16), booked_on=date(2024, 1, 16)),),
        (PAID_OUT, an_entry(2, EntryKind.REVERSAL, undoes=1)),
        (an_entry(1, received_fen=1), replace(PAID_OUT, number=2)),
    ],
)
def test_a_history_that_does_not_begin_with_the_disbursement_is_refused(entries):
    first = entries[0] if entries else None
    whole = (EntryKind.DISBURSEMENT, date(2024, 1, 15), 120_000_00)

    with refused(InvalidHistory, code="ledger.invalid_history", value=first, limit=whole) as caught:
        replace(a_loan(), entries=entries)
    assert str(caught.value) == ("HT-1: the first entry must pay out the loan on 2024-01-15")


@pytest.mark.parametrize(
    "entries",
    [
        (replace(PAID_OUT, principal_fen=120_000_01),),
        (PAID_OUT, replace(PAID_OUT, number=2, ref="HT-1b", principal_fen=1)),
    ],
)
def test_a_history_that_pays_out_more_than_the_contract_lends_is_refused(entries):
    with refused(
        OverDisbursement,
        code="loan.over_disbursement",
        value=cny("120000.01"),
        limit=cny(120_000),
    ) as caught:
        replace(a_loan(), entries=entries)
    assert str(caught.value) == "HT-1: 120,000.01 paid out, the contract lends 120,000.00"


def test_a_history_with_a_gap_is_refused():
    with refused(InvalidHistory, code="ledger.invalid_history", value=3, limit=2) as caught:
        replace(a_loan(), entries=(PAID_OUT, an_entry(3, received_fen=1)))
    assert str(caught.value) == "HT-1: entry 3 cannot stand at place 2"


def test_no_entry_may_precede_the_disbursement():
    eve = date(2024, 1, 14)

    with refused(
        BeforeDisbursement,
        code="loan.before_disbursement",
        value=eve,
        limit=date(2024, 1, 15),
    ):
        replace(a_loan(), entries=(PAID_OUT, an_entry(2, on=eve, received_fen=1)))
    loan = a_loan()
    with refused(
        BeforeDisbursement,
        code="loan.before_disbursement",
        value=eve,
        limit=date(2024, 1, 15),
        keeps=loan,
    ) as caught:
        loan.repay(cny(1), on=eve, ref="R1")
    assert str(caught.value) == "HT-1 was paid out on 2024-01-15; 2024-01-14 is before it"


def test_a_repayment_is_an_entry_with_its_voucher():
    loan = a_loan().repay(cny("600.50"), on=FEB, ref="R1", booked_on=MAR)

    assert loan.entries[1] == Entry(
        number=2,
        kind=EntryKind.REPAYMENT,
        on=FEB,
        booked_on=MAR,
        ref="R1",
        received_fen=600_50,
    )
    assert a_loan().repay(cny(1), on=FEB, ref="R1").entries[1].booked_on == FEB


def test_the_same_repayment_again_changes_nothing():
    loan = pays(a_loan(), (10_600, FEB))

    assert loan.repay(cny(10_600), on=FEB, ref="R1") is loan
    assert loan.repay(cny(10_600), on=FEB, ref="R1", booked_on=FEB) is loan


def test_the_same_repayment_again_changes_nothing_even_when_the_loan_is_closed_or_claimed():
    repaid = pays_on_time(a_loan(), 1, 12)
    _, claimed = pay_claim(a_fund(), pays_on_time(a_loan()), on=date(2024, 6, 30), ref="P1")

    assert repaid.repay(cny(10_600), on=FEB, ref="due 1") is repaid
    assert claimed.repay(cny(10_600), on=FEB, ref="due 1") is claimed


@pytest.mark.parametrize(
    "other",
    [
        {"amount": cny("10599.99")},
        {"on": date(2024, 2, 16)},
        {"booked_on": date(2024, 2, 16)},
    ],
)
def test_a_voucher_cannot_stand_for_two_repayments(other):
    loan = pays(a_loan(), (10_600, FEB))
    act = {"amount": cny(10_600), "on": FEB} | other

    with refused(
        RefConflict, code="ledger.ref_conflict", value="R1", limit=2, keeps=loan
    ) as caught:
        loan.repay(act.pop("amount"), ref="R1", **act)
    assert str(caught.value) == ("HT-1: voucher R1 already stands for repayment 2 of 2024-02-15")


@pytest.mark.parametrize("amount", [cny(0), cny(-1)])
def test_a_repayment_of_nothing_is_refused(amount):
    loan = a_loan()

    with refused(
        InvalidAmount, code="money.invalid_amount", value=amount, limit=ZERO, keeps=loan
    ) as caught:
        loan.repay(amount, on=FEB, ref="R1")
    assert str(caught.value).startswith("a repayment must be more than 0.00")


def test_a_repayment_booked_before_it_was_made_is_refused():
    loan = a_loan()

    with refused(
        InvalidDate,
        code="periods.invalid_date",
        value=date(2024, 2, 14),
        limit=FEB,
        keeps=loan,
    ):
        loan.repay(cny(600), on=FEB, ref="R1", booked_on=date(2024, 2, 14))


@pytest.mark.parametrize(
    ("amount", "on", "limit"),
    [
        ("10600.01", FEB, "10600.00"),
        ("0.01", date(2024, 2, 14), "0.00"),
        ("0.01", date(2024, 1, 15), "0.00"),  # the day of disbursement
        ("21150.01", date(2024, 4, 14), "21150.00"),
    ],
)
def test_more_than_had_fallen_due_is_refused(amount, on, limit):
    loan = a_loan()

    with refused(
        OverRepayment,
        code="loan.over_repayment",
        value=cny(amount),
        limit=cny(limit),
        keeps=loan,
    ) as caught:
        loan.repay(cny(amount), on=on, ref="R1")
    assert str(caught.value).startswith(f"HT-1: {show(cny(amount))} received on {on}, but only")


def test_an_earlier_payment_learned_late_may_not_leave_a_later_one_without_a_debt():
    # 15 March: 21,150 met both installments. A payment of February would be 10,600 too much.
    loan = pays(a_loan(), (21_150, MAR))

    with refused(
        OverRepayment,
        code="loan.over_repayment",
        value=cny(21_150),
        limit=cny("21149.99"),
        keeps=loan,
    ) as caught:
        loan.repay(cny("0.01"), on=FEB, ref="R2", booked_on=APR)
    assert "received on 2024-03-15" in str(caught.value)


def test_money_on_a_loan_repaid_in_full_is_refused():
    loan = pays_on_time(a_loan(), 1, 12)

    with refused(LoanClosed, code="loan.closed", value=cny(1), limit="0.00", keeps=loan) as caught:
        loan.repay(cny(1), on=date(2025, 2, 1), ref="R99")
    assert str(caught.value) == "HT-1 is repaid in full; nothing is owed on 2025-02-01"


@pytest.mark.parametrize(
    ("on", "way", "zh"),
    [
        (date(2024, 6, 1), "book it as a recovery", "应按追偿回收登记"),
        (date(2024, 5, 25), "book it as a recovery", "应按追偿回收登记"),
        (date(2024, 5, 24), "undo the payout first", "应先冲正代偿"),
    ],
)
def test_money_of_the_borrower_after_a_payout_is_refused(on, way, zh):
    _, loan = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="P1")

    with refused(
        LoanClaimed, code="loan.claimed", value=on, limit=date(2024, 5, 25), keeps=loan
    ) as caught:
        loan.repay(cny(1), on=on, ref="R1")
    assert str(caught.value) == (
        f"HT-1: the fund paid on 2024-05-25; money received on {on}: {way}"
    )
    assert caught.value.zh.endswith(zh)


def test_a_reversal_names_the_entry_it_undoes():
    loan = pays(a_loan(), (600, FEB)).reverse(2, on=MAR, ref="C1", booked_on=APR)

    assert loan.entries[2] == Entry(
        number=3, kind=EntryKind.REVERSAL, on=MAR, booked_on=APR, ref="C1", undoes=2
    )
    assert pays(a_loan(), (600, FEB)).reverse(2, on=MAR, ref="C1").entries[2].booked_on == MAR


def test_a_reversal_frees_the_voucher_of_the_entry_it_undoes():
    loan = pays(a_loan(), (600, FEB)).reverse(2, on=FEB, ref="C1")
    right = loan.repay(cny(10_600), on=FEB, ref="R1")

    assert [entry.number for entry in right.entries] == [1, 2, 3, 4]
    assert right.position(as_of=FEB).outstanding == cny(110_000)


def test_the_same_reversal_again_changes_nothing():
    loan = pays(a_loan(), (600, FEB)).reverse(2, on=MAR, ref="C1")

    assert loan.reverse(2, on=MAR, ref="C1") is loan


def test_a_voucher_cannot_stand_for_two_reversals():
    loan = pays(a_loan(), (600, FEB), (700, MAR)).reverse(2, on=MAR, ref="C1")

    with refused(
        RefConflict, code="ledger.ref_conflict", value="C1", limit=4, keeps=loan
    ) as caught:
        loan.reverse(2, on=APR, ref="C1")
    assert str(caught.value) == "HT-1: voucher C1 already stands for reversal 4 of 2024-03-15"
    with refused(RefConflict, code="ledger.ref_conflict", value="C1", limit=4, keeps=loan):
        loan.reverse(3, on=MAR, ref="C1")


@pytest.mark.parametrize(
    ("number", "why", "zh"),
    [
        (0, "it does not stand", "冲正"),
        (-1, "it does not stand", "冲正"),
        (1, "a disbursement is not undone on the loan alone", "：该类流水不能仅在贷款一方冲正"),
        (2, "it does not stand", "冲正"),  # reversed already
        (3, "it does not stand", "冲正"),  # a reversal
        (4, "it does not stand", "冲正"),  # unknown
    ],
)
def test_what_cannot_be_undone_is_refused(number, why, zh):
    loan = pays(a_loan(), (600, FEB)).reverse(2, on=MAR, ref="C1")

    with refused(
        NotReversible,
        code="ledger.not_reversible",
        value=number,
        limit="a standing entry on which nothing rests",
        keeps=loan,
    ) as caught:
        loan.reverse(number, on=MAR, ref="C2")
    assert str(caught.value) == f"HT-1: entry {number} cannot be reversed: {why}"
    assert caught.value.zh.endswith(zh)


def test_a_payment_on_which_a_payout_rests_cannot_be_undone():
    loan = pays(a_loan(), (600, FEB))
    _, loan = pay_claim(a_fund(), loan, on=date(2024, 5, 25), ref="P1")

    with refused(
        NotReversible,
        code="ledger.not_reversible",
        value=2,
        limit="a standing entry on which nothing rests",
        keeps=loan,
    ) as caught:
        loan.reverse(2, on=date(2024, 6, 1), ref="C1")
    assert str(caught.value) == "HT-1: entry 2 cannot be reversed: the payout rests on it"
    assert caught.value.zh.endswith("：其后的代偿以其为据")
    with refused(
        NotReversible,
        code="ledger.not_reversible",
        value=3,
        limit="a standing entry on which nothing rests",
        keeps=loan,
    ) as caught:
        loan.reverse(3, on=date(2024, 6, 1), ref="C1")
    assert str(caught.value).endswith("a claim_payout is not undone on the loan alone")


def test_a_reversal_before_the_entry_it_undoes_is_refused():
    loan = pays(a_loan(), (600, FEB))

    with refused(
        InvalidDate,
        code="periods.invalid_date",
        value=date(2024, 2, 14),
        limit=FEB,
        keeps=loan,
    ) as caught:
        loan.reverse(2, on=date(2024, 2, 14), ref="C1")
    assert "HT-1: an entry and its reversal" in str(caught.value)


@pytest.mark.parametrize("day", [datetime(2024, 3, 1, tzinfo=UTC), "2024-03-01"])
def test_an_act_on_anything_but_a_plain_day_is_refused(day):
    loan = pays(a_loan(), (600, FEB))

    for what, act in {
        "an entry": lambda: loan.repay(cny(1), on=day, ref="R2"),
        "a reversal": lambda: loan.reverse(2, on=day, ref="C1"),
    }.items():
        with refused(
            InvalidDate, code="periods.invalid_date", value=day, limit="datetime.date", keeps=loan
        ) as caught:
            act()
        assert f"the day of {what} must" in str(caught.value)


def test_the_payout_of_a_loan_is_the_one_that_stands():
    _, loan = pay_claim(a_fund(), pays(a_loan(), (600, FEB)), on=date(2024, 5, 25), ref="P1")

    assert loan.payout == loan.entries[2]
    assert pays(a_loan(), (600, FEB)).payout is None


@pytest.mark.parametrize(
    ("guarantee", "by"), [(None, "no fund"), (replace(PROMISE, fund_id="F-02"), "F-02")]
)
def test_a_fund_that_promised_nothing_is_named(guarantee, by):
    loan = a_loan(guarantee=guarantee)

    with refused(
        NotGuaranteed, code="guarantee.not_guaranteed", value="F-01", limit=by, keeps=loan
    ) as caught:
        loan.promise("F-01")
    assert str(caught.value) == f"HT-1 is guaranteed by {by}, not by F-01"
    assert a_loan().promise("F-01") == PROMISE


def test_the_exposure_falls_as_principal_is_repaid():
    # 10,600 in February: 10,000 of principal. 300 in March is interest only and changes nothing.
    loan = pays(a_loan(), (10_600, FEB), (300, MAR), (11_000, APR))

    # April: 250 + 500 of interest, 10,250 of principal; 80 % of it is 8,200.
    assert loan.exposure_steps() == (
        ExposureStep(on=date(2024, 1, 15), exposure_fen=120_000_00, covered_fen=96_000_00),
        ExposureStep(on=FEB, exposure_fen=-10_000_00, covered_fen=-8_000_00),
        ExposureStep(on=APR, exposure_fen=-10_250_00, covered_fen=-8_200_00),
    )
    assert loan.exposure_steps()[1].exposure == cny(-10_000)
    assert loan.exposure_steps()[1].covered == cny(-8_000)


def test_the_exposure_of_a_claimed_loan_is_nil_from_the_payout_on():
    fund, loan = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="P1")
    _, loan = receive_recovery(fund, loan, cny(50_000), on=date(2024, 6, 25), ref="Z1")

    assert loan.exposure_steps()[1:] == (
        ExposureStep(on=date(2024, 5, 25), exposure_fen=-120_000_00, covered_fen=-96_000_00),
    )


def test_covered_steps_add_up_to_the_covered_share_of_what_is_left():
    # Half of 3, 2, 1 and 0 fen, each rounded up, is 2, 1, 1 and 0.
    loan = a_loan(
        principal=cny("0.03"),
        months=3,
        annual_rate=Decimal(0),
        guarantee=replace(PROMISE, coverage=percent("50")),
    )
    steps = pays_on_time(loan, 1, 3).exposure_steps()

    assert [step.exposure_fen for step in steps] == [3, -1, -1, -1]
    assert [step.covered_fen for step in steps] == [2, -1, 0, -1]


@pytest.mark.parametrize("on", [None, "2024-03-15", datetime(2024, 3, 15, tzinfo=UTC)])
def test_terms_are_asked_for_by_a_plain_day(on):
    for question in (a_loan().terms_in_force, a_loan().guaranteed_terms):
        with pytest.raises(InvalidDate):
            question(on=on)


def test_the_number_zero_names_no_entry_to_reverse():
    loan = a_loan()

    with pytest.raises(NotReversible):
        loan.reverse(0, on=date(2024, 2, 1), ref=loan.entries[0].ref)
