"""The checks of an audit, each by a fault it finds and by the same thing on its limit."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from audit_book import (
    AS_OF,
    FIRST,
    LIMITS,
    NO_NOTES,
    PROMISE,
    Q3_DUE,
    RULES,
    a_book,
    a_loan,
    a_person,
    bank_loan,
    chased,
    paid,
    rows_of,
)
from audit_faults import FAULTS, FEN, a_fund, claimed
from histories import ANY_RATE
from microloan import (
    Amortization,
    Dated,
    GuaranteeFund,
    InterestQuarter,
    InvalidDate,
    InvalidTerms,
    LoanGivenTwice,
    cny,
    from_fen,
    pay_claim,
    percent,
    receive_recovery,
)
from microloan.budget import Budget
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
    Person,
    SubsidyRow,
    Suretyship,
    audit_loans,
    check_of,
)
from microloan.clearing import TreasuryPayment
from microloan.correction import Clawback
from microloan.entitlement import StopReason, SubsidyStop
from microloan.filing import draw_request
from microloan.finding import Finding, Severity
from microloan.frozen_line import freeze_line
from microloan.fund_ledger import FundEntryKind
from microloan.fund_path import leverage_path
from microloan.party import BlacklistEntry
from microloan.periods import HalfYear
from microloan.policy import Level, Line
from refusals import refused
from requesting import HALVES

LOAN = paid(a_loan("HT-1"))
"""120,000 from 3 January 2024 at 3.95 %: interest on 20 March, June, September and December."""
Q1, Q2 = InterestQuarter(2024, 1), InterestQuarter(2024, 2)


def audit(sample, *, under=RULES, as_of=AS_OF, **facts):
    """The audit of loans and all facts of a sample; ``facts`` replace some of them."""
    return audit_loans(sample.loans, replace(sample.facts(), **facts), under=under, as_of=as_of)


def codes(found):
    """What was found: code and subject."""
    return [(finding.code.removeprefix("audit."), finding.subject) for finding in found.findings]


def only(**facts):
    """The codes found about the one loan when nothing but these facts is given."""
    found = audit_loans([LOAN], Facts(limits=LIMITS, **facts), under=RULES, as_of=AS_OF)
    return [code for code, _ in codes(found)]


def about(loan, **facts):
    """The codes found about a loan when nothing but these facts is given."""
    found = audit_loans([loan], Facts(limits=LIMITS, **facts), under=RULES, as_of=AS_OF)
    return [code for code, _ in codes(found)]


# ---- each check: the fault, and the limit


@pytest.fixture(scope="module")
def clean():
    return a_book(80)


def test_the_clean_book_raises_nothing(clean):
    found = audit(clean)

    assert (found.loans, codes(found)) == (80, [])


def test_there_is_a_fault_for_every_check():
    assert list(FAULTS) == list(Check)


@pytest.mark.parametrize("check", Check, ids=lambda check: check.name)
def test_a_fault_is_found(clean, check):
    plant = FAULTS[check](True)
    found = audit(clean + plant.sample, budgets=())

    assert found.of(check)
    assert {finding.subject for finding in found.findings} <= plant.subjects
    for finding in found.of(check):
        assert finding.settle_by
        assert finding.settle_by_zh
        assert check_of(finding) is check


@pytest.mark.parametrize("check", Check, ids=lambda check: check.name)
def test_the_same_on_its_limit_is_not_found(clean, check):
    assert codes(audit(clean + FAULTS[check](False).sample, budgets=())) == []


# ---- what is subsidized: K01-K06


def test_days_in_a_file_and_in_a_request_of_the_book_are_subsidized_twice():
    """The first half-year is in the book, the second application repeats its first quarter."""
    request = draw_request(
        [LOAN], lender="BANK-9", quarter=Q1, under=RULES, on=date(2024, 3, 25), shares=HALVES
    )
    found = only(requests=(request,), subsidies=(replace(rows_of(LOAN)[0], ref="下半年"),))

    assert found == ["k01_same_days"]


def test_a_line_that_was_taken_back_is_subsidized_no_more():
    first = draw_request(
        [LOAN], lender="BANK-9", quarter=Q1, under=RULES, on=date(2024, 3, 25), shares=HALVES
    )
    line = first.lines[0]
    back = Clawback(loan_id="HT-1", due_on=line.due_on, amount=line.subsidy, ref="责令1")
    second = draw_request(
        [LOAN],
        lender="BANK-9",
        quarter=Q2,
        under=RULES,
        on=date(2024, 6, 25),
        shares=HALVES,
        earlier=(first,),
        clawbacks=(back,),
    )

    assert only(requests=(first, second), subsidies=(rows_of(LOAN)[0],)) == []


def test_a_short_span_within_a_long_one_does_not_hide_what_follows():
    whole, *_ = rows = rows_of(LOAN)
    long = replace(whole, closes_on=rows[2].closes_on, ref="全年")
    found = audit_loans(
        [LOAN],
        Facts(limits=LIMITS, subsidies=(long, *rows[:3])),
        under=RULES,
        as_of=AS_OF,
    )

    assert len(found.of(Check.K01)) == 3
    assert "78 days" in found.of(Check.K01)[0].sentence


def test_overdue_principal_bears_no_subsidy():
    """Of 120,000 in four parts, 30,000 were not paid in July; the file goes on with 90,000."""
    loan = a_loan("HT-1", amortization=Amortization.EQUAL_PRINCIPAL, settlement=None)
    due = loan.schedule[0]
    rows = rows_of(paid(loan))
    loan = loan.repay(due.total, on=due.due_on, ref="1")
    row = rows[2]

    assert row.principal == cny(60_000)
    late = [code for code in about(loan, subsidies=(row,)) if code.startswith(("k02", "k03"))]
    assert late == []
    row = replace(rows[1], opens_on=date(2024, 7, 4), closes_on=date(2024, 8, 4))
    late = [code for code in about(loan, subsidies=(row,)) if code.startswith(("k02", "k03"))]
    assert late == ["k02_overdue"]


def test_a_contract_above_the_cap_is_found_and_one_on_it_is_not():
    """3.45 % and a half points and a whole: 4.95 % at most on 3 January 2024."""
    above = a_loan("HT-1", annual_rate=percent("4.96"))
    within = a_loan("HT-1", annual_rate=percent("4.95"))

    assert about(above) == ["k04_above_cap"]
    assert about(within) == []


def test_a_free_rate_has_no_cap():
    loan = a_loan("HT-1", annual_rate=percent("9"))
    found = audit_loans([loan], Facts(limits=LIMITS), under=ANY_RATE, as_of=AS_OF)

    assert codes(found) == []


def test_a_request_at_another_rate_than_the_contract_is_found():
    request = draw_request(
        [LOAN], lender="BANK-9", quarter=Q1, under=RULES, on=date(2024, 3, 25), shares=HALVES
    )
    line = replace(request.lines[0], annual_rate=percent("4.95"))

    assert only(requests=(replace(request, lines=(line,)),)) == ["k04_other_rate"]


# ---- borrowers: K07, K08, K22


def test_a_loan_on_a_spouses_license_counts_for_the_spouse():
    """Three loans of her own and a fourth of her husband on her license; his is one only."""
    loans = [
        a_loan(
            f"HT-{place}",
            borrower="B-1" if place < 4 else "B-2",
            principal=cny(10_000 * place),
            disbursed_on=FIRST + timedelta(40 * place),
        )
        for place in (1, 2, 3, 4)
    ]
    husband = Person(id="B-2", spouse="B-1")
    hers = Business(loan_id="HT-4", holder="B-1", opened_on=date(2020, 1, 6))
    facts = Facts(limits=LIMITS, persons=(husband,), businesses=(hers,))
    found = audit_loans(loans, facts, under=RULES, as_of=AS_OF)

    assert codes(found) == [("k07_too_many", "B-1")]
    assert "HT-4 is loan 4 of B-1, 3 at most" in found.findings[0].sentence
    wife = replace(facts, persons=(Person(id="B-1", spouse="B-2"),))
    assert codes(audit_loans(loans, wife, under=RULES, as_of=AS_OF)) == [("k07_too_many", "B-1")]
    his = replace(hers, holder="B-2")
    facts = replace(facts, businesses=(his,))
    assert codes(audit_loans(loans, facts, under=RULES, as_of=AS_OF)) == []


def test_two_loans_closer_than_the_limit_are_a_question():
    loans = [
        a_loan("HT-1", borrower="B-1"),
        a_loan("HT-2", borrower="B-1", disbursed_on=FIRST + timedelta(29)),
    ]
    found = audit_loans(loans, Facts(limits=LIMITS), under=RULES, as_of=AS_OF)

    assert [(one.code, one.severity) for one in found.findings] == [
        ("audit.k07_too_close", Severity.QUESTION)
    ]


def test_a_number_of_loans_that_no_rule_knows_is_told():
    """No limit was read in a text before 财金〔2018〕22号."""
    loan = a_loan("HT-1", disbursed_on=date(2010, 3, 1), annual_rate=percent("5.31"))
    found = audit_loans([loan], Facts(limits=LIMITS), under=RULES, as_of=date(2010, 6, 30))

    told = [one for one in found.unanswered if one.check is Check.K07]
    assert [(one.asks, one.subjects) for one in told] == [
        ("is the number of loans known", ("HT-1",))
    ]
    assert "财金〔2018〕22号" in told[0].why


def alike(place):
    """A loan of one day and amount with others, of another bank and term."""
    return a_loan(f"HT-{place}", lender=f"BANK-{place}", months=12 + 3 * place)


@pytest.mark.parametrize(("loans", "found"), [(5, True), (4, False)])
def test_loans_alike_in_day_amount_and_term_are_a_cluster_of_whichever_banks(loans, found):
    given = [a_loan(f"HT-{place}", lender=f"BANK-{place}") for place in range(loans)]
    got = audit_loans(given, Facts(limits=LIMITS), under=RULES, as_of=AS_OF)

    assert codes(got) == ([("k22_same_terms", "HT-0")] if found else [])


@pytest.mark.parametrize(
    ("mark", "code"),
    [("phone", "k22_same_phone"), ("account", "k22_same_account"), ("handler", "k22_same_handler")],
)
@pytest.mark.parametrize(("loans", "found"), [(5, True), (4, False)])
def test_loans_with_one_mark_are_a_cluster(mark, code, loans, found):
    given = [alike(place) for place in range(loans)]
    marks = tuple(LoanMarks(loan_id=loan.id, **{mark: "M-1"}) for loan in given)
    got = audit_loans(given, Facts(limits=LIMITS, marks=marks), under=RULES, as_of=AS_OF)

    assert codes(got) == ([(code, "HT-0")] if found else [])


@pytest.mark.parametrize(("loans", "found"), [(5, True), (4, False)])
def test_a_surety_of_many_loans_is_a_cluster(loans, found):
    given = [alike(place) for place in range(loans)]
    sureties = tuple(Suretyship(person="G-1", loan_id=loan.id) for loan in given)
    got = audit_loans(given, Facts(limits=LIMITS, suretyships=sureties), under=RULES, as_of=AS_OF)

    assert codes(got) == ([("k22_same_surety", "HT-0")] if found else [])


# ---- the decision: K09-K11, K25


@pytest.mark.parametrize(("person", "role"), [("B-2", "spouse"), ("G-1", "surety")])
def test_spouse_and_surety_count_on_the_blacklist_too(person, role):
    found = audit_loans(
        [LOAN],
        Facts(
            limits=LIMITS,
            persons=(Person(id=LOAN.borrower, spouse="B-2"),),
            suretyships=(Suretyship(person="G-1", loan_id="HT-1"),),
            blacklist=(BlacklistEntry(person=person, since=date(2023, 1, 1)),),
        ),
        under=RULES,
        as_of=AS_OF,
    )

    assert codes(found) == [("k09_blacklisted", "HT-1")]
    assert f"its {role} {person}" in found.findings[0].sentence


def test_the_day_of_the_file_decides_not_that_of_signing():
    file = LoanFile(loan_id="HT-1", prepared_by="U-1", decided_on=date(2023, 12, 28), sign_offs=())
    entry = BlacklistEntry(person=LOAN.borrower, since=date(2023, 1, 1), until=date(2023, 12, 31))

    assert only(blacklist=(entry,), files=()) == []
    assert only(blacklist=(entry,), files=(file,)) == ["k09_blacklisted"]


@pytest.mark.parametrize(
    ("born_on", "found"), [(date(1949, 3, 1), False), (date(1948, 3, 1), True)]
)
def test_a_borrower_of_sixty_one_is_too_old_under_the_rule_of_2002(born_on, found):
    """Sixty at most: on 1 March 2009 whoever was born on 1 March 1949 is sixty."""
    loan = a_loan(
        "HT-1",
        principal=cny(50_000),
        disbursed_on=date(2009, 3, 1),
        annual_rate=percent("5.31"),
    )
    got = audit_loans(
        [loan],
        Facts(limits=LIMITS, persons=(Person(id=loan.borrower, born_on=born_on),)),
        under=RULES,
        as_of=date(2009, 3, 31),
    )

    assert [code for code, _ in codes(got)] == (["k10_too_old"] if found else [])


def test_a_person_without_a_day_of_birth_has_no_age():
    found = audit_loans(
        [LOAN],
        Facts(limits=LIMITS, persons=(Person(id=LOAN.borrower),)),
        under=RULES,
        as_of=AS_OF,
    )

    assert [one for one in found.unanswered if one.asks == "was the borrower too old"] == []


@pytest.mark.parametrize(("closed_on", "found"), [(FIRST - timedelta(1), True), (FIRST, False)])
def test_a_business_deregistered_before_the_decision_is_found(closed_on, found):
    gone = Business(loan_id="HT-1", holder="", opened_on=date(2020, 1, 6), closed_on=closed_on)

    assert only(businesses=(gone,)) == (["k11_before_decision"] if found else [])


def test_a_request_for_days_after_deregistration_is_found_unless_the_subsidy_was_stopped():
    """Deregistered on 1 February: 29 days of the first quarter bear one, if it was stopped."""
    closed_on = date(2024, 2, 1)
    gone = Business(loan_id="HT-1", holder="", opened_on=date(2020, 1, 6), closed_on=closed_on)
    stop = {"HT-1": SubsidyStop(on=closed_on, reason=StopReason.BUSINESS_CLOSED)}
    asking_for = {"lender": "BANK-9", "quarter": Q1, "under": RULES, "on": date(2024, 3, 25)}
    whole = draw_request([LOAN], shares=HALVES, **asking_for)
    part = draw_request([LOAN], shares=HALVES, stops=stop, **asking_for)

    assert only(requests=(whole,), businesses=(gone,)) == ["k11_subsidized_after"]
    assert only(requests=(part,), businesses=(gone,), stops=stop) == []
    found = only(requests=(whole,), businesses=(gone,), stops=stop)
    assert found == ["k14_other_subsidy"]


# ---- requests: K12-K14, K21


def test_a_subsidy_of_another_amount_than_the_bank_lent_is_found():
    rows = tuple(rows_of(LOAN)[:1])
    other = bank_loan(LOAN, principal=cny(100_000))
    later = bank_loan(LOAN, disbursed_on=FIRST + timedelta(1))

    assert only(subsidies=rows, bank_loans=(bank_loan(LOAN),)) == []
    assert only(subsidies=rows, bank_loans=(other,)) == ["k12_other_amount"]
    assert only(subsidies=rows, bank_loans=(later,)) == ["k12_before_disbursement"]


def test_a_subsidy_of_another_amount_than_the_contract_is_found():
    row = replace(rows_of(LOAN)[0], contract=cny("120000.01"))

    assert only(subsidies=(row,)) == ["k12_other_contract"]


def test_a_request_for_a_loan_that_the_bank_has_not_is_found():
    request = draw_request(
        [LOAN], lender="BANK-9", quarter=Q1, under=RULES, on=date(2024, 3, 25), shares=HALVES
    )

    assert only(requests=(request,), bank_loans=()) == ["k12_not_at_the_bank"]
    assert only(requests=(request,), bank_loans=(bank_loan(LOAN),)) == []
    assert only(requests=(), bank_loans=()) == []


def test_a_subsidy_of_a_loan_that_the_book_has_not_is_found():
    """Tianlin: a bank contract that nobody else has seen."""
    row = replace(rows_of(LOAN)[0], loan_id="HT-9")
    found = audit_loans([LOAN], Facts(limits=LIMITS, subsidies=(row,)), under=RULES, as_of=AS_OF)

    assert codes(found) == [("k12_not_in_the_book", "HT-9")]


def test_a_file_that_splits_nothing_has_no_levels_that_differ():
    assert only(subsidies=(replace(rows_of(LOAN)[0], levels=()),)) == []


@pytest.mark.parametrize(("over", "found"), [(0, []), (1, ["k13_over_budget"])])
def test_a_level_may_be_asked_for_all_of_its_budget_and_no_fen_more(over, found):
    """Minle: a hundredth more than its budget."""
    row = rows_of(LOAN)[0]
    central = row.levels[0]
    budget = Budget(year=2024, levels=(replace(central, amount_fen=central.amount_fen - over),))
    last_year = Budget(year=2023, levels=(replace(central, amount_fen=0),))

    assert only(subsidies=(row,), budgets=(budget, last_year)) == found


@pytest.mark.parametrize(("closes_on", "year"), [((2024, 12, 21), 2024), ((2024, 12, 22), 2025)])
def test_the_year_of_a_budget_ends_with_its_last_interest_quarter(closes_on, year):
    """The fourth quarter runs through 20 December; the 21st is of the next year's first."""
    row = replace(rows_of(LOAN)[0], closes_on=date(*closes_on))
    found = only(subsidies=(row,), budgets=(Budget.of(year, {Level.COUNTY: cny(0)}),))
    other = only(subsidies=(row,), budgets=(Budget.of(4049 - year, {Level.COUNTY: cny(0)}),))

    assert "k13_over_budget" in found
    assert "k13_over_budget" not in other


