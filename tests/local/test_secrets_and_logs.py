"""The values of the template's secrets, and the functions' log files."""

import json
import re
import string
from pathlib import Path
from typing import Any

import pytest

from local import function_logs
from local.blueprint import SecretSpec
from local.errors import LaptopError
from local.function_logs import LogFile
from local.secret_values import generate, secret_values


def spec(name: str, **more: Any) -> SecretSpec:
    return SecretSpec(name=name, arn_suffix="abcdef", arn="arn", **{"value": None, "generator": None, **more})


def test_values_come_from_outside_the_template_or_are_made_once() -> None:
    specs = [
        spec("pickvs/local/database/pooled", generator={}),
        spec("pickvs/local/database/direct"),
        spec("pickvs/local/odds-api"),
        spec("pickvs/local/fixed", value="as it stands"),
        spec("pickvs/local/made", generator={"PasswordLength": 8}),
        spec("pickvs/local/kept", generator={}),
    ]
    kept = {"pickvs/local/kept": "from before"}

    values = secret_values(
        specs, pooled_url="postgresql://pooler", direct_url="postgresql://server", odds_api_key="key", kept=kept
    )

    assert json.loads(values["pickvs/local/database/pooled"]) == {"url": "postgresql://pooler"}
    assert json.loads(values["pickvs/local/database/direct"]) == {"url": "postgresql://server"}
    assert json.loads(values["pickvs/local/odds-api"]) == {"api_key": "key"}
    assert values["pickvs/local/fixed"] == "as it stands"
    assert values["pickvs/local/kept"] == "from before"
    assert kept == {"pickvs/local/kept": "from before", "pickvs/local/made": values["pickvs/local/made"]}
    assert len(values["pickvs/local/made"]) == 8


def test_a_secret_that_nobody_can_fill_is_said() -> None:
    with pytest.raises(LaptopError, match="the secret pickvs/local/other has no value"):
        secret_values([spec("pickvs/local/other")], pooled_url="", direct_url="", odds_api_key="", kept={})


@pytest.mark.parametrize(
    ("generator", "pattern"),
    [
        ({}, r".{32}"),
        ({"PasswordLength": 64, "ExcludePunctuation": True}, r"[a-zA-Z0-9]{64}"),
        ({"ExcludePunctuation": True, "ExcludeUppercase": True, "ExcludeNumbers": True}, r"[a-z]{32}"),
        ({"ExcludeLowercase": True, "ExcludeUppercase": True, "ExcludePunctuation": True}, r"[0-9]{32}"),
        ({"ExcludeCharacters": string.punctuation + string.ascii_letters}, r"[0-9]{32}"),
    ],
)
def test_random_values_are_as_the_template_asks(generator: dict[str, Any], pattern: str) -> None:
    values = {generate(generator) for _ in range(20)}

    assert len(values) == 20
    assert all(re.fullmatch(pattern, value) for value in values), values


def test_each_kind_of_character_is_in_it() -> None:
    for _ in range(50):
        value = generate({"PasswordLength": 4})

        kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits, string.punctuation)
        assert all(set(value) & set(kind) for kind in kinds), value


def test_a_random_value_can_stand_in_a_template() -> None:
    value = json.loads(generate({"SecretStringTemplate": '{"kid": "1"}', "GenerateStringKey": "key"}))

    assert value["kid"] == "1"
    assert len(value["key"]) == 32


def test_a_generator_without_characters_is_said() -> None:
    with pytest.raises(LaptopError, match="no characters to choose from"):
        generate({"ExcludeCharacters": string.printable})


def test_every_line_says_when_and_whence(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "work.log")

    log.write("[1234]", "first\n\n  second\r\n")
    log.close()

    lines = (tmp_path / "work.log").read_text(encoding="utf-8").splitlines()
    assert [line.partition(" [1234] ")[2] for line in lines] == ["first", "  second"]
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ", line) for line in lines)


def test_logs_do_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(function_logs, "MAX_BYTES", 1_000)
    log = LogFile(tmp_path / "work.log")

    for number in range(1_000):
        log.write("[1234]", f"line {number}")
    log.close()

    files = list(tmp_path.iterdir())
    assert len(files) == 3
    assert all(file.stat().st_size <= 1_000 for file in files)
    assert "line 999" in (tmp_path / "work.log").read_text(encoding="utf-8")
