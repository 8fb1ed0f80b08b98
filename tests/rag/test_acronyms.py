import pytest

from rag.acronyms import find_acronyms, spelled_out


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Electronic Health Records (EHR) hold notes.", {"ehr": {"electron", "health", "record"}}),
        (
            "Long short-term memory networks (LSTMs) have gates.",
            {"lstm": {"long", "short", "term", "memori", "network"}},
        ),
        ("Notes of magnetic resonance imaging (MRI).", {"mri": {"magnet", "reson", "imag"}}),
        ("A model (Figure) of it.", {}),
        ("The firm (IBM) grew.", {}),
        ("(NASA) opens the text.", {}),
        ("Deep nets (DN) and digital notes (DN).", {"dn": {"deep", "net"}}),
    ],
)
def test_an_acronym_is_what_the_course_explains_as_one(text, found):
    assert find_acronyms([text]) == found


def test_what_a_text_has_is_known_short_and_spelled_out():
    acronyms = {"ehr": frozenset({"electron", "health", "record"})}

    assert spelled_out({"ehr", "notes"}, acronyms) == {"ehr", "notes", "electron", "health", "record"}
    assert spelled_out({"electron", "health", "record"}, acronyms) == {"ehr", "electron", "health", "record"}
    assert spelled_out({"health", "record"}, acronyms) == {"health", "record"}
