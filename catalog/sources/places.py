"""Names of countries and languages, as sources write them, to ISO codes."""

import re
from collections.abc import Iterable

from catalog.words import COUNTRIES, LANGUAGES

_COUNTRY_OF = {name.lower(): code for code, name in COUNTRIES.items()} | {
    "czech republic": "CZ", "uk": "GB", "usa": "US", "west germany": "DE",
}  # fmt: skip

_NATIONALITIES = {
    "American": "US", "Argentine": "AR", "Australian": "AU", "Austrian": "AT", "Belgian": "BE",
    "Brazilian": "BR", "British": "GB", "Canadian": "CA", "Chinese": "CN", "Danish": "DK",
    "Dutch": "NL", "English": "GB", "Finnish": "FI", "French": "FR", "German": "DE", "Greek": "GR",
    "Hungarian": "HU", "Indian": "IN", "Irish": "IE", "Israeli": "IL", "Italian": "IT",
    "Japanese": "JP", "Mexican": "MX", "Norwegian": "NO", "Polish": "PL", "Russian": "RU",
    "Scottish": "GB", "Soviet": "SU", "Spanish": "ES", "Swedish": "SE", "Swiss": "CH",
    "Taiwanese": "TW", "Turkish": "TR", "Zealand": "NZ",
}  # fmt: skip

# What sources write where ISO 639-1 has another code or none.
_LANGUAGES = {
    "eng": "en", "ara": "ar", "fre": "fr", "fra": "fr", "ind": "id", "spa": "es", "ger": "de",
    "deu": "de", "jpn": "ja", "per": "fa", "por": "pt", "pol": "pl", "nor": "no", "dan": "da",
    "fil": "tl", "ita": "it", "vie": "vi", "tur": "tr", "swe": "sv", "rum": "ro", "rus": "ru",
    "cn": "zh", "nb": "no", "nn": "no", "sh": "sr", "mul": "", "xx": "", "und": "",
}  # fmt: skip


def country_codes(names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the codes of these countries, each once, and the names that are no country."""
    codes: dict[str, None] = {}
    unknown = []
    for name in filter(None, map(str.strip, names)):
        if code := _COUNTRY_OF.get(name.lower()):
            codes[code] = None
        else:
            unknown.append(name)
    return tuple(codes), tuple(unknown)


def nationalities_in(sentence: str) -> tuple[str, ...]:
    """Return the countries whose adjectives a sentence holds: "British-American" gives GB, US."""
    found = (_NATIONALITIES.get(word) for word in re.findall(r"[A-Z][a-z]+", sentence))
    return tuple(dict.fromkeys(code for code in found if code))


def language_code(name: str) -> str:
    """Return the ISO 639-1 code for "en", "eng", "en-US" or "cn"; "" when there is none."""
    code = name.strip().lower()
    code = _LANGUAGES.get(code, code.partition("-")[0])
    return code if code in LANGUAGES else ""
