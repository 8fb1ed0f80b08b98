import time

import pytest

from rag.support import check

PASSAGE = (
    "LSTMs use a memory cell, input gate, output gate, and forget gate to control the flow of information. "
    "HIPAA was signed in 1996 and does not cover 12 % of cases."
)


@pytest.mark.parametrize(
    ("sentence", "support"),
    [
        ("LSTMs use a memory cell, input gate, output gate, and forget gate.", "supported"),
        ("An LSTM uses memory cells and an input gate to control information flow.", "supported"),
        ("HIPAA was signed in 1996 and does not cover 12 % of cases.", "supported"),
        ("HIPAA was signed in 1986 and does not cover 12 % of cases.", "unsupported"),
        ("HIPAA was signed in 1996 and does not cover 13 % of cases.", "unsupported"),
        ("GDPR was signed in 1996 and does not cover 12 % of cases.", "unsupported"),
        ("The law GDPR was signed in 1996 and does not cover 12 % of cases.", "unsupported"),
        ("The flow of information controls the forget gate, output gate, input gate and memory cell.", "weak"),
        ("Transformers attend to every token of a sequence at once.", "unsupported"),
        ("It is.", "unsupported"),
    ],
)
def test_verdicts(sentence, support):
    passage = PASSAGE if "HIPAA" in sentence or "GDPR" in sentence else PASSAGE.split(". ", maxsplit=1)[0]

    assert check(sentence, passage).support == support


@pytest.mark.parametrize(
    ("sentence", "passage"),
    [
        # What was only left out: a leading phrase, a parenthesis, a tail, a whole conjunct.
        ("HIPAA was signed.", "In 1996, HIPAA was signed."),
        ("The brain stem controls breathing.", "The brain stem (see Figure 3) controls breathing."),
        ("Neurons fire.", "Neurons, which are cells of the brain, fire."),
        ("Plants store starch.", "Plants store starch, but animals do not."),
        ("Mitosis has four phases.", "Mitosis has four phases: prophase, metaphase, anaphase and telophase."),
        # What says the same in other words or another order.
        ("HIPAA was signed in 1996.", "In 1996, HIPAA was signed."),
        ("By nature, cells divide.", "Cells divide by nature."),
        ("Mitosis has 4 phases.", "Mitosis has four phases."),
        ("It covers 12 percent of cases.", "It covers 12% of cases."),
        ("1,000 cells divide.", "1000 cells divide."),
        ("Cells have no nucleus.", "Cells do not have a nucleus."),
        ("Cells also divide.", "Cells divide."),
        ("Cells may divide.", "Cells divide."),
        ("Cells with a nucleus divide.", "All cells with a nucleus divide."),
        ("Cells divide, and plants store starch.", "Cells divide. Plants store starch."),
        ("Osteoblasts build bone.", "Osteoblasts are cells. They build bone."),
        ("Electronic Health Records (EHRs) are digital.", "Electronic Health Records are digital."),
    ],
)
def test_shortened_joined_and_reworded_sentences_stay_supported(sentence, passage):
    assert check(sentence, passage).support == "supported"


@pytest.mark.parametrize(
    ("sentence", "passage"),
    [
        ("Enzymes are used up in a reaction.", "Enzymes are not used up in a reaction."),
        ("Enzymes aren't proteins at all.", "Enzymes are proteins at all."),
        ("Mitosis never halves the chromosomes.", "Mitosis halves the chromosomes."),
        ("Cells have a nucleus.", "Cells have no nucleus."),
        ("Cells without a nucleus divide.", "Cells with a nucleus divide."),
        ("Some cells divide and others do.", "Some cells divide and others do not."),
        ("Enzyme werden verbraucht.", "Enzyme werden nicht verbraucht."),
    ],
)
def test_a_negation_on_one_side_only_is_no_support(sentence, passage):
    language = "de" if "verbraucht" in sentence else "en"

    assert check(sentence, passage, language).support == "unsupported"


def test_a_negation_of_another_clause_takes_nothing_away():
    passage = "Plants store starch, but animals do not store it."

    assert check("Plants store starch.", passage).support == "supported"
    assert check("Animals store starch.", "Animals do not store starch, but plants do.").support == "unsupported"


@pytest.mark.parametrize(
    ("sentence", "passage"),
    [
        ("The dose is 5 kg.", "The dose is 5 mg."),
        ("The dose is 50 mg.", "The dose is 5 mg."),
        ("Children talk at 2 months.", "Children talk at 2 years."),
        ("Water boils at 100 °F.", "Water boils at 100 °C."),
        ("It has three gates.", "It has two gates."),
        ("It weighs -5 kg.", "It weighs 5 kg."),
    ],
)
def test_numbers_and_their_units_are_exact(sentence, passage):
    assert check(sentence, passage).support == "unsupported"


def test_numbers_that_changed_places_prove_nothing():
    assert check("15 neurons and 12 glia.", "12 neurons and 15 glia.").support == "weak"


@pytest.mark.parametrize(
    ("sentence", "passage"),
    [
        ("The dose decreases with age.", "The dose increases with age."),
        ("Sleep comes after learning.", "Sleep comes before learning."),
        ("Adults sleep less than children.", "Adults sleep more than children."),
        ("The task is impossible.", "The task is possible."),
        ("Doctors must prescribe it.", "Doctors may prescribe it."),
    ],
)
def test_the_opposite_is_unsupported(sentence, passage):
    assert check(sentence, passage).support == "unsupported"


