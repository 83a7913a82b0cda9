"""One vocabulary for all sources: genres, moods, certificates."""

from collections.abc import Iterable
from typing import NamedTuple

GENRES = (
    "Action", "Adventure", "Animation", "Biography", "Comedy", "Crime", "Documentary", "Drama",
    "Family", "Fantasy", "History", "Horror", "Music", "Musical", "Mystery", "Romance",
    "Science Fiction", "Sport", "Thriller", "War", "Western",
)  # fmt: skip
BOOK_GENRES = ("Classics", "Literary Fiction", "Young Adult", "Memoir")
_MOODS = (
    "tense gripping dark bleak gritty eerie frightening unsettling menacing mind-bending cerebral "
    "thought-provoking mysterious melancholic bittersweet wistful tender romantic heart-breaking "
    "heart-warming uplifting hopeful funny witty quirky absurd deadpan playful feel-good cosy "
    "whimsical nostalgic dreamlike hypnotic quiet contemplative poetic intimate sensual epic "
    "sweeping adventurous rousing exhilarating stylish atmospheric satirical angry urgent raw "
    "humane inspiring strange"
)
MOODS = frozenset(_MOODS.split())
POSTER_MOODS = frozenset(
    ("tense", "wonder", "tender", "bright", "dread", "epic", "hushed", "true", "strange", "noir")
)
CERTIFICATES = (0, 6, 9, 12, 14, 16, 18)

# The name in the source: our genres | themes that the name also tells. Empty: it tells nothing.
_NAMES = """
action & adventure: Action, Adventure
action-adventure: Action, Adventure
adult animation: Animation | animation for grown-ups
animals & nature: Documentary | animals and nature
animated: Animation
anime: Animation | anime
anime features: Animation | anime
anime series: Animation | anime
anthology: | anthology
arthouse: Drama | art-house film
arts: | arts and culture
and culture:
entertainment:
biographical: Biography
black stories: | Black lives
british tv shows:
buddy: Comedy | two friends against the odds
cartoons: Animation, Family
children: Family
children & family movies: Family
children's: Family
classic & cult tv: | cult classic
classic movies: | screen classic
classics: | screen classic
comedies: Comedy
coming of age: Drama | coming of age
concert film: Music | concert
cooking & food: | cooking and food
crime tv shows: Crime
cult movies: | cult film
dance: Music | dance
disaster: Thriller | disaster
documentaries: Documentary
docuseries: Documentary
dramas: Drama
erotic: Romance | erotic tension
faith & spirituality: | faith
faith and spirituality: | faith
film-noir: Crime | film noir
fitness: | fitness
foreign:
found footage: Horror | found footage
game show / competition: | game show
game shows: | game show
health & wellness: | health
historical: History
horror movies: Horror
imax:
independent: | independent film
independent movies: | independent film
international:
international movies:
international tv shows:
kids: Family
kids' tv: Family
korean tv shows:
late night: Comedy | late-night show
latino: | Latino lives
legal: Drama | courtroom
lgbtq: | LGBTQ lives
lgbtq movies: | LGBTQ lives
lgbtq+: | LGBTQ lives
lifestyle: | lifestyle
lifestyle & culture: | lifestyle
live action:
martial arts: Action | martial arts
medical: Drama | hospital
military and war: War
movies:
music & musicals: Music, Musical
music videos and concerts: Music | concert
mysteries: Mystery
news: Documentary | news
noir: Crime | film noir
parody: Comedy | parody
performance: Music | live performance
police/cop: Crime | police
political: Drama | politics
reality: | reality television
reality tv: | reality television
romantic comedy: Romance, Comedy
romantic movies: Romance
romantic tv shows: Romance
satire: Comedy | satire
sci-fi: Science Fiction
sci-fi & fantasy: Science Fiction, Fantasy
science & nature tv: Documentary | science and nature
science & technology: Documentary | science and technology
series:
short: | short film
silent: | silent film
sitcom: Comedy | sitcom
sketch comedy: Comedy | sketches
slasher: Horror | slasher
soap opera / melodrama: Drama | melodrama
spanish-language tv shows:
special interest:
sports: Sport
sports movies: Sport
spy: Thriller | spies
spy/espionage: Thriller | spies
stand up: Comedy | stand-up comedy
stand-up comedy: Comedy | stand-up comedy
stand-up comedy & talk shows: Comedy | stand-up comedy
superhero: Action | superheroes
supernatural: Fantasy | the supernatural
survival: Adventure | survival
suspense: Thriller
talk show: | talk show
talk show and variety: | talk show
teen: | teenagers
teen tv shows: | teenagers
thrillers: Thriller
travel: Documentary | travel
tv action & adventure: Action, Adventure
tv comedies: Comedy
tv dramas: Drama
tv horror: Horror
tv movie:
tv mysteries: Mystery
tv sci-fi & fantasy: Science Fiction, Fantasy
tv shows:
tv thrillers: Thriller
unscripted: | reality television
variety: | variety show
young adult audience: | teenagers
"""

