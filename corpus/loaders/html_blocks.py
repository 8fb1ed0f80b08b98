"""An HTML tree → Blocks: headings, paragraphs, lists, tables, code and formulas, as a reader sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from corpus.loaders.html_table import HtmlTable, is_regular
from corpus.loaders.mathml import latex
from corpus.loaders.outline import Block

_UNSEEN = frozenset(
    "applet audio area base basefont button canvas datalist embed frame frameset head iframe input link map meta "
    "meter noembed noframes noscript object optgroup option param progress rp script select source style svg "
    "template textarea track video".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form header hgroup hr html legend li listing main menu nav ol p pre script search "
    "section summary table tbody td tfoot th thead tr ul xmp".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_FORMULA_SCRIPT = re.compile(r"math/(la)?tex", re.IGNORECASE)
_RENDERED_FORMULA = frozenset("katex-html MathJax MathJax_Preview MathJax_SVG MathJax_CHTML MathJax_Display".split())
_ANCHOR = frozenset("headerlink anchor-link header-anchor anchorjs-link mw-editsection linenos lineno gutter".split())
_FILE_NAME = re.compile(r"^\S+\.(avif|bmp|gif|jpe?g|png|svg|tiff?|webp)$", re.IGNORECASE)
_HIDDEN = re.compile(r"(display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_LISTED = re.compile(r"(?:-|\d+\.) ")
_SPACES = re.compile(r"\s+")
_BEFORE_AN_EXPONENT = re.compile(r"(^|[\s(/*·×−+=-])([\d.,]+|\w|[a-z]{2}|[)\]])$")
_NOTE = re.compile(r"^[\d*†‡§,\s]+$")
_EXPONENT = re.compile(r"^[-−+]?(\d+|\w)$")
_DEEPEST = 150
"""Levels of elements; what lies deeper is read as plain text."""

_LEVELS_OF_A_CELL = 5
"""Levels that an item or a cell counts for, because it is walked apart."""


def blocks(root: HtmlElement) -> list[Block]:
    """What a reader sees of `root`, in reading order."""
    walk = _Walk()
    walk.enter(root, 0)
    walk.flush()
    return walk.blocks


class _Walk:
    """One way through a tree: inline text gathers in a run, which every block element ends."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._run: list[str] = []

    def flush(self, level: int = 0) -> None:
        """End the run: it becomes a block of its own."""
        text = re.sub(r" *\n *", "\n", re.sub(" +", " ", "".join(self._run))).strip()
        self._run.clear()
        if text:
            self.blocks.append(Block(text, level))

    def enter(self, element: HtmlElement, depth: int) -> None:
        """Take in `element` without its tail."""
        if not isinstance(element.tag, str) or _is_unseen(element):
            return
        tag = element.tag.rpartition("}")[2]
        if depth > _DEEPEST:
            self._say(" ".join(str(text) for text in element.itertext()))
        elif level := _heading_level(element, tag):
            self._heading(element, level, depth)
        elif tag in _BLOCKS:
            self._block(element, tag, depth)
        else:
            self._inline(element, tag, depth)

    def _children(self, element: HtmlElement, depth: int) -> None:
        self._say(element.text)
        for child in element:
            self.enter(child, depth + 1)
            self._say(child.tail)

    def _say(self, text: str | None) -> None:
        if text:
            self._run.append(_SPACES.sub(" ", text))

    def _inline(self, element: HtmlElement, tag: str, depth: int) -> None:
        if tag == "br":
            self._run.append("\n")
        elif tag == "img":
            self._say(_alternative(element))
        elif tag == "math":
            self._formula(latex(element), displayed=element.get("display") == "block")
        elif tag == "sup":
            self._superscript(element, depth)
        elif tag in {"code", "samp", "kbd"} and "\n" in element.text_content().strip():
            self._code(element)
        else:
            self._children(element, depth)

    def _formula(self, source: str, *, displayed: bool) -> None:
        if source:
            mark = "$$" if displayed else "$"
            self._run.append(f"{mark}{_SPACES.sub(' ', source).strip()}{mark}")

    def _superscript(self, element: HtmlElement, depth: int) -> None:
        """10<sup>6</sup> is not 106: an exponent gets its sign, and the mark of a footnote goes."""
        text = element.text_content().strip()
        if _NOTE.match(text) and any(link.get("href", "").startswith("#") for link in element.iter("a")):
            return
        before = "".join(self._run[-3:])
        if _EXPONENT.match(text) and _BEFORE_AN_EXPONENT.search(before) and not element.findall(".//a"):
            self._run.append("^")
        self._children(element, depth)

    def _heading(self, element: HtmlElement, level: int, depth: int) -> None:
        self.flush()
        for button in element.findall(".//button"):
            button.tag = "span"
        inside = _Walk()
        inside._children(element, depth)
        inside.flush()
        title = " ".join(block.text for block in inside.blocks)
        if title.strip("#¶§ "):
            self.blocks.append(Block(" ".join(title.split()), level))

    def _block(self, element: HtmlElement, tag: str, depth: int) -> None:
        self.flush()
        if tag in {"pre", "listing", "xmp"}:
            self._code(element)
        elif tag in {"ul", "ol", "menu", "dir"}:
            self._list(element, depth)
        elif tag == "dl":
            self._definitions(element, depth)
        elif tag == "table" and is_regular(element):
            self._table(element, depth)
        elif tag == "script":
            self._formula(element.text or "", displayed="display" in element.get("type", ""))
        else:
            self._children(element, depth)
        self.flush()

    def _code(self, element: HtmlElement) -> None:
        self.flush()
        for line_break in element.findall(".//br"):
            line_break.tail = f"\n{line_break.tail or ''}"
        text = "".join(_seen_text(element)).strip("\n").rstrip()
        if text:
            self.blocks.append(Block(text))

    def _list(self, element: HtmlElement, depth: int) -> None:
        """One block for a list of short items; where items have headings, each stands for itself."""
        items = [(child.tag == "li", inside) for child in element if (inside := _inside(child, depth))]
        if any(block.level for _, item in items for block in item):
            self.blocks.extend(block for _, item in items for block in item)
            return
        number = int(start) if (start := element.get("start", "1")).isdecimal() else 1
        lines = []
        for is_item, item in items:
            mark = f"{number}." if element.tag == "ol" else "-"
            text = "\n".join(block.text for block in item).replace("\n", "\n  ")
            bare = not is_item or _LISTED.match(text)  # lists within lists, with nothing of their own before
            lines.append(text if bare else f"{mark} {text}")
            number += is_item
        if lines:
            self.blocks.append(Block("\n".join(lines)))

    def _definitions(self, element: HtmlElement, depth: int) -> None:
        """A block for each term with what is said of it."""
        terms: list[list[Block]] = [[]]
        for child in element:
            if child.tag == "dt" and any(block.text for block in terms[-1]):
                terms.append([])
            terms[-1].extend(_inside(child, depth))
        for term in terms:
            if any(block.level for block in term):
                self.blocks.extend(term)
            elif term:
                self.blocks.append(Block("\n".join(block.text for block in term)))

    def _table(self, element: HtmlElement, depth: int) -> None:
        table = HtmlTable(element, lambda cell: _inside(cell, depth))
        self.blocks.extend(table.blocks())


