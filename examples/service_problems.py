"""How ``service.py`` says no: problem documents (RFC 9457) with the stable codes of the library."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from http import HTTPStatus
from inspect import getdoc
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from microloan import (
    AutocommitNotAllowed,
    CategoryNeeded,
    ChainBroken,
    CommitOutcomeUnknown,
    ConcurrentUpdate,
    ConnectionLost,
    ControlFailed,
    GuardRefused,
    InvalidPolicy,
    InvalidRecord,
    MicroloanError,
    NotFound,
    NotInForce,
    PenaltyOutOfRange,
    RateAboveCap,
    ReadOnlyDatabase,
    ReasonMissing,
    SchemaMismatch,
    StorageDamaged,
    StorageFull,
    StorageRefused,
    UnknownRegion,
    errors,
)
from microloan.money import Money
from microloan.store import ActKey

BY_CLASS: Final = (
    (HTTPStatus.NOT_FOUND, (NotFound,)),
    (
        HTTPStatus.SERVICE_UNAVAILABLE,  # the same again may succeed
        (ConcurrentUpdate, ConnectionLost, CommitOutcomeUnknown, StorageFull, ReadOnlyDatabase),
    ),
    (
        HTTPStatus.INTERNAL_SERVER_ERROR,  # somebody has to look at the database or at this program
        (
            *(ChainBroken, ControlFailed, StorageDamaged, StorageRefused, GuardRefused),
            *(SchemaMismatch, AutocommitNotAllowed, InvalidPolicy, ImportError),
        ),
    ),
    (
        HTTPStatus.UNPROCESSABLE_ENTITY,  # it could be done in no book
        (
            *(ValueError, NotInForce, CategoryNeeded, UnknownRegion, RateAboveCap),
            *(PenaltyOutOfRange, InvalidRecord, ReasonMissing),
        ),
    ),
    (HTTPStatus.CONFLICT, (MicroloanError,)),  # this book does not allow it as it stands
)
"""Which status a refusal has: the first that fits."""
RETRY_AFTER: Final = {"Retry-After": "2"}
INVALID_BODY: Final = "service.invalid_body"
LONGEST_BODY: Final = 1 << 20
"""How many bytes a body may have; the largest form has some thousands."""
TOLD: Final = 20
"""Of how many errors of one body the places are told; of the others, how many they are."""
_TITLES_ZH: Final = {
    HTTPStatus.NOT_FOUND: "台账中没有",
    HTTPStatus.CONFLICT: "台账现状不允许办理",
    HTTPStatus.UNPROCESSABLE_ENTITY: "填报内容有误",
    HTTPStatus.SERVICE_UNAVAILABLE: "暂时不能办理，请稍后用同一凭证号重试",
    HTTPStatus.INTERNAL_SERVER_ERROR: "数据库需要检查",
}
_HTTP_ZH: Final = {
    HTTPStatus.BAD_REQUEST: "请求内容不是可读的 JSON",
    HTTPStatus.NOT_FOUND: "没有这个地址",
    HTTPStatus.METHOD_NOT_ALLOWED: "此地址不接受这种请求方法",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "请求内容过长",
}
_MISREAD_ZH: Final = {  # by the beginning of pydantic's name for it
    "missing": "缺少此项",
    "extra_forbidden": "没有这一项",
    "enum": "应为下列之一：{expected}",
    "int_": "应为整数",
    "bool_": "应为 true 或 false",
    "string_": "应为文本",
    "model_": "应为 JSON 对象",
    "tuple_": "应为 JSON 数组",
    "frozen_set_": "应为 JSON 数组",
    "json_invalid": "不是 JSON",
}
_PLAIN_NAME: Final = re.compile(r"[a-z][a-z_]{0,30}")
_QUALITY: Final = re.compile(r"0?\.[0-9]+|0\.?|1(\.0*)?")


class ProblemDocument(JSONResponse):
    """A problem in JSON; half a character of what was sent, which no UTF-8 can hold, is a ``?``."""

    media_type = "application/problem+json"

    def render(self, content: object) -> bytes:
        """Return the document's bytes."""
        return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")


class ShortBodies:
    """Refuse a body that is too long while it comes in, whether or not it said its length."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, counting what comes in."""
        left = LONGEST_BODY

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return message

        await self._app(scope, counted, send)


def status_of(kind: type[MicroloanError]) -> HTTPStatus:
    """Return the status of a refusal, by its class."""
    return next(status for status, kinds in BY_CLASS if issubclass(kind, kinds))


def refusals_by_code() -> dict[str, type[MicroloanError]]:
    """Return every refusal of the library by its stable code."""
    named = (getattr(errors, name) for name in errors.__all__)
    found = [kind for kind in named if isinstance(kind, type) and issubclass(kind, MicroloanError)]
    return {kind.code: kind for kind in found}


def speaks_chinese(accepted: str) -> bool:
    """Tell whether an Accept-Language asks for Chinese before English; without one, English."""
    wishes = {"en": Decimal(0), "zh": Decimal(0)}
    named: list[str] = []
    for wish in accepted.lower().split(","):
        language, *parameters = (part.strip() for part in wish.split(";"))
        name = language[:2].replace("*", "en")
        if name in wishes:
            wishes[name] = max(wishes[name], _quality(parameters))
            named.append(name)
    if wishes["zh"] == wishes["en"] != 0:
        return named[0] == "zh"
    return wishes["zh"] > wishes["en"]