def test_the_requests_of_the_book_count_against_the_budget_of_their_year():
    request = draw_request(
        [LOAN], lender="BANK-9", quarter=Q1, under=RULES, on=date(2024, 3, 25), shares=HALVES
    )
    none = Budget.of(2024, {Level.COUNTY: cny(0)})
    other_year = Budget.of(2023, {Level.COUNTY: cny(0)})

    assert only(requests=(request,), budgets=(none, other_year)) == ["k13_over_budget"]


@pytest.mark.parametrize(("more", "found"), [(1, []), (2, ["k14_other_subsidy"])])
def test_a_request_is_computed_anew_with_its_corrections(more, found):
    """The tolerance is one fen; a correction that brings it back is counted."""
    request = draw_request(
        [LOAN], lender="BANK-9", quarter=Q1, under=RULES, on=date(2024, 3, 25), shares=HALVES
    )
    line = request.lines[0]
    wrong = replace(request, lines=(replace(line, subsidy_fen=line.subsidy_fen + more),))
    right = draw_request(
        [LOAN],
        lender="BANK-9",
        quarter=Q2,
        under=RULES,
        on=date(2024, 6, 25),
        shares=HALVES,
        earlier=(wrong,),
    )

    assert only(requests=(wrong,)) == found
    assert only(requests=(right, wrong)) == []


