"""The database that a stack creates: the settings of Aurora, and the ways to connect to it."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from aws_cdk.assertions import Match, Template

from cdk import config
from cdk.settings.database import AuroraDatabase
from tests.infra.assembly import ROOT, Assemblies, Assembly, Resource, synthesise
from tests.infra.house_rules import READ_SECRET, as_list, statements
from tests.infra.network_rules import meant

pytestmark = pytest.mark.xdist_group("infra")

STAGES = ("dev", "prod")


@pytest.fixture(params=STAGES)
def aurora(request: pytest.FixtureRequest, assembly_of: Assemblies) -> Assembly:
    return assembly_of(request.param, "aurora")


def _one(assembly: Assembly, kind: str) -> Resource:
    (found,) = assembly.resources(kind)
    return found


def _instances(assembly: Assembly) -> Iterator[Resource]:
    yield from assembly.resources("AWS::RDS::DBInstance")


@pytest.mark.parametrize("stage", STAGES)
def test_with_neon_there_is_no_network_and_no_database(assembly_of: Assemblies, stage: str) -> None:
    kinds = {each.type.rsplit("::", 1)[0] for each in assembly_of(stage).resources()}
    assert not kinds & {"AWS::EC2", "AWS::RDS"}


def test_a_stage_nobody_uses_sleeps_and_prod_never_does(assembly_of: Assemblies) -> None:
    scaling = {
        stage: _one(assembly_of(stage, "aurora"), "AWS::RDS::DBCluster").properties["ServerlessV2ScalingConfiguration"]
        for stage in STAGES
    }
    assert scaling == {
        "dev": {"MinCapacity": 0, "MaxCapacity": 2, "SecondsUntilAutoPause": 300},
        "prod": {"MinCapacity": 1, "MaxCapacity": 16},
    }


def test_a_connection_that_nobody_uses_does_not_keep_the_database_awake(aurora: Assembly) -> None:
    """A frozen function cannot close its connection. The server closes it no later than the database would pause."""
    group = _one(aurora, "AWS::RDS::DBClusterParameterGroup")
    assert group.properties["Family"] == "aurora-postgresql17"
    assert group.properties["Parameters"] == {
        "rds.force_ssl": "1",
        "idle_session_timeout": "300000",
        "log_error_verbosity": "terse",
    }


def test_there_are_as_many_connections_as_functions_may_run_at_once(assembly_of: Assemblies) -> None:
    """Connections are not pooled. An account's default limit is 1,000 concurrent executions, with one connection each.

    Aurora's default: memory in bytes / 9,531,392, of the largest capacity; never more than 5,000, and 2,000 if the
    smallest capacity is half a unit or less. Source: "Maximum connections for Aurora Serverless v2", Aurora user guide.
    """
    database = config.stage_config("prod", database="aurora").database
    assert isinstance(database, AuroraDatabase)
    assert database.min_acu > 0.5
    assert min(database.max_acu * 2 * 1024**3 / 9_531_392, 5000) > 1000


def test_every_moment_of_the_last_days_can_be_had_back(aurora: Assembly) -> None:
    cluster = _one(aurora, "AWS::RDS::DBCluster")
    assert cluster.properties["BackupRetentionPeriod"] == {"dev": 3, "prod": 35}[aurora.stage]
    assert cluster.properties["DeletionProtection"] is (aurora.stage == "prod")
    assert cluster.body["DeletionPolicy"] == {"dev": "Delete", "prod": "Snapshot"}[aurora.stage]
    assert cluster.properties["CopyTagsToSnapshot"] is True


def test_a_restored_cluster_can_take_its_place_by_its_names(aurora: Assembly) -> None:
    """docs/runbook.md relies on them."""
    name = f"pickvs-{aurora.stage}"
    assert _one(aurora, "AWS::RDS::DBCluster").properties["DBClusterIdentifier"] == name
    assert [each.properties["DBInstanceIdentifier"] for each in _instances(aurora)] == [
        f"{name}-{number + 1}" for number in range({"dev": 1, "prod": 2}[aurora.stage])
    ]
    for instance in _instances(aurora):
        assert instance.properties["DBInstanceClass"] == "db.serverless"
        assert instance.properties["CACertificateIdentifier"] == "rds-ca-rsa2048-g1"
        assert instance.properties["AutoMinorVersionUpgrade"] is True


def test_the_runbook_makes_a_cluster_like_it(assembly_of: Assemblies) -> None:
    """The runbook's commands create the same cluster, except for values taken from the old cluster or the stack."""
    prod = assembly_of("prod", "aurora")
    made = _one(prod, "AWS::RDS::DBCluster").properties
    (instance, *_) = _instances(prod)
    least, most = (made["ServerlessV2ScalingConfiguration"][name] for name in ("MinCapacity", "MaxCapacity"))
    new = {
        "engine": made["Engine"],
        "engine-version": made["EngineVersion"],
        "port": str(made["Port"]),
        "database-name": made["DatabaseName"],
        "master-username": made["MasterUsername"],
        "backup-retention-period": str(made["BackupRetentionPeriod"]),
    }
    both = {
        "db-cluster-identifier": made["DBClusterIdentifier"].replace("prod", "$STAGE") + "-new",
        "serverless-v2-scaling-configuration": f"MinCapacity={least},MaxCapacity={most}",
        "enable-cloudwatch-logs-exports": ",".join(made["EnableCloudwatchLogsExports"]),
    }
    like_it = {
        "engine": made["Engine"],
        "db-instance-class": instance.properties["DBInstanceClass"],
        "ca-certificate-identifier": instance.properties["CACertificateIdentifier"],
        "monitoring-interval": str(instance.properties["MonitoringInterval"]),
    }
    for command, stated in (
        ("create-db-cluster", new | both),
        ("restore-db-cluster-to-point-in-time", both),
        ("create-db-instance", like_it),
    ):
        typed = _typed(command)
        assert {name: typed.get(name) for name in stated} == stated, command
    assert {"storage-encrypted", "deletion-protection"} <= set(_typed("create-db-cluster"))
    assert made["StorageEncrypted"] is made["DeletionProtection"] is True
    assert made.keys() & {"KmsKeyId"} == set()


