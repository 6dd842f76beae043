"""Frames and Arrow: every amount arrives exactly; a library that is missing is named."""

import subprocess
import sys
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings

from histories import RULES, a_fund, a_loan, histories, pays_on_time
from microloan import (
    Entry,
    HalfYear,
    Prepayment,
    amortize,
    cny,
    draw_up,
    fen,
    leverage_path,
    pay_claim,
)
from microloan.errors import ExtraMissing
from microloan.extra import load_extra
from microloan.table import Column, ColumnKind, Language, MoneyAs, Table, tabulate
from refusals import refused
from strategies import terms

PLAN = a_loan().schedule
EVERY_KIND = Table(
    name="entry",
    columns=(
        Column("ref", ColumnKind.TEXT),
        Column("number", ColumnKind.COUNT),
        Column("amount", ColumnKind.MONEY),
        Column("on", ColumnKind.DATE),
        Column("share", ColumnKind.RATE),
        Column("cap", ColumnKind.MULTIPLE),
        Column("within_cap", ColumnKind.FLAG),
    ),
    rows=(
        ("a", 1, 10**15, date(2024, 2, 29), Decimal("0.333333333333"), Decimal(5), True),
        (None, None, None, None, None, None, None),
    ),
)


def missing(monkeypatch, *names):
    """Let some libraries be as if they were not installed."""
    for name in names:
        monkeypatch.setitem(sys.modules, name, None)


def test_polars_gets_amounts_as_exact_decimals():
    frame = PLAN.to_polars()

    assert frame.schema["principal"] == pl.Decimal(18, 2)
    assert frame.schema["due_on"] == pl.Date
    assert frame["principal"].sum() == Decimal("120000.00")
    assert frame["interest"].sum() == Decimal("3900.00")  # 600 + 550 + … + 50
    assert frame.rows()[0] == tuple(PLAN.to_dicts()[0].values())


def test_polars_gets_whole_fen_and_chinese_headings_where_asked_for():
    frame = PLAN.to_polars(money_as=MoneyAs.FEN, language=Language.ZH)

    assert frame.schema["本金（分）"] == pl.Int64
    assert frame["本金（分）"].sum() == 12_000_000


def test_every_kind_of_column_has_its_type_in_polars():
    frame = EVERY_KIND.to_polars()

    assert frame.dtypes == [
        pl.String,
        pl.Int64,
        pl.Decimal(18, 2),
        pl.Date,
        pl.Decimal(38, 12),
        pl.Decimal(38, 12),
        pl.Boolean,
    ]
    assert frame.rows()[0][2] == Decimal("10000000000000.00")
    assert frame.rows()[0][4] == Decimal("0.333333333333")
    assert frame.rows()[1] == (None,) * 7


def test_every_kind_of_column_has_its_type_in_pandas():
    frame = EVERY_KIND.to_pandas()

    assert list(map(str, frame.dtypes)) == [
        "str",
        "Int64",
        "object",
        "datetime64[s]",
        "object",
        "object",
        "boolean",
    ]
    assert frame["amount"][0] == Decimal("10000000000000.00")
    assert frame["on"][0] == pd.Timestamp(2024, 2, 29)
    assert frame.isna().iloc[1].all()
    assert str(EVERY_KIND.to_pandas(money_as=MoneyAs.FEN)["amount_fen"].dtype) == "Int64"


def test_no_rows_are_a_frame_with_all_its_types():
    empty = tabulate((), of=Entry)

    assert empty.to_polars().schema["amount"] == pl.Decimal(18, 2)
    assert len(empty.to_pandas()) == 0
    assert list(empty.to_pandas().columns) == list(Entry.COLUMNS.names)


def test_arrow_readers_get_the_same_frame_from_the_result_itself():
    path = leverage_path(a_fund(), [a_loan()], under=RULES)

    assert pl.DataFrame(path).equals(path.to_polars())
    # A plan is a sequence too, and polars looks at that first.
    assert pl.DataFrame(PLAN.as_table()).equals(PLAN.to_polars())


def test_without_polars_the_refusal_names_the_command(monkeypatch):
    missing(monkeypatch, "polars")

    command = "pip install 'microloan[frames]'"
    with refused(ExtraMissing, "package.extra_missing", value="polars", limit=command):
        PLAN.to_polars()
    assert len(PLAN.to_dicts()) == 12
    assert len(PLAN.to_pandas()) == 12


def test_without_pandas_the_refusal_names_the_command(monkeypatch):
    missing(monkeypatch, "pandas")

    command = "pip install 'microloan[pandas]'"
    with refused(ExtraMissing, "package.extra_missing", value="pandas", limit=command):
        PLAN.to_pandas()