def test_interest_that_was_requested_otherwise_is_found_too():
    request = draw_request(
        [LOAN], lender="BANK-9", quarter=Q1, under=RULES, on=date(2024, 3, 25), shares=HALVES
    )
    line = replace(request.lines[0], interest_fen=request.lines[0].interest_fen + 2)

    assert only(requests=(replace(request, lines=(line,)),)) == ["k14_other_interest"]


def test_a_correction_of_a_line_that_no_request_holds_changes_nothing():
    first = draw_request(
        [LOAN], lender="BANK-9", quarter=Q1, under=RULES, on=date(2024, 3, 25), shares=HALVES
    )
    line = first.lines[0]
    wrong = replace(first, lines=(replace(line, subsidy_fen=line.subsidy_fen + 2),))
    second = draw_request(
        [LOAN],
        lender="BANK-9",
        quarter=Q2,
        under=RULES,
        on=date(2024, 6, 25),
        shares=HALVES,
        earlier=(wrong,),
    )

    assert second.corrections
    assert only(requests=(second,)) == []


def test_a_line_of_a_day_on_which_nothing_fell_due_comes_to_nothing():
    request = draw_request(
        [LOAN], lender="BANK-9", quarter=Q1, under=RULES, on=date(2024, 3, 25), shares=HALVES
    )
    line = replace(request.lines[0], due_on=date(2024, 3, 19))

    assert only(requests=(replace(request, lines=(line,)),)) == ["k14_other_subsidy"]


