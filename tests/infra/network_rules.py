"""House rules for the database's network: members, allowed connections, and availability when a part fails."""

import json
import re
from collections.abc import Iterator
from typing import Any

from cdk.config import stage_config
from tests.infra.assembly import Assembly, Resource
from tests.infra.house_rules import INTERFACES, Rule, as_list, readable_secrets, statements

ANYWHERE = {"0.0.0.0/0", "::/0"}
HTTPS = 443
KEPT_DAYS = 35
"""Minimum days of point-in-time recovery in stages that keep their data."""
TLS = {"local": "off", "neon": "public-roots", "aurora": "rds-roots"}
TEXT_OF_EC2 = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{1,255}")
"""Valid descriptions of security groups and their rules, according to EC2's API reference."""


def meant(assembly: Assembly, value: Any) -> str:
    """Return the logical id that a property refers to, in its own stack or in another one."""
    if "Fn::ImportValue" in value:
        _, value = assembly.exports()[value["Fn::ImportValue"]]
    return str(value.get("Ref") or value["Fn::GetAtt"][0])


def default_routes(assembly: Assembly, subnet: str) -> list[dict[str, Any]]:
    """Return the default routes of a subnet, which apply to destinations outside the network."""
    tables = {
        meant(assembly, each.properties["RouteTableId"])
        for each in assembly.resources("AWS::EC2::SubnetRouteTableAssociation")
        if meant(assembly, each.properties["SubnetId"]) == subnet
    }
    return [
        each.properties
        for each in assembly.resources("AWS::EC2::Route")
        if meant(assembly, each.properties["RouteTableId"]) in tables
        and {each.properties.get("DestinationCidrBlock"), each.properties.get("DestinationIpv6CidrBlock")} & ANYWHERE
    ]


def zone(assembly: Assembly, subnet: str) -> str:
    (found,) = (each for each in assembly.resources("AWS::EC2::Subnet") if each.logical_id == subnet)
    return json.dumps(found.properties["AvailabilityZone"])


def rules_of(assembly: Assembly, group: str, way: str) -> list[dict[str, Any]]:
    """Return the `Ingress` or `Egress` rules of a security group, inline or separate, except the CDK's "allow none"."""
    (own,) = (each for each in assembly.resources("AWS::EC2::SecurityGroup") if each.logical_id == group)
    beside = [
        each.properties
        for each in assembly.resources(f"AWS::EC2::SecurityGroup{way}")
        if meant(assembly, each.properties["GroupId"]) == group
    ]
    stated = [*own.properties.get(f"SecurityGroup{way}", []), *beside]
    return [each for each in stated if each.get("CidrIp") != "255.255.255.255/32"]


def clusters(assembly: Assembly) -> Iterator[tuple[Resource, list[str], list[str]]]:
    """Yield each database with its security groups and its subnets."""
    for cluster in assembly.resources("AWS::RDS::DBCluster"):
        groups = [meant(assembly, each) for each in cluster.properties["VpcSecurityGroupIds"]]
        subnets = assembly.get(cluster.stack, meant(assembly, cluster.properties["DBSubnetGroupName"]))
        yield cluster, groups, [meant(assembly, each) for each in subnets.properties["SubnetIds"]]


def in_networks(assembly: Assembly) -> Iterator[tuple[Resource, list[str], list[str]]]:
    """Yield each function in a network with its security groups and its subnets."""
    for function in assembly.functions():
        config = function.properties.get("VpcConfig")
        if config is not None:
            yield (
                function,
                [meant(assembly, each) for each in config["SecurityGroupIds"]],
                [meant(assembly, each) for each in config["SubnetIds"]],
            )


def who_speaks_with_the_database_is_in_its_network(assembly: Assembly) -> Iterator[str]:
    """Only functions that use the database are in its network. With an external database, no function is."""
    secrets = {
        json.dumps(function.properties["Environment"]["Variables"]["DATABASE_SECRET_ARN"])
        for function in assembly.functions()
        if "DATABASE_SECRET_ARN" in function.properties.get("Environment", {}).get("Variables", {})
    }
    databases = list(clusters(assembly))
    inside = {str(function) for function, _, _ in in_networks(assembly)}
    for function in assembly.functions():
        belongs = bool(databases) and bool(readable_secrets(assembly, function) & secrets)
        if belongs != (str(function) in inside):
            yield f"{function} {'is not in' if belongs else 'has no business in'} the database's network"


