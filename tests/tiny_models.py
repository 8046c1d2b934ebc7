"""Models of every make, built on disk in a moment: two layers, 32 dimensions, random weights.

What is true of them is what is true of the published models of that make: the tokenizer's kind,
where positions begin, which inputs there are, how they are pooled and padded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

HIDDEN = 32
WORDS = (
    "the memory controller is trained before boot , and flash region 0x1000 keeps its result ."
    " query : passage write leveling aligns DQS with CK at each DRAM EFI_NOT_READY is returned"
    " until the root bridge is ready 内存 初始化 在 启动 早期 完成 。"
)
CORPUS = [WORDS, WORDS.lower(), *WORDS.split()]
E5_PROMPTS = ("query: ", "passage: ")


@dataclass(frozen=True)
class Make:
    """A kind of transformer, its tokenizer and what is to be read of it."""

    build: Callable[[Path], None]
    """Writes transformer and tokenizer, as transformers saves them."""
    window: int
    """Of which a RoBERTa's and a Longformer's configuration names two more."""
    runtime: str
    """What it is to run on when it has no modules of its own."""


@dataclass(frozen=True)
class Tiny:
    """One model: a make, what stands behind the transformer, and its prompts."""

    make: str
    pooling: str = "mean"
    prompts: tuple[str, str] | None = None
    """Of queries and of documents."""
    dense: int = 0
    normalised_before_dense: bool = False
    include_prompt: bool = True
    dtype: str = "float32"
    seed: int = 7
    """Of what stands behind the transformer."""


def bare(make: str, folder: Path) -> Path:
    """The transformer and its tokenizer alone, as transformers saves them."""
    import torch

    folder.mkdir(parents=True)
    torch.manual_seed(7)
    MAKES[make].build(folder)
    return folder


def cross_encoder(folder: Path, n_labels: int = 1) -> Path:
    """A model that reads question and text together."""
    import torch
    from sentence_transformers import CrossEncoder

    raw = bare("bert", folder.with_name(f"{folder.name}-bare"))
    torch.manual_seed(7)
    CrossEncoder(str(raw), num_labels=n_labels, device="cpu").save_pretrained(str(folder))
    return folder


def multi_vector(folder: Path) -> Path:
    """A model trained for late interaction: its projection is saved with it."""
    import torch
    from sentence_transformers import MultiVectorEncoder
    from sentence_transformers.base.modules import Dense, Normalize, Transformer
    from sentence_transformers.multi_vector_encoder.modules import MultiVectorMask

    raw = bare("bert", folder.with_name(f"{folder.name}-bare"))
    torch.manual_seed(7)
    modules = [
        Transformer(str(raw)),
        Dense(HIDDEN, 8, bias=False, module_input_name="token_embeddings"),
        MultiVectorMask(skiplist_words=["."]),
        Normalize(module_input_name="token_embeddings"),
    ]
    prompts = dict(zip(("query", "document"), E5_PROMPTS, strict=True))
    made = MultiVectorEncoder(modules=modules, device="cpu", prompts=prompts)
    made.save_pretrained(str(folder))
    return folder


def saved(tiny: Tiny, folder: Path) -> Path:
    """The model's folder, saved by sentence-transformers itself."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Dense, Normalize, Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling

    raw = bare(tiny.make, folder.with_name(f"{folder.name}-bare"))
    torch.manual_seed(tiny.seed)
    transformer = Transformer(str(raw), model_kwargs={"dtype": getattr(torch, tiny.dtype)})
    pooling = Pooling(HIDDEN, pooling_mode=tiny.pooling, include_prompt=tiny.include_prompt)
    modules = [transformer, pooling]
    if tiny.normalised_before_dense:
        modules.append(Normalize())
    if tiny.dense:
        modules.append(Dense(HIDDEN, tiny.dense))
    modules.append(Normalize())
    named = dict(zip(("query", "document"), tiny.prompts or (), strict=False))
    made = SentenceTransformer(modules=modules, device="cpu", prompts=named)
    made.save_pretrained(str(folder))
    return folder


# ── tokenizers ──


def _wordpieces(folder: Path) -> None:
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertTokenizerFast

    trained = BertWordPieceTokenizer(lowercase=True)
    trained.train_from_iterator(CORPUS, vocab_size=300, show_progress=False)
    trained.save(str(folder / "tokenizer.json"))
    saved = BertTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"))
    saved.save_pretrained(folder)


