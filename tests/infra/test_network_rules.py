"""Each house rule for the database's network detects its violation."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.infra import house_rules
from tests.infra import network_rules as rules
from tests.infra.assembly import Assemblies, Assembly
from tests.infra.house_rules import Rule

pytestmark = pytest.mark.xdist_group("infra")

type Properties = dict[str, Any]
type Damage = Callable[[Properties], object]


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_what_the_rules_are_about_is_there(assembly_of: Assemblies, stage: str) -> None:
    """Without these resources the rules would hold trivially."""
    assembly = assembly_of(stage, "aurora")
    assert len(list(rules.clusters(assembly))) == 1
    assert len(list(rules.in_networks(assembly))) > 30
    assert not list(rules.clusters(assembly_of(stage))) + list(rules.in_networks(assembly_of(stage)))


CLUSTER, LOGIN, LOGIN_ROLE = "DatabaseCluster", "LoginCodeFunction", "LoginCodeRole"
LET_IN = "DatabaseGroupfrom"
EVERYWHERE = {"CidrIp": "0.0.0.0/0", "IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432}


def _network_policy(properties: Properties, effect: str) -> Properties:
    (policy,) = (each for each in properties["Policies"] if each["PolicyName"] == "network")
    found: Properties
    (found,) = (each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == effect)
    return found


DAMAGES: list[tuple[Rule, str, str, str, Damage]] = [
    (
        rules.who_speaks_with_the_database_is_in_its_network,
        "api-accounts",
        LOGIN,
        "outside",
        lambda p: p.pop("VpcConfig"),
    ),
    (
        rules.who_speaks_with_the_database_is_in_its_network,
        "api-sports",
        "ListSportsCodeFunction",
        "inside without need",
        lambda p: p.update(VpcConfig={"SecurityGroupIds": [], "SubnetIds": []}),
    ),
    (
        rules.the_database_is_shut_in,
        "data",
        "DatabaseClusterInstance2",
        "a public address",
        lambda p: p.update(PubliclyAccessible=True),
    ),
    (
        rules.the_database_is_shut_in,
        "data",
        "DatabaseClusterInstance1",
        "nothing said",
        lambda p: p.pop("PubliclyAccessible"),
    ),
    (
        rules.the_database_is_shut_in,
        "data",
        "DatabaseClusterSubnets",
        "a way out",
        lambda p: p["SubnetIds"].append({"Ref": "NetworkVpcLeavingSubnet1Subnet"}),
    ),
    (
        rules.only_functions_are_let_in,
        "data",
        "DatabaseGroup",
        "the world",
        lambda p: p.update(SecurityGroupIngress=[EVERYWHERE]),
    ),
    (
        rules.only_functions_are_let_in,
        "data",
        LET_IN,
        "another group",
        lambda p: p.update(SourceSecurityGroupId={"Fn::GetAtt": ["NetworkVpc", "DefaultSecurityGroup"]}),
    ),
    (rules.only_functions_are_let_in, "data", LET_IN, "another port", lambda p: p.update(FromPort=22)),
    (rules.only_functions_are_let_in, "data", LET_IN, "any protocol", lambda p: p.update(IpProtocol="-1")),
    (
        rules.only_functions_are_let_in,
        "data",
        LET_IN,
        "nobody",
        lambda p: p.update(GroupId={"Fn::GetAtt": ["NetworkFunctions", "GroupId"]}),
    ),
    (
        rules.only_functions_are_let_in,
        "data",
        "NetworkFunctions",
        "somebody to the functions",
        lambda p: p.update(SecurityGroupIngress=[EVERYWHERE]),
    ),
    (
        rules.nobody_goes_where_they_have_no_business,
        "data",
        "NetworkFunctions",
        "all ports",
        lambda p: p["SecurityGroupEgress"][0].update(FromPort=0, ToPort=65535),
    ),
    (
        rules.nobody_goes_where_they_have_no_business,
        "data",
        "NetworkFunctions",
        "what AWS adds when nothing is said",
        lambda p: p.pop("SecurityGroupEgress"),
    ),
    (
        rules.nobody_goes_where_they_have_no_business,
        "data",
        "DatabaseGroup",
        "the database",
        lambda p: p["SecurityGroupEgress"].append({**EVERYWHERE, "FromPort": 443, "ToPort": 443}),
    ),
    (
        rules.functions_leave_by_a_gateway,
        "api-accounts",
        LOGIN,
        "shut in",
        lambda p: p["VpcConfig"].update(SubnetIds=[{"Ref": "NetworkVpcShutInSubnet1Subnet"}]),
    ),
    (
        rules.functions_leave_by_a_gateway,
        "data",
        "NetworkVpcLeavingSubnet1DefaultRoute",
        "by an internet gateway",
        lambda p: p.update(GatewayId=p.pop("NatGatewayId")),
    ),
    (
        rules.code_may_not_do_what_lambda_does_for_it,
        "api-accounts",
        LOGIN_ROLE,
        "nothing denied",
        lambda p: _network_policy(p, "Deny").pop("Condition"),
    ),
    (
        rules.code_may_not_do_what_lambda_does_for_it,
        "api-accounts",
        LOGIN_ROLE,
        "one act forgotten",
        lambda p: _network_policy(p, "Deny")["Action"].remove("ec2:DeleteNetworkInterface"),
    ),
    (
        rules.the_database_is_spoken_with_by_tls,
        "data",
        "DatabaseClusterParameterGroup",
        "as one likes",
        lambda p: p["Parameters"].update({"rds.force_ssl": "0"}),
    ),
    (
        rules.the_database_is_spoken_with_by_tls,
        "api-accounts",
        LOGIN,
        "not made sure of",
        lambda p: p["Environment"]["Variables"].update(DATABASE_TLS="off"),
    ),
    (
        rules.the_database_can_be_had_back,
        "data",
        CLUSTER,
        "a week",
        lambda p: p.update(BackupRetentionPeriod=7),
    ),
    (
        rules.the_database_can_be_had_back,
        "data",
        CLUSTER,
        "AWS's choice",
        lambda p: p.pop("DeleteAutomatedBackups"),
    ),
    (
        rules.the_database_survives_a_zone,
        "data",
        "DatabaseClusterInstance2",
        "the same zone",
        lambda p: p.update(AvailabilityZone={"Fn::Select": [0, {"Fn::GetAZs": ""}]}),
    ),
    (
        rules.the_database_survives_a_zone,
        "data",
        "DatabaseClusterInstance2",
        "wherever AWS likes",
        lambda p: p.pop("AvailabilityZone"),
    ),
    (
        rules.the_database_survives_a_zone,
        "data",
        "DatabaseClusterInstance2",
        "a smaller one",
        lambda p: p.update(PromotionTier=2),
    ),
    (
        rules.the_database_survives_a_zone,
        "api-accounts",
        LOGIN,
        "functions in one zone",
        lambda p: p["VpcConfig"]["SubnetIds"].pop(),
    ),
    (
        rules.the_database_survives_a_zone,
        "data",
        "NetworkVpcLeavingSubnet2DefaultRoute",
        "by another zone's gateway",
        lambda p: p.update(NatGatewayId={"Ref": "NetworkVpcOutsideSubnet1NATGateway"}),
    ),
    (
        rules.networks_are_written_down,
        "data",
        "NetworkFlowsFlowLog",
        "what is refused only",
        lambda p: p.update(TrafficType="REJECT"),
    ),
    (
        rules.ec2_takes_the_descriptions,
        "data",
        "NetworkFunctions",
        "of the rule in it",
        lambda p: p["SecurityGroupEgress"][0].update(Description="AWS's services"),
    ),
    (rules.ec2_takes_the_descriptions, "data", LET_IN, "of the rule", lambda p: p.update(Description="it's them")),
    (
        rules.ec2_takes_the_descriptions,
        "data",
        "DatabaseGroup",
        "of the group",
        lambda p: p.update(GroupDescription="the functions' database"),
    ),
    (
        house_rules.wildcards_are_explained,
        "api-accounts",
        LOGIN_ROLE,
        "more of EC2",
        lambda p: _network_policy(p, "Allow")["Action"].append("ec2:RunInstances"),
    ),
    (
        house_rules.wildcards_are_explained,
        "data",
        "DatabaseMonitoringRole",
        "every log group",
        lambda p: p["Policies"][0]["PolicyDocument"]["Statement"][1].update(Resource="*"),
    ),
    (
        house_rules.no_secret_value_in_a_template,
        "data",
        CLUSTER,
        "the password",
        lambda p: p.update(MasterUserPassword="correct horse battery"),
    ),
    (
        house_rules.no_secret_value_in_a_template,
        "data",
        CLUSTER,
        "the password elsewhere too",
        lambda p: p.update(DatabaseName="{{resolve:secretsmanager:pickvs/prod/database}}"),
    ),
    (
        house_rules.secrets_made_here_are_rotated,
        "rotation",
        "DatabasePasswordSchedule",
        "of another secret",
        lambda p: p.update(SecretId="arn:other"),
    ),
]


def _named(assembly: Assembly, properties: Properties) -> Properties:
    """Complete references to the data stack, which `properties` have without their trailing digits."""
    text = json.dumps(properties)
    for each in assembly.templates["data"]["Resources"]:
        text = text.replace(f'"{each[:-8]}"', f'"{each}"')
    return dict(json.loads(text))


@pytest.mark.parametrize(
    ("rule", "stack", "resource", "damage"),
    [
        pytest.param(rule, stack, resource, damage, id=f"{rule.__name__}-{resource}-{text}")
        for rule, stack, resource, text, damage in DAMAGES
    ],
)
def test_bites(assembly_of: Assemblies, rule: Rule, stack: str, resource: str, damage: Damage) -> None:
    damaged = assembly_of("prod", "aurora").to_damage(stack)
    body = damaged.named(stack, resource).body
    damage(body["Properties"])
    body["Properties"] = _named(damaged, body["Properties"])
    assert list(rule(damaged))


def test_bites_when_somebody_is_in_a_network_who_has_no_database(assembly_of: Assemblies) -> None:
    """With an external database, no function is in a network."""
    damaged = assembly_of("dev").to_damage("api-accounts")
    login = damaged.function("login")
    login.properties["VpcConfig"] = {"SecurityGroupIds": [], "SubnetIds": []}
    assert list(rules.who_speaks_with_the_database_is_in_its_network(damaged)) == [
        f"{login} has no business in the database's network"
    ]


def test_each_rule_is_shown_to_bite() -> None:
    shown = {rule for rule, *_ in DAMAGES}
    assert shown >= set(rules.NETWORK_RULES)
