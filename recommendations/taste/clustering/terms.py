"""What may be said of a title in a vibe's name: its moods, themes, genres, era, place and kind."""

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

Kind = Literal["mood", "theme", "genre", "era", "place", "kind"]


class Term(NamedTuple):
    """One thing that holds for a title, such as its mood "tense" or the era "seventies"."""

    kind: Kind
    text: str


# Moods that go together: five moods of fifty are seldom shared, a family of them often is.
FAMILIES = {
    "light-hearted": "bright funny witty playful feel-good whimsical quirky cosy deadpan",
    "shadowy": "noir dread dark bleak gritty menacing unsettling frightening eerie",
    "warm-hearted": "tender heart-warming humane feel-good cosy hopeful uplifting",
    "autumnal": "melancholic bittersweet wistful nostalgic heart-breaking",
    "breathless": "tense gripping exhilarating urgent menacing",
    "thoughtful": "cerebral thought-provoking contemplative mind-bending",
    "soft-spoken": "hushed quiet intimate poetic contemplative",
    "grand": "epic wonder sweeping rousing adventurous",
    "off-beat": "strange quirky absurd dreamlike hypnotic mind-bending whimsical deadpan",
}
_FAMILIES_OF = {
    mood: tuple(name for name, moods in FAMILIES.items() if mood in moods.split())
    for mood in " ".join(FAMILIES.values()).split()
}

# Themes are free text; these words in them tell what many titles share. A star stands for any end.
_THEME_WORDS = {
    "heists": "heist* robbery robberies robber* burglar* thieves",
    "detectives": "detective* sleuth* investigator* investigation",
    "murders": "murder* killer* assassin* hitman",
    "gangsters": "gang gangs gangster* mafia mob mobster* yakuza organised",
    "spies": "spy spies espionage mole cia mi6",
    "wars": "war wars soldier* battle* army trenches",
    "courtrooms": "courtroom* trial lawyer* jury",
    "prisons": "prison* jail inmate*",
    "outlaws": "outlaw* gunslinger* bounty sheriff cowboy*",
    "space": "space spaceship* astronaut* planet* spacecraft starship*",
    "aliens": "alien* extraterrestrial*",
    "thinking machines": "robot* android* cyborg* replicant* artificial computer*",
    "time travel": "time-travel timeloop",
    "dark futures": "dystopia* totalitarian apocalypse apocalyptic post-apocalyptic cyberpunk",
    "magic": "magic magical wizard* witch* sorcer* spell* enchanted",
    "dragons": "dragon*",
    "superheroes": "superhero* vigilante* superpower*",
    "ghosts": "ghost* haunted haunting possession",
    "vampires": "vampire*",
    "monsters": "monster* creature* zombie* werewolf*",
    "islands and seas": "island* sea seas ocean ship ships sailor* lighthouse shipwreck*",
    "long roads": "road journey travelling pilgrimage odyssey quest",
    "school days": "school* student* teacher* university classroom",
    "growing up": "adolescen* childhood teenage* teenager* growing coming-of-age",
    "families": "famil* father* mother* parents sister* brother* siblings daughter* son sons",
    "friendships": "friendship* friends companions",
    "weddings": "wedding* matchmaking engagement",
    "love": "love lovers romance sweetheart*",
    "revenge": "revenge vengeance avenger*",
    "grief": "grief grieving mourning bereavement",
    "kitchens": "kitchen* restaurant* chef cook cooking food bakery",
    "music": "music musician* singer* band song songs jazz opera",
    "stage and screen": "theatre actress actor film-making hollywood dancer* ballet",
    "writers": "writer* novelist* poet* author*",
    "artists": "artist* painter* painting",
    "newsrooms": "journalist* reporter* newspaper*",
    "sports": "boxing boxer football baseball sport* athlete*",
    "animals": "animal* dog dogs cat horse horses wolf wolves bear",
    "thrones": "king queen throne royal prince princess emperor palace",
    "knights": "knight* medieval sword* samurai",
    "small towns": "small-town village town",
    "big cities": "city metropolis",
    "wild places": "forest mountain* desert wilderness jungle arctic",
    "houses with secrets": "mansion manor housekeeper",
    "work": "office factory worker* boss company",
    "politics": "politic* president election government senator",
    "conspiracies": "conspiracy cover-up surveillance",
    "memory": "memory memories amnesia dementia",
    "Christmas": "christmas",
}  # fmt: skip
_WHOLE = {"time travel": "time-travel", "time loop": "timeloop", "growing up": "growing",
          "coming of age": "coming-of-age", "small town": "small-town"}  # fmt: skip

