"""LaTeX: the text between the macros, with its sections as places and its formulas as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pylatexenc.latexwalker import (
    LatexCharsNode,
    LatexCommentNode,
    LatexEnvironmentNode,
    LatexGroupNode,
    LatexMacroNode,
    LatexMathNode,
    LatexSpecialsNode,
    LatexWalkerError,
)

from corpus.assembly import Assembly
from corpus.document import Document, Place
from corpus.errors import FileUnreadable
from corpus.loaders.latex_grammar import LEVELS, STATEMENTS, TABLES, VERBATIM, arguments, nodes, plain, verbatim
from corpus.loaders.outline import Block, gather
from corpus.loaders.reading import Reading
from corpus.loaders.tables import table_text
from corpus.loaders.text_decoding import cleaned, read_text

_CODE = frozenset({"verbatim", "Verbatim", "lstlisting", "minted", "alltt"})
_UNSEEN = frozenset(VERBATIM) - _CODE
_LISTS = {"itemize": "-", "enumerate": "1.", "description": "", "thebibliography": ""}
_FORMULAS = frozenset("align alignat displaymath eqnarray equation flalign gather math multline".split())
_OTHER_FILES = frozenset({"input", "include", "subfile"})
_FOOTNOTES = frozenset({"footnote", "footnotetext", "thanks"})
_LABEL = re.compile(r"\\(?:label|tag)\{[^{}]*\}|(?<!\\)%[^\n]*\n?")
_DEFINITION = re.compile(r"\\(?:re)?newcommand\*?\s*\{?\\([A-Za-z]+)\}?\s*\{([^{}\\]*)\}")
_OPTIONS = re.compile(r"^\s*(\[[^\]]*\]\s*)?(\{\w+\}\s*)?\n")
_OVERLAY = re.compile(r"<[\d,.+|@-]+>")
"""Which of a slide's steps something is shown on: ``<1->``."""

_RULES = re.compile(r"^\\(hline|toprule|midrule|bottomrule|endhead|endfirsthead|endfoot|endlastfoot)\b")


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """One Document, titled as the source is. Other files that it includes are not followed, but named."""
    source = read_text(path, reading)
    try:
        text = _Text(source.text)
    except (RecursionError, LatexWalkerError, ValueError, IndexError) as error:
        raise FileUnreadable(path, "is too entangled to read as LaTeX; save it as PDF") from error
    assembly = Assembly()
    gather(assembly, text.blocks, Place(), text.title)
    included = tuple(f"It includes {name}, which is read only as a file of its own." for name in text.included)
    yield assembly.document(doc_id, text.title or path.stem, warnings=(*source.warnings, *included))


