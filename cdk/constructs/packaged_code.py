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
    """Local bundling that calls a function instead of starting Docker."""

    def __init__(self, build: Callable[[Path], None]) -> None:
        self._build = build

    def try_bundle(self, output_dir: str, *, image: DockerImage, **_options: object) -> bool:
        try:
            self._build(Path(output_dir))
        except DeploymentError as error:
            # Any other exception would pass through CDK and come back as a page of its internals.
            raise SystemExit(f"pickvs: {error}") from None
        return True


def packaged_code(
    scope: Construct, root: Path, recipe: PackageRecipe, digests: dict[PackageRecipe, str] | None = None
) -> lambda_.Code:
    """Return the code that `recipe` builds. It is built once for the same inputs, and only if a deployment needs it.

    `digests` caches the hashes of recipes. The hash of this recipe is added to it.

    Raises DeploymentError if it must be built and uv is missing, or if one of our .json files is not JSON.
    """
    digests = {} if digests is None else digests
    if recipe not in digests:
        check_json(path for _, path in recipe.files())
        digests[recipe] = recipe.digest()
    uv = find_uv(root) if Stack.of(scope).bundling_required else None

    def build(asset: Path) -> None:
        recipe.build(asset, uv or find_uv(root))

    return lambda_.Code.from_asset(
        str(recipe.lock.parent),
        asset_hash=digests[recipe],
        asset_hash_type=AssetHashType.CUSTOM,
        bundling=BundlingOptions(image=DockerImage.from_registry("scratch"), local=_Bundling(build)),
    )
