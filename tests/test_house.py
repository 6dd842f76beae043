"""The house rules that no other tool can see: words, docstrings, names, sizes and error codes."""

import ast
import importlib
import inspect
import re
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import microloan
from microloan import errors, store

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))
MOST_LINES = 300
AVOIDED_FROM_HERE = "## Words we do not use"

BRITISH = (
    r"instalment|amorti[sz]ation_type|amortis|subsidis|licence|behaviour|colour|favour"
    r"|\bcentre|cheque|recognis|organis|normalis|summaris|catalogue"
)
FORBIDDEN_WORDS = {
    "British spelling": BRITISH,
    "another word for amortization": r"repayment_type",
    "an acronym for equal installments": r"(?-i:\bEMI\b)",
    "compensation for a claim": r"compensat",
    "discount for a subsidy": r"\bdiscount",
    "something left for later": r"(?-i:\b(TODO|FIXME|XXX|HACK)\b)|NotImplementedError|placeholder",
}
FORBIDDEN_CALLS = {
    "a float": r"\bfloat\(",
    "a clock": r"\.(today|now|utcnow)\(|\btime\.time\(",
    "a parser that guesses": r"dateutil\.parser",
}
ROUNDING = r"\bquantize\(|\bround\("
ABSENT_MODULES = {
    *("utils", "util", "helpers", "helper", "common", "base", "core"),
    *("services", "service", "models", "model", "managers", "manager", "misc"),
}


def written():
    """Everything a reader of the project reads, without what the tests quote."""
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md"]
    for folder in ("src", "docs", "examples"):
        pages += sorted(
            page
            for page in (ROOT / folder).rglob("*")
            if page.suffix in {".py", ".md", ".toml", ".csv", ".typed"}
        )
    return pages


def found(pattern, pages, *, flags=re.IGNORECASE):
    """Every line of some pages with a pattern, as ``file:line: text``."""
    hits = []
    for page in pages:
        text = page.read_text(encoding="utf-8").split(AVOIDED_FROM_HERE)[0]
        hits += [
            f"{page.relative_to(ROOT)}:{number}: {line.strip()}"
            for number, line in enumerate(text.splitlines(), start=1)
            if re.search(pattern, line, flags)
        ]
    return hits


def modules():
    """Every module of the package: its dotted name and its syntax tree."""
    for source in SOURCES:
        parts = source.relative_to(ROOT / "src").with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        yield name, ast.parse(source.read_text(encoding="utf-8"))


def public_definitions():
    """Every public module, class, function, method and property, with its docstring or ``None``."""

    def inside(node, name):
        yield name, ast.get_docstring(node)
        for part in node.body:
            is_definition = isinstance(part, ast.FunctionDef | ast.ClassDef)
            if is_definition and not part.name.startswith("_"):
                if isinstance(part, ast.ClassDef):
                    yield from inside(part, f"{name}.{part.name}")
                else:
                    yield f"{name}.{part.name}", ast.get_docstring(part)

    for name, tree in modules():
        yield from inside(tree, name)


def identifiers():
    """Every name that the code of the package uses or defines."""
    names = set()
    for _, tree in modules():
        for node in ast.walk(tree):
            for field in ("id", "attr", "arg", "name"):
                name = getattr(node, field, None)
                names |= {name} if isinstance(name, str) else set()
    return names


def glossary():
    """The rows of the glossary's tables: word in the code, Chinese word, meaning."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = text.split(AVOIDED_FROM_HERE)[0].splitlines()
    return [
        tuple(cell.strip() for cell in row.strip("|").split("|"))
        for row in rows
        if row.startswith("| `")
    ]


# ---- words


def test_there_is_something_to_read():
    names = {page.relative_to(ROOT).parts[0] for page in written()}

    assert names == {"README.md", "CHANGELOG.md", "src", "docs", "examples"}
    assert len(SOURCES) > 20


@pytest.mark.parametrize("what", FORBIDDEN_WORDS)
def test_nobody_uses_a_word_the_house_does_not_use(what):
    assert found(FORBIDDEN_WORDS[what], written()) == []


@pytest.mark.parametrize("what", FORBIDDEN_CALLS)
def test_no_code_and_no_page_calls_what_the_house_forbids(what):
    assert found(FORBIDDEN_CALLS[what], written(), flags=0) == []


def test_money_is_rounded_in_one_module_only():
    code = [page for page in written() if page.suffix == ".py" and page.name != "money.py"]

    assert found(ROUNDING, code, flags=0) == []


@pytest.mark.parametrize(
    ("pattern", "bad", "good"),
    [
        (BRITISH, "the last Instalment", "the last installment"),
        (FORBIDDEN_WORDS["an acronym for equal installments"], "an EMI of 5", "a semi-year"),
        (FORBIDDEN_WORDS["something left for later"], "# TODO: later", "to do later"),
        (FORBIDDEN_CALLS["a float"], "float(amount)", "floating, afloat()"),
        (FORBIDDEN_CALLS["a clock"], "date.today()", "on today's day"),
        (ROUNDING, "round(amount)", "rounded(exact, 4)"),
    ],
)
def test_the_search_finds_what_it_looks_for_and_nothing_else(
    tmp_path, monkeypatch, pattern, bad, good
):
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text(f"{good}\n{bad}\n{AVOIDED_FROM_HERE}\n{bad}\n", encoding="utf-8")

    assert found(pattern, [page]) == [f"page.md:2: {bad}"]


# ---- names, sizes, docstrings


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_a_module_is_one_noun_of_at_most_300_lines(source):
    lines = source.read_text(encoding="utf-8").splitlines()

    assert len(lines) <= MOST_LINES, f"{source.name} has {len(lines)} lines: it is two nouns"


def test_no_module_bears_a_name_that_says_nothing():
    stems = {part for name, _ in modules() for part in name.split(".")}

    assert stems & ABSENT_MODULES == set()


def test_no_function_bears_the_name_of_a_module():
    stems = {name.rsplit(".", 1)[-1] for name, _ in modules()}
    functions = {
        f"{name}.{node.name}"
        for name, tree in modules()
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name in stems
    }

    assert functions == set()


def test_every_public_name_of_the_code_has_a_docstring():
    listed = dict(public_definitions())

    assert len(listed) > 200
    assert [name for name, text in listed.items() if not text] == []


def _style(name):
    """Constants stand first, then classes, then functions and modules: the linter's own order."""
    return (not name.isupper(), not name[0].isupper())


