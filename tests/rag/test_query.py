from rag.query import Query


def test_a_guessed_word_counts_for_less():
    query = Query("", ("gate", "lsmt", "exam"), {"lsmt": "lstm"})

    assert query.searched == ["gate", "lstm", "exam"]
    assert query.credits({"gate", "lstm"}) == {"gate": 1.0, "lsmt": 0.8, "exam": 0.0}
    assert query.credits({"gate", "lsmt"})["lsmt"] == 1.0


def test_an_acronym_counts_as_what_it_stands_for():
    query = Query("", ("ehr",), acronyms={"ehr": frozenset({"health", "record"})})

    assert query.searched == ["ehr", "health", "record"]
    assert query.credits({"health", "record"}) == {"ehr": 1.0}
