"""The recommender's addresses."""

from django.urls import path

from recommendations.views import about, acts, methods, picks, start, state

urlpatterns = [
    path("", picks.home, name="home"),
    path("start/", start.start, name="start"),
    path("search/", picks.search, name="search"),
    path("like/", picks.like, name="like"),
    path("picks/act/", acts.act, name="act"),
    path("title/<int:pk>/similar/", picks.similar, name="similar"),
    path("title/<int:pk>/fit/", picks.fit, name="fit"),
    path("users/me/state", state.state, name="state"),
    path("how-it-works/", about.how, name="how"),
    path("methods/", methods.methods, name="methods"),
    path("staff/leaderboard/", methods.leaderboard, name="leaderboard"),
    path("staff/leaderboard.csv", methods.leaderboard_csv, name="leaderboard_csv"),
    path("licences/", about.licences, name="licences"),
]
