from dataclasses import replace

import numpy as np
import pytest

from corpus import read_course
from rag.building import build
from rag.chunking import Chunking
from rag.keywords import KeywordIndex
from rag.retrieval import SEARCHES, Retriever, blended, fused_by_ranks
from rag.terms import terms


def test_bm25_equals_its_formula():
    texts = ["gates of the cell", "a cell has a cell wall", "plants store starch energy", "energy"]
    index = KeywordIndex(texts, "en")
    documents = [terms(text) for text in texts]
    average = np.mean([len(document) for document in documents])

    def expected(document):
        total = 0.0
        for term in ("cell", "energi"):
            frequency = document.count(term)
            containing = sum(term in other for other in documents)
            idf = np.log(1 + (len(texts) - containing + 0.5) / (containing + 0.5))
            total += idf * frequency / (frequency + 1.2 * (1 - 0.75 + 0.75 * len(document) / average))
        return total

    scores = index.scores("cell energies?")

    # Lucene's variant leaves the constant factor (k1 + 1) out, which changes no order.
    np.testing.assert_allclose(scores, [expected(document) for document in documents], rtol=1e-5)


def test_keyword_search_leaves_out_what_shares_no_term():
    index = KeywordIndex(["cell wall", "starch"], "en")

    assert [row for row, _ in index.search("the cell's membrane", 5)] == [0]
    assert index.search("the and of", 5) == []
    assert index.search("zebra", 5) == []


def test_rare_terms_weigh_more_and_unknown_ones_most():
    index = KeywordIndex(["cell wall", "cell membrane", "cell"], "en")

    assert index.idf("cell") < index.idf("wall") < index.idf("zebra")
    assert index.knows("wall")
    assert not index.knows("zebra")


def test_blending_weighs_each_score_as_a_share_of_its_best():
    keyword, cosine = np.array([8, 4, 0], dtype=np.float32), np.array([0.3, 0.6, -0.2], dtype=np.float32)

    assert blended(keyword, cosine) == pytest.approx([0.6 + 0.4 / 2, 0.6 / 2 + 0.4, 0.0])
    assert blended(np.zeros(2, dtype=np.float32), cosine[:2]) == pytest.approx([0.2, 0.4])


def test_a_typo_finds_what_was_meant(biology_retriever):
    assert biology_retriever.query("phases of mitsois").searched == ["phase", "mitosi"]
    assert biology_retriever.search("phases of mitsois")[0].chunk.place.headings == ("Cells", "Mitosis")


def test_a_question_is_mended_in_an_english_course_alone(biology_retriever, monkeypatch):
    assert biology_retriever.mended("Explaain the phases of mitsois") == "Explain the phases of mitosis"
    index = biology_retriever.index
    monkeypatch.setattr(biology_retriever, "index", replace(index, reading=replace(index.reading, language="de")))
    assert biology_retriever.mended("Explaain the phases of mitsois") == "Explaain the phases of mitsois"


def test_an_acronym_finds_what_it_stands_for(biology, embedder):
    (biology / "acids.md").write_text(
        "# Acids\n\nDeoxyribonucleic acid (DNA) is a molecule.\n\n# Rest\n\nDNA holds genes.\n"
    )
    retriever = Retriever(build(read_course(biology), embedder, Chunking()), embedder)

    assert retriever.query("what is dna").searched == ["dna", "acid", "deoxyribonucl"]
    assert retriever.query("deoxyribonucleic acid").searched == ["deoxyribonucl", "acid", "dna"]


def test_words_that_only_frame_a_question_are_not_its_subject(biology_retriever):
    assert biology_retriever.query("mitosis definition").wanted == ("mitosi",)
    assert biology_retriever.query("explain the differences").wanted == ("explain", "differ")


def test_search_finds_the_section(biology_retriever):
    best = biology_retriever.search("phases of mitosis")[0].chunk

    assert best.place.headings == ("Cells", "Mitosis")


def test_hits_are_sorted_and_limited(biology_retriever):
    hits = biology_retriever.search("cells", k=2)

    assert len(hits) == 2
    assert hits[0].score >= hits[1].score


def test_a_summary_that_repeats_the_course_takes_no_place(biology, embedder):
    (biology / "summary.md").write_text(
        "# Summary\n\n- A cell is the smallest unit of life.\n- Plants store energy as starch.\n", encoding="utf-8"
    )
    retriever = Retriever(build(read_course(biology), embedder, Chunking()), embedder)

    found = [hit.chunk.doc_id for hit in retriever.search("Plants store energy as starch.", k=10)]

    assert "summary.md" in retriever.index.documents
    assert "summary.md" not in found


def test_each_search_can_be_asked_alone(biology_retriever):
    question = "What are the phases of mitosis?"
    found = {search: biology_retriever.search_by(search, question) for search in SEARCHES}

    [scores, vector] = [biology_retriever.keywords.scores(question), biology_retriever.embedder.embed([question])[0]]
    rows = {chunk: row for row, chunk in enumerate(biology_retriever.index.chunks)}
    assert found["blended"] == biology_retriever.search(question)
    assert [hit.score for hit in found["keywords"]] == sorted((float(s) for s in scores if s > 0), reverse=True)
    assert all(
        hit.score == pytest.approx(float(biology_retriever.index.vector(rows[hit.chunk]) @ vector))
        for hit in found["vectors"]
    )
    ranks = {
        search: {hit.chunk: rank for rank, hit in enumerate(found[search], start=1)}
        for search in ("keywords", "vectors")
    }
    for hit in found["reciprocal_ranks"]:
        assert hit.score == pytest.approx(sum(1 / (60 + of[hit.chunk]) for of in ranks.values() if hit.chunk in of))


def test_ranks_are_fused_by_the_sum_of_their_reciprocals():
    assert fused_by_ranks([[3, 1], [1, 2]]) == [
        (1, pytest.approx(1 / 62 + 1 / 61)),
        (3, pytest.approx(1 / 61)),
        (2, pytest.approx(1 / 62)),
    ]
    assert fused_by_ranks([[], []]) == []
