"""Exports and restores on the laptop cloud, with exactly the permissions of the template."""

import re

import pytest

from tests.e2e.client import Client
from tests.support.laptop import Laptop, LaptopError
from tests.support.schema import NEWEST
from tests.support.snapshot import everything

pytestmark = pytest.mark.xdist_group("e2e")


def test_an_export_is_made_and_read_and_not_loaded_over_what_is_there(laptop: Laptop, api: Client) -> None:
    api.register("worth-keeping")
    report = laptop.invoke("back_up")
    tables = everything(laptop.database_url, but=("alembic_version",))
    assert (report["schema_version"], report["tables"]) == (NEWEST, len(tables))
    assert report["rows"] >= len(tables["users"]) > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ", report["export"])
    with pytest.raises(LaptopError, match=r"RestoreRefused: the database is not empty: there are rows in .*users"):
        laptop.invoke("restore", {"export": report["export"]})
    with pytest.raises(LaptopError, match=r"RestoreRefused: there is no complete export at s3://\S+/exports/never"):
        laptop.invoke("restore", {"export": "never"})
    with pytest.raises(LaptopError, match=r'RestoreRefused: Send \{"export": '):
        laptop.invoke("restore")
    assert everything(laptop.database_url, but=("alembic_version",))["users"] == tables["users"]
