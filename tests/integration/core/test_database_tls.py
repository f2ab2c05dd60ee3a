"""TLS to the database. A server without proof of its identity receives nothing, whatever the connection string says."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import certifi
import pytest
from psycopg import conninfo

from pickvs.core import database as core_database
from pickvs.core import database_address
from pickvs.core.errors import DatabaseUnavailable
from tests.support.databases import secret_values
from tests.support.functions import load
from tests.support.tls_door import Authority, Door, door

type Use = Callable[..., None]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"), "trusted")


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make functions trust only this authority, in place of the public ones and those of RDS."""
    monkeypatch.setattr(certifi, "where", lambda: str(authority.roots))
    monkeypatch.setattr(database_address, "RDS_ROOTS", authority.roots)


@pytest.fixture
def served(database: str) -> dict[str, Any]:
    return conninfo.conninfo_to_dict(database)


@pytest.fixture
def use(served: dict[str, Any]) -> Iterator[Use]:
    """Point functions at the database behind a door. The secret has the shape that matches the roots."""

    def through(opened: Door, roots: str, *, host: str = "localhost", says: str = "") -> None:
        parts = {"host": host, "port": str(opened.port), "password": served["password"], "dbname": served["dbname"]}
        url = f"postgresql://{served['user']}:{parts['password']}@{host}:{opened.port}/{parts['dbname']}{says}"
        secret = {**parts, "username": served["user"]} if roots == "rds-roots" and not says else {"url": url}
        core_database.close()
        patch.setenv("DATABASE_SECRET_ARN", "test/database")
        patch.setenv("DATABASE_TLS", roots)
        secret_values(patch, core_database, {"test/database": secret})

    with pytest.MonkeyPatch.context() as patch:
        yield through
    core_database.close()


def encrypted() -> bool:
    with core_database.transaction() as connection:
        row = connection.execute("SELECT 1 AS one").fetchone()
        assert row == {"one": 1}
        return connection.pgconn.ssl_in_use


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(("roots", "knock"), [("public-roots", "handshake"), ("rds-roots", "question")])
def test_a_server_that_proves_its_name_is_used(
    authority: Authority, served: dict[str, Any], use: Use, roots: str, knock: str
) -> None:
    with door(int(served["port"]), authority.certificate("localhost")) as opened:
        use(opened, roots)
        assert encrypted()
        assert opened.knocks == [knock]
        core_database.close()


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("roots", ["public-roots", "rds-roots"])
def test_another_s_certificate_is_refused(
    authority: Authority, served: dict[str, Any], use: Use, tmp_path: Path, roots: str
) -> None:
    for certificate in (authority.certificate("pickvs.example"), Authority(tmp_path, "other").certificate("localhost")):
        with door(int(served["port"]), certificate) as opened:
            use(opened, roots)
            with pytest.raises(DatabaseUnavailable) as refused:
                encrypted()
            assert "certificate" in str(refused.value.__cause__)
            assert opened.knocks
            assert not opened.told


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("roots", ["public-roots", "rds-roots"])
@pytest.mark.parametrize(
    "says", ["", "?sslnegotiation=postgres", "?sslmode=disable&sslnegotiation=postgres", "?sslmode=prefer"]
)
def test_a_server_without_tls_is_told_nothing(served: dict[str, Any], use: Use, roots: str, says: str) -> None:
    with door(int(served["port"]), None) as opened:
        use(opened, roots, says=says)
        with pytest.raises(DatabaseUnavailable):
            encrypted()
        assert opened.knocks
        assert served["password"].encode() not in opened.told
        assert served["user"].encode() not in opened.told


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("roots", ["public-roots", "rds-roots"])
@pytest.mark.parametrize(
    "says",
    [
        "?sslmode=disable&sslnegotiation=postgres",
        "?sslmode=require",
        "?sslmode=verify-ca",
        "?sslmode=require&sslrootcert={other}",
    ],
)
def test_no_connection_string_asks_for_less(
    authority: Authority, served: dict[str, Any], use: Use, tmp_path: Path, roots: str, says: str
) -> None:
    other = Authority(tmp_path, "other")
    says = says.format(other=other.roots)
    with door(int(served["port"]), authority.certificate("localhost")) as opened:
        use(opened, roots, says=says)
        assert encrypted()
        core_database.close()
    for certificate in (authority.certificate("pickvs.example"), other.certificate("localhost")):
        with door(int(served["port"]), certificate) as opened:
            use(opened, roots, says=says)
            with pytest.raises(DatabaseUnavailable):
                encrypted()
            assert not opened.told


@pytest.mark.usefixtures("trusted")
def test_a_connection_string_may_ask_before_the_handshake(
    authority: Authority, served: dict[str, Any], use: Use
) -> None:
    with door(int(served["port"]), authority.certificate("localhost")) as opened:
        use(opened, "public-roots", says="?sslnegotiation=postgres&sslmode=require")
        assert encrypted()
        assert opened.knocks == ["question"]
        core_database.close()


@pytest.mark.parametrize("roots", ["public-roots", "rds-roots"])
def test_the_real_roots_do_not_know_an_authority_of_our_own(
    authority: Authority, served: dict[str, Any], use: Use, roots: str
) -> None:
    with door(int(served["port"]), authority.certificate("localhost")) as opened:
        use(opened, roots)
        with pytest.raises(DatabaseUnavailable) as refused:
            encrypted()
        assert "certificate verify failed" in str(refused.value.__cause__)
        assert not opened.told


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("roots", ["public-roots", "rds-roots"])
def test_the_migration_verifies_too(
    authority: Authority,
    served: dict[str, Any],
    use: Use,
    tmp_path: Path,
    roots: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = load("migrate/handler")
    monkeypatch.setattr(module.roles, "settle", lambda: None)  # reads secrets that this test does not have
    migrate = module.handler
    with door(int(served["port"]), authority.certificate("localhost")) as opened:
        use(opened, roots)
        done = migrate({}, None)
        assert done["from"] == done["to"]
        assert len(opened.knocks) == 1
    with door(int(served["port"]), Authority(tmp_path, "other").certificate("localhost")) as opened:
        use(opened, roots)
        with pytest.raises(DatabaseUnavailable):
            migrate({}, None)
        assert not opened.told