def test_without_polars_arrow_is_spoken_by_pyarrow(monkeypatch):
    missing(monkeypatch, "polars")
    arrow = SimpleNamespace(
        string=lambda: "string",
        int64=lambda: "int64",
        decimal128=lambda digits, places: f"decimal128({digits}, {places})",
        date32=lambda: "date32",
        bool_=lambda: "bool",
        array=lambda cells, kind: (kind, cells),
        table=lambda cells: SimpleNamespace(__arrow_c_stream__=lambda schema: (cells, schema)),
    )
    monkeypatch.setitem(sys.modules, "pyarrow", arrow)

    cells, schema = EVERY_KIND.__arrow_c_stream__("wanted")

    assert schema == "wanted"
    assert [kind for kind, _ in cells.values()] == [
        "string",
        "int64",
        "decimal128(18, 2)",
        "date32",
        "decimal128(38, 12)",
        "decimal128(38, 12)",
        "bool",
    ]
    assert cells["amount"][1] == [Decimal("10000000000000.00"), None]


def test_with_neither_arrow_asks_for_frames(monkeypatch):
    missing(monkeypatch, "polars", "pyarrow")

    command = "pip install 'microloan[frames]'"
    with refused(ExtraMissing, "package.extra_missing", value="polars", limit=command):
        PLAN.__arrow_c_stream__()


def test_a_library_that_lacks_a_part_of_its_own_is_not_called_missing(monkeypatch, tmp_path):
    (tmp_path / "halfway.py").write_text("import no_such_part", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(ModuleNotFoundError, match="no_such_part") as caught:
        load_extra("halfway", extra="frames")
    assert not isinstance(caught.value, ExtraMissing)


def test_a_part_of_a_missing_library_is_missing_with_it():
    with pytest.raises(ExtraMissing, match=r"no_such_library\.part is not installed: pip install"):
        load_extra("no_such_library.part", extra="frames")


def test_tables_load_no_frame_library():
    program = (
        "import sys, microloan.table, microloan.halfyear, microloan.checks\n"
        "sys.exit(bool({'polars', 'pandas', 'pyarrow', 'sqlalchemy'} & sys.modules.keys()))"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def adds_up(fund, loan):
    """Hold what leaves of a fund and a loan against what the domain says."""
    plan, entries = loan.schedule.to_polars(), tabulate(loan.entries).to_dicts()
    assert plan["principal"].to_list() == [one.principal.amount for one in loan.schedule]
    assert plan.height == len(loan.schedule) > 0
    assert sum(row["amount"] for row in entries) == sum(one.amount.amount for one in loan.entries)

    applied = tabulate(loan.applied).to_polars(money_as=MoneyAs.FEN)
    last = max(entry.on for entry in loan.entries)
    assert -applied["principal_fen"].sum() == fen(loan.position(as_of=last).outstanding)

    ledger = draw_up([loan], HalfYear.of(last))
    frame = ledger.to_polars(money_as=MoneyAs.FEN)
    for name in ("opening", "closing", "repaid_principal", "paid_by_fund", "written_off"):
        assert frame[f"{name}_fen"].sum() == getattr(ledger.totals, f"{name}_fen")
    [card] = fund.to_dicts()
    assert card["balance"] == fund.balance(as_of=date.max).amount


@settings(max_examples=15)
@given(agreed=terms(longest=24))
def test_the_frame_of_any_plan_adds_up_to_its_terms(agreed):
    plan = amortize(agreed)

    frame = plan.to_polars()
    assert frame["principal"].sum() == agreed.principal.amount
    assert frame["interest"].to_list() == [one.interest.amount for one in plan]
    whole = plan.to_polars(money_as=MoneyAs.FEN)
    assert (whole["principal_fen"] + whole["interest_fen"]).equals(whole["total_fen"])


def test_what_leaves_adds_up_after_a_claim_and_a_prepayment():
    adds_up(*pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="P1"))
    early = {"on": date(2024, 3, 15), "ref": "T1", "then": Prepayment.SHORTEN}
    adds_up(a_fund(), pays_on_time(a_loan(), 1, 1).prepay(cny(60_000), **early))


@pytest.mark.slow
@given(lived=histories())
def test_what_leaves_adds_up_whatever_happened(lived):
    adds_up(lived.fund, lived.loan)


def test_a_ledger_of_several_loans_adds_up_in_every_frame():
    ledger = draw_up([pays_on_time(a_loan(f"HT-{n}"), 1, n) for n in (1, 2, 3)], HalfYear(2024, 1))

    assert ledger.to_polars()["closing"].sum() == Decimal("300000.00")  # 110 + 100 + 90 thousand
    assert sum(ledger.to_pandas()["closing"]) == Decimal("300000.00")
    assert a_fund().to_polars()["balance"].to_list() == [Decimal("1000000.00")]
