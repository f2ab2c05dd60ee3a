"""The edge of the API: web ACL, domain, TLS, and security headers for browsers."""

import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic import TypeAdapter

from cdk.config import STAGES
from cdk.constructs.web_acl import MANAGED_GROUPS
from cdk.errors import DeploymentError
from cdk.settings.edge import WebAclLimits
from cdk.settings.rates import Rate
from pickvs.accounts.rules import PASSWORD_MAX
from pickvs.dfs.builds.requests import WantedBuild
from pickvs.dfs.projections.requests import WantedSet
from pickvs.http import security
from pickvs.http.body import MOST_BYTES
from pickvs.operations.administration.requests import Reason
from pickvs.picks.requests import Submission
from pickvs.picks.rules import MOST_PICKS, MOST_STAKE
from tests.infra.assembly import ROOT, Assemblies, Assembly
from tests.infra.conftest import DOMAIN

pytestmark = pytest.mark.xdist_group("infra")


def _rules(assembly: Assembly) -> dict[str, dict[str, Any]]:
    (acl,) = assembly.resources("AWS::WAFv2::WebACL")
    rules = acl.properties["Rules"]
    assert [each["Priority"] for each in rules] == list(range(len(rules)))
    return {each["Name"]: each for each in rules}


def test_only_prod_pays_for_a_web_acl(assembly_of: Assemblies) -> None:
    for stage, count in (("local", 0), ("dev", 0), ("prod", 1)):
        assert len(list(assembly_of(stage).resources("AWS::WAFv2::WebACL"))) == count


def test_the_web_acl_blocks_floods_and_sizes(assembly_of: Assemblies) -> None:
    limits = STAGES["prod"].edge.web_acl
    assert limits is not None
    rules = _rules(assembly_of("prod"))
    assert list(rules)[:5] == ["rate-per-address", "writes-per-address", "body-size", "path-size", "query-size"]
    for name in list(rules)[2:5]:
        assert rules[name]["Action"] == {"Block": {}}
    for name, rate in (
        ("rate-per-address", limits.requests_per_address),
        ("writes-per-address", limits.writes_per_address),
    ):
        assert set(rules[name]["Action"]) == {"Block"}
        counted = dict(rules[name]["Statement"]["RateBasedStatement"])
        only = counted.pop("ScopeDownStatement", None)
        assert counted == {"AggregateKeyType": "IP", "EvaluationWindowSec": rate.seconds, "Limit": rate.times}
        assert (only is None) == (name == "rate-per-address")
    only = rules["writes-per-address"]["Statement"]["RateBasedStatement"]["ScopeDownStatement"]
    reads = [each["ByteMatchStatement"] for each in only["NotStatement"]["Statement"]["OrStatement"]["Statements"]]
    assert [each["SearchString"] for each in reads] == ["GET", "HEAD", "OPTIONS"]
    assert all(each["FieldToMatch"] == {"Method": {}} for each in reads)
    assert all(each["PositionalConstraint"] == "EXACTLY" for each in reads)
    body, elsewhere = rules["body-size"]["Statement"].pop("AndStatement")["Statements"]
    rules["body-size"]["Statement"] = body
    paths = [each["ByteMatchStatement"] for each in elsewhere["NotStatement"]["Statement"]["OrStatement"]["Statements"]]
    assert {each["SearchString"] for each in paths} == {
        *("/api/dfs/builds", "/api/dfs/contests", "/api/dfs/projection-sets", "/api/dfs/uploads")
    }
    assert all(each["FieldToMatch"] == {"UriPath": {}} for each in paths)
    assert all(each["PositionalConstraint"] == "EXACTLY" for each in paths)
    sizes = {name: rules[name]["Statement"]["SizeConstraintStatement"] for name in list(rules)[2:5]}
    assert {name: (each["ComparisonOperator"], each["Size"]) for name, each in sizes.items()} == {
        "body-size": ("GT", limits.body_bytes),
        "path-size": ("GT", limits.path_bytes),
        "query-size": ("GT", limits.query_bytes),
    }
    # WAF inspects only a part of a long body, and would otherwise take that part's length for the body's.
    assert sizes["body-size"]["FieldToMatch"] == {"Body": {"OversizeHandling": "MATCH"}}


def test_the_web_acl_asks_aws_s_rule_groups(assembly_of: Assemblies) -> None:
    rules = _rules(assembly_of("prod"))
    assert list(rules)[5:] == list(MANAGED_GROUPS)
    for name, counted in MANAGED_GROUPS.items():
        assert rules[name]["OverrideAction"] == {"None": {}}
        statement = rules[name]["Statement"]["ManagedRuleGroupStatement"]
        assert (statement["VendorName"], statement["Name"]) == ("AWS", name)
        assert statement["RuleActionOverrides"] == [{"Name": rule, "ActionToUse": {"Count": {}}} for rule in counted]
    # Bodies may contain free text; addresses, queries and headers may not.
    every = {rule for counted in MANAGED_GROUPS.values() for rule in counted}
    assert {rule for rule in every if not rule.endswith("_BODY")} == {"NoUserAgent_HEADER"}