def _typed(command: str) -> dict[str, str | None]:
    """Return the options of the only `aws rds` command with this name in the runbook."""
    text = (ROOT / "docs" / "runbook" / "database.md").read_text(encoding="utf-8").replace("\\\n", "")
    (line,) = re.findall(rf"aws rds {command} (.+)", text)
    return {name: value or None for name, value in re.findall(r"--([a-z0-9-]+)(?: +(?!--)(\S+))?", line)}


def test_its_log_ends(aurora: Assembly) -> None:
    """Otherwise RDS would create the log group itself, without retention."""
    cluster = _one(aurora, "AWS::RDS::DBCluster")
    assert cluster.properties["EnableCloudwatchLogsExports"] == ["postgresql"]
    (group,) = (
        each
        for each in aurora.resources("AWS::Logs::LogGroup")
        if each.properties["LogGroupName"] == f"/aws/rds/cluster/pickvs-{aurora.stage}/postgresql"
    )
    assert group.logical_id in cluster.body["DependsOn"]


def test_one_secret_leads_into_it_as_its_owner(aurora: Assembly) -> None:
    cluster = _one(aurora, "AWS::RDS::DBCluster")
    (secret,) = (
        each
        for each in aurora.resources("AWS::SecretsManager::Secret")
        if each.properties["Name"] == f"pickvs/{aurora.stage}/database"
    )
    generator = secret.properties["GenerateSecretString"]
    assert json.loads(generator["SecretStringTemplate"]) == {
        "username": cluster.properties["MasterUsername"],
        "dbname": cluster.properties["DatabaseName"],
    }
    assert (generator["GenerateStringKey"], generator["PasswordLength"]) == ("password", 40)
    assert generator["ExcludePunctuation"] is True  # RDS refuses some characters
    assert secret.logical_id in json.dumps(cluster.properties["MasterUserPassword"])
    # Host and port are added to it when the cluster exists.
    Template.from_json(aurora.templates["data"]).has_resource_properties(
        "AWS::SecretsManager::SecretTargetAttachment",
        {
            "SecretId": {"Ref": secret.logical_id},
            "TargetId": {"Ref": cluster.logical_id},
            "TargetType": "AWS::RDS::DBCluster",
        },
    )
    named = {
        function.properties["FunctionName"].removeprefix(f"pickvs-{aurora.stage}-")
        for function in aurora.functions()
        if (arn := function.properties.get("Environment", {}).get("Variables", {}).get("DATABASE_SECRET_ARN"))
        and meant(aurora, arn) == secret.logical_id
    }
    assert named == {"migrate", "restore", "rotate_database_password"}
    assert aurora.function("migrate").properties["Environment"]["Variables"]["DATABASE_TLS"] == "rds-roots"


