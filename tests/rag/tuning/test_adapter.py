"""An adapter from data to file, on tiny models of two architectures with random weights; and the packaged one."""

import json
from pathlib import Path

import gguf
import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

from rag import prompts
from rag.llm.llama import LlamaModel
from rag.models import adapter_name, find_adapter, find_gguf
from rag.settings import NO_ADAPTER, PACKAGED
from rag.tuning.adapter import (
    AdapterRecipe,
    AdapterTraining,
    Base,
    answer_loss,
    chat_text,
    prompts_of,
    tokenised,
    with_adapter,
)
from rag.tuning.gguf_adapter import Shape, write_adapter
from rag.tuning.quoting import build_quotings
from tests.rag.tuning.material import write_material

# peft asks transformers for a name that is going away.
pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning")

RECIPE = AdapterRecipe(epochs=6, rate=4e-2, together=2, rank=4, alpha=8)
SHAPE = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 300,
}
TEMPLATE = (
    "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


def bytes_tokeniser() -> PreTrainedTokenizerFast:
    """One token for each byte."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    own = Tokenizer(models.BPE(vocab={letter: i for i, letter in enumerate(["<end>", *letters])}, merges=[]))
    own.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    own.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=own, eos_token="<end>", chat_template=TEMPLATE)


def llama() -> Base:
    torch.manual_seed(0)
    return Base(LlamaForCausalLM(LlamaConfig(**SHAPE)), bytes_tokeniser())


def qwen() -> Base:
    torch.manual_seed(0)
    return Base(Qwen2ForCausalLM(Qwen2Config(**SHAPE)), bytes_tokeniser())


@pytest.fixture(scope="module")
def quotings(tmp_path_factory: pytest.TempPathFactory):
    return build_quotings(write_material(tmp_path_factory.mktemp("material")), count=4)


@pytest.fixture(scope="module")
def packaged() -> Path:
    return find_gguf(PACKAGED, Path())


def curve(folder: Path) -> list[float]:
    lines = (folder / "adapter-curve.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["loss"] for line in lines]


def test_only_the_answer_is_learnt(quotings):
    tokeniser = bytes_tokeniser()
    example = tokenised(quotings[0], tokeniser)

    assert tokeniser.decode(example.ids[: example.first]) == chat_text(tokeniser, quotings[0].messages)
    assert tokeniser.decode(example.ids[example.first : -1]) == quotings[0].answer
    assert example.ids[-1] == tokeniser.eos_token_id


def test_side_by_side_the_loss_is_the_mean_of_the_losses_alone(quotings):
    base = llama()
    model = with_adapter(base.network, RECIPE)
    batch = prompts_of([tokenised(quoting, base.tokeniser) for quoting in quotings])
    alone = [answer_loss(model, one).item() for one in batch.one_by_one()]

    assert len({len(one.ids[0]) for one in batch.one_by_one()}) > 1  # so that some are padded
    assert answer_loss(model, batch).item() == pytest.approx(sum(alone) / len(alone), rel=1e-4)


@pytest.mark.parametrize(("base", "architecture"), [(llama, "llama"), (qwen, "qwen2")])
def test_any_architecture_learns_and_its_adapter_has_a_file(tmp_path, quotings, base, architecture):
    training = AdapterTraining(quotings, base(), tmp_path, RECIPE)
    training.run()
    path = tmp_path / "adapter.gguf"
    write_adapter(path, training.weights(), training.shape, RECIPE.alpha, {"name": "tiny"})

    losses = curve(tmp_path)
    assert losses[-1] < losses[0] - 0.1
    names = {tensor.name: tuple(tensor.shape) for tensor in gguf.GGUFReader(path).tensors}
    assert len(names) == 2 * 7 * SHAPE["num_hidden_layers"]  # two halves of seven layers in each block
    assert names["blk.1.attn_k.weight.lora_b"] == (RECIPE.rank, 16)  # GGUF names the last dimension first
    assert training.shape == Shape(architecture, 2, 4, 2)


def test_a_run_that_was_stopped_goes_on_to_the_same_weights(tmp_path, quotings):
    whole = AdapterTraining(quotings, llama(), tmp_path / "whole", RECIPE)
    whole.run()
    AdapterTraining(quotings, llama(), tmp_path / "parts", RECIPE).run(stop_after=2)
    resumed = AdapterTraining(quotings, llama(), tmp_path / "parts", RECIPE)
    resumed.run()

    assert curve(tmp_path / "parts") == curve(tmp_path / "whole")
    assert all(torch.equal(weight, whole.weights()[name]) for name, weight in resumed.weights().items())


def test_prompts_learnt_side_by_side_on_two_cores_teach_what_they_teach_one_by_one(tmp_path, quotings):
    threads = torch.get_num_threads()
    learnt = []
    for cores in (1, 2):
        torch.set_num_threads(cores)
        training = AdapterTraining(quotings, llama(), tmp_path / str(cores), RECIPE)
        training.run()
        learnt.append(training.weights())
    torch.set_num_threads(threads)

    assert all(torch.allclose(weight, learnt[1][name], atol=1e-5) for name, weight in learnt[0].items())


def test_steps_after_the_last_state_that_was_saved_are_taken_and_noted_once(tmp_path, quotings):
    training = AdapterTraining(quotings, llama(), tmp_path, RECIPE)
    training.run(save_every=2, stop_after=2)
    path = tmp_path / "adapter-curve.jsonl"
    path.write_text(path.read_text(encoding="utf-8") + '{"step": 3, "of": 12, "loss": 9.0}\n', encoding="utf-8")
    resumed = AdapterTraining(quotings, llama(), tmp_path, RECIPE)
    resumed.run()

    assert len(curve(tmp_path)) == resumed.step
    assert 9.0 not in curve(tmp_path)


def test_a_folder_of_another_recipe_is_refused(tmp_path, quotings):
    AdapterTraining(quotings, llama(), tmp_path, RECIPE).run(stop_after=1)

    with pytest.raises(ValueError, match="another recipe"):
        AdapterTraining(quotings, llama(), tmp_path, AdapterRecipe(rank=4, alpha=8)).run()


def test_a_weight_without_a_name_in_gguf_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no name"):
        write_adapter(
            tmp_path / "a.gguf", {"model.odd.lora_A.weight": torch.zeros(2, 2)}, Shape("llama", 1, 1, 1), 8, {}
        )
    with pytest.raises(ValueError, match="know no architecture"):
        write_adapter(tmp_path / "a.gguf", {}, Shape("odd", 1, 1, 1), 8, {})


def test_the_packaged_adapter_is_for_the_packaged_model_alone(tmp_path, packaged):
    found = find_adapter(PACKAGED, packaged)
    assert found is not None
    assert found.name == adapter_name(packaged)

    another = tmp_path / packaged.name
    another.write_bytes(b"GGUF of the same name")
    assert find_adapter(PACKAGED, another) is None
    assert find_adapter(NO_ADAPTER, packaged) is None


@pytest.fixture(scope="module")
def taught(packaged: Path) -> LlamaModel:
    return LlamaModel(packaged, adapter=find_adapter(PACKAGED, packaged))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is a tariff?", "A tariff is a tax on goods that are brought into a country."),
        (
            "Where does photosynthesis take place?",
            "Photosynthesis takes place in the chloroplasts of plant cells, where light is turned into sugar.",
        ),
    ],
)
@pytest.mark.parametrize("number", [1, 2])
def test_the_packaged_model_quotes_and_cites_wherever_the_answer_stands(taught, question, answer, number):
    passages = [
        "A tariff is a tax on goods that are brought into a country. It makes them dearer than those made at home.",
        "Photosynthesis takes place in the chloroplasts of plant cells, where light is turned into sugar. "
        "Oxygen is given off on the way.",
    ]
    passages.sort(key=lambda passage: (answer in passage) == (number == 2))

    draft = "".join(taught.stream(prompts.answer_messages(question, passages), max_tokens=40))

    assert draft.strip() == f"{answer} [{number}]"


def test_an_adapter_changes_what_answers_are_kept_under(taught, packaged):
    assert taught.fingerprint.startswith(LlamaModel(packaged).fingerprint + "+")
    assert taught.name == f"{packaged.stem}+{find_adapter(PACKAGED, packaged).stem}"
