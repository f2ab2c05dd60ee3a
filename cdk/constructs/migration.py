from pathlib import Path

from aws_cdk import Duration, Stack, triggers
from constructs import Construct

from cdk.constructs.common_layer import layer_lock
from cdk.constructs.packaged_code import packaged_code
from cdk.constructs.provider_function import TRIGGER_PROVIDER, keep_house_rules
from cdk.constructs.python_function import FunctionDefaults, PythonFunction
from cdk.packages import PackageRecipe
from cdk.secret_names import SecretName

TIMEOUT = Duration.minutes(10)
"""How long bringing the schema up to date may take; a longer change of data is a job of its own."""


def migrate_recipe(wheel_platform: str | None, root: Path) -> PackageRecipe:
    """Return what the migrate function is made of: its handler, the SQL files, and what the layer does not bring."""
    folder = root / "functions" / "migrate"
    return PackageRecipe(
        lock=folder / "requirements.txt",
        sources=tuple(sorted(path for path in folder.iterdir() if path.name not in _NOT_SHIPPED)),
        mounted_at="/var/task",
        wheel_platform=wheel_platform,
        carried_by=(layer_lock(root),),
    )


_NOT_SHIPPED = {"requirements.in", "requirements.txt", "__pycache__"}


class Migration(Construct):
    """Brings the database's schema up to date during the deployment, and fails it when that fails.

    The SQL files lie in the function's asset, so a new one makes a new version, which runs.
    """

    def __init__(self, scope: Construct, construct_id: str, *, defaults: FunctionDefaults, root: Path) -> None:
        super().__init__(scope, construct_id)
        self.function = PythonFunction(
            self,
            "Code",
            name="migrate",
            defaults=defaults,
            code=packaged_code(self, root, migrate_recipe(defaults.config.wheel_platform, root)),
            handler="handler.handler",
            memory_mb=defaults.config.migrate_memory_mb,
            timeout=TIMEOUT,
            secrets=[SecretName.DATABASE_DIRECT],
        )
        self.trigger = triggers.Trigger(
            self,
            "Trigger",
            handler=self.function.function,
            timeout=TIMEOUT,
            execute_on_handler_change=True,
        )
        keep_house_rules(Stack.of(self), TRIGGER_PROVIDER, name="migrate_trigger", config=defaults.config)
