from dataclasses import dataclass

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as cloudwatch_actions
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.acknowledge import acknowledge
from cdk.constructs.python_function import PythonFunction
from cdk.metrics import NAMESPACE, Dimension, Metric
from cdk.rollout import Rollout

ALIAS = "live"
"""The alias by which callers know a function: a version, or two of them while one takes over from the other."""

WINDOW = Duration.minutes(5)
"""What an alarm looks back on."""
TOO_MANY = 2
"""Failures in the window, at least: one may be a database that went away for a moment."""
TOO_MANY_PERCENT = 1
"""Of the requests in the window, at least: among millions some always fail, and would let no version through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """What a function is judged by: how many requests there were in the window, and how many of them failed."""

    all: cloudwatch.IMetric
    failed: cloudwatch.IMetric


class GradualRollout(Construct):
    """CodeDeploy's part of a deployment: it moves a function's alias to the new version, first for some requests.

    An alarm that rings meanwhile moves the alias back, and fails the deployment, which then takes back its stack. For
    what answers requests only: what runs once a day, or by hand, could not fail within minutes, so a slow beginning
    would show nothing; its failures are found by its own alarms.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, rollout: Rollout, alarms: sns.ITopic
    ) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        self._alarms = cloudwatch_actions.SnsAction(alarms)
        self.application = codedeploy.LambdaApplication(self, "Application", application_name=f"pickvs-{config.name}")
        self.deployment_config = codedeploy.LambdaDeploymentConfig(
            self,
            "Config",
            traffic_routing=codedeploy.TimeBasedCanaryTrafficRouting(
                interval=Duration.minutes(rollout.minutes), percentage=rollout.percent
            ),
        )
        self.role = self._role()

    def alias(self, function: PythonFunction, *, requests: Requests | None = None) -> lambda_.Alias:
        """Return what callers of `function` call from now on.

        requests: those that may fail because of the function. By default they are its own, and fail if it could not
        answer, or answered 5xx itself, which Lambda takes for a success.
        """
        # The version before is not kept: CloudFormation removes it only when the alias has left it for good, and each
        # one that starts from a snapshot would go on costing.
        alias = lambda_.Alias(function, "Live", alias_name=ALIAS, version=function.function.current_version)
        alarm = cloudwatch.Alarm(
            function,
            "FailsAlarm",
            alarm_name=f"{function.full_name}-fails",
            alarm_description=(
                f"{TOO_MANY_PERCENT} % or more of the requests of {WINDOW.to_minutes():g} minutes failed, and "
                f"{function.full_name} may be to blame. If a new version of it is being rolled out, it goes back. "
                "docs/runbook.md: Rolling back."
            ),
            metric=_failed_percent(requests or self._requests(function)),
            threshold=TOO_MANY_PERCENT,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(self._alarms)
        codedeploy.LambdaDeploymentGroup(
            function,
            "Rollout",
            deployment_group_name=function.full_name,
            application=self.application,
            alias=alias,
            deployment_config=self.deployment_config,
            alarms=[alarm],
            auto_rollback=codedeploy.AutoRollbackConfig(
                deployment_in_alarm=True, failed_deployment=True, stopped_deployment=True
            ),
            role=self.role.without_policy_updates(),
        )
        return alias

    def _requests(self, function: PythonFunction) -> Requests:
        asked, crashes = (
            cloudwatch.Metric(
                namespace="AWS/Lambda",
                metric_name=name,
                dimensions_map={"FunctionName": function.full_name, "Resource": f"{function.full_name}:{ALIAS}"},
                statistic="Sum",
            )
            for name in ("Invocations", "Errors")
        )
        answers = cloudwatch.Metric(
            namespace=NAMESPACE,
            metric_name=Metric.SERVER_ERRORS,
            dimensions_map={Dimension.STAGE: self._config.name, Dimension.FUNCTION: function.name},
            statistic="Sum",
        )
        # Either may have no values for months; a plain sum would then have none either.
        failed = cloudwatch.MathExpression(
            expression="SUM([FILL(crashes, 0), FILL(answers, 0)])",
            using_metrics={"crashes": crashes, "answers": answers},
            period=WINDOW,
            label="Failed requests",
        )
        return Requests(all=asked, failed=failed)

    def _role(self) -> iam.Role:
        stack = Stack.of(self)
        functions = stack.format_arn(
            service="lambda",
            resource="function",
            resource_name=f"pickvs-{self._config.name}-*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        alarms = stack.format_arn(
            service="cloudwatch", resource="alarm", resource_name="*", arn_format=ArnFormat.COLON_RESOURCE_NAME
        )
        # What AWS's own policy for this has too, without its wildcards over all of the account's functions.
        role = iam.Role(
            self,
            "Role",
            description=f"How CodeDeploy moves the aliases of pickvs-{self._config.name}",
            assumed_by=iam.ServicePrincipal("codedeploy.amazonaws.com"),
            inline_policies={
                "aliases": iam.PolicyDocument(
                    statements=[
                        iam.PolicyStatement(
                            actions=["lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"],
                            resources=[functions],
                        )
                    ]
                ),
                "alarms": iam.PolicyDocument(
                    statements=[iam.PolicyStatement(actions=["cloudwatch:DescribeAlarms"], resources=[alarms])]
                ),
            },
        )
        acknowledge(
            role,
            "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:"
            f"pickvs-{self._config.name}-*]",
            "It moves the alias of every function of this stage that answers requests: some thirty, which a list would "
            "name twice, by themselves and by their alias, for no more than the stage's own functions.",
        )
        acknowledge(
            role,
            "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:cloudwatch:<AWS::Region>:<AWS::AccountId>:alarm:*]",
            "Reading the state of alarms: CodeDeploy asks for several at once, which CloudWatch takes for all of them.",
        )
        acknowledge(
            role,
            "NIST.800.53.R5-IAMNoInlinePolicy",
            "The role is CodeDeploy's for this one application; its policy is written, read and removed with it.",
        )
        return role


def _failed_percent(requests: Requests) -> cloudwatch.IMetric:
    """Return the share of the requests that failed; 0 while that is fewer than too many by number."""
    return cloudwatch.MathExpression(
        expression=f"IF(failed >= {TOO_MANY}, 100 * failed / requests, 0)",
        using_metrics={"failed": requests.failed, "requests": requests.all},
        period=WINDOW,
        label="Failed requests (%)",
    )
