from collections.abc import Mapping
from pathlib import Path

from aws_cdk import CfnOutput, Duration, Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.alarms import Alarms
from cdk.constructs.code import function_code
from cdk.constructs.dashboard import Dashboard
from cdk.constructs.python_function import FunctionDefaults, PythonFunction
from cdk.constructs.scheduled_function import ScheduledFunction
from cdk.secret_names import SecretName
from cdk.stacks.alerts import AlertsStack
from cdk.stacks.api import ApiStack
from cdk.stacks.data import DataStack

MEASURE_TIMEOUT = Duration.seconds(90)
"""Two attempts to reach the database take 10 s each, and a database that sleeps half a minute to wake."""
CANARY_TIMEOUT = Duration.minutes(7)
"""What the canary may take for its way, and then to erase its account although nothing answers well."""


class ObservabilityStack(Stack):
    """Whether all is well: what measures it, what tries it, the alarms that tell somebody, and the page to look at.

    Deployed after what it watches, by whose names it asks: it refers to none of the resources, so that each stack stays
    free to replace its own.
    """

    def __init__(
        self, scope: Construct, *, config: StageConfig, root: Path, data: DataStack, alerts: AlertsStack, api: ApiStack
    ) -> None:
        super().__init__(scope, f"pickvs-{config.name}-observability", description="PickVs: whether all is well")
        defaults = data.function_defaults(self, root)
        ScheduledFunction(
            self,
            "Measure",
            name="measure",
            schedule=config.measure_schedule,
            defaults=defaults,
            code=function_code(root, "measure"),
            memory_mb=config.ingestion_memory_mb,
            timeout=MEASURE_TIMEOUT,
            secrets=[SecretName.DATABASE],
            environment={},
            work=[],
        )
        self._canary(config, root, defaults, environment={"API_BASE_URL": api.url.removesuffix("/")})
        ringing = Alarms(self, "Alarms", config=config, topic=alerts.topic)
        dashboard = Dashboard(self, "Dashboard", config=config, alarms=ringing)
        CfnOutput(self, "DashboardUrl", value=dashboard.url, description="Whether all is well, at a glance")

    def _canary(
        self, config: StageConfig, root: Path, defaults: FunctionDefaults, *, environment: Mapping[str, str]
    ) -> None:
        """Add the canary, which an engineer can send on its way wherever it does not go by itself."""
        code = function_code(root, "canary")
        if config.canary_schedule is None:
            PythonFunction(
                self,
                "Canary",
                name="canary",
                defaults=defaults,
                code=code,
                handler="handler.handler",
                memory_mb=config.ingestion_memory_mb,
                timeout=CANARY_TIMEOUT,
                environment=environment,
            )
            return
        ScheduledFunction(
            self,
            "Canary",
            name="canary",
            schedule=config.canary_schedule,
            defaults=defaults,
            code=code,
            memory_mb=config.ingestion_memory_mb,
            timeout=CANARY_TIMEOUT,
            secrets=[],
            environment=environment,
            work=[],
        )
