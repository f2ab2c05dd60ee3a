import certifi
import pytest
from psycopg import conninfo

from pickvs.core.database_address import RDS_ROOTS
from pickvs.core.errors import ConfigurationError
from tools.recovery.__main__ import address, main


@pytest.mark.parametrize(
    ("url", "roots"),
    [
        ("postgresql://ada@ep-x.eu-central-1.aws.neon.tech/pickvs?sslmode=require", certifi.where()),
        ("host=db.example user=ada sslmode=disable", certifi.where()),
        ("postgresql://ada@pickvs.cluster-x.eu-central-1.rds.amazonaws.com/pickvs", str(RDS_ROOTS)),
        ("postgresql://ada@PickVs.cluster-x.eu-central-1.RDS.amazonaws.com/pickvs", str(RDS_ROOTS)),
        ("postgresql://ada@rds.amazonaws.com.example/pickvs", certifi.where()),
        ("postgresql://ada@localhost/pickvs?hostaddr=203.0.113.5", certifi.where()),
        ("postgresql://ada@%2Frun%2Fpostgresql/pickvs?hostaddr=203.0.113.5", certifi.where()),
        ("postgresql://ada@localhost,db.example/pickvs", certifi.where()),
    ],
)
def test_a_server_elsewhere_must_prove_who_it_is(url, roots):
    known = conninfo.conninfo_to_dict(address(url))
    assert known["user"] == "ada"
    assert (known["sslmode"], known["sslrootcert"]) == ("verify-full", roots)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "LocalHost", "%2Frun%2Fpostgresql"])
def test_one_on_this_machine_need_not(host):
    assert "sslmode" not in conninfo.conninfo_to_dict(address(f"postgresql://ada@{host}/pickvs"))


@pytest.mark.parametrize(
    "url", ["postgresql:///pickvs", "postgresql://ada@/pickvs?hostaddr=203.0.113.5", "service=prod", "dbname=pickvs"]
)
def test_a_string_that_names_no_host_is_refused(url, monkeypatch):
    monkeypatch.setenv("PGHOST", "db.example")
    with pytest.raises(ConfigurationError, match="has no host"):
        address(url)


def test_what_is_no_connection_string_is_one_line(capsys, tmp_path):
    with pytest.raises(ConfigurationError):
        address("s3cret")
    assert main([str(tmp_path)], "s3cret") == 1
    assert capsys.readouterr().err == "DATABASE_URL is not a connection string\n"
