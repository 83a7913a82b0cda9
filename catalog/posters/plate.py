"""What a setting is given to draw, and what it gives back."""

from dataclasses import dataclass

from catalog.posters.inks import Inks
from catalog.posters.shapes import MARGIN, WIDTH, fine


@dataclass(frozen=True)
class Plate:
    """One title's poster before it is drawn."""

    title: str
    year: str
    by: str
    inks: Inks
    size: int  # 0, 1 or 2: which of its sizes a setting takes
    is_mirrored: bool
    pattern_id: str

    @property
    def pattern(self) -> str:
        """Return the fill that paints with this poster's pattern."""
        return f"url(#{self.pattern_id})"

    def across(self, x: float) -> float:
        """Return x, or its mirror image where the poster is mirrored."""
        return WIDTH - x if self.is_mirrored else x

    def short_by(self) -> str:
        """Return who made it, or only the last word where that is long."""
        return self.by if len(self.by) < 24 else self.by.split()[-1]

    def caption(self, y: float, fill: str) -> str:
        """Set the year at the start and who made it at the end of one line."""
        by = self.by if len(self.by) < 26 else self.by.split(",")[0].split(" ")[-1]
        end = fine(by, WIDTH - MARGIN, y, fill, anchor="end")
        return fine(self.year, MARGIN, y, fill) + end


@dataclass(frozen=True)
class Print:
    """A drawn poster, layer by layer."""

    shapes: str  # and the title among them
    fine: str = ""  # print that disappears when the poster is small
    defs: str = ""
    background: str = ""  # the paper, if not given
