"""The values of the secrets that the template declares."""

import json
import secrets
import string
from collections.abc import Mapping, Sequence
from typing import Any

from local.blueprint import SecretSpec
from local.errors import LaptopError

_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
"""Characters that Secrets Manager counts as punctuation."""


def secret_values(
    specs: Sequence[SecretSpec], *, pooled_url: str, direct_url: str, odds_api_key: str, kept: dict[str, str]
) -> dict[str, str]:
    """Return the value of each secret, by name.

    The secrets of the database and of the odds provider are recognised by the end of their names; their values come
    from the arguments. A generated value is taken from `kept`, or added to it on first use. Raises LaptopError for a
    secret without a value.
    """
    from_outside = {
        "/database/pooled": json.dumps({"url": pooled_url}),
        "/database/direct": json.dumps({"url": direct_url}),
        "/odds-api": json.dumps({"api_key": odds_api_key}),
    }
    values: dict[str, str] = {}
    for spec in specs:
        known = [value for ending, value in from_outside.items() if spec.name.endswith(ending)]
        if known:
            values[spec.name] = known[0]
        elif spec.value is not None:
            values[spec.name] = spec.value
        elif spec.generator is not None:
            values[spec.name] = kept.setdefault(spec.name, generate(spec.generator))
        else:
            raise LaptopError(f"the secret {spec.name} has no value: the template gives none, and none is known here")
    return values


def generate(generator: Mapping[str, Any]) -> str:
    """Return a random value as `GenerateSecretString` describes it. Raises LaptopError if its rules allow none."""
    password = _password(generator)
    key = generator.get("GenerateStringKey")
    if key is None:
        return password
    template = json.loads(generator.get("SecretStringTemplate", "{}"))
    return json.dumps({**template, key: password})


def _password(generator: Mapping[str, Any]) -> str:
    excluded = generator.get("ExcludeCharacters", "")
    groups = [
        "".join(character for character in characters if character not in excluded)
        for switch, characters in (
            ("ExcludeLowercase", string.ascii_lowercase),
            ("ExcludeUppercase", string.ascii_uppercase),
            ("ExcludeNumbers", string.digits),
            ("ExcludePunctuation", _PUNCTUATION),
        )
        if not generator.get(switch, False)
    ]
    groups = [group for group in groups if group]
    length = int(generator.get("PasswordLength", 32))
    if not groups or length < len(groups):
        raise LaptopError("a secret's generator leaves no characters to choose from")
    alphabet = "".join(groups) + (" " if generator.get("IncludeSpace", False) else "")
    required = groups if generator.get("RequireEachIncludedType", True) else []
    characters = [secrets.choice(group) for group in required]
    characters += [secrets.choice(alphabet) for _ in range(length - len(characters))]
    secrets.SystemRandom().shuffle(characters)
    return "".join(characters)
