"""Folding names, so that "Amélie" is found as "amelie" and "WALL·E" as "wall e"."""

import re
import unicodedata

# Letters that Unicode does not take apart.
_PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"}
)


def name_key(name: str) -> str:
    """Return a name in lower case, without accents and punctuation, words one space apart."""
    text = name.casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_PLAIN))
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = text.replace("'", "").replace("’", "").replace("&", " and ")
    return " ".join(re.findall(r"\w+", text.replace("_", " ")))
