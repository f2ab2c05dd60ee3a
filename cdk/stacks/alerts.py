from aws_cdk import ArnFormat, RemovalPolicy, Stack
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from cdk.config import StageConfig
from cdk.tags import STAGE

_BUDGET = budgets.CfnBudget
_ACTUAL_PERCENT = 80
_FORECAST_PERCENT = 100

_KEEPERS_MAY = (
    "kms:CancelKeyDeletion",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateKeyDescription",
)
"""What the account's administrators may do to the key: everything but use it."""


class AlertsStack(Stack):
    """Who is told when something is wrong: one topic for alarms and for the budget, and the budget.

    Alarms may come from any stack of the stage; their names begin with the stage's.
    """

    def __init__(self, scope: Construct, *, config: StageConfig) -> None:
        super().__init__(scope, f"pickvs-{config.name}-alerts", description="PickVs: who is told, and the budget")
        publishers = {
            "cloudwatch": self.format_arn(
                service="cloudwatch",
                resource="alarm",
                resource_name=f"pickvs-{config.name}-*",
                arn_format=ArnFormat.COLON_RESOURCE_NAME,
            ),
            # A service of no region.
            "budgets": self.format_arn(
                service="budgets", region="", resource="*", arn_format=ArnFormat.NO_RESOURCE_NAME
            ),
        }
        # Alarms cannot use a key that AWS manages: only one's own can let CloudWatch in.
        self.key = kms.Key(
            self,
            "Key",
            description=f"What pickvs-{config.name}-alarms is told, on its way to who listens",
            enable_key_rotation=True,
            # It keeps nothing: a message is with its subscribers, or lost.
            removal_policy=RemovalPolicy.DESTROY,
            policy=iam.PolicyDocument(
                statements=[
                    iam.PolicyStatement(
                        sid="KeptByTheAccount",
                        actions=list(_KEEPERS_MAY),
                        resources=["*"],
                        principals=[iam.AccountRootPrincipal()],
                    ),
                    *(
                        self._allow(service, source, actions=["kms:Decrypt", "kms:GenerateDataKey*"], resource="*")
                        for service, source in publishers.items()
                    ),
                ]
            ),
        )
        self.topic = sns.Topic(
            self, "Topic", topic_name=f"pickvs-{config.name}-alarms", master_key=self.key, enforce_ssl=True
        )
        for service, source in publishers.items():
            self.topic.add_to_resource_policy(
                self._allow(service, source, actions=["sns:Publish"], resource=self.topic.topic_arn)
            )
        if config.alarm_email is not None:
            self.topic.add_subscription(subscriptions.EmailSubscription(config.alarm_email))
        self._budget(config)
        # Stated, so that it stays when the last alarm goes that calls it.
        self.export_value(self.topic.topic_arn)

    def _allow(self, service: str, source: str, *, actions: list[str], resource: str) -> iam.PolicyStatement:
        """Return a statement that lets a service in, as long as it acts for something of this account."""
        return iam.PolicyStatement(
            sid=f"{service.capitalize()}Publishes",
            actions=actions,
            resources=[resource],
            principals=[iam.ServicePrincipal(f"{service}.amazonaws.com")],
            conditions={
                "StringEquals": {"aws:SourceAccount": self.account},
                "ArnLike": {"aws:SourceArn": source},
            },
        )

    def _budget(self, config: StageConfig) -> None:
        # Without a name: what it tells and to whom cannot be changed, only made anew while the one before is there, and
        # no two may be called the same.
        budget = _BUDGET(
            self,
            "Budget",
            budget=_BUDGET.BudgetDataProperty(
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=_BUDGET.SpendProperty(amount=config.budget_usd, unit="USD"),
                cost_filters={"TagKeyValue": [f"user:{STAGE}${config.name}"]},
            ),
            notifications_with_subscribers=[
                _BUDGET.NotificationWithSubscribersProperty(
                    notification=_BUDGET.NotificationProperty(
                        comparison_operator="GREATER_THAN",
                        notification_type=kind,
                        threshold=percent,
                        threshold_type="PERCENTAGE",
                    ),
                    subscribers=[_BUDGET.SubscriberProperty(subscription_type="SNS", address=self.topic.topic_arn)],
                )
                for kind, percent in (("ACTUAL", _ACTUAL_PERCENT), ("FORECASTED", _FORECAST_PERCENT))
            ],
        )
        # Budgets looks whether it may publish when it is made.
        budget.node.add_dependency(self.topic)
