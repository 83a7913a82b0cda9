"""How vibes are put into words."""

from django.contrib.messages.storage.base import Message
from django.template import Library
from django.utils.translation import ngettext

register = Library()
TAG = "undo-vibe"


@register.filter
def kinds_in_words(counts: dict[str, int]) -> str:
    """Return how many titles of each kind, such as "12 films, 1 series, 5 books"."""
    words = {
        "film": lambda n: ngettext("%(n)d film", "%(n)d films", n),
        "series": lambda n: ngettext("%(n)d series", "%(n)d series", n),
        "book": lambda n: ngettext("%(n)d book", "%(n)d books", n),
    }
    present = {kind: n for kind in words if (n := counts.get(kind))}
    return ", ".join(words[kind](n) % {"n": n} for kind, n in present.items())


@register.filter
def vibe_undo_of(message: Message) -> dict[str, str] | None:
    """Return the act and the vibes that a message offers to take back with, or None."""
    match (message.extra_tags or "").split():
        case [tag, action, vibe, other] if tag == TAG:
            return {"action": action, "vibe": vibe, "other": other}
    return None
