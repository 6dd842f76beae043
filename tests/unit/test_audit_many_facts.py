"""Audits where several facts of a kind, facts of loans not held, or later facts are handed in."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from audit_book import (
    AS_OF,
    FIRST,
    LIMITS,
    PROMISE,
    Q3_DUE,
    RULES,
    a_loan,
    a_person,
    bank_loan,
    id_number,
    paid,
    rows_of,
)
from audit_book import chased as every_rung
from audit_faults import FEN, a_fund, asking
from microloan import (
    Dated,
    GuaranteeFund,
    InterestQuarter,
    InvalidTerms,
    Prepayment,
    accelerate,
    cny,
    extend,
    fen,
    from_fen,
    pay_claim,
)
from microloan.checks import (
    Business,
    Check,
    Facts,
    FundFlow,
    LoanFile,
    LoanMarks,
    OutstandingRow,
    OverduePayment,
    PayoutRow,
    Suretyship,
    audit_loans,
    read_rows,
)
from microloan.claim_filing import approve_claim, file_claim
from microloan.correction import Clawback
from microloan.default import charge_costs
from microloan.filing import draw_request
from microloan.finding import Severity
from microloan.fund_path import leverage_path
from microloan.guarantee import Covers
from microloan.levels import LevelAmount
from microloan.party import BlacklistEntry
from microloan.penalty import Multiple
from microloan.policy import Channel, Level, Line
from microloan.reminder import Contact, Outcome
from refusals import refused
from requesting import HALVES

A_DAY = timedelta(1)
LOAN = paid(a_loan("HT-1"))
STOPPED = paid(a_loan("HT-1"), Q3_DUE - A_DAY)
PAID_ON = Q3_DUE + timedelta(90)
PAYOUT = PayoutRow(loan_id="HT-1", fund_id="F-01", on=PAID_ON, ref="代1", principal=cny(96_000))
FLOW = FundFlow(
    fund_id="F-01", kind="claim_payout", amount=cny(-96_000), on=PAID_ON, ref="代1", loan_id="HT-1"
)
HALF = replace(FLOW, amount=cny(-48_000))


def audit(*loans, as_of=AS_OF, under=RULES, **facts):
    facts = Facts(**{"limits": LIMITS} | facts)
    return audit_loans(loans or (LOAN,), facts, under=under, as_of=as_of)


def codes(*loans, **facts):
    """What is found, without the area."""
    found = audit(*loans, **facts).findings
    return [finding.code.removeprefix("audit.") for finding in found]


def untold(*loans, **facts):
    """Which questions could not be judged, though their facts were given."""
    told = audit(*loans, **facts).unanswered
    return [(one.check.name, one.asks) for one in told if not one.why.startswith("not given")]


# ---- loans that the book does not hold


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"payouts": (replace(PAYOUT, loan_id="HT-9"),)}, ["k18_not_in_the_book"]),
        ({"flows": (replace(FLOW, loan_id="HT-9"),)}, ["k17_not_in_the_book"]),
        ({"flows": (replace(FLOW, loan_id="HT-9", on=AS_OF + A_DAY),)}, []),
        (
            {
                "outstanding": (
                    OutstandingRow(
                        loan_id="HT-9", since=FIRST, until=AS_OF, opening=cny(5), closing=cny(7)
                    ),
                )
            },
            ["k15_not_in_the_book", "k15_does_not_close"],
        ),
        (
            {
                "overdue_payments": (
                    OverduePayment(loan_id="HT-9", on=Q3_DUE, amount=cny(5), ref="还1"),
                )
            },
            ["k19_not_in_the_book"],
        ),
        (
            {
                "files": (
                    LoanFile(loan_id="HT-9", prepared_by="U-1", decided_on=FIRST, sign_offs=()),
                )
            },
            ["k25_not_in_the_book"],
        ),
    ],
)
def test_no_fact_about_a_loan_that_the_book_does_not_hold_is_dropped(facts, found):
    assert codes(**facts) == found


def test_a_loan_paid_out_after_the_day_is_not_held_yet():
    later = a_loan("HT-9", disbursed_on=AS_OF + A_DAY)

    assert codes(LOAN, later, payouts=(replace(PAYOUT, loan_id="HT-9"),)) == ["k18_not_in_the_book"]


# ---- payouts: K17, K18


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"payouts": (replace(PAYOUT, fund_id="F-99"),)}, ["k17_other_fund"]),
        ({"payouts": (PAYOUT,), "flows": (FLOW,)}, []),
        ({"flows": (FLOW,)}, []),
        ({"flows": (replace(FLOW, amount=cny("-96000.01")),)}, ["k18_above_share"]),
        ({"flows": (FLOW, replace(FLOW, ref="代2", amount=-FEN))}, ["k18_above_share"]),
        ({"flows": (FLOW, replace(FLOW, amount=-FEN))}, ["k18_above_share"]),
        (
            {
                "flows": (
                    replace(FLOW, amount=cny(-48_000)),
                    replace(FLOW, ref="代2", amount=cny(-48_000)),
                )
            },
            [],
        ),
        (
            {"payouts": (PAYOUT,), "flows": (replace(FLOW, amount=cny(-90_000)),)},
            ["k18_other_amount"],
        ),
        ({"payouts": (replace(PAYOUT, on=AS_OF + A_DAY),)}, []),
    ],
)
def test_what_any_list_states_of_payouts_is_held_against_the_share(facts, found):
    """The share is 96,000, 80 % of 120,000; one voucher is one payout, whichever list has it."""
    assert codes(STOPPED, **facts) == found


def test_a_second_payout_beside_that_of_the_book_is_found():
    fund = a_fund(Check.K18, cny(1_000_000))
    loan = replace(STOPPED, guarantee=replace(PROMISE, fund_id=fund.id))
    fund, loan = pay_claim(fund, loan, on=PAID_ON, ref="代1")
    flow = replace(FLOW, fund_id=fund.id)

    assert codes(loan, flows=(flow,)) == []
    assert codes(loan, flows=(flow, replace(flow, ref="银行7"))) == ["k18_above_share"]
    assert codes(loan, flows=(replace(flow, amount=cny(-120_000)),)) == [
        "k18_other_amount",
        "k18_above_share",
    ]


def test_interest_that_is_covered_is_held_against_its_share_too():
    """Earned from 21 June to 19 December: 120,000 × 3.95 % × 181 / 360 = 2,383.17; 80 % of it."""
    both = replace(PROMISE, covers=Covers.PRINCIPAL_AND_INTEREST)
    loan = replace(STOPPED, guarantee=both)
    owed = loan.position(as_of=PAID_ON)
    interest = (owed.arrears_interest_fen + owed.accrued_fen) * 8 // 10

    assert abs(interest - 190_653) <= 1
    assert codes(loan, payouts=(replace(PAYOUT, interest=cny("1906.53")),)) == []
    assert codes(loan, payouts=(replace(PAYOUT, interest=cny(500_000)),)) == ["k18_above_share"]


def a_contact(due_on, days, on):
    return Contact(
        loan_id="HT-1",
        due_on=due_on,
        days=days,
        on=on,
        channel=Channel.PHONE,
        officer="U-1",
        outcome=Outcome.DELIVERED,
        ref="催1",
    )


@pytest.mark.parametrize(
    ("contact", "found"),
    [
        (a_contact(Q3_DUE, 1, Q3_DUE + A_DAY), []),
        (a_contact(Q3_DUE, 90, PAID_ON), []),
        (a_contact(Q3_DUE, 90, PAID_ON + A_DAY), ["k18_not_chased"]),
        (a_contact(date(2024, 3, 20), 1, date(2024, 3, 21)), ["k18_not_chased"]),
        (a_contact(Q3_DUE, 1, date(2024, 2, 1)), ["k18_not_chased"]),
    ],
    ids=["after the due day", "on the day", "too late", "of what was paid", "before it was due"],
)
def test_chasing_is_about_what_was_due_and_unpaid_by_the_payout(contact, found):
    got = codes(STOPPED, payouts=(PAYOUT,), contacts=(contact,))

    assert [code for code in got if code.startswith("k18")] == found


def test_where_a_claim_was_filed_chasing_counts_by_its_day():
    fund = a_fund(Check.K18, cny(1_000_000))
    loan = replace(STOPPED, guarantee=replace(PROMISE, fund_id=fund.id))
    fund = file_claim(fund, loan, on=PAID_ON, ref="申请1")
    fund = approve_claim(fund, "HT-1", filing="申请1", on=PAID_ON + A_DAY, ref="批1")
    fund, loan = pay_claim(fund, loan, on=PAID_ON + 2 * A_DAY, ref="代1")

    def found(on):
        got = codes(loan, funds=(fund,), contacts=(a_contact(Q3_DUE, 90, on),))
        return [code for code in got if code.startswith("k18")]

    assert found(PAID_ON) == []
    assert found(PAID_ON + A_DAY) == ["k18_not_chased"]


# ---- arrears: K19, K20


def test_what_is_overdue_is_that_of_the_day_with_its_charges():
    """Matured on 3 July and unpaid, at half more than the rate; all is paid on 12 August."""
    half_more = Dated("penalty", ((date(2000, 1, 1), Multiple(Decimal("1.5"))),))
    loan = paid(a_loan("HT-1", months=6, penalty=half_more), date(2024, 6, 21))
    on = date(2024, 8, 12)
    owed = loan.payoff(on=on).total

    assert codes(loan, overdue_payments=(overdue(owed, on=on),)) == []
    assert codes(loan.repay(owed, on=on, ref="还1"), overdue_payments=(overdue(owed, on=on),)) == []
    assert codes(loan, overdue_payments=(overdue(owed + FEN, on=on),)) == ["k19_overpaid"]


def overdue(amount, ref="还1", on=date(2024, 10, 2)):
    return OverduePayment(loan_id="HT-1", on=on, amount=amount, ref=ref)


def test_payments_of_one_day_count_together():
    owed = STOPPED.position(as_of=date(2024, 10, 2)).arrears
    half = from_fen(fen(owed) // 2)

    assert codes(STOPPED, overdue_payments=(overdue(half), overdue(half, "还2"))) == []
    assert codes(STOPPED, overdue_payments=(overdue(owed), overdue(FEN, "还2"))) == ["k19_overpaid"]
    assert codes(STOPPED, overdue_payments=(overdue(2 * owed, on=AS_OF + A_DAY),)) == []


def test_the_payment_that_the_book_holds_is_not_set_against_itself():
    day = date(2024, 10, 2)
    owed = STOPPED.position(as_of=day).arrears
    loan = STOPPED.repay(owed, on=day, ref="还1")

    assert codes(loan, overdue_payments=(overdue(owed),)) == []


def test_what_is_paid_or_recorded_later_is_not_known_yet():
    """Due on 20 June and never chased; on 10 September nobody knows that it will be paid."""
    loan = paid(a_loan("HT-1"), date(2024, 3, 31))
    late = loan.repay(loan.position(as_of=date(2024, 12, 1)).arrears, on=date(2024, 12, 1), ref="1")
    told = tuple(
        replace(one, on=date(2024, 12, 28), booked_on=None)
        for due_on in (date(2024, 6, 20), Q3_DUE)
        for one in every_rung("HT-1", due_on)
    )

    for given, contacts in ((late, ()), (loan, told)):
        assert "k20_reminder_missing" in codes(given, contacts=contacts, as_of=date(2024, 9, 10))


def test_no_rung_is_missing_before_the_act_that_made_the_due_day():
    called = accelerate(STOPPED, on=date(2024, 12, 24), ref="提前到期")
    taken = [one for due in (Q3_DUE, date(2024, 12, 20)) for one in every_rung("HT-1", due)]
    taken += [one for one in every_rung("HT-1", date(2024, 12, 24)) if one.days > 0]
    longer = paid(a_loan("HT-1", months=6, interval_months=1), date(2024, 6, 21))
    longer = extend(longer, months=6, on=date(2024, 7, 3), ref="展期")
    owed = longer.position(as_of=date(2024, 7, 4)).arrears
    longer = longer.repay(owed, on=date(2024, 7, 3), ref="息")

    assert codes(called, contacts=tuple(taken)) == []
    assert codes(longer, contacts=(), as_of=date(2024, 7, 8)) == []


# ---- several facts of one kind: K10, K11, K12, K22, K24


def both_ways(name, one, other, **facts):
    """What is found with two facts, in whichever order they are listed."""
    found = codes(**{name: (one, other)} | facts)
    assert codes(**{name: (other, one)} | facts) == found
    return found


def test_two_businesses_are_both_judged():
    first = Business(loan_id="HT-1", holder="", opened_on=date(2019, 1, 2))
    gone = replace(first, closed_on=date(2023, 1, 2))
    second = replace(gone, opened_on=date(2020, 1, 2))

    assert both_ways("businesses", first, gone) == ["k11_before_decision", "k11_registers_differ"]
    assert both_ways("businesses", first, second) == ["k11_before_decision"]
    assert both_ways("businesses", first, first) == []


def test_a_person_of_two_registers_is_judged_by_both():
    living = a_person(LOAN.borrower, 1)
    dead = replace(living, died_on=date(2020, 1, 2))

    assert both_ways("persons", living, dead) == ["k24_lent_after_death", "k24_registers_differ"]
    other_spouse = both_ways(
        "persons", replace(living, spouse="S-1"), replace(living, spouse="S-2")
    )
    assert other_spouse == ["k24_registers_differ"]


def test_both_spouses_by_two_registers_are_looked_up():
    person = a_person(LOAN.borrower, 1)
    entry = BlacklistEntry(person="S-2", since=date(2023, 1, 1))
    persons = (replace(person, spouse="S-1"), replace(person, spouse="S-2"))

    assert "k09_blacklisted" in codes(persons=persons, blacklist=(entry,))


def test_every_row_of_the_bank_is_judged_and_a_contradiction_told():
    rows = tuple(rows_of(LOAN)[:1])
    right = bank_loan(LOAN)
    wrong = replace(right, principal=cny(1))

    found = both_ways("bank_loans", right, wrong, subsidies=rows)
    assert sorted(found) == ["k12_bank_rows_differ", "k12_other_amount"]
    assert both_ways("bank_loans", right, replace(right, row=7), subsidies=rows) == []


def test_marks_that_differ_are_a_question():
    marks = LoanMarks(loan_id="HT-1", account="A-1")

    assert both_ways("marks", marks, replace(marks, account="A-2")) == ["k22_marks_differ"]
    assert both_ways("marks", marks, LoanMarks(loan_id="HT-1", phone="P-1")) == []


@pytest.mark.parametrize(("years", "found"), [(17, ["k10_too_young"]), (18, [])])
def test_a_borrower_is_as_old_as_the_audit_asks_on_the_day_of_the_decision(years, found):
    born_on = FIRST.replace(year=FIRST.year - years)
    person = a_person(LOAN.borrower, 1, born_on=born_on, id_number=id_number(1, born_on))

    assert codes(persons=(person,)) == found
    without = audit(persons=(person,), limits=replace(LIMITS, least_age=None))
    assert without.findings == ()
    assert ("was the borrower too young", "not given: least_age") in [
        (one.asks, one.why) for one in without.unanswered
    ]


def test_a_number_of_a_first_card_is_a_question_and_a_small_x_is_right():
    small = next(n for n in range(1000) if id_number(n, date(1980, 1, 2)).endswith("X"))
    number = id_number(small, date(1980, 1, 2))
    person = a_person("B-9", 1, born_on=date(1980, 1, 2), id_number=number.lower())
    first = replace(person, id_number=number[:6] + number[8:17])

    assert codes(persons=(person,)) == []
    found = audit(persons=(first,)).findings
    assert [(one.code, one.severity) for one in found] == [
        ("audit.k24_number_of_first_card", Severity.QUESTION)
    ]
    shared = codes(persons=(replace(person, id="B-8", name=""), first))
    assert shared == ["k24_number_shared", "k24_number_of_first_card"]


# ---- the book's own arrears: K09


LATE = paid(a_loan("HT-A", borrower="B-1"), FIRST)
AGAIN = paid(a_loan("HT-B", borrower="B-1", disbursed_on=date(2024, 10, 8)))


def of_k09(*loans, **facts):
    return [code for code in codes(*loans, **facts) if code.startswith("k09")]


def test_who_is_late_in_the_book_itself_stands_on_the_blacklist():
    """Nothing paid since 20 March: ninety days past due on 18 June, lent to again in October."""
    assert of_k09(LATE, AGAIN) == ["k09_blacklisted"]
    before = paid(a_loan("HT-B", borrower="B-1", disbursed_on=date(2024, 6, 17)))
    assert of_k09(LATE, before) == []
    surety = Suretyship(person="B-1", loan_id="HT-C")
    other = paid(a_loan("HT-C", disbursed_on=date(2024, 10, 8)))
    assert of_k09(LATE, other, suretyships=(surety,)) == ["k09_blacklisted"]


def test_who_stands_on_the_list_handed_in_too_is_found_once():
    entry = BlacklistEntry(person="B-1", since=date(2024, 10, 1))

    assert of_k09(LATE, AGAIN, blacklist=(entry,)) == ["k09_blacklisted"]


def test_a_rule_of_the_blacklist_that_is_not_known_is_told():
    later = Line(Dated("blacklist", ((date(2030, 1, 1), RULES.blacklist.values[0][1]),)))
    told = untold(LATE, under=replace(RULES, blacklist=later))

    assert ("K09", "is the rule of the blacklist known") in told


# ---- subsidies: K01, K02, K13, K14


def request(number, on, earlier=(), **more):
    return draw_request(
        [LOAN],
        lender="BANK-9",
        quarter=InterestQuarter(2024, number),
        under=RULES,
        shares=HALVES,
        on=on,
        earlier=earlier,
        **more,
    )


def test_a_line_in_two_requests_is_asked_for_twice_unless_it_was_taken_back():
    first = request(1, date(2024, 3, 25))
    again = replace(first, quarter=InterestQuarter(2024, 3), on=date(2024, 9, 25))
    line = first.lines[0]
    back = Clawback(loan_id="HT-1", due_on=line.due_on, amount=line.subsidy, ref="责令1")
    second = request(2, date(2024, 6, 25), (first,), clawbacks=(back,))

    assert codes(requests=(first, again)) == ["k01_same_days"]
    assert codes(requests=(first, second, again)) == []


def test_a_row_that_asks_nothing_subsidizes_no_day():
    short = paid(a_loan("HT-1", months=6))
    last = rows_of(short)[-1]
    after = replace(
        asking(last, 0, interest=cny(0)),
        opens_on=last.closes_on,
        closes_on=last.closes_on + timedelta(30),
    )

    assert codes(short, subsidies=(last, after)) == []


def test_levels_bear_what_was_agreed():
    row = rows_of(LOAN)[0]
    central, county = row.levels
    other = replace(
        row,
        levels=(
            replace(central, amount_fen=central.amount_fen + 100),
            replace(county, amount_fen=county.amount_fen - 100),
        ),
    )
    undivided = replace(row, levels=(central, LevelAmount(level=Level.LOCAL, amount_fen=0), county))

    assert codes(subsidies=(row,), shares=HALVES) == []
    assert codes(subsidies=(undivided,), shares=HALVES) == []
    assert codes(subsidies=(other,), shares=HALVES) == ["k13_other_shares"]
    assert untold(subsidies=(other,)) == [("K13", "are the shares those agreed")]
    assert untold(subsidies=(replace(row, levels=()),), shares=HALVES) == [
        ("K13", "do the levels add up")
    ]


def to_december(loan, day, interest, subsidy):
    last = rows_of(loan)[-1]
    return replace(last, closes_on=day, interest=interest, subsidy=subsidy, levels=())


def test_days_after_the_last_interest_day_are_computed_by_what_they_earn():
    """96 days from 21 September to 25 December: 120,000 × 3.95 % × 96 / 360 = 1,264.00."""
    row = to_december(LOAN, date(2024, 12, 26), cny(1_264), cny(632))
    more = replace(row, subsidy=cny("632.02"))

    assert codes(subsidies=(row,)) == []
    assert codes(subsidies=(more,)) == ["k14_other_subsidy"]


def test_a_row_beyond_the_day_of_the_audit_is_not_judged():
    row = to_december(LOAN, date(2025, 1, 1), cny(1_343), cny("671.50"))

    assert codes(subsidies=(row,)) == []
    assert ("K14", "does computing anew confirm it") in untold(subsidies=(row,))


def test_the_running_period_is_that_which_was_known_on_the_day():
    """A part is repaid on 27 December; what became known later than that is not told apart."""
    day = date(2024, 12, 26)
    row = to_december(LOAN, day, cny(1_264), cny(632))
    early = LOAN.prepay(cny(60_000), on=day + A_DAY, ref="提前", then=Prepayment.LOWER)

    assert codes(early, subsidies=(row,), as_of=day) == []
    backdated = charge_costs(early, cny(10), on=day, ref="费1")
    assert untold(backdated, subsidies=(row,), as_of=day)[-1][0] == "K14"


# ---- another ledger: K15


def outstanding(**changes):
    usual = {
        "loan_id": "HT-1",
        "since": date(2024, 7, 1),
        "until": AS_OF,
        "opening": cny(120_000),
        "closing": cny(120_000),
    }
    return OutstandingRow(**usual | changes)


def test_another_ledger_has_the_figures_of_the_book():
    less = outstanding(opening=cny(119_000), closing=cny(119_000))
    moved = outstanding(lent=cny(10), repaid=cny(10))

    assert codes(outstanding=(outstanding(),)) == []
    assert codes(outstanding=(less,)) == ["k15_other_than_the_book"]
    found = audit(outstanding=(moved,)).findings
    assert [one.figures for one in found] == [
        (("lent", "10.00 / 0.00"), ("repaid", "10.00 / 0.00"))
    ]
    beyond = outstanding(until=AS_OF + A_DAY)
    assert untold(outstanding=(beyond,)) == [("K15", "is it that of the book")]


# ---- funds: K16


FUND = GuaranteeFund(id="F-01", name="示例").deposit(cny(1_000_000), on=date(2024, 1, 2), ref="1")


def test_the_cap_is_judged_on_every_day_that_is_known():
    """A deposit of 10,000 carries 50,000 or 100,000, not 120,000; in May there is enough."""
    fund = GuaranteeFund(id="F-01", name="示例").deposit(cny(10_000), on=date(2024, 1, 2), ref="1")
    fund = fund.deposit(cny(90_000), on=date(2024, 5, 6), ref="2")
    points = leverage_path(fund, [LOAN], under=RULES, until=AS_OF).points
    found = audit(leverages=points).findings

    assert [one.code for one in found] == ["audit.k16_above_cap"]
    assert dict(found[0].figures)["days"] == "2024-01-03 - 2024-05-05"
    assert codes(leverages=points[-1:]) == []
    assert codes(leverages=points, as_of=date(2024, 5, 5)) == ["k16_above_cap"]


def test_a_fund_without_a_leverage_is_told():
    assert untold(funds=(FUND,), leverages=()) == [("K16", "is the cap kept")]


def test_the_yearly_payouts_are_held_against_the_loans_where_no_leverage_is_known():
    """96,000 is a fifth of 480,000: four more loans of 120,000 are enough, three are not."""
    fund, claimed = pay_claim(FUND, STOPPED, on=PAID_ON, ref="代1")
    others = [paid(a_loan(f"HT-{n}", months=12 + 3 * n)) for n in (2, 3, 4, 5)]

    def found(*loans, as_of=AS_OF, **more):
        got = codes(claimed, *loans, funds=(fund,), as_of=as_of, **more)
        return [code for code in got if code.startswith("k16")]

    assert found(*others) == []
    assert found(*others[:3]) == ["k16_yearly_payouts"]
    assert found(*others[:3], as_of=date(2025, 1, 2)) == ["k16_yearly_payouts"]
    asks = ("K16", "is the cap of a year's payouts kept")
    assert asks in untold(claimed, funds=(fund,))
    held = audit_loans(
        [claimed],
        Facts(limits=LIMITS, funds=(fund,)),
        under=RULES,
        as_of=AS_OF,
        held=["HT-1", "HT-2"],
    )
    assert "1 missing" in next(one.why for one in held.unanswered if one.asks == asks[1])


# ---- rows and refusals


def test_the_column_is_the_one_read_last_or_the_one_refused():
    def column(make, **row):
        return read_rows("名册", [row], make).refused[0].value

    assert column(lambda row: int(row["staff"]), staff="abc") == "row 1, staff"
    assert column(lambda row: row.get("name").strip(), name=None) == "row 1, name"
    assert column(lambda row: 1 / row["n"], n=0) == "row 1, n"
    assert column(lambda row: {"是": True}[row["flag"]], flag="也许") == "row 1, flag"
    assert column(lambda row: int("x")) == "row 1, unknown"


def test_an_audit_without_a_policy_is_refused():
    with refused(InvalidTerms, InvalidTerms.code, value="NoneType", limit="a Policy"):
        audit(under=None)
