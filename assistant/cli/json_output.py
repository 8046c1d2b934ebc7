"""A JSON view into one line of text that is safe to show on a terminal."""

from __future__ import annotations

import json
import re
from typing import Any

# JSON itself escapes only C0. These are the others of `documents.sanitising`: they can stand only
# inside strings, where the escape means the same character.
_HOSTILE = re.compile(
    "[\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)


def json_text(view: Any, is_ascii: bool = False) -> str:
    """`is_ascii`: for a stream that cannot carry other characters."""
    text = json.dumps(view, ensure_ascii=is_ascii, allow_nan=False)
    return _HOSTILE.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    # json.dumps knows how to write a character beyond U+FFFF as two escapes.
    return json.dumps(found.group())[1:-1]
