"""Settings for films: light and discs, the title in capitals."""

from html import escape

from catalog.posters.inks import READABLE, contrast
from catalog.posters.lettering import CAPITAL, set_playbill, width
from catalog.posters.plate import Plate, Print
from catalog.posters.shapes import (
    HEIGHT,
    MARGIN,
    MEASURE,
    WIDTH,
    disc,
    dots,
    fine,
    outline,
    rect,
    ring,
    stripes,
)


def foot(plate: Plate, height: float, fill: str) -> tuple[str, float]:
    """Set the title at the foot of the sheet, and return its height with it."""
    return set_playbill(plate.title, MARGIN, HEIGHT - MARGIN - height, MEASURE, height, fill)


def head(plate: Plate, height: float, *, y: float = MARGIN) -> tuple[str, float]:
    """Set the title at the head of the sheet, and return where it ends with it."""
    drawn, total = set_playbill(plate.title, MARGIN, y, MEASURE, height, plate.inks.dark, top=True)
    return drawn, MARGIN + total


def beams(plate: Plate) -> Print:
    """Two projector beams that cross above the title."""
    inks = plate.inks
    title, total = foot(plate, 96, inks.dark)
    above = HEIGHT - MARGIN - total
    base = above - 22
    left = f"8 0L34 0L{WIDTH + 4} {base:.0f}L70 {base:.0f}"
    right = f"{WIDTH - 8} 0L{WIDTH - 34} 0L-4 {base:.0f}L{WIDTH - 70} {base:.0f}"
    by = fine(plate.short_by(), WIDTH - MARGIN, above - 8, inks.dark, anchor="end")
    return Print(
        outline(left, inks.first) + outline(right, inks.second, over=True) + title,
        fine=fine(plate.year, MARGIN, above - 8, inks.dark) + by,
    )


def moon(plate: Plate) -> Print:
    """A large disc and a small one, plain, striped or dotted."""
    inks = plate.inks
    title, total = foot(plate, 104, inks.dark)
    defs = ("", stripes(inks.second, plate.pattern_id), dots(inks.second, plate.pattern_id))
    large = disc(plate.across(150), 118, (112, 104, 120)[plate.size], inks.first)
    fill = plate.pattern if plate.size else inks.second
    small = disc(plate.across(66), 178 if total < 80 else 160, 58, fill, over=True)
    at, anchor = (WIDTH - MARGIN, "end") if plate.is_mirrored else (MARGIN, "start")
    year = fine(plate.year, at, 26, inks.dark, anchor=anchor)
    return Print(large + small + title, fine=year, defs=defs[plate.size])


def horizon(plate: Plate) -> Print:
    """A sun half sunk in the ground that carries the title."""
    inks = plate.inks
    fill = inks.words_on(inks.first)
    title, total = foot(plate, 100, fill)
    y = HEIGHT - MARGIN - total - 34
    x, sunk, r = ((96, 10, 74), (150, 26, 66), (120, 0, 84))[plate.size]
    ground = rect(0, y, WIDTH, HEIGHT - y, inks.first, over=True)
    readable = contrast(fill, inks.first) >= READABLE
    return Print(
        disc(plate.across(x), y - sunk, r, inks.second) + ground + title,
        fine=plate.caption(HEIGHT - MARGIN - total - 12, fill) if readable else "",
    )


def night(plate: Plate) -> Print:
    """A disc before another: a crescent, or light on light."""
    inks = plate.inks
    fill = inks.words_on(inks.first)
    title, _ = foot(plate, 112, fill)
    near = inks.second if plate.size else inks.first
    at, anchor = (MARGIN, "start") if plate.is_mirrored else (WIDTH - MARGIN, "end")
    return Print(
        disc(plate.across(132), 112, 86, inks.paper)
        + disc(plate.across(166), 92, 86, near, over=plate.size > 0)
        + title,
        fine=fine(plate.year, at, 27, fill, anchor=anchor),
        background=inks.first,
    )


