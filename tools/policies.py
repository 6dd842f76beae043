"""Write docs/policies.md: the shipped rules as tables that can be held against the law.

`python3 dev.py policies` runs it. Nothing on the page is typed by hand but what says how to read
it: values, clauses and gaps come from the files, figures from the library.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from policy_blocks import (
    EVERYWHERE,
    LOCAL,
    NATIONAL,
    Block,
    NamedGap,
    blocks_of,
    by_decree,
    counted_gaps,
    gaps,
    local_days,
    remarks_of,
)
from policy_grid import (
    A_DAY,
    ERA,
    FIRST_DAY,
    LAST_DAY,
    MARKS,
    NEWER,
    OLD,
    PLACES,
    merged_grids,
    rules_of,
    shares_rows,
)

from microloan import BorrowerKind, Evidence, Gap, Provision, show_rate
from microloan.policy import MEASURES, in_words

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "policies.md"
UNITS: Final = {
    "age_limit": "years of age",
    "leverage_cap": "times the fund's balance",
    "loans_at_most": "counting those with a subsidy",
    "subsidized_months": "months from the disbursement",
    "term": "months",
    "visit_interval_months": "months after the last visit",
}

HOW_TO_READ: Final = """\
# Policies: what the shipped rules say

This page is made from the files by `python3 dev.py policies`; a test holds it against them. It is
meant to be laid beside the decrees. A figure that you find wrong is wrong in one of the files named
under [The decrees](#the-decrees); [Add a policy year](recipes/add-a-policy-year.md) says how to
change it.

{contents}

## How to read it

- **Days** are signing days, first and last inside. A loan follows the rules of the day on which its
  contract was signed, also where a decree counts from a day before its own.
- **Marks.** A value without a mark was read in a page on the national text. ˡ was read in a local
  rule only. ᵐ was read nowhere, or its first day is assumed: [from memory](#what-rests-on-memory),
  to be checked before anybody relies on it.
- **Gaps.** *gap: shares 2013-09-01* is the name of a gap: the library refuses (`NotInForce`) and
  says why. Each stands under [Gaps](#gaps), with its days and its reason. There are {gaps} of them.
- **Rates.** In the grid, *b* is the benchmark lending rate of the loan's term, *L* the loan prime
  rate that the contract names, *old L* the prime rate of 2013 to 2019, *r* the contract rate; all
  figures are percent a year.
- **Places.** *seven eastern* are the seven provinces of the east that paid the subsidies of persons
  themselves. A *poor area* follows its region where no rule names poor areas.
"""

THE_GRID: Final = """\
## The grid

Ceiling, rate cap and subsidy for every signing day from {first} to {last}, cut at each new year.
The rows of a year are those that begin with it.

- *whom*: the classes that the rules of those days tell apart; *other groups* are all in force that
  are not named beside them ([groups](#groups)). A borrower of several groups has the highest
  ceiling; a woman of the countryside is of two, `women` and `rural_women`. Up to 2013-08-31 the
  rules asked whether the trade was a low-profit one, since 2009 not of women.
- *ceiling* and *partners*: the largest subsidized principal in yuan; of partners, for each head.
- *cap*: the rule. *1 year*, *longer*: the highest contract rate of a loan of one year, and of two
  or three, where it names the one-year prime rate; *5-year L*: of a loan that names that of five
  years. *free*: lender and borrower agree the rate. Before 2014-11-22 a loan of up to six months
  had a benchmark of its own, which is not shown.
- *borne*: what the treasury bears of a year's interest, in points of the principal, on a loan at
  the highest rate: of a loan of one year, and of the longest loan year by year. Where the rate is
  free this is a part of the reference rate whatever the contract rate, and never more than the
  interest. Below the highest rate a subsidy of all, half or a third of the interest falls with
  *r*, one over L − 1.50 by the difference.
- *by*: the decrees behind ceiling, rate cap and subsidy.
- Where a reference rate was not read, the cell says what is borne in terms of *r* and *L*. A
  contract that states its rate (`Category.reference_rate`) is answered all the same. For one that
  does not, a part of *L* is refused, and so is all of the rule of 2015, which bears *r* up to its
  cap only; else the subsidy is computed and its explanation says that no cap was checked.
- Where the ceiling of partners is a gap their subsidy is refused for the same reason.
"""

PERSONS_HEAD: Final = (
    *("signed", "whom", "ceiling", "partners", "cap", "1 year", "longer", "5-year L"),
    *("borne, 1 year", "borne, longest", "by"),
)
FIRMS_HEAD: Final = (
    *("signed", "ceiling", "cap", "1 year", "longer", "5-year L"),
    *("borne, 1 year", "borne, longest", "by"),
)


def page() -> str:
    """Return the page."""
    named = list(gaps())
    body = "\n".join(
        [
            *_decrees(),
            THE_GRID.format(first=FIRST_DAY, last=LAST_DAY),
            *_grid(),
            *_measures(),
            *_gap_section(named),
            *_local_rules(),
            *_memory(),
        ]
    )
    _require_listed(body, {name for name, *_ in named})
    return HOW_TO_READ.format(contents=_contents(body), gaps=len(named)) + "\n" + body


def _contents(body: str) -> str:
    """Return links to the sections, and to the tables of those that have some."""
    listed = []
    for line in body.splitlines():
        marks, _, title = line.partition(" ")
        if marks in {"##", "###"} and (marks == "##" or title not in MEASURES):
            listed.append(f"{'  ' * (len(marks) - 2)}- [{title}](#{_anchor(title)})")
    return "\n".join(listed)


def _anchor(title: str) -> str:
    kept = "".join(one for one in title.lower() if one.isalnum() or one in " -_")
    return kept.replace(" ", "-")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"
    yield ""


def _decrees() -> Iterator[str]:
    yield "## The decrees\n"
    yield "Files in `src/microloan/policy/cn`, by the day on which each was issued.\n"
    remarks = remarks_of(NATIONAL)
    yield from _table(
        ("key", "number", "title", "issued", "file", "blocks", "remark"),
        (
            (
                key,
                blocks[0].decree.number,
                f"{blocks[0].decree.title_zh} ({blocks[0].decree.title})",
                str(blocks[0].decree.issued),
                f"`{blocks[0].rule.file}`",
                str(len(blocks)),
                remarks[key],
            )
            for key, blocks in by_decree(NATIONAL).items()
        ),
    )


def _grid() -> Iterator[str]:
    eras = ((FIRST_DAY, ERA - A_DAY), (ERA, LAST_DAY))
    kinds = (
        ("Persons and partners", BorrowerKind.INDIVIDUAL, PERSONS_HEAD),
        ("Enterprises", BorrowerKind.ENTERPRISE, FIRMS_HEAD),
    )
    for title, kind, head in kinds:
        for first, last in eras:
            for places, rows in merged_grids(kind, first, last):
                where = EVERYWHERE if len(places) == len(PLACES) else ", ".join(places)
                yield f"### {title}, {where}, {first.year} to {last.year}\n"
                cells = [
                    (f"{row.first} – {row.last}", *([row.whom] if row.whom else []), *row.cells)
                    for row in rows
                ]
                yield from _table(head, cells)
        yield f"### {title}: which level bears the subsidy\n"
        yield "In a poor area it is as in its region.\n"
        yield from _table(
            ("signed", *(place for place in PLACES if place != "poor area")),
            ((f"{first} – {last}", *cells) for first, last, cells in shares_rows(kind)),
        )


def _measures() -> Iterator[str]:
    yield "## The measures\n"
    yield (
        "Every block of every national file, by measure and first day. Of two values of one day\n"
        "the one for the closer place holds: poor area before seven eastern, that before a region."
    )
    yield "\n" + ",\n".join(f"[{name}](#{name})" for name in MEASURES) + ".\n"
    for name, measure in MEASURES.items():
        unit = f", in {UNITS[name]}" if name in UNITS else ""
        yield f"### {name}\n"
        yield f"{measure.title_zh}: {measure.title}{unit}.\n"
        blocks = [block for block in blocks_of(NATIONAL) if block.rule.measure == name]
        blocks.sort(key=lambda block: block.rule.entry.since)
        if not blocks:
            yield "No national decree sets it; [local rules](#local-rules) may.\n"
            continue
        kinds = ["for"] if measure.by_kind else []
        yield from _table(
            ("from", *kinds, "where", "value", "clause", "read in"),
            (
                (
                    f"{block.rule.entry.since}{block.until}",
                    *([block.kinds] if kinds else []),
                    block.where,
                    *_value_cells(block),
                )
                for block in blocks
            ),
        )


def _value_cells(block: Block) -> tuple[str, str, str]:
    entry = block.rule.entry
    if isinstance(entry, Gap):
        return f"**gap**: {entry.reason}", block.decree.key, ""
    value = f"{in_words(entry.value)}{MARKS[entry.evidence.value]}"
    remark = f" ({block.note})" if block.note else ""
    return value, f"{block.decree.key}: {entry.clause}", f"{entry.read_in}{remark}"


def _gap_section(named: Sequence[NamedGap]) -> Iterator[str]:
    counted = Counter(name for name, *_ in named)
    rates = counted[f"gap: {OLD}"] + counted[f"gap: {NEWER}"]
    yield "## Gaps\n"
    yield f"gaps: {len(named)}\n"
    yield (
        f"{len(named) - rates} stand in the files, {rates} are stretches of days without a "
        "reference rate. The old\nprime rate matters from 2015-04-27, when a rule first asked for "
        "it.\n"
    )
    yield from _table(("name", "for", "where", "days", "why"), named)
    yield "What was read of the old prime rate:\n"
    yield from _table(
        ("days", "rate"),
        (
            (f"{first} – {last}", show_rate(rate))
            for first, last, rate in rules_of("central").rates.lpr_old.spans
        ),
    )
    yield "Gaps of the files as a policy counts them, by measure, kind of borrower and first day:\n"
    yield from _table(("place", "gaps"), ((place, str(counted_gaps(place))) for place in PLACES))


def _require_listed(body: str, names: set[str]) -> None:
    """End the program where a gap stands in the grid and not in the list."""
    grid = body.partition("## The grid")[2].partition("## The measures")[0]
    cells = (cell.strip() for line in grid.splitlines() for cell in line.split("|"))
    named = {cell[cell.index("gap: ") :] for cell in cells if "gap: " in cell}
    if named - names:
        raise SystemExit(f"not in the list of gaps: {sorted(named - names)}")


def _local_rules() -> Iterator[str]:
    yield "## Local rules\n"
    yield (
        'Files in `src/microloan/policy/cn/local`, laid over the national rules by `overlay="…"`.\n'
        "A value whose file names its last day governs until then, whatever the nation does; any\n"
        "other until the next national value.\n"
    )
    remarks = remarks_of(LOCAL)
    for key, blocks in by_decree(LOCAL).items():
        decree = blocks[0].decree
        yield f"### {blocks[0].rule.file.removesuffix('.toml')}\n"
        regions = ", ".join(sorted(region.value for region in decree.regions)) or "every region"
        yield f"{decree.number}: {decree.title}, issued {decree.issued}, laid over: {regions}."
        yield f"Remark: {remarks[key] or 'none'}.\n"
        yield from _table(
            ("measure", "days", "for", "where", "value", "clause", "read in"),
            (
                (
                    block.rule.measure,
                    local_days(block),
                    block.kinds,
                    block.where,
                    *_value_cells(block),
                )
                for block in blocks
            ),
        )


def _memory() -> Iterator[str]:
    yield "## What rests on memory\n"
    known = [
        (block, block.rule.entry)
        for block in (*blocks_of(NATIONAL), *blocks_of(LOCAL))
        if isinstance(block.rule.entry, Provision)
    ]
    trust = Counter(entry.evidence for _, entry in known)
    yield (
        f"Of {len(known)} values {trust[Evidence.SOURCE]} were read in a page on the national text,"
        f" {trust[Evidence.LOCAL]} in a local\nrule only, {trust[Evidence.MEMORY]} rest on memory, "
        "at least for their first day. These are:\n"
    )
    yield from _table(
        ("by", "measure", "from", "for", "where", "value", "what was not read"),
        (
            (
                block.decree.key,
                block.rule.measure,
                str(entry.since),
                block.kinds,
                block.where,
                in_words(entry.value),
                block.note or "the value",
            )
            for block, entry in known
            if entry.evidence is Evidence.MEMORY
        ),
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.relative_to(PAGE.parent.parent)}: {PAGE.stat().st_size:,} bytes")
