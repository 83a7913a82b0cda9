"""Which titles hold a text's words, rare words counting most: PostgreSQL's own word index."""

from collections.abc import Iterable

from django.db import connection, transaction

LONGEST_WORD = 100

STORE = """
    INSERT INTO recommendations_titlewords (title_id, document)
    SELECT d.id, to_tsvector('english', d.text) FROM unnest(%s::bigint[], %s::text[]) AS d(id, text)
    JOIN catalog_title t ON t.id = d.id
    ON CONFLICT (title_id) DO UPDATE SET document = excluded.document
"""
COUNT = """
    INSERT INTO recommendations_wordcount (word, n_titles)
    SELECT word, ndoc FROM ts_stat('SELECT document FROM recommendations_titlewords')
    WHERE length(word) <= %s
    UNION ALL SELECT '', count(*) FROM recommendations_titlewords
"""
# A word's weight is BM25's: ln(1 + (N − n + ½) / (n + ½)), Robertson and Zaragoza 2009. A word
# of most titles finds nothing on its own, so it is only weighed, not looked up.
SHARES = """
    WITH total AS (SELECT n_titles AS n FROM recommendations_wordcount WHERE word = ''),
    weighed AS (
        SELECT q.lexeme, coalesce(c.n_titles, 0) AS n_titles,
               ln(1 + (total.n - coalesce(c.n_titles, 0) + 0.5)
                      / (coalesce(c.n_titles, 0) + 0.5)) AS w
        FROM unnest(to_tsvector('english', %(text)s)) q
        CROSS JOIN total
        LEFT JOIN recommendations_wordcount c ON c.word = q.lexeme
    ),
    looked_up AS (
        SELECT lexeme, w FROM weighed WHERE n_titles > 0 ORDER BY w DESC, lexeme LIMIT %(words)s
    )
    SELECT t.title_id, (sum(l.w) / (SELECT sum(w) FROM weighed))::float8 AS share
    FROM looked_up l
    JOIN recommendations_titlewords t ON t.document @@ quote_literal(l.lexeme)::tsquery
    GROUP BY t.title_id ORDER BY share DESC, t.title_id LIMIT %(n)s
"""
MOST_WORDS = 24


def store_words(texts: Iterable[tuple[int, str]]) -> None:
    """Store the words of titles' texts; older ones of the same titles are replaced."""
    ids, bodies = zip(*texts, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(STORE, [list(ids), list(bodies)])


@transaction.atomic
def count_words() -> None:
    """Count anew in how many titles each word stands."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM recommendations_wordcount")
        cursor.execute(COUNT, [LONGEST_WORD])


def word_shares(text: str, *, n: int) -> dict[int, float]:
    """Return {title id: share of the text's word weight that its own texts hold}, best `n`.

    A share is in [0, 1]: 1 when a title holds every word of the text.
    """
    with connection.cursor() as cursor:
        cursor.execute(SHARES, {"text": text, "words": MOST_WORDS, "n": n})
        return dict(cursor.fetchall())
