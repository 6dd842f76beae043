"""``import microloan`` loads nothing; every name loads its module when it is first asked for."""

import inspect
import pickle
import subprocess
import sys

import pytest

import microloan
from microloan import HalfYear, cny, policy

ALONE = """
import sys
from importlib import import_module

import microloan

homes = dict(map(reversed, microloan._HOME.items()))
for home, name in homes.items():
    for module in [module for module in sys.modules if module.split(".")[0] == "microloan"]:
        del sys.modules[module]
    getattr(import_module("microloan"), name)
print(len(homes))
"""


def said_by(program, *arguments):
    """What another Python says to a program of ours."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.stderr == ""
    return done.stdout.strip()


def test_importing_the_vocabulary_loads_none_of_its_modules():
    loaded = said_by("import sys, microloan; print(*sorted(sys.modules))").split()

    assert "microloan" in loaded
    assert [module for module in loaded if module.startswith("microloan.")] == []
    assert {"moneyed", "dateutil", "sqlalchemy"}.isdisjoint(loaded)


def test_one_name_loads_what_it_needs_and_not_the_rest():
    loaded = said_by("import sys\nfrom microloan import cny\nprint(*sorted(sys.modules))").split()

    ours = {module for module in loaded if module.startswith("microloan.")}
    assert "microloan.money" in ours
    assert {module.split(".")[1] for module in ours} == {"errors", "money"}


def test_a_name_is_the_thing_of_its_module_and_stays_with_the_package(monkeypatch):
    monkeypatch.delitem(vars(microloan), "HalfYear", raising=False)

    asked = microloan.HalfYear

    assert asked is HalfYear is sys.modules["microloan.periods"].HalfYear
    assert vars(microloan)["HalfYear"] is HalfYear


def test_a_package_of_the_vocabulary_is_a_name_like_any_other(monkeypatch):
    monkeypatch.delattr(microloan, "policy")

    assert microloan.policy is policy


def test_a_package_of_the_vocabulary_is_loaded_when_it_is_asked_for():
    program = "import microloan; print(microloan.policy.load.__module__, microloan.cny.__module__)"

    assert said_by(program) == "microloan.policy microloan.money"


def test_a_name_that_nobody_has_is_refused_with_the_one_that_was_meant():
    with pytest.raises(
        AttributeError, match="module 'microloan' has no attribute 'Lone'"
    ) as caught:
        microloan.Lone  # noqa: B018 — asking is the test

    assert (caught.value.name, caught.value.obj) == ("Lone", microloan)
    assert not hasattr(microloan, "__wrapped__")


def test_the_names_show_where_people_and_tools_look_for_them():
    assert set(microloan.__all__) < set(dir(microloan))
    assert "__doc__" in dir(microloan)
    assert inspect.getdoc(microloan).startswith("The books of a county loan-guarantee office")


def test_a_value_survives_its_way_into_a_process_that_has_loaded_nothing():
    program = "import pickle, sys; print(*pickle.loads(bytes.fromhex(sys.argv[1])))"
    sent = pickle.dumps((HalfYear(2024, 1), cny("7863.02")))

    assert said_by(program, sent.hex()) == f"{HalfYear(2024, 1)} {cny('7863.02')}"


@pytest.mark.slow  # a hundred modules, each with all that it needs
def test_each_module_of_the_vocabulary_loads_first_and_alone():
    assert int(said_by(ALONE)) == len(set(microloan._HOME.values())) > 50
