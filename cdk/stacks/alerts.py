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
"""Actions on the key that the account's administrators may take: everything except using it."""


class AlertsStack(Stack):
    """Notifications: one topic for alarms and budget notifications, and the budget.

    Alarms of any stack of the stage may publish. Their names begin with the name of the stage.
    """

    def __init__(self, scope: Construct, *, config: StageConfig) -> None:
        super().__init__(scope, f"pickvs-{config.name}-alerts", description="PickVs: notifications and the budget")
        publishers = {
            "cloudwatch": self.format_arn(
                service="cloudwatch",
                resource="alarm",
                resource_name=f"pickvs-{config.name}-*",
                arn_format=ArnFormat.COLON_RESOURCE_NAME,
            ),
            # Budgets is a global service.
            "budgets": self.format_arn(
                service="budgets", region="", resource="*", arn_format=ArnFormat.NO_RESOURCE_NAME
            ),
        }
        # Alarms cannot use an AWS managed key: only a customer managed key can grant access to CloudWatch.
        self.key = kms.Key(
            self,
            "Key",
            description=f"Encrypts the messages of the topic pickvs-{config.name}-alarms",
            enable_key_rotation=True,
            # No stored data needs the key: a message has been delivered, or is lost.
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
        if config.observability.alarm_email is not None:
            self.topic.add_subscription(subscriptions.EmailSubscription(config.observability.alarm_email))
        self._budget(config)
        # Exported explicitly, so that the export stays when the last alarm that uses it is removed.
        self.export_value(self.topic.topic_arn)

    def _allow(self, service: str, source: str, *, actions: list[str], resource: str) -> iam.PolicyStatement:
        """Return a statement that allows a service to act on behalf of this account's resources only."""
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
        # Without a name: a change of the notifications replaces the budget. The new one is created before the old one
        # is deleted, and names must be unique.
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
        # Budgets checks on creation whether it may publish.
        budget.node.add_dependency(self.topic)
