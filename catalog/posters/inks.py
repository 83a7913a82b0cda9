"""The ten palettes, and how two inks mix and read on paper."""

from dataclasses import dataclass

# mood: paper, and the two inks printed on it
PALETTES = {
    "tense": ("#f2e6d8", "#cf3d2a", "#2f5f80"),
    "wonder": ("#dfe8ec", "#3f62d6", "#f58b4c"),
    "tender": ("#f9dfd9", "#e2607a", "#2a7d86"),
    "bright": ("#fbe8ab", "#ee7c2b", "#1f7a5a"),
    "dread": ("#e0dfd0", "#1f6a55", "#cc433b"),
    "epic": ("#f0deb6", "#d4891a", "#3b4b9c"),
    "hushed": ("#e7e1ec", "#7666b6", "#e59b7a"),
    "true": ("#ede7da", "#a9582f", "#376f90"),
    "strange": ("#e6ebcd", "#8aa31f", "#bc4497"),
    "noir": ("#e3dcd5", "#3a3142", "#e3b02b"),
}
NEVER_SWAPPED = {"dread", "noir"}
NEAR_WHITE, NEAR_BLACK = "#fffaf4", "#1b1016"
READABLE, DARK = 4.5, 8.5  # contrast that words need, and that the third colour has


@dataclass(frozen=True)
class Inks:
    """Paper, the two inks in the order of this poster, and the dark of both."""

    paper: str
    first: str
    second: str
    dark: str

    @classmethod
    def of(cls, mood: str, *, swap: bool) -> "Inks":
        """Return a mood's inks, the other way round where asked and allowed."""
        paper, first, second = PALETTES[mood]
        if swap and mood not in NEVER_SWAPPED:
            first, second = second, first
        dark = overprint(first, second)
        while contrast(dark, paper) < DARK:
            dark = to_hex([0.9 * part for part in to_rgb(dark)])
        return cls(paper, first, second, dark)

    def words_on(self, background: str) -> str:
        """Return the colour that words have on a background: paper, near-white or a dark."""
        for light in (self.paper, NEAR_WHITE):
            if contrast(light, background) >= READABLE:
                return light
        return max((self.dark, NEAR_BLACK), key=lambda colour: contrast(colour, background))


def to_rgb(colour: str) -> list[int]:
    """Return the three parts of a `#rrggbb` colour, from 0 to 255."""
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def to_hex(parts: list[float]) -> str:
    """Return three parts from 0 to 255 as a `#rrggbb` colour."""
    return "#" + "".join(f"{max(0, min(255, round(part))):02x}" for part in parts)


def overprint(one: str, other: str) -> str:
    """Return the colour of two inks on top of each other: their product."""
    pairs = zip(to_rgb(one), to_rgb(other), strict=True)
    return to_hex([x * y / 255 for x, y in pairs])


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, from 0 to 1 (WCAG 2.2)."""
    parts = [part / 255 for part in to_rgb(colour)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
