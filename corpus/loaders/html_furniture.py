"""What of a web page is its content, and what is furniture: menus, banners, footers, notices about cookies."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from corpus.loaders.html_blocks import blocks, is_hidden

_ROLES = frozenset("alertdialog banner complementary contentinfo dialog menu menubar navigation search".split())
_OF_THE_PAGE = frozenset({"footer", "header"})
_NOTICE = re.compile(r"cookie|consent|gdpr|skip-?(to|link|nav)", re.IGNORECASE)
_NAMED = re.compile(
    r"(^|[-_\s])(advert\w*|breadcrumbs?|footer|header|masthead|menu|nav(bar|box|igation)?|newsletter|pag(er|ination)|"
    r"promo|related|share|sharing|sidebar|social|subscribe|toolbar)($|[-_\s])",
    re.IGNORECASE,
)
_CONTAINERS = frozenset("aside div section ul ol table td dl center".split())
_WITHOUT_TEXT = frozenset({"noscript", "script", "style", "template"})
_MOST_FURNITURE = 0.85
"""Share of a page."""

_MAIN = ("//main", "//*[@role='main']", "//article")


@dataclass(frozen=True, slots=True)
class Content:
    """`main` is what the page is for; `rest` the lines of what stands around it, in page order."""

    main: HtmlElement
    rest: tuple[str, ...]


def content(body: HtmlElement) -> Content:
    """Part the content of a page from its furniture, which is taken out of the tree.

    A page that has hardly anything but what looks like furniture is content as a whole.
    """
    weights = _Weights(body)
    found: list[HtmlElement] = []
    inside: set[HtmlElement] = set()
    for element in body.iter(etree.Element):
        if element.getparent() in inside or _is_furniture(element, weights):
            inside.add(element)
            if element.getparent() not in inside:
                found.append(element)
    if sum(map(weights.of, found)) > _MOST_FURNITURE * weights.of(body):
        return Content(body, ())
    main = _main(body, weights, inside)
    taken = [_taken_out(element) for element in found]
    if main is not body:
        taken.insert(0, body)
        _taken_out(main)
    return Content(main, tuple(line for element in taken for line in _lines(element)))


class _Weights:
    """How many characters each element has but for white space, scripts and styles; and how many of them are links."""

    def __init__(self, body: HtmlElement) -> None:
        self._all: dict[HtmlElement, int] = {}
        self._linked: dict[HtmlElement, int] = {}
        self._links: dict[HtmlElement, int] = {}
        for element in reversed(list(body.iter(etree.Element))):
            seen = element.tag not in _WITHOUT_TEXT and not is_hidden(element)
            weight = _length(element.text) + sum(self._all.get(child, 0) + _length(child.tail) for child in element)
            self._all[element] = weight * seen
            linked = sum(self._linked.get(child, 0) for child in element)
            self._linked[element] = self._all[element] if element.tag == "a" else linked * seen
            self._links[element] = (element.tag == "a") + sum(self._links.get(child, 0) for child in element)
        self.whole = self._all[body]

    def of(self, element: HtmlElement) -> int:
        return self._all[element]

    def link_density(self, element: HtmlElement) -> float:
        return self._linked[element] / max(self._all[element], 1)

    def is_menu(self, element: HtmlElement) -> bool:
        """Many short links and hardly a word between them."""
        links = self._links[element]
        return links > 4 and self._linked[element] < 30 * links and self.link_density(element) > 0.85


def _length(text: str | None) -> int:
    return len("".join(text.split())) if text else 0


def _is_furniture(element: HtmlElement, weights: _Weights) -> bool:
    if element.tag in {"html", "body", "main", "article"} or is_hidden(element):
        return False
    if element.tag == "nav" or element.get("role") in _ROLES:
        return True
    if element.tag in _OF_THE_PAGE and not _in_main(element):
        return element.find(".//h1") is None or weights.link_density(element) > 0.5
    return element.tag in _CONTAINERS and _is_container_of_furniture(element, weights)


def _is_container_of_furniture(element: HtmlElement, weights: _Weights) -> bool:
    """Whether an element that says nothing by its tag shows by its name, or by its links, that it is no content."""
    name = f"{element.get('class', '')} {element.get('id', '')}"
    share = weights.of(element) / max(weights.whole, 1)
    if _NOTICE.search(name):
        return share < 0.3
    if _NAMED.search(name):
        return weights.link_density(element) > 0.5 and share < 0.5
    return share < 0.3 and weights.is_menu(element) and not _in_main(element)


def _in_main(element: HtmlElement) -> bool:
    return any(above.tag in {"main", "article"} or above.get("role") == "main" for above in element.iterancestors())


def _main(body: HtmlElement, weights: _Weights, furniture: set[HtmlElement]) -> HtmlElement:
    """The element that says of itself that it is the main one, where it has most of what is no furniture."""
    kept = weights.of(body) - sum(weights.of(element) for element in furniture if element.getparent() not in furniture)
    for path in _MAIN:
        found = [element for element in body.xpath(path) if not is_hidden(element) and element not in furniture]
        if len(found) == 1 and weights.of(found[0]) >= 0.5 * kept:
            return found[0]
    return body


def _taken_out(element: HtmlElement) -> HtmlElement:
    """Out of its tree, leaving the text behind it there."""
    parent, tail = element.getparent(), element.tail
    if tail:
        before = element.getprevious()
        if before is not None:
            before.tail = f"{before.tail or ''}{tail}"
        else:
            parent.text = f"{parent.text or ''}{tail}"
    element.tail = None
    parent.remove(element)
    return element


def _lines(element: HtmlElement) -> list[str]:
    text = "\n".join(block.text for block in blocks(element))
    return [line for raw in text.split("\n") if (line := raw.strip().removeprefix("- ").strip())]
