"""What holds for the requests of a bank, whatever became known of its loans, and when."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from histories import RULES
from microloan import BorrowerKind, subsidize
from microloan.ageing import age_unpaid
from microloan.clearing import TreasuryPayment, clear_year
from microloan.filing import draw_request
from microloan.levels import add_up, divide
from microloan.money import from_fen
from microloan.request_line import RequestLine
from microloan.subsidy_plan import plan_year
from request_strategies import THREE, after, banks, chains, net_of


def level_sums(levels):
    """The amounts of levels, in fen."""
    return {one.level: one.amount_fen for one in levels if one.amount_fen}


@given(chains())
def test_levels_sum_to_the_line_and_lines_to_the_request_and_no_line_is_requested_twice(chain):
    requests, _, _ = chain

    for request in requests:
        parts = [*request.lines, *request.corrections]
        for part in parts:
            whole = part.subsidy_fen if isinstance(part, RequestLine) else part.difference_fen
            assert sum(one.amount_fen for one in part.levels) == whole
        for line in request.lines:
            assert line.subsidy_fen + line.borne_fen == line.interest_fen
            assert 0 < line.subsidy_fen <= line.interest_fen
            assert line.days > 0
        assert request.amount_fen == sum(one.amount_fen for one in request.levels)
        assert request.amount_fen == request.subsidy_fen + request.corrected_fen
        assert request.levels == add_up(one for part in parts for one in part.levels)
    keys = [line.key for request in requests for line in request.lines]
    assert len(keys) == len(set(keys))


@given(chains(kinds=(BorrowerKind.INDIVIDUAL,), decided=False))
def test_requests_and_corrections_come_to_what_is_known_at_the_end(chain):
    requests, loans, known = chain
    last, since = requests[-1].quarter, requests[0].since
    owed = {
        (line.loan_id, line.due_on): line.treasury_fen
        for loan in loans
        for line in subsidize(
            loan,
            under=RULES,
            as_of=last.last_day,
            arrears=known["arrears"],
            stop=known["stops"].get(loan.id),
        )
        if line.treasury_fen and line.due_on >= since.first_day
    }

    assert {key: net for key, net in net_of(requests).items() if net} == owed


@given(chains())
def test_a_correction_starts_from_what_was_asked_and_leaves_each_level_its_own(chain):
    net, asked, levels = {}, {}, defaultdict(Counter)
    for request in chain[0]:
        for correction in request.corrections:
            line, quarter = asked[correction.key]
            assert (correction.number, correction.shares) == (line.number, line.shares)
            assert correction.requested_in == quarter < request.quarter
            assert correction.was_fen == net[correction.key]
            net[correction.key] = correction.is_fen
            for level, amount in level_sums(correction.levels).items():
                levels[correction.key][level] += amount
        for line in request.lines:
            asked[line.key], net[line.key] = (line, request.quarter), line.subsidy_fen
            levels[line.key].update(level_sums(line.levels))
        for key, amount in net.items():
            assert amount >= 0
            assert level_sums(divide(amount, asked[key][0].shares)) == {
                level: amount for level, amount in levels[key].items() if amount
            }


@given(banks(), st.integers(0, 8))
def test_every_line_that_was_earned_is_asked_for_or_waits(bank, more):
    loans, first = bank
    quarter = after(first, more)

    request = draw_request(
        loans,
        lender="BANK-1",
        quarter=quarter,
        under=RULES,
        on=quarter.last_day + timedelta(1),
        since=first,
        shares=THREE,
    )

    earned = {
        (line.loan_id, line.due_on): line.treasury_fen
        for loan in loans
        for line in subsidize(loan, under=RULES, as_of=quarter.last_day)
        if line.treasury_fen and line.due_on >= first.first_day
    }
    asked = {line.key: line.subsidy_fen for line in request.lines}
    waiting = {line.key: line.subsidy_fen for line in request.waiting}
    assert asked.keys().isdisjoint(waiting.keys())
    assert asked | waiting == earned
    firms = {loan.id for loan in loans if loan.category.kind is BorrowerKind.ENTERPRISE}
    assert {loan_id for loan_id, _ in waiting} <= firms


@given(banks())
def test_the_header_of_a_quarter_goes_on_where_the_one_before_ended(bank):
    loans, first = bank

    def of(quarter):
        on = quarter.last_day + timedelta(1)
        return draw_request(
            loans, lender="BANK-1", quarter=quarter, under=RULES, on=on, shares=THREE
        )

    requests = [of(after(first, more)) for more in range(4)]
    for one, following in pairwise(requests):
        assert one.closing_fen == following.opening_fen
    assert requests[0].opening_fen == 0
    for request in requests:
        day = request.quarter.last_day
        owed = [loan.position(as_of=day).outstanding_fen for loan in loans]
        assert request.closing_fen == sum(owed)
    begun = sum(loan.terms.disbursed_on <= requests[-1].quarter.last_day for loan in loans)
    assert sum(request.lent_count for request in requests) == begun


@given(chains(), st.data())
def test_requested_and_corrected_are_paid_or_still_to_pay(chain, data):
    requests, _, _ = chain
    payments = [
        TreasuryPayment(
            lender="BANK-1",
            quarter=request.quarter,
            level=one.level,
            amount=from_fen(data.draw(st.integers(1, one.amount_fen))),
            on=request.on,
            ref="拨1",
        )
        for request in requests
        for one in request.levels
        if one.amount_fen > 0 and data.draw(st.booleans())
    ]
    end = max(request.on for request in requests)
    years = {request.quarter.year for request in requests}
    cleared = [
        row for year in years for row in clear_year(requests, payments, year=year, as_of=end).rows
    ]

    asked = sum(request.amount_fen for request in requests)
    paid = sum(payment.amount_fen for payment in payments)
    assert sum(row.to_pay_fen for row in cleared) == asked - paid
    if all(one.amount_fen >= 0 for request in requests for one in request.levels):
        ageing = age_unpaid([], as_of=end, requests=requests, payments=payments)
        assert ageing.amount_fen == asked - paid
        assert ageing.amount_fen == sum(bucket.amount_fen for bucket in ageing.buckets)


def paid_on_time(loan):
    """A loan as it was granted, with every installment paid on its day."""
    loan = replace(loan, entries=loan.entries[:1])
    for due in loan.schedule:
        if due.total_fen:
            loan = loan.repay(due.total, on=due.due_on, ref=f"due {due.number}")
    return loan


@given(banks(), st.integers(0, 1))
def test_a_plan_comes_true_where_every_installment_is_paid_on_its_day(bank, later):
    loans, first = bank
    new = [replace(loan, entries=loan.entries[:1]) for loan in loans]
    paid, year = [paid_on_time(loan) for loan in loans], first.year + later
    on = date(year - 1, 12, 31)

    plan = plan_year(new, year=year, under=RULES, on=on, shares=THREE)

    for planned in plan.quarters:
        request = draw_request(
            paid,
            lender="BANK-1",
            quarter=planned.quarter,
            under=RULES,
            on=planned.quarter.last_day + timedelta(1),
            shares=THREE,
        )
        assert (len(request.lines), request.levels) == (planned.lines, planned.levels)
    assert plan.amount_fen == sum(one.amount_fen for one in plan.levels)
