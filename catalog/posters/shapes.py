"""The few shapes that posters are made of, as SVG without style attributes."""

from html import escape

WIDTH, HEIGHT, MARGIN = 240, 360, 16
MEASURE = WIDTH - 2 * MARGIN


def _over(is_over: bool) -> str:
    return ' class="ov"' if is_over else ""


def rect(x: float, y: float, w: float, h: float, fill: str, *, over: bool = False) -> str:
    """Draw a rectangle; `over` prints it on top of what lies below, ink on ink."""
    return f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" fill="{fill}"{_over(over)}/>'


def disc(x: float, y: float, r: float, fill: str, *, over: bool = False) -> str:
    """Draw a disc."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}" fill="{fill}"{_over(over)}/>'


def ring(x: float, y: float, r: float, ink: str, width: float) -> str:
    """Draw a ring."""
    return (
        f'<circle cx="{x}" cy="{y:.0f}" r="{r:.0f}" fill="none"'
        f' stroke="{ink}" stroke-width="{width:.0f}"/>'
    )


def outline(points: str, fill: str, *, over: bool = False) -> str:
    """Draw a closed outline through points of an SVG path."""
    return f'<path d="M{points}z" fill="{fill}"{_over(over)}/>'


def stripes(ink: str, name: str, *, step: float = 7, weight: float = 3.4) -> str:
    """Define a pattern of level stripes."""
    return (
        f'<pattern id="{name}" width="{step}" height="{step}" patternUnits="userSpaceOnUse">'
        f'<path d="M0 {weight / 2}H{step}" stroke="{ink}" stroke-width="{weight}"/></pattern>'
    )


def dots(ink: str, name: str) -> str:
    """Define a pattern of dots on the slant."""
    return (
        f'<pattern id="{name}" width="8" height="8" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate(45)"><circle cx="4" cy="4" r="2.5" fill="{ink}"/></pattern>'
    )


def fine(
    text: str, x: float, y: float, fill: str, *, anchor: str = "start", serif: bool = False
) -> str:
    """Set a word of fine print: a year, or who made it."""
    if not text:
        return ""
    face, size = ("pf ser", 12.5) if serif else ("pf", 11.5)
    return (
        f'<text class="{face}" x="{x:g}" y="{y:g}" font-size="{size}" fill="{fill}"'
        f' text-anchor="{anchor}">{escape(text)}</text>'
    )