def test_the_longest_honest_body_passes() -> None:
    limits = STAGES["prod"].edge.web_acl
    assert limits is not None
    longest = 2**63 - 1
    pick = {
        "game_id": longest,
        "market": "moneyline",
        "selection": "under",
        "quote_id": longest,
        "stake_units": float(MOST_STAKE) - 0.5,
    }
    body = json.dumps({"picks": [pick] * MOST_PICKS}, indent=4)
    assert Submission.model_validate_json(body)
    assert 8192 < len(body) <= limits.body_bytes
    reason = "\U0001f3c0" * 500  # JSON may escape a character in twelve bytes
    assert TypeAdapter(Reason).validate_python(reason) == reason
    assert len(json.dumps({"reason": reason, "password": "\U0001f511" * PASSWORD_MAX})) <= limits.body_bytes


def test_the_longest_lists_of_a_slates_players_are_read() -> None:
    player = {"player_id": 2**63 - 1}
    points = dict.fromkeys(("points", "deviation", "floor", "ceiling", "field_points"), 1234.56)
    edit = {"slate_id": 1, "kind": "edited", "parent": 1, "changes": [player | points | {"ownership": 0.98765}] * 600}
    ids = [2**63 - 1] * 600
    rules = {"locks": ids, "excludes": ids, "exposures": [player | {"min": 0.1234, "max": 0.9876}] * 600}
    for kind, wanted in ((WantedSet, edit), (WantedBuild, {"slate_id": 1, "projection_set_id": 1, **rules})):
        body = json.dumps(wanted, indent=4)
        assert kind.model_validate_json(body)
        assert 64 * 1024 < len(body) <= MOST_BYTES


def test_nothing_that_waf_shows_has_a_token_or_a_password(assembly_of: Assemblies) -> None:
    (acl,) = assembly_of("prod").resources("AWS::WAFv2::WebACL")
    assert acl.properties["DataProtectionConfig"]["DataProtections"] == [
        {"Action": "SUBSTITUTION", "Field": {"FieldType": "BODY"}},
        {"Action": "SUBSTITUTION", "Field": {"FieldType": "SINGLE_HEADER", "FieldKeys": ["authorization"]}},
    ]
    shown = [acl.properties, *acl.properties["Rules"]]
    assert [each["VisibilityConfig"]["SampledRequestsEnabled"] for each in shown] == [False] * len(shown)
    (logging,) = assembly_of("prod").resources("AWS::WAFv2::LoggingConfiguration")
    assert logging.properties["RedactedFields"] == [{"SingleHeader": {"Name": "authorization"}}]
    assert logging.properties["LoggingFilter"]["DefaultBehavior"] == "DROP"


def test_the_log_of_the_web_acl_is_where_waf_may_write(assembly_of: Assemblies) -> None:
    (logging,) = assembly_of("prod").resources("AWS::WAFv2::LoggingConfiguration")
    (target,) = logging.properties["LogDestinationConfigs"]
    parts = target["Fn::Join"][1]
    group = assembly_of("prod").get("front", parts[-1]["Ref"])
    assert parts[-2] == ":log-group:"
    assert group.properties["LogGroupName"] == "aws-waf-logs-pickvs-prod"
    assert group.properties["RetentionInDays"] == STAGES["prod"].retention.log_days


@pytest.mark.parametrize(
    "changes",
    [
        {"requests_per_address": Rate(9, 300)},
        {"requests_per_address": Rate(100, 90)},
        {"writes_per_address": Rate(9, 60)},
    ],
)
def test_a_rate_that_waf_does_not_know_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(DeploymentError, match=r"is no rate of AWS WAF's: 10 or more in 60, 120, 300, 600 seconds$"):
        replace(_limits(), **changes)


def test_a_body_that_waf_does_not_see_is_refused() -> None:
    with pytest.raises(DeploymentError, match=r"^body_bytes 16385 is more than the 16384 that AWS WAF sees$"):
        replace(_limits(), body_bytes=16_385)


@pytest.mark.parametrize(
    "name", ["", "localhost", "https://api.pickvs.example", "API.pickvs.example", "api.pickvs.example."]
)
def test_what_is_no_name_is_no_domain(name: str) -> None:
    with pytest.raises(DeploymentError, match=r"is no name; write it like api\.pickvs\.example$"):
        replace(DOMAIN, name=name, zone=None)


def test_a_name_of_another_zone_is_refused() -> None:
    with pytest.raises(DeploymentError, match=r"^domain 'api.mypickvs.example' is not in the zone 'pickvs.example'$"):
        replace(DOMAIN, name="api.mypickvs.example")


