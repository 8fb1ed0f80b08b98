import pytest

from corpus import read_course
from eval.alterations import FALSE, TRUE
from eval.checker import ELSEWHERE, cases, judge, main, table
from rag.chunking import Chunking, split
from tests.conftest import COURSE


@pytest.fixture(scope="module")
def chunks():
    return [c for file in read_course(COURSE).read() for doc in file.documents for c in split(doc, Chunking())]


def test_the_same_seed_draws_the_same_cases(chunks):
    assert cases(chunks, "en", 5, seed=1) == cases(chunks, "en", 5, seed=1)
    assert cases(chunks, "en", 5, seed=1) != cases(chunks, "en", 5, seed=2)


def test_no_more_of_a_kind_than_asked_for_and_each_from_its_passage(chunks):
    drawn = cases(chunks, "en", 3)

    assert {case.kind for case in drawn} <= {*TRUE, *FALSE, ELSEWHERE}
    assert all(sum(case.kind == kind for case in drawn) <= 3 for kind in {case.kind for case in drawn})
    assert all((case.source in " ".join(case.passage.text.split())) == (case.kind != ELSEWHERE) for case in drawn)


def test_the_check_holds_on_the_included_course(chunks):
    """What the table promises: the course's own words pass, and none of its altered sentences does."""
    judged = judge(cases(chunks, "en", 60), "en")

    assert [one for one in judged if one.case.kind in TRUE and one.support != "supported"] == []
    assert [one for one in judged if one.case.kind not in TRUE and one.support == "supported"] == []
    assert sum(one.case.kind not in TRUE for one in judged) > 100


def test_the_table_gives_shares_of_each_kind(chunks):
    rows = table(judge(cases(chunks, "en", 4), "en")).splitlines()

    assert rows[2] == "| true: verbatim           |    4 | 1.000 | 0.000 | 0.000 |"


def test_the_command_prints_the_table(chunks, capsys):
    main(["--course", str(COURSE), "--sample", "2", "--show", "verbatim"])

    printed = capsys.readouterr().out
    assert "| false: negation added" in printed
    assert "ms each" in printed
