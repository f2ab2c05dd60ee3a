from collections.abc import Callable
from pathlib import Path

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, ILocalBundling, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.constructs.code import check_json
from cdk.errors import DeploymentError
from cdk.packages import PackageRecipe, find_uv


@jsii.implements(ILocalBundling)
class _Bundling:
    """Calls a function where CDK would start Docker."""

    def __init__(self, build: Callable[[Path], None]) -> None:
        self._build = build

    def try_bundle(self, output_dir: str, *, image: DockerImage, **_options: object) -> bool:
        try:
            self._build(Path(output_dir))
        except DeploymentError as error:
            # Any other exception would go to CDK and come back as a page about its inner life.
            raise SystemExit(f"pickvs: {error}") from None
        return True


def packaged_code(scope: Construct, root: Path, recipe: PackageRecipe) -> lambda_.Code:
    """Return the code that `recipe` builds. It is built once for the same inputs, and not at all if nobody needs it.

    Raises DeploymentError if it will have to be built and the installer is missing, and if a file of ours that is
    called .json is not JSON.
    """
    check_json(path for _, path in recipe.files())
    uv = find_uv(root) if Stack.of(scope).bundling_required else None

    def build(asset: Path) -> None:
        recipe.build(asset, uv or find_uv(root))

    return lambda_.Code.from_asset(
        str(recipe.lock.parent),
        asset_hash=recipe.digest(),
        asset_hash_type=AssetHashType.CUSTOM,
        bundling=BundlingOptions(image=DockerImage.from_registry("scratch"), local=_Bundling(build)),
    )
