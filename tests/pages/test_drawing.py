"""Cards and rows of results as one cut: everyone's own words in them, and all of them."""

import re
from html import unescape
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory

from catalog.library import LibraryState
from catalog.models import Title
from recommendations.zones.shelf import Pick, Span

BOTH = pytest.mark.parametrize("template", ["components/card.html", "components/result.html"])
AWKWARD = """<b>"Tom" & 'Jerry'</b> &amp; &lt;co"""


def title(pk=7, name="Heat", **values) -> Title:
    film = {"kind": "film", "mood": "tense", "maker": "Michael Mann", "year": 1995, "runtime": 170}
    return Title(**{"pk": pk, "name": name, **film, **values})


def pick(of: Title | None = None, **values) -> Pick:
    reason = (Span("Close to "), Span("Thief", 9), Span("."))
    return Pick(
        **{"title": of or title(), "rank": 1, "score": 1, "fit": 0.8, "reason": reason} | values
    )


def drawn(template: str, of: Pick | None = None, **context) -> str:
    request = RequestFactory().get("/")
    request.person = request.user = AnonymousUser()
    always = {"zone": "tonight", "back": "/", "shown": "7,8", "csrf_token": "t" * 64}
    return render_to_string(template, {"pick": of or pick(), **always, **context}, request=request)


def texts(html: str, pattern: str) -> list[str]:
    """What a reader reads where the pattern is: tags taken out, entities read once."""
    return [unescape(re.sub(r"<[^>]*>", "", found)) for found in re.findall(pattern, html, re.S)]


@BOTH
def test_a_title_with_a_new_name_is_drawn_under_it(template):
    assert "Heat" in drawn(template)

    html = drawn(template, pick(title(name="Collateral", year=2004)))

    assert texts(html, r'class="name"[^>]*>(.*?)</h2>') == ["Collateral"]
    assert 'aria-label="Collateral, 2004, film"' in html
    assert "2004 · Film" in html
    assert "Heat" not in html


@BOTH
def test_two_titles_with_the_same_words_have_their_own_places(template):
    first, second = drawn(template, pick(title(7001))), drawn(template, pick(title(7002)))

    for html, own in ((first, 7001), (second, 7002)):
        assert f'id="card-{own}" data-title="{own}"' in html
        assert html.count(f'href="/title/{own}/"') == 2
        assert f'name="title" value="{own}"' in html
        assert {f"{verb}-{own}" for verb in ("save", "love", "seen", "dismiss", "why-link")} <= set(
            re.findall(r' id="([^"]+)"', html)
        )
    assert first.replace("7001", "7002") == second


@BOTH
def test_one_title_drawn_twice_shows_what_each_reader_did_and_where_it_stands(template):
    shared = title()
    saved = pick(shared, state=LibraryState(is_saved=True), fit=0.2, services=("Mubi",))

    first = drawn(template, saved, back="/gems/?kinds=film", shown="7,9", csrf_token="a" * 64)
    second = drawn(template, pick(shared), csrf_token="b" * 64)

    assert 'value="unsave" aria-pressed="true"' in first
    assert 'value="save" aria-pressed="false"' in second
    assert 'name="back" value="/gems/?kinds=film"' in first
    assert 'name="back" value="/"' in second
    assert 'name="shown" value="7,9"' in first
    assert 'name="shown" value="7,8"' in second
    assert 'href="/gems/?kinds=film&amp;why=7"' in first
    assert "Mubi" in first
    assert "Mubi" not in second
    assert re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', first)[1] == "a" * 64
    assert re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', second)[1] == "b" * 64