def the_database_is_shut_in(assembly: Assembly) -> Iterator[str]:
    for instance in assembly.resources("AWS::RDS::DBInstance"):
        if instance.properties.get("PubliclyAccessible") is not False:
            yield f"{instance} may have a public address"
    for cluster, _, subnets in clusters(assembly):
        yield from (f"{cluster} has a way out by {each}" for each in subnets if default_routes(assembly, each))


def only_functions_are_let_in(assembly: Assembly) -> Iterator[str]:
    """Only functions reach the database, at its port. Nothing reaches the functions, and nothing is open to all."""
    callers = {group for _, groups, _ in in_networks(assembly) for group in groups}
    doors = {group for _, groups, _ in clusters(assembly) for group in groups}
    for cluster, groups, _ in clusters(assembly):
        port = cluster.properties["Port"]
        rules = [rule for group in groups for rule in rules_of(assembly, group, "Ingress")]
        if not rules:
            yield f"{cluster} lets in nobody"
        for rule in rules:
            source = rule.get("SourceSecurityGroupId")
            if source is None or meant(assembly, source) not in callers:
                yield f"{cluster} lets in {rule.get('CidrIp', source)}"
            elif (rule["IpProtocol"], rule.get("FromPort"), rule.get("ToPort")) != ("tcp", port, port):
                yield f"{cluster} lets them in elsewhere than at {port}"
    for group in assembly.resources("AWS::EC2::SecurityGroup"):
        if group.logical_id not in doors and rules_of(assembly, group.logical_id, "Ingress"):
            yield f"{group} lets in somebody"


def nobody_goes_where_they_have_no_business(assembly: Assembly) -> Iterator[str]:
    """Functions connect to HTTPS anywhere and to the database at its port. The database opens no connections."""
    doors = {group: cluster.properties["Port"] for cluster, groups, _ in clusters(assembly) for group in groups}
    for group in assembly.resources("AWS::EC2::SecurityGroup"):
        if "SecurityGroupEgress" not in group.properties:
            yield f"{group} lets out everything"
        for rule in rules_of(assembly, group.logical_id, "Egress"):
            target = rule.get("DestinationSecurityGroupId")
            wanted = HTTPS if target is None else doors.get(meant(assembly, target))
            reached = (rule["IpProtocol"], rule.get("FromPort"), rule.get("ToPort"))
            if group.logical_id in doors or reached != ("tcp", wanted, wanted):
                yield f"{group} lets out {reached}"


def functions_leave_by_a_gateway(assembly: Assembly) -> Iterator[str]:
    """Their subnets use a NAT gateway. An internet gateway would not work, as functions have no public address."""
    for function, _, subnets in in_networks(assembly):
        for subnet in subnets:
            if not any("NatGatewayId" in route for route in default_routes(assembly, subnet)):
                yield f"{function} has no way out of {subnet}"


def code_may_not_do_what_lambda_does_for_it(assembly: Assembly) -> Iterator[str]:
    """Lambda creates a function's interfaces with the function's role. The function's own code is denied this."""
    for role in assembly.resources("AWS::IAM::Role"):
        stated = list(statements(role))
        allowed = {each for one in stated if one["Effect"] == "Allow" for each in as_list(one["Action"])} & INTERFACES
        denied = {
            each
            for one in stated
            if one["Effect"] == "Deny" and "lambda:SourceFunctionArn" in one.get("Condition", {}).get("ArnEquals", {})
            for each in as_list(one["Action"])
        }
        if allowed - denied:
            yield f"{role} lets the code {sorted(allowed - denied)}"