def screen(plate: Plate) -> Print:
    """A cinema screen that throws its light on the floor."""
    inks = plate.inks
    title, total = foot(plate, 104, inks.dark)
    floor = HEIGHT - MARGIN - total - 24
    tall = (86, 104, 78)[plate.size]
    edge = 34 + tall - 26
    corners = f"{MARGIN} {edge}L{WIDTH - MARGIN} {edge}"
    light = f"{corners}L{WIDTH + 34} {floor:.0f}L-34 {floor:.0f}"
    fill = plate.pattern if plate.size else inks.second
    by = fine(plate.short_by(), WIDTH - MARGIN, 25, inks.dark, anchor="end")
    return Print(
        rect(MARGIN, 34, MEASURE, tall, inks.first) + outline(light, fill, over=True) + title,
        fine=fine(plate.year, MARGIN, 25, inks.dark) + by,
        defs=stripes(inks.second, plate.pattern_id, step=9, weight=5) if plate.size else "",
    )


def echo(plate: Plate) -> Print:
    """One short word three times, each line wider, together filling the sheet."""
    inks = plate.inks
    word = plate.title.upper()
    lines = []
    for face, ink in ((62, inks.first), (100, inks.second), (125, inks.dark)):
        size = MEASURE / width(word, f"a{face}")
        lines.append((face, ink, size, size * CAPITAL))
    room = HEIGHT - 2 * MARGIN - 14
    stretch = min(2.6, room / sum(capital for *_, capital in lines))
    y, drawn = MARGIN, ""
    for face, ink, size, capital in lines:
        tall = capital * stretch
        over = "" if ink == inks.first else ' class="ov"'
        place = f"translate({MARGIN} {y + tall:.1f}) scale(1 {tall / capital:.3f})"
        drawn += (
            f'<g transform="{place}"{over}>'
            f'<text class="pt w{face}" font-size="{size:.1f}" textLength="{MEASURE}"'
            f' lengthAdjust="spacingAndGlyphs" fill="{ink}">{escape(word)}</text></g>'
        )
        y += tall + 7
    return Print(drawn)


def eclipse(plate: Plate) -> Print:
    """Two discs, side by side, above each other, or a disc in a ring."""
    inks = plate.inks
    title, y = head(plate, 100)
    centre = y + (HEIGHT - y) / 2 + 12
    r = min(96, (HEIGHT - y) / 2 - 6)
    shift = -22 if plate.is_mirrored else 22
    middle = WIDTH / 2
    if plate.size == 0:
        one = disc(middle - shift, centre, r, inks.first)
        other = disc(middle + shift, centre, r, inks.second, over=True)
    elif plate.size == 1:
        one = disc(middle - shift * 0.4, centre - r * 0.34, r * 0.74, inks.first)
        other = disc(middle + shift * 0.4, centre + r * 0.34, r * 0.74, inks.second, over=True)
    else:
        one = ring(middle, centre, r * 0.9, inks.first, r * 0.2)
        other = disc(middle + shift * 1.6, centre + r * 0.3, r * 0.62, inks.second, over=True)
    return Print(one + other + title)


def road(plate: Plate) -> Print:
    """A road that runs to the skyline under the title."""
    inks = plate.inks
    title, end = head(plate, 100, y=MARGIN + 4)
    y = end + 28
    far = plate.across(150)
    near = "150 360L-30 360" if plate.is_mirrored else f"{WIDTH + 30} 360L90 360"
    return Print(
        rect(0, y, WIDTH, HEIGHT - y, inks.first)
        + outline(f"{far - 5} {y:.0f}L{far + 5} {y:.0f}L{near}", inks.second, over=True)
        + rect(0, y, WIDTH, 34, plate.pattern, over=True)
        + title,
        defs=stripes(inks.second, plate.pattern_id, step=8, weight=3),
    )
