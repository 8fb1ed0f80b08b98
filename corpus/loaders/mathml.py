"""MathML → LaTeX: formulas of web pages as they are written by hand."""

from __future__ import annotations

from lxml.etree import _Element as Element

_OPERATORS = {
    "−": "-",
    "×": r"\times",
    "⋅": r"\cdot",
    "·": r"\cdot",
    "÷": r"\div",
    "±": r"\pm",
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\ne",
    "≈": r"\approx",
    "∞": r"\infty",
    "∑": r"\sum",
    "∏": r"\prod",
    "∫": r"\int",
    "∂": r"\partial",
    "∇": r"\nabla",
    "→": r"\to",
    "⇒": r"\Rightarrow",
    "∈": r"\in",
    "∉": r"\notin",
    "⊂": r"\subset",
    "⊆": r"\subseteq",
    "∪": r"\cup",
    "∩": r"\cap",
    "∀": r"\forall",
    "∃": r"\exists",
    "…": r"\dots",
    "⋯": r"\cdots",
    "{": r"\{",
    "}": r"\}",
    "\u2061": "",
    "\u2062": "",
    "\u2063": ",",
}
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩϕϵ",
        (
            "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon "
            "varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega phi epsilon"
        ).split(),
        strict=True,
    )
)
_ACCENTS = {"^": "hat", "ˆ": "hat", "¯": "bar", "‾": "overline", "~": "tilde", "˜": "tilde", r"\to": "vec", "˙": "dot"}
_TEMPLATES = {
    ("mfrac", 2): r"\frac{{{}}}{{{}}}",
    ("mroot", 2): r"\sqrt[{1}]{{{0}}}",
    ("msub", 2): "{}_{{{}}}",
    ("munder", 2): "{}_{{{}}}",
    ("msup", 2): "{}^{{{}}}",
    ("mover", 2): "{}^{{{}}}",
    ("msubsup", 3): "{}_{{{}}}^{{{}}}",
    ("munderover", 3): "{}_{{{}}}^{{{}}}",
}
"""By element and number of children, as MathML Core has them."""

_BETWEEN = {"msqrt": r"\sqrt{{{}}}", "mtable": r"\begin{{matrix}} {} \end{{matrix}}"}
_JOINTS = {"mtable": r" \\ ", "mtr": " & ", "mlabeledtr": " & "}
_FUNCTIONS = frozenset("arg cos cot det dim exp gcd inf ker lim ln log max min sin sup tan tanh".split())
_DEEPEST = 100


def latex(math: Element) -> str:
    r"""The LaTeX of a ``math`` element: the page's own where it carries one, else made from its symbols.

    >>> from lxml.etree import fromstring
    >>> latex(fromstring("<math><mfrac><mn>1</mn><msup><mi>x</mi><mn>2</mn></msup></mfrac></math>"))
    '\\frac{1}{x^{2}}'
    """
    for annotation in math.iter("{*}annotation"):
        if "tex" in (annotation.get("encoding") or "").lower() and annotation.text:
            return _unwrapped(annotation.text)
    return " ".join(_row(math, 0).split())


def _unwrapped(source: str) -> str:
    r"""Wikipedia writes ``{\displaystyle …}`` around every formula."""
    source = " ".join(source.split())
    for style in (r"{\displaystyle ", r"{\textstyle "):
        if source.startswith(style) and source.endswith("}"):
            return source[len(style) : -1].strip()
    return source


def _row(element: Element, depth: int) -> str:
    return " ".join(_parts(element, depth))


def _parts(element: Element, depth: int) -> list[str]:
    """The LaTeX of each child that has any."""
    return [part for child in element if isinstance(child.tag, str) and (part := _latex(child, depth + 1))]


def _latex(element: Element, depth: int) -> str:
    name = element.tag.rpartition("}")[2].lower()
    if name in {"annotation", "annotation-xml", "mspace", "mphantom"}:
        return ""
    text = "".join(str(part) for part in element.itertext()).strip()
    if name in {"mi", "mn", "mo", "ms"} or depth > _DEEPEST:
        return _token(text)
    if name == "mtext":
        return rf"\text{{{text}}}" if text else ""
    parts = _parts(element, depth)
    if name == "mover" and len(parts) == 2 and parts[1] in _ACCENTS:
        return rf"\{_ACCENTS[parts[1]]}{{{parts[0]}}}"
    if name == "mfenced":
        return f"{element.get('open', '(')}{', '.join(parts)}{element.get('close', ')')}"
    template = _TEMPLATES.get((name, len(parts)))
    return (
        template.format(*parts) if template else _BETWEEN.get(name, " {} ").format(_JOINTS.get(name, " ").join(parts))
    )


def _token(text: str) -> str:
    if text in _FUNCTIONS:
        return f"\\{text}"
    if text in _GREEK:
        return f"\\{_GREEK[text]}"
    if text in _OPERATORS:
        return _OPERATORS[text]
    return rf"\mathrm{{{text}}}" if len(text) > 1 and text.isalpha() else text
