"""The site's way of keeping passwords, without what makes it slow for whoever guesses them."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """One round instead of a million: half a second less for every user of a test."""

    iterations = 1
