"""The summary at the head of docs/taste-space.md, read from the sections below it.

Nothing is measured here and nothing typed: `benchmarks.taste` writes a section for each split, and
this reads their tables again and holds them against what was asked for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

NAME = "taste-summary"
THREE = ("NDCG@5", "P@5", "SSR")
HOUSE, SPACE, EASES = "house", "house_space", ("ease", "ease_new")
COVERAGE_MUST = 0.05  # on new people of ML-1M
SPACE_MAY_LACK = 0.02  # of a "must", without the ranker


@dataclass(frozen=True)
class Target:
    """What one split is asked for.

    Attributes:
        must, aim: metric → the least, and what would be good.
        covers: whether coverage@5 is asked for as well.
    """

    must: Mapping[str, float]
    aim: Mapping[str, float]
    covers: bool = False


def _target(names: tuple[str, ...], must: str, aim: str, *, covers: bool = False) -> Target:
    """Return the target of figures written as ".51/.60/.63"."""
    least, good = ([float(each) for each in row.split("/")] for row in (must, aim))
    return Target(
        dict(zip(names, least, strict=True)), dict(zip(names, good, strict=True)), covers=covers
    )


TARGETS = {
    "P1-small-s1": _target(("Recall@10",), ".22", ".25"),
    "P2r-small-s1": _target(THREE, ".285/.28/.20", ".31/.31/.25"),
    "by-time-small": _target(("NDCG@5", "SSR"), ".115/.05", ".14/.07"),
    "P2r-ml1m": _target(THREE, ".365/.38/.32", ".39/.41/.36"),
    "P3-ml1m-k5": _target(THREE, ".51/.60/.63", ".56/.65/.70", covers=True),
    "P3-ml1m-k10": _target(THREE, ".555/.63/.68", ".60/.68/.75", covers=True),
    "P3-ml1m-k20": _target(THREE, ".57/.65/.69", ".63/.71/.78", covers=True),
    "letterboxd-k5": _target(("NDCG@5",), ".31", ".36"),
    "letterboxd-k10": _target(("NDCG@5",), ".34", ".40"),
    "letterboxd-k20": _target(("NDCG@5",), ".37", ".43"),
}


@dataclass(frozen=True)
class Section:
    """What one section says.

    Attributes:
        day: when it was measured.
        figures: recipe → metric → the figure, to three decimals.
    """

    day: str
    figures: dict[str, dict[str, float]]

    @property
    def best_ease(self) -> str | None:
        """Return the better EASE of the run by NDCG@5, None without one."""
        found = [name for name in EASES if name in self.figures]
        return max(found, key=lambda name: self.figures[name]["NDCG@5"], default=None)

    @property
    def most_disliked(self) -> float:
        """Return how many of five may be disliked: no more than that EASE shows."""
        return self.figures[self.best_ease]["disliked@5"] if self.best_ease else 1.0


def summary(document: Path) -> str:
    """Return the summary of a document's sections.

    Raises:
        ValueError: a section is there without its table.
    """
    sections = sections_of(document.read_text(encoding="utf-8"))
    rows, missed = [], []
    for place, target in TARGETS.items():
        section = sections.get(place)
        if section is None or HOUSE not in section.figures:
            rows.append([place, *_asked(target), "not measured", "", "", "", "", "", ""])
            continue
        missed += [f"{place}: {what}" for what in misses(section, target)]
        rows.append([place, *_asked(target), *_found(section, target), section.day])
    head = (
        "split", "figures", "must", "aim", "house", "house_space", "best EASE of the same run",
        "coverage@5 of house", "disliked@5: house / that EASE", "measured",
    )  # fmt: skip
    lines = [
        "`benchmarks.taste --summary`, from the sections below. Bold is what misses its must: "
        f"for the space alone, by more than {SPACE_MAY_LACK:.0%}; disliked@5, above that EASE's.",
        "",
        *(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)),
        "",
        f"Missed by the house: {'; '.join(missed)}." if missed else "The house misses no must.",
    ]
    return "\n".join(lines)


def misses(section: Section, target: Target) -> list[str]:
    """Return in words each figure of the house that lies on the wrong side of its must."""
    found = section.figures[HOUSE]
    asked = dict(target.must) | ({"coverage@5": COVERAGE_MUST} if target.covers else {})
    missed = [
        f"{metric} {_short(found[metric])}, must {_short(least)}"
        for metric, least in asked.items()
        if found[metric] < least
    ]
    most = section.most_disliked
    if found["disliked@5"] > most:
        missed.append(f"disliked@5 {_short(found['disliked@5'])}, must not pass {_short(most)}")
    return missed


def sections_of(text: str) -> dict[str, Section]:
    """Return what the written sections of a document say, by split."""
    found = {}
    for place in TARGETS:
        first, last = f"<!-- taste-{place}: written", f"<!-- end of taste-{place} -->"
        if first in text:
            found[place] = _section(place, text.partition(first)[2].partition(last)[0])
    return found


def _section(place: str, text: str) -> Section:
    rows = [
        [cell.strip() for cell in line.strip("| ").split("|")]
        for line in text.splitlines()
        if line.startswith("|")
    ]
    day = re.search(r"\d{4}-\d{2}-\d{2}", text)
    if not rows or rows[0][0] != "recipe" or day is None:
        raise ValueError(
            f"found no table of recipes in the section taste-{place}; expected what "
            f"'benchmarks.taste --splits {place} --write' writes"
        )
    head, figures = rows[0], {}
    for row in rows[2:]:
        if row[0] == "recipe":  # the table of differences begins
            break
        told = dict(zip(head, row, strict=True))
        together = told["NDCG@5 / P@5 / SSR"].split("/")
        figures[row[0]] = dict(zip(THREE, map(float, together), strict=True)) | {
            metric: float(told[metric]) for metric in ("Recall@10", "coverage@5", "disliked@5")
        }
    return Section(day[0], figures)


def _asked(target: Target) -> list[str]:
    return [" / ".join(target.must), _joined(target.must), _joined(target.aim)]


def _found(section: Section, target: Target) -> list[str]:
    """Return the cells of what was measured."""

    def cell(name: str | None, allowance: float | None = None) -> str:
        if name is None or name not in section.figures:
            return ""
        found = section.figures[name]
        if allowance is None:
            return _joined({metric: found[metric] for metric in target.must})
        return "/".join(
            _marked(found[metric], found[metric] < least * (1 - allowance))
            for metric, least in target.must.items()
        )

    house = section.figures[HOUSE]
    disliked = _marked(house["disliked@5"], house["disliked@5"] > section.most_disliked)
    if section.best_ease:
        disliked = f"{disliked} / {_short(section.most_disliked)}"
    return [
        cell(HOUSE, 0.0),
        cell(SPACE, SPACE_MAY_LACK),
        cell(section.best_ease),
        _marked(house["coverage@5"], target.covers and house["coverage@5"] < COVERAGE_MUST),
        disliked,
    ]


def _joined(figures: Mapping[str, float]) -> str:
    return "/".join(_short(value) for value in figures.values())


def _marked(value: float, is_miss: bool) -> str:
    return f"**{_short(value)}**" if is_miss else _short(value)


def _short(value: float) -> str:
    return f"{value:.3f}".replace("0.", ".", 1)
