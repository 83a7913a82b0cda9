"""The catalogue's pages in Django's admin: importing this registers them."""

from catalog.admin import blocking, moderation, names, titles

__all__ = ["blocking", "moderation", "names", "titles"]