_CERTIFICATES = {
    "g": 0, "tv-y": 0, "tv-g": 0, "all": 0, "all_ages": 0, "tv-y7": 6, "tv-y7-fv": 6, "7+": 6,
    "pg": 9, "tv-pg": 9, "pg-13": 12, "13+": 12, "tv-14": 14, "r": 16, "tv-ma": 16, "16": 16,
    "16+": 16, "ages_16_": 16, "nc-17": 18, "18+": 18, "ages_18_": 18, "x": 18,
}  # fmt: skip

# The first of a title's genres that stands here chooses the mood of its poster.
_MOOD_OF_GENRE = {
    "Horror": "dread", "Documentary": "true", "Biography": "true", "Memoir": "true",
    "Crime": "noir", "War": "epic", "Western": "epic", "Fantasy": "wonder",
    "Science Fiction": "wonder", "Comedy": "bright", "Musical": "bright", "Romance": "tender",
    "Thriller": "tense", "Mystery": "tense", "Action": "tense", "Adventure": "epic",
    "History": "epic", "Family": "wonder", "Animation": "wonder", "Young Adult": "tender",
    "Music": "bright", "Sport": "bright", "Literary Fiction": "hushed", "Classics": "hushed",
    "Drama": "hushed",
}  # fmt: skip


class Named(NamedTuple):
    """What the genre names of a source mean: our genres, themes, and the names nobody knows."""

    genres: tuple[str, ...]
    themes: tuple[str, ...]
    unknown: tuple[str, ...]


def _meanings() -> dict[str, Named]:
    """Return the table above with our own names added, by lower-cased name."""
    meanings = {genre.lower(): Named((genre,), (), ()) for genre in GENRES + BOOK_GENRES}
    for line in _NAMES.strip().splitlines():
        name, _, meaning = line.partition(":")
        genres, _, themes = meaning.partition("|")
        meanings[name] = Named(_listed(genres), _listed(themes), ())
    return meanings


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


_MEANINGS = _meanings()


def read_genres(names: Iterable[str]) -> Named:
    """Return what the genre names of a source mean in our vocabulary, in their order."""
    genres: dict[str, None] = {}
    themes: dict[str, None] = {}
    unknown = []
    for name in filter(None, map(str.strip, names)):
        meaning = _MEANINGS.get(name.lower())
        if meaning is None:
            unknown.append(name)
        else:
            genres.update(dict.fromkeys(meaning.genres))
            themes.update(dict.fromkeys(meaning.themes))
    return Named(tuple(genres), tuple(themes), tuple(unknown))


def genre_notes(named: Named) -> tuple[str, ...]:
    """Return the notes about genre names that nobody knows."""
    return tuple(f"genre outside the vocabulary: {name}" for name in named.unknown)


def read_certificate(name: str) -> int | None:
    """Return the minimum age that a US certificate suggests; None for an unrated title."""
    return _CERTIFICATES.get(name.strip().lower())


def renown_of(n_votes: int | None, *, steps: tuple[int, int, int, int]) -> int | None:
    """Return 1 to 5 by the number of votes; `steps` are the votes that 2, 3, 4 and 5 need."""
    return None if n_votes is None else 1 + sum(n_votes >= step for step in steps)


def mood_of_genres(genres: Iterable[str]) -> str:
    """Return the poster mood that fits these genres, for titles whose source tells none."""
    named = set(genres)
    return next((mood for genre, mood in _MOOD_OF_GENRE.items() if genre in named), "true")
