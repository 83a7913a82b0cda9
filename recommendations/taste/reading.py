"""Reading hard filters out of plain words; they are proposed as chips, never applied silently."""

import re
from dataclasses import dataclass
from functools import lru_cache

NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "an": 1, "a": 1,
    "ninety": 90, "hundred": 100, "sixty": 60, "thirty": 30,
}  # fmt: skip

KINDS = {
    "film": r"films?|movies?",
    "series": r"series|tv[- ]?shows?|shows?|miniseries|sitcoms?",
    "book": r"books?|novels?",
}
GENRES = {
    "Action": r"action",
    "Adventure": r"adventures?",
    "Animation": r"animated|animations?|cartoons?|anime",
    "Biography": r"biograph(?:y|ies|ical)|biopics?",
    "Comedy": r"comed(?:y|ies)|funny|sitcoms?",
    "Crime": r"crime|gangsters?",
    "Documentary": r"documentar(?:y|ies)",
    "Family": r"family (?:films?|movies?)|for the (?:whole )?family|for (?:kids|children)",
    "Fantasy": r"fantasy",
    "Horror": r"horror|scary",
    "Musical": r"musicals?",
    "Mystery": r"myster(?:y|ies)|whodunn?its?",
    "Romance": r"romances?|romantic|rom-?coms?|love stor(?:y|ies)",
    "Science Fiction": r"sci-?fi|science[- ]fiction",
    "Sport": r"sports? (?:films?|movies?|drama)",
    "Thriller": r"thrillers?",
    "War": r"war (?:films?|movies?|stor(?:y|ies)|drama)",
    "Western": r"westerns?",
}
LANGUAGES = {
    "fr": ("French", r"french"),
    "de": ("German", r"german"),
    "it": ("Italian", r"italian"),
    "es": ("Spanish", r"spanish"),
    "ja": ("Japanese", r"japanese|anime"),
    "ko": ("Korean", r"korean|k-?dramas?"),
    "zh": ("Chinese", r"chinese|mandarin"),
    "da": ("Danish", r"danish"),
    "sv": ("Swedish", r"swedish"),
    "no": ("Norwegian", r"norwegian"),
    "nl": ("Dutch", r"dutch"),
    "ru": ("Russian", r"russian"),
    "pl": ("Polish", r"polish"),
    "hi": ("Hindi", r"hindi|bollywood"),
    "fa": ("Persian", r"persian|iranian|farsi"),
    "pt": ("Portuguese", r"portuguese|brazilian"),
    "tr": ("Turkish", r"turkish"),
}
# A nationality alone may belong to the story ("a Russian spy"): it counts before a kind or genre.
_AFTER_LANGUAGE = (
    r"(?=[ -](?:\w+[ -])?(?:language|films?|movies?|series|shows?|novels?|books?|comed|dramas?|"
    r"thrillers?|cinema|horror|romance|animation|crime))"
)
_NOT = r"(?:not|no|non|without|nothing|isn't|is not|but not|never)(?: an?| any| too)? "


@dataclass(frozen=True)
class Proposal:
    """A hard filter that the words seem to ask for.

    Attributes:
        name: the field of Wants.
        value: as it stands in the address.
        label: for the chip.
        words: the stretch of the text it was read from.
    """

    name: str
    value: str
    label: str
    words: str


def read_filters(text: str, *, this_year: int) -> list[Proposal]:
    """Return the hard filters that a text seems to ask for, in a fixed order, each once."""
    return list(_read(" ".join(text.lower().split()), this_year))


@lru_cache(maxsize=64)  # A page asks twice: for its chips, and for what is left to be understood.
def _read(words: str, this_year: int) -> tuple[Proposal, ...]:
    found = [*_kinds(words), *_genres(words), *_runtime(words), *_years(words, this_year)]
    found += [*_languages(words), *_certificate(words)]
    return tuple({(p.name, p.value): p for p in found}.values())


def plain_words(text: str, proposals: list[Proposal]) -> str:
    """Return the text without the stretches that only set a bound or rule something out.

    "not animated" would pull animation in: an encoder does not read a "not".
    """
    for proposal in proposals:
        if proposal.name in {"not_genres", "min_runtime", "max_runtime", "min_year", "max_year"}:
            text = re.sub(re.escape(proposal.words), " ", text, flags=re.IGNORECASE)
    text = re.sub(r"\s+([,.;!?])", r"\1", " ".join(text.split()))
    return re.sub(r"([,;])(?:\s*[,;.])+", r"\1", text).strip(" ,;")


