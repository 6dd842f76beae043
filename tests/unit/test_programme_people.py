"""Ventures, the 1+3 of each entrepreneur, training and awards, incubators, other subsidies."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    InvalidDate,
    InvalidIdentity,
    InvalidTerms,
    Loan,
    LoanTerms,
    LowProfit,
    cny,
    percent,
    plan_subsidy,
    policy,
)
from microloan.finding import Severity
from microloan.programme import (
    Aid,
    Award,
    Quantity,
    Support,
    SupportKind,
    Tenancy,
    TrainingClass,
    Venture,
    VentureCount,
    aid_of_subsidy,
    check_awards,
    check_support,
    compare,
    count_ventures,
    incubators_of,
    jobs_band,
    load_practice,
    overlaps,
    tenants_of,
    training_result,
)
from microloan.subsidy_line import Segment, SubsidyLine
from refusals import refused

DAY = date(2011, 6, 30)


def codes(findings):
    return [(finding.code.removeprefix("programme."), finding.subject) for finding in findings]


# ---- ventures


def venture(number, *borrowers, jobs=3, opened_on=date(2010, 1, 1), **changes):
    return Venture(id=f"V-{number}", borrowers=borrowers, opened_on=opened_on, jobs=jobs, **changes)


def test_shuangliao_has_28_ventures_more_than_borrowers():
    # 2,958 borrowers, 28 of them with a second venture: 2,986; 11,337 other jobs make 14,295.
    borrowers = [f"B-{number}" for number in range(2958)]
    ventures = [venture(number, who, jobs=0) for number, who in enumerate(borrowers)]
    ventures += [venture(10_000 + number, f"B-{number}", jobs=0) for number in range(27)]
    ventures.append(venture(20_000, "B-27", jobs=11_337))

    count = count_ventures(ventures, borrowers, as_of=DAY)

    assert (count.borrowers, count.ventures, len(count.with_several)) == (2958, 2986, 28)
    assert count.jobs_with_borrowers == 14_295
    assert str(count.jobs_per_borrower.to_places(2)) == "4.83"
    assert str(count.jobs_per_venture.to_places(2)) == "4.79"
    assert (count.without, count.shared) == ((), ())


def test_borrowers_and_ventures_are_many_to_many():
    ventures = [
        venture(1, "B-1", "B-2", jobs=5),
        venture(2, "B-1", jobs=2),
        venture(3, "B-9", jobs=7),
        venture(4, "B-3", jobs=1, closed_on=date(2011, 6, 29)),
        venture(5, "B-2", jobs=1, opened_on=date(2011, 7, 1)),
    ]

    assert count_ventures(ventures, ["B-1", "B-1", "B-2", "B-3"], as_of=DAY) == VentureCount(
        borrowers=3,
        ventures=2,
        jobs=7,
        without=("B-3",),
        with_several=("B-1",),
        shared=("V-1",),
    )


def test_a_venture_is_open_on_its_first_and_its_last_day():
    one = venture(1, "B-1", opened_on=DAY, closed_on=DAY)

    assert one.is_open(DAY)
    assert not one.is_open(date(2011, 6, 29))
    assert not one.is_open(date(2011, 7, 1))


def test_jobs_outside_the_band_of_practice_are_found_and_its_ends_are_not():
    band = load_practice().jobs_per_loan.at(date(2009, 6, 10))

    def found(jobs, loans):
        relation = jobs_band(Quantity.exact(jobs), Quantity.exact(loans), band=band, of="Weihai")
        return compare(relation).findings

    (finding,) = found(50_000, 6_000)
    assert finding.code == "programme.outside_band"
    assert finding.sentence == "8.3333, elsewhere 2.5 to 5"
    assert finding.clause.endswith("[local]")
    assert [len(found(jobs, 1_000)) for jobs in (2_499, 2_500, 5_000, 5_001)] == [1, 0, 0, 1]


# ---- 1+3


def support(kind, ref, person="P-1", loan_id="", on=date(2010, 3, 1)):
    return Support(entrepreneur=person, kind=kind, ref=ref, on=on, loan_id=loan_id)


WHOLE = (
    support(SupportKind.PROJECT, "X-1"),
    support(SupportKind.SITE, "S-1"),
    support(SupportKind.LOAN, "HT-1"),
    support(SupportKind.SUBSIDY, "T-1", loan_id="HT-1"),
)


def test_one_project_one_site_one_loan_and_one_subsidy_are_right():
    assert check_support(["P-1"], WHOLE, as_of=DAY) == ()
    assert check_support(["P-1", "P-1"], WHOLE + WHOLE, as_of=DAY) == ()


@pytest.mark.parametrize("missing", range(4))
def test_what_is_missing_is_found(missing):
    given = [each for number, each in enumerate(WHOLE) if number != missing]

    kind = list(SupportKind)[missing]
    found = check_support(["P-1"], given, as_of=DAY)
    assert codes(found)[0] == ("support_missing", "P-1")
    assert found[0].sentence == f"no {kind.value} yet"
    assert kind.zh in found[0].zh
    unpaired = {2: [("subsidy_unpaired", "HT-1")], 3: [("loan_unpaired", "HT-1")]}
    assert codes(found)[1:] == unpaired.get(missing, [])


def test_what_is_double_is_found():
    second_loan = support(SupportKind.LOAN, "HT-2")
    second_subsidy = support(SupportKind.SUBSIDY, "T-2", loan_id="HT-1")

    assert codes(check_support(["P-1"], (*WHOLE, second_loan), as_of=DAY)) == [
        ("support_double", "P-1"),
        ("loan_unpaired", "HT-2"),
    ]
    found = check_support(["P-1"], (*WHOLE, second_subsidy), as_of=DAY)
    assert codes(found) == [("support_double", "P-1"), ("subsidy_double", "HT-1")]
    assert found[1].sentence == "two subsidies of one loan: T-1, T-2"


def test_a_subsidy_that_went_to_another_and_somebody_not_entitled_are_found():
    given = (*WHOLE[:3], support(SupportKind.SUBSIDY, "T-1", "P-2", loan_id="HT-1"))

    assert codes(check_support(["P-1"], given, as_of=DAY)) == [
        ("support_missing", "P-1"),
        ("support_not_entitled", "P-2"),
        ("subsidy_of_another", "HT-1"),
    ]


def test_what_is_given_later_is_not_known_yet():
    later = replace(WHOLE[0], on=date(2011, 7, 1))

    assert codes(check_support(["P-1"], (later, *WHOLE[1:]), as_of=DAY)) == [
        ("support_missing", "P-1")
    ]


# ---- training


def lesson(number, size, *, first=0, started=0, employed=0, ended_on=date(2010, 5, 1)):
    people = [f"P-{first + each}" for each in range(size)]
    return TrainingClass(
        id=f"C-{number}",
        scheme="siyb",
        ended_on=ended_on,
        trained=frozenset(people),
        started=frozenset(people[:started]),
        employed=frozenset(people[size - employed :]),
    )


def test_nine_classes_trained_602_people():
    # 8 classes of 67 and one of 66: 66.9 a class.
    classes = [lesson(number, 67, first=number * 100) for number in range(8)]
    classes.append(lesson(8, 66, first=800, started=11, employed=55))

    result = training_result([*classes, classes[0]], year=2010, as_of=DAY)

    assert (result.classes, result.trained) == (9, 602)
    assert str(result.per_class.to_places(1)) == "66.9"
    assert (result.started, result.employed, result.either) == (11, 55, 66)
    # 66 of 602.
    assert str(result.rate) == "started or employed ÷ trained: 10.96%"


def test_a_person_of_two_classes_is_one_and_a_start_with_work_is_one_result():
    one, two = lesson(1, 2, started=1, employed=2), lesson(2, 2, started=1)
    later = lesson(3, 5, first=50, ended_on=date(2011, 1, 1))

    result = training_result([one, two, later], year=2010, as_of=DAY)
    assert (result.classes, result.trained, result.started, result.employed, result.either) == (
        2,
        2,
        1,
        2,
        2,
    )
    assert training_result([later], year=2011, as_of=date(2010, 12, 31)).classes == 0


# ---- awards


RULE = load_practice().award("siyb_top_ten", on=date(2010, 1, 1))


def award(number, amount=10_000_000, *, on=date(2010, 6, 1), person=""):
    return Award(person=person or f"P-{number}", on=on, amount_fen=amount, ref=f"A-{number}")


def test_ten_awards_of_a_hundred_thousand_are_within_the_scheme():
    ten = [award(number) for number in range(10)]

    assert check_awards([*ten, ten[0]], rule=RULE, year=2010) == ()
    assert check_awards([*ten, award(11, on=date(2011, 6, 1))], rule=RULE, year=2010) == ()


def test_an_eleventh_award_a_fen_too_much_and_a_person_twice_are_found():
    ten = [award(number) for number in range(10)]

    (eleventh,) = check_awards([*ten, award(10)], rule=RULE, year=2010)
    assert (eleventh.code, eleventh.sentence) == (
        "programme.awards_too_many",
        "11 awards in a year, 10 at most",
    )
    (large,) = check_awards([award(1, 10_000_001)], rule=RULE, year=2010)
    assert (large.subject, large.sentence) == ("A-1", "100,000.01, 100,000.00 at most")
    assert large.clause == str(RULE)
    twice = [award(1), award(2, person="P-1")]
    assert codes(check_awards(twice, rule=RULE, year=2010)) == [("award_double", "P-1")]


def test_an_award_shows_its_yuan():
    assert award(1).amount == cny(100_000)
    assert check_awards([], rule=RULE, year=2010) == ()


# ---- incubators


def test_tenants_are_tagged_by_their_days():
    stays = [
        Tenancy(incubator="I-1", tenant="V-1", since=date(2011, 1, 1), until=DAY),
        Tenancy(incubator="I-1", tenant="V-2", since=date(2011, 1, 1)),
        Tenancy(incubator="I-2", tenant="V-2", since=DAY),
    ]

    assert tenants_of(stays, as_of=DAY) == {"I-1": ("V-1", "V-2"), "I-2": ("V-2",)}
    assert tenants_of(stays, as_of=date(2011, 7, 1)) == {"I-1": ("V-2",), "I-2": ("V-2",)}
    assert tenants_of(stays, as_of=date(2010, 12, 31)) == {}
    assert incubators_of(stays, "V-2", as_of=DAY) == ("I-1", "I-2")
    assert incubators_of(stays, "V-3", as_of=DAY) == ()


# ---- other subsidies


def aid(number, kind, since, until, holder="B-1"):
    return Aid(
        holder=holder, kind=kind, since=since, until=until, amount_fen=10_000, ref=f"Z-{number}"
    )


MARCH, APRIL, MAY = (date(2011, month, 1) for month in (3, 4, 5))


def test_subsidies_of_the_same_days_are_seen():
    interest = aid(1, "interest", MARCH, APRIL)
    post = aid(2, "public_post", APRIL, MAY)

    (note,) = overlaps([post, interest, post])
    assert note.severity is Severity.NOTE
    assert note.sentence == ("interest Z-1 and public_post Z-2, both 2011-04-01 - 2011-04-01")
    assert dict(note.figures) == {"Z-1": "100.00", "Z-2": "100.00"}
    exclusive = frozenset({frozenset({"interest", "public_post"})})
    (fault,) = overlaps([interest, post], exclusive=exclusive)
    assert (fault.severity, fault.settle_by) == (Severity.FAULT, "the decisions of both")


def test_two_of_one_kind_are_a_question_and_neighboring_days_are_nothing():
    first = aid(1, "interest", MARCH, MAY)

    (question,) = overlaps([first, aid(2, "interest", APRIL, APRIL)])
    assert question.severity is Severity.QUESTION
    assert "2011-04-01 - 2011-04-01" in question.sentence
    assert overlaps([first, aid(2, "interest", date(2011, 5, 2), date(2011, 6, 1))]) == ()
    assert overlaps([first, aid(2, "interest", APRIL, APRIL, holder="B-2")]) == ()
    assert first.amount == cny(100)


def test_a_subsidy_of_this_program_is_held_for_the_days_it_was_paid_for():
    # 50,000 at 6 % for a year from 1 March 2011: 3,000, all of it borne by the rule of 2008. The
    # closing day, 1 March 2012, does not count.
    loan = Loan.grant(
        "HT-1",
        borrower="B-1",
        lender="BANK-1",
        category=Category(kind=BorrowerKind.INDIVIDUAL, low_profit=LowProfit.YES),
        terms=LoanTerms(
            principal=cny(50_000),
            annual_rate=percent("6"),
            disbursed_on=MARCH,
            months=12,
            amortization=Amortization.BULLET,
            day_count=DayCount.BY_PERIOD,
        ),
    )
    (line,) = plan_subsidy(loan, under=policy.load("cn", region="central"))

    held = aid_of_subsidy(line, holder="B-1", ref="T-1")
    assert (held.kind, held.since, held.until) == ("interest", MARCH, date(2012, 2, 29))
    assert held.amount == line.treasury == cny(3_000)
    (note,) = overlaps([held, aid(2, "public_post", date(2012, 2, 29), date(2012, 12, 31))])
    assert "2012-02-29 - 2012-02-29" in note.sentence


def test_days_without_a_subsidy_and_lines_without_one_are_held_by_nobody():
    rule = Segment(
        opens_on=MARCH,
        closes_on=APRIL,
        principal_fen=100,
        annual_rate=percent("6"),
        subsidized_fen=100,
        share=Fraction(1),
        rule=RULE,
    )
    line = SubsidyLine(
        loan_id="HT-1",
        number=1,
        due_on=MAY,
        annual_rate=percent("6"),
        interest_fen=100,
        treasury_fen=50,
        stretches=(),
        segments=(rule, replace(rule, opens_on=APRIL, closes_on=MAY, subsidized_fen=0)),
        unchecked="",
    )

    held = aid_of_subsidy(line, holder="B-1", ref="T-1")
    assert (held.since, held.until) == (MARCH, date(2011, 3, 31))
    for nothing in (replace(line, treasury_fen=0), None):
        with pytest.raises(InvalidTerms):
            aid_of_subsidy(nothing, holder="B-1", ref="T-1")


# ---- what nobody could be


@pytest.mark.parametrize(
    "bad",
    [
        lambda: venture(1),
        lambda: venture(1, "B-1", "B-1"),
        lambda: Venture(id="V-1", borrowers=["B-1"], opened_on=DAY, jobs=1),
        lambda: venture(1, "B-1", jobs=-1),
        lambda: count_ventures(("V-1",), (), as_of=DAY),
        lambda: count_ventures((venture(1, "B-1"), venture(1, "B-2")), (), as_of=DAY),
        lambda: jobs_band(
            Quantity.exact(1), Quantity.exact(0), band=load_practice().jobs_per_loan.at(DAY), of="x"
        ),
        lambda: jobs_band(1, Quantity.exact(1), band=load_practice().jobs_per_loan.at(DAY), of="x"),
        lambda: jobs_band(Quantity.exact(1), Quantity.exact(1), band=RULE, of="x"),
        lambda: jobs_band(Quantity.exact(1), Quantity.exact(1), band="2.5-5.0", of="x"),
        lambda: support("loan", "HT-1"),
        lambda: support(SupportKind.LOAN, "HT-1", loan_id="HT-1"),
        lambda: support(SupportKind.SUBSIDY, "T-1"),
        lambda: check_support((), ("HT-1",), as_of=DAY),
        lambda: lesson(1, 0),
        lambda: replace(lesson(1, 1), scheme="Top 10"),
        lambda: replace(lesson(1, 1), started=frozenset({"P-9"})),
        lambda: replace(lesson(1, 1), trained={"P-0"}),
        lambda: training_result(("C-1",), year=2010, as_of=DAY),
        lambda: award(1, 0),
        lambda: check_awards(("A-1",), rule=RULE, year=2010),
        lambda: check_awards((), rule=RULE.value, year=2010),
        lambda: check_awards((), rule=load_practice().jobs_per_loan.at(DAY), year=2010),
        lambda: tenants_of(("V-1",), as_of=DAY),
        lambda: aid(1, "Public post", MARCH, APRIL),
        lambda: replace(aid(1, "interest", MARCH, APRIL), amount_fen=0),
        lambda: overlaps(("Z-1",)),
        lambda: overlaps((), exclusive={"interest"}),
        lambda: overlaps((), exclusive=frozenset({"interest"})),
        lambda: overlaps((), exclusive=frozenset({frozenset({"interest"})})),
        lambda: overlaps((), exclusive=frozenset({frozenset({"interest", "A B"})})),
    ],
)
def test_what_nobody_could_be_is_refused(bad):
    with pytest.raises(InvalidTerms):
        bad()


@pytest.mark.parametrize("wrong", [None, 7, "B-1", [None], [7]])
@pytest.mark.parametrize(
    "ask",
    [
        overlaps,
        lambda wrong: count_ventures(wrong, (), as_of=DAY),
        lambda wrong: count_ventures((), wrong, as_of=DAY),
        lambda wrong: check_support(wrong, (), as_of=DAY),
        lambda wrong: check_support((), wrong, as_of=DAY),
        lambda wrong: training_result(wrong, year=2010, as_of=DAY),
        lambda wrong: training_result((), year=wrong, as_of=DAY),
        lambda wrong: check_awards(wrong, rule=RULE, year=2010),
        lambda wrong: check_awards((), rule=RULE, year=wrong),
        lambda wrong: check_awards((), rule=wrong, year=2010),
        lambda wrong: tenants_of(wrong, as_of=DAY),
        lambda wrong: incubators_of(wrong, "V-1", as_of=DAY),
    ],
)
def test_wrong_types_are_refused_by_name(ask, wrong):
    with pytest.raises(InvalidTerms):
        ask(wrong)


@pytest.mark.parametrize(
    "bad",
    [
        lambda: venture(1, "B-1", opened_on="2010-01-01"),
        lambda: venture(1, "B-1", closed_on=date(2009, 12, 31)),
        lambda: Tenancy(incubator="I-1", tenant="V-1", since=DAY, until=MARCH),
        lambda: aid(1, "interest", APRIL, MARCH),
        lambda: count_ventures((), (), as_of=None),
        lambda: check_support((), (), as_of="2011-06-30"),
        lambda: tenants_of((), as_of=None),
    ],
)
def test_days_are_plain_and_in_order(bad):
    with pytest.raises(InvalidDate):
        bad()


@pytest.mark.parametrize(
    "bad",
    [
        lambda: venture(1, ""),
        lambda: count_ventures((), ("",), as_of=DAY),
        lambda: check_support(("",), (), as_of=DAY),
        lambda: support(SupportKind.SUBSIDY, "T-1", loan_id=" "),
        lambda: replace(lesson(1, 1), trained=frozenset({"", "P-0"})),
        lambda: Tenancy(incubator="", tenant="V-1", since=DAY),
        lambda: incubators_of((), None, as_of=DAY),
    ],
)
def test_identities_can_be_stored_and_printed(bad):
    with pytest.raises(InvalidIdentity):
        bad()


def test_a_second_venture_of_one_id_is_refused_with_the_limit():
    both = (venture(1, "B-1"), venture(1, "B-2"))

    with refused(InvalidTerms, "terms.invalid", value=2, limit="each venture once"):
        count_ventures(both, (), as_of=DAY)