def _unigrams(folder: Path) -> None:
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
    from tokenizers.trainers import UnigramTrainer
    from transformers import XLMRobertaTokenizerFast

    special = ["<s>", "<pad>", "</s>", "<unk>"]
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = UnigramTrainer(
        vocab_size=300, special_tokens=[*special, "<mask>"], unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    XLMRobertaTokenizerFast(tokenizer_file=str(folder / "tokenizer.json")).save_pretrained(folder)


def _bytes(folder: Path, special: tuple[str, ...], first: str, last: str, **names: str) -> None:
    """A byte-level tokenizer that puts `first` and `last`, where given, around a text."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from tokenizers.trainers import BpeTrainer
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = BpeTrainer(
        vocab_size=400,
        special_tokens=list(special),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    around = [(name, special.index(name)) for name in (first, last) if name]
    if around:
        tokenizer.post_processor = processors.TemplateProcessing(
            single=" ".join(part for part in (first, "$A", last) if part), special_tokens=around
        )
    padding_side = names.pop("padding_side", "right")
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, padding_side=padding_side, **names
    ).save_pretrained(folder)


# ── transformers ──

_SIZE: dict[str, Any] = {
    "hidden_size": HIDDEN,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "vocab_size": 400,
}


def _bert(folder: Path) -> None:
    from transformers import BertConfig, BertModel

    BertModel(BertConfig(**_SIZE, max_position_embeddings=96)).save_pretrained(folder)
    _wordpieces(folder)


def _xlmr(folder: Path, positions: int = 98) -> None:
    from transformers import XLMRobertaConfig, XLMRobertaModel

    config = XLMRobertaConfig(
        **_SIZE, max_position_embeddings=positions, type_vocab_size=1, pad_token_id=1
    )
    XLMRobertaModel(config).save_pretrained(folder)
    _unigrams(folder)


_ROBERTA_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")


def _longformer(folder: Path) -> None:
    from transformers import LongformerConfig, LongformerModel

    config = LongformerConfig(
        **_SIZE, attention_window=[16, 16], max_position_embeddings=258, pad_token_id=1
    )
    LongformerModel(config).save_pretrained(folder)
    names = {"pad_token": "<pad>", "unk_token": "<unk>", "cls_token": "<s>", "sep_token": "</s>"}
    _bytes(folder, _ROBERTA_SPECIAL, "<s>", "</s>", **names)


def _modernbert(folder: Path) -> None:
    from transformers import ModernBertConfig, ModernBertModel

    config = ModernBertConfig(
        **_SIZE,
        max_position_embeddings=192,
        local_attention=16,
        global_attn_every_n_layers=2,
        pad_token_id=1,
        bos_token_id=0,
        cls_token_id=0,
        eos_token_id=2,
        sep_token_id=2,
    )
    ModernBertModel(config).save_pretrained(folder)
    special = ("[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]")
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    _bytes(folder, special, "[CLS]", "[SEP]", **names)


def _qwen(folder: Path) -> None:
    """Pads on the left and ends every text with a token of its own, as Qwen3-Embedding does."""
    from transformers import Qwen3Config, Qwen3Model

    config = Qwen3Config(
        **_SIZE, max_position_embeddings=128, num_key_value_heads=1, head_dim=16, pad_token_id=0
    )
    Qwen3Model(config).save_pretrained(folder)
    names = {"pad_token": "<|endoftext|>", "eos_token": "<|endoftext|>", "padding_side": "left"}
    _bytes(folder, ("<|endoftext|>",), "", "<|endoftext|>", **names)


def _llama(folder: Path) -> None:
    """Pads on the right and begins every text with a token of its own."""
    from transformers import LlamaConfig, LlamaModel

    config = LlamaConfig(
        **_SIZE, max_position_embeddings=128, num_key_value_heads=1, pad_token_id=1
    )
    LlamaModel(config).save_pretrained(folder)
    names = {"pad_token": "<pad>", "bos_token": "<s>", "eos_token": "</s>"}
    _bytes(folder, ("<s>", "<pad>", "</s>"), "<s>", "", **names)


def _llama_without_special_tokens(folder: Path) -> None:
    """Puts nothing around a text: of an empty one no token is left."""
    _llama(folder)
    _bytes(folder, ("<s>", "<pad>", "</s>"), "", "", pad_token="<pad>")


MAKES: dict[str, Make] = {
    "bert": Make(_bert, 96, "onnxruntime"),
    "xlm-roberta": Make(_xlmr, 96, "onnxruntime"),
    "xlm-roberta-long": Make(partial(_xlmr, positions=4098), 4096, "torch"),
    "longformer": Make(_longformer, 256, "torch"),
    "modernbert": Make(_modernbert, 192, "onnxruntime"),
    "qwen3": Make(_qwen, 128, "onnxruntime"),
    "llama": Make(_llama, 128, "onnxruntime"),
    "no-special-tokens": Make(_llama_without_special_tokens, 128, "onnxruntime"),
}
