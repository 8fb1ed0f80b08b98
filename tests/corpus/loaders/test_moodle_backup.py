import gzip
import io
import tarfile

import pytest

from corpus.errors import FileUnreadable
from corpus.loaders import moodle_backup
from tests.corpus.loaders.loading import passages, read, zipped

NOTES = "3fd1c87a30760d4b1f1a2a4ab7d4b3e0f1f2a3b4"
ESSAY = "aaaac87a30760d4b1f1a2a4ab7d4b3e0f1f2a3b4"


def _listed(kind, number, title, section=1):
    return (
        f"<activity><moduleid>{number}</moduleid><sectionid>{section}</sectionid><modulename>{kind}</modulename>"
        f"<title>{title}</title><directory>activities/{kind}_{number}</directory></activity>"
    )


def _activity(kind, number, inside, visible=1, files=()):
    folder = f"activities/{kind}_{number}"
    references = "".join(f"<file><id>{file}</id></file>" for file in files)
    return {
        f"{folder}/{kind}.xml": f'<activity id="{number}"><{kind} id="{number}">{inside}</{kind}></activity>',
        f"{folder}/module.xml": f"<module><visible>{visible}</visible></module>",
        f"{folder}/inforef.xml": f"<inforef><fileref>{references}</fileref></inforef>",
    }


def _file(number, digest, name, component="mod_resource", area="content"):
    return (
        f'<file id="{number}"><contenthash>{digest}</contenthash><component>{component}</component>'
        f"<filearea>{area}</filearea><filename>{name}</filename></file>"
    )


MEMBERS = {
    "moodle_backup.xml": "<moodle_backup><information><contents><activities>"
    + _listed("page", 1, "Gates")
    + _listed("book", 2, "Reader")
    + _listed("resource", 3, "Notes")
    + _listed("forum", 4, "Talk")
    + _listed("label", 5, "label")
    + _listed("quiz", 6, "Test")
    + _listed("page", 7, "Solutions")
    + _listed("url", 8, "Video", section=2)
    + _listed("customcert", 9, "Certificate", section=2)
    + "</activities><sections><section><sectionid>1</sectionid><title>1</title>"
    "<directory>sections/section_1</directory></section><section><sectionid>2</sectionid><title>2</title><directory>sections/section_2</directory></section>"
    "</sections></contents></information></moodle_backup>",
    "sections/section_1/section.xml": "<section><number>1</number><name>Week 1</name>"
    "<summary>&lt;p&gt;About gates.&lt;/p&gt;</summary><visible>1</visible></section>",
    "sections/section_2/section.xml": "<section><number>2</number><name>$@NULL@$</name><summary></summary></section>",
    **_activity("page", 1, "<name>Gates</name><intro></intro><content>&lt;p&gt;Three gates.&lt;/p&gt;</content>"),
    **_activity(
        "book",
        2,
        "<name>Reader</name><intro>$@NULL@$</intro><chapters>"
        '<chapter id="1"><title>Cells</title><subchapter>0</subchapter>'
        "<content>&lt;p&gt;Cells.&lt;/p&gt;</content></chapter>"
        '<chapter id="2"><title>Mitosis</title><subchapter>1</subchapter><content>Divides.</content></chapter>'
        '<chapter id="3"><title>Draft</title><hidden>1</hidden><content>Not yet.</content></chapter></chapters>',
    ),
    **_activity("resource", 3, "<name>Notes</name><intro>Read this.</intro>", files=(31, 32)),
    **_activity(
        "forum",
        4,
        "<name>Talk</name><intro>Ask here.</intro><discussions><post>A learner wrote this.</post></discussions>",
    ),
    **_activity("label", 5, "<name>A label</name><intro>&lt;b&gt;Mind&lt;/b&gt; the gap.</intro>"),
    **_activity("quiz", 6, "<name>Test</name><intro>Ten minutes.</intro><question>The answer is 42.</question>"),
    **_activity("page", 7, "<name>Solutions</name><content>Secret.</content>", visible=0),
    **_activity("url", 8, "<name>Video</name><intro>A talk on gates.</intro><externalurl>http://x.y</externalurl>"),
    "files.xml": "<files>"
    + _file(31, NOTES, "notes.txt")
    + _file(32, ESSAY, "essay.txt", component="assignsubmission_file", area="submission_files")
    + "</files>",
    f"files/3f/{NOTES}": "A cell divides.",
    f"files/aa/{ESSAY}": "What a learner handed in.",
    "users.xml": "<users><user><firstname>Ann</firstname></user></users>",
    "gradebook.xml": "<grades>99</grades>",
}


