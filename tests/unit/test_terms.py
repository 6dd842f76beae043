"""What a contract may contain, and what it may not."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from moneyed import USD, Money

from microloan.errors import (
    InvalidAmount,
    InvalidDate,
    InvalidIdentity,
    InvalidRate,
    InvalidTerms,
)
from microloan.money import ZERO, cny
from microloan.periods import DayCount
from microloan.rate import percent
from microloan.terms import (
    Amortization,
    BorrowerKind,
    Category,
    LoanTerms,
    LowProfit,
    Reference,
    Residue,
    Settlement,
    identity,
)
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


# identities


@pytest.mark.parametrize("given", ["HT-2024-0017", "回单 1", "①", "x" * 64, "0"])
def test_an_identity_of_the_world_is_taken_as_it_is(given):
    assert identity(given, "a loan") is given


@pytest.mark.parametrize(
    "given",
    [
        "",
        " ",
        " HT",
        "HT ",
        "\u3000HT",
        "HT\n",
        "H\tT",
        "H\u200bT",
        "x" * 65,
        17,
        None,
        b"HT",
        True,
    ],
)
def test_an_identity_that_cannot_be_stored_and_printed_is_refused(given):
    with refused(
        InvalidIdentity,
        "identity.invalid",
        value=given,
        limit=64,
        says=f"the identity of a loan must be 1-64 printable characters, got {given!r}",
    ):
        identity(given, "a loan")


# settlement day


@pytest.mark.parametrize("day", [1, 20, 28])
def test_a_settlement_day_is_one_that_every_month_has(day):
    assert Settlement(day).day == day


@pytest.mark.parametrize("day", [0, 29, 31, -1, 20.0, "20", True, None])
def test_a_settlement_day_that_some_month_lacks_is_refused(day):
    with refused_term(day, "1-28", f"the settlement day must be 1-28, got {day}"):
        Settlement(day)


# the category


def test_a_category_needs_nothing_but_the_kind():
    category = Category(kind=BorrowerKind.INDIVIDUAL)

    assert category.groups == frozenset()
    assert (category.heads, category.loan_number, category.scheme) == (1, 1, "")
    assert category.low_profit is LowProfit.NOT_STATED
    assert category.commercial_part == ZERO
    assert category.reference is None
    assert category.reference_rate is None


def test_a_category_keeps_every_fact_it_is_given():
    category = Category(
        kind=BorrowerKind.PARTNERSHIP,
        groups=["returning_migrant", "本地人员"],
        heads=10_000,
        scheme="a" * 40,
        low_profit=LowProfit.YES,
        loan_number=99,
        commercial_part=cny("0.01"),
        reference=Reference.LPR_5Y,
        reference_rate=percent("4.20"),
    )

    assert category.groups == frozenset({"returning_migrant", "本地人员"})
    assert (category.heads, category.loan_number) == (10_000, 99)
    assert hash(category) == hash(
        Category(
            kind=BorrowerKind.PARTNERSHIP,
            groups={"本地人员", "returning_migrant"},
            heads=10_000,
            scheme="a" * 40,
            low_profit=LowProfit.YES,
            loan_number=99,
            commercial_part=cny("0.01"),
            reference=Reference.LPR_5Y,
            reference_rate=percent("4.20"),
        )
    )


@pytest.mark.parametrize(
    ("fact", "limit", "says"),
    [
        ({"kind": "individual"}, "a BorrowerKind", "the borrower kind must be a BorrowerKind"),
        ({"low_profit": True}, "a LowProfit", "the low-profit mark must be a LowProfit, got True"),
        ({"reference": "lpr_1y"}, "a Reference", "the reference must be a Reference, got lpr_1y"),
        ({"heads": 0}, "1-10000", "heads must be 1-10000, got 0"),
        ({"heads": 10_001}, "1-10000", "heads must be 1-10000, got 10001"),
        ({"heads": 2.0}, "1-10000", "heads must be 1-10000, got 2.0"),
        ({"loan_number": 0}, "1-99", "the loan number must be 1-99, got 0"),
        ({"loan_number": 100}, "1-99", "the loan number must be 1-99, got 100"),
        ({"loan_number": True}, "1-99", "the loan number must be 1-99, got True"),
        ({"groups": "women"}, "a set of codes", "groups must be a set of codes, got women"),
        ({"scheme": "A"}, "a lower-case code or empty", "the scheme must be"),
        ({"scheme": "a" * 41}, "a lower-case code or empty", "the scheme must be"),
        ({"scheme": "1a"}, "a lower-case code or empty", "the scheme must be"),
        ({"commercial_part": cny("-0.01")}, "at least 0.00", "the commercial part must be"),
    ],
)
def test_a_fact_no_contract_could_contain_is_refused(fact, limit, says):
    (value,) = fact.values()

    with refused_term(value, limit, says):
        Category(**{"kind": BorrowerKind.INDIVIDUAL, **fact})


@pytest.mark.parametrize("code", ["Women", "", "a b", "a" * 41, "妇" * 21, "妇a", 7, None])
def test_a_group_is_a_lower_case_code_or_a_chinese_name(code):
    with refused_term(code, "a lower-case code or a Chinese name", "a group must be"):
        Category(kind=BorrowerKind.INDIVIDUAL, groups=[code])


def test_a_reference_rate_is_held_to_the_limits_of_a_rate():
    with refused(
        InvalidRate,
        "money.invalid_rate",
        value=Decimal("10.01"),
        limit="Decimal fraction from 0 to 10",
    ):
        Category(kind=BorrowerKind.INDIVIDUAL, reference_rate=Decimal("10.01"))


# the terms


def test_terms_not_named_have_their_published_meaning():
    terms = contract()

    assert terms.signed_on == terms.disbursed_on
    assert (terms.interval_months, terms.grace_months) == (1, 0)
    assert terms.settlement is None
    assert terms.residue is Residue.LAST_INSTALLMENT


def test_a_loan_matures_so_many_months_after_it_was_paid_out():
    assert contract().matures_on == date(2027, 3, 15)
    assert contract(disbursed_on=date(2024, 1, 31), months=1).matures_on == date(2024, 2, 29)


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
        ({"amortization": "equal_installments"}, "a Amortization", "the amortization must be"),
        ({"day_count": "thirty_360"}, "a DayCount", "the day count must be"),
        ({"residue": "last_interest"}, "a Residue", "the residue must be"),
        ({"settlement": 20}, "a Settlement", "the settlement must be a Settlement, got 20"),
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
        Settlement(20), "absent where all is paid at maturity", "the settlement must be absent"
    ):
        contract(amortization=Amortization.BULLET, settlement=Settlement(20))


def test_terms_cannot_be_edited_and_can_be_told_apart():
    terms = contract()

    with pytest.raises(AttributeError):
        terms.months = 24
    assert terms == contract()
    assert hash(terms) == hash(contract())
    assert terms != contract(months=24)
