"""How ``service.py`` says no: problem documents (RFC 9457) with the stable codes of the library."""

from collections.abc import Iterable
from datetime import date
from enum import Enum
from http import HTTPStatus
from inspect import getdoc
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

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
_TITLES_ZH: Final = {
    HTTPStatus.NOT_FOUND: "台账中没有",
    HTTPStatus.CONFLICT: "台账现状不允许办理",
    HTTPStatus.UNPROCESSABLE_ENTITY: "填报内容有误",
    HTTPStatus.SERVICE_UNAVAILABLE: "暂时不能办理，请稍后用同一凭证号重试",
    HTTPStatus.INTERNAL_SERVER_ERROR: "数据库需要检查",
}


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
    wishes = {"en": "0", "zh": "0"}
    for wish in accepted.lower().split(","):
        language, _, quality = wish.partition(";")
        name = language.strip()[:2].replace("*", "en")
        if name in wishes:
            asked = quality.strip().removeprefix("q=") or "1"  # "0.9" < "1", as texts too
            wishes[name] = max(wishes[name], asked)
    return wishes["zh"] > wishes["en"] or (
        wishes["zh"] == wishes["en"] != "0" and accepted.lower().lstrip().startswith("zh")
    )


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
    return JSONResponse(body, status, headers, media_type="application/problem+json")


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
    found = list(_places(error.errors()))
    says = tuple("; ".join(f"{one['at']}: {one[name]}" for one in found) for name in ("en", "zh"))
    titles = ("The request cannot be read.", "请求内容无法读取")
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return problem(request, status, INVALID_BODY, titles, (says[0], says[1]), errors=found)


def _places(details: Iterable[Any]) -> Iterable[dict[str, str]]:
    for one in details:
        refusal = one.get("ctx", {}).get("error")
        ours = isinstance(refusal, MicroloanError)
        yield {
            "at": ".".join(map(str, one["loc"])),
            "code": refusal.code if ours else one["type"],
            "en": str(refusal) if ours else one["msg"],
            "zh": refusal.zh if ours else one["msg"],
        }


def no_such_place(request: Request, error: Exception) -> JSONResponse:
    """Return what the server itself refuses: no such address, no such method."""
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    words = (status.phrase, status.phrase)
    return problem(request, status, f"http.{status.value}", words, words)


def install(app: FastAPI) -> None:
    """Let an app answer with problem documents, and explain each at the address of its type."""
    app.add_exception_handler(MicroloanError, refused)
    app.add_exception_handler(RequestValidationError, misread)
    app.add_exception_handler(HTTPException, no_such_place)

    @app.get("/problems/{code}", tags=["problems"])
    def explain_problem(code: str) -> dict[str, Any]:
        """Say what a type of problem means."""
        kind = refusals_by_code().get(code)
        if kind is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return {"code": code, "title": title_of(kind), "status": status_of(kind).value}
