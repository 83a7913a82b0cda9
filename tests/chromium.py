"""Finds the browser of the browser tests: CHROMIUM, or the one that the system brings."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """Return the path of a Chromium, or None when this machine has none."""
    wanted = os.environ.get("CHROMIUM")
    if wanted:
        return shutil.which(wanted)
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def message() -> str:
    """Return one line that says whether the browser tests will run."""
    found = find_chromium()
    if found:
        return f"Browser tests will use {found}."
    wanted = os.environ.get("CHROMIUM")
    reason = f"CHROMIUM names {wanted}, which is not there" if wanted else "there is no Chromium"
    return f"Browser tests will be skipped: {reason}. Install it: apt-get install chromium"
