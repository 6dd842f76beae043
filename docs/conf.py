"""How Sphinx builds the site: `python3 dev.py docs`. The pages read well unbuilt, too."""

from microloan import __doc__ as about

project = "microloan"
author = "microloan contributors"
copyright = "microloan contributors"  # noqa: A001 — Sphinx's own name for it
description = (about or "").partition("\n")[0]

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
root_doc = "index"
language = "en"  # the entry pages say which pages are Chinese
exclude_patterns = ["pictures"]

# Links to headings as the forges write them, so that one page serves both.
myst_heading_anchors = 4

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True}
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_include_special_with_doc = False

html_theme = "furo"
html_title = "microloan"
html_show_copyright = False
html_copy_source = False
html_show_sourcelink = False
html_static_path: list[str] = []
# The site asks nobody for anything: no fonts, no scripts, no pictures from elsewhere.
html_theme_options = {"footer_icons": []}
pygments_style = "friendly"
pygments_dark_style = "monokai"
