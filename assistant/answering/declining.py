"""How chat models say that the documents do not answer."""

from __future__ import annotations

import re

# English and Chinese; other languages are not seen.
_DECLINE = re.compile(
    r"\b(?:documents?|sentences?|passages?|text|sources?|context|information)\b[^.\n]{0,60}"
    r"\b(?:do(?:es)?\s+not|do(?:es)?n['’]t|cannot|can['’]t|(?:is|are)\s+not|isn['’]t)\b[^.\n]{0,40}"
    r"\b(?:answer|contain|mention|provide|say|state|specify|include|describe|address|cover|give"
    r"|enough|sufficient)"
    r"|(?:文档|文件|句子|资料|文檔|上下文)[^。\n]{0,12}(?:没有|未|不|無法|无法|沒有)[^。\n]{0,12}"
    r"(?:回答|提到|提及|说明|說明|包含|提供|涉及|给出|記載|记载)",
    re.IGNORECASE,
)


def is_refusal(sentence: str) -> bool:
    return bool(_DECLINE.search(sentence))