def _tarred(members):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in members.items():
            data = content if isinstance(content, bytes) else content.encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


@pytest.mark.parametrize("packed", [zipped, _tarred])
def test_what_teachers_wrote_is_read_by_section_and_activity(packed):
    documents = read("course.mbz", packed(MEMBERS))

    assert [passage for document in documents for passage in passages(document)] == [
        ("§ Week 1", "About gates."),
        ("§ Week 1 › Gates", "Three gates."),
        ("§ Week 1 › Reader › Cells", "Cells."),
        ("§ Week 1 › Reader › Cells › Mitosis", "Divides."),
        ("§ Week 1 › Notes", "Read this."),
        ("§ Week 1 › Notes", "A cell divides."),
        ("§ Week 1 › Talk", "Ask here."),
        ("§ Week 1", "Mind the gap."),
        ("§ Week 1 › Test", "Ten minutes."),
        ("§ 2 › Video", "A talk on gates."),
    ]
    assert documents[5].doc_id == "course.mbz/activities/resource_3/notes.txt"
    assert {document.source for document in documents} == {"course.mbz"}


def test_sections_and_activities_come_in_the_order_that_learners_see():
    second = "<section><number>0</number><name>Start</name><summary></summary></section>"
    first = MEMBERS["sections/section_1/section.xml"].replace("<visible>", "<sequence>5,4,1</sequence><visible>")
    documents = read(
        "a.mbz", zipped({**MEMBERS, "sections/section_1/section.xml": first, "sections/section_2/section.xml": second})
    )

    assert [document.title for document in documents][:5] == ["Video", "Week 1", "A label", "Talk", "Gates"]


def test_nothing_of_learners_is_read():
    text = "\n".join(f"{document.title} {document.text}" for document in read("course.mbz", zipped(MEMBERS)))

    assert not [word for word in ("Ann", "99", "learner", "handed in", "42") if word in text]


def test_what_is_hidden_or_not_read_is_named():
    assert read("course.mbz", zipped(MEMBERS))[-1].warnings == (
        "“Solutions” is hidden from learners and was left out.",
        "2 files of kinds not read here left out: the inside of quiz “Test”, customcert “Certificate”.",
    )


def test_names_that_lead_elsewhere_are_never_written(tmp_path):
    outside = tmp_path / "evil.xml"
    members = {**MEMBERS, str(outside): "x", "../../evil.xml": "x", f"activities/page_1/../../../{outside.name}": "x"}

    assert read("course.mbz", _tarred(members))
    assert not outside.exists()


def test_links_in_a_tar_archive_are_not_followed():
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        link = tarfile.TarInfo("moodle_backup.xml")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)

    with pytest.raises(FileUnreadable, match="is no Moodle backup"):
        read("a.mbz", buffer.getvalue())


def test_a_bomb_is_refused_while_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(moodle_backup, "MOST_BYTES", 1000)

    with pytest.raises(FileUnreadable, match="unpacks to more"):
        read("a.mbz", _tarred({**MEMBERS, "files.xml": b" " * 5000}))


@pytest.mark.parametrize(
    "content",
    [b"", b"junk", gzip.compress(b"junk"), zipped({"a.txt": "x"}), _tarred(MEMBERS)[:500]],
    ids=["empty", "junk", "packed junk", "a ZIP archive", "cut off"],
)
def test_what_is_no_backup_is_refused(content):
    with pytest.raises(FileUnreadable, match="is no Moodle backup"):
        read("a.mbz", content)


def test_damage_that_shows_only_while_unpacking_is_told():
    packed = zipped({"moodle_backup.xml": "<moodle_backup/>"})
    damaged = packed.replace(packed[48:56], b"\x00" * 8, 1)

    with pytest.raises(FileUnreadable, match=r"is no Moodle backup|is damaged"):
        read("a.mbz", damaged)


def test_entities_are_refused():
    bomb = '<!DOCTYPE m [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><m>&b;</m>'

    with pytest.raises(FileUnreadable, match="declares XML entities"):
        read("a.mbz", zipped({**MEMBERS, "sections/section_1/section.xml": bomb}))