def test_part_of_a_period_is_computed_by_its_days():
    """The first period has 78 days, 3 January to 21 March: 120,000 × 3.95 % × 78 / 360 = 1,027.00.

    Its first 39 days bear half of that, 513.50, and the treasury half of it, 256.75.
    """
    whole = rows_of(LOAN)[0]
    row = replace(
        whole,
        closes_on=date(2024, 2, 11),
        interest=cny("513.50"),
        subsidy=cny("256.75"),
        levels=(),
    )

    assert (whole.interest, whole.subsidy) == (cny("1027.00"), cny("513.50"))
    assert only(subsidies=(row,)) == []
    assert only(subsidies=(replace(row, subsidy=cny("256.77")),)) == ["k14_other_subsidy"]


def test_what_cannot_be_computed_is_told_and_not_guessed():
    loan = a_loan("HT-1", annual_rate=percent("9"))
    row = SubsidyRow(
        loan_id="HT-1",
        ref="附表",
        opens_on=FIRST,
        closes_on=date(2024, 3, 21),
        contract=cny(120_000),
        principal=cny(120_000),
        annual_rate=percent("9"),
        interest=cny(2_340),
        subsidy=cny(1_170),
    )
    found = audit_loans([loan], Facts(limits=LIMITS, subsidies=(row,)), under=RULES, as_of=AS_OF)

    assert codes(found) == [("k04_above_cap", "HT-1")]
    told = [one for one in found.unanswered if one.check is Check.K14]
    assert [one.subjects for one in told] == [("HT-1",)]


