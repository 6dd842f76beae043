"""Twenty-five faults to plant in the book for auditors, each also just within its limit.

A fault is a loan or two of its own with all that belongs to them, in which one thing is wrong. The
same thing on its limit must not be found. ``subjects`` are the ids that findings about it may name.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from audit_book import (
    AS_OF,
    CAP,
    FIRST,
    PERSON,
    PROMISE,
    Q3_DUE,
    Sample,
    a_loan,
    a_visit,
    around,
    asking,
    chased,
    paid,
    rows_of,
    signed,
)
from microloan import GuaranteeFund, Prepayment, cny, fen, from_fen, pay_claim, percent
from microloan.checks import (
    Business,
    Check,
    FundFlow,
    LoanFile,
    OutstandingRow,
    Suretyship,
)
from microloan.levels import LevelAmount
from microloan.party import BlacklistEntry, ExcludedStatus, Status
from microloan.programme.report import read_report

A_DAY = timedelta(1)
FEN = cny("0.01")


@dataclass(frozen=True)
class Planted:
    """What is added to the book, and which ids findings about it may name."""

    subjects: frozenset
    sample: Sample


def planted(sample, *subjects):
    return Planted(frozenset(subjects), sample)


def usual(check, **agreed):
    """A loan of a fault, paid as agreed; its amount is its own, so that none are alike."""
    number = int(check.name[1:])
    terms = {"principal": cny(100_000 + 1_000 * number)} | agreed
    return paid(a_loan(f"HT-{check.name}", **terms)), 10_000 + number


def a_fund(check, deposit):
    """A fund of the fault's own."""
    fund = GuaranteeFund(id=f"F-{check.name}", name="示例基金")
    return fund.deposit(deposit, on=FIRST - A_DAY, ref="财预2")


def times(row, numerator, denominator, **changes):
    """The row with interest and subsidy as a file with another rate, sum or time has them."""
    interest = fen(row.interest) * numerator // denominator
    subsidy = fen(row.subsidy) * numerator // denominator
    return asking(row, subsidy, interest=from_fen(interest), **changes)


def k01(fault):
    loan, number = usual(Check.K01)
    first, second, *rest = rows_of(loan)
    overlap = second.opens_on if not fault else first.opens_on
    again = replace(first, ref="下半年申请") if fault else replace(second, opens_on=overlap)
    rows = [first, second, again, *rest] if fault else [first, again, *rest]
    return planted(around(loan, number, rows=rows), loan.id)


def k02(fault):
    loan, number = usual(Check.K02, months=6)
    *rows, last = rows_of(loan)
    if fault:
        last = times(last, 3, 2, closes_on=loan.terms.matures_on + 30 * A_DAY)
    assert fault or last.closes_on == loan.terms.matures_on
    return planted(around(loan, number, rows=[*rows, last]), loan.id)


def k03(fault):
    half, on = cny(50_000), date(2024, 7, 20)
    loan = paid(a_loan("HT-K03", principal=2 * half), date(2024, 7, 1))
    owed = loan.payoff(on=on).total - half
    loan = loan.prepay(owed, on=on, ref="提前", then=Prepayment.LOWER)
    left = loan.position(as_of=on).outstanding
    loan = paid_on(loan, on)
    rows = rows_of(loan)
    assert left == rows[-1].principal < rows[0].principal
    if fault:
        rows[-1] = times(rows[-1], 2, 1, principal=rows[0].principal)
    return planted(around(loan, 10_003, rows=rows), loan.id)


def paid_on(loan, since):
    for due in loan.schedule:
        if since < due.due_on <= AS_OF:
            loan = loan.repay(due.total, on=due.due_on, ref=f"后{due.number}")
    return loan


def k04(fault):
    loan, number = usual(Check.K04, annual_rate=percent("4.95"))
    rows = rows_of(loan)
    if fault:
        rows[-1] = times(rows[-1], 505, 495, annual_rate=percent("5.05"))
    return planted(around(loan, number, rows=rows), loan.id)


