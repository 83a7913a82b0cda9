"""The catalogue's pages in Django's admin: importing this registers them."""

from catalog.admin import moderation, names, titles

__all__ = ["moderation", "names", "titles"]
