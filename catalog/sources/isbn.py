"""International standard book numbers."""

import re


def isbn13_of(isbn10: str) -> str:
    """Return the 13 digits of a 10-digit number, whose leading zeros may be lost; "" if wrong.

    The last digit of each form is a check digit (ISO 2108): weights 10 to 1 modulo 11, and
    weights 1 and 3 by turns modulo 10.
    """
    text = isbn10.strip().upper().replace("-", "")
    if not re.fullmatch(r"\d{6,9}[\dX]", text):
        return ""
    text = text.rjust(10, "0")
    digits = [10 if letter == "X" else int(letter) for letter in text]
    if sum(weight * digit for weight, digit in zip(range(10, 0, -1), digits, strict=True)) % 11:
        return ""
    start = "978" + text[:9]
    return start + str(-_weighted(start) % 10)


def is_isbn13(text: str) -> bool:
    """Return whether these are 13 digits of which the last one is right."""
    return re.fullmatch(r"97[89]\d{10}", text) is not None and _weighted(text) % 10 == 0


def _weighted(digits: str) -> int:
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
