"""Comments: a title's page of them, and what a member does with one."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import InvalidPage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from catalog import comments
from catalog.models import Comment, Title
from catalog.views.titles import find_title
from moviedb.htmx import render_page, wanted_part
from moviedb.limits import limited
from moviedb.requests import is_id

PARTS = ("comments",)


@limited("comments")
@require_http_methods(["GET", "HEAD", "POST"])
def comment_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what people say of a title, and store what a member says."""
    title = find_title(request, pk)
    if request.method != "POST":
        return comments_page(request, title)
    if not request.user.is_authenticated:
        raise PermissionDenied("only members write comments")
    form = comments.CommentForm(request.POST)
    if not form.is_valid():
        return comments_page(request, title, form=form, status=422)
    comments.write(form, title=title, user=request.user, now=timezone.now())
    return answer(request, title, done="written")


@login_required
@limited("comments")
@require_POST
def comment_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Store what somebody makes of their own comment."""
    comment = own_comment(request, pk)
    form = comments.CommentForm(request.POST, instance=comment)
    if not form.is_valid():
        comment.refresh_from_db(fields=["text", "is_spoiler"])
        return comments_page(request, comment.title, editing=comment.pk, edit=form, status=422)
    comments.change(form, now=timezone.now())
    return answer(request, comment.title, done="changed")


@login_required
@limited("comment_deletes")
@require_POST
def comment_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete somebody's own comment."""
    comment = own_comment(request, pk)
    comment.delete()
    return answer(request, comment.title, done="deleted")


@login_required
@limited("reports")
@require_POST
def comment_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the moderators to look at somebody else's comment."""
    readable = Comment.objects.visible_to(request.user).exclude(user=request.user)
    comment = get_object_or_404(readable, pk=pk)
    title, form = find_title(request, comment.title_id), comments.ReportForm(request.POST)
    if not form.is_valid():
        return comments_page(request, title, problem=_("Choose one of the reasons."), status=422)
    comments.report(form, comment=comment, user=request.user, now=timezone.now())
    return answer(request, title, done="reported")


def own_comment(request: HttpRequest, pk: int) -> Comment:
    """Return a comment of the member's own."""
    return get_object_or_404(Comment.objects.select_related("title"), user=request.user, pk=pk)


def done_words(name: str) -> str:
    """Return what was just done with a comment, in words; "" for a name that says nothing."""
    words = {
        "written": _("Your comment is there."),
        "changed": _("Your comment is changed."),
        "deleted": _("Your comment is deleted."),
        "reported": _("Thank you. The moderators will look at it."),
    }
    return words.get(name, "")


def answer(request: HttpRequest, title: Title, *, done: str) -> HttpResponse:
    """Answer a POST: with the part that changed, or by leading back to the page."""
    if wanted_part(request, PARTS):
        return comments_page(request, title, done=done)
    return redirect(f"{reverse('comments', args=(title.pk,))}?did={done}")


def comments_page(
    request: HttpRequest,
    title: Title,
    *,
    form: comments.CommentForm | None = None,
    edit: comments.CommentForm | None = None,
    editing: int = 0,
    done: str = "",
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render a page of comments, or the part that holds them."""
    pages = comments.comments_on(title, viewer=request.user)
    number = request.GET.get("page", 1) if request.method != "POST" else 1
    try:
        page = pages.page(number)
    except InvalidPage as error:
        raise Http404(str(error)) from error
    wanted = request.GET.get("edit", "")
    editing = editing or (int(wanted) if is_id(wanted) else 0)
    being_edited = next((c for c in page if c.pk == editing and c.user_id == request.user.pk), None)
    new = form or comments.CommentForm()
    changed = edit or comments.CommentForm(instance=being_edited, auto_id="edit_%s")
    # Whoever opens a comment to change it, or has to correct one, goes on in its text.
    for each in (changed, *([new] if new.errors else [])):
        each.fields["text"].widget.attrs["autofocus"] = True
    context = {
        "title": title,
        "page": page,
        "form": new,
        "editing": being_edited,
        "edit": changed,
        "report": comments.ReportForm(),
        "done_words": done_words(done or request.GET.get("did", "")),
        "problem": problem,
    }
    return render_page(request, "catalog/comments.html", context, parts=PARTS, status=status)
