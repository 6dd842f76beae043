"""名册读取: rows of a host's list made into facts, each bad one named by its row and column."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from microloan.errors import InvalidRecord, MicroloanError
from microloan.errors.personal import told
from microloan.finding import Finding, Severity
from microloan.naming import identity, person_id, refused_terms

T = TypeVar("T")
Row = Mapping[str, Any]
_OF_A_CELL: Final = (
    MicroloanError,
    ValueError,
    ArithmeticError,
    TypeError,
    AttributeError,
    LookupError,
)
"""What a maker raises about a cell that it cannot read."""


class _Watched(dict[str, Any]):
    """A row that remembers which column was read last."""

    last_read = ""

    def __getitem__(self, column: str) -> object:
        self.last_read = str(column)
        return super().__getitem__(column)

    def get(self, column: str, default: object = None) -> object:
        self.last_read = str(column)
        return super().get(column, default)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Generic[T]):
    """读取结果: the facts of a list, and a finding for each row that could not be read.

    Args:
        sheet: the list.
        facts: what could be read.
        refused: why the other rows could not be, each with row and column.
    """

    sheet: str
    facts: tuple[T, ...]
    refused: tuple[InvalidRecord, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return a finding for each row that could not be read."""
        return tuple(
            Finding(
                code="audit.bad_row",
                severity=Severity.FAULT,
                subject=self.sheet,
                sentence=f"{refusal}",
                zh=refusal.zh,
                figures=(("cell", f"{refusal.value}"),),
                settle_by="the right value in that cell",
                settle_by_zh="更正该单元格",
            )
            for refusal in self.refused
        )


def read_rows(sheet: str, rows: Iterable[Row], make: Callable[[Row], T]) -> Reading[T]:
    """Return the facts that rows of a list make, and a refusal for each row that makes none.

    Args:
        sheet: what the list is called.
        rows: its rows, each a mapping of column to cell; the first one is row 1.
        make: makes a fact of a row; it may refuse by any refusal of the library, and fail as a
            wrong cell lets it: by ``ValueError``, ``ArithmeticError``, ``TypeError``,
            ``AttributeError`` or ``LookupError``. The column is the one whose cell was refused, or
            the one that was read last.

    Raises:
        InvalidIdentity: a list without a name.
        InvalidTerms: rows that are no rows.
    """
    identity(sheet, "a list")
    if isinstance(rows, str | Mapping) or not isinstance(rows, Iterable):
        raise refused_terms("the rows of a list", "名册各行", type(rows).__name__, "mappings")
    facts, refused = [], []
    for number, given in enumerate(rows, start=1):
        row = _Watched(given) if isinstance(given, Mapping) else given
        try:
            facts.append(make(row))
        except _OF_A_CELL as reason:
            refused.append(_bad_cell(sheet, number, row, reason))
    return Reading(sheet=sheet, facts=tuple(facts), refused=tuple(refused))


def _bad_cell(sheet: str, number: int, row: Row, reason: Exception) -> InvalidRecord:
    column = _column(row, reason)
    missing = isinstance(reason, KeyError) and column not in row
    why, zh = "it cannot be read", "无法读取"
    if missing:
        why, zh = "it is missing", "缺失"
    elif isinstance(reason, MicroloanError):
        why, zh = _without_cells(f"{reason}", row), _without_cells(reason.zh, row)
    return InvalidRecord(
        f"{sheet}, row {number}, column {column or 'unknown'}: {why}",
        zh=f"{sheet} 第 {number} 行“{column or '未知'}”列：{zh}",
        value=f"row {number}, {column or 'unknown'}",
        limit="a row that can be read",
    )


def _column(row: Row, reason: Exception) -> str:
    """Return the column whose cell is the refused value, or the last read; empty for none."""
    if not isinstance(row, _Watched):
        return ""
    if not isinstance(reason, MicroloanError):
        return row.last_read
    for is_refused in (_is_value, _is_told):
        refused = [str(name) for name, cell in row.items() if is_refused(cell, reason.value)]
        if refused:
            return row.last_read if row.last_read in refused else refused[0]
    return ""


def _is_value(cell: object, value: object) -> bool:
    """Tell whether a cell is the refused value, or an identity that was refused unsaid."""
    if cell is value or (type(cell) is type(value) and cell == value):
        return True
    try:
        person_id(cell, "a cell")  # type: ignore[arg-type]  # whatever the cell holds
    except MicroloanError as refusal:
        return refusal.value == value
    return False


def _is_told(cell: object, value: object) -> bool:
    """Tell whether a cell is a text of which a refusal tells no more than this."""
    return isinstance(cell, str) and told(cell) == value


def _without_cells(sentence: str, row: Row) -> str:
    """Return a sentence without the texts of a row: any of them may be a name or an account."""
    cells = row.values() if isinstance(row, Mapping) else ()
    texts = {cell for cell in cells if isinstance(cell, str) and told(cell) != cell}
    for text in sorted(texts, key=len, reverse=True):
        sentence = sentence.replace(text, "***")
    return sentence
