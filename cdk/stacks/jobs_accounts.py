from pathlib import Path

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.alarm_clock import AlarmClock
from cdk.constructs.code import function_code
from cdk.constructs.scheduled_function import ScheduledFunction
from cdk.secret_names import SecretName
from cdk.settings.notices import Mail
from cdk.stacks.data import DataStack
from cdk.stacks.front import FrontStack

DELIVERING_AT_ONCE = 5
"""Runs of deliver_notices at once. They share the work, so that a slow receiver in one does not hold up the others."""

_TIMEOUT = Duration.minutes(2)
_FEEDBACK = ("Email Bounced", "Email Complaint Received")
"""Names of SES's events in EventBridge: what makes an address get no more mail."""


class JobsAccountsStack(Stack):
    """Delivery of notices: the function that sends mails and calls webhooks, and SES with what it reports."""

    def __init__(
        self, scope: Construct, *, config: StageConfig, root: Path, data: DataStack, front: FrontStack
    ) -> None:
        super().__init__(scope, f"pickvs-{config.name}-jobs-accounts", description="PickVs: delivery of notices")
        defaults = data.function_defaults(self, root)
        deliver = ScheduledFunction(
            self,
            "DeliverNotices",
            name="deliver_notices",
            schedule=config.notices_schedule,
            defaults=defaults,
            code=function_code(root, "deliver_notices"),
            memory_mb=config.runtime.job_memory_mb,
            timeout=_TIMEOUT,
            secrets=[SecretName.DATABASE_WRITER],
            environment={
                "API_BASE_URL": front.url.removesuffix("/"),
                **config.webhook_targets.environment(),
                **({"WEB_ORIGIN": config.edge.web_origin} if config.edge.web_origin else {}),
                **(_mail_variables(config, config.mail) if config.mail else {}),
            },
            work=[_may_send(self, config, config.mail)] if config.mail else [],
            sets_alarms_of=("deliver_notices",),
            concurrency=DELIVERING_AT_ONCE,
        )
        AlarmClock(self, "DeliverNoticesAlarms", function=deliver.function, config=config)
        if config.mail is not None:
            self._mail(config, config.mail)
            ScheduledFunction(
                self,
                "NoteMailFeedback",
                name="note_mail_feedback",
                schedule=events.EventPattern(
                    source=["aws.ses"],
                    detail_type=list(_FEEDBACK),
                    detail={"mail": {"tags": {"ses:configuration-set": [_configuration_set(config)]}}},
                ),
                defaults=defaults,
                code=function_code(root, "note_mail_feedback"),
                memory_mb=config.runtime.job_memory_mb,
                timeout=Duration.seconds(30),
                secrets=[SecretName.DATABASE_WRITER],
                environment={},
                work=[],
            )

    def _mail(self, config: StageConfig, mail: Mail) -> None:
        """Let SES send for the domain, and report bounces and complaints to the default event bus."""
        reporting = ses.ConfigurationSet(
            self,
            "Mail",
            configuration_set_name=_configuration_set(config),
            reputation_metrics=True,
            # Bounces are for `mail_suppressions` alone: whoever confirms an address again, gets mail again.
            suppression_reasons=ses.SuppressionReasons.COMPLAINTS_ONLY,
            tls_policy=ses.ConfigurationSetTlsPolicy.OPTIONAL,
        )
        reporting.add_event_destination(
            "Feedback",
            destination=ses.EventDestination.event_bus(
                events.EventBus.from_event_bus_name(self, "DefaultBus", "default")
            ),
            events=[ses.EmailSendingEvent.BOUNCE, ses.EmailSendingEvent.COMPLAINT],
        )
        identity = ses.EmailIdentity(
            self, "Domain", identity=ses.Identity.domain(mail.domain), configuration_set=reporting
        )
        for number, record in enumerate(identity.dkim_records, 1):
            CfnOutput(
                self,
                f"DkimRecord{number}",
                value=f"{record.name} CNAME {record.value}",
                description=f"DNS record with which {mail.domain} lets SES sign its mails",
            )


def _configuration_set(config: StageConfig) -> str:
    return f"pickvs-{config.name}"


def _mail_variables(config: StageConfig, mail: Mail) -> dict[str, str]:
    return {"MAIL_SENDER": mail.sender, "MAIL_CONFIGURATION_SET": _configuration_set(config)}


def _may_send(stack: Stack, config: StageConfig, mail: Mail) -> iam.PolicyStatement:
    """Return the permission to send from the stage's domain, by its configuration set."""
    return iam.PolicyStatement(
        actions=["ses:SendEmail"],
        resources=[
            stack.format_arn(service="ses", resource="identity", resource_name=mail.domain),
            stack.format_arn(service="ses", resource="configuration-set", resource_name=_configuration_set(config)),
        ],
    )