def _quality(parameters: Iterable[str]) -> Decimal:
    """Return how much a language is wished for; a quality that is none counts for nothing."""
    for one in parameters:
        if one.startswith("q="):
            asked = one.removeprefix("q=")
            return Decimal(asked) if _QUALITY.fullmatch(asked) else Decimal(0)
    return Decimal(1)


def problem(
    request: Request,
    status: HTTPStatus,
    code: str,
    titles: tuple[str, str],
    details: tuple[str, str],
    **members: object,
) -> JSONResponse:
    """Return one problem document, in the language that was asked for.

    Args:
        request: what was asked.
        status: the status.
        code: the stable code.
        titles, details: in English and in Chinese.
        members: what else it says.
    """
    chinese = speaks_chinese(request.headers.get("accept-language", ""))
    body = {
        "type": f"/problems/{code}",
        "title": titles[chinese],
        "status": status.value,
        "detail": details[chinese],
        "code": code,
        **members,
    }
    headers = {"Content-Language": "zh" if chinese else "en", "Vary": "Accept-Language"}
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers |= RETRY_AFTER
    return ProblemDocument(body, status, headers)


def refused(request: Request, refusal: Exception) -> JSONResponse:
    """Return a refusal of the library as a problem document."""
    assert isinstance(refusal, MicroloanError)
    kind, status = type(refusal), status_of(type(refusal))
    more = {"value": plain(refusal.value), "limit": plain(refusal.limit)}
    if isinstance(refusal, CommitOutcomeUnknown):
        more = {"send_again": plain(refusal.value)}  # each with the key it had
    titles = (title_of(kind), _TITLES_ZH[status])
    return problem(request, status, kind.code, titles, (str(refusal), refusal.zh), **more)


def title_of(kind: type[MicroloanError]) -> str:
    """Return the first sentence about a refusal."""
    return (getdoc(kind) or kind.__name__).splitlines()[0]


def plain(value: object) -> object:
    """Return a value or a limit as JSON takes it: amounts, days and numbers as exact text."""
    match value:
        case None | bool():
            return value
        case Money():
            return str(value.amount)
        case date():
            return value.isoformat()
        case Enum():
            return value.value
        case ActKey():
            return value._asdict()
        case tuple() | list() | set() | frozenset():
            return [plain(one) for one in value]
        case _:
            return str(value)


def misread(request: Request, error: Exception) -> JSONResponse:
    """Return what a body or a query was refused for; what was sent is not repeated in it."""
    assert isinstance(error, RequestValidationError)
    wrong = error.errors()
    found = list(_places(wrong[:TOLD]))
    says = tuple("; ".join(f"{one['at']}: {one[name]}" for one in found) for name in ("en", "zh"))
    titles = ("The request cannot be read.", "请求内容无法读取")
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    more = {"errors": found, "further_errors": len(wrong) - len(found)}
    return problem(request, status, INVALID_BODY, titles, (says[0], says[1]), **more)


def _places(details: Iterable[Any]) -> Iterable[dict[str, str]]:
    for one in details:
        refusal = one.get("ctx", {}).get("error")
        ours = isinstance(refusal, MicroloanError)
        yield {
            "at": ".".join(_place(one)),
            "code": refusal.code if ours else one["type"],
            "en": str(refusal) if ours else one["msg"],
            "zh": refusal.zh if ours else _misread_zh(one),
        }


def _place(one: Mapping[str, Any]) -> Iterable[str]:
    """Return where it is; a name nobody knows may be anything, so only a plain one is repeated."""
    *outer, last = map(str, one["loc"])
    unknown = one["type"] == "extra_forbidden" and not _PLAIN_NAME.fullmatch(last)
    return (*outer, "…" if unknown else last)


def _misread_zh(one: Mapping[str, Any]) -> str:
    said = (words for kind, words in _MISREAD_ZH.items() if one["type"].startswith(kind))
    return next(said, "此项填写有误").format_map({"expected": "", **one.get("ctx", {})})


def no_such_place(request: Request, error: Exception) -> JSONResponse:
    """Return what the server itself refuses: no such address, no such method."""
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    words = (status.phrase, _HTTP_ZH.get(status, "服务器不能办理此请求"))
    answer = problem(request, status, f"http.{status.value}", words, words)
    answer.headers.update(error.headers or {})
    return answer


def install(app: FastAPI) -> None:
    """Let an app answer with problem documents, and explain each at the address of its type."""
    app.add_exception_handler(MicroloanError, refused)
    app.add_exception_handler(RequestValidationError, misread)
    app.add_exception_handler(HTTPException, no_such_place)
    app.add_middleware(ShortBodies)

    @app.get("/problems/{code}", tags=["problems"])
    def explain_problem(code: str) -> dict[str, Any]:
        """Say what a type of problem means."""
        kind = refusals_by_code().get(code)
        if kind is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return {"code": code, "title": title_of(kind), "status": status_of(kind).value}
