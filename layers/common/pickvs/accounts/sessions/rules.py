"""Names of devices. Pure."""

import re

USER_AGENT_MAX = 512
"""Number of characters of a User-Agent header that are read."""

SESSIONS_SHOWN = 100
"""Maximum number of sessions in the list: those that were used last."""

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""What browsers call themselves, and their names. The first that occurs counts: Edge also calls itself Chrome, and
Chrome Safari."""

_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)

_PRODUCT = re.compile(r"([A-Za-z][A-Za-z0-9._-]{0,39})(/|$)")


def device(user_agent: str | None) -> str | None:
    """Return a few words for the program that sent this User-Agent header, such as `Firefox on Linux`.

    For a program that is no browser, its first product token: `curl`. None if the header is missing or has no such
    token. Versions are left out: they tell no two devices of a user apart, and make the header a fingerprint.
    """
    text = (user_agent or "")[:USER_AGENT_MAX]
    browser = next((name for mark, name in _BROWSERS if mark in text), None)
    system = next((name for mark, name in _SYSTEMS if mark in text), None)
    if browser is not None:
        return f"{browser} on {system}" if system else browser
    product = _PRODUCT.match(text)
    return product[1] if product else None