def test_a_request_that_the_treasury_has_not_paid_is_found_after_the_limit():
    """The interest of 20 March was earned 285 days before 30 December; 101 days are the limit."""
    request = draw_request(
        [LOAN], lender="BANK-9", quarter=Q1, under=RULES, on=date(2024, 3, 25), shares=HALVES
    )
    later = draw_request(
        [LOAN],
        lender="BANK-9",
        quarter=Q2,
        under=RULES,
        on=date(2024, 6, 25),
        shares=HALVES,
        earlier=(request,),
    )
    pay = [
        TreasuryPayment(
            lender="BANK-9",
            quarter=made.quarter,
            level=one.level,
            amount=one.amount,
            on=date(2024, 7, 1),
            ref=f"{made} {one.level.value}",
        )
        for made in (request, later)
        for one in made.levels
    ]

    assert only(requests=(request, later), payments=tuple(pay)) == []
    found = only(requests=(request, later), payments=tuple(pay[1:]))
    assert found == ["k21_unpaid"]


# ---- balances, payouts, funds: K15-K19


def test_a_balance_that_does_not_open_where_the_last_one_closed_is_found():
    first = OutstandingRow(
        loan_id="HT-1",
        since=date(2024, 1, 1),
        until=date(2024, 6, 30),
        opening=cny(0),
        lent=cny(120_000),
        closing=cny(120_000),
    )
    second = OutstandingRow(
        loan_id="HT-1",
        since=date(2024, 7, 1),
        until=date(2024, 12, 31),
        opening=cny(120_000),
        closing=cny(120_000),
    )
    moved = replace(second, opening=cny(119_999), closing=cny(119_999))
    apart = replace(moved, since=date(2024, 7, 2))

    assert only(outstanding=(second, first)) == []
    twice = replace(second, since=date(2024, 6, 30))

    assert only(outstanding=(moved, first)) == ["k15_does_not_join"]
    assert only(outstanding=(apart, first)) == ["k15_days_missing", "k15_does_not_join"]
    assert only(outstanding=(twice, first)) == ["k15_days_twice"]


