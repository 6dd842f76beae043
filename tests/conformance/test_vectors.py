"""Every published vector the library supports is met to the fen; the others are reported."""

import pytest

from conformance import runner

COLLECTED = runner.collect()


@pytest.mark.parametrize("vector", COLLECTED.supported, ids=lambda vector: vector.id)
def test_a_published_vector_is_met(vector):
    runner.check(vector)


@pytest.mark.parametrize(
    "row",
    COLLECTED.day_counts,
    ids=lambda row: f"{row['convention']} {row['start']} {row['end']}",
)
def test_a_published_day_count_is_met(row):
    runner.check_day_count(row)
