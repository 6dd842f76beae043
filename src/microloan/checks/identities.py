"""身份核查: numbers that no citizen has, two persons with one, loans to the dead (K24)."""

from collections.abc import Iterator
from typing import Final

from microloan.checks.check import Check
from microloan.checks.files import Person
from microloan.checks.sketch import BookCase, several
from microloan.finding import Finding, Severity
from microloan.id_number import (
    as_eighteen,
    born_by_id_number,
    id_number_fault,
    is_of_first_card,
)

_REGISTERED_ZH: Final = {
    "numbers": "身份证号",
    "days of birth": "出生日期",
    "days of death": "死亡日期",
    "spouses": "配偶",
}


def impossible_numbers(case: BookCase) -> Iterator[Finding]:
    """K24: find numbers that no citizen has, or another day of birth than the register's."""
    for person in dict.fromkeys(case.facts.persons or ()):
        if not person.id_number:
            continue
        if is_of_first_card(person.id_number):
            yield _first_card(person.id)
        number = as_eighteen(person.id_number)
        fault = id_number_fault(number)
        if fault is not None:
            what = fault.value
            yield _wrong(person.id, f"number_{what}", f"its number: {what}", fault.zh)
        born_on = born_by_id_number(number)
        if fault is None and person.born_on is not None and born_on != person.born_on:
            sentence = f"born on {person.born_on}, by the number on {born_on}"
            zh = f"登记出生日期 {person.born_on}，身份证号为 {born_on}"
            yield _wrong(person.id, "other_birth", sentence, zh)


def _first_card(of: str) -> Finding:
    return _wrong(
        of,
        "number_of_first_card",
        "its number has fifteen digits, of a card that was valid until 2013-01-01 "
        "(居民身份证法, art. 23)",
        "身份证号为 15 位，属第一代居民身份证，自 2013-01-01 起停止使用（居民身份证法第二十三条）",
        severity=Severity.QUESTION,
    )


def shared_numbers(case: BookCase) -> Iterator[Finding]:
    """K24: find one number of two persons, two names of one, or registers that differ on one."""
    numbered = [person for person in case.facts.persons or () if person.id_number]
    for _, group in several(numbered, key=lambda person: as_eighteen(person.id_number)):
        ids = sorted({person.id for person in group})
        if len(ids) > 1:
            listed = ", ".join(ids)
            yield _wrong(ids[0], "number_shared", f"one number of {listed}", f"{listed} 同号")
        yield from _names(group)
    unnumbered = [person for person in case.facts.persons or () if not person.id_number]
    for _, group in several(unnumbered, key=lambda person: person.id):
        yield from _names(group)
    for person, group in case.index.persons.items():
        yield from _registers(person, group)


def _registers(of: str, group: list[Person]) -> Iterator[Finding]:
    """Yield what the registers know of one person in two ways."""
    stated: dict[str, set[object]] = {
        "numbers": {as_eighteen(one.id_number) for one in group if one.id_number},
        "days of birth": {one.born_on for one in group if one.born_on},
        "days of death": {one.died_on for one in group},
        "spouses": {one.spouse for one in group if one.spouse},
    }
    for what, values in stated.items():
        if len(values) > 1:
            count, zh = len(values), _REGISTERED_ZH[what]
            yield _wrong(
                of,
                "registers_differ",
                f"{count} {what} by its registers",
                f"各登记的{zh}不一致，共 {count} 种",
                severity=Severity.QUESTION,
            )


def _names(group: list[Person]) -> Iterator[Finding]:
    names = {person.name for person in group if person.name}
    if len(names) > 1:
        count = len(names)
        yield _wrong(group[0].id, "names_differ", f"{count} names", f"同一身份有 {count} 个姓名")


def lent_to_the_dead(case: BookCase) -> Iterator[Finding]:
    """K24: find loans paid out after the borrower's death, or before his birth."""
    for sketch in case.sketches.values():
        group, of = case.index.persons.get(sketch.borrower, ()), sketch.borrower
        lent = f"{sketch.loan_id} was paid out on {sketch.lent_on}"
        lent_zh = f"{sketch.loan_id} 于 {sketch.lent_on} 放款"
        for day in sorted({one.died_on for one in group if one.died_on}):
            if sketch.lent_on > day:
                zh = f"{lent_zh}，借款人已于 {day} 死亡"
                yield _wrong(of, "lent_after_death", f"{lent}, after the death of {day}", zh)
        for day in sorted({one.born_on for one in group if one.born_on}):
            if sketch.lent_on < day:
                zh = f"{lent_zh}，早于借款人出生日 {day}"
                yield _wrong(of, "lent_before_birth", f"{lent}, before the birth of {day}", zh)


def _wrong(
    of: str, what: str, sentence: str, zh: str, severity: Severity = Severity.FAULT
) -> Finding:
    """Return a finding about a person; the number itself is never printed."""
    return Check.K24.found(
        what,
        of=of,
        severity=severity,
        sentence=sentence,
        zh=zh,
        settle_by="the identity card, and the register of residents",
        settle_by_zh="核对身份证与户籍登记",
    )