class _Text:
    """One way through the nodes: inline LaTeX gathers in a run, which every block ends."""

    def __init__(self, source: str) -> None:
        self.blocks: list[Block] = []
        self.title = ""
        self.included: list[str] = []
        self._run: list[str] = []
        self._footnotes: list[list[Any]] = []
        self._is_slides = "{beamer}" in source
        self._plain = plain(dict(_DEFINITION.findall(source)))
        top = nodes(source)
        document = next((node for node in top if _environment(node) == "document"), None)
        if document is None:
            self._read(top)
        else:
            self._front(top[: top.index(document)])
            self._read(document.nodelist)
        self._flush()

    def _front(self, preamble: Iterable[Any]) -> None:
        """Of what stands before the document, its title and authors are printed."""
        for node in preamble:
            if _macro(node) in {"title", "author"}:
                self._read([node])

    def _read(self, some: Iterable[Any]) -> None:
        for node in some:
            if isinstance(node, LatexEnvironmentNode):
                self._environment(node)
            elif isinstance(node, LatexMacroNode):
                self._macro(node)
            elif isinstance(node, LatexMathNode):
                self._run.append(_LABEL.sub("", node.latex_verbatim()))
            elif isinstance(node, LatexGroupNode):
                self._read(node.nodelist)
            elif isinstance(node, LatexCharsNode):
                self._characters(node.chars)
            elif isinstance(node, LatexSpecialsNode) and node.specials_chars == "\n\n":
                self._flush()
            elif not isinstance(node, LatexCommentNode):
                self._run.append(self._inline([node]))

    def _characters(self, text: str) -> None:
        first, *others = re.split(r"\n\s*\n", text)
        self._run.append(first)
        for paragraph in others:
            self._flush()
            self._run.append(paragraph)

    def _inline(self, some: list[Any]) -> str:
        return str(self._plain.nodelist_to_text(some))

    def _flush(self) -> None:
        text = cleaned("".join(self._run))
        self._run.clear()
        if self._is_slides:
            text = _OVERLAY.sub("", text)
        text = re.sub(r" *\n\s*", "\n", re.sub(r"[ \t\xa0]+", " ", text)).strip()
        if text:
            self.blocks.append(Block(text))
        footnotes, self._footnotes = self._footnotes, []
        for footnote in footnotes:
            self._read(footnote)
            self._flush()

    def _macro(self, node: Any) -> None:
        name = node.macroname
        if name in LEVELS:
            self._heading(_last(node), LEVELS[name])
        elif name in {"frametitle", "title"}:
            self._titled(node, name)
        elif name in _FOOTNOTES:
            self._footnotes.append(_last(node))
        elif name in _OTHER_FILES:
            self.included.append(self._inline(_last(node)).strip())
        elif name in {"caption", "captionof", "author", "date", "subtitle"}:
            self._apart(_last(node))
        elif name in {"\\", "newline", "linebreak", "And", "AND", "and"}:
            self._run.append("\n")
        elif name == "par":
            self._flush()
        elif name in {"textbf", "textit", "emph", "textsf", "textrm", "underline", "mbox", "textcolor", "texttt"}:
            self._read(_last(node))
        else:
            self._run.append(self._inline([node]))

    def _titled(self, node: Any, name: str) -> None:
        title = " ".join(self._inline(_without_footnotes(_last(node), self._footnotes)).split())
        if name == "title":
            self.title = title
            self.blocks.append(Block(title, 1))
            self._flush()
        else:
            self._heading(_last(node), max(LEVELS.values()))

    def _heading(self, title: list[Any], level: int) -> None:
        self._flush()
        self.blocks.append(Block(" ".join(self._inline(_without_footnotes(title, self._footnotes)).split()), level))

    def _apart(self, some: list[Any]) -> None:
        self._flush()
        self._read(some)
        self._flush()

    def _environment(self, node: Any) -> None:
        name = node.environmentname
        if name in _UNSEEN:
            return
        if name.rstrip("*") in _FORMULAS:
            self._run.append(f"\n{_LABEL.sub('', node.latex_verbatim())}\n")
            return
        self._flush()
        if name in _CODE:
            self.blocks.append(Block(_OPTIONS.sub("", verbatim(node), count=1).strip("\n")))
        elif name in _LISTS:
            self._list(name, node.nodelist)
        elif name in TABLES:
            self.blocks.append(Block(table_text([*self._rows(node.nodelist)])))
        else:
            self._other(name, node)
        self._flush()

    def _other(self, name: str, node: Any) -> None:
        inside = list(node.nodelist)
        if name == "abstract":
            self.blocks.append(Block("Abstract", LEVELS["section"]))
        elif name.rstrip("*") in STATEMENTS:
            called = self._inline(_last(node)).strip()
            self._run.append(f"{name.rstrip('*').capitalize()}{f' ({called})' if called else ''}. ")
        elif name == "frame" and inside and isinstance(inside[0], LatexGroupNode):
            self._heading(inside.pop(0).nodelist, max(LEVELS.values()))
        self._read(inside)

    def _list(self, name: str, some: Iterable[Any]) -> None:
        """One block for all items; what an item holds beside text stands in its lines."""
        if name == "thebibliography":
            self.blocks.append(Block("References", LEVELS["section"]))
        items: list[tuple[str, list[Any]]] = []
        for node in some:
            if _macro(node) in {"item", "bibitem"}:
                label = self._inline(arguments(node)).strip()
                items.append((label if _macro(node) == "item" else "", []))
            elif items:
                items[-1][1].append(node)
        lines = [self._item(name, number, *item) for number, item in enumerate(items, start=1)]
        between = "\n\n" if name == "thebibliography" else "\n"
        self.blocks.append(Block(between.join(line for line in lines if line)))

    def _item(self, name: str, number: int, label: str, some: list[Any]) -> str:
        outer, self.blocks = self.blocks, []
        self._read(some)
        self._flush()
        inside, self.blocks = self.blocks, outer
        text = "\n".join(block.text for block in inside)
        mark = label or (f"{number}." if name == "enumerate" else _LISTS[name])
        return "" if not text else f"{mark} {text}".strip().replace("\n", "\n  ")

    def _rows(self, some: Iterable[Any]) -> Iterator[list[str]]:
        row: list[list[Any]] = [[]]
        for node in some:
            if _macro(node) in {"\\", "tabularnewline"}:
                yield [self._cell(cell) for cell in row]
                row = [[]]
            elif isinstance(node, LatexSpecialsNode) and node.specials_chars == "&":
                row.append([])
            elif not (isinstance(node, LatexMacroNode) and _RULES.match(node.latex_verbatim())):
                row[-1].append(node)
        yield [self._cell(cell) for cell in row]

    def _cell(self, some: list[Any]) -> str:
        return _LABEL.sub("", self._inline(some))


def _environment(node: Any) -> str:
    return str(node.environmentname) if isinstance(node, LatexEnvironmentNode) else ""


def _macro(node: Any) -> str:
    return str(node.macroname) if isinstance(node, LatexMacroNode) else ""


def _last(node: Any) -> list[Any]:
    """The nodes of the last argument that a macro or environment was given."""
    given = arguments(node)
    return list(given[-1].nodelist) if given and isinstance(given[-1], LatexGroupNode) else given[-1:]


def _without_footnotes(some: list[Any], footnotes: list[list[Any]]) -> list[Any]:
    footnotes.extend(_last(node) for node in some if _macro(node) in _FOOTNOTES)
    return [node for node in some if _macro(node) not in _FOOTNOTES]
