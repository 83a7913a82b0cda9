"""The catalogue's addresses."""

from django.urls import path

from catalog.views import library, titles

urlpatterns = [
    path("title/<int:pk>/", titles.title_detail, name="title"),
    path("title/<int:pk>/act/", titles.act, name="title_act"),
    path("title/<int:pk>/rate/", titles.rate, name="title_rate"),
    path("library/", library.library_list, name="library"),
    path("library/act/", library.act, name="library_act"),
]
