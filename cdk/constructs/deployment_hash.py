"""Contents of an API deployment. A change of any of them must create a new deployment.

API Gateway serves the API as of its latest deployment. CDK creates a new deployment only for an API in the same stack.
"""

import json
from collections.abc import Iterable, Iterator

from aws_cdk import CfnResource, Stack

_SERVICE = "AWS::ApiGateway::"


def deployed_by(stacks: Iterable[Stack]) -> dict[str, str]:
    """Return all properties of all API Gateway resources of the stacks, as JSON by stack and logical id.

    Overridden properties (`add_property_override`) are not included; a house rule forbids them here.
    """
    return {
        f"{stack.stack_name}/{stack.resolve(resource.logical_id)}": json.dumps(
            stack.resolve(resource._cfn_properties),  # noqa: SLF001 - protected in the CDK, for subclasses
            sort_keys=True,
        )
        for stack in stacks
        for resource in _resources(stack)
    }


def _resources(stack: Stack) -> Iterator[CfnResource]:
    for construct in stack.node.find_all():
        if isinstance(construct, CfnResource) and construct.cfn_resource_type.startswith(_SERVICE):
            yield construct
