"""Comments: written, changed, deleted, folded, reported, moderated; and who reads them."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Block
from catalog.comments import PER_PAGE
from catalog.models import Comment, CommentReport
from tests.factories import NOW, make_admin, make_guest, make_title, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def title():
    return make_title("The Keeper")


@pytest.fixture
def page(title):
    return reverse("comments", args=(title.pk,))


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def make_comment(user, title, text="A boat without a crew.", **columns):
    return Comment.objects.create(user=user, title=title, text=text, **columns)


def test_a_member_writes_a_comment_and_everybody_reads_it(client, title, page):
    writer = make_user(first_name="Mira")

    answer = signed_in(writer).post(page, {"text": "Quiet.\r\n\r\n\r\nAnd strange."})

    assert answer.status_code == 302
    assert Comment.objects.get().text == "Quiet.\n\nAnd strange."
    read = client.get(page).content.decode()
    assert "Mira" in read
    assert "<p>Quiet.</p>" in read
    assert "<p>And strange.</p>" in read


def test_what_is_written_is_shown_as_text_and_not_as_markup(client, title, page):
    make_comment(make_user(first_name="<b>B</b>"), title, "<script>alert(1)</script> & https://a.b")

    read = client.get(page).content.decode()

    assert "<script>alert" not in read
    assert "<b>B</b>" not in read
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; https://a.b" in read
    assert 'href="https://a.b"' not in read


def test_signs_that_turn_the_reading_around_are_taken_out(title, page):
    signed_in(make_user()).post(page, {"text": "safe\u202etxt.exe\u200b\x07"})

    assert Comment.objects.get().text == "safetxt.exe"


@pytest.mark.parametrize("text", ["", "  \n ", "\u200b", "x" * 4001])
def test_a_comment_without_words_or_too_long_says_so_and_is_not_stored(title, page, text):
    answer = signed_in(make_user()).post(page, {"text": text})

    assert answer.status_code == 422
    words = "4001 characters" if len(text) > 4000 else "A comment needs words"
    assert words in answer.content.decode()
    assert not Comment.objects.exists()


def test_visitors_and_guests_read_and_cannot_write(client, title, page):
    make_comment(make_user(), title)
    guest = Client()
    session = guest.session
    session["guest_id"] = make_guest().pk
    session.save()

    for visitor in (client, guest):
        assert "A boat without a crew." in visitor.get(page).content.decode()
        assert visitor.post(page, {"text": "Hello"}).status_code == 403
    assert Comment.objects.count() == 1


def test_a_spoiler_is_folded_until_somebody_asks(client, title, page):
    make_comment(make_user(), title, "The boat was empty.", is_spoiler=True)

    read = client.get(page).content.decode()

    folded = read[read.index('<details class="spoiler">') :]
    assert "The boat was empty." in folded[: folded.index("</details>")]


def test_changing_ones_own_comment_tells_that_it_was_changed(title, page):
    writer = make_user()
    comment, client = make_comment(writer, title), signed_in(writer)
    assert "A boat without a crew." in client.get(f"{page}?edit={comment.pk}").content.decode()

    client.post(reverse("comment_change", args=(comment.pk,)), {"text": "A ship.", "is_spoiler": 1})

    comment.refresh_from_db()
    assert (comment.text, comment.is_spoiler) == ("A ship.", True)
    assert comment.edited_at is not None
    assert "changed" in client.get(page).content.decode()


def test_a_change_to_nothing_keeps_the_comment_and_the_form(title):
    writer = make_user()
    comment = make_comment(writer, title)
    url = reverse("comment_change", args=(comment.pk,))

    answer = signed_in(writer).post(url, {"text": " "})

    assert answer.status_code == 422
    assert "A comment needs words" in answer.content.decode()
    comment.refresh_from_db()
    assert comment.text == "A boat without a crew."


@pytest.mark.parametrize("act", ["comment_change", "comment_delete"])
def test_nobody_changes_or_deletes_the_comment_of_another(title, act):
    comment = make_comment(make_user(), title)
    url = reverse(act, args=(comment.pk,))

    for other in (make_user(), make_admin()):
        assert signed_in(other).post(url, {"text": "Mine now."}).status_code == 404

    comment.refresh_from_db()
    assert comment.text == "A boat without a crew."


def test_a_deleted_comment_is_gone(client, title, page):
    writer = make_user()
    comment = make_comment(writer, title)

    signed_in(writer).post(reverse("comment_delete", args=(comment.pk,)))

    assert "A boat without a crew." not in client.get(page).content.decode()
    assert not Comment.objects.exists()


def test_blocked_people_read_nothing_of_each_other(title, page):
    a, b, other = make_user(), make_user(), make_user()
    Block.objects.create(blocker=a, blocked=b)
    make_comment(a, title, "From a.")
    make_comment(b, title, "From b.")

    read = {who: signed_in(who).get(page).content.decode() for who in (a, b, other)}

    assert "From b." not in read[a]
    assert "From a." in read[a]
    assert "From a." not in read[b]
    assert "From b." in read[b]
    assert "From a." in read[other]
    assert "From b." in read[other]
    theirs = Comment.objects.get(user=a)
    assert signed_in(b).post(reverse("comment_report", args=(theirs.pk,))).status_code == 404


def test_comments_of_somebody_who_was_switched_off_are_not_shown(client, title, page):
    make_comment(make_user(is_active=False), title)

    assert "A boat without a crew." not in client.get(page).content.decode()


def test_a_reported_comment_comes_to_the_moderators_who_hide_it(client, title, page):
    reader, writer = make_user(), make_user()
    comment = make_comment(writer, title)
    report = reverse("comment_report", args=(comment.pk,))
    signed_in(reader).post(report, {"reason": "abuse"})
    signed_in(reader).post(report, {"reason": "spoiler"})
    admin, changes = signed_in(make_admin()), reverse("admin:catalog_comment_changelist")

    assert "A boat without" in admin.get(f"{changes}?reported=yes").content.decode()
    assert "A boat without" not in admin.get(f"{changes}?reported=no").content.decode()
    admin.post(changes, {"action": "hide", "_selected_action": [comment.pk]})

    assert [r.reason for r in CommentReport.objects.all()] == ["spoiler"]
    assert "A boat without" not in client.get(page).content.decode()
    assert "A moderator has hidden this" in signed_in(writer).get(page).content.decode()
    admin.post(changes, {"action": "let_stand", "_selected_action": [comment.pk]})
    assert "A boat without" in client.get(page).content.decode()
    assert not CommentReport.objects.filter(closed_at=None).exists()
    assert "A boat without" not in admin.get(f"{changes}?reported=yes").content.decode()


def test_the_sixth_comment_within_a_minute_waits(title, page):
    client = signed_in(make_user())
    for n in range(5):
        assert client.post(page, {"text": f"Number {n}"}).status_code == 302

    answer = client.post(page, {"text": "Number 6"})

    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60
    assert "Slow down" in answer.content.decode()
    assert Comment.objects.count() == 5
    assert client.get(page).status_code == 200
    assert signed_in(make_user()).post(page, {"text": "Another person"}).status_code == 302
    cache.clear()


def test_comments_come_page_by_page_in_the_same_number_of_statements(
    client, title, page, django_assert_max_num_queries
):
    for n in range(PER_PAGE + 1):
        make_comment(make_user(), title, f"Number {n}.", created_at=NOW)

    with django_assert_max_num_queries(5):
        first = client.get(page).content.decode()

    assert "Number 20." in first
    assert "Number 0." not in first
    assert "Number 0." in client.get(f"{page}?page=2").content.decode()
    assert client.get(f"{page}?page=3").status_code == 404


def test_htmx_gets_the_comments_alone_and_a_plain_form_is_led_back(title, page):
    client = signed_in(make_user())
    htmx = {"HX-Request": "true", "HX-Target": "comments"}

    part = client.post(page, {"text": "Short."}, headers=htmx)
    plain = client.post(page, {"text": "Long."})

    assert part.status_code == 200
    assert "<html" not in part.content.decode()
    assert "Your comment is there." in part.content.decode()
    assert plain["Location"] == f"{page}?did=written"
    unknown = client.get(page, headers=htmx | {"HX-Target": "elsewhere"}).content.decode()
    assert "<html" in unknown


def test_the_focus_goes_on_after_what_was_swapped_is_gone(title, page):
    client = signed_in(make_user())
    htmx = {"HX-Request": "true", "HX-Target": "comments"}

    def part(answer):
        return answer.content.decode()

    done = part(client.post(page, {"text": "Short."}, headers=htmx))
    wrong = part(client.post(page, {"text": " "}, headers=htmx))
    comment = Comment.objects.get()
    editing = part(client.get(f"{page}?edit={comment.pk}", headers=htmx))

    assert '<p class="notice ok" tabindex="-1" autofocus>' in done
    assert re.search(r'<textarea name="text"[^>]* autofocus[^>]* id="id_text"', wrong)
    assert re.search(r'<textarea name="text"[^>]* autofocus[^>]* id="edit_text"', editing)
    assert f'data-then="change-{comment.pk}"' in editing
    assert f'id="change-{comment.pk}"' in part(client.get(page, headers=htmx))
    assert "autofocus" not in part(client.get(page, headers=htmx))


def test_the_titles_page_leads_to_the_comments_without_script(client, title, page):
    assert f'<a href="{page}">' in client.get(title.get_absolute_url()).content.decode()


def test_comments_on_a_hidden_title_are_not_found(client):
    hidden = make_title(is_hidden=True)

    assert client.get(reverse("comments", args=(hidden.pk,))).status_code == 404
