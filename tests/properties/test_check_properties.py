"""Checks over random loans: what the library asks for raises nothing, any change is found."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from audit_book import LIMITS, LISTS
from histories import ANY_RATE, a_loan, histories
from microloan import (
    Amortization,
    DayCount,
    HalfYear,
    MicroloanError,
    Prepayment,
    Settlement,
    cny,
    fen,
    from_fen,
    percent,
)
from microloan.checks import Check, Facts, OutstandingRow, SubsidyRow, audit_loans, check_of
from microloan.frozen_line import freeze_line
from microloan.ledger_notes import note_all
from microloan.levels import divide
from microloan.subsidy import subsidize
from requesting import HALVES

AS_OF = date(2026, 12, 31)
OF_SUBSIDIES = (Check.K01, Check.K02, Check.K03, Check.K04, Check.K06, Check.K12, Check.K13)


@st.composite
def loans(draw):
    """A loan of the programme, paid on time for a while, perhaps prepaid in part."""
    method = draw(
        st.sampled_from(
            [
                Amortization.EQUAL_PRINCIPAL,
                Amortization.EQUAL_INSTALLMENTS,
                Amortization.INTEREST_ONLY,
                Amortization.BULLET,
            ]
        )
    )
    settled = method is not Amortization.BULLET and draw(st.booleans())
    loan = a_loan(
        principal=cny(draw(st.integers(100, 3_000)) * 100),
        annual_rate=percent(draw(st.sampled_from(["3.10", "3.95", "4.95"]))),
        disbursed_on=date(2024, 1, 1) + timedelta(draw(st.integers(0, 400))),
        months=draw(st.sampled_from([6, 12, 24, 36])),
        amortization=method,
        interval_months=3 if settled else draw(st.sampled_from([1, 3])),
        settlement=Settlement(20) if settled else None,
        day_count=draw(st.sampled_from([DayCount.ACT_360, DayCount.BY_PERIOD])),
    )
    for due in loan.schedule[: draw(st.integers(0, 40))]:
        loan = loan.repay(due.total, on=due.due_on, ref=f"R{due.number}")
    return prepaid(loan, draw)


def prepaid(loan, draw):
    """The loan, perhaps with half of what is left repaid early in the midst of a period."""
    on = max(entry.on for entry in loan.entries) + timedelta(draw(st.integers(1, 25)))
    half = loan.position(as_of=on).outstanding_fen // 2
    position = loan.position(as_of=on)
    if not draw(st.booleans()) or position.arrears_fen or half < 10_000:
        return loan
    money = from_fen(half + loan.payoff(on=on).total_fen - position.outstanding_fen)
    return loan.prepay(money, on=on, ref="提前", then=Prepayment.LOWER)


def rows(loan):
    """The file that asks for what the library computes, one row a period without its last days."""
    made = []
    for line in subsidize(loan, under=ANY_RATE, as_of=AS_OF):
        made += _row(loan, line)
    return made


def _row(loan, line):
    steady = {(one.subsidized_fen, one.principal_fen) for one in line.segments}
    if not line.treasury_fen or len(steady) > 1:
        return []
    return [
        SubsidyRow(
            loan_id=loan.id,
            ref=f"附表{line.number}",
            opens_on=line.segments[0].opens_on,
            closes_on=line.segments[-1].closes_on,
            contract=loan.terms.principal,
            principal=from_fen(line.segments[0].subsidized_fen),
            annual_rate=line.annual_rate,
            interest=line.interest,
            subsidy=line.treasury,
            levels=divide(line.treasury_fen, HALVES.value),
        )
    ]


def found(loan, **facts):
    """What is found about subsidies, balances and sums, and what could not be judged."""
    audit = audit_loans([loan], Facts(limits=LIMITS, **facts), under=ANY_RATE, as_of=AS_OF)
    return {check_of(finding) for finding in audit.findings}


@given(loan=loans())
def test_what_the_library_computes_raises_nothing(loan):
    assert found(loan, subsidies=tuple(rows(loan))) <= {Check.K05}


@given(loan=loans(), data=st.data())
def test_a_row_that_stands_twice_is_always_found(loan, data):
    asked = rows(loan)
    assume(asked)
    again = replace(data.draw(st.sampled_from(asked)), ref="再报")

    assert Check.K01 in found(loan, subsidies=(*asked, again))


@given(loan=loans(), data=st.data(), more=st.integers(-10_000, 10_000))
def test_any_other_subsidy_is_found_beyond_the_tolerance(loan, data, more):
    asked = rows(loan)
    assume(asked)
    place = data.draw(st.integers(0, len(asked) - 1))
    wrong = fen(asked[place].subsidy) + more
    assume(wrong >= 0)
    asked[place] = replace(
        asked[place], subsidy=from_fen(wrong), levels=divide(wrong, HALVES.value)
    )

    got = found(loan, subsidies=tuple(asked))
    assert (Check.K14 in got) is (abs(more) > fen(LIMITS.tolerance))


@given(loan=loans(), data=st.data(), more=st.integers(1, 10**9))
def test_more_than_was_owed_is_always_found(loan, data, more):
    """On days before the maturity; after it there are none to compute on."""
    asked = [row for row in rows(loan) if row.closes_on <= loan.terms.matures_on]
    assume(asked)
    row = data.draw(st.sampled_from(asked))
    owed = loan.position(as_of=row.opens_on).outstanding_fen
    row = replace(row, principal=from_fen(owed + more))

    assert Check.K03 in found(loan, subsidies=(row,))


@given(
    loan=loans(),
    cuts=st.lists(st.integers(1, 900), min_size=1, max_size=6, unique=True),
    shift=st.integers(-1, 1),
)
def test_balances_of_the_book_join_and_a_fen_too_many_is_found(loan, cuts, shift):
    lent_on = loan.terms.disbursed_on
    days = [lent_on, *(lent_on + timedelta(cut) for cut in sorted(cuts))]
    made, opening = [], cny(0)
    for since, until in pairwise(days):
        closing = loan.position(as_of=until).outstanding
        lent = loan.terms.principal if since == lent_on else cny(0)
        made.append(
            OutstandingRow(
                loan_id=loan.id,
                since=since if since == lent_on else since + timedelta(1),
                until=until,
                opening=opening,
                lent=lent,
                repaid=opening + lent - closing,
                closing=closing,
            )
        )
        opening = closing
    moved = fen(made[-1].closing) + shift
    assume(moved >= 0)
    made[-1] = replace(made[-1], closing=from_fen(moved))

    assert (Check.K15 in found(loan, outstanding=tuple(made))) is bool(shift)


@pytest.mark.parametrize("check", OF_SUBSIDIES, ids=lambda check: check.name)
@given(loan=loans())
def test_without_a_file_nothing_is_said_of_it(check, loan):
    assert check not in found(loan)


@given(history=histories(), days=st.integers(0, 4_000))
def test_over_wild_histories_an_audit_answers_and_the_books_own_sums_stand(history, days):
    """Extensions, misuse, payouts, reversals: what the book computes, computing anew confirms."""
    loan = history.loan
    day = loan.terms.disbursed_on + timedelta(days)
    half = HalfYear.of(loan.terms.disbursed_on)
    closed = tuple(
        freeze_line(loan, one, notes=note_all()) for one in (half, half.next, half.next.next)
    )
    nothing = {name: () for name in LISTS if name != "subsidies"}
    facts = Facts(
        limits=LIMITS,
        subsidies=_asked(loan, day),
        closings=closed,
        visits=(),
        contacts=(),
        **nothing,
    )
    audit = audit_loans([loan], facts, under=ANY_RATE, as_of=day)

    wrong = {Check.K01, Check.K14, Check.K15}
    assert [finding for finding in audit.findings if check_of(finding) in wrong] == []
    assert len({(one.check, one.asks, one.why) for one in audit.unanswered}) == len(
        audit.unanswered
    )


def _asked(loan, day):
    """What the library computes for the loan by a day; nothing where no rule says."""
    try:
        lines = subsidize(loan, under=ANY_RATE, as_of=day)
    except MicroloanError:
        return ()
    return tuple(
        SubsidyRow(
            loan_id=loan.id,
            ref=f"附表{line.number}",
            opens_on=line.segments[0].opens_on,
            closes_on=line.segments[-1].closes_on,
            contract=loan.terms.principal,
            principal=from_fen(max(one.subsidized_fen for one in line.segments)),
            annual_rate=line.annual_rate,
            interest=line.interest,
            subsidy=line.treasury,
        )
        for line in lines
    )
