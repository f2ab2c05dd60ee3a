import pytest
from pydantic import ValidationError

from pickvs.accounts.requests import Credentials, Registration
from pickvs.accounts.schemas import Tokens

GOOD = {"username": "ada", "email": "ada@example.com", "password": "my secret"}


def read(**changes):
    return Registration.model_validate({**GOOD, **changes})


@pytest.mark.parametrize("username", ["abc", "A-_", "---", "0" * 30, "Ada_Lovelace-1815", "deleted"])
def test_a_username_may_be(username):
    assert read(username=username).username == username


@pytest.mark.parametrize(
    "username",
    [
        "",
        "ab",
        "a" * 31,
        "a b",
        "ada!",
        "adä",
        "аda",
        "ada\n",
        "\nada",
        "ada\0",
        "ad٣",
        "ada.b",
        "deleted-1",
        "Deleted-ada",
        123,
        None,
        ["ada"],
    ],
)
def test_a_username_may_not_be(username):
    with pytest.raises(ValidationError) as refused:
        read(username=username)
    assert [error["loc"] for error in refused.value.errors()] == [("username",)]


@pytest.mark.parametrize("password", ["8 & more", " " * 8, "a" * 128, "🌀" * 128, "nul\0nul\0", "línea\nlínea"])
def test_a_password_may_be(password):
    assert read(password=password).password == password


@pytest.mark.parametrize(
    "password", ["", "1234567", "🌀" * 7, "a" * 129, 12345678, None, ["12345678"], "1234567\ud800", "p\ufffdssword1"]
)
def test_a_password_may_not_be(password):
    with pytest.raises(ValidationError) as refused:
        read(password=password)
    assert [error["loc"] for error in refused.value.errors()] == [("password",)]


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("ada@example.com", "ada@example.com"),
        ("Ada.Lovelace+picks@Example.COM", "Ada.Lovelace+picks@example.com"),
        ("o'hara@example.co.uk", "o'hara@example.co.uk"),
        ("ada@bücher.example.com", "ada@bücher.example.com"),
        ("ada@BÜCHER.example.com", "ada@bücher.example.com"),
        ("ada@xn--bcher-kva.example.com", "ada@bücher.example.com"),
        ("a" * 64 + "@example.com", "a" * 64 + "@example.com"),
    ],
)
def test_an_address_may_be(given, stored):
    assert read(email=given).email == stored


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ada",
        "ada@",
        "@example.com",
        "ada@example",
        "ada@localhost",
        "ada@@example.com",
        "ada@exam ple.com",
        " ada@example.com",
        "ada@example.com ",
        "ada@example.com\n",
        "a\0da@example.com",
        "ada@exa\0mple.com",
        "Ada <ada@example.com>",
        '"ada lovelace"@example.com',
        "ada..b@example.com",
        ".ada@example.com",
        "ada@-example.com",
        "ada@[127.0.0.1]",
        "ünal@example.com",
        "аda@example.com",
        "ada@example.com,eve@example.com",
        "a" * 65 + "@example.com",
        "a" * 60 + "@" + ("b" * 60 + ".") * 4 + "com",
        "a@" + "b" * 100_000,
        42,
        None,
    ],
)
def test_an_address_may_not_be(email):
    with pytest.raises(ValidationError) as refused:
        read(email=email)
    assert [error["loc"] for error in refused.value.errors()] == [("email",)]


@pytest.mark.parametrize("missing", GOOD)
def test_every_field_is_needed(missing):
    with pytest.raises(ValidationError) as refused:
        Registration.model_validate({name: value for name, value in GOOD.items() if name != missing})
    assert [(error["type"], error["loc"]) for error in refused.value.errors()] == [("missing", (missing,))]


def test_no_other_field_is_taken():
    with pytest.raises(ValidationError) as refused:
        read(role="admin")
    assert [(error["type"], error["loc"]) for error in refused.value.errors()] == [("extra_forbidden", ("role",))]


def test_a_login_takes_any_password_that_is_not_too_long():
    assert Credentials(email="ada@example.com", password="").password == ""
    with pytest.raises(ValidationError):
        Credentials(email="ada@example.com", password="a" * 129)


def test_what_is_secret_is_not_printed():
    shown = repr(read(password="my own secret")) + repr(Credentials(email="ada@example.com", password="my own secret"))
    assert "my own secret" not in shown
    assert "abc" not in repr(Tokens(token="abc", refresh_token="abc", expires_in=1800))
