"""Limits for a bank, a group or a period: what counts under them, and what they stop."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from histories import PERSON, PROMISE, a_fund, a_loan, pays_on_time, refused
from microloan import (
    ZERO,
    InvalidDate,
    SubLimitExceeded,
    cny,
    disburse,
    set_sublimit,
    sublimits,
)
from microloan.commitment import release_commitment, with_commitment
from microloan.sublimit import SubLimitUse, measure_sublimits, require_sublimits

NEW_YEAR, DAY, LAPSE = date(2024, 1, 1), date(2024, 2, 1), date(2024, 5, 1)
YEAR_END = date(2024, 12, 31)
VETERAN = replace(PERSON, groups={"veteran"})


def limited(amount=200_000, fund=None, *, on=NEW_YEAR, ref="限1", **whom):
    """A fund with a limit, by default of 200,000 for BANK-1 from the New Year of 2024."""
    fund = a_fund() if fund is None else fund
    return set_sublimit(fund, cny(amount), on=on, ref=ref, **whom or {"lender": "BANK-1"})


def approving(fund, amount=60_000, *, loan_id="HT-2", lender="BANK-1", on=DAY, ref="批1", **doing):
    """The fund with an approval that nothing tested, from 1 February to 30 April."""
    return with_commitment(
        fund,
        loan_id,
        cny(amount),
        **{"lender": lender, "lapses_on": LAPSE, "on": on, "ref": ref} | doing,
    )


def used(fund, loans=(), day=DAY):
    """How much of each limit is used on a day."""
    uses = measure_sublimits(fund.entries, loans, fund_id="F-01", as_of=day)
    return {use.limit.ref: use.used for use in uses}


def require(fund, loans=(), *, lender="BANK-1", groups=(), since=DAY, lent_on=()):
    """The test of what a bank and groups fall under, from a day on, with the days of lending."""
    require_sublimits(
        fund.entries,
        loans,
        fund_id="F-01",
        lender=lender,
        groups=groups,
        since=since,
        lent_on=lent_on,
    )


# ---- what is used


def test_a_limit_for_a_bank_is_used_by_the_exposure_of_its_loans():
    loan = pays_on_time(a_loan(), 1, 2)  # 120,000, less 10,000 on 15 February and 15 March
    other = replace(a_loan("HT-3"), lender="BANK-2")

    days = {date(2024, 1, 14): 0, date(2024, 1, 15): 120_000, date(2024, 3, 15): 100_000}
    for day, amount in days.items():
        assert used(limited(), [loan, other], day) == {"限1": cny(amount)}


def test_a_use_says_what_is_left():
    [use] = measure_sublimits(limited().entries, [a_loan()], fund_id="F-01", as_of=DAY)

    assert use == SubLimitUse(limit=sublimits(limited().entries, as_of=DAY)[0], used_fen=120_000_00)
    assert (use.used, use.headroom, use.within_limit) == (cny(120_000), cny(80_000), True)
    full = replace(use, used_fen=200_000_00)
    assert (full.headroom, full.within_limit) == (ZERO, True)
    over = replace(use, used_fen=200_000_01)
    assert (over.headroom, over.within_limit) == (ZERO, False)


def test_a_limit_for_a_group_is_used_by_loans_to_its_members():
    loans = [a_loan("HT-1", category=VETERAN), a_loan("HT-3")]

    assert used(limited(group="veteran"), loans) == {"限1": cny(120_000)}
    assert used(limited(group="disabled"), loans) == {"限1": ZERO}


def test_a_limit_for_a_group_at_a_bank_is_used_by_loans_that_are_both():
    loans = [
        a_loan("HT-1", category=VETERAN),
        a_loan("HT-3"),
        replace(a_loan("HT-4", category=VETERAN), lender="BANK-2"),
    ]

    assert used(limited(lender="BANK-1", group="veteran"), loans) == {"限1": cny(120_000)}


def test_loans_of_other_funds_and_without_a_guarantee_use_no_limit():
    loans = [
        a_loan("HT-1", guarantee=None),
        a_loan("HT-3", guarantee=replace(PROMISE, fund_id="F-02")),
    ]

    assert used(limited(), loans) == {"限1": ZERO}
    assert used(limited(through=YEAR_END), loans) == {"限1": ZERO}


def test_what_is_approved_counts_until_it_lapses_is_released_or_paid_out():
    fund = approving(limited())

    days = {date(2024, 1, 31): 0, DAY: 60_000, date(2024, 4, 30): 60_000, LAPSE: 0}
    for day, amount in days.items():
        assert used(fund, day=day) == {"限1": cny(amount)}
    released = release_commitment(fund, "批1", on=date(2024, 3, 1), ref="撤1")
    assert used(released, day=date(2024, 2, 29)) == {"限1": cny(60_000)}
    assert used(released, day=date(2024, 3, 1)) == {"限1": ZERO}
    loan = a_loan("HT-2", principal=cny(50_000), disbursed_on=date(2024, 3, 1))
    assert used(fund, [loan], date(2024, 3, 1)) == {"限1": cny(60_000)}  # 50,000 and 10,000
    assert used(fund, [loan], LAPSE) == {"限1": cny(50_000)}


def test_approvals_of_other_banks_and_groups_do_not_count():
    fund = limited(300_000, limited(), ref="限2", group="veteran")
    fund = approving(fund, 7, lender="BANK-2", ref="批7")
    fund = approving(fund, 30, loan_id="HT-3", ref="批2", groups=["veteran"])
    fund = approving(fund, 500, loan_id="HT-4", ref="批3", lender="BANK-2", groups=["veteran"])

    assert used(fund) == {"限1": cny(30), "限2": cny(530)}


def test_a_limit_for_a_period_is_used_by_what_is_lent_in_it_repaid_or_not():
    repaid = pays_on_time(a_loan(disbursed_on=date(2023, 12, 31), months=1), 1, 1)
    paid = pays_on_time(a_loan("HT-3", disbursed_on=NEW_YEAR, months=1), 1, 1)
    last = a_loan("HT-4", disbursed_on=YEAR_END, principal=cny(5_000))
    fund = limited(through=YEAR_END, lender="BANK-1")

    # the loan of the eve does not count, the repaid one does, that of the last day does
    assert used(fund, [repaid, paid, last], date(2024, 6, 1)) == {"限1": cny(120_000)}
    assert used(fund, [repaid, paid, last], YEAR_END) == {"限1": cny(125_000)}
    assert used(fund, [repaid, paid, last], date(2025, 1, 1)) == {}


def test_each_part_that_is_paid_out_counts_in_its_own_period():
    loan = a_loan(disbursed=40_000, disbursed_on=date(2023, 12, 1))
    loan = disburse(loan, cny(50_000), on=date(2024, 1, 10), ref="放2")

    assert used(limited(through=YEAR_END), [loan]) == {"限1": cny(50_000)}
    assert used(limited(), [loan]) == {"限1": cny(90_000)}


def test_a_period_counts_what_was_approved_in_it():
    fund = limited(through=date(2024, 3, 31))
    before = approving(fund, on=date(2023, 12, 31))
    first = approving(fund, on=NEW_YEAR)

    assert used(before) == {"限1": ZERO}
    assert used(first) == {"限1": cny(60_000)}
    april = a_loan("HT-2", disbursed_on=date(2024, 3, 31), principal=cny(45_000))
    # paid out on its last day: 45,000 lent, 15,000 still approved
    assert used(first, [april], date(2024, 3, 31)) == {"限1": cny(60_000)}


def test_only_limits_that_hold_are_measured():
    fund = limited(250_000, limited(), on=date(2024, 3, 1), ref="限2")

    assert used(fund, day=date(2023, 12, 31)) == {}
    assert list(used(fund, day=date(2024, 2, 29))) == ["限1"]
    assert list(used(fund, day=date(2024, 3, 1))) == ["限2"]


# ---- what is stopped


def test_exactly_the_limit_may_be_used_and_not_a_fen_more():
    loans = [a_loan()]

    require(approving(limited(), 80_000), loans)
    fund = approving(limited(), "80000.01")
    with refused(
        SubLimitExceeded,
        code="fund.sublimit_exceeded",
        value=cny("200000.01"),
        limit=cny(200_000),
        keeps=fund,
    ) as caught:
        require(fund, loans)
    assert str(caught.value) == (
        "F-01: 200,000.01 would be used on 2024-02-01 of limit 限1 for BANK-1; "
        "it allows 200,000.00, 0.01 too much"
    )
    assert "2024-02-01 限额 限1 将用 200,000.01" in caught.value.zh


def test_a_limit_for_a_group_of_a_bank_in_a_period_is_named_whole():
    fund = limited(through=YEAR_END, lender="BANK-1", group="veteran")
    loans = [a_loan("HT-1", category=VETERAN), a_loan("HT-3", category=VETERAN)]

    with refused(
        SubLimitExceeded,
        code="fund.sublimit_exceeded",
        value=cny(240_000),
        limit=cny(200_000),
    ) as caught:
        require(fund, loans, groups=["disabled", "veteran"])
    assert str(caught.value) == (
        "F-01: 240,000.00 would be used on 2024-02-01 of limit 限1 for BANK-1 and veteran "
        "from 2024-01-01 through 2024-12-31; it allows 200,000.00, 40,000.00 too much"
    )


def test_a_limit_for_a_period_alone_is_for_all():
    with pytest.raises(SubLimitExceeded, match="of limit 限1 for all from 2024-01-01 through"):
        require(limited(through=YEAR_END), [a_loan(), a_loan("HT-3")], lender="BANK-9")


def test_limits_of_other_banks_and_groups_do_not_stop():
    loans = [a_loan("HT-1", category=VETERAN), a_loan("HT-3", category=VETERAN)]

    for fund in (limited(), limited(lender="BANK-1", group="veteran")):
        require(fund, loans, lender="BANK-2", groups=["veteran"])
    require(limited(group="veteran"), loans, groups=["disabled"])


def test_every_later_day_is_tested_and_the_first_over_the_limit_is_named():
    march = [a_loan(), a_loan("HT-3", disbursed_on=date(2024, 3, 15))]
    april = a_loan("HT-4", disbursed_on=date(2024, 4, 1))

    with pytest.raises(SubLimitExceeded, match=r"240,000.00 would be used on 2024-03-15"):
        require(limited(), [april, *march])


def test_days_before_the_first_are_not_tested():
    loans = [pays_on_time(a_loan(), 1, 12), a_loan("HT-3")]

    with pytest.raises(SubLimitExceeded, match="on 2024-05-14"):
        require(limited(), loans, since=date(2024, 5, 14))
    require(limited(), loans, since=date(2024, 5, 15))  # 80,000 and 120,000


def test_a_limit_is_tested_from_its_own_day():
    fund = limited(on=date(2024, 3, 1))
    loans = [a_loan(), a_loan("HT-3")]

    with pytest.raises(SubLimitExceeded, match="on 2024-03-01"):
        require(fund, loans)


def test_a_later_limit_takes_the_place_of_the_earlier_from_its_day():
    loans = [a_loan(), a_loan("HT-3")]
    wider = limited(240_000, limited(), on=DAY, ref="限2")
    narrower = limited(100_000, limited(240_000), on=date(2024, 3, 1), ref="限2")

    require(wider, loans)
    with pytest.raises(SubLimitExceeded, match="on 2024-01-31 of limit 限1"):
        require(wider, loans, since=date(2024, 1, 31))
    with pytest.raises(SubLimitExceeded, match="on 2024-03-01 of limit 限2"):
        require(narrower, loans)


def test_on_the_day_of_a_wider_limit_the_wider_one_is_tested():
    second = a_loan("HT-3", disbursed_on=date(2024, 3, 15))
    for day, fits in ((date(2024, 3, 15), True), (date(2024, 3, 16), False)):
        wider = limited(240_000, limited(), on=day, ref="限2")
        if fits:
            require(wider, [a_loan(), second])
        else:
            with pytest.raises(SubLimitExceeded, match="on 2024-03-15 of limit 限1"):
                require(wider, [a_loan(), second])


def test_a_period_that_is_over_stops_nothing():
    loans = [a_loan(), a_loan("HT-3")]
    fund = limited(through=date(2024, 3, 31))

    with pytest.raises(SubLimitExceeded, match="on 2024-03-31"):
        require(fund, loans, since=date(2024, 3, 31))
    require(fund, loans, since=date(2024, 4, 1))


def test_a_period_that_was_kept_to_its_end_is_not_tested_on_later_days():
    fund = approving(limited(through=date(2024, 3, 31)), 150_000)
    loan = a_loan("HT-3", disbursed_on=date(2024, 4, 1))

    require(fund, [loan])


def test_a_fund_without_limits_is_stopped_by_none():
    require(a_fund(), [a_loan()])


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda fund, day: used(fund, day=day), "a question is asked as of a date"),
        (lambda fund, day: require(fund, [], since=day), "the day of a test of limits must"),
    ],
)
def test_limits_are_asked_about_by_plain_days(act, says):
    moment = datetime(2024, 2, 1, tzinfo=UTC)
    with refused(
        InvalidDate, code="periods.invalid_date", value=moment, limit="datetime.date"
    ) as caught:
        act(limited(), moment)
    assert says in str(caught.value)


# ---- a loan that is entered late


def test_a_loan_lent_in_a_period_counts_under_its_limit_also_where_it_is_entered_after_it():
    # 120,000 on 15 January 2024, of which the period allows 100,000; entered on 1 July.
    june = {"lender": "BANK-1", "through": date(2024, 6, 30)}
    fund, loan, july = limited(100_000, **june), a_loan(), date(2024, 7, 1)
    lent_on = loan.terms.disbursed_on

    with refused(
        SubLimitExceeded, code="fund.sublimit_exceeded", value=cny(120_000), limit=cny(100_000)
    ) as caught:
        require(fund, [loan], since=july, lent_on=[lent_on])
    assert "would be used on 2024-01-15 of limit 限1" in str(caught.value)
    for rest in (
        {"fund": limited(120_000, **june)},  # exactly on it
        {"lent_on": []},  # nothing that was lent is entered
        {"lent_on": [july]},
        {"lender": "BANK-2"},
        {"fund": limited(100_000, on=date(2024, 1, 16), **june)},  # it began a day later
        {"fund": limited(100_000, lender="BANK-1", through=date(2024, 1, 14))},
    ):
        require(**{"fund": fund, "loans": [loan], "since": july, "lent_on": [lent_on]} | rest)


def test_a_part_entered_late_is_tested_with_what_was_lent_after_it_in_the_period():
    june = {"group": "veteran", "through": date(2024, 6, 30)}
    early = a_loan(category=VETERAN)
    later = a_loan("HT-2", category=VETERAN, disbursed_on=date(2024, 3, 1))
    asked = {"groups": ["veteran"], "since": date(2024, 7, 1)}

    with pytest.raises(SubLimitExceeded, match=r"240,000\.00 would be used on 2024-03-01"):
        require(limited(200_000, **june), [early, later], lent_on=[date(2024, 1, 15)], **asked)
    require(limited(240_000, **june), [early, later], lent_on=[date(2024, 1, 15)], **asked)


def test_a_limit_on_the_exposure_is_tested_from_the_first_day_only():
    # Repaid in full by 15 January 2025: what stood before no longer stands in the way.
    loan = pays_on_time(a_loan(), 1, 12)
    days = {"since": date(2025, 1, 15), "lent_on": [date(2024, 1, 15)]}

    require(limited(100_000), [loan], **days)
    with pytest.raises(SubLimitExceeded):
        require(limited(100_000), [loan], since=date(2024, 1, 15))


def test_the_days_of_lending_are_plain_dates():
    with pytest.raises(InvalidDate):
        require(limited(), [], lent_on=["2024-01-15"])
