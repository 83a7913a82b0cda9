"""Names for vibes, from what the catalogue says of their titles."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.contrib.postgres.aggregates import ArrayAgg
from django.core.cache import cache
from django.db.models import Q, TextField, Value
from django.db.models.functions import MD5, Cast, Coalesce

from catalog.models import Title
from catalog.models.titles import TitleQuerySet
from recommendations.taste.clustering.naming import Background, Described, names, telling
from recommendations.taste.clustering.terms import Term, terms_of
from recommendations.vibes.finding import Findings, Former

# What is rare in so many titles of the catalogue is rare in it.
N_BACKGROUND = 1_500
BACKGROUND_KEY, BACKGROUND_SECONDS = "vibes:background", 24 * 3600
MOST_DESCRIBED = 120  # titles of a vibe, to name it
# What a card says beneath the name: terms of so many, that hold for this share of the titles.
N_TERMS, TOLD = 4, 0.25
TOLD_KINDS = {"mood", "theme", "genre"}


def named(findings: Findings, former: Sequence[Former]) -> Findings:
    """Return the findings with a name for each vibe and the terms that set it apart.

    A vibe that goes on from a former one keeps its name. No two of a person are called alike.
    """
    groups = [drawn(vibe.title_ids) for vibe in findings.vibes]
    terms = read_terms(Title.objects.filter(pk__in=[i for ids in groups for i in ids]))
    described = [describe(ids, terms) for ids in groups]
    rest = background()
    new = [place for place, vibe in enumerate(findings.vibes) if not vibe.keeps_name]
    continued = {vibe.former.pk for vibe in findings.vibes if vibe.former}
    taken = [v.former.name for v in findings.vibes if v.former and v.keeps_name]
    # A pinned vibe whose titles are all gone stays, and so does its name.
    taken += [
        one.vibe.name
        for one in former
        if one.vibe.is_pinned and not one.vibe.dropped_at and one.vibe.pk not in continued
    ]
    given = dict(
        zip(new, names([described[place] for place in new], rest, taken=taken), strict=True)
    )
    result = []
    for place, vibe in enumerate(findings.vibes):
        others = [other for number, other in enumerate(described) if number != place]
        former_name = vibe.former.name if vibe.former else ""
        name = given[place].text if place in given else former_name
        told = told_terms(described[place], rest, others, name=name)
        result.append(replace(vibe, name=name, terms=tuple(told)))
    return replace(findings, vibes=tuple(result))


def names_for(groups: Sequence[Sequence[int]], *, taken: Iterable[str]) -> list[str]:
    """Return a name that is not taken for each of these groups of title ids."""
    groups = [drawn(ids) for ids in groups]
    terms = read_terms(Title.objects.filter(pk__in=[i for ids in groups for i in ids]))
    found = names([describe(ids, terms) for ids in groups], background(), taken=list(taken))
    return [name.text for name in found]


def terms_for(title_ids: Sequence[int], *, name: str) -> list[str]:
    """Return the terms that stand beneath the name of a vibe of these titles."""
    ids = drawn(title_ids)
    one = describe(ids, read_terms(Title.objects.filter(pk__in=ids)))
    return told_terms(one, background(), [], name=name)


def drawn(title_ids: Sequence[int]) -> Sequence[int]:
    """Return up to 120 of a vibe's titles, in even steps: enough to tell what half of them are."""
    return title_ids[:: -(-len(title_ids) // MOST_DESCRIBED) or 1]


def describe(title_ids: Iterable[int], terms: dict[int, frozenset[Term]]) -> Described:
    """Return the titles of a vibe in terms."""
    known = [terms[i] for i in title_ids if i in terms]
    return Described(Counter(term for own in known for term in own), len(known))


def told_terms(
    one: Described, rest: Background, others: Sequence[Described], *, name: str
) -> list[str]:
    """Return up to four terms that set a vibe apart and that its name does not say."""
    said = set(name.casefold().replace(",", "").split())
    open_ = [
        term
        for term in one.terms
        if term.kind in TOLD_KINDS
        and one.share(term) >= TOLD
        and one.terms[term] >= min(2, one.n_titles)
        and not said.issuperset(term.text.casefold().split())
    ]
    open_.sort(key=lambda term: (-telling(term, one, rest, others), term))
    found = dict.fromkeys(t.text.lower() if t.kind == "genre" else t.text for t in open_)
    return list(found)[:N_TERMS]


def background() -> Background:
    """Return the catalogue in terms, worked out once a day from up to 1,500 of its titles."""
    kept = cache.get(BACKGROUND_KEY)
    if kept is None:
        shuffled = Title.objects.visible().order_by(MD5(Cast("pk", TextField())), "pk")
        terms = read_terms(shuffled[:N_BACKGROUND])
        counted = Counter(term for own in terms.values() for term in own)
        # What stands in one title alone is as rare as what stands in none.
        common = {(t.kind, t.text): n for t, n in counted.items() if n > 1}
        kept = (common, len(terms))
        cache.set(BACKGROUND_KEY, kept, timeout=BACKGROUND_SECONDS)
    common, n_titles = kept
    return Background({Term(*pair): n for pair, n in common.items()}, n_titles)


def read_terms(titles: TitleQuerySet) -> dict[int, frozenset[Term]]:
    """Return {title id: everything that may be said of it in a name}, in one statement."""
    genres = Coalesce(
        ArrayAgg("genres__name", filter=~Q(genres__name=None), order_by="genres__name"), Value([])
    )
    rows = titles.annotate(named_genres=genres).values_list(
        "pk", "kind", "year", "mood", "moods", "named_genres", "themes", "countries"
    )
    return {
        pk: terms_of(
            kind=kind, year=year, mood=mood, moods=moods, genres=own, themes=themes,
            countries=countries,
        )
        for pk, kind, year, mood, moods, own, themes, countries in rows
    }  # fmt: skip
