"""``microloan schedule``: the repayment plan of a loan that need not exist."""

from argparse import Namespace

from microloan.clauses import Amortization, Settlement
from microloan.command.answer import Answer, Sentence
from microloan.money import cny, show, total
from microloan.periods import DayCount
from microloan.rate import percent
from microloan.schedule import amortize
from microloan.terms import LoanTerms


def reply(options: Namespace) -> Answer:
    """Return the plan, and what is paid in all.

    Raises:
        InvalidAmount, InvalidRate, InvalidTerms, InvalidDate: terms no contract could contain.
    """
    plan = amortize(terms_of(options))
    paid = total(line.total for line in plan)
    interest = total(line.interest for line in plan)
    return Answer(
        parts=(
            plan,
            Sentence(
                f"{len(plan)} installments, {show(paid)} in all, of it interest {show(interest)}",
                f"共 {len(plan)} 期，应还合计 {show(paid)}，其中利息 {show(interest)}",
            ),
        ),
        facts={"installments": plan, "total": paid.amount, "interest": interest.amount},
    )


def terms_of(options: Namespace) -> LoanTerms:
    """Return the terms that the options state."""
    terms = {} if options.signed_on is None else {"signed_on": options.signed_on}
    if options.settlement_day is not None:
        terms["settlement"] = Settlement(options.settlement_day)
    return LoanTerms(
        principal=cny(options.principal),
        annual_rate=percent(options.rate),
        disbursed_on=options.disbursed_on,
        months=options.months,
        amortization=Amortization(options.amortization),
        day_count=DayCount(options.day_count),
        interval_months=options.interval_months,
        grace_months=options.grace_months,
        **terms,
    )
