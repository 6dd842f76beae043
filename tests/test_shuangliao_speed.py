"""The Shuangliao book is opened in seconds: the demo's second run builds nothing, it only reads."""

import pytest

from demo_run import first_run, hashes, run


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return first_run(tmp_path_factory.mktemp("双辽"))


def test_a_second_run_is_quick_and_changes_nothing(first):
    path, printed = first
    before = hashes(path)

    again, seconds = run(path)
    quickest = min(seconds, run(path)[1], run(path)[1])  # a busy machine only adds to it

    assert hashes(path) == before
    assert quickest < 5
    assert "nothing was changed" in again
    assert again.split("\n\n", 1)[1] == printed.split("\n\n", 1)[1]
