"""What is known of embedding models that have proven themselves: plain data, read by hand.

From the models' cards, configurations and file lists on huggingface.co. What a downloaded model's
own files say comes first; this is for choosing one before it is here, and for prompts that a model
was trained with and its files do not name.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownModel:
    name: str
    """As `[index] model` takes it."""
    dimension: int
    window: int
    """Tokens, special ones among them."""
    pooling: str
    languages: str
    size_mb: int
    """Of all files that are fetched, weights and tokenizer."""
    summary: str
    chinese: str = ""
    """What it is recommended for where documents are Chinese; empty where it is not."""
    query_prompt: str | None = None
    """None: the model's own files name its prompts, or it takes none."""
    document_prompt: str | None = None


# The cards of E5 and BGE give the prompts in prose only: their config_sentence_transformers.json
# has none. Without them E5 ranks worse, and it would go unseen.
_E5 = ("query: ", "passage: ")
_BGE_EN = "Represent this sentence for searching relevant passages: "
_BGE_ZH = "为这个句子生成表示以用于检索相关文章："

KNOWN_MODELS: dict[str, KnownModel] = {
    model.name: model
    for model in (
        KnownModel(
            *("all-MiniLM-L6-v2", 384, 256, "mean", "English", 91),
            "small and quick, comes with the program; reads next to no Chinese",
        ),
        KnownModel(
            *("intfloat/multilingual-e5-small", 384, 512, "mean", "94 languages", 493),
            "small and multilingual",
            "mixed Chinese and English, on any laptop",
            *_E5,
        ),
        KnownModel(
            *("intfloat/multilingual-e5-base", 768, 512, "mean", "94 languages", 1134),
            "multilingual, twice the dimensions of multilingual-e5-small",
            "mixed Chinese and English, with some patience",
            *_E5,
        ),
        KnownModel(
            *("BAAI/bge-m3", 1024, 8192, "cls", "100+ languages", 2293),
            "multilingual, long window; slow",
            "mixed Chinese and English, long passages",
        ),
        KnownModel(
            *("BAAI/bge-small-zh-v1.5", 512, 512, "cls", "Chinese", 96),
            "small and quick, Chinese only",
            "Chinese alone",
            query_prompt=_BGE_ZH,
        ),
        KnownModel(
            *("BAAI/bge-small-en-v1.5", 384, 512, "cls", "English", 134),
            "small, twice the window of all-MiniLM-L6-v2",
            query_prompt=_BGE_EN,
        ),
        KnownModel(
            *("sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2", 384, 128, "mean"),
            *("50+ languages", 493),
            "multilingual, for short sentences: its window is small",
        ),
        KnownModel(
            *("Alibaba-NLP/gte-modernbert-base", 768, 8192, "cls", "English", 302),
            "long window, good at code",
        ),
        KnownModel(
            *("Qwen/Qwen3-Embedding-0.6B", 1024, 32768, "lasttoken", "100+ languages", 1203),
            "a language model that embeds: longest window, slowest",
            "mixed Chinese and English, the slowest",
        ),
    )
}


def known_model(name: str) -> KnownModel | None:
    """What is known under that name, or under the last part of a folder's name.

    A model that was copied into a folder of its own name needs its prompts no less.
    """
    if name in KNOWN_MODELS:
        return KNOWN_MODELS[name]
    last = name.rstrip("/").rsplit("/", 1)[-1]
    return next((m for m in KNOWN_MODELS.values() if m.name.rsplit("/", 1)[-1] == last), None)
