from django.apps import AppConfig


class MoviedbConfig(AppConfig):
    name = "moviedb"
    verbose_name = "MovieDB"

    def ready(self) -> None:
        """Register the checks of the settings."""
        from moviedb import checks  # noqa: F401
