"""证据材料: the papers that a claim lists, each a kind and a number."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from microloan.errors import InvalidTerms
from microloan.naming import identity, is_code, refused_terms


def listed_papers(papers: object) -> tuple[tuple[str, str], ...]:
    """Return evidence as pairs of a kind and a number, in the order in which it was listed.

    A set has no such order, so that the same claim would differ from itself the next time.

    Raises:
        InvalidTerms: no list of such pairs, or a kind that is no code.
        InvalidIdentity: a number that cannot be stored and printed.
    """
    if not isinstance(papers, Iterable) or isinstance(papers, str | AbstractSet):
        raise _no_pairs(papers)
    return tuple(_paper(paper, papers) for paper in papers)


def _paper(paper: Sequence[str], papers: object) -> tuple[str, str]:
    match paper:
        case [kind, number]:
            if not is_code(kind):
                raise refused_terms("a kind of evidence", "证据材料种类", papers, "a code")
            return kind, identity(number, "a paper")
        case _:
            raise _no_pairs(papers)


def _no_pairs(papers: object) -> InvalidTerms:
    return refused_terms("the evidence", "证据材料", papers, "pairs of a kind and a number")
