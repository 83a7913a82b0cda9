"""What becomes of reported comments: hidden while they wait, decided about, everybody told."""

import datetime
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from catalog.models import Comment, CommentReport, CommentVerdict
from tests.factories import make_admin, make_title, make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/catalog/comment/"
TEXT = "A boat without a crew."
LONG_AGO = timezone.now() - datetime.timedelta(days=30)


@pytest.fixture
def comment():
    writer = make_user(first_name="Mira", date_joined=LONG_AGO)
    return Comment.objects.create(user=writer, title=make_title("The Keeper"), text=TEXT)


@pytest.fixture
def moderator():
    return signed_in(make_admin("moderator@example.org"))


def signed_in(user):
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def reader(**columns):
    return signed_in(make_user(**{"date_joined": LONG_AGO} | columns))


def report(client, comment, reason="abuse"):
    url = reverse("comment_report", args=(comment.pk,))
    return client.post(url, {"reason": reason}, follow=True)


def change(comment):
    return reverse("admin:catalog_comment_change", args=(comment.pk,))


def decide(moderator, comment, **given):
    """Send the form of a comment's page in the admin, filled in."""
    page = moderator.get(change(comment)).content.decode()
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return moderator.post(change(comment), {**dict(hidden), "verdict": "", "line": "", **given})


def sees(client, comment, text=TEXT):
    return text in client.get(reverse("comments", args=(comment.title_id,))).content.decode()


def told(user):
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("words", flat=True))


def test_a_reporter_is_thanked_and_told_what_came_of_it(comment, moderator):
    one = reader()

    assert "Thank you. The moderators will look at it." in report(one, comment).content.decode()
    decide(moderator, comment, verdict="hide")

    assert told(one.user) == [
        "Thank you. A moderator looked at the comment on The Keeper you reported: it is hidden now."
    ]
    assert "reader" not in told(comment.user)[0].lower()  # Nobody learns who reported.


def test_three_settled_readers_hide_a_comment_until_somebody_has_looked(comment, client):
    readers = [reader() for _ in range(3)]
    for one in readers[:2]:
        report(one, comment)
    report(readers[0], comment, "spoiler")  # The same reader twice is one.
    assert sees(client, comment)

    report(readers[2], comment)

    comment.refresh_from_db()
    assert (comment.is_hidden, comment.is_waiting) == (True, True)
    assert not sees(client, comment)
    assert sees(signed_in(comment.user), comment)
    assert sees(signed_in(comment.user), comment, "Several readers reported this.")
    assert told(comment.user) == [
        "Several readers reported your comment on The Keeper. Until a moderator has looked at it, "
        "only you see it."
    ]


def test_fresh_accounts_and_those_switched_off_hide_nothing(comment, client):
    gone = reader()
    for one in (reader(), gone, *(reader(date_joined=timezone.now()) for _ in range(3))):
        report(one, comment)
    gone.user.is_active = False
    gone.user.save()
    report(reader(), comment)

    assert sees(client, comment)
    assert CommentReport.objects.count() == 6


@pytest.mark.parametrize("n_needed", [0, 2])
def test_how_many_it_takes_is_a_setting(comment, client, settings, n_needed):
    settings.REPORTS_TO_HIDE = n_needed

    for _ in range(4):
        report(reader(), comment)

    assert sees(client, comment) == (n_needed == 0)


def test_what_was_let_stand_is_not_hidden_again_unless_it_is_changed(comment, moderator, client):
    readers = [reader() for _ in range(3)]
    for one in readers:
        report(one, comment)
    decide(moderator, comment, verdict="stands")
    assert sees(client, comment)
    for one in (*readers, reader(), reader(), reader()):
        report(one, comment)
    assert sees(client, comment)

    own = reverse("comment_change", args=(comment.pk,))
    signed_in(comment.user).post(own, {"text": "Worse than before."})
    for one in readers:
        report(one, comment)

    assert not sees(client, comment, "Worse than before.")
    comment.refresh_from_db()
    assert comment.is_waiting


def test_the_moderator_sees_reports_earlier_comments_and_earlier_decisions(comment, moderator):
    one = reader(first_name="Jonas")
    report(one, comment)
    other = make_title("The Boat")
    for text, is_hidden in (("Shout <b>loudly</b>", True), ("Fine words", False)):
        Comment.objects.create(user=comment.user, title=other, text=text, is_hidden=is_hidden)
    Comment.objects.create(user=one.user, title=other, text="Somebody else's")
    CommentVerdict.objects.create(comment=comment, kind="stands", n_reports=4, line="Mind it.")

    page = moderator.get(change(comment)).content.decode()

    assert TEXT in page
    assert "It attacks somebody" in page
    assert "2, of which 1 hidden" in page
    assert "Shout &lt;b&gt;loudly&lt;/b&gt;" in page
    assert "Fine words" in page
    assert "Somebody else&#x27;s" not in page
    assert "Mind it." in page
    assert "4" in page


def test_a_decision_is_noted_logged_and_told_to_the_writer(comment, moderator, client):
    report(reader(), comment)

    answer = decide(moderator, comment, verdict="hide", line="No attacks, please.", is_spoiler="on")

    assert answer.status_code == 302
    verdict = CommentVerdict.objects.get()
    assert (verdict.kind, verdict.line, verdict.n_reports) == ("hide", "No attacks, please.", 1)
    assert verdict.moderator == moderator.user
    comment.refresh_from_db()
    assert (comment.is_hidden, comment.is_waiting, comment.is_spoiler) == (True, False, True)
    assert CommentReport.objects.get().closed_at is not None
    assert told(comment.user) == [
        "A moderator has hidden your comment on The Keeper. No attacks, please."
    ]
    comment.user.refresh_from_db()
    assert comment.user.n_unread == 1
    assert LogEntry.objects.filter(object_id=str(comment.pk), change_message="hide").exists()
    assert not sees(client, comment)
    assert "0 comments" not in moderator.get(f"{LIST}?is_hidden__exact=1").content.decode()


def test_a_line_without_a_decision_reaches_nobody_and_says_so(comment, moderator):
    answer = decide(moderator, comment, line="Mind your words.")

    assert "without that, the line reaches nobody" in answer.content.decode()
    assert not CommentVerdict.objects.exists()
    assert told(comment.user) == []


def test_letting_an_unhidden_comment_stand_tells_its_writer_nothing(comment, moderator):
    report(reader(), comment)

    moderator.post(LIST, {"action": "let_stand", "_selected_action": [comment.pk]})

    assert told(comment.user) == []
    assert CommentVerdict.objects.get().kind == "stands"


def test_nobody_decides_about_their_own_comment(moderator):
    own = Comment.objects.create(user=moderator.user, title=make_title(), text=TEXT)

    data = {"action": "hide", "_selected_action": [own.pk]}
    page = moderator.post(LIST, data, follow=True).content.decode()

    assert "another moderator has to decide" in page
    assert not CommentVerdict.objects.exists()


def test_staff_without_the_permission_look_and_decide_nothing(comment):
    staff = signed_in(make_user(is_staff=True))

    assert staff.post(change(comment), {"verdict": "hide"}).status_code == 403
    assert not CommentVerdict.objects.exists()


def test_the_eleventh_report_within_an_hour_waits(comment):
    one = reader()
    for _ in range(10):
        assert report(one, comment).status_code == 200

    assert report(one, comment).status_code == 429
    cache.clear()
