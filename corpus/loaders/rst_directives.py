"""Directives of Sphinx that docutils does not know: read for their text, not for what Sphinx does with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives

_WITH_TEXT = (
    "seealso versionadded versionchanged versionremoved deprecated todo glossary tab tab-set tab-item "
    "tabs dropdown card grid grid-item grid-item-card details collapse only centered hlist proof:theorem "
    "proof:definition prf:theorem prf:definition exercise solution admonition:note py:function py:class "
    "py:method function class method data attribute module"
).split()
_WITHOUT_TEXT = (
    "toctree index highlight currentmodule py:currentmodule automodule autoclass autofunction autosummary "
    "literalinclude sectionauthor codeauthor tabularcolumns bibliography plot jupyter-execute youtube video"
).split()
_ANY_OPTION: dict[str, Callable[[str], object]] = defaultdict(
    lambda: directives.unchanged, {"name": directives.unchanged}
)
"""Whatever option; docutils takes none where the mapping is empty."""


class _Text(Directive):  # type: ignore[misc]
    """Its argument, where it has one, and its content."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[dict[str, Callable[[str], object]]] = _ANY_OPTION

    def run(self) -> list[nodes.Node]:
        container = nodes.container()
        if self.arguments:
            container += nodes.paragraph("", "", *self.state.inline_text(self.arguments[0], self.lineno)[0])
        self.state.nested_parse(self.content, self.content_offset, container)
        return [container]


class _Code(Directive):  # type: ignore[misc]
    """Code as it is, whatever Sphinx is told of its looks."""

    optional_arguments = 1
    has_content = True
    option_spec: ClassVar[dict[str, Callable[[str], object]]] = _ANY_OPTION

    def run(self) -> list[nodes.Node]:
        source = "\n".join(self.content)
        caption = self.options.get("caption")
        code = nodes.literal_block(source, source)
        return [nodes.paragraph("", caption), code] if caption else [code]


class _Nothing(Directive):  # type: ignore[misc]
    """What only tells Sphinx what to do."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[dict[str, Callable[[str], object]]] = _ANY_OPTION

    def run(self) -> list[nodes.Node]:
        return []


def register() -> None:
    """Make the directives known to docutils; as often as one likes."""
    for name in _WITH_TEXT:
        directives.register_directive(name, _Text)
    for name in ("code", "code-block", "sourcecode", "prompt", "doctest"):
        directives.register_directive(name, _Code)
    for name in _WITHOUT_TEXT:
        directives.register_directive(name, _Nothing)
