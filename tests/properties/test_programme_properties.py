"""Whatever is true and honestly printed is never said to be impossible."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from microloan.programme import (
    Among,
    Ceiling,
    Manner,
    Parts,
    Quantity,
    Ratio,
    Series,
    Sum,
    Targets,
    Verdict,
    compare,
    read_report,
    recompute,
)
from microloan.programme.span import Span

TRUTHS = st.integers(1, 10**9)
UNITS = st.sampled_from([Fraction(1), Fraction(10), Fraction(10_000), Fraction(1, 100)])


def half_up(number, unit):
    """The nearest multiple of a unit, halves up: written apart from the library."""
    times = number / unit + Fraction(1, 2)
    return (times.numerator // times.denominator) * unit


@st.composite
def printings(draw, truth):
    """A true number as an honest report may print it."""
    truth, unit = Fraction(truth), draw(UNITS)
    below = (truth / unit).__floor__() * unit
    manner = draw(st.sampled_from(Manner))
    printed = {
        Manner.EXACT: truth,
        Manner.ROUNDED: half_up(truth, unit),
        Manner.ABOUT: below + draw(st.sampled_from([Fraction(0), unit])),
        Manner.OVER: below,
        Manner.AND_SOME: below,
        Manner.NEARLY: below + unit,
        Manner.AT_MOST: below + unit,
        Manner.BELOW: below + unit,
    }[manner]
    return Quantity(printed=printed, unit=unit, manner=manner, text=f"{manner.value} {printed}")


@st.composite
def true_and_printed(draw, least=1):
    truths = draw(st.lists(TRUTHS, min_size=least, max_size=5))
    return truths, tuple(draw(printings(truth)) for truth in truths)


def possible(relation):
    return compare(relation).verdict is not Verdict.CANNOT_BE_RIGHT


@given(st.data())
def test_a_printed_figure_may_stand_for_what_is_true(data):
    truth = data.draw(TRUTHS)

    assert Span.point(Fraction(truth)).lies_in(data.draw(printings(truth)).span)


@given(true_and_printed(), st.data())
def test_a_true_total_is_never_impossible(parts, data):
    truths, printed = parts
    whole = data.draw(printings(sum(truths)))

    assert possible(Sum(of="x", parts=printed, whole=whole))
    assert possible(Parts(of="x", parts=printed[:-1] or printed, whole=whole))
    assert possible(Among(of="x", parts=printed, whole=whole))


@given(TRUTHS, TRUTHS, st.data())
def test_a_true_ratio_is_never_impossible(part, whole, data):
    printed = data.draw(printings(part)), data.draw(printings(whole))
    stated = data.draw(printings(Fraction(part, whole)))
    if not printed[1].printed:
        return

    assert possible(Ratio(of="x", part=printed[0], whole=printed[1], stated=stated))


@given(true_and_printed(least=2))
def test_a_true_cumulative_series_is_never_impossible(parts):
    truths, _ = parts
    rising = sorted(truths)

    assert possible(Series(of="x", values=tuple(map(Quantity.exact, rising))))
    if rising[0] < rising[-1]:
        falling = tuple(map(Quantity.exact, reversed(rising)))
        assert not possible(Series(of="x", values=falling))


@given(st.integers(1, 10_000), st.integers(1, 50_000), st.data())
def test_an_average_of_amounts_within_the_ceiling_is_never_impossible(count, each, data):
    amount, ceiling = data.draw(printings(count * each)), Quantity.exact(50_000)
    relation = Ceiling(
        of="x", amount=amount, count=Quantity.exact(count), ceiling=ceiling, source="s"
    )

    assert possible(relation)


@given(st.integers(1, 500), st.integers(1, 500_000))
def test_a_round_target_is_found_again(thousands, done):
    target = 1_000 * thousands
    percentage = half_up(Fraction(done, target), Fraction(1, 10_000))
    if not percentage:
        return
    stated = Quantity(printed=percentage, unit=Fraction(1, 10_000), manner=Manner.ROUNDED, text="%")
    relation = Targets(of="x", done=(Quantity.exact(done),), percentages=(stated,), step=1_000)

    assert possible(relation)


@given(true_and_printed(), st.integers(2, 10**6))
def test_a_total_that_is_off_is_found_where_all_is_exact(parts, off):
    truths, _ = parts
    exact = tuple(map(Quantity.exact, truths))

    assert possible(Sum(of="x", parts=exact, whole=Quantity.exact(sum(truths))))
    assert not possible(Sum(of="x", parts=exact, whole=Quantity.exact(sum(truths) + off)))


@given(st.text(max_size=30))
def test_any_text_is_a_figure_or_a_finding(text):
    row = {"relation": "sum", "of": "x", "parts": text, "whole": text}

    recomputed = recompute(read_report("x", [row]))
    assert len(recomputed.agreements) + len(recomputed.unread) == 1


ENDS = st.fractions(0, 1_000, max_denominator=20)


@st.composite
def spans(draw):
    low, width = draw(ENDS), draw(ENDS)
    unbounded = draw(st.integers(0, 4)) == 0
    wide = width > 0
    return Span(
        low=low,
        high=None if unbounded else low + width,
        low_open=wide and draw(st.booleans()),
        high_open=wide and not unbounded and draw(st.booleans()),
    )


def within(data, span):
    """Some number of a span."""
    top = span.low + 1_000 if span.high is None else span.high
    place = data.draw(st.fractions(0, 1, max_denominator=50))
    number = span.low + (top - span.low) * place
    return number if Span.point(number).lies_in(span) else (span.low + top) / 2


@given(spans(), spans(), st.data())
def test_sums_and_quotients_of_spans_hold_those_of_their_numbers(one, other, data):
    here, there = within(data, one), within(data, other)

    assert Span.point(here + there).lies_in(one.plus(other))
    if there:
        assert Span.point(here / there).lies_in(one.over(other))
    if here <= there:
        assert one.may_be_at_most(other)
    else:
        assert not one.is_at_most(other)
    if here == there:
        assert one.meets(other)
