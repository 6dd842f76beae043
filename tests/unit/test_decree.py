"""Reading a decree: every key and every form of a value, and how a file that breaks it is named."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from microloan import InvalidPolicy, LowProfit, Multiple, Opening, Reference
from microloan.penalty import Daily
from microloan.policy import (
    After,
    Beyond,
    BlacklistRule,
    Ceiling,
    Channel,
    ClaimDelay,
    CounterGuarantee,
    Deadline,
    Evidence,
    ExposureBasis,
    ExtensionRule,
    Gap,
    GradeDays,
    GuaranteeWithSubsidy,
    HiredRatio,
    Level,
    LossShare,
    OtherLoans,
    OverdueBands,
    PaymentMode,
    PenaltyRange,
    Provision,
    RaisedCap,
    RateCap,
    Region,
    RiskReward,
    Rung,
    RunningLoans,
    Shares,
    SubsidyShape,
    SubsidyTier,
    read_decree,
)
from refusals import refused

HEAD = """
[decree]
key = "R2023"
number = "财金〔2023〕75号"
title = "Measures"
title_zh = "办法"
issued = 2023-09-04
"""
CAP = """
[[leverage_cap]]
from = 2023-10-01
value = 7
reference = { clause = "五倍", read_in = "a page" }
evidence = "local"
"""
TERM = """
[[term]]
from = 2023-10-01
kinds = ["enterprise", "individual"]
where = ["west", "poor_area"]
until = 2024-12-31
value = 24
reference = { clause = "两年", read_in = "a page" }
evidence = "source"
"""
GAP = """
[[age_limit]]
from = 2016-07-28
gap = "no limit was read"
"""
KINDS = 'kinds = ["individual"]\n'


def block(measure, value, *, by_kind=False):
    """One block with a value, as a file would have it."""
    return f"""