def test_a_closing_that_the_entries_do_not_confirm_is_found():
    first, second = (freeze_line(LOAN, HalfYear(2024, n), notes=NO_NOTES) for n in (1, 2))

    def with_account(line, **changes):
        return replace(line, account=replace(line.account, **changes))

    moved = with_account(first, closing_fen=11_999_900, repaid_principal_fen=100)

    assert only(closings=(first, second)) == []
    assert only(closings=(moved, second)) == ["k15_does_not_join"]
    assert only(closings=(moved,)) == ["k15_closed_otherwise"]
    unbalanced = with_account(first, repaid_principal_fen=100)
    assert only(closings=(unbalanced,)) == ["k15_closed_otherwise"]
    assert only(closings=(unbalanced, second)) == ["k15_closed_otherwise"]
    assert only(closings=(replace(first, days_past_due=1),)) == ["k15_closed_otherwise"]
    assert only(closings=(with_account(first, through=9),)) == ["k15_entries_missing"]


def test_payouts_of_a_year_may_be_a_fifth_of_the_exposure_and_no_more():
    """A fifth: five times what was paid is enough; payouts of another year do not count."""
    sample, loan, fund = claimed(Check.K18, date(2024, 12, 24), [])
    paid_fen = loan.payout.amount_fen

    def found(exposure, as_of=AS_OF):
        path = leverage_path(fund, sample.loans, under=RULES, until=as_of)
        leverage = replace(path.at(as_of), exposure_fen=exposure)
        facts = Facts(limits=LIMITS, funds=(fund,), leverages=(leverage,))
        got = audit_loans((), facts, under=RULES, as_of=as_of)
        return [code for code, _ in codes(got)]

    assert found(5 * paid_fen) == []
    assert found(5 * paid_fen - 1) == ["k16_yearly_payouts"]
    assert found(5 * paid_fen, as_of=date(2025, 1, 2)) == []
    assert found(5 * paid_fen - 1, as_of=date(2025, 1, 2)) == ["k16_yearly_payouts"]
    assert found(0, as_of=date(2026, 1, 2)) == []
    assert found(0, as_of=date(2024, 12, 23)) == []


def test_a_recovery_that_went_to_another_fund_is_found():
    flow = FundFlow(
        fund_id="F-02", kind="recovery", amount=cny(10), on=AS_OF, ref="追1", loan_id="HT-1"
    )
    right = replace(flow, fund_id="F-01", amount=cny(-10), kind="claim_payout")
    nobody = replace(flow, loan_id="", kind="expense", amount=cny(-10))

    assert only(flows=(flow,)) == ["k17_other_fund", "k19_recovered_too_much"]
    assert only(flows=(right, nobody)) == ["k18_too_early"]


def test_the_entries_of_a_fund_are_held_against_what_is_permitted():
    fund = GuaranteeFund(id="F-02", name="示例基金").deposit(cny(100), on=FIRST, ref="1")
    fund = fund.with_entry(
        FundEntryKind.ADVANCE, on=AS_OF, ref="垫1", booked_on=None, amount_fen=5_000
    )

    assert only(funds=(fund,)) == ["k17_not_permitted"]


def payout_row(**changes):
    """The right payout of 80 % of 120,000 on the ninetieth day past due."""
    usual = {
        "loan_id": "HT-1",
        "fund_id": "F-01",
        "on": Q3_DUE + timedelta(90),
        "ref": "代1",
        "principal": cny(96_000),
    }
    return PayoutRow(**usual | changes)


STOPPED = paid(a_loan("HT-1"), Q3_DUE - timedelta(1))


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"on": Q3_DUE + timedelta(89)}, ["k18_too_early"]),
        ({"principal": cny("96000.01")}, ["k18_above_share"]),
        ({"interest": FEN}, ["k18_interest"]),
    ],
)
def test_a_payout_of_another_file_is_held_against_the_guarantee(changes, found):
    assert about(STOPPED, payouts=(payout_row(**changes),)) == found


def test_a_payout_for_a_loan_without_a_guarantee_is_found():
    loan = replace(STOPPED, guarantee=None)

    assert about(loan, payouts=(payout_row(),)) == ["k18_not_guaranteed"]


def test_a_payout_that_the_book_holds_is_judged_once():
    fund = a_fund(Check.K18, cny(1_000_000))
    loan = replace(STOPPED, guarantee=replace(PROMISE, fund_id=fund.id))
    fund, loan = pay_claim(fund, loan, on=Q3_DUE + timedelta(90), ref="代1")

    assert about(loan, payouts=(payout_row(fund_id=fund.id),)) == []
    assert about(loan, contacts=()) == ["k18_not_chased"]
    before = [one for one in chased("HT-1", Q3_DUE) if one.days < 0]
    assert about(loan, contacts=tuple(before)) == ["k18_not_chased"]
    early = audit_loans(
        [loan], Facts(limits=LIMITS, contacts=()), under=RULES, as_of=Q3_DUE + timedelta(10)
    )
    assert Check.K18 not in {check_of(one) for one in early.findings}


@pytest.mark.parametrize(("more", "found"), [(0, []), (1, ["k19_overpaid"])])
def test_no_more_is_paid_for_arrears_than_is_overdue(more, found):
    """Unpaid since September: 120,000 × 3.95 % × 92 / 360 = 1,211.33."""
    row = OverduePayment(
        loan_id="HT-1", on=date(2024, 11, 5), amount=from_fen(121_133 + more), ref="还1"
    )

    assert about(STOPPED, overdue_payments=(row,)) == found