def test_the_password_is_replaced_from_within_the_network(aurora: Assembly) -> None:
    function = aurora.function("rotate_database_password")
    assert function.properties["VpcConfig"] == aurora.function("migrate").properties["VpcConfig"]
    readable = [
        resource
        for statement in statements(aurora.role_of(function))
        if READ_SECRET in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    ]
    assert [aurora.get("data", meant(aurora, each)).properties["Name"] for each in readable] == [
        f"pickvs/{aurora.stage}/database"
    ]


def test_what_goes_to_buckets_does_not_pass_the_nat_gateway(aurora: Assembly) -> None:
    endpoint = _one(aurora, "AWS::EC2::VPCEndpoint").properties
    assert endpoint["ServiceName"] == {"Fn::Join": ["", ["com.amazonaws.", {"Ref": "AWS::Region"}, ".s3"]]}
    account = {"Ref": "AWS::AccountId"}
    (statement,) = endpoint["PolicyDocument"]["Statement"]
    assert statement["Condition"] == {"StringEquals": {"aws:PrincipalAccount": account, "aws:ResourceAccount": account}}
    tables = {meant(aurora, each) for each in endpoint["RouteTableIds"]}
    leaving = {
        meant(aurora, each.properties["RouteTableId"])
        for each in aurora.resources("AWS::EC2::Route")
        if "NatGatewayId" in each.properties
    }
    assert tables == leaving


def test_prod_has_a_way_out_of_each_zone(assembly_of: Assemblies) -> None:
    for stage, gateways in (("dev", 1), ("prod", 2)):
        template = Template.from_json(assembly_of(stage, "aurora").templates["data"])
        template.resource_count_is("AWS::EC2::NatGateway", gateways)
        template.resource_properties_count_is("AWS::EC2::Subnet", {"MapPublicIpOnLaunch": True}, 0)
        # Zone names differ by account, and synthesis does not query the account.
        template.all_resources_properties(
            "AWS::EC2::Subnet", {"AvailabilityZone": {"Fn::Select": [Match.any_value(), {"Fn::GetAZs": ""}]}}
        )


def test_nobody_uses_the_security_group_that_lets_in_its_own(aurora: Assembly) -> None:
    """A network's default group applies when none is named. CloudFormation cannot remove its rules."""
    vpc = _one(aurora, "AWS::EC2::VPC")
    assert _one(aurora, "Custom::VpcRestrictDefaultSG").properties["DefaultSecurityGroupId"] == {
        "Fn::GetAtt": [vpc.logical_id, "DefaultSecurityGroup"]
    }


def test_more_readers_and_zones_are_a_matter_of_configuration(sources: Path, tmp_path: Path) -> None:
    prod = config.stage_config("prod", database="aurora")
    assert isinstance(prod.database, AuroraDatabase)
    larger = replace(prod.database, readers=2, availability_zones=3, nat_gateways=3)
    assembly = synthesise(replace(prod, database=larger), tmp_path, sources, wings=())
    zones = [json.dumps(each.properties["AvailabilityZone"]) for each in _instances(assembly)]
    assert len(set(zones)) == len(zones) == 3
    assert len(assembly.function("migrate").properties["VpcConfig"]["SubnetIds"]) == 3
