"""GET /users/{username}: get a user's public profile."""

from typing import Annotated

from pickvs.accounts.rules import USERNAME_MAX, USERNAME_MIN, USERNAME_PATTERN, USERNAME_WORDS
from pickvs.http.app import create_app
from pickvs.http.parameters import Path
from pickvs.standings.profiles import service
from pickvs.standings.profiles.schemas import Profile

app = create_app(problems={404: ["USER_NOT_FOUND"]}, max_age=60)

Username = Annotated[
    str, Path(min_length=USERNAME_MIN, max_length=USERNAME_MAX, pattern=USERNAME_PATTERN, words=USERNAME_WORDS)
]


@app.get("/users/<username>")
def get_profile(username: Username) -> Profile:
    """Return a user's totals, record, splits, profit curve and latest settled picks. Pending picks are not included.

    A former username leads to the same profile; `username` in it is the present one.
    """
    return service.show_profile(username)
