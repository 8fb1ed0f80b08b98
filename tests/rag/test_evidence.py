import pytest

from corpus import read_course
from rag.building import build
from rag.chunking import Chunking
from rag.evidence import gather
from rag.retrieval import Retriever
from tests.rag.test_reading import WordReader


def test_the_sentence_that_answers_comes_first(biology_retriever):
    hits = biology_retriever.search("How do plants store energy?")

    evidence = gather("How do plants store energy?", hits, biology_retriever)

    assert evidence.quotes[0].text == "Plants store energy as starch."


def test_a_sentence_that_opens_on_what_came_before_brings_it_along(biology_retriever):
    question = "four phases: prophase, metaphase, anaphase, telophase"

    best = gather(question, biology_retriever.search(question), biology_retriever).quotes[0]

    assert best.text.startswith("Mitosis divides one nucleus")
    assert best.text.endswith("telophase.")


def test_every_quote_is_a_true_slice(biology_retriever):
    documents = biology_retriever.index.documents

    quotes = gather("cell energy", biology_retriever.search("cell energy"), biology_retriever).quotes

    assert quotes
    assert all(documents[quote.chunk.doc_id].text[quote.start : quote.end] == quote.text for quote in quotes)


def test_confidence_tells_what_the_course_is_about(biology_retriever):
    def confidence(question):
        return gather(question, biology_retriever.search(question), biology_retriever).confidence

    assert confidence("How do plants store energy?") > 0.8
    assert confidence("When is the exam?") < 0.3


def test_nothing_found_is_no_evidence(biology_retriever):
    evidence = gather("zebra", [], biology_retriever)

    assert evidence.quotes == ()
    assert evidence.confidence == 0.0


def test_excerpts_are_whole_sentences_around_the_best_of_each_passage(biology_retriever):
    question = "How do plants store energy?"
    evidence = gather(question, biology_retriever.search(question), biology_retriever)

    excerpts = evidence.excerpts(2, words=6, language="en")

    assert excerpts[0] == "Mitochondria release energy from glucose. Plants store energy as starch."
    assert len(excerpts) == 2


def test_of_two_near_sentences_the_one_that_was_read_to_answer_is_first(biology_retriever):
    question = "How do plants store energy?"
    reader = WordReader("Mitochondria release")

    evidence = gather(question, biology_retriever.search(question), biology_retriever, reader)

    assert evidence.quotes[0].text == "Plants store energy as starch."  # much nearer: reading does not outweigh it
    assert evidence.quotes[1].text == "Mitochondria release energy from glucose."
    assert reader.texts


def test_other_languages_are_not_read_with_english_weights(biology, embedder):
    (biology / "course.toml").write_text('language = "de"\n', encoding="utf-8")
    retriever = Retriever(build(read_course(biology), embedder, Chunking()), embedder)
    reader = WordReader("starch")

    gather("starch", retriever.search("starch"), retriever, reader)

    assert reader.texts == []


def test_two_short_sentences_that_answer_about_as_well_are_both_shown(biology, embedder):
    (biology / "cells.md").write_text(
        "# Heart\n\nThe heart pumps blood through the body.\n\n"
        "# Blood\n\nBlood of the heart carries oxygen to the body.\n",
        encoding="utf-8",
    )
    retriever = Retriever(build(read_course(biology), embedder, Chunking()), embedder)

    evidence = gather("heart blood body", retriever.search("heart blood body"), retriever)

    assert [quote.text for quote in evidence.answer] == [
        "The heart pumps blood through the body.",
        "Blood of the heart carries oxygen to the body.",
    ]


def test_a_question_of_the_course_is_no_answer(biology, embedder):
    (biology / "cells.md").write_text("# Starch\n\nHow do plants store energy? They make grains.\n", encoding="utf-8")
    retriever = Retriever(build(read_course(biology), embedder, Chunking()), embedder)
    question = "How do plants store energy?"

    evidence = gather(question, retriever.search(question), retriever)

    assert evidence.confidence <= 0.5


def test_a_comparison_is_answered_for_both_sides(biology_retriever):
    question = "mitosis vs meiosis"

    evidence = gather(question, biology_retriever.search(question), biology_retriever)

    assert [quote.text for quote in evidence.answer] == [
        "Mitosis divides one nucleus into two equal nuclei.",
        "Meiosis makes four cells with half the chromosomes.",
    ]


def test_a_comparison_with_what_the_course_does_not_have_is_as_unsure_as_that(biology_retriever):
    def confidence(question):
        return gather(question, biology_retriever.search(question), biology_retriever).confidence

    assert confidence("mitosis vs meiosis") > 0.5 > confidence("mitosis vs osmosis")


