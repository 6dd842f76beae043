"""The one label table: every column and every closed set has a word in both languages."""

import importlib
import inspect
import pkgutil
import re
import types
import typing
from collections import Counter
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import partial
from operator import attrgetter
from pathlib import Path

import pytest

import microloan
from microloan.errors import InvalidTerms
from microloan.money import InYuan, Money
from microloan.table import Column, ColumnKind, Language, columns_of, word_of
from microloan.table.label import column_labels, known_label, known_title, table_titles
from microloan.table.tabular import Card
from microloan.table.tabular import _code_name as code_name
from refusals import refused

ABOVE = ("store", "command", "charts", "excel", "strategies", "laws", "hypothesis_entry", "table")
NOT_IN_TABLES = {"Language", "MoneyAs", "ColumnKind"}
HOLDS = {
    ColumnKind.MONEY: {int, Money},
    ColumnKind.COUNT: {int},
    ColumnKind.DATE: {date},
    ColumnKind.FLAG: {bool},
    ColumnKind.RATE: {Decimal, Fraction},
    ColumnKind.MULTIPLE: {int, Decimal, Fraction},
}


def domain_classes():
    """Every class that a module of the domain defines."""
    for found in pkgutil.walk_packages(microloan.__path__, "microloan."):
        if found.name.split(".")[1] in ABOVE:
            continue
        module = importlib.import_module(found.name)
        for thing in vars(module).values():
            if inspect.isclass(thing) and thing.__module__ == found.name:
                yield thing


RECORDS = sorted(
    (kind for kind in domain_classes() if "COLUMNS" in vars(kind)), key=lambda kind: kind.__name__
)
CLOSED_SETS = sorted(
    (kind for kind in domain_classes() if issubclass(kind, Enum) and len(kind)),
    key=lambda kind: kind.__name__,
)


def found_at(kind, parts):
    """The types of what a path of a record leads to, as its annotations say."""
    part, *rest = parts
    named = part.removesuffix("?")
    attribute = inspect.getattr_static(kind, named, None)
    if isinstance(attribute, property):
        hint = typing.get_type_hints(attribute.fget)["return"]
    elif isinstance(attribute, InYuan):
        hint = Money
    else:
        hint = typing.get_type_hints(kind)[named]
    several = typing.get_origin(hint) in (typing.Union, types.UnionType)
    options = set(typing.get_args(hint) if several else (hint,)) - {type(None)}
    if not rest:
        return options
    if any(typing.get_origin(option) is not None for option in options):
        return {typing.Any}  # a generic value: its parameter says what lies inside
    return {deeper for option in options for deeper in found_at(option, rest)}


def path_of(read):
    """The path that reads a column; nothing for one that is computed."""
    if isinstance(read, attrgetter):
        return read.__reduce__()[1][0].split(".")
    return list(read.args[0]) if isinstance(read, partial) else []


def test_there_are_records_and_closed_sets_to_look_at():
    assert len(RECORDS) > 60
    assert len(CLOSED_SETS) > 40


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_a_record_reads_from_itself_what_its_columns_say(kind):
    for column, read in zip(kind.COLUMNS.columns, kind.COLUMNS.reads, strict=True):
        if column.kind is ColumnKind.TEXT or not path_of(read):
            continue
        options = found_at(kind, path_of(read))
        assert options, f"{kind.__name__}.{column.name}: nothing there"
        assert options <= HOLDS[column.kind] | {typing.Any}, f"{kind.__name__}.{column.name}"


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_a_record_has_a_title_and_no_column_twice(kind):
    names = kind.COLUMNS.names

    assert len(set(names)) == len(names) > 1
    assert known_title(code_name(kind)).english
    assert re.search("[一-鿿]", known_title(code_name(kind)).chinese)


def test_no_two_records_share_a_title():
    for language in Language:
        titles = Counter(title.in_language(language) for title in table_titles().values())
        assert [title for title, times in titles.items() if times > 1] == []
    assert Counter(code_name(kind) for kind in RECORDS).most_common(1)[0][1] == 1


def test_no_label_stands_for_two_columns():
    for language in Language:
        labels = Counter(label.in_language(language) for _, label in column_labels().values())
        assert [label for label, times in labels.items() if times > 1] == []


def test_every_label_is_english_in_english_and_chinese_in_chinese():
    for name, (_, label) in column_labels().items():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", name)
        assert re.fullmatch(r"[A-Z][\x20-\x7e]*", label.english), label.english
        assert re.search("[一-鿿]", label.chinese), label.chinese


def test_no_label_is_left_over():
    used = {name for kind in RECORDS for name in kind.COLUMNS.names}
    sources = Path(microloan.__file__).parent.rglob("*.py")
    text = "\n".join(source.read_text(encoding="utf-8") for source in sources)

    left = set(column_labels()) - used
    assert [name for name in left if not re.search(rf"\b{name}\b", text)] == []


@pytest.mark.parametrize("kind", CLOSED_SETS, ids=lambda kind: kind.__name__)
def test_the_members_of_a_closed_set_have_different_chinese_words(kind):
    words = [word_of(member, Language.ZH) for member in kind]

    assert len(set(words)) == len(words)
    assert [word for word in words if not re.search("[一-鿿]", word)] == []


def test_in_english_a_member_is_its_stable_value():
    assert word_of(microloan.EntryKind.CLAIM_PAYOUT, Language.EN) == "claim_payout"
    assert word_of(microloan.EntryKind.CLAIM_PAYOUT, Language.ZH) == "代偿"
    assert word_of(microloan.FundEntryKind.TOP_UP, Language.ZH) == "补足"


def test_a_set_without_chinese_words_keeps_its_values():
    assert word_of(ColumnKind.MONEY, Language.ZH) == "money"


def test_a_column_says_its_labels():
    due = Column("due_on", ColumnKind.DATE)

    assert [due.label(Language.EN), due.label(Language.ZH)] == ["Due on", "应还日"]
    assert due.labels == known_label("due_on")[1]


def test_a_column_or_table_without_a_label_is_refused():
    with refused(InvalidTerms, "terms.invalid", value="dou_on", limit="a name of labels.csv"):
        columns_of("number dou_on")
    with refused(InvalidTerms, "terms.invalid", value="instalment", limit="a name of titles.csv"):
        known_title("instalment")


def test_a_card_is_a_record_too():
    cards = {kind.__name__ for kind in RECORDS if issubclass(kind, Card)}

    assert {"Leverage", "Position", "RepaymentAccount", "GuaranteeFund", "FundCard"} <= cards
