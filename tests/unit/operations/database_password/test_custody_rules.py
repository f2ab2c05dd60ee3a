import pytest

from pickvs.operations.database_password.rules import PASSWORD_CHARACTERS, PASSWORD_LENGTH, follows, successor

FIRST = {"host": "db", "port": 5432, "username": "pickvs", "password": "first", "dbname": "pickvs"}
TEXTS = {name: str(value) for name, value in FIRST.items()}


def test_a_successor_has_another_password_and_nothing_else():
    made = successor(FIRST, "second")
    assert made == {**FIRST, "password": "second"}
    assert FIRST["password"] == "first"
    assert follows({name: str(value) for name, value in made.items()}, TEXTS)


@pytest.mark.parametrize("name", [name for name in FIRST if name != "password"])
def test_another_address_or_user_is_no_successor(name):
    assert not follows({**TEXTS, name: "other"}, TEXTS)
    assert not follows({member: value for member, value in TEXTS.items() if member != name}, TEXTS)
    assert not follows({**TEXTS, "more": "1"}, TEXTS)


def test_a_password_is_long_and_needs_no_quoting():
    assert PASSWORD_LENGTH >= 32
    assert PASSWORD_CHARACTERS.isalnum()
    assert len(set(PASSWORD_CHARACTERS)) == len(PASSWORD_CHARACTERS) == 62
