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
from cdk.platform_names import METRICS_NAMESPACE
from cdk.settings.rollout import Rollout

ALIAS = "live"
"""Alias that callers invoke. It points to one version, or to two during a roll-out."""

WINDOW = Duration.minutes(5)
"""Period that an alarm evaluates."""
TOO_MANY = 2
"""Minimum number of failures in the window. A single one may be a brief database outage."""
TOO_MANY_PERCENT = 1
"""Minimum percentage of failed requests in the window. With millions of requests, some always fail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """Metrics that judge a function: all requests in the window, and the failed ones."""

    all: cloudwatch.IMetric
    failed: cloudwatch.IMetric


class GradualRollout(Construct):
    """Gradual roll-out with CodeDeploy, which moves a function's alias to the new version, first for some requests.

    If an alarm rings meanwhile, the alias moves back, the deployment fails, and CloudFormation rolls back the stack.

    This is only for functions that answer requests. A function that runs once a day or by hand would not fail within
    minutes, so a gradual start would show nothing. Its own alarms detect its failures.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        config: StageConfig,
        rollout: Rollout,
        alarms: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        self._alarms = cloudwatch_actions.SnsAction(alarms)
        self.application = codedeploy.LambdaApplication(self, "Application", application_name=name)
        self.deployment_config = codedeploy.LambdaDeploymentConfig(
            self,
            "Config",
            traffic_routing=codedeploy.TimeBasedCanaryTrafficRouting(
                interval=Duration.minutes(rollout.minutes), percentage=rollout.percent
            ),
        )
        self.role = self._role(name)

    def alias(self, function: PythonFunction, *, requests: Requests | None = None) -> lambda_.Alias:
        """Return the alias that callers of `function` invoke from now on.

        `requests`: the requests that may fail because of the function. The default is its own invocations. They fail if
        the function crashes, or if it answers 5xx, which Lambda counts as a success.
        """
        # The previous version is not retained, because its snapshot would continue to cost. CloudFormation deletes it
        # only after the alias has finally moved.
        alias = lambda_.Alias(function, "Live", alias_name=ALIAS, version=function.function.current_version)
        alarm = cloudwatch.Alarm(
            function,
            "FailsAlarm",
            alarm_name=f"{function.full_name}-fails",
            alarm_description=(
                f"{TOO_MANY_PERCENT} % or more of the requests in {WINDOW.to_minutes():g} minutes failed, possibly "
                f"because of {function.full_name}. If a new version of it is being rolled out, it is rolled back. "
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
            namespace=METRICS_NAMESPACE,
            metric_name="ServerErrors",
            dimensions_map={"stage": self._config.name, "function": function.name},
            statistic="Sum",
        )
        # Either metric may have no values for months. A plain sum would then have no value either.
        failed = cloudwatch.MathExpression(
            expression="SUM([FILL(crashes, 0), FILL(answers, 0)])",
            using_metrics={"crashes": crashes, "answers": answers},
            period=WINDOW,
            label="Failed requests",
        )
        return Requests(all=asked, failed=failed)

    def _role(self, name: str) -> iam.Role:
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
        # A subset of the AWS managed policy, which allows all functions of the account.
        role = iam.Role(
            self,
            "Role",
            description=f"Lets CodeDeploy move the aliases of {name}",
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
            "CodeDeploy moves the aliases of many functions of this stage. A list would name each function twice, by "
            "itself and by its alias. The wildcard is limited to the functions of the stage.",
        )
        acknowledge(
            role,
            "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:cloudwatch:<AWS::Region>:<AWS::AccountId>:alarm:*]",
            "Read access to alarm states. CodeDeploy reads several at once, which CloudWatch authorizes as all alarms.",
        )
        acknowledge(
            role,
            "NIST.800.53.R5-IAMNoInlinePolicy",
            "The role is for this CodeDeploy application only. Its policy is written, reviewed and removed with it.",
        )
        return role


def _failed_percent(requests: Requests) -> cloudwatch.IMetric:
    """Return the percentage of requests that failed. 0 if fewer than TOO_MANY failed."""
    return cloudwatch.MathExpression(
        expression=f"IF(failed >= {TOO_MANY}, 100 * failed / requests, 0)",
        using_metrics={"failed": requests.failed, "requests": requests.all},
        period=WINDOW,
        label="Failed requests (%)",
    )
