"""Flat rows at a host's door: pydantic models and FastAPI take them, amounts travel as text."""

import asyncio
import json
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel, TypeAdapter

from histories import a_loan
from microloan import Installment
from microloan.table import MoneyAs

PLAN = a_loan().schedule


class Line(BaseModel):
    """A host's own model of an installment."""

    number: int
    due_on: date
    principal: Decimal
    interest: Decimal
    total: Decimal
    outstanding: Decimal


def test_a_hosts_model_takes_a_row_and_tells_amounts_as_text():
    lines = TypeAdapter(list[Line]).validate_python(PLAN.to_dicts())

    assert lines[0].principal == Decimal("10000.00")
    told = json.loads(TypeAdapter(list[Line]).dump_json(lines))
    assert told[0] == {
        "number": 1,
        "due_on": "2024-02-15",
        "principal": "10000.00",
        "interest": "600.00",
        "total": "10600.00",
        "outstanding": "110000.00",
    }
    assert TypeAdapter(list[Line]).validate_json(json.dumps(told)) == lines


def test_rows_without_a_model_tell_amounts_as_text_too():
    told = json.loads(TypeAdapter(list[dict[str, Any]]).dump_json(PLAN.to_dicts()))

    assert told[11]["outstanding"] == "0.00"
    assert sum(Decimal(row["principal"]) for row in told) == Decimal("120000.00")


def test_the_columns_of_a_record_are_the_fields_of_such_a_model():
    assert tuple(Line.model_fields) == Installment.COLUMNS.names


@pytest.mark.parametrize("kind", [list[Line], list[dict[str, Any]]], ids=["model", "rows"])
def test_a_service_returns_rows_with_amounts_as_text(kind):
    app = FastAPI()
    app.get("/plan", response_model=kind)(PLAN.to_dicts)

    async def asked():
        door = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=door, base_url="http://host") as client:
            return (await client.get("/plan")).json()

    told = asyncio.run(asked())

    assert told[0]["principal"] == "10000.00"
    assert told[0]["due_on"] == "2024-02-15"


def test_whole_fen_are_numbers():
    told = TypeAdapter(list[dict[str, Any]]).dump_python(
        PLAN.to_dicts(money_as=MoneyAs.FEN), mode="json"
    )

    assert told[0]["principal_fen"] == 1_000_000
