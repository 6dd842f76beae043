"""Save, then get: the same object, rebuilt from rows through the constructors that made it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from histories import (
    DOUBLE,
    EVERY_ACT,
    HALF_MORE,
    RULES,
    WITHOUT_DISBURSING,
    a_fund,
    a_loan,
    a_running_loan,
    contracts,
    histories,
    pays,
    ready_for,
)
from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    Compounding,
    Covers,
    Daily,
    Dated,
    DayCount,
    EarlyInterest,
    Guarantee,
    GuaranteeFund,
    LevelBy,
    LowProfit,
    Multiple,
    NotFound,
    Opening,
    PaymentOrder,
    PrincipalPart,
    Reference,
    Repricing,
    Residue,
    Settlement,
    Stub,
    cny,
    extend,
    pay_claim,
    percent,
    receive_recovery,
    reverse_both,
)
from microloan.months import MonthEnd
from refusals import refused
from strategies import amounts, categories, days

IDENTITIES = st.text(min_size=1, max_size=64).filter(
    lambda text: text.isprintable() and text == text.strip()
)


@pytest.mark.parametrize("amortization", Amortization)
@pytest.mark.parametrize("residue", Residue)
def test_a_loan_of_every_amortization_comes_back_as_it_was(database, amortization, residue):
    plan = {"grace_months": 3}
    if amortization is Amortization.CUSTOM:
        plan = {"parts": PARTS}
    loan = a_loan(guarantee=None, amortization=amortization, residue=residue, **plan)
    database.keep(loan)
    assert database.loan() == loan


PARTS = (
    PrincipalPart(due_on=date(2024, 5, 1), principal=cny("50000.01")),
    PrincipalPart(due_on=date(2025, 1, 15), principal=cny("69999.99")),
)


@pytest.mark.parametrize(
    "term",
    [
        {"settlement": Settlement(28, Stub.LONG)},
        {"month_end": MonthEnd.ROLL},
        {"due_dates": (date(2024, 6, 30), date(2025, 1, 10))},
        {"grace_months": 6, "interest_grace_months": 6},
        {"level_by": LevelBy.EXACT_FACTORS},
        {"repricing": Repricing.FLOATING},
        {"penalty": HALF_MORE},
        {
            "penalty": Dated(
                '罚息 "日"',
                (
                    (date(1999, 6, 10), Daily(Decimal("0.00021"))),
                    (date(2004, 1, 1), Multiple(Decimal("1.50"))),
                ),
                known_through=date(2060, 12, 31),
            )
        },
        {"misuse": DOUBLE},
        {"compounding": Compounding.UNPAID_INTEREST},
        {"order": PaymentOrder.BY_INSTALLMENT},
        {"early_interest": EarlyInterest.TO_NEXT_DUE_DATE},
        {"grace_days": 365},
    ],
    ids=lambda term: next(iter(term)),
)
def test_every_optional_term_comes_back_as_it_was(database, term):
    loan = a_loan(guarantee=None, **term)
    database.keep(loan)
    assert database.loan() == loan
    extended = extend(loan, months=6, on=date(2024, 2, 1), ref="展1", terms=_longer(loan.terms))
    database.keep(extended)
    assert database.loan() == extended


def _longer(terms):
    days = (*terms.due_dates[:-1], date(2025, 7, 10)) if terms.due_dates else ()
    return replace(terms, months=18, due_dates=days)


def test_a_discharged_guarantee_comes_back_as_it_was(database):
    loan = a_loan()
    done = EVERY_ACT["discharge"].do(loan, on=date(2024, 3, 20), ref="X1")
    undone = done.reverse(len(done.entries), on=date(2024, 4, 3), ref="冲1")
    database.keep(a_fund())
    database.admit(loan, under=RULES)
    for step, exposure in ((done, 0), (undone, 12_000_000)):
        database.keep(step)
        assert database.loan() == step
        assert database.one("SELECT exposure_fen FROM microloan_fund") == exposure


@pytest.mark.parametrize("name", sorted({*EVERY_ACT} - {"discharge"}))
def test_every_act_upon_a_loan_comes_back_as_it_was(database, name):
    loan = ready_for(name, guarantee=None)
    done = EVERY_ACT[name].do(loan, on=date(2024, 3, 20), ref="X1", booked_on=date(2024, 4, 2))
    undone = done.reverse(len(done.entries), on=date(2024, 4, 3), ref="冲1")
    for step in (loan, done, undone):
        database.keep(step)
        assert database.loan() == step


def test_a_life_with_every_act_comes_back_as_it_was(database):
    day = date(2024, 3, 20)
    loan = a_running_loan(guarantee=None)
    for at, name in enumerate(EVERY_ACT):
        if name not in {"extend without consent", "discharge"}:  # extended once, no guarantee
            loan = EVERY_ACT[name].do(loan, on=day + timedelta(days=at), ref=f"X{at}")
    database.keep(loan)
    assert database.loan() == loan
    assert len({entry.kind for entry in loan.entries}) == len(EVERY_ACT) - 2


@pytest.mark.parametrize("day_count", DayCount)
def test_terms_with_everything_stated_come_back_as_they_were(database, day_count):
    loan = a_loan(
        guarantee=None,
        day_count=day_count,
        signed_on=date(2024, 1, 2),
        interval_months=3,
        grace_months=6,
        settlement=Settlement(20),
        annual_rate=Decimal("0.000000000001"),
    )
    database.keep(loan)
    assert database.loan() == loan


@pytest.mark.parametrize(
    "category",
    [
        Category(kind=BorrowerKind.INDIVIDUAL),
        Category(
            kind=BorrowerKind.PARTNERSHIP,
            groups={"veteran", "women", "返乡创业农民工"},
            heads=7,
            scheme="pilot_2016",
            low_profit=LowProfit.YES,
            loan_number=3,
            commercial_part=cny("20000.05"),
            reference=Reference.LPR_1Y,
            reference_rate=percent("3.45"),
        ),
        Category(
            kind=BorrowerKind.ENTERPRISE,
            low_profit=LowProfit.NO,
            reference=Reference.BENCHMARK,
            reference_rate=percent(0),
        ),
        Category(kind=BorrowerKind.INDIVIDUAL, reference=Reference.LPR_5Y),
    ],
    ids=["bare", "everything", "rate zero", "no rate"],
)
def test_a_category_comes_back_with_every_fact_it_states(database, category):
    database.keep(a_loan(guarantee=None, category=category))
    assert database.loan().category == category


@pytest.mark.parametrize("covers", Covers)
@pytest.mark.parametrize("opening", Opening)
@pytest.mark.parametrize(("days_late", "months"), [(0, 0), (90, 6), (3650, 120)])
def test_a_guarantee_of_every_kind_comes_back_as_it_was(
    database, covers, opening, days_late, months
):
    promise = Guarantee(
        fund_id="F-01",
        coverage=percent("66.6666666667"),
        claimable_after_days=days_late,
        covers=covers,
        opening=opening,
        months_after_maturity=months,
    )
    database.keep(a_fund())
    database.admit(a_loan(guarantee=promise), under=RULES)
    assert database.loan().guarantee == promise


def test_every_kind_of_entry_comes_back_as_it_was(database):
    fund, loan = a_fund(), a_loan()
    database.keep(fund)
    database.admit(loan, under=RULES)
    loan = pays(loan, (600, date(2024, 2, 15), date(2024, 8, 1)), (100, date(2024, 2, 16)))
    loan = loan.reverse(3, on=date(2024, 2, 20), ref="冲1")
    fund, loan = pay_claim(fund, loan, on=date(2024, 9, 1), ref="代偿1", booked_on=date(2024, 9, 3))
    fund, loan = receive_recovery(
        fund, loan, cny(5_000), on=date(2024, 10, 1), ref="追偿1", costs=cny(300)
    )
    fund, loan = reverse_both(
        fund, loan, len(loan.entries), on=date(2024, 10, 9), ref="冲2", booked_on=date(2025, 1, 9)
    )
    fund = fund.deposit(cny("0.01"), on=date(2024, 11, 1), ref="利息").reverse(
        5, on=date(2024, 11, 2), ref="冲3"
    )
    database.keep(fund, loan)
    assert (database.fund(), database.loan()) == (fund, loan)


def test_a_fund_without_an_entry_comes_back_as_it_was(database):
    fund = GuaranteeFund(id="F-02", name="空基金")
    database.keep(fund)
    assert database.fund("F-02") == fund


@given(data=st.data())
def test_whatever_was_agreed_save_then_get_is_equality(shared_database, new_book, data):
    book, agreed = new_book(), data.draw(contracts(longest=60))
    stated = {name: getattr(agreed, name) for name in agreed.__slots__}
    category = data.draw(categories())
    loan = a_loan(data.draw(IDENTITIES), guarantee=None, category=category, **stated)
    shared_database.keep(loan, book=book)
    assert shared_database.loan(loan.id, book=book) == loan


@given(history=histories(acts=WITHOUT_DISBURSING), data=st.data())
def test_whatever_happened_save_then_get_is_equality(
    shared_database, new_book, any_leverage, history, data
):
    book, first = new_book(), history.moments[0]
    shared_database.keep(first.fund, book=book)
    shared_database.admit(first.loan, under=any_leverage, book=book)
    for moment in history.moments:
        if data.draw(st.booleans()):
            shared_database.keep(moment.fund, moment.loan, book=book)
            assert shared_database.fund(book=book) == moment.fund
            assert shared_database.loan(book=book) == moment.loan
    shared_database.keep(history.loan, history.fund, book=book)
    assert shared_database.fund(book=book) == history.fund
    assert shared_database.loan(book=book) == history.loan


@given(
    name=IDENTITIES,
    deposits=st.lists(st.tuples(amounts(1, 10**9), days()), max_size=6),
)
def test_whatever_was_paid_in_a_fund_comes_back_as_it_was(
    shared_database, new_book, name, deposits
):
    fund = GuaranteeFund(id="F-01", name=name)
    for number, (amount, on) in enumerate(deposits):
        fund = fund.deposit(amount, on=on, ref=f"财预{number}")
    book = new_book()
    shared_database.keep(fund, book=book)
    assert shared_database.fund(book=book) == fund


def test_what_the_book_does_not_hold_is_not_found(database):
    database.keep(a_fund(), a_loan(guarantee=None))
    with (
        database.work() as uow,
        refused(NotFound, "store.not_found", value="HT-2", limit="a loan of book 990101"),
    ):
        uow.loans.get("HT-2")
    with (
        database.work() as uow,
        refused(NotFound, "store.not_found", value="F-02", limit="a fund of book 990101"),
    ):
        uow.funds.get("F-02")


def test_loans_are_listed_and_read_by_contract_number(database):
    loans = [a_loan(f"HT-{number}", guarantee=None) for number in (3, 1, 2)]
    database.keep(*loans, a_fund(name="F-02"), a_fund(name="F-01"))
    with database.work() as uow:
        assert uow.loans.ids() == ["HT-1", "HT-2", "HT-3"]
        assert uow.funds.ids() == ["F-01", "F-02"]
        assert [loan.id for loan in uow.loans.all()] == ["HT-1", "HT-2", "HT-3"]
        wanted = uow.loans.some(iter(["HT-3", "HT-9", "HT-1", "HT-3"]))
        assert [loan.id for loan in wanted] == ["HT-1", "HT-3"]


def test_more_loans_than_one_query_takes_are_read_whole(database):
    loans = [
        pays(a_loan(f"HT-{number:04}", guarantee=None), (600, date(2024, 2, 15)))
        for number in range(1, 1_002)
    ]
    database.keep(*loans)
    with database.work() as uow:
        assert list(uow.loans.all()) == loans
