"""The program every user meets first: it must run as it stands, in any ``Decimal`` context."""

import decimal
from contextlib import chdir
from datetime import date

import pytest
import sqlalchemy

from microloan import (
    ZERO,
    Amortization,
    BorrowerKind,
    Category,
    ClaimNotDue,
    DayCount,
    Guarantee,
    GuaranteeFund,
    HalfYear,
    Loan,
    LoanTerms,
    cny,
    pay_claim,
    percent,
    plan_subsidy,
    policy,
    receive_recovery,
)
from microloan.store import UnitOfWork, create_all

REFUSAL = "HT-2024-0017 is 77 days past due on 2024-09-30; claims open at 90\n"


@pytest.fixture
def create_engine(tmp_path):
    """SQLAlchemy's, in an empty directory; the engines are disposed at the end."""
    made = []

    def create(url):
        made.append(sqlalchemy.create_engine(url))
        return made[-1]

    with chdir(tmp_path):
        yield create
        for engine in made:
            engine.dispose()


def program(create_engine):
    """The contract, word for word; only its imports stand above."""
    rules = policy.load("cn", region="central")  # dated parameters, shipped as data

    fund = GuaranteeFund(id="F-01", name="示例县创业担保基金")
    fund = fund.deposit(cny(5_000_000), on=date(2024, 1, 2), ref="财预2024-3")

    loan = Loan.grant(  # signed and disbursed in full
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

    line = plan_subsidy(loan, under=rules)[0]  # since October 2023: half of the contract rate
    assert (line.treasury, line.borrower) == (cny("493.75"), cny("493.75"))

    engine = create_engine("sqlite:///microloan.db")
    create_all(engine)
    with UnitOfWork(engine, book="990101") as uow:
        uow.save(fund)
        uow.admit(loan, under=rules, on=date(2024, 3, 15))  # leverage checked under the fund's lock
        uow.commit()

    with UnitOfWork(engine, book="990101") as uow:
        leverage = uow.leverage("F-01", under=rules, as_of=date(2024, 3, 31))
    assert leverage.exposure == cny(300_000) and leverage.headroom == cny(24_700_000)  # noqa: PT018

    with UnitOfWork(engine, book="990101") as uow:
        loan = uow.loans.get("HT-2024-0017")
        for due in loan.schedule[:3]:
            loan = loan.repay(due.total, on=due.due_on, ref=f"回单{due.number}")
        uow.save(loan)
        uow.commit()

    h1 = HalfYear(2024, 1)
    account = loan.account(h1)
    assert account.repaid == account.due == cny("26551.56")
    assert account.closing == loan.account(h1.next).opening == cny("276333.21")

    standing = loan.position(as_of=date(2024, 9, 30))
    assert (standing.days_past_due, standing.arrears) == (77, cny("26551.56"))

    with UnitOfWork(engine, book="990101") as uow:
        fund, loan = uow.funds.get("F-01"), uow.loans.get("HT-2024-0017")
        try:
            pay_claim(fund, loan, on=date(2024, 9, 30), ref="代偿2024-1")
        except ClaimNotDue as refusal:
            print(refusal)  # HT-2024-0017 is 77 days past due on 2024-09-30; claims open at 90
        fund, loan = pay_claim(fund, loan, on=date(2024, 10, 20), ref="代偿2024-1")
        fund, loan = receive_recovery(
            fund, loan, cny(50_000), on=date(2025, 3, 1), ref="追偿2025-1"
        )
        uow.save(fund, loan)
        uow.commit()

    standing = loan.position(
        as_of=date(2025, 3, 1)
    )  # the fund paid 80 %, so 40,000 of the recovery is its share
    assert (standing.subrogated, standing.outstanding) == (cny("181066.57"), cny("45266.64"))
    assert fund.balance(as_of=date(2025, 3, 1)) == cny("4818933.43")
    assert loan.account(h1, through=account.through) == account


def test_the_contract_runs_as_it_stands(create_engine, tmp_path, capsys):
    program(create_engine)
    assert capsys.readouterr().out == REFUSAL
    assert (tmp_path / "microloan.db").stat().st_size


@pytest.mark.parametrize("capitals", [0, 1])
@pytest.mark.parametrize("traps", [[], [decimal.Inexact, decimal.Rounded]])
def test_a_hostile_decimal_context_changes_nothing(create_engine, capsys, traps, capitals):
    hostile = decimal.Context(
        prec=6, rounding=decimal.ROUND_UP, capitals=capitals, traps=[*traps, decimal.FloatOperation]
    )
    with decimal.localcontext(hostile):
        program(create_engine)
    assert capsys.readouterr().out == REFUSAL