def _limits() -> WebAclLimits:
    return WebAclLimits(
        requests_per_address=Rate(100, 60),
        writes_per_address=Rate(20, 60),
        body_bytes=8192,
        path_bytes=512,
        query_bytes=512,
    )


def test_without_a_domain_the_api_has_the_name_that_aws_gives_it(assembly: Assembly) -> None:
    (api,) = assembly.resources("AWS::ApiGateway::RestApi")
    assert api.properties["DisableExecuteApiEndpoint"] is False
    assert not list(assembly.resources("AWS::ApiGateway::DomainName"))
    url = json.dumps(assembly.templates["front"]["Outputs"]["ApiUrl"]["Value"])
    assert ".execute-api." in url
    (stage,) = assembly.resources("AWS::ApiGateway::Stage")
    assert f'/{stage.properties["StageName"]}/"' in url


def test_a_domain_is_the_only_way_in_and_its_paths_are_the_same(furnished: Assembly) -> None:
    (api,) = furnished.resources("AWS::ApiGateway::RestApi")
    (stage,) = furnished.resources("AWS::ApiGateway::Stage")
    (name,) = furnished.resources("AWS::ApiGateway::DomainName")
    (mapping,) = furnished.resources("AWS::ApiGateway::BasePathMapping")
    assert api.properties["DisableExecuteApiEndpoint"] is True
    assert name.properties["DomainName"] == DOMAIN.name
    assert name.properties["RegionalCertificateArn"] == DOMAIN.certificate_arn
    assert name.properties["EndpointConfiguration"] == {"Types": ["REGIONAL"]}
    assert mapping.properties == {
        "BasePath": stage.properties["StageName"],
        "DomainName": {"Ref": name.logical_id},
        "RestApiId": stage.properties["RestApiId"],
        "Stage": {"Ref": stage.logical_id},
    }
    assert furnished.meant(mapping.stack, mapping.properties["RestApiId"]) == api
    assert {each.stack for each in (stage, name, mapping)} == {"front"}
    assert furnished.templates["front"]["Outputs"]["ApiUrl"]["Value"] == f"https://{DOMAIN.name}/api/"


def test_the_api_and_its_domain_ask_for_the_same_tls(furnished: Assembly) -> None:
    for endpoint in furnished.resources("AWS::ApiGateway::RestApi", "AWS::ApiGateway::DomainName"):
        assert endpoint.properties["SecurityPolicy"] == "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"
        assert endpoint.properties["EndpointAccessMode"] == "STRICT"


def test_the_record_of_the_domain_is_made_where_its_zone_is_known(furnished: Assembly, furnished_dev: Assembly) -> None:
    (name,) = furnished.resources("AWS::ApiGateway::DomainName")
    (record,) = furnished.resources("AWS::Route53::RecordSet")
    assert record.properties["Name"] == f"{DOMAIN.name}."
    assert DOMAIN.zone is not None
    assert record.properties["HostedZoneId"] == DOMAIN.zone.zone_id
    target = {"Fn::GetAtt": [name.logical_id, "RegionalDomainName"]}
    assert record.properties["AliasTarget"]["DNSName"] == target

    assert not list(furnished_dev.resources("AWS::Route53::RecordSet"))
    assert furnished_dev.templates["front"]["Outputs"]["DomainTarget"]["Value"] == target


def test_functions_and_gateway_tell_browsers_the_same(assembly_of: Assemblies) -> None:
    assert set(security.SECURITY_HEADERS) == {
        "Strict-Transport-Security",
        "X-Content-Type-Options",
        "Referrer-Policy",
        "Content-Security-Policy",
    }
    stated = {name: f"'{value}'" for name, value in security.SECURITY_HEADERS.items()}
    answers = list(assembly_of("dev").resources("AWS::ApiGateway::GatewayResponse"))
    assert len(answers) > 15
    for answer in answers:
        assert _only("gatewayresponse.header.", answer.properties["ResponseParameters"], stated) == stated
    preflights = [
        each
        for each in assembly_of("dev").resources("AWS::ApiGateway::Method")
        if each.properties["HttpMethod"] == "OPTIONS"
    ]
    assert len(preflights) > 15
    for preflight in preflights:
        (said,) = preflight.properties["Integration"]["IntegrationResponses"]
        (declared,) = preflight.properties["MethodResponses"]
        assert _only("method.response.header.", said["ResponseParameters"], stated) == stated
        assert declared["ResponseParameters"].keys() == said["ResponseParameters"].keys()


def _only(prefix: str, parameters: dict[str, str], wanted: dict[str, str]) -> dict[str, str]:
    named = {name.removeprefix(prefix): value for name, value in parameters.items()}
    return {name: value for name, value in named.items() if name in wanted}


def test_tags_are_told_in_one_place() -> None:
    users = [path for path in (ROOT / "cdk").rglob("*.py") if "Tags.of(" in path.read_text()]
    assert [path.name for path in users] == ["tags.py"]