@BOTH
def test_what_is_written_by_others_is_escaped_once(template):
    own = pick(
        title(
            name=AWKWARD, original_name=f"Fuoco {AWKWARD}", original_language="fr", maker=AWKWARD
        ),
        reason=(Span(f"{AWKWARD}: "), Span(AWKWARD, 9)),
        services=(AWKWARD, "Mubi", "Third"),
    )

    html = drawn(template, own, back='/search/?q="><b>', shown='"><b>', zone='"><b>')

    assert "<b>" not in html
    assert texts(html, r'class="name"[^>]*>(.*?)</h2>') == [AWKWARD]
    assert texts(html, r'class="reason">(.*?)</p>') == [f"{AWKWARD}: {AWKWARD}"]
    assert texts(html, r'class="services">(.*?)</span>') == [f"{AWKWARD}, Mubi +1"]
    assert texts(html, r'<span lang="fr">(.*?)</span>') == [f"Fuoco {AWKWARD}"]
    assert texts(html, r'aria-label="(Actions for .*?)"') == [f"Actions for {AWKWARD}"]
    assert texts(html, r'class="vh"> (.*?)</span>')[0] == AWKWARD
    assert texts(html, r'name="(?:back|shown|zone)" value="(.*?)"') == [
        '"><b>', '/search/?q="><b>', '"><b>',
    ]  # fmt: skip


@BOTH
def test_the_slip_stands_on_the_card_that_took_anothers_place(template):
    acted = title(8, name="Zodiac & Co")
    undone = SimpleNamespace(acted=acted, action="seen", done_words="marked as seen", token="t:1")

    before, html = drawn(template), drawn(template, undone=undone, is_fresh=True)
    after = drawn(template)

    assert before == after
    assert 'class="slip"' not in before
    slip = re.search(r'<form class="slip".*?</form>', html, re.S)[0]
    assert "<b>Zodiac &amp; Co</b> marked as seen" in slip
    for name, value in (("title", 8), ("action", "seen"), ("token", "t:1"), ("replaced", 7)):
        assert f'name="{name}" value="{value}"' in slip
    assert html.index('class="slip"') < html.index('class="acts"')


def test_a_slip_without_words_is_none():
    undone = SimpleNamespace(acted=title(8), action="save", done_words="", token="")

    assert 'class="slip"' not in drawn("components/card.html", undone=undone)


def test_lists_with_an_answer_of_their_own_name_it():
    html = drawn("components/card.html", action_url="/together/room/act/")

    assert html.count('="/together/room/act/"') == 2
    assert "/picks/act/" not in html
    assert "/picks/act/" in drawn("components/card.html")


def test_a_sample_has_its_mood_and_nothing_to_do():
    html = drawn("components/card.html", is_plain=True, level=3, back="")

    assert ">Tense<" in html
    assert "<h3" in html
    assert "<form" not in html
    assert "Why?" not in html
    assert "<form" in drawn("components/card.html")


def test_gems_tell_how_little_they_are_known_and_vibes_how_well_they_fit():
    own = pick(title(popularity=0.28), query_score=0.61, fit=0.77)

    assert "72 % of films are better known" in drawn("components/card.html", own, zone="gems")
    vibe = drawn("components/card.html", own, zone="vibe")
    assert re.findall(r'<meter[^>]* value="(\d+)"', vibe) == ["61", "77"]
    assert "better known" not in vibe
    assert "<meter" not in drawn("components/card.html", own)


def test_a_row_shows_words_against_taste_where_both_are_known():
    def bars(**scores):
        html = drawn("components/result.html", pick(**scores))
        return re.findall(r'<meter[^>]* value="(\d+)"', html)

    assert bars(query_score=0.61, taste_score=0.234) == ["61", "23"]
    assert bars(query_score=0.4) == ["40"]
    assert bars(taste_score=0.9) == []
    assert bars(query_score=0.0, taste_score=0.0) == ["0", "0"]


def test_a_row_says_what_somebody_gave_what_they_saw():
    def stamp(**state):
        html = drawn("components/result.html", pick(state=LibraryState(**state)))
        return texts(html, r'class="stamp">(.*?)</span>')

    assert stamp(is_seen=True, stars=4.5) == ["Seen, you gave it 4½ of 5"]
    assert stamp(is_seen=True, stars=3.0) == ["Seen, you gave it 3 of 5"]
    assert stamp(is_seen=True) == ["Seen"]
    assert stamp() == []
