"""The physical name, the ARN and the `Ref` value of each CloudFormation resource type."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class ResourceType:
    """The naming of one resource type. The patterns may contain `{region}`, `{account}`, `{name}` and `{suffix}`."""

    arn: str
    name_property: str | None = None
    reference: Literal["name", "arn", "url"] = "name"
    attributes: Mapping[str, str] | None = None
    """Patterns of attributes other than `Arn`."""


_NAMED_WITH_SUFFIX = "arn:aws:secretsmanager:{region}:{account}:secret:{name}-{suffix}"

RUN: Mapping[str, ResourceType] = {
    "AWS::ApiGateway::Authorizer": ResourceType(""),
    "AWS::ApiGateway::Deployment": ResourceType(""),
    "AWS::ApiGateway::GatewayResponse": ResourceType(""),
    "AWS::ApiGateway::Method": ResourceType(""),
    "AWS::ApiGateway::Resource": ResourceType(""),
    "AWS::ApiGateway::RestApi": ResourceType("", attributes={"RootResourceId": "{name}-root"}),
    "AWS::ApiGateway::Stage": ResourceType("", "StageName"),
    "AWS::Events::Rule": ResourceType("arn:aws:events:{region}:{account}:rule/{name}", "Name"),
    "AWS::IAM::ManagedPolicy": ResourceType("arn:aws:iam::{account}:policy/{name}", "ManagedPolicyName", "arn"),
    "AWS::IAM::Policy": ResourceType("", "PolicyName"),
    "AWS::IAM::Role": ResourceType("arn:aws:iam::{account}:role/{name}", "RoleName"),
    # Named after its function; nothing here needs the alias's own name.
    "AWS::Lambda::Alias": ResourceType(
        "arn:aws:lambda:{region}:{account}:function:{name}:alias", "FunctionName", "arn"
    ),
    "AWS::Lambda::EventInvokeConfig": ResourceType(""),
    "AWS::Lambda::Function": ResourceType("arn:aws:lambda:{region}:{account}:function:{name}", "FunctionName"),
    "AWS::Lambda::LayerVersion": ResourceType("arn:aws:lambda:{region}:{account}:layer:{name}:1", "LayerName", "arn"),
    # Named after its function.
    "AWS::Lambda::Version": ResourceType(
        "arn:aws:lambda:{region}:{account}:function:{name}:1", "FunctionName", "arn", {"Version": "1"}
    ),
    "AWS::S3::Bucket": ResourceType("arn:aws:s3:::{name}", "BucketName"),
    "AWS::Scheduler::ScheduleGroup": ResourceType("arn:aws:scheduler:{region}:{account}:schedule-group/{name}", "Name"),
    "AWS::SecretsManager::RotationSchedule": ResourceType(""),
    "AWS::SecretsManager::Secret": ResourceType(_NAMED_WITH_SUFFIX, "Name", "arn", {"Id": _NAMED_WITH_SUFFIX}),
    "AWS::SQS::Queue": ResourceType(
        "arn:aws:sqs:{region}:{account}:{name}",
        "QueueName",
        "url",
        {"QueueName": "{name}", "QueueUrl": "https://sqs.{region}.amazonaws.com/{account}/{name}"},
    ),
    "Custom::Trigger": ResourceType(""),
}
"""Resource types that the laptop cloud runs or serves."""

LEFT_OUT: frozenset[str] = frozenset(
    {
        # Observability: the functions' log files replace it, and a laptop pages no one.
        "AWS::Budgets::Budget",
        "AWS::CloudWatch::Alarm",
        "AWS::CloudWatch::AnomalyDetector",
        "AWS::CloudWatch::CompositeAlarm",
        "AWS::CloudWatch::Dashboard",
        "AWS::Logs::LogGroup",
        "AWS::Logs::MetricFilter",
        "AWS::Logs::QueryDefinition",
        # Mail goes to the inbox (local/inbox.py), whoever sends it, by the permission of its function's role.
        "AWS::SES::ConfigurationSet",
        "AWS::SES::ConfigurationSetEventDestination",
        "AWS::SES::EmailIdentity",
        "AWS::SNS::Subscription",
        "AWS::SNS::Topic",
        "AWS::SNS::TopicPolicy",
        "AWS::XRay::Group",
        "AWS::XRay::SamplingRule",
        # Gradual rollouts: an alias here always points to its function.
        "AWS::CodeDeploy::Application",
        "AWS::CodeDeploy::DeploymentConfig",
        "AWS::CodeDeploy::DeploymentGroup",
        # Access from outside the platform, which does not exist here.
        "AWS::ApiGateway::Account",
        "AWS::ApiGateway::BasePathMapping",
        "AWS::ApiGateway::DomainName",
        "AWS::IAM::OIDCProvider",
        "AWS::KMS::Alias",
        "AWS::KMS::Key",
        "AWS::Route53::RecordSet",
        "AWS::Lambda::Permission",
        "AWS::S3::BucketPolicy",
        "AWS::SecretsManager::ResourcePolicy",
        "AWS::SQS::QueuePolicy",
        "AWS::WAFv2::LoggingConfiguration",
        "AWS::WAFv2::WebACL",
        "AWS::WAFv2::WebACLAssociation",
        # CDK's own housekeeping.
        "AWS::CDK::Metadata",
        "Custom::S3AutoDeleteObjects",
    }
)
"""Resource types without a counterpart on a laptop, which are left out deliberately."""


def describe(kind: str) -> ResourceType:
    """Return the description of the type `kind`. Types that are left out get conventional names and ARNs."""
    if kind in RUN:
        return RUN[kind]
    service = kind.split("::")[1].lower() if kind.startswith("AWS::") else "custom"
    if kind == "AWS::Logs::LogGroup":
        return ResourceType("arn:aws:logs:{region}:{account}:log-group:{name}:*", "LogGroupName")
    return ResourceType(f"arn:aws:{service}:{{region}}:{{account}}:{{name}}")


def suffix(name: str) -> str:
    """Return the six characters at the end of a secret's ARN. They depend on the name only."""
    return hashlib.sha256(name.encode()).hexdigest()[:6]
