"""The catalogue's addresses."""

from django.urls import path

from catalog.views import browse, comments, library, lists, services, titles

urlpatterns = [
    path("title/<int:pk>/", titles.title_detail, name="title"),
    path("title/<int:pk>/act/", titles.act, name="title_act"),
    path("title/<int:pk>/rate/", titles.rate, name="title_rate"),
    path("title/<int:pk>/comments/", comments.comment_list, name="comments"),
    path("title/<int:pk>/lists/", lists.title_lists, name="title_lists"),
    path("comments/<int:pk>/change/", comments.comment_change, name="comment_change"),
    path("comments/<int:pk>/delete/", comments.comment_delete, name="comment_delete"),
    path("comments/<int:pk>/report/", comments.comment_report, name="comment_report"),
    path("lists/", lists.lists_list, name="lists"),
    path("lists/<int:pk>/", lists.list_detail, name="list"),
    path("lists/<int:pk>/change/", lists.list_form, name="list_form"),
    path("lists/<int:pk>/act/", lists.list_act, name="list_act"),
    path("lists/<int:pk>/delete/", lists.list_delete, name="list_delete"),
    path("lists/<int:pk>/restore/", lists.list_restore, name="list_restore"),
    path("browse/", browse.browse, name="browse"),
    path("people/", browse.people_list, name="people"),
    path("person/<int:pk>/", browse.person_detail, name="person"),
    path("library/", library.library_list, name="library"),
    path("library/act/", library.act, name="library_act"),
    path("me/services/", services.services_form, name="services"),
    path("people/names/", services.people_names, name="people_names"),
]
