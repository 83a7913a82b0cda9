"""Lists: a person's own, somebody else's that is open to them, and a title's place on them."""

from urllib.parse import urlencode

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog import library, lists, shelves
from catalog.models import Title, TitleList
from catalog.views.library import tab_links
from catalog.views.titles import find_title
from moviedb.htmx import render_page, wanted_part
from moviedb.limits import limited
from moviedb.requests import is_id


def number_in(text: str) -> int:
    """Return a number that an address or a form carries; 0 when it is none."""
    return int(text) if is_id(text) else 0


def own_list(request: HttpRequest, pk: int) -> TitleList:
    """Return a standing list of the person's own."""
    return get_object_or_404(TitleList.objects.owned_by(request.person).standing(), pk=pk)


@limited("lists")
@require_http_methods(["GET", "HEAD", "POST"])
def lists_list(request: HttpRequest) -> HttpResponse:
    """Show the person's own lists, and make a new one."""
    if request.method != "POST":
        return lists_page(request, lists.ListForm(user=request.person))
    person = request.ensure_person()
    form = lists.ListForm(request.POST, user=person)
    if form.is_valid():
        try:
            return redirect(lists.make(form, user=person, now=timezone.now()))
        except lists.ListIsFull as error:
            form.add_error(None, str(error))
    return lists_page(request, form, status=422)


def lists_page(request: HttpRequest, form: lists.ListForm, *, status: int = 200) -> HttpResponse:
    """Render the person's own lists."""
    own = TitleList.objects.owned_by(request.person)
    deleted = number_in(request.GET.get("deleted", ""))
    context = {
        "lists": lists.with_first_titles(own.standing()),
        "form": form,
        "tabs": tab_links(shelves.counts(request.person)),
        "deleted": own.exclude(deleted_at=None).filter(pk=deleted).first() if deleted else None,
    }
    return render_page(request, "catalog/lists.html", context, status=status)


@require_safe
def list_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a list to whom it is open, with the reader's own marks."""
    found = TitleList.objects.visible_to(request.person).select_related("user").counted()
    return list_page(request, get_object_or_404(found, pk=pk))


def list_page(
    request: HttpRequest,
    found: TitleList,
    *,
    off: int = 0,
    place: int = 0,
    said: str = "",
    put_back: int = 0,
) -> HttpResponse:
    """Render a list, or the part of it that holds the titles."""
    is_own = found.user_id == request.person.pk
    listed = lists.listed_titles(None if is_own else request.person).filter(list=found)
    try:
        page = Paginator(listed, lists.PER_PAGE).page(request.GET.get("page", 1))
    except InvalidPage as error:
        raise Http404(str(error)) from error
    off = off or number_in(request.GET.get("off", ""))
    states = library.state_of(request.person, [each.title_id for each in page])
    context = {
        "list": found,
        "is_own": is_own,
        "page": page,
        "rows": [(each.title, states[each.title_id]) for each in page],
        "n_left_out": 0 if is_own else found.n - page.paginator.count,
        "off": Title.objects.visible().filter(pk=off).first() if is_own and off else None,
        "place": place or number_in(request.GET.get("place", "")),
        "said": said,
        "put_back": put_back,
    }
    return render_page(request, "catalog/list_detail.html", context, parts=("listed",))


@limited("lists")
@require_http_methods(["GET", "HEAD", "POST"])
def list_form(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody rename, describe and open their own list."""
    own = own_list(request, pk)
    if request.method == "POST":
        form = lists.ListForm(request.POST, instance=own, user=request.person)
        if form.is_valid():
            form.instance.changed_at = timezone.now()
            return redirect(form.save())
        own.refresh_from_db()
    else:
        form = lists.ListForm(instance=own, user=request.person)
    status = 422 if form.errors else 200
    context = {"list": own, "form": form}
    return render_page(request, "catalog/list_form.html", context, status=status)


@limited("list_acts", "120/m")
@require_POST
def list_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a title on one's own list, take it off, or put it back."""
    own, action = own_list(request, pk), request.POST.get("action", "")
    title = get_object_or_404(Title.objects.visible(), pk=number_in(request.POST.get("title", "")))
    now, place, query = timezone.now(), None, ""
    if action == "off":
        place = lists.take_off(title.pk, of=own, now=now)
        query = "" if place is None else "?" + urlencode({"off": title.pk, "place": place})
    elif action == "back":
        place_of = number_in(request.POST.get("place", ""))
        lists.put_back(title, on=own, place=min(place_of, lists.MOST_TITLES), now=now)
    elif action in (*lists.MOVES, "top"):
        lists.move(title.pk, on=own, step=action)
    else:
        return HttpResponseBadRequest(
            f"action is {action[:40]!r}, expected off, back, up, down, top"
        )
    if not wanted_part(request, ("listed",)):
        return redirect(own.get_absolute_url() + query)
    is_off = place is not None
    return list_page(
        request,
        own,
        off=title.pk if is_off else 0,
        place=place or 0,
        said=action,
        put_back=title.pk if action == "back" else 0,
    )


@require_POST
def list_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one's own list; the next page offers to restore it."""
    own = own_list(request, pk)
    lists.delete(own, now=timezone.now())
    return redirect(f"{reverse('lists')}?{urlencode({'deleted': own.pk})}")


@require_POST
def list_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Restore one's own list."""
    own = get_object_or_404(TitleList.objects.owned_by(request.person), pk=pk)
    lists.restore(own)
    return redirect(own)


@limited("list_acts", "120/m")
@require_http_methods(["GET", "HEAD", "POST"])
def title_lists(request: HttpRequest, pk: int) -> HttpResponse:
    """Show on which of the person's lists a title stands; put it on one, or take it off."""
    title = find_title(request, pk)
    if request.method != "POST":
        return title_lists_page(request, title)
    person, now = request.ensure_person(), timezone.now()
    if "name" in request.POST:
        form = lists.ListForm(request.POST, user=person)
        if not form.is_valid():
            return title_lists_page(request, title, form=form, status=422)
    try:
        if "name" in request.POST:
            to, is_on = lists.make(form, user=person, now=now), True
        else:
            to = own_list(request, number_in(request.POST.get("list", "")))
            is_on = request.POST.get("on") == "1"
        if is_on:
            lists.add(to, title, now=now)
        else:
            lists.take_off(title.pk, of=to, now=now)
    except lists.ListIsFull as error:
        return title_lists_page(request, title, problem=str(error), status=422)
    if wanted_part(request, ("lists",)):
        return title_lists_page(request, title, changed=to, is_on=is_on)
    return redirect("title_lists", pk=title.pk)


def title_lists_page(
    request: HttpRequest,
    title: Title,
    *,
    form: lists.ListForm | None = None,
    changed: TitleList | None = None,
    is_on: bool = False,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render which lists a title stands on, or the part that the title's page takes."""
    context = {
        "title": title,
        "lists": lists.lists_for_title(request.person, title),
        "form": form or lists.ListForm(user=request.person),
        "changed": changed,
        "is_on": is_on,
        "problem": problem,
    }
    parts = ("lists",)
    return render_page(request, "catalog/list_titles.html", context, parts=parts, status=status)
