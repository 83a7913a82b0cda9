"""Drawing the poster of a title."""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from html import escape

from catalog.posters import books, films, series
from catalog.posters.inks import PALETTES, Inks
from catalog.posters.lettering import cut, is_drawable
from catalog.posters.plate import Plate, Print
from catalog.posters.shapes import HEIGHT, WIDTH, rect

SETTINGS: dict[str, tuple[Callable[[Plate], Print], ...]] = {
    "film": (
        films.beams, films.moon, films.horizon, films.night,
        films.screen, films.echo, films.eclipse, films.road,
    ),
    "series": (series.bands, series.phases, series.stairs, series.bars, films.echo),
    "book": (books.spine, books.pages, books.label, books.fold),
}  # fmt: skip
ECHO_LETTERS = 9


def choose_setting(title: str, kind: str, number: int) -> Callable[[Plate], Print]:
    """Return the setting that a title's number picks among those of its kind."""
    settings = SETTINGS[kind]
    setting = settings[number % len(settings)]
    fits_echo = len(title) <= ECHO_LETTERS and " " not in title and is_drawable(title)
    if setting is films.echo and not fits_echo:
        return settings[number // 7 % (len(settings) - 3)]
    return setting


def year_words(year: int | None) -> str:
    """Return a year as it is printed, such as "2010" or "700 BC"."""
    if year is None:
        return ""
    return str(year) if year > 0 else f"{-year} BC"


@lru_cache(maxsize=4096)
def draw_poster(
    name: str,
    *,
    year: int | None,
    kind: str,
    mood: str,
    by: str,
    label: str = "",
    place: str = "",
) -> str:
    """Return the poster of a title as an inline SVG of about 0.8 KB.

    Args:
        name, year, kind: decide the drawing, and nothing else does but the inks.
        mood: which of the ten palettes; an unknown one is printed as "true".
        by: the director, creator or author, in fine print.
        label: the words that screen readers hear; without one the poster is decoration.
        place: tells apart the posters of one title on one page, for the pattern's id.
    """
    digest = hashlib.sha256(f"{name}|{year}|{kind}".encode()).hexdigest()[:8]
    number = int(digest, 16)
    plate = Plate(
        title=cut(name) or "?",
        year=year_words(year),
        by=by,
        inks=Inks.of(mood if mood in PALETTES else "true", swap=bool(number >> 9 & 1)),
        size=(number >> 12) % 3,
        is_mirrored=bool(number >> 5 & 1),
        pattern_id=f"p{digest}{place}",
    )
    drawn = choose_setting(plate.title, kind, number)(plate)
    said = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    defs = f"<defs>{drawn.defs}</defs>" if drawn.defs else ""
    background = rect(0, 0, WIDTH, HEIGHT, drawn.background or plate.inks.paper)
    return (
        f'<svg class="poster" viewBox="0 0 {WIDTH} {HEIGHT}" {said} focusable="false">'
        f"{defs}{background}{drawn.shapes}{drawn.fine}</svg>"
    )
