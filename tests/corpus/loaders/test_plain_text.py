from tests.corpus.loaders.loading import passages, read_one


def test_headings_show_by_their_look_and_warnings_are_kept():
    document = read_one(
        "week_1.txt", "Cells\nA cell divides. It does so often. Größe, Maß, Dämpfung.\n".encode() + b"\xff"
    )

    assert document.title == "Week 1"
    assert passages(document)[0][0] == "§ Cells"
    assert document.warnings == ("1 character could not be read and show as \ufffd; save the file as UTF-8.",)


def test_text_in_an_old_encoding_is_read_with_its_places():
    document = read_one("a.txt", "Überblick\nDie Größe des Netzes zählt.\n".encode("cp1252"))

    assert passages(document) == [("§ Überblick", "Die Größe des Netzes zählt.")]


def test_an_empty_file_is_a_document_without_passages():
    assert read_one("a.txt", b"").sections == ()
