"""What the laptop cloud knows of each CloudFormation resource type: its physical name, its ARN, what `Ref` gives."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class ResourceType:
    """How resources of one type are named. `{region}`, `{account}` and `{name}` are filled into the patterns."""

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
    # Named by the function that it leads to; nothing here asks for its own name.
    "AWS::Lambda::Alias": ResourceType(
        "arn:aws:lambda:{region}:{account}:function:{name}:alias", "FunctionName", "arn"
    ),
    "AWS::Lambda::EventInvokeConfig": ResourceType(""),
    "AWS::Lambda::Function": ResourceType("arn:aws:lambda:{region}:{account}:function:{name}", "FunctionName"),
    "AWS::Lambda::LayerVersion": ResourceType("arn:aws:lambda:{region}:{account}:layer:{name}:1", "LayerName", "arn"),
    # Named by the function that it is a version of.
    "AWS::Lambda::Version": ResourceType(
        "arn:aws:lambda:{region}:{account}:function:{name}:1", "FunctionName", "arn", {"Version": "1"}
    ),
    "AWS::S3::Bucket": ResourceType("arn:aws:s3:::{name}", "BucketName"),
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
"""What the laptop cloud runs or serves."""

LEFT_OUT: frozenset[str] = frozenset(
    {
        # The functions' log files stand for these, and nobody is paged by a laptop.
        "AWS::Budgets::Budget",
        "AWS::CloudWatch::Alarm",
        "AWS::CloudWatch::AnomalyDetector",
        "AWS::CloudWatch::CompositeAlarm",
        "AWS::CloudWatch::Dashboard",
        "AWS::Logs::LogGroup",
        "AWS::Logs::MetricFilter",
        "AWS::Logs::QueryDefinition",
        "AWS::SNS::Subscription",
        "AWS::SNS::Topic",
        "AWS::SNS::TopicPolicy",
        "AWS::XRay::Group",
        "AWS::XRay::SamplingRule",
        # An alias here leads to its function at once.
        "AWS::CodeDeploy::Application",
        "AWS::CodeDeploy::DeploymentConfig",
        "AWS::CodeDeploy::DeploymentGroup",
        # Who outside the platform may reach a resource: nobody outside is here.
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
"""What has no counterpart on a laptop, and is left out knowingly."""


def describe(kind: str) -> ResourceType:
    """Return what is known of resources of type `kind`; those left out get names and ARNs of the usual form."""
    if kind in RUN:
        return RUN[kind]
    service = kind.split("::")[1].lower() if kind.startswith("AWS::") else "custom"
    if kind == "AWS::Logs::LogGroup":
        return ResourceType("arn:aws:logs:{region}:{account}:log-group:{name}:*", "LogGroupName")
    return ResourceType(f"arn:aws:{service}:{{region}}:{{account}}:{{name}}")


def suffix(name: str) -> str:
    """Return the six letters that end a secret's ARN, the same for the same name in every run."""
    return hashlib.sha256(name.encode()).hexdigest()[:6]