@pytest.mark.parametrize("package", [microloan, store], ids=lambda package: package.__name__)
def test_public_names_are_listed_once_in_order_and_importable(package):
    names = package.__all__

    assert len(names) > 5
    assert list(names) == sorted(set(names), key=lambda name: (_style(name), name))
    for name in names:
        assert inspect.getdoc(getattr(package, name)), f"{name} has no docstring"
    fresh = {}
    exec(f"from {package.__name__} import *", fresh)  # noqa: S102 — what a notebook does
    assert set(names) <= fresh.keys()


def test_public_names_come_from_the_package():
    for name in microloan.__all__:
        thing = getattr(microloan, name)
        home = thing.__name__ if inspect.ismodule(thing) else getattr(thing, "__module__", "")
        assert home.startswith(("microloan", "moneyed")), f"{name} comes from {home}"


def test_importing_the_vocabulary_loads_no_database():
    program = "import sys; from microloan import *; sys.exit('sqlalchemy' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_list_of_public_names_is_in_order_and_type_checkers_read_the_same():
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "vocabulary.py"), "--check"],
        check=False,
        capture_output=True,
        encoding="utf-8",
    )

    assert (done.returncode, done.stdout) == (0, f"{len(microloan.__all__)} names\n")


def imports_of(tree):
    """The modules of ours that a module imports when it is imported itself."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("microloan"):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_two_modules_wait_for_each_other_so_that_each_can_be_the_first():
    trees = dict(modules())
    needs = {
        name: {
            needed
            for target in imports_of(tree)
            for needed in (target, target.rpartition(".")[0])
            if needed in trees and needed != "microloan" and not f"{name}.".startswith(f"{needed}.")
        }
        for name, tree in trees.items()
    }

    order = [*TopologicalSorter(needs).static_order()]  # a circle is an error

    assert set(order) == set(trees)
    assert order.index("microloan.errors") < order.index("microloan.money")


# ---- errors


def refusals():
    """Every class of refusal."""
    return [
        thing
        for _, thing in inspect.getmembers(errors, inspect.isclass)
        if issubclass(thing, microloan.MicroloanError)
    ]


def test_every_refusal_has_a_code_of_its_own():
    codes = [refusal.code for refusal in refusals() if refusal is not microloan.MicroloanError]

    assert len(codes) > 30
    assert len(codes) == len(set(codes))
    assert [code for code in codes if not re.fullmatch(r"[a-z]+\.[a-z]+(_[a-z]+)*", code)] == []


def test_every_refusal_is_public():
    assert {refusal.__name__ for refusal in refusals()} <= set(microloan.__all__)


def test_every_refusal_is_raised_somewhere():
    raised = identifiers()
    used = "\n".join(
        source.read_text(encoding="utf-8") for source in SOURCES if source.parent.name != "errors"
    )

    for refusal in refusals():
        assert refusal.__name__ in raised
        if refusal is not microloan.MicroloanError:
            assert re.search(rf"\b{refusal.__name__}\(", used), f"nothing raises {refusal.__name__}"


def test_every_extra_that_a_refusal_names_can_be_installed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    texts = (source.read_text("utf-8") for source in SOURCES)
    named = {extra for text in texts for extra in re.findall(r'extra="(\w+)"\)', text)}

    assert {"charts", "excel", "frames", "hypothesis", "pandas"} <= named
    assert named <= set(project["optional-dependencies"])


# ---- the glossary


def test_every_word_of_the_glossary_is_a_word_of_the_code():
    known = identifiers() | {name.rsplit(".", 1)[-1] for name, _ in modules()}
    words = [row[0].strip("`") for row in glossary()]

    assert len(words) > 50
    assert [word for word in words if not set(word.split(".")) <= known] == []


def test_every_row_of_the_glossary_has_a_chinese_word_and_a_meaning():
    for row in glossary():
        assert len(row) == 3, f"{row[0]}: a row has three cells"
        assert re.fullmatch(r"`[A-Za-z_][A-Za-z0-9_.]*`", row[0]), f"{row[0]}: one word of the code"
        assert re.search("[一-鿿]", row[1]), f"{row[0]}: no Chinese word"
        assert row[2], f"{row[0]}: no meaning"


def test_no_word_stands_twice_in_the_glossary():
    words = [row[0] for row in glossary()]

    assert sorted(words) == sorted(set(words))


def test_every_module_can_be_imported_alone():
    for name, _ in modules():
        assert importlib.import_module(name).__doc__, f"{name} does not say what it is for"
