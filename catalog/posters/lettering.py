"""Setting a title in type: lines that fill the measure, or the largest size that fits."""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

# Advance widths in em: a62 … a125 are Archivo 800 at that width, b is Besley 650.
WIDTHS = json.loads((Path(__file__).with_name("widths.json")).read_text())
UNKNOWN_WIDTH = 0.6
FACES = (62, 75, 100, 125)
CAPITAL = 0.686  # height of Archivo's capitals, in em
TALLEST = 92  # of a capital, in units of the sheet
HEIGHTS = (20, 26, 32, 38, 46, 54, 64, 76, 90)  # of capitals, that lines are brought close to
LEADING = 1.08
MAX_LINES, MAX_WORDS, MAX_LETTERS = 6, 14, 60
SMALL = {"the", "of", "a", "an", "and", "in", "on", "for", "to", "by", "or", "le", "la"}
ACCENTED = set("ÀÁÂÃÄÅÈÉÊËÌÍÎÏÒÓÔÕÖÙÚÛÜÑÇ")


@dataclass(frozen=True)
class Line:
    """One line of a playbill."""

    text: str
    capital: float
    face: int
    size: float
    is_short: bool  # too tall for its measure, so it does not fill it


def cut(title: str) -> str:
    """Return a title short enough for a poster, cut at a word."""
    words = title.split()
    kept = words[:MAX_WORDS]
    while len(kept) > 1 and len(" ".join(kept)) > MAX_LETTERS:
        kept.pop()
    text = " ".join(kept)
    if len(text) > MAX_LETTERS:
        return text[: MAX_LETTERS - 1] + "…"
    return text if len(kept) == len(words) else text.rstrip(",:;–-") + "…"


def is_drawable(text: str) -> bool:
    """Return whether the poster faces have every letter of a text: Latin, with all its accents."""
    return all(ord(x) < 0x2BB or 0x1E00 <= ord(x) < 0x1F00 for x in text if x.isalpha())


def width(text: str, face: str) -> float:
    """Return how wide a text runs in a face, in em."""
    advances = WIDTHS[face]
    return sum(advances.get(letter, UNKNOWN_WIDTH) for letter in text)


