"""What is asked of a book, or done to its funds, under something that is no policy."""

from datetime import date

import pytest

from histories import RULES, a_fund, a_loan
from microloan import InvalidTerms, cny
from refusals import refused

DAY, LATER = date(2024, 7, 1), date(2024, 12, 31)
APPROVAL = {"lender": "BANK-1", "lapses_on": LATER, "on": DAY, "ref": "批1"}
OFF = {"on": DAY, "ref": "退1"}
ASKED = {
    "leverage": lambda uow, under: uow.leverage("F-01", under=under, as_of=DAY),
    "leverage_path": lambda uow, under: uow.leverage_path("F-01", under=under),
    "admit": lambda uow, under: uow.admit(a_loan(), under=under, on=DAY),
    "approve": lambda uow, under: uow.funds.approve(
        "F-01", "HT-9", cny(5), under=under, **APPROVAL
    ),
    "withdraw": lambda uow, under: uow.funds.withdraw("F-01", cny(5), under=under, **OFF),
    "advance_subsidy": lambda uow, under: uow.funds.advance_subsidy(
        "F-01", cny(5), under=under, **OFF
    ),
    "reverse": lambda uow, under: uow.funds.reverse("F-01", 2, under=under, on=DAY, ref="冲1"),
}


@pytest.mark.parametrize("given", [None, "cn"])
@pytest.mark.parametrize("name", ASKED)
def test_what_is_no_policy_is_refused_before_anything_is_done(database, name, given):
    database.keep(a_fund().deposit(cny(5), on=DAY, ref="补1"))
    kind = type(given).__name__

    with (
        database.work() as uow,
        refused(InvalidTerms, "terms.invalid", value=kind, limit="a Policy"),
    ):
        ASKED[name](uow, given)

    assert len(database.fund().entries) == 2


def test_not_even_the_same_act_again_is_done_without_a_policy(database):
    database.keep(a_fund())
    for name in ("approve", "withdraw", "advance_subsidy"):
        with database.work() as uow:
            ASKED[name](uow, RULES)
            uow.commit()
        with (
            database.work() as uow,
            refused(InvalidTerms, "terms.invalid", value="NoneType", limit="a Policy"),
        ):
            ASKED[name](uow, None)
