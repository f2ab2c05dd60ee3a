"""Reads from the templates what is promised in numbers and words: retentions, limits of time, retries, schedules."""

import json
from collections.abc import Iterator

from tests.infra.assembly import Assembly, Resource
from tests.infra.permissions import Words

PROMISES = {
    "AWS::ApiGateway::Authorizer": ("Type", "IdentitySource", "AuthorizerResultTtlInSeconds"),
    "AWS::ApiGateway::Stage": ("TracingEnabled",),
    "AWS::CodeDeploy::DeploymentConfig": ("TrafficRoutingConfig",),
    "AWS::CodeDeploy::DeploymentGroup": ("AutoRollbackConfiguration", "DeploymentStyle"),
    "AWS::EC2::SecurityGroup": ("SecurityGroupEgress", "SecurityGroupIngress"),
    "AWS::EC2::SecurityGroupEgress": ("CidrIp", "DestinationSecurityGroupId", "FromPort", "GroupId", "ToPort"),
    "AWS::EC2::SecurityGroupIngress": ("CidrIp", "FromPort", "GroupId", "SourceSecurityGroupId", "ToPort"),
    "AWS::EC2::VPCEndpoint": ("PolicyDocument",),
    "AWS::Events::Rule": ("ScheduleExpression", "State", "Targets"),
    "AWS::KMS::Key": ("EnableKeyRotation",),
    "AWS::Lambda::EventInvokeConfig": ("MaximumEventAgeInSeconds", "MaximumRetryAttempts", "DestinationConfig"),
    "AWS::Lambda::Function": ("MemorySize", "ReservedConcurrentExecutions", "SnapStart", "Timeout", "TracingConfig"),
    "AWS::Logs::LogGroup": ("RetentionInDays",),
    "AWS::RDS::DBCluster": (
        "BackupRetentionPeriod",
        "CopyTagsToSnapshot",
        "DeletionProtection",
        "EnableCloudwatchLogsExports",
        "StorageEncrypted",
        "ServerlessV2ScalingConfiguration",
    ),
    "AWS::RDS::DBInstance": ("MonitoringInterval", "PubliclyAccessible"),
    "AWS::S3::Bucket": (
        "BucketEncryption",
        "LifecycleConfiguration",
        "LoggingConfiguration",
        "PublicAccessBlockConfiguration",
        "VersioningConfiguration",
    ),
    "AWS::SecretsManager::RotationSchedule": ("RotationRules",),
    "AWS::SecretsManager::Secret": ("GenerateSecretString",),
    "AWS::SNS::Topic": ("KmsMasterKeyId",),
    "AWS::SQS::Queue": ("MessageRetentionPeriod", "SqsManagedSseEnabled", "VisibilityTimeout"),
    "AWS::WAFv2::LoggingConfiguration": ("LoggingFilter", "RedactedFields"),
    "AWS::WAFv2::WebACL": ("DataProtectionConfig", "DefaultAction", "Rules"),
}
"""The properties of each type of resource that somebody relies on."""


def promises(assembly: Assembly) -> Iterator[tuple[str, str, str]]:
    """Yield the promises of a stage: the type of resource, its name, and what is promised."""
    for resource in assembly.resources():
        words = Words(assembly, resource.stack)
        for said in _of(resource, words):
            yield resource.type.removeprefix("AWS::"), words.name(resource), said


def _of(resource: Resource, words: Words) -> Iterator[str]:
    for fate in ("DeletionPolicy", "UpdateReplacePolicy"):
        if resource.body.get(fate, "Delete") != "Delete":
            yield f"{fate} {resource.body[fate]}"
    for setting in resource.properties.get("MethodSettings", []):
        # The throttle of each route is in its row.
        yield f"every method: DataTraceEnabled {setting.get('DataTraceEnabled')}"
        yield f"every method: LoggingLevel {setting.get('LoggingLevel')}"
    for promised in PROMISES.get(resource.type, ()):
        value = resource.properties.get(promised)
        for each in value if isinstance(value, list) else [] if value is None else [value]:
            said = each if isinstance(each, str | int | float) else json.dumps(words.all_of(each), sort_keys=True)
            yield f"{promised} {said}"