def splits(words: list[str], lines: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield every way to break words into at most six lines, long lines first."""
    if not words:
        yield lines
        return
    if lines:
        yield from splits(words[1:], (*lines[:-1], f"{lines[-1]} {words[0]}"))
    if len(lines) < MAX_LINES:
        yield from splits(words[1:], (*lines, words[0]))


def playbill(text: str, measure: float, height: float, gap: float = 7) -> tuple[list[Line], float]:
    """Return lines that each fill the measure, in faces that keep their heights even, and the gap.

    Line breaks are found by trying all; no line is a lone article, unless the title is one.
    """
    every = list(splits(text.upper().split()))
    allowed = [lines for lines in every if not any(line.lower() in SMALL for line in lines)]
    while not (best := _best_playbill(allowed or every, measure, height, gap)):
        height, gap = height + 12, max(3, gap - 1)
    return best, gap


def _best_playbill(
    options: list[tuple[str, ...]], measure: float, height: float, gap: float
) -> list[Line]:
    """Return the best of the options that fits the height; nothing, when none does."""

    @cache
    def closest(text: str, target: int) -> Line:
        """Return the line in the face that brings its capitals closest to a height."""
        return min(_in_faces(text, measure), key=lambda line: abs(line.capital - target))

    best: list[Line] = []
    best_score = float("-inf")
    for texts in options:
        for target in HEIGHTS:
            lines = [closest(text, target) for text in texts]
            capitals = [line.capital for line in lines]
            total = sum(capitals) + gap * (len(lines) - 1)
            if total > height:
                continue
            unevenness = max(capitals) - min(capitals)
            n_short = sum(line.is_short for line in lines)
            score = min(capitals) * 3 + total * 0.25 - unevenness * 0.9 - n_short * 14
            if score > best_score:
                best, best_score = lines, score
    return best


@cache
def _in_faces(text: str, measure: float) -> tuple[Line, ...]:
    """Return one line set to a measure in each face."""
    lines = []
    for face in FACES:
        size = measure / max(0.2, width(text, f"a{face}"))
        capital = size * CAPITAL
        if capital > TALLEST:
            lines.append(Line(text, TALLEST, face, TALLEST / CAPITAL, is_short=True))
        else:
            lines.append(Line(text, capital, face, size, is_short=False))
    return tuple(lines)


def set_playbill(
    text: str, x: float, y: float, measure: float, height: float, fill: str, *, top: bool = False
) -> tuple[str, float]:
    """Return a title set as on a playbill, at the top or bottom of a box, and its height."""
    if not is_drawable(text):
        return set_plain(text, x, y, measure, height, fill, top=top)
    lines, gap = playbill(text, measure, height)
    total = sum(line.capital for line in lines) + gap * (len(lines) - 1)
    at = y if top else y + height - total
    if top and ACCENTED.intersection(lines[0].text):
        at += lines[0].capital * 0.26
        total += lines[0].capital * 0.26
    drawn = ""
    for line in lines:
        at += line.capital
        held = "" if line.is_short else f' textLength="{measure}" lengthAdjust="spacingAndGlyphs"'
        drawn += (
            f'<text class="pt w{line.face}" x="{x}" y="{at:.1f}" font-size="{line.size:.1f}"'
            f'{held} fill="{fill}">{escape(line.text)}</text>'
        )
        at += gap
    return drawn, total


def serif(
    text: str, measure: float, height: float, largest: float
) -> tuple[tuple[str, ...], float]:
    """Return a book's title in lines at the largest size that fits, and that size."""
    best: tuple[str, ...] = ()
    best_size, best_score = 0.0, float("-inf")
    for lines in splits(text.split()):
        widest = max(width(line, "b") for line in lines)
        size = min(largest, measure / widest, height / (len(lines) * LEADING))
        hanging = sum(line.split()[-1].lower() in SMALL for line in lines[:-1])
        score = size - hanging * 1.5 - len(lines) * 0.4
        if score > best_score:
            best, best_size, best_score = lines, size, score
    return best, best_size


def set_serif(
    text: str,
    x: float,
    y: float,
    measure: float,
    height: float,
    fill: str,
    *,
    largest: float = 46,
    anchor: str = "start",
) -> tuple[str, float]:
    """Return a book's title set from the top of a box, and its height."""
    if not is_drawable(text):
        return set_plain(text, x, y, measure, height, fill, top=True, anchor=anchor, face="po ser")
    lines, size = serif(text, measure, height, largest)
    drawn = _column(lines, x, y + size * 0.80, size, fill, anchor, face="ps", leading=LEADING)
    return drawn, len(lines) * size * LEADING


def set_plain(
    text: str,
    x: float,
    y: float,
    measure: float,
    height: float,
    fill: str,
    *,
    top: bool,
    anchor: str = "start",
    face: str = "po",
) -> tuple[str, float]:
    """Return a title of another script in one size of a common face, and its height."""
    leading = 1.2
    best: tuple[str, ...] = ()
    best_size = 0.0
    for lines in _wraps(text):
        widest = max(_rough_width(line) for line in lines)
        size = min(52.0, measure / widest, height / (len(lines) * leading))
        if size > best_size:
            best, best_size = lines, size
    total = len(best) * best_size * leading
    start = (y if top else y + height - total) + best_size * 0.9
    return _column(best, x, start, best_size, fill, anchor, face=face, leading=leading), total


def _column(
    lines: tuple[str, ...],
    x: float,
    y: float,
    size: float,
    fill: str,
    anchor: str,
    *,
    face: str,
    leading: float,
) -> str:
    """Draw lines of one size under each other."""
    drawn = ""
    for line in lines:
        drawn += (
            f'<text class="{face}" x="{x:g}" y="{y:.1f}" font-size="{size:.1f}" fill="{fill}"'
            f' text-anchor="{anchor}">{escape(line)}</text>'
        )
        y += size * leading
    return drawn


def _wraps(text: str) -> Iterator[tuple[str, ...]]:
    """Yield a text in one to six lines; without spaces it breaks anywhere."""
    words = text.split()
    if len(words) > 1:
        yield from splits(words)
        return
    for n in range(1, min(MAX_LINES, len(text)) + 1):
        step = -(-len(text) // n)
        yield tuple(text[at : at + step] for at in range(0, len(text), step))


def _rough_width(text: str) -> float:
    """Return about how wide a text of any script runs, in em."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return wide + 0.66 * (len(text) - wide)