@pytest.mark.parametrize(
    ("question", "choice", "proof"),
    [
        (
            "Plants store energy as ____. A) glucose B) starch C) iron",
            "starch",
            "Plants store energy as starch.",
        ),
        (
            "What releases energy? A) meiosis B) starch C) mitochondria",
            "mitochondria",
            "Mitochondria release energy from glucose.",
        ),
        (
            "____ divides one nucleus, ____ makes four cells. A) starch; meiosis B) mitosis; nuclei",
            "mitosis; nuclei",
            "Mitosis divides one nucleus into two equal nuclei.",
        ),
    ],
)
def test_the_option_is_chosen_that_a_sentence_bears_out(biology_retriever, question, choice, proof):
    evidence = gather(question, biology_retriever.search(question), biology_retriever)

    assert evidence.choice == choice
    assert [quote.text for quote in evidence.answer] == [proof]


def test_no_option_is_chosen_that_the_course_does_not_name(biology_retriever):
    question = "How do plants store energy? A) as oil B) as wood C) 42"

    evidence = gather(question, biology_retriever.search(question), biology_retriever)

    assert not evidence.choice
    assert evidence.answer[0].text == "Plants store energy as starch."


@pytest.mark.parametrize(
    ("options", "is_chosen"),
    [
        ("A) starch B) oil C) fat", False),  # the sentence would bear out either
        ("A) starch energy B) fat energy", False),  # "forget gate", "input gate"
        ("A) oil B) fat C) sugar", True),
        ("A) fat of animals B) fat C) oil", True),  # one inside the other
        ("A) fat; starch B) starch; fat", True),  # the same words
    ],
)
def test_a_sentence_that_names_several_options_chooses_none_and_is_quoted(biology, embedder, options, is_chosen):
    said = "Plants store energy as starch, and animals store energy as fat."
    (biology / "cells.md").write_text(f"# Cells\n\n{said}\n", encoding="utf-8")
    retriever = Retriever(build(read_course(biology), embedder, Chunking()), embedder)
    question = f"Plants store energy as ____, animals store energy as ____. {options}"

    evidence = gather(question, retriever.search(question), retriever)

    assert bool(evidence.choice) == is_chosen
    assert [quote.text for quote in evidence.answer] == [said]


def test_an_aim_of_the_course_is_no_answer(biology, embedder):
    (biology / "cells.md").write_text(
        "# Starch\n\n- Describe how plants store energy as starch\n\nPlants keep their energy in starch.\n",
        encoding="utf-8",
    )
    retriever = Retriever(build(read_course(biology), embedder, Chunking()), embedder)
    question = "How do plants store energy as starch?"

    evidence = gather(question, retriever.search(question), retriever)

    assert evidence.quotes[0].text == "Plants keep their energy in starch."


def test_a_sentence_that_goes_on_about_the_first_is_shown_with_it(biology, embedder):
    text = "The heart pumps blood. Its own blood feeds the heart."
    (biology / "cells.md").write_text(f"# Heart\n\n{text}\n", encoding="utf-8")
    retriever = Retriever(build(read_course(biology), embedder, Chunking()), embedder)

    evidence = gather("heart blood", retriever.search("heart blood"), retriever)

    assert evidence.quotes[0].text == "The heart pumps blood."
    assert [quote.text for quote in evidence.answer] == [text]


@pytest.fixture
def cells(tmp_path, embedder):
    (tmp_path / "cells.md").write_text(
        "# White blood cells\n\nWhite blood cells act alone. Neutrophils are the first cells at an infection.\n\n"
        "# Helpers\n\nThe helper cells cannot act alone. They call for others.\n",
        encoding="utf-8",
    )
    return Retriever(build(read_course(tmp_path), embedder, Chunking()), embedder)


def test_a_sentence_that_says_the_contrary_is_no_answer(cells):
    question = "Which cells are the last cells at an infection?"

    evidence = gather(question, cells.search(question), cells)

    assert evidence.confidence == 0.0
    assert evidence.answer == ()


def test_where_another_sentence_says_what_is_asked_that_answers(cells):
    affirmed = gather("Which blood cells act alone?", cells.search("cells act alone"), cells)
    negated = gather("Which blood cells cannot act alone?", cells.search("cells act alone"), cells)

    assert affirmed.answer[0].text == "White blood cells act alone."
    assert negated.answer[0].text == "The helper cells cannot act alone."
    assert all("White" not in quote.text for quote in negated.quotes)
