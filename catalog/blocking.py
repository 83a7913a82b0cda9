"""Keeping titles from everybody by what they are tagged with.

Sources mark what is for adults only, and forget some. A curator blocks a tag, and every title
that has it among its genres, themes or moods is marked like those that a source marked: no list,
page, link or search shows it. So it is with titles that come later. Lifting the tag takes back
what it marked, and nothing that a source or a curator marked.
"""

import datetime
from collections.abc import Collection

from django.db import connection, transaction

from catalog.models import BlockedTag, Title

# Titles that a curator has unmarked since stay so: a tag marks a title once.
MARK = """
    WITH found AS (
        SELECT b.id AS tag_id, t.id AS title_id
          FROM catalog_blockedtag b
          JOIN catalog_title t ON EXISTS (
                   SELECT FROM unnest(t.themes || t.moods) AS word
                    WHERE lower(word) = lower(b.name)
               ) OR EXISTS (
                   SELECT FROM catalog_title_genres tg JOIN catalog_genre g ON g.id = tg.genre_id
                    WHERE tg.title_id = t.id AND lower(g.name) = lower(b.name)
               )
         WHERE (%(ids)s::bigint[] IS NULL OR t.id = ANY(%(ids)s))
           AND (NOT t.is_adult
                OR EXISTS (SELECT FROM catalog_blockedtag_titles m WHERE m.title_id = t.id))
    ), noted AS (
        INSERT INTO catalog_blockedtag_titles (blockedtag_id, title_id)
        SELECT tag_id, title_id FROM found
        ON CONFLICT DO NOTHING
        RETURNING title_id
    )
    UPDATE catalog_title SET is_adult = true
     WHERE id IN (SELECT title_id FROM noted) AND NOT is_adult
"""


def mark(title_ids: Collection[int] | None = None) -> int:
    """Mark every title that has a blocked tag, and return how many were not marked before.

    Args:
        title_ids: look at these alone; at the whole catalogue without.
    """
    if not BlockedTag.objects.exists():
        return 0
    ids = None if title_ids is None else list(title_ids)
    with connection.cursor() as cursor:
        cursor.execute(MARK, {"ids": ids})
        return cursor.rowcount


@transaction.atomic
def block(name: str, *, now: datetime.datetime) -> tuple[BlockedTag, int]:
    """Block a tag; return it, and how many titles that took away."""
    tag = BlockedTag.objects.create(name=" ".join(name.split()), made_at=now)
    return tag, mark()


@transaction.atomic
def lift(tag: BlockedTag) -> int:
    """Let titles of this tag be shown again; return how many are.

    Those that another blocked tag marked stay away.
    """
    ids = set(tag.titles.values_list("pk", flat=True))
    others = BlockedTag.objects.exclude(pk=tag.pk).filter(titles__in=ids)
    kept = set(others.values_list("titles", flat=True))
    tag.delete()
    return Title.objects.filter(pk__in=ids - kept, is_adult=True).update(is_adult=False)
