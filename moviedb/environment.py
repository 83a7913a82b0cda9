"""Reading the environment, where every setting comes from."""

import os


def env(name: str, default: str = "") -> str:
    """Return a variable of the environment, or the default when it is unset or empty."""
    return os.environ.get(name) or default


def env_flag(name: str, *, default: bool) -> bool:
    """Return whether a variable says yes: 1, true, yes or on."""
    return env(name, str(default)).lower() in {"1", "true", "yes", "on"}


def env_list(name: str, default: str = "") -> list[str]:
    """Return a comma separated variable as a list without empty parts."""
    return [part.strip() for part in env(name, default).split(",") if part.strip()]
