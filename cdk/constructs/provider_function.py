from aws_cdk import CfnResource, CustomResourceProviderBase, Stack

from cdk.config import StageConfig
from cdk.constructs.log_groups import log_group

TRIGGER_PROVIDER = "AWSCDK.TriggerCustomResourceProviderCustomResourceProvider"
"""Id of the function that runs a `Trigger`."""
DEFAULT_GROUP_PROVIDER = "Custom::VpcRestrictDefaultSGCustomResourceProvider"
"""Id of the function that removes the rules of a VPC's default security group."""
AUTO_DELETE_PROVIDER = "Custom::S3AutoDeleteObjectsCustomResourceProvider"
"""Id of the function that empties a bucket before its deletion."""


def keep_house_rules(stack: Stack, provider_id: str, *, name: str, config: StageConfig) -> None:
    """Give a function that CDK itself adds to `stack` a log group with retention, and remove its AWS managed policy.

    CDK has no setting for either. `name` says what the function is for.
    """
    provider = stack.node.find_child(provider_id)
    function, role = provider.node.find_child("Handler"), provider.node.find_child("Role")
    if not (
        isinstance(provider, CustomResourceProviderBase)
        and isinstance(function, CfnResource)
        and isinstance(role, CfnResource)
    ):
        raise TypeError(f"{provider.node.path} does not have the parts that CDK used to create")
    logs = log_group(
        stack,
        f"{name.title().replace('_', '')}Logs",
        name=f"/aws/lambda/pickvs-{config.name}-{name}",
        config=config,
    )
    function.add_property_override("LoggingConfig.LogGroup", logs.log_group_name)
    role.add_property_deletion_override("ManagedPolicyArns")
    provider.add_to_role_policy(
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": logs.log_group_arn,
        }
    )
