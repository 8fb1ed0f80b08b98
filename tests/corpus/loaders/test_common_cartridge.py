import pytest

from corpus.errors import FileUnreadable
from tests.corpus.loaders.loading import passages, read, zipped

PAGE = "<html><head><title>{0}</title></head><body>{1}</body></html>"


def _manifest(items, resources):
    listed = "".join(
        f'<resource identifier="{name}" type="{kind}" href="{href}"><file href="{href}"/></resource>'
        for name, kind, href in resources
    )
    return f"""<?xml version="1.0"?><manifest xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1">
    <organizations><organization><item identifier="root">{items}</item></organization></organizations>
    <resources>{listed}</resources></manifest>"""


ITEMS = """<item><title>Week 1</title><item identifierref="p"><title>Gates</title></item>
<item identifierref="t"><title>Discuss</title></item><item identifierref="q"><title>Quiz 1</title></item>
<item><title>Reading</title><item identifierref="f"><title>Notes</title></item></item></item>"""
RESOURCES = [
    ("p", "webcontent", "wiki_content/gates.html"),
    ("t", "imsdt_xmlv1p1", "topic.xml"),
    ("q", "imsqti_xmlv1p2/imscc_xmlv1p1/assessment", "quiz.xml"),
    ("f", "webcontent", "web_resources/my%20notes.txt"),
    ("u", "webcontent", "wiki_content/unlinked.html"),
    ("s", "associatedcontent/imscc_xmlv1p1/learning-application-resource", "course_settings/canvas_export.txt"),
    ("i", "webcontent", "web_resources/cell.png"),
]
MEMBERS = {
    "imsmanifest.xml": _manifest(ITEMS, RESOURCES),
    "wiki_content/gates.html": PAGE.format("Gates", r"<p>Three \\(x^2\\).</p><h2>Input</h2><p>One.</p>"),
    "topic.xml": '<topic xmlns="urn:t"><title>Discuss</title>'
    '<text texttype="text/html">&lt;p&gt;What is a gate?&lt;/p&gt;'
    "</text></topic>",
    "quiz.xml": "<questestinterop><item>The answer is 42.</item></questestinterop>",
    "web_resources/my notes.txt": "A cell divides.",
    "web_resources/cell.png": "x",
    "wiki_content/unlinked.html": PAGE.format("Old page", "<p>Still here.</p>"),
    "course_settings/canvas_export.txt": "a joke of the platform",
}


def test_items_stand_under_their_module_in_its_order():
    documents = read("course.imscc", zipped(MEMBERS))

    assert [document.doc_id for document in documents] == [
        "course.imscc/wiki_content/gates.html",
        "course.imscc/topic.xml",
        "course.imscc/web_resources/my notes.txt",
        "course.imscc/wiki_content/unlinked.html",
    ]
    assert [passages(document) for document in documents] == [
        [("§ Week 1 › Gates", r"Three \\(x^2\\)."), ("§ Week 1 › Gates › Input", "One.")],
        [("§ Week 1 › Discuss", "What is a gate?")],
        [("§ Week 1 › Reading › Notes", "A cell divides.")],
        [("§ Old page", "Still here.")],
    ]
    assert {document.source for document in documents} == {"course.imscc"}


def test_quizzes_are_left_out_and_named():
    documents = read("course.imscc", zipped(MEMBERS))

    assert all("42" not in document.text for document in documents)
    assert documents[-1].warnings == ("Quizzes are left out, because questions are not course text: Quiz 1.",)


def test_an_empty_page_is_kept_with_a_warning():
    members = {
        "imsmanifest.xml": _manifest("", [("p", "webcontent", "a.html")]),
        "a.html": PAGE.format("Our purpose", ""),
    }

    (document,) = read("a.imscc", zipped(members))

    assert (document.text, document.sections) == ("Our purpose", ())
    assert document.warnings == ("The page “Our purpose” is empty.",)


def test_what_is_listed_but_missing_is_a_warning():
    members = dict(MEMBERS)
    del members["topic.xml"]

    assert "topic.xml is listed in the cartridge but is not in it." in read("a.imscc", zipped(members))[-1].warnings


def test_an_archive_without_a_manifest_is_refused():
    with pytest.raises(FileUnreadable, match="is no Common Cartridge"):
        read("a.imscc", zipped({"a.html": "x"}))


@pytest.mark.parametrize("name", ["imsmanifest.xml", "topic.xml"])
def test_entities_are_refused(name):
    bomb = '<!DOCTYPE m [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><m>&b;</m>'

    with pytest.raises(FileUnreadable, match="declares XML entities"):
        read("a.imscc", zipped({**MEMBERS, name: bomb}))


def test_a_link_out_of_the_archive_is_only_missing():
    members = {
        "imsmanifest.xml": _manifest("", [("p", "webcontent", "../../etc/passwd.txt"), ("a", "webcontent", "a.txt")]),
        "a.txt": "Text.",
    }

    (document,) = read("a.imscc", zipped(members))

    assert document.warnings == ("../../etc/passwd.txt is listed in the cartridge but is not in it.",)
