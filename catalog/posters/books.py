"""Settings for books: paper and spine, the title in a serif."""

from catalog.posters.inks import NEAR_WHITE, READABLE, contrast
from catalog.posters.lettering import set_serif
from catalog.posters.plate import Plate, Print
from catalog.posters.shapes import HEIGHT, MARGIN, MEASURE, WIDTH, disc, fine, outline, rect


def spine(plate: Plate) -> Print:
    """A coloured spine with its label, the title beside it."""
    inks = plate.inks
    measure = WIDTH - 64 - 14
    title, total = set_serif(plate.title, 64, 24, measure, 226, inks.dark, largest=52)
    end = 24 + total + 14
    drawn = (
        rect(0, 0, 46, HEIGHT, inks.first)
        + rect(0, (52, 214, 120)[plate.size], 46, 64, inks.second, over=True)
        + rect(46, 0, 3, HEIGHT, inks.second, over=True)
        + title
        + rect(64, end + 4, measure, 3, inks.dark)
    )
    if HEIGHT - 70 - end > 90:
        drawn += disc(98, HEIGHT - 86, 34, inks.first)
        drawn += disc(130, HEIGHT - 86, 34, inks.second, over=True)
    by = fine(plate.by, 64, HEIGHT - 32, inks.dark, serif=True)
    return Print(drawn, fine=by + fine(plate.year, 64, HEIGHT - 16, inks.dark))


def pages(plate: Plate) -> Print:
    """An open book, one page turning."""
    inks = plate.inks
    title, total = set_serif(plate.title, MARGIN, 22, MEASURE, 150, inks.dark, largest=44)
    y = max(22 + total + 26, 150)
    middle = WIDTH / 2
    gutter = f"{middle} {y + 24:.0f}"
    top, foot = ((54, 40), (78, 60), (36, 20))[plate.size]
    left = f"{gutter}L-2 {y:.0f}L-2 {HEIGHT}L{middle} {HEIGHT}"
    right = f"{gutter}L{WIDTH + 2} {y:.0f}L{WIDTH + 2} {HEIGHT}L{middle} {HEIGHT}"
    turning = f"{gutter}L{middle - top} {y - 6:.0f}L{middle - foot} {HEIGHT}L{middle} {HEIGHT}"
    return Print(
        title
        + outline(left, inks.first)
        + outline(right, inks.second)
        + outline(turning, inks.second, over=True),
        fine=fine(plate.by, MARGIN, 22 + total + 9, inks.dark, serif=True),
    )


def label(plate: Plate) -> Print:
    """A framed cover with a pasted label."""
    inks = plate.inks
    fill = inks.words_on(inks.first)
    middle, measure = WIDTH / 2, WIDTH - 76
    title, total = set_serif(
        plate.title, middle, 50, measure, 138, inks.dark, largest=36, anchor="middle"
    )
    frame = (
        f'<rect x="9" y="9" width="{WIDTH - 18}" height="{HEIGHT - 18}" fill="none"'
        f' stroke="{inks.paper}" stroke-width="1.6"/>'
    )
    return Print(
        frame
        + disc(middle, HEIGHT - 104, (64, 56, 72)[plate.size], inks.second, over=True)
        + rect(24, 34, WIDTH - 48, total + 30, inks.paper)
        + title,
        fine=fine(plate.by, middle, HEIGHT - 22, fill, anchor="middle", serif=True),
        background=inks.first,
    )


def fold(plate: Plate) -> Print:
    """A cover with its lower corner folded back."""
    inks = plate.inks
    light = max(contrast(inks.paper, inks.second), contrast(NEAR_WHITE, inks.second))
    background, back = inks.first, inks.second
    if light >= READABLE:
        background, back = inks.second, inks.first
    fill = inks.words_on(background)
    size = (128, 108, 150)[plate.size]
    corner = f"{WIDTH} {HEIGHT - size}L{WIDTH} {HEIGHT}L{WIDTH - size} {HEIGHT}"
    flap = f"{WIDTH - size} {HEIGHT}L{WIDTH} {HEIGHT - size}"
    flap += f"L{WIDTH - size * 0.92:.0f} {HEIGHT - size * 0.92:.0f}"
    title, total = set_serif(plate.title, MARGIN, 26, MEASURE, 170, fill, largest=46)
    return Print(
        outline(corner, inks.paper) + outline(flap, back) + title,
        fine=fine(plate.by, MARGIN, 26 + total + 12, fill, serif=True),
        background=background,
    )
