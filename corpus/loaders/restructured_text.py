"""reStructuredText: parsed by docutils, with nothing read or fetched beside the file itself."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from docutils.core import publish_doctree
from docutils.utils import SystemMessage

from corpus.assembly import Assembly
from corpus.document import Document, Place
from corpus.errors import FileUnreadable
from corpus.loaders.outline import Block, gather
from corpus.loaders.reading import Reading
from corpus.loaders.rst_directives import register
from corpus.loaders.tables import table_text
from corpus.loaders.text_decoding import read_text

_SETTINGS = {
    "_disable_config": True,
    "doctitle_xform": False,
    "file_insertion_enabled": False,
    "halt_level": 5,
    "raw_enabled": False,
    "report_level": 5,
    "smart_quotes": False,
    "syntax_highlight": "none",
}
_ROLE = re.compile(r"^:[\w:+.-]+:`(?:([^`<]*?)\s*<[^`>]*>|([^`]*))`$", re.DOTALL)
_OPTIONS = re.compile(r"^(?:\s*:[\w-]+:.*\n)+")
_UNSEEN = (nodes.comment, nodes.docinfo, nodes.substitution_definition, nodes.target)
_LEAVES = (
    nodes.bullet_list,
    nodes.citation,
    nodes.definition_list_item,
    nodes.enumerated_list,
    nodes.field,
    nodes.footnote,
    nodes.image,
    nodes.math_block,
)


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """One Document, titled by its only section of the outermost level, else by its file's name."""
    source = read_text(path, reading)
    register()
    try:
        tree = publish_doctree(source.text, settings_overrides=_SETTINGS)
        blocks = list(_blocks(tree, 0))
    except (SystemMessage, RecursionError, ValueError, AttributeError, IndexError, AssertionError) as error:
        raise FileUnreadable(path, "is too entangled to read as reStructuredText; save it as HTML") from error
    titles = [block.text for block in blocks if block.level == 1]
    title = titles[0] if len(titles) == 1 else path.stem
    assembly = Assembly()
    gather(assembly, blocks, Place())
    yield assembly.document(doc_id, title, warnings=source.warnings)


def _blocks(node: nodes.Node, level: int) -> Iterator[Block]:
    """The blocks of `node`, which stands in a section of `level`."""
    if isinstance(node, nodes.system_message):
        yield from _unknown(node)
    elif isinstance(node, _UNSEEN):
        return
    elif isinstance(node, (nodes.title, nodes.rubric)) and isinstance(node.parent, nodes.section):
        yield Block(_text(node), level)
    elif isinstance(node, nodes.table):
        yield from _table(node)
    elif isinstance(node, (*_LEAVES, nodes.TextElement)):
        yield Block(_leaf(node))
    else:
        for child in node.children:
            yield from _blocks(child, level + isinstance(node, nodes.section))


def _leaf(node: nodes.Node) -> str:
    """A list, an entry of a glossary, a paragraph, a formula: what is one block."""
    if isinstance(node, nodes.math_block):
        return f"$${node.astext().strip()}$$"
    if isinstance(node, nodes.image):
        return str(node.get("alt", ""))
    if isinstance(node, (nodes.bullet_list, nodes.enumerated_list)):
        return "\n".join(_items(node))
    if isinstance(node, nodes.TextElement):
        return str(node.astext()) if isinstance(node, nodes.FixedTextElement) else _text(node)
    return "\n".join(block.text for child in node.children for block in _blocks(child, 0))


def _unknown(message: nodes.system_message) -> Iterator[Block]:
    """The content of a directive that docutils could not make sense of, without its options."""
    if message.children and message.children[0].astext().startswith(("Unknown directive type", "Error in")):
        for source in message.findall(nodes.literal_block):
            yield Block(textwrap.dedent(_OPTIONS.sub("", source.astext().partition("\n")[2])))


def _text(node: nodes.Node) -> str:
    """Inline markup as text: formulas as LaTeX, references by what they show."""
    if isinstance(node, nodes.math):
        return f"${node.astext()}$"
    if isinstance(node, nodes.problematic):
        found = _ROLE.match(node.astext())
        return (found[1] or found[2]) if found else str(node.astext())
    if isinstance(node, nodes.image):
        return str(node.get("alt", ""))
    if isinstance(node, nodes.Text):
        return str(node.astext())
    return "".join(_text(child) for child in node.children)


def _items(node: nodes.Element) -> Iterator[str]:
    start = int(node.get("start", 1))
    for number, item in enumerate(node.children, start=start):
        text = "\n".join(block.text for child in item.children for block in _blocks(child, 0))
        mark = f"{number}." if isinstance(node, nodes.enumerated_list) else "-"
        yield f"{mark} {text}".replace("\n", "\n  ")


def _table(node: nodes.table) -> Iterator[Block]:
    yield from (Block(_text(title)) for title in node.children if isinstance(title, nodes.title))
    for group in node.findall(nodes.tgroup):
        heads = [_row(row) for head in group.children if isinstance(head, nodes.thead) for row in head.children]
        body = [_row(row) for part in group.children if isinstance(part, nodes.tbody) for row in part.children]
        headers = heads.pop() if len(heads) == 1 else []
        yield Block(table_text([*heads, *body], headers))


def _row(row: nodes.Element) -> list[str]:
    return [" ".join(block.text for child in entry.children for block in _blocks(child, 0)) for entry in row.children]
