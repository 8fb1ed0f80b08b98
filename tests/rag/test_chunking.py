from hypothesis import given
from hypothesis import strategies as st

from corpus import Document, Place, Section, read_course
from rag.chunking import Chunking, split
from tests.conftest import COURSE


@given(
    st.text(alphabet="ab. \n\té–", min_size=1, max_size=300).filter(lambda text: bool(text.strip())),
    st.integers(20, 60),
    st.integers(0, 19),
)
def test_every_chunk_is_a_true_slice_and_no_letter_is_lost(text, size, overlap):
    document = Document("d", "D", text, (Section(0, len(text), Place(("H",))),))

    chunks = list(split(document, Chunking(size, overlap)))

    covered = {offset for chunk in chunks for offset in range(chunk.start, chunk.end)}
    assert all(document.text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
    assert all(offset in covered for offset, character in enumerate(text) if not character.isspace())


def test_no_chunk_runs_across_sections_of_the_included_course():
    [document] = next(iter(read_course(COURSE).read())).documents

    chunks = list(split(document, Chunking()))

    assert {chunk.place for chunk in chunks} == {section.place for section in document.sections}
    assert all(document.place_at(chunk.start) == chunk.place == document.place_at(chunk.end - 1) for chunk in chunks)