_SETTINGS = (
    "London", "Paris", "New York", "Los Angeles", "Tokyo", "Berlin", "Vienna", "Rome", "Venice",
    "San Francisco", "Chicago", "Edinburgh", "Dublin", "Hong Kong", "Hollywood", "Middle-earth",
    "Texas", "Boston", "Moscow", "Madrid", "Stockholm", "Copenhagen", "Mumbai", "Seoul",
)  # fmt: skip
_DEMONYMS = {
    "US": "American", "GB": "British", "FR": "French", "DE": "German", "JP": "Japanese",
    "IT": "Italian", "CA": "Canadian", "AU": "Australian", "IE": "Irish", "SE": "Swedish",
    "DK": "Danish", "NZ": "New Zealand", "KR": "Korean", "ES": "Spanish", "SU": "Soviet",
    "AT": "Austrian", "IN": "Indian", "RU": "Russian", "NL": "Dutch", "PL": "Polish",
    "CN": "Chinese", "HK": "Hong Kong", "TW": "Taiwanese", "BR": "Brazilian", "MX": "Mexican",
    "AR": "Argentine", "SN": "Senegalese", "IR": "Iranian", "CH": "Swiss", "BE": "Belgian",
    "IL": "Israeli", "EG": "Egyptian", "CS": "Czechoslovak", "GR": "Greek", "RO": "Romanian",
    "ZA": "South African", "NO": "Norwegian", "TR": "Turkish", "IS": "Icelandic",
    "EE": "Estonian", "FI": "Finnish", "UA": "Ukrainian", "CZ": "Czech", "PT": "Portuguese",
    "CL": "Chilean", "CO": "Colombian", "HU": "Hungarian", "NG": "Nigerian", "TH": "Thai",
    "ID": "Indonesian", "PH": "Philippine", "VN": "Vietnamese", "GE": "Georgian",
}  # fmt: skip
_DECADES = {
    1910: "1910s", 1920: "twenties", 1930: "thirties", 1940: "forties", 1950: "fifties",
    1960: "sixties", 1970: "seventies", 1980: "eighties", 1990: "nineties",
}  # fmt: skip


def terms_of(
    *,
    kind: str,
    year: int | None = None,
    mood: str = "",
    moods: Iterable[str] = (),
    genres: Iterable[str] = (),
    themes: Iterable[str] = (),
    countries: Iterable[str] = (),
) -> frozenset[Term]:
    """Return everything that may be said of one title; count these over the titles of a vibe.

    Beside what is told come the families of its moods, the well-known themes that its free
    themes speak of, and the places they name.

    Args:
        kind: "film", "series" or "book".
        mood: the mood it is printed in; "true" tells too little to be counted.
        countries: two-letter codes.
    """
    told = [word for word in (mood, *moods) if word and word != "true"]
    found = {Term("kind", kind)}
    found |= {Term("mood", word) for word in told}
    found |= {Term("mood", family) for word in told for family in _FAMILIES_OF.get(word, ())}
    found |= {Term("genre", genre) for genre in genres}
    themes = list(themes)
    found |= {Term("theme", theme) for theme in themes}
    found |= {Term("theme", name) for theme in themes for name in known_themes(theme)}
    found |= {Term("place", name) for name in _SETTINGS if any(name in t for t in themes)}
    # A title made by many countries is of no one place.
    made_in = [code for code in countries if code in _DEMONYMS][:2]
    found |= {Term("place", _DEMONYMS[code]) for code in made_in}
    if year is not None:
        found.add(Term("era", era_of(year)))
    return frozenset(found)


def era_of(year: int) -> str:
    """Return the decade in a word, or the age for what is older than film."""
    if year < 1500:
        return "ancient"
    if year < 1800:
        return "early modern"
    if year < 1900:
        return "19th-century"
    decade = year // 10 * 10
    return _DECADES.get(decade, f"{decade}s")


def known_themes(theme: str) -> set[str]:
    """Return the well-known themes that a free theme speaks of: "bank robbery" is of heists."""
    low = theme.lower()
    for whole, word in _WHOLE.items():
        low = low.replace(whole, word)
    return {name for name, pattern in _PATTERNS.items() if pattern.search(low)}


def _pattern(words: str) -> re.Pattern[str]:
    endings = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in words.split())
    return re.compile(rf"(?<![\w-])(?:{endings})(?![\w-])")


THEMES = tuple(_THEME_WORDS)
_PATTERNS = {name: _pattern(words) for name, words in _THEME_WORDS.items()}
