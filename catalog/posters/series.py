"""Settings for series: repetition, the title in capitals."""

from catalog.posters.films import foot, head
from catalog.posters.plate import Plate, Print
from catalog.posters.shapes import HEIGHT, MARGIN, WIDTH, disc, outline, rect, stripes


def bands(plate: Plate) -> Print:
    """Bands that grow thinner, one a season, and a disc over them."""
    inks = plate.inks
    title, total = foot(plate, 96, inks.dark)
    base = HEIGHT - MARGIN - total - 24
    shares = (0.235, 0.195, 0.155, 0.115, 0.08, 0.05)
    y, drawn = 0.0, ""
    for share in shares:
        tall = base * share / sum(shares) * 0.80
        drawn += rect(0, y, WIDTH, tall, inks.first)
        y += tall + base * 0.2 / 6
    x = plate.across((170, 84, 128)[plate.size])
    drawn += disc(x, base * 0.58, base * 0.36, inks.second, over=True)
    return Print(drawn + title, fine=plate.caption(HEIGHT - MARGIN - total - 8, inks.dark))


def phases(plate: Plate) -> Print:
    """Rows of three discs, one an episode, each crossed a little further by its shadow."""
    inks = plate.inks
    title, end = head(plate, 100)
    y = end + 18
    r = (WIDTH - 2 * MARGIN) / 6
    rows = max(2, min(3, int((HEIGHT - y - 8) // (2 * r + 6))))
    gap = min(14, (HEIGHT - MARGIN - y - rows * 2 * r) / (rows - 1))
    start = HEIGHT - MARGIN - rows * 2 * r - (rows - 1) * gap
    direction = -1 if plate.is_mirrored else 1
    drawn = ""
    for i in range(3 * rows):
        row, column = divmod(i, 3)
        x = MARGIN + r + column * 2 * r
        centre = start + r + row * (2 * r + gap)
        shift = r * 1.7 * (i / (3 * rows - 1) - 0.5) * direction
        drawn += disc(x, centre, r - 2, inks.first)
        drawn += disc(x + shift, centre, r - 2, inks.second, over=True)
    return Print(drawn + title)


def stairs(plate: Plate) -> Print:
    """Two flights of six steps that cross, one up and one down."""
    inks = plate.inks
    title, end = head(plate, 96)
    tall = HEIGHT - end - 20
    n = 6
    step = WIDTH / n
    up = [(i + 1) / n for i in range(n)]
    down = [(n - i) / n * 0.62 for i in range(n)]
    if plate.is_mirrored:
        up, down = up[::-1], down[::-1]

    def flight(heights: list[float]) -> str:
        points = f"0 {HEIGHT}"
        for i, share in enumerate(heights):
            points += f"L{i * step:g} {HEIGHT - tall * share:.1f}H{(i + 1) * step:g}"
        return points + f"L{WIDTH} {HEIGHT}"

    lower = outline(flight(down), inks.second, over=True)
    return Print(outline(flight(up), inks.first) + lower + title)


def bars(plate: Plate) -> Print:
    """Upright bars, one of them striped and one left out, under a broad one."""
    inks = plate.inks
    title, total = foot(plate, 100, inks.dark)
    base = HEIGHT - MARGIN - total - 24
    fills = [inks.first, "", inks.second, plate.pattern, inks.first]
    if plate.is_mirrored:
        fills.reverse()
    wide = WIDTH / len(fills)
    drawn = "".join(
        rect(i * wide, 0, wide + 0.3, base, fill) for i, fill in enumerate(fills) if fill
    )
    broad = inks.first if plate.is_mirrored else inks.second
    drawn += rect(0, base * 0.62, WIDTH, base * 0.38, broad, over=True)
    return Print(
        drawn + title,
        fine=plate.caption(HEIGHT - MARGIN - total - 8, inks.dark),
        defs=stripes(inks.second, plate.pattern_id, step=6, weight=3),
    )
