"""Permissions and environment variables of functions that wake others.

The others are referred to by name, because they may be in any stack: no stack needs another's export.
"""

import json
from collections.abc import Iterator, Mapping, Sequence

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from constructs import IConstruct

from cdk.config import StageConfig
from cdk.constructs.acknowledge import acknowledge


def function_arn(scope: IConstruct, config: StageConfig, function: str) -> str:
    """Return the ARN of the function with this short name."""
    return Stack.of(scope).format_arn(
        service="lambda",
        resource="function",
        resource_name=f"pickvs-{config.name}-{function}",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )


def group_name(config: StageConfig, function: str) -> str:
    """Return the name of the group of the schedules that wake a function."""
    return f"pickvs-{config.name}-{function}"


def group_arn(scope: IConstruct, config: StageConfig, function: str) -> str:
    """Return the ARN of the group of the schedules that wake a function."""
    return Stack.of(scope).format_arn(
        service="scheduler", resource="schedule-group", resource_name=group_name(config, function)
    )


def role_name(config: StageConfig, function: str) -> str:
    """Return the name of the role as which EventBridge Scheduler invokes a function."""
    return f"pickvs-{config.name}-{function}-alarm"


def may_wake(
    scope: IConstruct, config: StageConfig, *, wakes: Sequence[str], sets_alarms_of: Sequence[str]
) -> Iterator[iam.PolicyStatement]:
    """Yield what it takes to wake some functions at once, and to set alarms of some.

    An alarm can be created in the group of its function only, and passes the role of its function only.
    """
    if wakes:
        yield iam.PolicyStatement(
            actions=["lambda:InvokeFunction"], resources=[function_arn(scope, config, name) for name in wakes]
        )
    if sets_alarms_of:
        yield iam.PolicyStatement(
            actions=["scheduler:CreateSchedule"],
            resources=[
                Stack.of(scope).format_arn(
                    service="scheduler", resource="schedule", resource_name=f"{group_name(config, name)}/*"
                )
                for name in sets_alarms_of
            ],
        )
        yield iam.PolicyStatement(
            actions=["iam:PassRole"], resources=[_role_arn(scope, config, name) for name in sets_alarms_of]
        )


def acknowledge_alarms(role: iam.IRole, config: StageConfig, sets_alarms_of: Sequence[str]) -> None:
    """Acknowledge the wildcard of `may_wake` in the policy of `role`."""
    for name in sets_alarms_of:
        schedules = (
            f"arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/{group_name(config, name)}/*"
        )
        acknowledge(
            role,
            f"AwsSolutions-IAM5[Resource::{schedules}]",
            "Alarms are named by the minute for which they are set. The function may set those of this group only.",
        )


def variables(
    scope: IConstruct, config: StageConfig, *, wakes: Sequence[str], sets_alarms_of: Sequence[str]
) -> Mapping[str, str]:
    """Return the environment variables that `pickvs.agenda.config` reads."""
    found = {}
    if wakes:
        found["FUNCTIONS_TO_WAKE"] = _json({name: function_arn(scope, config, name) for name in wakes})
    if sets_alarms_of:
        found["ALARM_CLOCKS"] = _json(
            {
                name: {
                    "function_arn": function_arn(scope, config, name),
                    "role_arn": _role_arn(scope, config, name),
                    "group": group_name(config, name),
                }
                for name in sets_alarms_of
            }
        )
    return found


def _role_arn(scope: IConstruct, config: StageConfig, function: str) -> str:
    return Stack.of(scope).format_arn(
        service="iam", region="", resource="role", resource_name=role_name(config, function)
    )


def _json(values: Mapping[str, object]) -> str:
    # The ARNs are tokens, which have no quotes in them: CloudFormation resolves them inside the text.
    return json.dumps(values, separators=(",", ":"))
