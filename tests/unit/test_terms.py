"""What a contract may contain, and what it may not."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from moneyed import USD, Money

from microloan.clauses import (
    Amortization,
    EarlyInterest,
    LevelBy,
    PaymentOrder,
    PrincipalPart,
    Repricing,
    Residue,
    Settlement,
)
from microloan.dated import Dated
from microloan.errors import InvalidAmount, InvalidDate, InvalidRate, InvalidTerms
from microloan.money import ZERO, cny
from microloan.months import MonthEnd
from microloan.penalty import Compounding, Daily, Multiple
from microloan.periods import DayCount
from microloan.rate import percent
from microloan.terms import LoanTerms
from refusals import refused

USUAL = {
    "principal": cny(300_000),
    "annual_rate": percent("3.95"),
    "disbursed_on": date(2024, 3, 15),
    "months": 36,
    "amortization": Amortization.EQUAL_INSTALLMENTS,
    "day_count": DayCount.THIRTY_360,
}


def contract(**terms):
    return LoanTerms(**{**USUAL, **terms})


def refused_term(value, limit, says):
    return refused(InvalidTerms, "terms.invalid", value=value, limit=limit, says=says)


# the terms


def test_terms_not_named_have_their_published_meaning():
    terms = contract()

    assert terms.signed_on == terms.disbursed_on
    assert (terms.interval_months, terms.grace_months) == (1, 0)
    assert terms.settlement is None
    assert terms.interest_grace_months == 0
    assert terms.grace_days == 0
    assert (terms.due_dates, terms.parts) == ((), ())
    assert (terms.penalty, terms.misuse) == (None, None)
    assert terms.month_end is MonthEnd.CLAMP
    assert terms.residue is Residue.LAST_INSTALLMENT
    assert terms.level_by is LevelBy.NOMINAL_RATE
    assert terms.repricing is Repricing.FIXED
    assert terms.compounding is Compounding.NONE
    assert terms.order is PaymentOrder.BY_COMPONENT
    assert terms.early_interest is EarlyInterest.TO_THE_DAY


def test_a_loan_matures_so_many_months_after_it_was_paid_out():
    assert contract().matures_on == date(2027, 3, 15)
    assert contract(disbursed_on=date(2024, 1, 31), months=1).matures_on == date(2024, 2, 29)


def test_a_maturity_on_a_day_that_its_month_lacks_may_roll_to_the_next_month():
    rolled = contract(disbursed_on=date(2024, 1, 31), months=1, month_end=MonthEnd.ROLL)

    assert rolled.matures_on == date(2024, 3, 1)


def test_the_last_of_listed_due_dates_is_the_maturity():
    listed = contract(months=12, due_dates=(date(2024, 9, 1), date(2025, 3, 3)))

    assert listed.matures_on == date(2025, 3, 3)


@pytest.mark.parametrize("required", USUAL)
def test_no_required_term_has_a_silent_default(required):
    without = {name: value for name, value in USUAL.items() if name != required}

    with pytest.raises(TypeError, match=required):
        LoanTerms(**without)


@pytest.mark.parametrize("months", [1, 600])
def test_a_loan_runs_from_one_month_to_fifty_years(months):
    assert contract(months=months).months == months


@pytest.mark.parametrize("months", [0, -1, 601, 36.0, "36", True, None])
def test_a_term_outside_one_month_to_fifty_years_is_refused(months):
    with refused_term(months, "1-600", f"months must be 1-600, got {months}"):
        contract(months=months)


def test_a_loan_may_mature_on_the_last_day_of_2100_and_no_later():
    assert contract(disbursed_on=date(2099, 12, 31), months=12).matures_on == date(2100, 12, 31)

    with refused_term(date(2101, 1, 1), "in 2100 at the latest", "the maturity must be in 2100"):
        contract(disbursed_on=date(2100, 1, 1), months=12)


@pytest.mark.parametrize("amount", [ZERO, cny("-0.01")])
def test_a_principal_of_nothing_or_less_is_refused(amount):
    with refused(
        InvalidAmount,
        "money.invalid_amount",
        value=amount,
        limit=ZERO,
        says="the principal must be more than 0.00 yuan",
    ):
        contract(principal=amount)


def test_a_principal_in_another_currency_is_refused():
    dollars = Money("300000", USD)

    with refused(InvalidAmount, "money.invalid_amount", value=dollars, limit="CNY", says="USD"):
        contract(principal=dollars)


@pytest.mark.parametrize("amount", [300_000, "300000", Decimal(300_000)])
def test_a_principal_that_is_no_money_is_refused(amount):
    with refused(
        InvalidAmount,
        "money.invalid_amount",
        value=amount,
        limit="int, Decimal or str, at most 13 digits and two decimals",
    ):
        contract(principal=amount)


@pytest.mark.parametrize("rate", [0.0395, "3.95", Decimal("-0.01"), Decimal("10.01"), None])
def test_a_rate_that_is_none_is_refused(rate):
    with refused(
        InvalidRate, "money.invalid_rate", value=rate, limit="Decimal fraction from 0 to 10"
    ):
        contract(annual_rate=rate)


@pytest.mark.parametrize("rate", [percent(0), percent(1000)])
def test_a_loan_may_bear_no_interest_or_a_thousand_percent(rate):
    assert contract(annual_rate=rate).annual_rate == rate


@pytest.mark.parametrize("field", ["disbursed_on", "signed_on"])
@pytest.mark.parametrize(
    ("day", "limit"),
    [
        (datetime.fromisoformat("2024-03-15"), "datetime.date"),
        ("2024-03-15", "datetime.date"),
        (date(1989, 12, 31), (1990, 2100)),
    ],
)
def test_a_day_of_the_contract_is_a_plain_date_of_our_time(field, day, limit):
    with refused(InvalidDate, "periods.invalid_date", value=day, limit=limit, says="the day of"):
        contract(**{field: day})


def test_a_contract_may_be_signed_on_the_day_of_disbursement_or_before():
    assert contract(signed_on=date(2024, 3, 14)).signed_on == date(2024, 3, 14)
    assert contract(signed_on=date(2024, 3, 15)).signed_on == date(2024, 3, 15)


def test_money_is_not_paid_out_before_the_contract_is_signed():
    with refused(
        InvalidDate,
        "periods.invalid_date",
        value=date(2024, 3, 15),
        limit=date(2024, 3, 16),
        says="signing and disbursement: 2024-03-15 is before 2024-03-16",
    ):
        contract(signed_on=date(2024, 3, 16))


@pytest.mark.parametrize(
    ("term", "limit", "says"),
    [
        ({"amortization": "equal_installments"}, "an Amortization", "the amortization must be"),
        ({"day_count": "thirty_360"}, "a DayCount", "the day count must be"),
        ({"residue": "last_interest"}, "a Residue", "the residue must be"),
        ({"settlement": 20}, "a Settlement", "the settlement must be a Settlement, got 20"),
        ({"month_end": "roll"}, "a MonthEnd", "the month-end rule must be a MonthEnd, got roll"),
        ({"level_by": "exact_factors"}, "a LevelBy", "the basis of the level payment must be"),
        ({"repricing": True}, "a Repricing", "the repricing must be a Repricing, got True"),
        ({"compounding": None}, "a Compounding", "the compounding must be a Compounding, got None"),
        ({"order": "by_component"}, "a PaymentOrder", "the payment order must be"),
        ({"early_interest": 0}, "an EarlyInterest", "the interest of a prepayment must be"),
    ],
)
def test_an_option_is_an_enum_and_no_string(term, limit, says):
    (value,) = term.values()

    with refused_term(value, limit, says):
        contract(**term)


@pytest.mark.parametrize("interval", [1, 2, 3, 6, 12])
def test_payments_are_one_two_three_six_or_twelve_months_apart(interval):
    assert contract(interval_months=interval).interval_months == interval


@pytest.mark.parametrize("interval", [0, -1, 4, 5, 7, 24, 3.0, True, "3", None])
def test_any_other_payment_interval_is_refused(interval):
    with refused_term(
        interval,
        "1, 2, 3, 6 or 12",
        f"the payment interval must be 1, 2, 3, 6 or 12, got {interval}",
    ):
        contract(interval_months=interval)


def test_a_term_without_settlement_day_is_a_multiple_of_the_interval():
    with refused_term(
        35, "a multiple of the payment interval of 3", "months must be a multiple of the payment"
    ):
        contract(months=35, interval_months=3)


def test_a_grace_without_settlement_day_is_a_multiple_of_the_interval():
    with refused_term(
        4, "a multiple of the payment interval of 3", "grace months must be a multiple"
    ):
        contract(grace_months=4, interval_months=3)


@pytest.mark.parametrize(
    "free",
    [{"settlement": Settlement(20)}, {"amortization": Amortization.BULLET}],
    ids=["settled by a day of the month", "all at maturity"],
)
def test_a_term_and_a_grace_with_stubs_may_have_any_number_of_months(free):
    terms = contract(months=35, interval_months=3, grace_months=4, **free)

    assert (terms.months, terms.grace_months) == (35, 4)


def test_a_grace_leaves_at_least_the_last_month_for_the_principal():
    assert contract(grace_months=35).grace_months == 35

    with refused_term(36, "0-35", "grace months must be 0-35, got 36"):
        contract(grace_months=36)


@pytest.mark.parametrize("grace", [-1, 6.0, True, None])
def test_a_grace_is_a_whole_number_of_months(grace):
    with refused_term(grace, "0-35", f"grace months must be 0-35, got {grace}"):
        contract(grace_months=grace)


def test_a_loan_paid_back_at_maturity_has_no_settlement_day():
    with refused_term(
        Settlement(20),
        "absent where all is paid at maturity",
        "the settlement, the due dates and the grace on interest must be absent where all is paid",
    ):
        contract(amortization=Amortization.BULLET, settlement=Settlement(20))


@pytest.mark.parametrize(
    ("term", "value"),
    [
        ({"due_dates": (date(2027, 3, 15),)}, (date(2027, 3, 15),)),
        ({"interest_grace_months": 6}, 6),
    ],
)
def test_a_loan_paid_back_at_maturity_lists_no_due_dates_and_defers_no_interest(term, value):
    with refused_term(
        value,
        "absent where all is paid at maturity",
        "the settlement, the due dates and the grace on interest must be absent",
    ):
        contract(amortization=Amortization.BULLET, **term)


# grace on interest


def test_a_grace_on_interest_leaves_at_least_the_last_month():
    terms = {"amortization": Amortization.INTEREST_ONLY, "months": 12}

    assert contract(**terms, interest_grace_months=11).interest_grace_months == 11
    with refused_term(12, "0-11", "interest grace months must be 0-11, got 12"):
        contract(**terms, interest_grace_months=12)


@pytest.mark.parametrize("grace", [-1, 6.0, True, None])
def test_a_grace_on_interest_is_a_whole_number_of_months(grace):
    with refused_term(grace, "0-35", f"interest grace months must be 0-35, got {grace}"):
        contract(amortization=Amortization.INTEREST_ONLY, interest_grace_months=grace)


@pytest.mark.parametrize(
    "amortization", [Amortization.EQUAL_INSTALLMENTS, Amortization.EQUAL_PRINCIPAL]
)
def test_no_level_plan_repays_principal_before_interest_falls_due(amortization):
    both = contract(amortization=amortization, grace_months=6, interest_grace_months=6)

    assert both.interest_grace_months == 6
    with refused_term(7, "0-6", "interest grace months must be 0-6, got 7"):
        contract(amortization=amortization, grace_months=6, interest_grace_months=7)


def test_a_grace_on_interest_without_settlement_day_is_a_multiple_of_the_interval():
    terms = {"amortization": Amortization.INTEREST_ONLY, "interval_months": 3}

    assert contract(**terms, interest_grace_months=6).interest_grace_months == 6
    with refused_term(
        4, "a multiple of the payment interval of 3", "interest grace months must be a multiple"
    ):
        contract(**terms, interest_grace_months=4)


# days of grace


@pytest.mark.parametrize("days", [0, 1, 365])
def test_a_loan_may_be_late_for_up_to_a_year_before_it_is_delinquent(days):
    assert contract(grace_days=days).grace_days == days


@pytest.mark.parametrize("days", [-1, 366, 3.0, "3", True, None])
def test_days_of_grace_are_a_whole_number_up_to_a_year(days):
    with refused_term(days, "0-365", f"grace days must be 0-365, got {days}"):
        contract(grace_days=days)


# listed due dates


def listed(*days, **terms):
    """Twelve months from 15 March 2024 with due dates of its own."""
    return contract(**{"months": 12, "due_dates": days, **terms})


LISTED = "strictly increasing after disbursement, the last one within a month of 12 months"


@pytest.mark.parametrize("last", [date(2025, 2, 16), date(2025, 3, 15), date(2025, 4, 14)])
def test_listed_due_dates_end_within_a_month_of_the_term(last):
    assert listed(date(2024, 3, 16), last).matures_on == last


@pytest.mark.parametrize(
    "days",
    [
        (date(2025, 2, 15),),
        (date(2025, 4, 15),),
        (date(2024, 3, 15), date(2025, 3, 15)),
        (date(2024, 3, 14), date(2025, 3, 15)),
        (date(2024, 9, 1), date(2024, 9, 1), date(2025, 3, 15)),
        (date(2024, 9, 2), date(2024, 9, 1), date(2025, 3, 15)),
    ],
    ids=[
        "a month short",
        "a month long",
        "on disbursement",
        "before disbursement",
        "twice",
        "backwards",
    ],
)
def test_listed_due_dates_that_make_no_plan_are_refused(days):
    shown = ", ".join(map(str, days))

    with refused_term(shown, LISTED, f"the due dates must be {LISTED}, got {shown}"):
        listed(*days)


@pytest.mark.parametrize("days", [[date(2025, 3, 15)], [], None, date(2025, 3, 15)])
def test_listed_due_dates_are_a_tuple(days):
    with refused_term(days, "a tuple of dates", "the due dates must be a tuple of dates, got"):
        contract(months=12, due_dates=days)


@pytest.mark.parametrize("day", ["2025-03-15", datetime.fromisoformat("2025-03-15"), None])
def test_a_listed_due_date_is_a_plain_date(day):
    with refused(
        InvalidDate,
        "periods.invalid_date",
        value=day,
        limit="datetime.date",
        says="the day of a due date must be a date, got",
    ):
        listed(day)


def test_due_dates_are_listed_or_settled_and_not_both():
    with refused_term(
        Settlement(20), "absent where due dates are listed", "the settlement must be absent where"
    ):
        listed(date(2025, 3, 15), settlement=Settlement(20))


def test_listed_due_dates_ask_for_no_multiple_of_the_interval():
    terms = listed(date(2025, 3, 15), interval_months=6, grace_months=4)

    assert (terms.interval_months, terms.grace_months) == (6, 4)


# parts of the principal


def in_parts(*parts, **terms):
    """300,000 yuan for 36 months from 15 March 2024 in parts of so many yuan on so many days."""
    listed_parts = tuple(
        PrincipalPart(due_on=date.fromisoformat(day), principal=cny(yuan)) for day, yuan in parts
    )
    return contract(**{"amortization": Amortization.CUSTOM, "parts": listed_parts, **terms})


def test_parts_of_the_principal_add_up_to_it():
    terms = in_parts(("2025-03-15", 30_000), ("2026-03-15", 60_000), ("2027-03-15", 210_000))

    assert [part.principal for part in terms.parts] == [cny(30_000), cny(60_000), cny(210_000)]


@pytest.mark.parametrize(
    ("last", "shown"), [("209999.99", "299,999.99"), ("210000.01", "300,000.01")]
)
def test_parts_that_do_not_add_up_to_the_principal_are_refused(last, shown):
    with refused_term(
        shown,
        "the principal of 300,000.00",
        f"the sum of the parts must be the principal of 300,000.00, got {shown}",
    ):
        in_parts(("2025-03-15", 30_000), ("2026-03-15", 60_000), ("2027-03-15", last))


def test_a_custom_plan_lists_its_parts():
    with refused_term(
        0,
        "listed for a CUSTOM plan, and for no other",
        "the parts of the principal must be listed for a CUSTOM plan",
    ):
        contract(amortization=Amortization.CUSTOM)


@pytest.mark.parametrize(
    "amortization", [plan for plan in Amortization if plan is not Amortization.CUSTOM]
)
def test_no_other_plan_lists_parts(amortization):
    with refused_term(
        1,
        "listed for a CUSTOM plan, and for no other",
        "the parts of the principal must be listed for a CUSTOM plan",
    ):
        in_parts(("2027-03-15", 300_000), amortization=amortization)


THE_WHOLE = PrincipalPart(due_on=date(2027, 3, 15), principal=cny(300_000))


@pytest.mark.parametrize("parts", [[THE_WHOLE], THE_WHOLE, [], None])
def test_parts_are_a_tuple(parts):
    with refused_term(parts, "a tuple of PrincipalPart", "the parts of the principal must be a"):
        contract(amortization=Amortization.CUSTOM, parts=parts)


def test_a_part_is_no_mere_pair():
    part = (date(2027, 3, 15), cny(300_000))

    with refused_term(part, "a PrincipalPart", "a part of the principal must be a PrincipalPart"):
        contract(amortization=Amortization.CUSTOM, parts=(part,))


@pytest.mark.parametrize(
    "days",
    [
        ("2024-03-15", "2027-03-15"),
        ("2024-03-14", "2027-03-15"),
        ("2026-03-15", "2026-03-15"),
        ("2026-03-15", "2026-03-14"),
        ("2026-03-15", "2027-03-16"),
    ],
    ids=["on disbursement", "before disbursement", "twice", "backwards", "after maturity"],
)
def test_parts_on_days_that_make_no_plan_are_refused(days):
    limit = "strictly increasing after disbursement through 2027-03-15"

    with refused_term(", ".join(days), limit, f"the days of the parts must be {limit}, got"):
        in_parts(*((day, 150_000) for day in days))


def test_a_custom_plan_has_no_grace_on_principal_for_its_parts_say_it():
    with refused_term(
        6,
        "0 where parts are listed",
        "grace months must be 0 where parts are listed, got 6",
    ):
        in_parts(("2027-03-15", 300_000), grace_months=6)


# penalties


AGREED = Dated.always("penalty", Multiple(Decimal("1.5")))


@pytest.mark.parametrize("which", ["penalty", "misuse"])
def test_a_penalty_is_agreed_from_disbursement_at_the_latest(which):
    on_the_day = Dated("penalty", ((date(2024, 3, 15), Daily(Decimal("0.0002"))),))

    assert getattr(contract(**{which: AGREED}), which) is AGREED
    assert getattr(contract(**{which: on_the_day}), which) is on_the_day


@pytest.mark.parametrize(
    ("which", "what"), [("penalty", "the penalty"), ("misuse", "the penalty for misuse")]
)
def test_a_penalty_agreed_too_late_is_refused(which, what):
    late = Dated("penalty", ((date(2024, 3, 16), Multiple(Decimal("1.5"))),))

    with refused_term(
        date(2024, 3, 16),
        "agreed from 2024-03-15 at the latest",
        f"{what} must be agreed from 2024-03-15 at the latest, got 2024-03-16",
    ):
        contract(**{which: late})


@pytest.mark.parametrize(
    ("which", "what"), [("penalty", "the penalty"), ("misuse", "the penalty for misuse")]
)
@pytest.mark.parametrize(
    "agreed",
    [
        Multiple(Decimal("1.5")),
        Decimal("1.5"),
        False,
        Dated.always("penalty", Decimal("1.5")),
        Dated("penalty", ((date(2004, 1, 1), Multiple(Decimal("1.5"))), (date(2024, 1, 1), None))),
    ],
    ids=["a multiple", "a number", "nothing", "a number for ever", "no more from 2024"],
)
def test_a_penalty_is_a_multiple_or_a_daily_rate_over_time(which, what, agreed):
    with refused_term(
        agreed, "a Dated of Multiple or Daily", f"{what} must be a Dated of Multiple or Daily, got"
    ):
        contract(**{which: agreed})


def test_terms_cannot_be_edited_and_can_be_told_apart():
    terms = contract()

    with pytest.raises(AttributeError):
        terms.months = 24
    assert terms == contract()
    assert hash(terms) == hash(contract())
    assert terms != contract(months=24)
