import pytest

from ui.errors import SelfTestNotSaved
from ui.self_tests import SelfTests


def test_a_model_that_was_never_tested_does_not_word_the_answers(tmp_path):
    assert not SelfTests(tmp_path).words_better("m1")


def test_each_model_has_its_own_finding_and_the_last_one_counts(tmp_path):
    SelfTests(tmp_path / "new").remember("m1", words_better=True)
    SelfTests(tmp_path / "new").remember("m2", words_better=True)
    SelfTests(tmp_path / "new").remember("m2", words_better=False)

    assert SelfTests(tmp_path / "new").words_better("m1")
    assert not SelfTests(tmp_path / "new").words_better("m2")


@pytest.mark.parametrize("damaged", ["", "[]", "{", '{"m1": "yes"}'])
def test_a_damaged_file_finds_nothing(tmp_path, damaged):
    (tmp_path / "self-tests.json").write_text(damaged, encoding="utf-8")

    assert not SelfTests(tmp_path).words_better("m1")


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(SelfTestNotSaved, match="cannot be kept"):
        SelfTests(tmp_path / "file").remember("m1", words_better=True)
