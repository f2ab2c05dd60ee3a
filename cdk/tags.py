"""Tags of every resource that supports them. They split the bill, and identify resources in a shared account."""

import aws_cdk
from aws_cdk import CfnResource, Stack, Tags

from cdk.config import StageConfig

APPLICATION, STAGE, COMPONENT = "application", "stage", "component"


def tag_everything(app: aws_cdk.App, config: StageConfig) -> aws_cdk.App:
    """Tag everything that is in `app` by now with application, stage and component (the stack). Return `app`.

    The three tags must be activated as cost allocation tags once, in the account that pays.
    """
    Tags.of(app).add(APPLICATION, "pickvs")
    Tags.of(app).add(STAGE, config.name)
    for stack in app.node.children:
        if isinstance(stack, Stack):
            component = stack.stack_name.removeprefix(f"pickvs-{config.name}-")
            Tags.of(stack).add(COMPONENT, component)
            _tag_plain_resources(stack, {APPLICATION: "pickvs", STAGE: config.name, COMPONENT: component})
    return app


def _tag_plain_resources(stack: Stack, tags: dict[str, str]) -> None:
    """Tag the functions that CDK itself adds, and their roles. They are plain CfnResources, which CDK does not tag."""
    for construct in stack.node.find_all():
        if type(construct) is CfnResource and construct.cfn_resource_type in _MADE_PLAINLY:
            construct.add_property_override("Tags", [{"Key": key, "Value": value} for key, value in tags.items()])


_MADE_PLAINLY = {"AWS::IAM::Role", "AWS::Lambda::Function"}
