from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.acknowledge import acknowledge
from cdk.constructs.python_function import PythonFunction
from cdk.constructs.waking import function_arn, group_arn, group_name, role_name


class AlarmClock(Construct):
    """Group of the one-shot schedules that wake a function, and the role as which EventBridge Scheduler invokes it.

    The role may invoke this function and no other. Functions create the schedules: see `waking.may_wake`.
    """

    def __init__(self, scope: Construct, construct_id: str, *, function: PythonFunction, config: StageConfig) -> None:
        super().__init__(scope, construct_id)
        scheduler.CfnScheduleGroup(self, "Group", name=group_name(config, function.name))
        role = iam.Role(
            self,
            "Role",
            role_name=role_name(config, function.name),
            description=f"As this role, EventBridge Scheduler wakes {function.full_name}",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={
                    "StringEquals": {
                        "aws:SourceAccount": Stack.of(self).account,
                        "aws:SourceArn": group_arn(self, config, function.name),
                    }
                },
            ),
            inline_policies={
                "wake": iam.PolicyDocument(
                    statements=[
                        iam.PolicyStatement(
                            actions=["lambda:InvokeFunction"], resources=[function_arn(self, config, function.name)]
                        )
                    ]
                )
            },
        )
        acknowledge(
            role,
            "NIST.800.53.R5-IAMNoInlinePolicy",
            "The role is for the alarms of one function only. Its policy is written, reviewed and removed with it.",
        )