def test_what_stands_in_the_book_and_in_the_banks_list_counts_once():
    """80 % of 120,000 paid, 60,000 recovered, of it 48,000 for the fund; the bank lists it too."""
    fund = a_fund(Check.K19, cny(1_000_000))
    loan = replace(STOPPED, guarantee=replace(PROMISE, fund_id=fund.id))
    fund, loan = pay_claim(fund, loan, on=Q3_DUE + timedelta(90), ref="代1")
    fund, loan = receive_recovery(fund, loan, cny(60_000), on=date(2024, 12, 27), ref="追1")
    back = FundFlow(
        fund_id=fund.id,
        kind="recovery",
        amount=cny(48_000),
        on=date(2024, 12, 27),
        ref="追1",
        loan_id="HT-1",
    )
    more = replace(back, ref="追2", amount=cny("48000.01"))
    row = payout_row(fund_id=fund.id)

    assert about(loan, funds=(fund,), flows=(back,), payouts=(row,)) == []
    found = about(loan, funds=(fund,), flows=(back, more), payouts=(row,))
    assert found == ["k19_recovered_too_much"]
    assert about(loan, funds=(fund,), flows=(replace(more, on=date(2024, 12, 31)),)) == []
    other = replace(row, ref="代2", principal=FEN)
    assert "k19_recovered_too_much" not in about(
        loan, funds=(fund,), flows=(back, more), payouts=(row, other)
    )


# ---- follow-up: K20


def test_a_rung_that_nobody_took_is_found_on_the_day_after():
    """Due on 20 September; the rung of one day is of the 21st, and on that day it is not late."""
    before = [one for one in chased("HT-1", Q3_DUE) if one.days < 0]

    def on(day):
        found = audit_loans(
            [STOPPED], Facts(limits=LIMITS, contacts=tuple(before)), under=RULES, as_of=day
        )
        return [finding.figures for finding in found.findings]

    assert on(date(2024, 9, 21)) == []
    assert on(date(2024, 9, 22)) == [(("due on", "2024-09-20"), ("missing", "T+1"))]


def test_on_the_day_of_a_rung_nothing_is_missing_even_if_it_is_the_first():
    """Paid out on 13 March, a week before the first interest falls due."""
    loan = a_loan("HT-1", disbursed_on=date(2024, 3, 13))

    def on(day):
        found = audit_loans([loan], Facts(limits=LIMITS, contacts=()), under=RULES, as_of=day)
        return [code for code, _ in codes(found)]

    assert on(date(2024, 3, 13)) == []
    assert on(date(2024, 3, 14)) == ["k20_reminder_missing"]


def test_a_loan_never_visited_is_overdue_a_quarter_after_it_was_paid_out():
    found = [
        code
        for code, _ in codes(
            audit_loans(
                [LOAN], Facts(limits=LIMITS, visits=()), under=RULES, as_of=date(2024, 4, 3)
            )
        )
    ]
    later = audit_loans(
        [LOAN], Facts(limits=LIMITS, visits=()), under=RULES, as_of=date(2024, 4, 4)
    )

    assert found == []
    assert "not visited since 2024-01-03" in later.findings[0].sentence


# ---- identities: K24


def test_one_number_of_two_persons_and_two_names_of_one_are_found():
    one = a_person("B-1", 1)
    same_number = replace(one, id="B-2")
    other_name = replace(one, name="N-9")
    no_number = replace(one, id_number="")

    def found(*persons):
        return only(persons=persons)

    assert found(one, replace(one)) == []
    assert found(one, same_number) == ["k24_number_shared"]
    assert found(one, other_name) == ["k24_names_differ"]
    assert found(no_number, replace(no_number, name="N-9")) == ["k24_names_differ"]
    assert found(no_number, replace(no_number, name="")) == []
    assert found(replace(one, born_on=date(1970, 1, 3))) == ["k24_other_birth"]
    assert found(replace(one, born_on=None)) == []


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"died_on": FIRST - timedelta(1)}, ["k24_lent_after_death"]),
        ({"died_on": FIRST}, []),
        ({"born_on": FIRST + timedelta(1)}, ["k24_lent_before_birth"]),
    ],
)
def test_nobody_is_lent_to_after_death_or_before_birth(facts, found):
    """Tunchang: a loan of 2005 to a man who died in 2002."""
    person = Person(id=LOAN.borrower, **facts)
    got = only(persons=(person,))

    assert [code for code in got if code.startswith("k24")] == found


def test_the_number_of_a_person_is_never_printed():
    person = a_person("B-1", 1)
    wrong = replace(person, id_number=person.id_number[:-1] + "Y")
    found = audit_loans([LOAN], Facts(limits=LIMITS, persons=(wrong,)), under=RULES, as_of=AS_OF)

    assert wrong.id_number not in repr(wrong)
    assert wrong.id_number not in repr(found)
    assert [finding.code for finding in found.findings] == ["audit.k24_number_form"]


