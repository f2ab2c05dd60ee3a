import json
from pathlib import Path

import pytest

from tests.support import bills
from tools.cost.__main__ import main
from tools.cost.prices import AS_OF


def write(folder: Path, template: bills.Template) -> Path:
    """Write an assembly of one stack, with a leftover template from an older one."""
    folder.mkdir()
    artifacts = {
        "pickvs-dev-all": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "all.template.json"}},
        "Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}},
    }
    (folder / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    (folder / "all.template.json").write_text(json.dumps(template))
    (folder / "old.template.json").write_text('{"Resources": {"Old": {"Type": "AWS::EC2::TransitGateway"}}}')
    return folder


@pytest.fixture
def dev(tmp_path: Path) -> Path:
    return write(tmp_path / "dev", bills.stage())


def row(text: str, name: str) -> list[str]:
    (found,) = (line for line in text.splitlines() if line.startswith(name))
    return [cell.strip() for cell in found.split("  ") if cell.strip()]


def test_three_loads_stand_side_by_side(dev: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(dev)]) == 0
    text = capsys.readouterr().out
    assert text.startswith(
        f"PickVs, dev: US dollars a month in us-east-1, prices as of {AS_OF}, free allowances not counted\n"
    )
    assert row(text, "API Gateway: requests ") == [
        "API Gateway: requests",
        "3.50 for 1,000,000 requests at first",
        "10,000",
        "0.04",
        "1,000,000",
        "3.50",
        "50,000,000",
        "175.00",
    ]
    for column in range(3):
        lines = text.split("---\n")[1].splitlines()[:-1]
        parts = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines]
        summed = sum(float(part[3 + 2 * column].replace(",", "")) for part in parts)
        assert float(row(text, "total")[1 + column].replace(",", "")) == pytest.approx(summed, abs=0.005 * len(parts))


def test_a_price_is_said_in_words(dev: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(dev), "--requests", "0"]) == 0
    text = capsys.readouterr().out
    assert row(text, "Aurora: capacity ")[1] == "0.12 for an ACU-hour"
    assert row(text, "NAT: gateways ")[1] == "0.045 for an hour"
    assert row(text, "NAT: data ")[1] == "0.045 for a GB"
    assert row(text, "CloudWatch: composite alarms ")[1] == "0.50 for an alarm"
    assert row(text, "S3: writes ")[1] == "0.005 for 1,000 writes"


def test_one_load_in_requests_or_in_users(dev: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(dev), "--requests", "2,000,000"]) == 0
    assert row(capsys.readouterr().out, "API Gateway: requests ")[2:] == ["2,000,000", "7.00"]
    assert main([str(dev), "--users", "1000", "--requests-per-user-day", "12"]) == 0
    assert row(capsys.readouterr().out, "API Gateway: requests ")[2:] == ["365,000", "1.28"]


def test_an_assumption_is_a_flag_and_is_printed(dev: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(dev), "--requests", "1000000", "--answer-bytes", "100000"]) == 0
    text = capsys.readouterr().out
    assert row(text, "data out to the internet ")[2:] == ["100", "9.00"]
    assert "  --answer-bytes 100000: bytes that leave AWS for a request, headers included" in text
    assert main([str(dev), "--requests", "1000000", "--answer-bytes", "100000", "--free-tier"]) == 0
    text = capsys.readouterr().out
    assert row(text, "data out to the internet ")[2:] == ["100", "0.00"]
    assert "free allowances taken off" in text


def test_what_has_no_price_is_said_first_after_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    template = bills.stage()
    bills.resources(template)["Gate"] = {"Type": "AWS::EC2::TransitGateway"}
    assert main([str(write(tmp_path / "prod", template))]) == 0
    after = capsys.readouterr().out.split("\ntotal")[1].splitlines()[2:]
    assert after[:2] == [
        "NOT ESTIMATED, so the totals are too low:",
        "  AWS::EC2::TransitGateway (1): no price is known for this type",
    ]


def test_whoever_only_people_call_is_named(dev: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(dev)])
    assert "  calls of what only a deployment, a rotation or a person calls: operator\n" in capsys.readouterr().out


def test_no_assembly_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        f"pickvs: {tmp_path / 'manifest.json'} is missing; write the templates with `make synth`\n"
    )
    (tmp_path / "manifest.json").write_text("{}")
    assert main([str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"pickvs: there is no stack in {tmp_path}\n"
    (tmp_path / "manifest.json").write_text("no json")
    assert main([str(tmp_path)]) == 1
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("amount", ["-1", "many", "inf", "nan"])
def test_what_is_no_amount_is_refused(dev: Path, amount: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([str(dev), "--requests", amount])


def test_help_says_where_each_assumption_is_from(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "bytes of a line of the gateway's access log (600; the format in the template)" in said
