"""What policy values come to: ceilings by heads and schemes, headcounts, deadlines, rule books."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from microloan import (
    BorrowerKind,
    Category,
    InvalidTerms,
    LowProfit,
    Opening,
    Reference,
    cny,
    policy,
)
from microloan.policy import (
    MEASURES,
    After,
    Ceiling,
    ClaimDelay,
    CounterGuarantee,
    Deadline,
    ExtensionRule,
    HiredRatio,
    Level,
    LossShare,
    OtherLoans,
    PaymentMode,
    RaisedCap,
    RateCap,
    RiskReward,
    RunningLoans,
    Shares,
    SubsidyShape,
    SubsidyTier,
    in_force,
    in_words,
)
from refusals import refused

WAN = 1_000_000
CENTRAL = policy.load("cn", region="central")


def weekdays(day):
    """Monday to Friday."""
    return day.weekday() < 5


# ---- ceilings


@pytest.mark.parametrize(
    ("heads", "wan"),
    [(1, 33), (2, 66), (3, 99), (12, 396), (13, 400), (40, 400)],  # 30 万 a head × 1.10, ≤ 400 万
)
def test_partners_of_2023_may_borrow_ten_percent_more_than_each_for_himself(heads, wan):
    partners = Category(kind=BorrowerKind.PARTNERSHIP, heads=heads)

    assert CENTRAL.ceiling_of(partners, on=date(2023, 10, 1)).value == wan * WAN


def test_partners_of_2020_have_no_ceiling_for_all_together():
    partners = Category(kind=BorrowerKind.PARTNERSHIP, heads=20)

    # 20 × 20 万 × 1.10 = 440 万
    assert CENTRAL.ceiling_of(partners, on=date(2021, 1, 1)).value == 440 * WAN


def test_women_of_2009_may_borrow_ten_wan_a_head_together():
    women = Category(kind=BorrowerKind.PARTNERSHIP, heads=5, groups={"women"})

    assert CENTRAL.ceiling_of(women, on=date(2010, 1, 1)).value == 50 * WAN


def test_heads_count_in_a_partnership_only():
    assert (
        Ceiling(base_fen=100).for_category(Category(kind=BorrowerKind.INDIVIDUAL, heads=3)) == 100
    )


def test_a_scheme_goes_before_every_group():
    rule = Ceiling(base_fen=100, by_group_fen=(("women", 300),), by_scheme_fen=(("ten_best", 200),))

    def of(**facts):
        return rule.for_category(Category(kind=BorrowerKind.INDIVIDUAL, **facts))

    assert of() == of(groups={"graduate"}) == of(scheme="another") == 100
    assert of(groups={"women"}) == 300
    assert of(groups={"women"}, scheme="ten_best") == 200


def test_in_weihai_an_own_business_may_borrow_thirty_wan():
    weihai = policy.load("cn", region="east", seven_eastern=True, overlay="weihai2017")
    person = Category(kind=BorrowerKind.INDIVIDUAL)
    owner = Category(kind=BorrowerKind.INDIVIDUAL, scheme="own_business")

    assert weihai.ceiling_of(person, on=date(2017, 7, 1)).value == 10 * WAN
    assert weihai.ceiling_of(owner, on=date(2017, 7, 1)).value == 30 * WAN


def test_what_may_be_lent_is_what_may_be_subsidized_unless_a_local_rule_lifts_it():
    sichuan = policy.load("cn", region="west", overlay="sichuan2025")
    person = Category(kind=BorrowerKind.INDIVIDUAL)
    day = date(2025, 6, 1)

    assert sichuan.ceiling_of(person, on=day).value == 30 * WAN
    assert sichuan.lending_ceiling_of(person, on=day).value == 50 * WAN
    assert CENTRAL.lending_ceiling_of(person, on=day) == CENTRAL.ceiling_of(person, on=day)
    for outside in (date(2025, 3, 31), date(2028, 1, 1)):
        assert sichuan.lending_ceiling_of(person, on=outside).value == 30 * WAN


# ---- hired staff, the raised cap


@pytest.mark.parametrize(
    ("staff", "required"), [(1, 1), (10, 1), (11, 2), (99, 10), (100, 10), (101, 6), (120, 6)]
)
def test_more_than_a_hundred_staff_make_a_firm_large_and_exactly_a_hundred_do_not(staff, required):
    # 2023: 10 %, above 100 staff 5 %; a part of a person counts as one more.
    assert CENTRAL.hired_ratio.at(date(2024, 1, 1)).value.required(staff) == required


def test_a_firm_without_staff_needs_no_hires():
    rule = HiredRatio(ratio=Decimal("0.30"), large=Decimal("0.15"), large_above=100)

    assert rule.required(0) == 0


def test_the_cap_may_be_raised_from_ninety_percent_on():
    rule = CENTRAL.raised_leverage_cap.at(date(2021, 1, 1)).value

    assert rule == RaisedCap(at_most=10, repayment_rate=Decimal("0.90"))


# ---- shares


@pytest.mark.parametrize(
    ("parts", "given"),
    [
        ((), ""),
        (((Level.CENTRAL, Fraction(1, 2)),), "central 1/2"),
        (((Level.CENTRAL, Fraction(1, 2)),) * 2, "central 1/2, central 1/2"),
        (
            ((Level.CENTRAL, Fraction(3, 2)), (Level.LOCAL, Fraction(-1, 2))),
            "central 3/2, local -1/2",
        ),
    ],
)
def test_shares_that_do_not_make_one_are_refused(parts, given):
    with refused(
        InvalidTerms, "terms.invalid", value=given, limit="of each level once, and make 1"
    ):
        Shares(parts=parts)


def test_every_level_has_a_chinese_name():
    assert [level.zh for level in Level] == ["中央", "省级", "市级", "县级", "地方"]


# ---- deadlines


@pytest.mark.parametrize(
    ("measure", "start", "last"),
    [
        ({"workdays": 5}, date(2024, 3, 20), date(2024, 3, 27)),  # Wed; 21, 22, 25, 26, 27
        ({"workdays": 1}, date(2024, 3, 22), date(2024, 3, 25)),  # over a weekend
        ({"days": 20}, date(2024, 12, 31), date(2025, 1, 20)),
        ({"months": 1}, date(2024, 1, 31), date(2024, 2, 29)),
        ({"day": 10}, date(2024, 6, 30), date(2024, 7, 10)),
        ({"day": 28, "months_later": 2}, date(2024, 12, 31), date(2025, 2, 28)),
        ({"day": 31, "months_later": 2}, date(2024, 12, 31), date(2025, 2, 28)),
        ({"day": 31}, date(2023, 12, 31), date(2024, 1, 31)),
    ],
)
def test_a_deadline_is_a_day(measure, start, last):
    step = Deadline(step="report", after=After.YEAR, **measure)

    assert step.day_after(start, weekdays) == last


# ---- in words


@pytest.mark.parametrize(
    ("measure", "kind", "on", "words"),
    [
        ("ceiling", "individual", date(2014, 1, 1),
         "50,000.00, women 80,000.00, graduate 100,000.00"),
        ("ceiling", "partnership", date(2024, 1, 1),
         "300,000.00 per head, × 11/10, at most 4,000,000.00"),
        ("rate_cap", "individual", date(2010, 1, 1), "benchmark + 3 %"),
        ("rate_cap", "individual", date(2016, 1, 1),
         "lpr_old + 3 %, what lies above is not subsidized"),
        ("rate_cap", "enterprise", date(2010, 1, 1), "freely agreed"),
        ("subsidy", "individual", date(2007, 1, 1),
         ("full: laid_off, veteran, low-profit trade; "
          "half: graduate, registered_unemployed, low-profit trade; none")),
        ("subsidy", "enterprise", date(2020, 1, 1), "half reference (lpr_1y or lpr_5y)"),
        ("shares", "individual", date(2018, 1, 1), "central 1/2, local 1/2"),
        ("hired_ratio", "", date(2010, 1, 1), "30 %, 15 % above 100 staff"),
        ("extension", "individual", date(2010, 1, 1), "1 time, 12 months at most"),
        ("raised_leverage_cap", "", date(2021, 1, 1), "up to 10 from a repayment rate of 90 %"),
        ("overdue_penalty", "", date(2003, 12, 31), "0.021 % a day"),
        ("overdue_penalty", "", date(2004, 1, 1),
         "1.30 × the contract rate to 1.50 × the contract rate"),
        ("claim_delay", "", date(2010, 1, 1), "3 months"),
        ("leverage_cap", "", date(2010, 1, 1), "5"),
        ("exposure_basis", "", date(2010, 1, 1), "full"),
        ("visit_interval_months", "", date(2010, 1, 1), "3"),
        ("reminder_ladder", "", date(2010, 1, 1),
         ("-30 letter; -7 sms; -1 phone; +1 phone; +7 letter; +30 visit; +60 guarantor; "
          "+90 claim")),
        ("overdue_bands", "", date(2010, 1, 1), "1-30, 31-60, 61-90, 91-180, 181-360, 361+"),
        ("grade_days", "", date(2023, 6, 30),
         ("special mention beyond 0, substandard beyond 90, doubtful beyond 180, "
          "no loss by days")),
        ("grade_days", "", date(2023, 7, 1),
         ("special mention beyond 0, substandard beyond 90, doubtful beyond 270, "
          "loss beyond 360")),
        ("blacklist", "", date(2010, 1, 1), "at or after 90 days past due"),
    ],
)  # fmt: skip
def test_a_value_is_told_in_words(measure, kind, on, words):
    name = f"{measure}.{kind}" if kind else measure

    assert in_words(dict(in_force(CENTRAL, on))[name].value) == words


@pytest.mark.parametrize(
    ("overlay", "measure", "on", "words"),
    [
        ("qingdao", "subsidy.individual", date(2021, 1, 1), "flat 2 %"),
        ("huaian", "subsidy.enterprise", date(2022, 9, 1),
         "over lpr minus 150, at most 2 %"),
        ("zhejiang", "lender_loss_share", date(2022, 3, 1),
         "0 % up to 100,000.00; 20 % up to 500,000.00"),
        ("weihai2017", "ceiling.individual", date(2017, 7, 1),
         "100,000.00, own_business 300,000.00"),
    ],
)  # fmt: skip
def test_a_local_value_is_told_in_words(overlay, measure, on, words):
    rules = policy.load("cn", region="east", overlay=overlay)

    assert in_words(dict(in_force(rules, on))[measure].value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Decimal("0.20"), "20 %"),
        (60, "60"),
        (("laid_off", "渔民"), "laid_off; 渔民"),
        (PaymentMode.REFUNDED_AFTER_SETTLEMENT, "refunded after settlement"),
        (Ceiling(base_fen=100, by_head=True, factor=Fraction(11, 10)), "1.00 per head, × 11/10"),
        (Ceiling(base_fen=100, at_most_fen=200), "1.00, at most 2.00"),
        (Ceiling(base_fen=100, by_scheme_fen=(("own", 300),)), "1.00, own 3.00"),
        (RateCap(references=(Reference.LPR_1Y,), over=Decimal("0.015")), "lpr_1y + 1.5 %"),
        (HiredRatio(ratio=Decimal("0.1"), large=Decimal("0.05"), large_above=100, window_months=12),
         "10 %, 5 % above 100 staff, hired within 12 months"),
        (OtherLoans(look_back_years=5, exempt=("student", "car")),
         "none in 5 years except student, car"),
        (OtherLoans(look_back_years=0, exempt=("car",), consumer_up_to_fen=5_000_000),
         "none open except car, consumer up to 50,000.00"),
        (ExtensionRule(times=2, months=6), "2 times, 6 months at most"),
        (CounterGuarantee(at_most=Decimal("0.30")), "at most 30 % of the loan"),
        (CounterGuarantee(waived_up_to_fen=10_000_000, waived_for=("a", "b")),
         "none up to 100,000.00; none for a, b"),
        (ClaimDelay(days=90, opening=Opening.STRICTLY_AFTER), "strictly after 90 days past due"),
        (ClaimDelay(days=90), "at or after 90 days past due"),
        (ClaimDelay(months=1), "1 month"),
        (LossShare(share=Decimal("0.2")), "20 %"),
        (LossShare(share=Decimal("0.2"), up_to_fen=100, when="direct_contract"),
         "20 % up to 1.00 (direct_contract)"),
        (RiskReward(growth=Decimal("0.05"), share=Decimal("0.06")),
         "6 % of new money if the fund grew 5 %"),
        (RunningLoans(rule_of=date(2023, 10, 1)),
         "loans signed before 2023-10-01 follow the rules of that day"),
        (Deadline(step="bank_files", after=After.QUARTER, workdays=5),
         "bank files 5 working days after the quarter"),
        (Deadline(step="pay", after=After.PREVIOUS, workdays=1),
         "pay 1 working day after the previous"),
        (Deadline(step="clear", after=After.YEAR, days=20), "clear 20 days after the year"),
        (Deadline(step="pay", after=After.PREVIOUS, months=1), "pay 1 month after the previous"),
        (Deadline(step="bank_report", after=After.HALF_YEAR, day=10),
         "bank report by day 10, 1 month after the half year"),
        (Deadline(step="claim", after=After.YEAR, day=28, months_later=2),
         "claim by day 28, 2 months after the year"),
        (SubsidyTier(shape=SubsidyShape.NONE, low_profit=LowProfit.NO), "none: other trade"),
        (SubsidyTier(shape=SubsidyShape.FULL, groups=frozenset({"b", "a"}),
                     low_profit=LowProfit.YES, principal_up_to_fen=100),
         "full: a, b, low-profit trade, up to 1.00"),
        (SubsidyTier(shape=SubsidyShape.OVER_LPR_MINUS_150, times=Fraction(1, 2),
                     at_most_points=Decimal("0.02")),
         "over lpr minus 150 × 1/2, at most 2 %"),
        (SubsidyTier(shape=SubsidyShape.HALF_REFERENCE, references=(Reference.BENCHMARK,)),
         "half reference (benchmark)"),
    ],
)  # fmt: skip
def test_every_form_of_a_value_has_words(value, words):
    assert in_words(value) == words


def test_every_measure_has_two_names():
    assert MEASURES["leverage_cap"].title == "leverage cap"
    assert MEASURES["leverage_cap"].title_zh == "放大倍数"
    assert not MEASURES["leverage_cap"].by_kind
    assert MEASURES["ceiling"].title == "ceiling"
    assert MEASURES["ceiling"].title_zh == "额度"
    assert MEASURES["ceiling"].by_kind
    assert len({measure.title for measure in MEASURES.values()}) == len(MEASURES)
    assert len({measure.title_zh for measure in MEASURES.values()}) == len(MEASURES)


def test_a_free_rate_has_no_references():
    assert RateCap().free
    assert not CENTRAL.rate_cap[BorrowerKind.INDIVIDUAL].at(date(2024, 1, 1)).value.free


# ---- the rule book of a day


def test_the_rule_book_of_a_day_tells_every_measure_with_its_clause():
    sheet = CENTRAL.show(on=date(2024, 1, 1))

    assert sheet.startswith("rules in force on 2024-01-01\ngroups  ")
    assert (
        "\nceiling.individual             300,000.00\n    财金〔2023〕75号: 个人最高额度" in sheet
    )
    assert sheet.splitlines()[1].startswith("groups                         registered_unemployed")
    assert "\nleverage_cap                   5\n    银发〔2002〕394号: " in sheet
    assert "（国家原文未见，当时的地方规定照此） [memory]" in sheet
    assert "\nshares.individual              not known: under 财金〔2023〕75号" in sheet
    assert "lending_ceiling" not in sheet  # the nation knows one ceiling only


def test_a_day_before_the_programme_has_the_central_banks_rules_only():
    sheet = CENTRAL.show(on=date(2002, 12, 23))

    assert sheet.splitlines()[1].startswith("overdue_penalty  ")


def test_what_changed_between_two_days_is_told_with_the_clause_of_the_second():
    changes = CENTRAL.diff(date(2018, 11, 15), date(2018, 11, 16))

    assert [change.measure for change in changes] == [
        "ceiling.individual",
        "ceiling.enterprise",
    ]
    assert str(changes[0]).startswith(
        "ceiling.individual: 100,000.00 → 150,000.00 (国发〔2018〕39号"
    )
    assert CENTRAL.diff(date(2024, 1, 1), date(2024, 12, 31)) == ()


def test_a_change_from_nothing_or_into_a_gap_is_a_change_too():
    first = CENTRAL.diff(date(2002, 12, 23), date(2002, 12, 24))
    into = {
        change.measure: str(change) for change in CENTRAL.diff(date(2023, 9, 30), date(2023, 10, 1))
    }

    assert {change.before for change in first} == {None}
    assert str(next(c for c in first if c.measure == "ceiling.individual")).startswith(
        "ceiling.individual: nothing → 20,000.00 (银发〔2002〕394号"
    )
    assert into["shares.individual"].startswith(
        "shares.individual: central 1/2, local 1/2 → not known: under 财金〔2023〕75号"
    )
    assert not into["shares.individual"].endswith(")")


def test_a_value_repeated_by_a_newer_decree_is_no_change():
    # The ceiling of 10 万 of 国发〔2015〕23号 is repeated by 银发〔2016〕202号.
    measures = {c.measure for c in CENTRAL.diff(date(2016, 7, 27), date(2016, 7, 28))}

    assert "ceiling.individual" not in measures
    assert "term.individual" in measures


def test_every_rule_book_of_every_day_of_change_can_be_printed():
    for place in (CENTRAL, policy.load("cn", region="east", seven_eastern=True, overlay="huaian")):
        days = {day for name, _ in in_force(place, date(2024, 1, 1))
                for day, _ in _line(place, name).values}  # fmt: skip
        for day in days - {date.min}:
            assert place.show(on=day).startswith(f"rules in force on {day}")


def _line(rules, name):
    measure, _, kind = name.partition(".")
    found = getattr(rules, measure)
    return found[BorrowerKind(kind)] if kind else found


def test_money_of_a_ceiling_is_yuan_in_words_and_fen_in_code():
    assert in_words(Ceiling(base_fen=100)) == "1.00"
    assert CENTRAL.ceiling_of(
        Category(kind=BorrowerKind.INDIVIDUAL), on=date(2024, 1, 1)
    ).value == 100 * int(cny(300_000).amount)
