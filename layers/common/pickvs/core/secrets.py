"""Secrets Manager, behind one function. Values stay in memory, and no error or log line repeats them."""

import re
from functools import cache
from typing import TYPE_CHECKING

from pickvs.core import logging
from pickvs.core.errors import ConfigurationError

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.parameters import SecretsProvider

CACHE_SECONDS = 300
"""How long a value is kept: a rotated secret is in use everywhere after this time."""

_PUBLIC_FIELD = re.compile(r"(^|_)kid$")  # a key's id travels in every token that it signed


@cache
def _provider() -> "SecretsProvider":
    from aws_lambda_powertools.utilities.parameters import SecretsProvider
    from botocore.config import Config

    return SecretsProvider(
        boto_config=Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 3, "mode": "standard"})
    )


def get_secret(name: str) -> dict[str, str]:
    """Return the fields of the secret called `name` (a name or an ARN).

    A secret is a JSON object of texts. Raises ConfigurationError, without any value, if it is missing, refused or
    something else.
    """
    from aws_lambda_powertools.utilities.parameters.exceptions import (
        GetParameterError,
        TransformParameterError,
    )

    try:
        value = _provider().get(name, max_age=CACHE_SECONDS, transform="json")
    except TransformParameterError:
        # The chained error would carry the text of the secret.
        raise ConfigurationError(f"the secret {name} is not a JSON object") from None
    except GetParameterError as error:
        raise ConfigurationError(f"the secret {name} cannot be read: {error}") from error
    if not isinstance(value, dict) or not all(isinstance(field, str) for field in value.values()):
        raise ConfigurationError(f"the secret {name} is not a JSON object of texts")
    fields: dict[str, str] = value
    for field, text in fields.items():
        if not _PUBLIC_FIELD.search(field):
            logging.hide(text)
    return fields
