"""A stretch of a template that is worked out once for each of its variants, and then only filled.

    {% stencil by is_saved=state.is_saved with name=title.name url=title|address %}
      <a href="{{ url }}"{% if is_saved %} class="on"{% endif %}>{{ name }}</a>
    {% endstencil %}

What follows `by` tells the variants apart and may be asked in conditions. What follows `with` is
only printed, as it is: no condition or filter inside sees its value. Nothing else of the page is
known inside, so that nothing of one reader's page can come to another's.

    {% stencil from cut %}

takes both from a `Cut`, for stretches that have so many of them that asking the template for each
would cost more than the stretch.

A card is dozens of nodes that say the same on every page but for five words; filling a stencil
costs a twentieth of rendering them.
"""

import re
from collections.abc import Hashable, Mapping
from typing import NamedTuple

from django.template import Context, Library, Node, NodeList, TemplateSyntaxError
from django.template.base import (
    FilterExpression,
    Parser,
    Token,
    render_value_in_context,
    token_kwargs,
)
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = Library()
# Control characters stand in no page, so that no word of a template is taken for a gap.
GAP = re.compile("\x02([a-z_]+)\x03")
MOST_VARIANTS = 256


class Cut(NamedTuple):
    """What a stretch is cut by and what its gaps are filled with.

    Attributes:
        variants: what tells the variants apart, always under the same names in the same order.
        gaps: words to print; those that are no SafeString are escaped.
    """

    variants: Mapping[str, Hashable]
    gaps: Mapping[str, str]


class Stencil(Node):
    """The stretch, with what was worked out so far."""

    def __init__(
        self,
        nodelist: NodeList,
        variants: dict[str, FilterExpression],
        gaps: dict[str, FilterExpression],
        source: FilterExpression | None = None,
    ) -> None:
        self.nodelist, self.variants, self.gaps, self.source = nodelist, variants, gaps, source
        self.cut: dict[tuple, list[str]] = {}

    def render(self, context: Context) -> SafeString:
        """Return the stretch with its gaps filled."""
        asked, filled = self._asked(context)
        key = (get_language(), *asked.values())
        parts = self.cut.get(key)
        if parts is None:
            if len(self.cut) >= MOST_VARIANTS:
                self.cut.clear()
            gaps = {name: SafeString(f"\x02{name}\x03") for name in filled}
            parts = self.cut[key] = GAP.split(self.nodelist.render(context.new({**asked, **gaps})))
        words = parts.copy()
        words[1::2] = [filled[name] for name in parts[1::2]]
        return SafeString("".join(words))

    def _asked(self, context: Context) -> tuple[Mapping[str, Hashable], dict[str, str]]:
        """Return what tells this variant apart, and the words for its gaps, escaped."""
        if self.source is not None:
            cut: Cut = self.source.resolve(context)
            # Most gaps are escaped already: asking their type costs a tenth of asking Django.
            return cut.variants, {
                name: word if type(word) is SafeString else conditional_escape(word)
                for name, word in cut.gaps.items()
            }
        asked = {name: value.resolve(context) for name, value in self.variants.items()}
        filled = {
            name: render_value_in_context(value.resolve(context), context)
            for name, value in self.gaps.items()
        }
        return asked, filled


@register.tag
def stencil(parser: Parser, token: Token) -> Stencil:
    """Compile `{% stencil by name=value … with name=value … %} … {% endstencil %}`."""
    bits = token.split_contents()[1:]
    source = None
    if len(bits) == 2 and bits[0] == "from":
        source, bits = parser.compile_filter(bits[1]), []
    asked: dict[str, dict[str, FilterExpression]] = {"by": {}, "with": {}}
    while bits and bits[0] in asked:
        word = bits.pop(0)
        asked[word] |= token_kwargs(bits, parser)
    if bits:
        raise TemplateSyntaxError(
            f"stencil found {bits[0]!r}; expected 'by name=value …' and 'with name=value …', "
            "or 'from cut'"
        )
    nodelist = parser.parse(("endstencil",))
    parser.delete_first_token()
    return Stencil(nodelist, asked["by"], asked["with"], source)
