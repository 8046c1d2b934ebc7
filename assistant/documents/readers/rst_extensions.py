"""Directives and roles that docutils lacks, Sphinx's above all, into the text they hold.

docutils keeps its directives and roles in tables of the process. What this module puts there
depends on names only, so the order in which files are read changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives, roles
from docutils.parsers.rst.languages import en
from docutils.utils import unescape

# Names are bounded, or a long line of word characters takes quadratic time.
_DIRECTIVE = re.compile(r"([\w.:+-]{1,60}?) ?::(?=\s|\Z)")
_ROLE = re.compile(r":([\w.:+-]{1,60}):`|`:([\w.:+-]{1,60}):")
_TARGET = re.compile(r"\s*<[^<>]*>\s*\Z")

_CODE = re.compile(
    r"code|code-block|sourcecode|parsed-literal|prompt|console|testcode|uml|plantuml|graphviz"
    r"|digraph|graph|mermaid|blockdiag|seqdiag|productionlist|ditaa"
)
# Navigation, settings, and text that stands in other files.
_DROPPED = re.compile(
    r"toctree|contents|sectnum|section-numbering|include|literalinclude|raw|index|highlight|meta"
    r"|default-role|tabularcolumns|target-notes|header|footer|title|auto[a-z]+|doxygen[a-z]+"
    r"|kernel-doc|kernel-feat|currentmodule|(?:py:)?module|cssclass|rst-class|class"
)
_CONDITIONS = ("only", "ifconfig")
_VERSIONS = {
    "versionadded": "New in version ",
    "versionchanged": "Changed in version ",
    "deprecated": "Deprecated since version ",
}


class _AnyOptions(dict[str, Callable[[str], Any]]):
    """Takes every option: an unknown one would cost the whole directive with its text."""

    def __missing__(self, name: str) -> Callable[[str], Any]:
        return directives.unchanged


class _Lenient(Directive):
    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[Any] = _AnyOptions(name=directives.unchanged)


class _Code(_Lenient):
    """The content as it is; the argument is its language, unless a blank line is missing."""

    def run(self) -> list[nodes.Node]:
        _, _, forgotten = (self.arguments or [""])[0].partition("\n")
        text = "\n".join([*filter(None, [forgotten]), *self.content])
        block = nodes.literal_block(text, text)
        block.line = self.lineno + 1 if forgotten else self.content_offset + 1
        return [block]


class _Dropped(_Lenient):
    def run(self) -> list[nodes.Node]:
        return []


class _Transparent(_Lenient):
    """The argument as a paragraph, then the content as if it stood there alone."""

    def run(self) -> list[nodes.Node]:
        container = nodes.container()
        if self.arguments and self.name not in _CONDITIONS:
            container += self._argument(_VERSIONS.get(self.name, "") + self.arguments[0])
        self.state.nested_parse(self.content, self.content_offset, container)
        return [container]

    def _argument(self, text: str) -> nodes.Element:
        argument: nodes.Element
        if ":" in self.name:  # a declaration, such as of `c:function`
            argument = nodes.literal_block(text, text)
        else:
            inline, _ = self.state.inline_text(text, self.lineno)
            argument = nodes.paragraph(text, "", *inline)
        argument.line = self.lineno
        return argument


def _role(
    name: str,
    rawtext: str,
    text: str,
    lineno: int,
    inliner: Any,
    options: Mapping[str, Any] | None = None,
    content: Sequence[str] | None = None,
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """The title of a reference, or its target where it has none."""
    shown = unescape(text)
    title = _TARGET.sub("", shown) or shown.strip("<> ")
    return [nodes.inline(rawtext, title.removeprefix("!").removeprefix("~"))], []


def register_names_in(source: str) -> None:
    """Makes docutils take every directive and role in the source that it does not know."""
    for name in {match.group(1).lower() for match in _DIRECTIVE.finditer(source)}:
        if _CODE.fullmatch(name):
            directives.register_directive(name, _Code)
        elif _DROPPED.fullmatch(name):
            directives.register_directive(name, _Dropped)
        elif name not in en.directives:
            directives.register_directive(name, _Transparent)
    for name in {(match.group(1) or match.group(2)).lower() for match in _ROLE.finditer(source)}:
        # Again for every file: the one before may have defined a role of the same name.
        if name not in en.roles:
            roles.register_local_role(name, _role)  # type: ignore[arg-type]