[[{measure}]]
from = 2023-10-01
{KINDS if by_kind else ""}value = {value}
reference = {{ clause = "规定", read_in = "a page" }}
evidence = "source"
"""


def value_of(measure, value, *, by_kind=False):
    """What is made of a value in a file."""
    (rule,) = read_decree(HEAD + block(measure, value, by_kind=by_kind), file="x.toml").rules
    return rule.entry.value


# ---- a decree, its blocks and gaps


def test_a_decree_says_what_it_is_called_and_when_it_was_issued():
    decree = read_decree(HEAD + CAP, file="x.toml")

    assert (decree.key, decree.number) == ("R2023", "财金〔2023〕75号")
    assert (decree.title, decree.title_zh, decree.issued) == ("Measures", "办法", date(2023, 9, 4))
    assert decree.regions == frozenset()


def test_a_local_rule_names_the_regions_it_may_be_laid_over():
    named = read_decree(HEAD + 'regions = ["east", "west"]\n', file="x.toml")

    assert named.regions == {Region.EAST, Region.WEST}


def test_a_value_carries_its_day_its_clause_and_how_it_is_known():
    (rule,) = read_decree(HEAD + CAP, file="x.toml").rules

    assert rule.entry == Provision(
        value=7,
        since=date(2023, 10, 1),
        decree="财金〔2023〕75号",
        clause="五倍",
        read_in="a page",
        evidence=Evidence.LOCAL,
    )
    assert (rule.measure, rule.kinds, rule.where) == ("leverage_cap", (), frozenset())
    assert (rule.until, rule.file, rule.at) == (date.max, "x.toml", "x.toml: leverage_cap")


def test_a_value_may_be_for_some_kinds_of_borrower_some_places_and_a_time():
    (rule,) = read_decree(HEAD + TERM, file="x.toml").rules

    assert rule.kinds == ("enterprise", "individual")
    assert rule.where == {"west", "poor_area"}
    assert rule.until == date(2024, 12, 31)


def test_a_gap_has_a_reason_and_no_value():
    (rule,) = read_decree(HEAD + GAP, file="x.toml").rules

    assert rule.entry == Gap(
        since=date(2016, 7, 28), reason="no limit was read", decree="财金〔2023〕75号"
    )
    assert str(rule.entry) == "not known: no limit was read"


def test_a_note_is_allowed_in_the_head_and_in_a_block():
    noted = HEAD + 'note = "a digest"\n' + CAP + 'note = "seen in part"\n'

    assert len(read_decree(noted, file="x.toml").rules) == 1


# ---- the form of each value

FORMS = [
    ("leverage_cap", "5", 5),
    ("groups", '["laid_off", "渔民"]', ("laid_off", "渔民")),
    ("npl_stop", '"0.20"', Decimal("0.20")),
    ("guarantee_with_subsidy", '"either"', GuaranteeWithSubsidy.EITHER),
    ("exposure_basis", '"full"', ExposureBasis.FULL),
    ("exposure_basis", '"covered"', ExposureBasis.COVERED),
    ("raised_leverage_cap", '{ at_most = 10, repayment_rate = "0.90" }',
     RaisedCap(at_most=10, repayment_rate=Decimal("0.90"))),
    ("hired_ratio", '{ ratio = "0.3", large = "0.15", large_above = 100 }',
     HiredRatio(ratio=Decimal("0.3"), large=Decimal("0.15"), large_above=100)),
    ("hired_ratio", '{ ratio = "0.1", large = "0.05", large_above = 100, window_months = 12 }',
     HiredRatio(
         ratio=Decimal("0.1"), large=Decimal("0.05"), large_above=100, window_months=12)),
    ("other_loans", '{ look_back_years = 5, exempt = ["student"] }',
     OtherLoans(look_back_years=5, exempt=("student",))),
    ("other_loans", '{ look_back_years = 0, exempt = ["car"], consumer_up_to = 50_000 }',
     OtherLoans(look_back_years=0, exempt=("car",), consumer_up_to_fen=5_000_000)),
    ("claim_delay", '{ days = 90, opening = "strictly_after" }',
     ClaimDelay(days=90, opening=Opening.STRICTLY_AFTER)),
    ("claim_delay", "{ months = 3 }", ClaimDelay(months=3)),
    ("lender_loss_share", '[{ share = "0", up_to = 100_000 }, { share = "0.2", when = "direct" }]',
     (LossShare(share=Decimal(0), up_to_fen=10_000_000),
      LossShare(share=Decimal("0.2"), when="direct"))),
    ("risk_reward", '{ growth = "0.05", share = "0.05" }',
     RiskReward(growth=Decimal("0.05"), share=Decimal("0.05"))),
    ("counter_guarantee", '{ at_most = "0.30" }', CounterGuarantee(at_most=Decimal("0.30"))),
    ("counter_guarantee", '{ waived_up_to = 100_000, waived_for = ["honored_person"] }',
     CounterGuarantee(waived_up_to_fen=10_000_000, waived_for=("honored_person",))),
    ("deadlines", '[{ step = "bank_files", after = "quarter", workdays = 5 }]',
     (Deadline(step="bank_files", after=After.QUARTER, workdays=5),)),
    ("deadlines", '[{ step = "report", after = "half_year", day = 10, months_later = 1 }]',
     (Deadline(step="report", after=After.HALF_YEAR, day=10, months_later=1),)),
    ("overdue_penalty", '{ daily = "0.00021" }',
     PenaltyRange(lowest=Daily(Decimal("0.00021")), highest=Daily(Decimal("0.00021")))),
    ("misuse_penalty", '{ lowest = "1.50", highest = "2.00" }',
     PenaltyRange(lowest=Multiple(Decimal("1.50")), highest=Multiple(Decimal("2.00")))),
    ("running_loans", "{ rule_of = 2023-10-01 }", RunningLoans(rule_of=date(2023, 10, 1))),
    ("visit_interval_months", "3", 3),
    ("reminder_ladder", '[{ days = -7, channel = "sms" }, { days = 0, channel = "phone" }]',
     (Rung(days=-7, channel=Channel.SMS), Rung(days=0, channel=Channel.PHONE))),
    ("overdue_bands", "[30, 60]", OverdueBands(last_days=(30, 60))),
    ("grade_days", "{ special_mention = 0, substandard = 90, doubtful = 180 }",
     GradeDays(special_mention=0, substandard=90, doubtful=180, loss=None)),
    ("grade_days", "{ special_mention = 7, substandard = 90, doubtful = 270, loss = 360 }",
     GradeDays(special_mention=7, substandard=90, doubtful=270, loss=360)),
    ("blacklist", '{ days = 90, opening = "strictly_after" }',
     BlacklistRule(days=90, opening=Opening.STRICTLY_AFTER)),
]  # fmt: skip
FORMS_BY_KIND = [
    ("term", "36", 36),
    ("extension", "{ times = 1, months = 12 }", ExtensionRule(times=1, months=12)),
    ("payment_mode", '"refunded"', PaymentMode.REFUNDED),
    ("ceiling", "{ base = 50_000 }", Ceiling(base_fen=5_000_000)),
    ("ceiling", "{ base = 1, groups = { women = 2 }, schemes = { own = 3 } }",
     Ceiling(base_fen=100, by_group_fen=(("women", 200),), by_scheme_fen=(("own", 300),))),
    ("ceiling", '{ per_head = 1, factor = "1.10", at_most = 9 }',
     Ceiling(base_fen=100, by_head=True, factor=Fraction(11, 10), at_most_fen=900)),
    ("rate_cap", "{ free = true }", RateCap()),
    ("rate_cap", '{ reference = ["lpr_1y", "lpr_5y"], over = "1.50" }',
     RateCap(references=(Reference.LPR_1Y, Reference.LPR_5Y), over=Decimal("0.0150"))),
    ("rate_cap", '{ reference = ["lpr_old"], over = "3", beyond = "unsubsidized" }',
     RateCap(
         references=(Reference.LPR_OLD,), over=Decimal("0.03"), beyond=Beyond.UNSUBSIDIZED)),
    ("subsidy", '[{ shape = "full", low_profit = "yes", groups = ["a", "b"] }, { shape = "none" }]',
     (SubsidyTier(
         shape=SubsidyShape.FULL, low_profit=LowProfit.YES, groups=frozenset({"a", "b"})),
      SubsidyTier(shape=SubsidyShape.NONE))),
    ("subsidy", '[{ shape = "flat", points = "2.00" }]',
     (SubsidyTier(shape=SubsidyShape.FLAT, points=Decimal("0.0200")),)),
    ("subsidy", '[{ shape = "half_reference", reference = "lpr" }]',
     (SubsidyTier(
         shape=SubsidyShape.HALF_REFERENCE, references=(Reference.LPR_1Y, Reference.LPR_5Y)),)),
    ("subsidy", '[{ shape = "half_reference", reference = "benchmark" }]',
     (SubsidyTier(shape=SubsidyShape.HALF_REFERENCE, references=(Reference.BENCHMARK,)),)),
    ("subsidy", '[{ shape = "full", principal_up_to = 1, times = "1/2", at_most_points = "2" }]',
     (SubsidyTier(
         shape=SubsidyShape.FULL, principal_up_to_fen=100, times=Fraction(1, 2),
         at_most_points=Decimal("0.02")),)),
    ("shares", '{ central = "7/10", province = "0.21", city = "0.09" }',
     Shares(parts=((Level.CENTRAL, Fraction(7, 10)), (Level.PROVINCE, Fraction(21, 100)),
                   (Level.CITY, Fraction(9, 100))))),
    ("shares", '{ central = "1", not_for = ["half"] }',
     Shares(parts=((Level.CENTRAL, Fraction(1)),), not_for=frozenset({SubsidyShape.HALF}))),
]  # fmt: skip


@pytest.mark.parametrize(("measure", "value", "expected"), FORMS)
def test_a_value_has_its_form(measure, value, expected):
    assert value_of(measure, value) == expected


@pytest.mark.parametrize(("measure", "value", "expected"), FORMS_BY_KIND)
def test_a_value_by_kind_has_its_form(measure, value, expected):
    assert value_of(measure, value, by_kind=True) == expected


@pytest.mark.parametrize(
    ("measure", "value", "why"),
    [
        ("leverage_cap", "0", "above 0"),
        ("leverage_cap", "7.0", "whole number"),
        ("leverage_cap", "true", "whole number"),
        ("leverage_cap", '"7"', "whole number"),
        ("groups", "[]", "a list is needed"),
        ("groups", '"laid_off"', "a list is needed, got 'laid_off'"),
        ("groups", '["a", "a"]', "stands twice"),
        ("groups", '["Laid off"]', "a code is needed, got 'Laid off'"),
        ("npl_stop", "0.20", "a decimal in quotes is needed, got 0.2"),
        ("npl_stop", '"-0.20"', "a decimal in quotes"),
        ("npl_stop", '"1.01"', "at most 1"),
        ("guarantee_with_subsidy", '"maybe"', "'maybe' is not a valid"),
        ("exposure_basis", '"half"', "'half' is not a valid"),
        ("raised_leverage_cap", "{ at_most = 10 }", "missing ['repayment_rate']"),
        ("raised_leverage_cap", "10", "a table is needed, got 10"),
        ("hired_ratio", '{ ratio = "0.3", large = "0.1", large_above = 0 }', "above 0"),
        ("other_loans", '{ look_back_years = -1, exempt = ["car"] }', "above 0"),
        ("other_loans", "{ look_back_years = false, exempt = [1] }", "above 0"),
        ("claim_delay", "{ days = 90 }", "days and opening, or months"),
        ("claim_delay", "{ months = 601 }", "at most 600, got 601"),
        ("deadlines", '[{ step = "a", after = "quarter", days = 99999999 }]', "at most 600"),
        ("claim_delay", '{ days = 9, opening = "at_or_after", months = 1 }', "days and opening"),
        ("claim_delay", "{}", "days and opening"),
        ("counter_guarantee", "{}", "at least one"),
        ("counter_guarantee", "{ waived_up_to = 0 }", "above 0"),
        ("deadlines", '[{ step = "a", after = "quarter" }]', "one of workdays"),
        ("deadlines", '[{ step = "a", after = "quarter", days = 1, months = 1 }]', "one of"),
        ("deadlines", '[{ step = "a", after = "quarter", days = 1, months_later = 2 }]', "one of"),
        ("deadlines", '[{ step = "a", after = "quarter", day = 32 }]', "a day of a month"),
        ("deadlines", '[{ step = "a", after = "noon", days = 1 }]', "'noon' is not a valid"),
        ("overdue_penalty", '{ daily = "0.5" }', "at most 0.01"),
        ("overdue_penalty", '{ lowest = "2", highest = "1" }', "2 is above 1"),
        ("overdue_penalty", '{ lowest = "1.5" }', "missing ['highest']"),
        ("overdue_penalty", '"1.5"', "a table is needed"),
        ("running_loans", '{ rule_of = "2023-10-01" }', "a day is needed"),
        ("visit_interval_months", "0", "above 0"),
        ("reminder_ladder", "[]", "a list is needed"),
        ("reminder_ladder", '[{ days = 601, channel = "sms" }]', "within 600 is needed, got 601"),
        ("reminder_ladder", '[{ days = true, channel = "sms" }]', "whole number within 600"),
        ("reminder_ladder", '[{ days = 1, channel = "fax" }]', "'fax' is not a valid"),
        ("reminder_ladder", "[{ days = 1 }]", "missing ['channel']"),
        ("overdue_bands", "[60, 30]", "strictly rising"),
        ("overdue_bands", "30", "a list is needed"),
        ("grade_days", "{ special_mention = 0, substandard = 90 }", "missing ['doubtful']"),
        ("grade_days", "{ special_mention = 0, substandard = 9, doubtful = 9 }", "strictly rising"),
        ("blacklist", "{ days = 90 }", "missing ['opening']"),
        ("blacklist", '{ days = 90, opening = "soon" }', "'soon' is not a valid"),
    ],
)
def test_a_value_of_another_form_is_refused_by_file_and_key(measure, value, why):
    with refused(
        InvalidPolicy,
        "policy.invalid",
        value="2023-10-01: value",
        limit=f"x.toml: {measure}",
        says=why,
    ):
        value_of(measure, value)


@pytest.mark.parametrize(
    ("measure", "value", "why"),
    [
        ("ceiling", "{ bass = 1 }", "unknown ['bass'], missing ['base']"),
        ("ceiling", "{ base = -1 }", "above 0"),
        ("ceiling", "{ base = 4e6 }", "whole number"),
        ("ceiling", "{ base = 10_000_000_000_001 }", "13 digits at most"),
        ("ceiling", "{ base = 10_000_000_000_000_000 }", "13 digits at most"),
        ("ceiling", "{ base = 1, at_most = 2 }", "unknown ['at_most']"),
        ("ceiling", "{ base = 1, groups = {} }", "a table is needed"),
        ("ceiling", "{ base = 1, groups = 2 }", "a table is needed"),
        ("ceiling", "4_000_000", "a table is needed"),
        ("ceiling", '{ per_head = 1, factor = "1/0" }', "a decimal in quotes"),
        ("rate_cap", "{ free = false }", "unknown ['free']"),
        ("rate_cap", '{ reference = ["libor"], over = "1" }', "'libor' is not a valid"),
        ("rate_cap", '{ reference = ["lpr_1y"], over = 1 }', "a decimal in quotes"),
        ("rate_cap", '{ reference = [], over = "1" }', "a list is needed"),
        ("subsidy", '[{ shape = "most" }]', "'most' is not a valid"),
        ("subsidy", '[{ shape = "full", share = 1 }]', "unknown ['share']"),
        ("subsidy", '[{ shape = "full", low_profit = "maybe" }]', "'maybe' is not a valid"),
        ("subsidy", '[{ shape = "full", groups = "women" }]', "a list is needed"),
        ("subsidy", '"half"', "a list is needed"),
        ("subsidy", "[]", "a list is needed"),
        ("subsidy", '[{ low_profit = "yes" }]', "missing ['shape']"),
        ("subsidy", '[{ shape = "flat" }]', "points and a flat shape"),
        ("subsidy", '[{ shape = "full", points = "1" }]', "points and a flat shape"),
        ("subsidy", '[{ shape = "half_reference" }]', "a reference and half of it"),
        ("subsidy", '[{ shape = "half", reference = "lpr" }]', "a reference and half of it"),
        ("shares", '{ central = "0.5" }', "of each level once, and make 1"),
        ("shares", '{ federal = "1" }', "'federal' is not a valid"),
        ("shares", "1", "a table is needed, got 1"),
        ("shares", '{ not_for = ["half"] }', "a table is needed"),
        ("payment_mode", '"cash"', "'cash' is not a valid"),
        ("extension", "{ times = 1 }", "missing ['months']"),
    ],
)
def test_a_value_by_kind_of_another_form_is_refused_by_file_and_key(measure, value, why):
    with refused(
        InvalidPolicy,
        "policy.invalid",
        value="2023-10-01: value",
        limit=f"x.toml: {measure}",
        says=why,
    ):
        value_of(measure, value, by_kind=True)


# ---- files that break the form


def broken(old, new):
    """The file with one thing wrong."""
    text = HEAD + CAP + TERM + GAP
    assert text.count(old) >= 1
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "at", "key", "why"),
    [
        ("key = ", "x.toml", "the file", "Invalid value"),
        ("x = 1\nx = 2", "x.toml", "the file", "Cannot overwrite a value"),
        ("", "x.toml: decree", "the table", "missing"),
        ("x = " + "9" * 5_000, "x.toml", "the file", "Exceeds the limit"),
        ("x = " + "[" * 10_000, "x.toml", "the file", "recursion"),
        ("decree = 5", "x.toml: decree", "the table", "missing"),
        (broken('key = "R2023"\n', ""), "x.toml: decree", "key", "missing"),
        (broken('number = "财金〔2023〕75号"\n', ""), "x.toml: decree", "number", "missing"),
        (broken('"财金〔2023〕75号"', "75"), "x.toml: decree", "the head", "a text is needed"),
        (broken('"Measures"', '" "'), "x.toml: decree", "the head", "a text is needed"),
        (broken("issued = 2023-09-04\n", ""), "x.toml: decree", "issued", "missing"),
        (broken("2023-09-04", '"2023-09-04"'), "x.toml: decree", "the head", "a day is needed"),
        (broken("2023-09-04", "2023-09-04\nauthor = 1"), "x.toml: decree", "author", "unknown key"),
        (broken("2023-09-04", '2023-09-04\nregions = ["north"]'), "x.toml: decree", "the head",
         "'north' is not a valid"),
        (broken("[[leverage_cap]]", "[[leverage]]"), "x.toml", "leverage", "no such measure"),
        (broken("[[leverage_cap]]", "[leverage_cap]"), "x.toml", "leverage_cap", "is written [["),
        (HEAD + "[[term.individual]]", "x.toml", "term", "is written [[term]]"),
        ("term = [1]\n" + HEAD, "x.toml", "term", "is written [[term]]"),
        (broken("[[leverage_cap]]", "[[leverage_cap]]\nunit = 1"), "x.toml: leverage_cap", "unit",
         "unknown key"),
        (broken("value = 7\n", ""), "x.toml: leverage_cap", "value", "missing"),
        (broken("from = 2023-10-01\n", ""), "x.toml: leverage_cap", "from", "missing"),
        (broken('evidence = "local"\n', ""), "x.toml: leverage_cap", "evidence", "missing"),
        (broken('reference = { clause = "五倍", read_in = "a page" }\n', ""),
         "x.toml: leverage_cap", "reference", "missing"),
        (broken('{ clause = "五倍", read_in = "a page" }', '"五倍"'),
         "x.toml: leverage_cap: 2023-10-01: reference", "the table", "missing"),
        (broken('clause = "五倍", ', ""), "x.toml: leverage_cap: 2023-10-01: reference", "clause",
         "missing"),
        (broken(', read_in = "a page"', ""), "x.toml: leverage_cap: 2023-10-01: reference",
         "read_in", "missing"),
        (broken('clause = "五倍"', 'clause = "五倍", href = "x"'),
         "x.toml: leverage_cap: 2023-10-01: reference", "href", "unknown key"),
        (broken('clause = "五倍"', "clause = 5"), "x.toml: leverage_cap", "2023-10-01: clause",
         "a text is needed, got 5"),
        (broken('read_in = "a page"', 'read_in = ""'), "x.toml: leverage_cap",
         "2023-10-01: read_in", "a text is needed"),
        (broken('evidence = "local"', 'evidence = "hearsay"'), "x.toml: leverage_cap",
         "2023-10-01: evidence", "'hearsay' is not a valid Evidence"),
        (broken("from = 2023-10-01", 'from = "2023-10-01"'), "x.toml: leverage_cap", "from",
         "a day is needed, got '2023-10-01'"),
        (broken("from = 2023-10-01", "from = 2023-10-01T00:00:00"), "x.toml: leverage_cap", "from",
         "a day is needed"),
        (broken('kinds = ["enterprise", "individual"]\n', ""), "x.toml: term", "kinds", "missing"),
        (broken('["enterprise", "individual"]', '["cooperative"]'), "x.toml: term",
         "2023-10-01: kinds", "'cooperative' is none of"),
        (broken('["enterprise", "individual"]', '"enterprise"'), "x.toml: term",
         "2023-10-01: kinds", "a list is needed"),
        (broken("[[leverage_cap]]", "[[leverage_cap]]\n" + KINDS), "x.toml: leverage_cap", "kinds",
         "unknown key"),
        (broken('["west", "poor_area"]', '["北"]'), "x.toml: term", "2023-10-01: where",
         "'北' is none of"),
        (broken("until = 2024-12-31", "until = 2023-09-30"), "x.toml: term", "2023-10-01: until",
         "2023-09-30 lies before 2023-10-01"),
        (broken("until = 2024-12-31", "until = 2024"), "x.toml: term", "2023-10-01: until",
         "a day is needed, got 2024"),
        (broken('gap = "no limit was read"', "gap = 5"), "x.toml: age_limit", "2016-07-28: gap",
         "a text is needed"),
        (broken('gap = "no limit was read"', 'gap = "?"\nvalue = 60'), "x.toml: age_limit", "value",
         "unknown key"),
        (HEAD + CAP + CAP, "x.toml: leverage_cap", "2023-10-01", "stands after a later or equal"),
        (HEAD + CAP + CAP.replace("2023", "2022"), "x.toml: leverage_cap", "2022-10-01",
         "stands after a later or equal day"),
    ],
)  # fmt: skip
def test_a_file_that_breaks_its_form_is_refused_by_file_and_key(text, at, key, why):
    with refused(InvalidPolicy, "policy.invalid", value=key, limit=at, says=why):
        read_decree(text, file="x.toml")


def test_values_of_other_kinds_and_places_need_not_stand_in_one_order():
    later = TERM.replace("2023-10-01", "2024-10-01").replace('["enterprise", ', '["partnership", ')
    earlier = TERM.replace('["enterprise", "individual"]', '["enterprise"]')

    decree = read_decree(HEAD + later + earlier, file="x.toml")
    assert [rule.entry.since.year for rule in decree.rules] == [2024, 2023]


def test_a_value_that_follows_from_another_keeps_its_reference():
    (rule,) = read_decree(HEAD + CAP, file="x.toml").rules

    assert rule.entry.of("seven") == replace(rule.entry, value="seven")
