from pathlib import Path

import pytest

from rag.settings import PACKAGED, Settings


def test_without_an_environment_everything_is_packaged():
    settings = Settings.from_environment({})

    assert (settings.model, settings.embedder, settings.threads) == (PACKAGED, PACKAGED, 0)
    assert settings.data.name == "coursecite"


def test_each_field_has_its_variable(tmp_path):
    environment = {
        "COURSECITE_DATA": str(tmp_path),
        "COURSECITE_MODEL": "m.gguf",
        "COURSECITE_MODEL_KEY": "k",
        "COURSECITE_ADAPTER": "a.gguf",
        "COURSECITE_EMBEDDER": "e",
        "COURSECITE_RERANKER": "r",
        "COURSECITE_ANSWERS": "written",
        "COURSECITE_STRICTNESS": "0.7",
        "COURSECITE_THREADS": "3",
        "COURSECITE_DATABASE": "sqlite:///d",
    }

    expected = Settings(Path(tmp_path), "m.gguf", "k", "a.gguf", "e", "r", "written", 0.7, 3, "sqlite:///d")
    assert Settings.from_environment(environment) == expected


def test_what_only_a_server_needs_has_its_variables_too():
    settings = Settings.from_environment(
        {
            "COURSECITE_LOG": "json",
            "COURSECITE_LOG_QUESTIONS": "1",
            "COURSECITE_LINE": "7",
            "COURSECITE_QUESTIONS_PER_MINUTE": "8",
            "COURSECITE_REQUESTS_PER_MINUTE": "9",
            "COURSECITE_ORIGINS": "https://a.example/, http://b.example:8080",
        }
    )

    assert (settings.log, settings.log_questions) == ("json", True)
    assert (settings.line, settings.questions_per_minute, settings.requests_per_minute) == (7, 8, 9)
    assert settings.origins == ("https://a.example", "http://b.example:8080")


def test_what_may_be_secret_is_not_shown_by_chance(tmp_path):
    settings = Settings(tmp_path, model_key="hunter2", database="postgresql://u:hunter2@host/db")

    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("THREADS", "many"),
        ("ANSWERS", "guessed"),
        ("STRICTNESS", "high"),
        ("STRICTNESS", "1.5"),
        ("LOG", "loud"),
        ("LOG_QUESTIONS", "perhaps"),
        ("LINE", "0"),
        ("QUESTIONS_PER_MINUTE", "-1"),
        ("REQUESTS_PER_MINUTE", "1e3"),
        ("ORIGINS", "*"),
        ("ORIGINS", "a.example"),
        ("ORIGINS", "https://a.example/path"),
    ],
)
def test_a_value_that_is_none_is_named(name, value):
    with pytest.raises(ValueError, match=f"COURSECITE_{name}"):
        Settings.from_environment({f"COURSECITE_{name}": value})
