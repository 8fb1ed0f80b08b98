import pytest

from corpus.errors import FileUnreadable
from tests.corpus.loaders.loading import passages, read_one, zipped

CONTAINER = '<container xmlns="urn:x"><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
XHTML = (
    '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><title/>'
    "</head><body>{}</body></html>"
)


def _book(pages, contents="", spine=None, extra=None):
    items = "".join(f'<item id="{name}" href="{name}" media-type="application/xhtml+xml"/>' for name in pages)
    order = "".join(f'<itemref idref="{name}"/>' for name in spine or pages)
    package = f"""<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>
    <dc:title>Cell biology</dc:title></metadata><manifest>{items}
    <item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/></manifest>
    <spine><itemref idref="nav"/>{order}</spine></package>"""
    nav = (
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>'
        f'<nav epub:type="toc"><h2>Contents</h2><ol>{contents}</ol></nav></body></html>'
    )
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": CONTAINER,
            "OEBPS/book.opf": package,
            "OEBPS/nav.xhtml": nav,
            **{f"OEBPS/{name}": XHTML.format(body) for name, body in pages.items()},
            **(extra or {}),
        }
    )


def test_chapters_come_in_the_order_of_the_spine_under_their_headings():
    book = _book(
        {
            "b.xhtml": "<h1>Mitosis</h1><p>It divides&nbsp;a nucleus.</p>",
            "a.xhtml": "<h1>Cells</h1><p>A cell lives.</p>",
        },
        spine=["a.xhtml", "b.xhtml"],
    )

    document = read_one("cells.epub", book)

    assert document.title == "Cell biology"
    assert passages(document) == [("§ Cells", "A cell lives."), ("§ Mitosis", "It divides a nucleus.")]
    assert "Contents" not in document.text


def test_a_chapter_without_a_heading_has_its_title_from_the_contents_and_a_part_of_one_goes_on():
    document = read_one(
        "cells.epub",
        _book(
            {"one.xhtml": "<p>First.</p>", "two.xhtml": "<p>Still first.</p>"},
            contents='<li><a href="one.xhtml#start">The beginning</a></li>',
        ),
    )

    assert passages(document) == [("§ The beginning", "First.\n\nStill first.")]


def test_a_page_that_is_missing_is_a_warning():
    document = read_one("a.epub", _book({"a.xhtml": "<p>Here.</p>"}, spine=["a.xhtml", "a.xhtml"]))
    assert document.warnings == ()

    lost = zipped(
        {
            "META-INF/container.xml": CONTAINER,
            "OEBPS/book.opf": '<package><manifest><item id="x" href="x.xhtml" media-type="application/xhtml+xml"/>'
            '</manifest><spine><itemref idref="x"/></spine></package>',
        }
    )
    assert read_one("a.epub", lost).warnings == ("The page OEBPS/x.xhtml is listed in the book but is not in it.",)


def test_a_protected_book_is_refused():
    encryption = '<encryption><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></encryption>'

    with pytest.raises(FileUnreadable, match="protected against copying"):
        read_one("a.epub", _book({"a.xhtml": "x"}, extra={"META-INF/encryption.xml": encryption}))


def test_scrambled_fonts_are_no_protection():
    encryption = '<encryption><EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/></encryption>'

    assert read_one("a.epub", _book({"a.xhtml": "<p>x</p>"}, extra={"META-INF/encryption.xml": encryption})).text == "x"


@pytest.mark.parametrize("members", [{"a.txt": "x"}, {"META-INF/container.xml": "<container/>"}])
def test_an_archive_that_is_no_book_is_refused(members):
    with pytest.raises(FileUnreadable, match="is no EPUB"):
        read_one("a.epub", zipped(members))


def test_entities_are_refused():
    bomb = '<!DOCTYPE c [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><container>&b;</container>'

    with pytest.raises(FileUnreadable, match="declares XML entities"):
        read_one("a.epub", zipped({"META-INF/container.xml": bomb}))


def test_entities_in_a_page_are_not_expanded():
    page = '<!DOCTYPE html [<!ENTITY a "boom">]>'
    page += '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>x &a; y</p></body></html>'
    book = _book({}, spine=["a.xhtml"], extra={"OEBPS/a.xhtml": page})

    assert "boom" not in read_one("a.epub", book).text