def the_database_is_spoken_with_by_tls(assembly: Assembly) -> Iterator[str]:
    for cluster, _, _ in clusters(assembly):
        group = assembly.get(cluster.stack, meant(assembly, cluster.properties["DBClusterParameterGroupName"]))
        if group.properties["Parameters"].get("rds.force_ssl") != "1":
            yield f"{cluster} speaks without TLS"
    wanted = TLS.get(assembly.stage, TLS[assembly.database])
    for function in assembly.functions():
        variables = function.properties.get("Environment", {}).get("Variables", {})
        if "DATABASE_SECRET_ARN" in variables and variables.get("DATABASE_TLS") != wanted:
            yield f"{function} makes sure by {variables.get('DATABASE_TLS')}"


def the_database_can_be_had_back(assembly: Assembly) -> Iterator[str]:
    """Where data is kept, point-in-time recovery covers enough days, and backups outlive the cluster."""
    kept = stage_config(assembly.stage).retention.data_is_kept
    for cluster, _, _ in clusters(assembly):
        days = cluster.properties.get("BackupRetentionPeriod", 1)
        if kept and days < KEPT_DAYS:
            yield f"{cluster} forgets after {days} days"
        if kept and cluster.properties.get("DeleteAutomatedBackups") is not False:
            yield f"{cluster} takes its backups with it"


def the_database_survives_a_zone(assembly: Assembly) -> Iterator[str]:
    """Where data is kept, another zone has an equally large instance, and functions use their own zone's gateway."""
    if not stage_config(assembly.stage).retention.data_is_kept:
        return
    for cluster, _, _ in clusters(assembly):
        instances = [
            each.properties
            for each in assembly.resources("AWS::RDS::DBInstance", stack=cluster.stack)
            if meant(assembly, each.properties["DBClusterIdentifier"]) == cluster.logical_id
        ]
        # Instances of tiers 0 and 1 always scale with the writer; the others scale up only after a failover.
        ready = {json.dumps(each.get("AvailabilityZone")) for each in instances if each.get("PromotionTier", 1) <= 1}
        if len(ready - {"null"}) < 2:
            yield f"{cluster} goes with its zone"
    gateways = {
        each.logical_id: zone(assembly, meant(assembly, each.properties["SubnetId"]))
        for each in assembly.resources("AWS::EC2::NatGateway")
    }
    for function, _, subnets in in_networks(assembly):
        if len({zone(assembly, subnet) for subnet in subnets}) < 2:
            yield f"{function} is in one zone"
        for subnet in subnets:
            ways = {meant(assembly, each.get("NatGatewayId", {"Ref": ""})) for each in default_routes(assembly, subnet)}
            if {gateways.get(way) for way in ways} != {zone(assembly, subnet)}:
                yield f"{function} leaves {subnet} by another zone"


def networks_are_written_down(assembly: Assembly) -> Iterator[str]:
    """Flow logs record accepted and rejected traffic."""
    written = {
        meant(assembly, each.properties["ResourceId"])
        for each in assembly.resources("AWS::EC2::FlowLog")
        if each.properties["TrafficType"] == "ALL"
    }
    yield from (
        f"{vpc} is not written down" for vpc in assembly.resources("AWS::EC2::VPC") if vpc.logical_id not in written
    )


def ec2_takes_the_descriptions(assembly: Assembly) -> Iterator[str]:
    """An apostrophe fails the deployment, and no linter reports it."""
    for resource in assembly.resources(
        "AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"
    ):
        inner = [
            rule for way in ("SecurityGroupIngress", "SecurityGroupEgress") for rule in resource.properties.get(way, [])
        ]
        texts = [
            resource.properties.get("GroupDescription"),
            *(each.get("Description") for each in (resource.properties, *inner)),
        ]
        for text in texts:
            if text is not None and not TEXT_OF_EC2.fullmatch(text):
                yield f"{resource} is described as {text!r}"


NETWORK_RULES: tuple[Rule, ...] = (
    who_speaks_with_the_database_is_in_its_network,
    the_database_is_shut_in,
    only_functions_are_let_in,
    nobody_goes_where_they_have_no_business,
    functions_leave_by_a_gateway,
    code_may_not_do_what_lambda_does_for_it,
    the_database_is_spoken_with_by_tls,
    the_database_can_be_had_back,
    the_database_survives_a_zone,
    networks_are_written_down,
    ec2_takes_the_descriptions,
)
