from collections.abc import Mapping, Sequence

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cdk.constructs.acknowledge import acknowledge
from cdk.constructs.python_function import AsyncInvocation, FunctionDefaults, PythonFunction
from cdk.layers import Layer
from cdk.secret_names import SecretName

RETRIES = 2
RULE_EVENT_AGE = Duration.minutes(5)
"""Time for which EventBridge retries to deliver an event to Lambda."""
FUNCTION_EVENT_AGE = Duration.minutes(15)
"""Usual time for which Lambda retries to run an event. An earlier run blocks it until it has ended."""


class ScheduledFunction(Construct):
    """Function that an EventBridge rule invokes: by a schedule, or for each event of a pattern.

    Its runs do not overlap, unless `concurrency` is more than 1.

    An event takes two hops: the rule delivers it to Lambda, and Lambda invokes the function. Each hop has a few
    retries, and both have the same dead-letter queue. Only the second hop sees the function fail.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        schedule: str | events.EventPattern,
        defaults: FunctionDefaults,
        code: lambda_.Code,
        memory_mb: int,
        timeout: Duration,
        secrets: Sequence[SecretName],
        environment: Mapping[str, str],
        work: Sequence[iam.PolicyStatement],
        wakes: Sequence[str] = (),
        sets_alarms_of: Sequence[str] = (),
        concurrency: int = 1,
        layers: Sequence[Layer] = (),
        event_age: Duration = FUNCTION_EVENT_AGE,
    ) -> None:
        super().__init__(scope, construct_id)
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            queue_name=f"pickvs-{defaults.config.name}-{name}-dead-letters",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        acknowledge(
            self.dead_letters, "AwsSolutions-SQS3", "This is the dead-letter queue of the rule and the function."
        )
        self.function = PythonFunction(
            self,
            "Code",
            name=name,
            defaults=defaults,
            code=code,
            handler="handler.handler",
            memory_mb=memory_mb,
            timeout=timeout,
            secrets=secrets,
            layers=layers,
            environment=environment,
            work=work,
            wakes=wakes,
            sets_alarms_of=sets_alarms_of,
            asynchronous=AsyncInvocation(dead_letters=self.dead_letters, retries=RETRIES, max_event_age=event_age),
            reserved_concurrency=concurrency,
        )
        self.rule = events.Rule(
            self,
            "Rule",
            rule_name=f"pickvs-{defaults.config.name}-{name}",
            description=f"Runs {name}",
            schedule=events.Schedule.expression(schedule) if isinstance(schedule, str) else None,
            event_pattern=None if isinstance(schedule, str) else schedule,
            targets=[
                targets.LambdaFunction(
                    self.function.function,
                    dead_letter_queue=self.dead_letters,
                    retry_attempts=RETRIES,
                    max_event_age=RULE_EVENT_AGE,
                )
            ],
        )
