"""Office's formulas (OMML) → LaTeX, so that a formula in a handout or on a slide can be read and searched."""

from __future__ import annotations

from collections.abc import Callable

from lxml.etree import _Element as Element

NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_M = f"{{{NAMESPACE}}}"

_LARGE_OPERATORS = {"∑": r"\sum", "∏": r"\prod", "∐": r"\coprod", "∫": r"\int", "∬": r"\iint", "∮": r"\oint"}
_ACCENTS = {
    "\u0302": r"\hat",
    "\u0303": r"\tilde",
    "\u0304": r"\bar",
    "\u0305": r"\overline",
    "\u0307": r"\dot",
    "\u0308": r"\ddot",
    "\u20d7": r"\vec",
}
_FUNCTIONS = frozenset(
    "arccos arcsin arctan cos cosh cot det exp gcd inf lim ln log max min sin sinh sup tan tanh".split()
)
_NEW_ROW = r" \\ "
_BRACES = {"{": r"\{", "}": r"\}", "": "."}


def latex(math: Element) -> str:
    r"""The formula in an ``m:oMath`` (or any part of one): ``\frac{a}{b}``.

    Elements as in ECMA-376, part 1, 22.1.2; one that is not known gives what is inside it.
    """
    return " ".join(_latex(math).split())


def _latex(node: Element) -> str:
    if not isinstance(node.tag, str) or node.tag.endswith("Pr"):
        return ""
    name = node.tag.rpartition("}")[2]
    if name == "t":
        return node.text or ""
    convert = _CONVERSIONS.get(name)
    return convert(node) if convert else "".join(_latex(child) for child in node)


def _part(node: Element, name: str) -> str:
    child = node.find(_M + name)
    return _latex(child).strip() if child is not None else ""


def _property(node: Element, name: str, default: str) -> str:
    for properties in node:
        if isinstance(properties.tag, str) and properties.tag.endswith("Pr"):
            found = properties.find(_M + name)
            if found is not None:
                return str(found.get(_M + "val", default))
    return default


def _grouped(text: str) -> str:
    return text if len(text) == 1 else f"{{{text}}}"


def _fraction(node: Element) -> str:
    top, bottom = _part(node, "num"), _part(node, "den")
    kind = _property(node, "type", "bar")
    if kind == "lin":
        return f"{top}/{bottom}"
    return f"{{{top} \\atop {bottom}}}" if kind == "noBar" else f"\\frac{{{top}}}{{{bottom}}}"


def _scripts(node: Element) -> str:
    below, above = _part(node, "sub"), _part(node, "sup")
    return (f"_{_grouped(below)}" if below else "") + (f"^{_grouped(above)}" if above else "")


def _scripted(node: Element) -> str:
    return _grouped(_part(node, "e")) + _scripts(node)


def _scripted_before(node: Element) -> str:
    return f"{{}}{_scripts(node)}{_grouped(_part(node, 'e'))}"


def _root(node: Element) -> str:
    degree = _part(node, "deg")
    return rf"\sqrt{f'[{degree}]' if degree else ''}{{{_part(node, 'e')}}}"


def _delimited(node: Element) -> str:
    opening, closing = _property(node, "begChr", "("), _property(node, "endChr", ")")
    inner = _property(node, "sepChr", "|").join(_latex(part).strip() for part in node.findall(_M + "e"))
    return rf"\left{_BRACES.get(opening, opening)} {inner} \right{_BRACES.get(closing, closing)}"


def _large_operator(node: Element) -> str:
    sign = _property(node, "chr", "∫")
    return f"{_LARGE_OPERATORS.get(sign, sign)}{_scripts(node)} {_part(node, 'e')}"


def _function(node: Element) -> str:
    return f"{_part(node, 'fName')} {_part(node, 'e')}"


def _run(node: Element) -> str:
    text = "".join(_latex(child) for child in node)
    return f"\\{text.strip()} " if text.strip() in _FUNCTIONS else text


def _limit_below(node: Element) -> str:
    return f"{_part(node, 'e')}_{{{_part(node, 'lim')}}}"


def _limit_above(node: Element) -> str:
    return f"{_part(node, 'e')}^{{{_part(node, 'lim')}}}"


def _accent(node: Element) -> str:
    sign = _property(node, "chr", "\u0302")
    return f"{_ACCENTS.get(sign, sign)}{{{_part(node, 'e')}}}"


def _bar(node: Element) -> str:
    command = r"\overline" if _property(node, "pos", "bot") == "top" else r"\underline"
    return f"{command}{{{_part(node, 'e')}}}"


def _matrix(node: Element) -> str:
    rows = (" & ".join(_latex(cell).strip() for cell in row.findall(_M + "e")) for row in node.findall(_M + "mr"))
    return rf"\begin{{matrix}} {_NEW_ROW.join(rows)} \end{{matrix}}"


def _equations(node: Element) -> str:
    lines = (_latex(line).strip() for line in node.findall(_M + "e"))
    return rf"\begin{{aligned}} {_NEW_ROW.join(lines)} \end{{aligned}}"


_CONVERSIONS: dict[str, Callable[[Element], str]] = {
    "acc": _accent,
    "bar": _bar,
    "d": _delimited,
    "eqArr": _equations,
    "f": _fraction,
    "func": _function,
    "limLow": _limit_below,
    "limUpp": _limit_above,
    "m": _matrix,
    "nary": _large_operator,
    "r": _run,
    "rad": _root,
    "sPre": _scripted_before,
    "sSub": _scripted,
    "sSubSup": _scripted,
    "sSup": _scripted,
}
