"""CrossEncoder: the reader, a network that sees the question and a text together and points at the answer.

As in Devlin et al. (2019), section 4.3: a logit for each token of the text, and one at the first
token for "it does not say". Its embeddings and lower layers are the packaged embedder's; the layers
above come with this package (`rag/weights`), and `rag.tuning` made them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer

from rag.reader import Readout, Text
from rag.sentences import Span

LONGEST_QUESTION = 64
LONGEST_PASSAGE = 380
"""Tokens that are read of a question, and of a passage with its headings; the rest is not."""

_BATCH = 16


@dataclass(frozen=True, slots=True)
class Tokens:
    """A question and a text as the network sees them: [CLS] question [SEP] heading. text [SEP].

    `offsets` are the places of the text's own tokens in it; the first of these stands at `first`.
    """

    ids: list[int]
    segments: list[int]
    first: int
    offsets: list[Span]


class ReaderNetwork(nn.Module):
    """An encoder with two heads: a logit for each token of the text, and one for "it is not here"."""

    def __init__(self, encoder: nn.Module, width: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.here = nn.Linear(width, 1)
        self.nowhere = nn.Linear(width, 1)

    def forward(self, ids: Tensor, segments: Tensor, attended: Tensor, readable: Tensor) -> Tensor:
        """Logits ``[n, 1 + length]`` for token ids ``[n, length]``: "nowhere", then each token; −10⁴ off the text."""
        states = self.encoder(input_ids=ids, token_type_ids=segments, attention_mask=attended).last_hidden_state
        here = self.here(states).squeeze(-1).masked_fill(~readable, -1e4)
        return torch.cat([self.nowhere(states[:, 0]), here], dim=1)

    def save(self, path: Path) -> None:
        """Write what training changed, in half precision."""
        changed = {name for name, parameter in self.named_parameters() if parameter.requires_grad}
        kept = {name: tensor.half().cpu().contiguous() for name, tensor in self.state_dict().items() if name in changed}
        save_file(kept, path)

    def load(self, path: Path) -> None:
        """Take what `save` wrote in the place of what is there."""
        self.load_state_dict({name: tensor.float() for name, tensor in load_file(path).items()}, strict=False)


class Tokeniser:
    """Question + text → Tokens."""

    def __init__(self, folder: Path) -> None:
        self._tokeniser = AutoTokenizer.from_pretrained(folder, local_files_only=True)

    def __call__(self, question: str, text: Text) -> Tokens:
        """The tokens of both, each cut to its longest."""
        asked = self._tokeniser(question, truncation=True, max_length=LONGEST_QUESTION, add_special_tokens=False)
        heading = f"{text.heading}. "
        read = self._tokeniser(
            heading + text.text,
            truncation=True,
            max_length=LONGEST_PASSAGE,
            add_special_tokens=False,
            return_offsets_mapping=True,
        )
        start, separator = self._tokeniser.cls_token_id, self._tokeniser.sep_token_id
        opening = [start, *asked["input_ids"], separator]
        ids = [*opening, *read["input_ids"], separator]
        places = [(first - len(heading), last - len(heading)) for first, last in read["offset_mapping"]]
        offsets = [(first, last) for first, last in places if first >= 0]
        above = len(places) - len(offsets)
        segments = [0] * len(opening) + [1] * (len(ids) - len(opening))
        return Tokens(ids, segments, len(opening) + above, offsets)


def padded(many: Sequence[Tokens]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Ids, segments, what is attended to and what is readable, each ``[n, longest]``, padded with zeros."""
    length = max(len(tokens.ids) for tokens in many)
    ids, segments = (torch.zeros(len(many), length, dtype=torch.long) for _ in range(2))
    attended, readable = (torch.zeros(len(many), length, dtype=torch.bool) for _ in range(2))
    for row, tokens in enumerate(many):
        ids[row, : len(tokens.ids)] = torch.tensor(tokens.ids)
        segments[row, : len(tokens.ids)] = torch.tensor(tokens.segments)
        attended[row, : len(tokens.ids)] = True
        readable[row, tokens.first : tokens.first + len(tokens.offsets)] = True
    return ids, segments, attended, readable


class CrossEncoder:
    """The network in `encoder` (a folder with a BERT-like model) and `weights` (what `ReaderNetwork.save` wrote)."""

    def __init__(self, encoder: Path, weights: Path) -> None:
        self._tokeniser = Tokeniser(encoder)
        self._network = reader_network(encoder)
        self._network.load(weights)
        self._network.eval()
        self.name = f"reader-{hashlib.sha256(weights.read_bytes()).hexdigest()[:12]}"

    def read(self, question: str, texts: Sequence[Text]) -> list[Readout]:
        """Read each text with the question in mind."""
        tokens = [self._tokeniser(question, text) for text in texts]
        # Alike lengths together: a batch is as long as its longest, and padding costs as much as words.
        order = sorted(range(len(tokens)), key=lambda i: len(tokens[i].ids))
        readings: dict[int, Readout] = {}
        for at in range(0, len(order), _BATCH):
            rows = order[at : at + _BATCH]
            with torch.inference_mode():
                logits = self._network(*padded([tokens[row] for row in rows])).numpy()
            for row, scores in zip(rows, logits, strict=True):
                one = tokens[row]
                own = scores[1 + one.first : 1 + one.first + len(one.offsets)]
                readings[row] = Readout(one.offsets, own - scores[0])
        return [readings[row] for row in range(len(texts))]


def reader_network(encoder: Path) -> ReaderNetwork:
    """A network over the encoder in this folder, its heads still unlearnt."""
    model = AutoModel.from_pretrained(encoder, local_files_only=True, dtype=torch.float32)
    model.pooler = None  # it would be learnt, and saved, for nothing
    return ReaderNetwork(model, model.config.hidden_size)
