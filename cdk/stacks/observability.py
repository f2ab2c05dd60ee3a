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
from cdk.stacks.data import DataStack
from cdk.stacks.front import FrontStack

MEASURE_TIMEOUT = Duration.seconds(90)
"""Timeout of `measure`. Two attempts to connect take 10 s each, and a paused database takes 30 s to resume."""
CANARY_TIMEOUT = Duration.minutes(7)
"""Timeout of the canary: its run, and then erasing its account even if the API responds badly."""


class ObservabilityStack(Stack):
    """Monitoring: the function that measures, the canary, the alarms and the dashboard.

    Deployed after the resources that it watches. It uses their names and does not refer to them, so that each stack can
    replace its own resources.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        config: StageConfig,
        root: Path,
        data: DataStack,
        alerts: AlertsStack,
        front: FrontStack,
    ) -> None:
        super().__init__(scope, f"pickvs-{config.name}-observability", description="PickVs: monitoring")
        defaults = data.function_defaults(self, root)
        ScheduledFunction(
            self,
            "Measure",
            name="measure",
            schedule=config.observability.measure_schedule,
            defaults=defaults,
            code=function_code(root, "measure"),
            memory_mb=config.runtime.job_memory_mb,
            timeout=MEASURE_TIMEOUT,
            secrets=[SecretName.DATABASE_READER],
            environment=config.odds_api.environment(),
            work=[],
        )
        self._canary(config, root, defaults, environment={"API_BASE_URL": front.url.removesuffix("/")})
        ringing = Alarms(self, "Alarms", config=config, topic=alerts.topic)
        dashboard = Dashboard(self, "Dashboard", config=config, alarms=ringing)
        CfnOutput(self, "DashboardUrl", value=dashboard.url, description="URL of the dashboard")

    def _canary(
        self, config: StageConfig, root: Path, defaults: FunctionDefaults, *, environment: Mapping[str, str]
    ) -> None:
        """Add the canary. In a stage without a schedule, an engineer can invoke it."""
        code = function_code(root, "canary")
        if config.observability.canary_schedule is None:
            PythonFunction(
                self,
                "Canary",
                name="canary",
                defaults=defaults,
                code=code,
                handler="handler.handler",
                memory_mb=config.runtime.job_memory_mb,
                timeout=CANARY_TIMEOUT,
                environment=environment,
            )
            return
        ScheduledFunction(
            self,
            "Canary",
            name="canary",
            schedule=config.observability.canary_schedule,
            defaults=defaults,
            code=code,
            memory_mb=config.runtime.job_memory_mb,
            timeout=CANARY_TIMEOUT,
            secrets=[],
            environment=environment,
            work=[],
        )