@pytest.mark.parametrize(
    ("sentence", "passage"),
    [
        ("Illness causes stress.", "Stress causes illness."),
        ("Stress is caused by illness.", "Stress causes illness."),
        ("Stress causes illness.", "Stress is caused by illness."),
        ("He was ill because he was tired.", "He was tired because he was ill."),
        ("Signals travel to the eye.", "Signals travel from the eye."),
        ("Mice hunt cats at night.", "Cats hunt mice at night."),
    ],
)
def test_who_does_what_to_whom_is_kept(sentence, passage):
    assert check(sentence, passage).support != "supported"


@pytest.mark.parametrize(
    ("sentence", "passage"),
    [
        ("Smoking causes cancer.", "Smoking may cause cancer."),
        ("Cells divide.", "Some cells divide."),
        ("All cells divide.", "Cells divide."),
        ("Few cells divide.", "Cells divide."),
        ("Cells always divide.", "Cells divide."),
        ("Cells divide.", "Cells divide if they are large."),
        ("Cells divide.", "Unless they are old, cells divide."),
        ("The network converges.", "The network fails to converge."),
        ("The earth is flat.", "People once believed that the earth is flat."),
        ("The ego mediates.", "According to Freud, the ego mediates."),
        ("He was tired because he was ill.", "He was tired. He was ill."),
    ],
)
def test_what_limits_a_claim_may_not_be_dropped_and_what_widens_it_not_added(sentence, passage):
    assert check(sentence, passage).support != "supported"


@pytest.mark.parametrize(
    ("sentence", "passage"),
    [
        ("Freud studied myths.", "Freud studied dreams. Jung studied myths."),
        ("Cats and dogs eat bones.", "Cats eat mice and birds. Dogs eat bones."),
        ("Phenotypes hold the genes.", "Phenotypes are what is seen.\n- Chromosomes hold the genes."),
    ],
)
def test_a_subject_with_what_is_said_of_another_is_not_supported(sentence, passage):
    assert check(sentence, passage).support == "weak"


@pytest.mark.parametrize(
    ("sentence", "passage"),
    [
        ("Plants store fat.", "Plants store starch, but animals store fat."),
        ("Plants store starch and fat.", "Plants store starch, but animals store fat."),
        ("Mitosis makes four cells.", "Mitosis divides one nucleus and meiosis makes four cells."),
        ("The first phase lowers it.", "The first phase raises blood pressure, while the second phase lowers it."),
        (
            "Acids with no bonds are unsaturated.",
            "Acids with no bonds are saturated; those with bonds are unsaturated.",
        ),
        ("Ethics in research were tolerated.", "Ethics in research is new, and practices were tolerated."),
        ("The male worm may reach a meter.", "The male worm is small; females may reach a meter."),
        ("Old vaccines treat it.", "Old vaccines are used to prevent it, whereas others are used to treat it."),
    ],
)
def test_a_subject_with_what_is_said_of_another_in_the_same_sentence_is_not_supported(sentence, passage):
    assert check(sentence, passage).support != "supported"
    assert check(passage, passage).support == "supported"


@pytest.mark.parametrize(
    ("sentence", "passage"),
    [
        ("Animals store fat.", "Plants store starch, but animals store fat."),
        ("Red cells live long.", "Red cells and white cells live long."),
        ("LSTMs need gates.", "LSTMs need a memory cell and small gates."),
        ("LSTMs use cells to keep state.", "LSTMs use cells, input gates and output gates to keep state."),
        ("LSTMs keep state.", "LSTMs use gates and keep state."),
    ],
)
def test_lists_and_what_is_said_of_the_same_subject_may_be_shortened(sentence, passage):
    assert check(sentence, passage).support == "supported"


def test_a_part_of_a_phrase_does_not_take_its_place():
    assert check("The cell is complex.", "The structure of the cell is complex.").support == "weak"


def test_one_word_that_the_passage_lacks_is_too_many():
    passage = "Penicillin stops bacteria from building their cell walls during growth."

    assert check(passage.replace("walls", "membranes"), passage).support == "weak"


@pytest.mark.parametrize(("context", "support"), [("Biology. Lysosomes", "supported"), ("Biology. Cells", "weak")])
def test_a_pronoun_may_be_replaced_by_the_heading_above(context, support):
    assert check("Lysosomes digest worn-out parts.", "They digest worn-out parts.", context=context).support == support


def test_the_heading_does_not_replace_a_subject_that_is_no_pronoun():
    passage = "Mitochondria digest worn-out parts."

    assert check("Lysosomes digest worn-out parts.", passage, context="Lysosomes").support != "supported"


def test_the_dots_of_abbreviations_end_no_sentence():
    passage = "Several bacteria (e.g., E. coli and Salmonella spp.) grow at 37 °C."

    assert check("Several bacteria grow at 37 °C.", passage).support == "supported"


def test_the_score_is_the_share_of_content_words_found():
    assert check("cells store starch and glycogen", "Plants store starch in cells").score == pytest.approx(3 / 4)


def test_a_check_takes_well_under_a_millisecond():
    passages = [f"{PASSAGE} It was number {number} of many." for number in range(200)]
    for passage in passages:
        check(PASSAGE, passage)

    start = time.process_time()
    for passage in passages:
        check(PASSAGE, passage)

    assert (time.process_time() - start) / len(passages) < 0.001
