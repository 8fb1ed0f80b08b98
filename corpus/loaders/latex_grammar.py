"""What pylatexenc is to know of LaTeX beyond its own: arguments of macros, and what of them is text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pylatexenc import latex2text, latexwalker
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, SpecialsTextSpec
from pylatexenc.latexwalker import LatexCharsNode, LatexWalker
from pylatexenc.macrospec import (
    EnvironmentSpec,
    MacroStandardArgsParser,
    ParsedVerbatimArgs,
    VerbatimArgsParser,
    std_macro,
)

LEVELS = {
    name: level
    for level, name in enumerate(
        ("part", "chapter", "section", "subsection", "subsubsection", "paragraph", "subparagraph"), start=1
    )
}
"""Level of each heading macro; 1 is the outermost."""

VERBATIM = ("verbatim", "Verbatim", "lstlisting", "minted", "alltt", "comment", "filecontents", "tikzpicture", "asy")
"""Environments in which nothing is LaTeX, or nothing is text."""

TABLES = {
    "tabular": "[{",
    "tabular*": "{[{",
    "tabularx": "{[{",
    "tabulary": "{[{",
    "longtable": "[{",
    "supertabular": "{",
}
STATEMENTS = frozenset(
    "assumption axiom claim conjecture corollary definition example exercise fact lemma notation proof proposition "
    "question remark solution theorem".split()
)
"""Environments that print their name before their text."""

_ARGUMENTS = {
    **dict.fromkeys(LEVELS, "*[{"),
    **dict.fromkeys(("thanks", "footnotetext", "footnotemark"), "["),
    **dict.fromkeys(("caption", "captionof", "frametitle", "framesubtitle", "subtitle"), "[{"),
    **dict.fromkeys(("autocite", "parencite", "textcite", "footcite", "nocite"), "[[{"),
    **dict.fromkeys(("pageref", "nameref", "vref", "subfile", "bibliographystyle", "pagestyle", "thispagestyle"), "{"),
    **dict.fromkeys(("addbibresource", "graphicspath", "index", "glossary", "vskip", "enlargethispage"), "{"),
    "bibitem": "[{",
    "captionof": "{[{",
    "footnotemark": "[",
    "footnotetext": "[{",
    "href": "{{",
    "thanks": "{",
    "multicolumn": "{{{",
    "multirow": "[{[{[{",
    "lstinline": "[{",
    "mintinline": "[{{",
    "include": "{",
    "lstinputlisting": "[{",
    "cmidrule": "({",
    "cline": "{",
    "newtheorem": "*{[{[",
    "setbeamertemplate": "{[{",
}
_WITHOUT_TEXT = (
    "addbibresource bibliographystyle bibitem clearpage cline cmidrule footnotemark graphicspath hspace include "
    "includegraphics index input label lstinputlisting newpage newtheorem nocite pagestyle setbeamertemplate "
    "setcounter setlength subfile thispagestyle usepackage vskip vspace today maketitle tableofcontents centering"
).split()
_CITATIONS = (
    "autocite autoref cite citealp citealt citeauthor citep citet citeyear cref Cref eqref footcite nameref pageref "
    "parencite ref textcite vref"
).split()


class _Verbatim(VerbatimArgsParser):  # type: ignore[misc]
    r"""All up to ``\end{name}``, whatever it is."""

    def __init__(self, name: str) -> None:
        super().__init__(verbatim_arg_type="verbatim-environment")
        self._end = rf"\end{{{name}}}"

    def parse_args(self, w: LatexWalker, pos: int, parsing_state: Any = None) -> tuple[Any, int, int]:
        end = w.s.find(self._end, pos)
        length = (len(w.s) if end < 0 else end) - pos
        node = w.make_node(
            LatexCharsNode, parsing_state=parsing_state, chars=w.s[pos : pos + length], pos=pos, len=length
        )
        return ParsedVerbatimArgs(verbatim_chars_node=node), pos, length


def nodes(source: str) -> list[Any]:
    """The nodes of a LaTeX source; what is broken in it is read as well as it can be."""
    context = latexwalker.get_default_latex_context_db()
    context.add_context_category(
        "course",
        macros=[std_macro(name, arguments.replace("(", "[")) for name, arguments in _ARGUMENTS.items()],
        environments=[
            *(EnvironmentSpec(name, args_parser=_Verbatim(name)) for name in VERBATIM),
            *(EnvironmentSpec(name, args_parser=MacroStandardArgsParser(spec)) for name, spec in TABLES.items()),
            *(EnvironmentSpec(name, args_parser=MacroStandardArgsParser("[")) for name in (*STATEMENTS, "frame")),
            EnvironmentSpec("thebibliography", args_parser=MacroStandardArgsParser("{")),
            EnvironmentSpec("minipage", args_parser=MacroStandardArgsParser("[{")),
        ],
        prepend=True,
    )
    found, _, _ = LatexWalker(source, latex_context=context, tolerant_parsing=True).get_latex_nodes()
    return list(found)


def plain(definitions: Mapping[str, str]) -> LatexNodes2Text:
    """What turns inline LaTeX into text, formulas kept; `definitions` are the author's own macros without arguments."""
    context = latex2text.get_default_latex_context_db()
    context.add_context_category(
        "course",
        macros=[
            *(MacroTextSpec(name, replacement.replace("%", "%%")) for name, replacement in definitions.items()),
            *(MacroTextSpec(name, "") for name in _WITHOUT_TEXT),
            *(MacroTextSpec(name, _keys) for name in _CITATIONS),
            MacroTextSpec("href", simplify_repl="%(2)s"),
            MacroTextSpec("url", simplify_repl="%s"),
            MacroTextSpec("textcolor", simplify_repl="%(3)s"),
            MacroTextSpec("color", simplify_repl=""),
            MacroTextSpec("multicolumn", simplify_repl="%(3)s"),
            MacroTextSpec("multirow", simplify_repl="%(6)s"),
            MacroTextSpec("mintinline", simplify_repl="%(3)s"),
            MacroTextSpec("footnote", simplify_repl=" (%(2)s)"),
            MacroTextSpec("verb", simplify_repl=verbatim),
        ],
        specials=[SpecialsTextSpec("&", " ")],
        prepend=True,
    )
    return LatexNodes2Text(latex_context=context, math_mode="verbatim", keep_comments=False)


def _keys(node: Any) -> str:
    """What a reference refers to, by its key: the number that LaTeX would print is not in the source."""
    given = arguments(node)
    return f"[{given[-1].latex_verbatim().strip('{}')}]" if given else ""


def verbatim(node: Any) -> str:
    """What stands in a verbatim macro or environment; nothing where it is broken off."""
    return str(node.nodeargd.verbatim_text) if node.nodeargd else ""


def arguments(node: Any) -> list[Any]:
    """The arguments that a macro or an environment was given."""
    return [argument for argument in (node.nodeargd.argnlist if node.nodeargd else ()) if argument is not None]