def _kinds(words: str) -> list[Proposal]:
    labels = {"film": "Films", "series": "Series", "book": "Books"}
    return [
        Proposal("kinds", kind, labels[kind], match[0])
        for kind, pattern in KINDS.items()
        if (match := re.search(rf"\b(?:{pattern})\b", words))
    ]


def _genres(words: str) -> list[Proposal]:
    found = []
    for genre, pattern in GENRES.items():
        ruled_out = re.search(rf"\b{_NOT}(?:{pattern})\b", words)
        if ruled_out:
            found.append(Proposal("not_genres", genre, f"Not {genre.lower()}", ruled_out[0]))
        elif match := re.search(rf"\b(?:{pattern})\b", words):
            found.append(Proposal("genres", genre, genre, match[0]))
    return found


def _runtime(words: str) -> list[Proposal]:
    amount = rf"(\d+(?:[.,]\d+)?|{'|'.join(NUMBERS)})(?: (?:and )?a half)?"
    pattern = (
        rf"\b(under|less than|below|at most|max(?:imum)?|no longer than|not longer than|shorter "
        rf"than|over|more than|longer than|at least) {amount} ?(hours?|hrs?|h|minutes?|mins?|min)\b"
    )
    found = []
    for match in re.finditer(pattern, words):
        bound, number, unit_ = match[1], match[2], match[3]
        value = float(NUMBERS.get(number) or number.replace(",", "."))
        value += 0.5 if "half" in match[0] else 0
        minutes = round(value * 60) if unit_.startswith("h") else round(value)
        is_floor = bound in {"over", "more than", "longer than", "at least"}
        name = "min_runtime" if is_floor else "max_runtime"
        label = f"{'Over' if is_floor else 'Under'} {hours(minutes)}"
        found.append(Proposal(name, str(minutes), label, match[0]))
    return found


def hours(minutes: int) -> str:
    """Return minutes as people say them: "2 h 05", "45 min"."""
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" + (f" {minutes % 60:02d}" if minutes % 60 else "")


def _years(words: str, this_year: int) -> list[Proposal]:
    found = []
    # "in 1960s Berlin" is where a story happens, "from the 90s" is when a title was made.
    decade = re.search(
        r"(?:\b(?:from|of) (?:the )?(?:early |late |mid-?)?(?:(1[89]|20)(\d)0|'?(\d)0)'?s\b)"
        r"|(?:\b(1[89]|20)(\d)0'?s (?=films?|movies?|series|novels?|comed|thrillers?|horror|sci))",
        words,
    )
    if decade:
        tens = int(decade[2] or decade[3] or decade[5])
        century = int(decade[1] or decade[4] or (20 if tens < 3 else 19))
        start = century * 100 + tens * 10
        found += [
            Proposal("min_year", str(start), f"From {start}", decade[0].strip()),
            Proposal("max_year", str(start + 9), f"Until {start + 9}", decade[0].strip()),
        ]
    if before := re.search(r"\b(?:before|older than|until) (1[89]\d\d|20\d\d)\b", words):
        year = int(before[1]) - (0 if "until" in before[0] else 1)
        found.append(Proposal("max_year", str(year), f"Until {year}", before[0]))
    if after := re.search(r"\b(?:after|newer than|since) (1[89]\d\d|20\d\d)\b", words):
        year = int(after[1]) + (0 if "since" in after[0] else 1)
        found.append(Proposal("min_year", str(year), f"From {year}", after[0]))
    if recent := re.search(r"\b(?:recent|from the last (?:few|five) years)\b", words):
        year = this_year - 5
        found.append(Proposal("min_year", str(year), f"From {year}", recent[0]))
    return found


def _languages(words: str) -> list[Proposal]:
    return [
        Proposal("languages", code, label, match[0])
        for code, (label, pattern) in LANGUAGES.items()
        if (match := re.search(rf"\b(?:{pattern})\b{_AFTER_LANGUAGE}", words))
        or (match := re.search(rf"\bin (?:{pattern})\b", words))
        or (match := re.search(r"\b(?:anime|bollywood|k-?dramas?)\b", words))
        and re.fullmatch(pattern, match[0])
    ]


def _certificate(words: str) -> list[Proposal]:
    if match := re.search(r"\b(?:for|with) (?:the |my )?(?:kids|children|toddlers)\b", words):
        return [Proposal("max_certificate", "9", "Up to 9", match[0])]
    if match := re.search(r"\b(?:for|with) (?:a |my )?(\d{1,2})[- ]year[- ]olds?\b", words):
        return [Proposal("max_certificate", match[1], f"Up to {match[1]}", match[0])]
    return []