def k05(fault):
    amount = cny(310_000) if fault else cny(300_000)
    loan, number = usual(Check.K05, principal=amount)
    rows = rows_of(loan)
    if fault:
        rows[-1] = asking(rows[-1], fen(rows[-1].subsidy) * 31 // 30, principal=amount)
    return planted(around(loan, number, rows=rows), loan.id)


def k06(fault):
    category = replace(PERSON, commercial_part=cny(50_000))
    loan, number = usual(Check.K06, principal=cny(200_000), category=category)
    rows = rows_of(loan)
    assert rows[-1].principal == cny(150_000)
    if fault:
        rows[-1] = asking(rows[-1], fen(rows[-1].subsidy) * 4 // 3, principal=cny(200_000))
    return planted(around(loan, number, rows=rows), loan.id)


def k07(fault):
    sample, ids = Sample(), []
    for place in range(4 if fault else 3):
        loan = a_loan(
            f"HT-K07-{place}",
            borrower="B-K07",
            principal=cny(20_000 + 500 * place),
            disbursed_on=FIRST + timedelta(30 * place),
        )
        loan = paid(loan)
        part = around(loan, 10_700 + place)
        part.lists["persons"] = part.lists["persons"][place > 0 :]
        sample, ids = sample + part, [*ids, loan.id]
    return planted(sample, "B-K07", *ids)


def k08(fault):
    own = a_loan("HT-K08-1", borrower="B-K08", principal=cny(31_000), months=6)
    own = paid(own)
    ends_on = own.terms.matures_on
    other = a_loan(
        "HT-K08-2", principal=cny(32_000), disbursed_on=ends_on - (A_DAY if fault else 0 * A_DAY)
    )
    other = paid(other)
    secured = around(other, 10_802)
    secured.lists["suretyships"] = [Suretyship(person="B-K08", loan_id=other.id)]
    return planted(around(own, 10_801) + secured, own.id, other.id, "B-K08")


def k09(fault):
    loan, number = usual(Check.K09)
    until = loan.terms.disbursed_on - (0 * A_DAY if fault else A_DAY)
    entry = BlacklistEntry(person=loan.borrower, since=date(2023, 1, 1), until=until)
    return planted(around(loan, number, blacklist=[entry]), loan.id)


def k10(fault):
    loan, number = usual(Check.K10)
    since = loan.terms.disbursed_on + (0 * A_DAY if fault else A_DAY)
    entry = ExcludedStatus(person=loan.borrower, status=Status.PUBLIC_PAYROLL, since=since)
    return planted(around(loan, number, statuses=[entry]), loan.id)


def k11(fault):
    loan, number = usual(Check.K11)
    last = rows_of(loan)[-1].closes_on
    business = Business(
        loan_id=loan.id,
        holder=loan.borrower,
        opened_on=date(2020, 5, 6),
        closed_on=last - (A_DAY if fault else 0 * A_DAY),
    )
    return planted(around(loan, number, businesses=[business]), loan.id)


def k12(fault):
    loan, number = usual(Check.K12)
    more = {"bank_loans": []} if fault else {}
    return planted(around(loan, number, **more), loan.id)


def k13(fault):
    loan, number = usual(Check.K13)
    rows = rows_of(loan)
    if fault:
        first, second = rows[-1].levels
        more = LevelAmount(level=first.level, amount_fen=first.amount_fen + 1)
        rows[-1] = replace(rows[-1], levels=(more, second))
    return planted(around(loan, number, rows=rows), loan.id)


def k14(fault):
    loan, number = usual(Check.K14)
    rows = rows_of(loan)
    rows[-1] = asking(rows[-1], fen(rows[-1].subsidy) + (2 if fault else 1))
    return planted(around(loan, number, rows=rows), loan.id)


def k15(fault):
    loan, number = usual(Check.K15)
    owed = loan.terms.principal
    balance = OutstandingRow(
        loan_id=loan.id,
        since=date(2024, 7, 1),
        until=AS_OF,
        opening=owed,
        closing=owed + (FEN if fault else 0 * FEN),
    )
    return planted(around(loan, number, outstanding=[balance]), loan.id)


def k16(fault):
    fund = a_fund(Check.K16, cny(20_000))
    amount = cny(20_000 * CAP) + (FEN if fault else 0 * FEN)
    loan, number = usual(Check.K16, principal=amount, guarantee=replace(PROMISE, fund_id=fund.id))
    return planted(around(loan, number, funds=[fund]), fund.id)


def k17(fault):
    kind = "repay_overdue" if fault else "withdrawal"
    flow = FundFlow(fund_id="F-K17", kind=kind, amount=cny(-50_000), on=Q3_DUE, ref="支2")
    return planted(Sample(lists={"flows": [flow]}), "F-K17")


def claimed(check, on, contacts, **more):
    """A loan on which nothing was paid since September, and the payout of a fund of its own."""
    fund = a_fund(check, cny(1_000_000))
    number = int(check.name[1:])
    loan = a_loan(
        f"HT-{check.name}",
        principal=cny(100_000 + 1_000 * number),
        guarantee=replace(PROMISE, fund_id=fund.id),
    )
    loan = paid(loan, Q3_DUE - A_DAY)
    fund, loan = pay_claim(fund, loan, on=on, ref=f"代偿{number}")
    sample = around(loan, 10_000 + number, funds=[fund], contacts=contacts, **more)
    for place in (1, 2):  # so that the payout stays within a fifth of what the fund stands behind
        other = a_loan(
            f"HT-{check.name}-{place}",
            principal=cny(280_000 + 1_000 * place + number),
            guarantee=loan.guarantee,
        )
        sample += around(paid(other), 10_000 + 100 * place + number)
    return sample, loan, fund


def k18(fault):
    """On the ninetieth day, for the whole share, chased on that very day."""
    on = Q3_DUE + timedelta(90)
    contacts = [] if fault else [chased("HT-K18", Q3_DUE, until=on)[-1]]
    sample, loan, _ = claimed(Check.K18, on, contacts)
    return planted(sample, loan.id)


def k19(fault):
    sample, loan, fund = claimed(Check.K19, date(2024, 12, 24), chased("HT-K19", Q3_DUE))
    back = from_fen(loan.payout.amount_fen) + (FEN if fault else 0 * FEN)
    flow = FundFlow(
        fund_id=fund.id, kind="recovery", amount=back, on=AS_OF, ref="追1", loan_id=loan.id
    )
    sample.lists["flows"] = [flow]
    return planted(sample, loan.id)


def k20(fault):
    loan, number = usual(Check.K20)
    visits = [a_visit(loan.id, date(2024, 9, 29) if fault else date(2024, 9, 30))]
    return planted(around(loan, number, visits=visits), loan.id)


def k21(fault):
    """Nobody asked for it: since June, or since the day that is just within the limit."""
    on = date(2024, 6, 1) if fault else date(2024, 6, 25)
    loan, number = usual(Check.K21, disbursed_on=on)
    return planted(around(loan, number, rows=[]), loan.id)


def k22(fault):
    sample, ids = Sample(), []
    for place in range(5 if fault else 4):
        loan = paid(a_loan(f"HT-K22-{place}", principal=cny(61_000)))
        sample, ids = sample + around(loan, 12_201 + place), [*ids, loan.id]
    return planted(sample, *ids)


def k23(fault):
    rows = [
        {
            "relation": "sum",
            "of": "报表 K23",
            "parts": "366; 752",
            "whole": "1119" if fault else "1118",
        }
    ]
    return planted(Sample(lists={"reports": [read_report("报表", rows)]}), "报表 K23")


def k24(fault):
    loan, number = usual(Check.K24)
    sample = around(loan, number)
    person = sample.lists["persons"][0]
    if fault:
        last = "0" if person.id_number[-1] != "0" else "1"
        sample.lists["persons"][0] = replace(person, id_number=person.id_number[:-1] + last)
    return planted(sample, loan.id, person.id)


def k25(fault):
    loan, number = usual(Check.K25)
    by = ("U-1", "U-4", "U-5") if fault else ("U-3", "U-4", "U-5")
    file = LoanFile(
        loan_id=loan.id,
        prepared_by="U-1",
        decided_on=loan.terms.disbursed_on,
        sign_offs=signed(loan.terms.disbursed_on, by),
    )
    return planted(around(loan, number, files=[file]), loan.id)


FAULTS: dict[Check, Callable[[bool], Planted]] = {
    check: globals()[check.value] for check in Check if check.value in globals()
}
