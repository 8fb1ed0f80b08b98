from rag.terms import numbers, overlap, stem, terms, words


def test_terms_are_stems_of_content_words():
    assert terms("What are the gates of an LSTM?") == ["gate", "lstm"]
    assert terms("The patient's records") == ["patient", "record"]


def test_words_fold_compatibility_forms_and_case():
    assert words("ﬁnal Straße’s") == ["final", "strasse's"]


def test_other_languages_are_stemmed_by_their_own_rules_and_unknown_ones_not_at_all():
    assert stem("zellen", "de") == "zell"
    assert stem("zellen", "xx") == "zellen"


def test_numbers_are_exact_but_for_thousands_separators():
    assert numbers("1,000 of 3.5 in 1986") == {"1000", "3.5", "1986"}


def test_overlap_is_the_share_of_what_is_wanted():
    assert overlap(["a", "b"], ["b", "c"]) == 0.5
    assert overlap([], ["a"]) == 1.0
