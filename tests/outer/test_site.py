"""The site: every public name on a page of the reference, every page in a list, nothing loaded."""

import importlib
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

import microloan

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
sys.path.insert(0, str(ROOT / "tools"))
PACKAGES = ("store", "laws", "strategies", "charts", "excel", "table", "command")
LISTS = re.compile(r"```\{toctree\}\n(.*?)```", re.DOTALL)


def tool():
    """The program that builds the site and writes its reference."""
    spec = importlib.util.spec_from_file_location("site_tool", ROOT / "tools" / "site.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def described():
    """Every name that the reference describes, as it is written there."""
    pages = "\n".join(page.read_text(encoding="utf-8") for page in (DOCS / "reference").iterdir())
    return set(re.findall(r"^\.\. (?:auto\w+|py:data):: (\S+)$", pages, re.MULTILINE))


# ---- the reference


def test_the_reference_is_the_one_that_the_public_names_make():
    for page, text in tool().reference_pages().items():
        written = (DOCS / "reference" / page).read_text(encoding="utf-8")
        assert written == text, f"docs/reference/{page}: run python tools/site.py reference"


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_of_a_package_is_described(package):
    names = importlib.import_module(f"microloan.{package}").__all__

    assert names
    assert {f"microloan.{package}.{name}" for name in names} <= described()


def test_every_name_of_the_vocabulary_is_described_by_itself_or_in_its_package():
    known = {name.rpartition(".")[2] for name in described()}
    packages = {"checks", "policy", "programme", "returns", *PACKAGES}

    assert [name for name in microloan.__all__ if name not in known | packages] == []


def test_a_name_that_is_described_is_there():
    for name in described():
        home, _, last = name.rpartition(".")
        assert hasattr(importlib.import_module(home), last), name


# ---- the pages


def listed():
    """Every page that a table of contents lists, as its path without the ending."""
    found = set()
    for page in DOCS.rglob("*.md"):
        for body in LISTS.findall(page.read_text(encoding="utf-8")):
            names = [line for line in body.splitlines() if line and not line.startswith(":")]
            found |= {(page.parent / name).relative_to(DOCS).as_posix() for name in names}
    return found


def test_every_page_stands_in_a_table_of_contents():
    patterns = listed()
    pages = {page.relative_to(DOCS).with_suffix("").as_posix() for page in DOCS.rglob("*.md")}

    assert len(pages) > 100
    assert [
        page
        for page in sorted(pages - {"index"})
        if not any(fnmatch(page, pattern) for pattern in patterns)
    ] == []


def test_every_recipe_stands_on_the_chinese_page_once():
    page = (DOCS / "zh" / "recipes.md").read_text(encoding="utf-8")
    linked = re.findall(r"\(\.\./recipes/([\w-]+)\.md\)", page)

    assert sorted(linked) == sorted(one.stem for one in (DOCS / "recipes").glob("*.md"))


def test_every_link_of_the_entry_pages_leads_to_a_page():
    for page in (DOCS / "index.md", *(DOCS / "zh").glob("*.md")):
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).is_file(), f"{page.name}: {target}"


# ---- what is built


@pytest.mark.parametrize(
    ("name", "text", "asks"),
    [
        ("a.html", '<script src="https://cdn.example/x.js"></script>', True),
        ("a.html", '<link rel="stylesheet" href="//fonts.example/x.css">', True),
        ("a.html", '<img src="http://example/x.png">', True),
        ("a.html", '<a href="https://example/">read on</a>', False),
        ("a.html", '<script src="_static/x.js"></script><img src="x.svg">', False),
        ("a.css", "@import url('https://fonts.example/x.css');", True),
        ("a.css", "/* https://example/license */ a { color: red }", False),
        ("a.svg", '<image xlink:href="https://example/x.png"/>', True),
        ("a.svg", '<svg xmlns="http://www.w3.org/2000/svg"></svg>', False),
        ("a.js", 'fetch("https://example/index.json")', True),
    ],
)
def test_a_page_that_asks_the_network_is_found(tmp_path, name, text, asks):
    (tmp_path / name).write_text(text, encoding="utf-8")

    assert bool(list(tool().network_addresses(tmp_path))) is asks


@pytest.mark.slow
def test_the_site_is_built_without_a_warning_and_asks_nobody(tmp_path):
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "site.py"), str(tmp_path / "site")],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    page = (tmp_path / "site" / "reference" / "loan.html").read_text(encoding="utf-8")
    assert "microloan.Loan.repay" in page
    assert (tmp_path / "site" / "zh" / "index.html").exists()
