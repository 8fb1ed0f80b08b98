import pytest

from corpus.errors import FileUnreadable
from tests.corpus.loaders.loading import passages, read, zipped


def test_members_are_read_by_their_own_loaders_under_their_own_names():
    documents = read(
        "week1.zip",
        zipped(
            {
                "notes/cells.md": "# Cells\n\nA cell divides.",
                "talk.vtt": "WEBVTT\n\n00:10.000 --> 00:12.000\nHello.",
                "__MACOSX/notes/._cells.md": "x",
                ".hidden/secret.txt": "x",
                "notes/.DS_Store": "x",
            }
        ),
    )

    assert [(document.doc_id, document.source) for document in documents] == [
        ("week1.zip/notes/cells.md", "week1.zip"),
        ("week1.zip/talk.vtt", "week1.zip"),
    ]
    assert passages(documents[0]) == [("§ Cells", "A cell divides.")]
    assert passages(documents[1]) == [("0:10", "Hello.")]
    assert documents[-1].warnings == ()


def test_what_cannot_be_read_is_a_warning_and_does_not_stop_the_rest():
    (document,) = read(
        "a.zip",
        zipped({"a.txt": "Text.", "b.vtt": "junk", "c.doc": "x", "d.png": "x", "e.exe": "x", "sets.jsonl": "{}"}),
    )

    assert document.text == "Text."
    assert document.warnings == (
        "b.vtt is no caption file, or is damaged; export it as WebVTT (.vtt) again.",
        "c.doc is in a format not read here; save it as DOCX.",
        "3 files of kinds not read here left out: d.png, e.exe, sets.jsonl.",
    )


def test_archives_within_archives_are_read_to_a_depth():
    inner = zipped({"a.txt": "Text."})
    outer = zipped({"one.zip": zipped({"two.zip": inner})})

    assert [document.doc_id for document in read("a.zip", outer)] == ["a.zip/one.zip/two.zip/a.txt"]
    with pytest.raises(FileUnreadable, match="deeper in archives than is read here"):
        read("a.zip", zipped({"b.zip": outer}))


def test_an_archive_of_nothing_readable_says_why():
    with pytest.raises(FileUnreadable, match=r"holds nothing that can be read here: 1 file .* left out: a\.png"):
        read("a.zip", zipped({"a.png": "x"}))


def test_an_empty_archive_is_refused():
    with pytest.raises(FileUnreadable, match="holds nothing that can be read here"):
        read("a.zip", zipped({}))


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/evil.txt", "a/../../evil.txt", "C:/evil.txt", "..\\evil.txt"])
def test_members_that_would_land_elsewhere_are_refused(name):
    with pytest.raises(FileUnreadable, match="outside of its folder"):
        read("a.zip", zipped({"a.txt": "x", name: "x"}))


def test_a_bomb_is_refused_before_it_is_unpacked():
    with pytest.raises(FileUnreadable, match="no honest file"):
        read("a.zip", zipped({"a.txt": bytes(80 * 2**20)}))


def test_what_is_no_archive_is_refused():
    with pytest.raises(FileUnreadable, match="is no ZIP archive"):
        read("a.zip", "plain text")
