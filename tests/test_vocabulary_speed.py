"""What an import costs beside the libraries that everybody has loaded anyway.

The processor's time is measured, and the best of several starts: what else the machine does is
not ours.
"""

import subprocess
import sys

import pytest

STARTS = 7
USED = "import time; start = time.process_time(); {}; print(time.process_time() - start)"


def seconds_of(statement):
    """The processor's time of one statement in a fresh Python, at best."""
    return min(
        float(subprocess.check_output([sys.executable, "-c", USED.format(statement)], text=True))
        for _ in range(STARTS)
    )


@pytest.fixture(scope="module")
def libraries():
    return seconds_of("import moneyed, dateutil.relativedelta")


def test_importing_the_vocabulary_costs_next_to_nothing(libraries):
    assert seconds_of("import microloan") < libraries / 4


def test_money_costs_at_most_half_as_much_again_as_the_library_of_money(libraries):
    assert seconds_of("from microloan import cny") < libraries * 1.5