def _inside(element: HtmlElement, depth: int) -> list[Block]:
    walk = _Walk()
    walk.enter(element, depth + _LEVELS_OF_A_CELL)
    walk.flush()
    return walk.blocks


def _heading_level(element: HtmlElement, tag: str) -> int:
    if element.get("role") == "heading":
        level = element.get("aria-level", "2")
        return int(level) if level.isdecimal() and 0 < int(level) < 10 else 2
    return _HEADINGS.get(tag, 0)


def _is_unseen(element: HtmlElement) -> bool:
    tag = element.tag.rpartition("}")[2]
    if tag in _UNSEEN:
        return not (tag == "script" and _FORMULA_SCRIPT.match(element.get("type", "")))
    classes = set(element.get("class", "").split())
    if classes & _RENDERED_FORMULA or classes & _ANCHOR:
        return True
    return is_hidden(element) or (tag == "img" and _is_fallback(element))


def is_hidden(element: HtmlElement) -> bool:
    """Whether the page itself says that `element` is not to be shown."""
    if element.tag in {"html", "body", "main"}:
        return False
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style", "")))


def _is_fallback(image: HtmlElement) -> bool:
    """The picture that Wikipedia puts beside each formula says it a second time."""
    return "mwe-math-fallback" in image.get("class", "") and next(image.itersiblings("span", preceding=True), None) is (
        image.getprevious()
    )


def _alternative(image: HtmlElement) -> str:
    formula = image.get("data-equation-content") or (
        image.get("alt", "").removeprefix("LaTeX:").strip() if _shows_formula(image) else ""
    )
    if formula:
        return f"${formula.strip().strip('$').strip()}$"
    text = image.get("alt", "").strip()
    return "" if len(text) < 3 or _FILE_NAME.match(text) else f" {text} "


def _shows_formula(image: HtmlElement) -> bool:
    classes = image.get("class", "").split()
    return bool({"tex", "latex", "math", "equation_image", "texrender", "mwe-math-fallback-image-inline"} & {*classes})


def _seen_text(element: HtmlElement) -> Iterator[str]:
    """The text of code, as it was typed; without line numbers."""
    for text in element.xpath(".//text()"):
        above = text.getparent() if text.is_text else text.getparent().getparent()
        hidden = False
        while above is not None and above is not element and not hidden:
            hidden = not isinstance(above.tag, str) or _is_unseen(above)
            above = above.getparent()
        own = text.getparent() if text.is_text else None
        if not hidden and (own is None or isinstance(own.tag, str)):
            yield str(text)
