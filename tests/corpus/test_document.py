import pytest

from corpus import Document, Place, Section


def test_place_at_names_the_section_that_holds_the_character():
    document = Document("d", "D", "intro. body. end.", (Section(0, 6, Place()), Section(7, 12, Place(("Body",)))))

    assert document.place_at(3) == Place()
    assert document.place_at(7) == Place(("Body",))
    assert document.place_at(16) == Place(("Body",))


@pytest.mark.parametrize(
    "sections",
    [
        (Section(0, 99, Place()),),
        (Section(3, 5, Place()), Section(0, 2, Place())),
        (Section(0, 4, Place()), Section(3, 5, Place())),
    ],
    ids=["outside the text", "out of order", "overlapping"],
)
def test_sections_that_do_not_fit_the_text_are_refused(sections):
    with pytest.raises(ValueError, match="out of order or outside"):
        Document("d", "D", "short", sections)


def test_a_place_reads_as_a_citation_shows_it():
    assert str(Place(("Cells", "Mitosis"))) == "§ Cells › Mitosis"
    assert str(Place()) == ""