# ---- the audit itself


def test_facts_that_were_not_given_are_told_and_a_check_without_any_is_silent():
    found = audit_loans([LOAN], Facts(limits=LIMITS), under=RULES, as_of=AS_OF)

    assert codes(found) == []
    assert {check.name for check in found.silent} == {
        *("K01", "K02", "K03", "K06", "K08", "K10", "K11", "K12", "K13", "K14"),
        *("K15", "K16", "K17", "K19", "K20", "K21", "K23", "K24", "K25"),
    }
    told = {(one.check.name, one.why) for one in found.unanswered}
    assert ("K09", "not given: blacklist") in told
    assert ("K14", "not given: requests, subsidies") in told
    assert all(one.zh for one in found.unanswered)


def test_a_cap_that_no_rule_knows_is_told_for_no_loan(clean):
    gone = Line(
        Dated("yearly_claim_cap", ((date(2030, 1, 1), RULES.yearly_claim_cap.values[0][1]),))
    )
    found = audit(clean, under=replace(RULES, yearly_claim_cap=gone))

    told = [one for one in found.unanswered if one.check is Check.K16]
    assert [(one.asks, one.subjects) for one in told] == [
        ("is the cap of a year's payouts kept", ())
    ]


def test_an_audit_prints_what_it_found_and_what_it_could_not_judge():
    row = replace(rows_of(LOAN)[0], levels=())
    found = audit_loans(
        [LOAN],
        Facts(limits=LIMITS, subsidies=(row, replace(row, ref="再报"))),
        under=RULES,
        as_of=AS_OF,
    )
    text = str(found).splitlines()

    assert text[0] == "1 loans on 2024-12-30: 1 faults, 0 questions, 0 notes"
    assert text[1].startswith("  fault: HT-1: 78 days from 2024-01-03 are subsidized by 附表1")
    assert "  not judged: K09 was anybody blacklisted: not given: blacklist" in text


def test_loans_paid_out_later_are_left_out_and_progress_is_told():
    told = []
    found = audit_loans(
        iter([LOAN, a_loan("HT-2", disbursed_on=date(2025, 1, 2))]),
        Facts(limits=LIMITS),
        under=RULES,
        as_of=AS_OF,
        progress=lambda done, total: told.append((done, total)),
    )

    assert (found.loans, told) == (1, [(1, 2), (2, 2)])


def test_a_loan_that_is_there_and_does_not_come_is_left_out():
    row = replace(rows_of(LOAN)[0], loan_id="HT-2")
    found = audit_loans(
        iter([LOAN]),
        Facts(limits=LIMITS, subsidies=(row,)),
        under=RULES,
        as_of=AS_OF,
        held=["HT-1", "HT-2"],
    )

    assert (found.loans, codes(found)) == (1, [])


def test_what_was_requested_later_is_not_known_yet():
    request = draw_request(
        [LOAN], lender="BANK-9", quarter=Q1, under=RULES, on=date(2024, 3, 25), shares=HALVES
    )
    facts = Facts(limits=LIMITS, requests=(request,), bank_loans=())
    on = [
        codes(audit_loans([LOAN], facts, under=RULES, as_of=day))
        for day in (date(2024, 3, 24), date(2024, 3, 25))
    ]

    assert on == [[], [("k12_not_at_the_bank", "HT-1")]]


def test_findings_about_rows_that_could_not_be_read_are_kept():
    bad = Finding(
        code="audit.bad_row", severity=Severity.FAULT, subject="名册", sentence="row 7", zh="第7行"
    )

    assert only(bad_rows=(bad,)) == ["bad_row"]
    assert check_of(bad) is None


def test_an_audit_of_the_same_loan_twice_is_refused():
    with refused(
        LoanGivenTwice, LoanGivenTwice.code, value="HT-1", limit="each loan once", says="twice"
    ):
        audit_loans([LOAN, LOAN], Facts(limits=LIMITS), under=RULES, as_of=AS_OF)


@pytest.mark.parametrize("loans", ["HT-1", None, ["HT-1"]])
def test_an_audit_of_what_is_no_loan_is_refused(loans):
    value = type(loans).__name__ if loans != ["HT-1"] else "str"
    with refused(InvalidTerms, "terms.invalid", value=value, limit="several Loan"):
        audit_loans(loans, Facts(limits=LIMITS), under=RULES, as_of=AS_OF)


@pytest.mark.parametrize("facts", [None, {}, LIMITS])
def test_an_audit_without_facts_is_refused(facts):
    with refused(InvalidTerms, "terms.invalid", value=type(facts).__name__, limit="Facts"):
        audit_loans([LOAN], facts, under=RULES, as_of=AS_OF)


def test_an_audit_on_no_day_is_refused():
    with pytest.raises(InvalidDate):
        audit_loans([LOAN], Facts(limits=LIMITS), under=RULES, as_of="2024-12-30")
