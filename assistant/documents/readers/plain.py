"""Plain text into a document: headings, lists, tables and code, as far as layout shows them.

Wrong structure costs more than none, so everything here asks for clear signs, and what shows
none is a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from assistant.documents.building import DocumentBuilder, Row
from assistant.documents.decoding import decode
from assistant.documents.joining import Fragment
from assistant.documents.readers.plain_lines import (
    Line,
    column_rows,
    is_code,
    is_entry_list,
    is_numbered_heading,
    item_text,
    numbered_level,
    underline_of,
)
from assistant.documents.sanitising import sanitise_source
from assistant.records import Document
