from collections.abc import Iterable
from pathlib import Path

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.packaged_code import packaged_code
from cdk.constructs.runtime import PYTHON_RUNTIME, architecture
from cdk.layers import Layer, layer_recipe
from cdk.packages import PackageRecipe


class PackagedLayer(lambda_.LayerVersion):
    """Layer that a recipe builds, including byte code."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        layer: Layer,
        config: StageConfig,
        root: Path,
        digests: dict[PackageRecipe, str],
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            description=f"PickVs: {layer}",
            code=packaged_code(
                scope, root, layer_recipe(layer, wheel_platform=config.runtime.wheel_platform, root=root), digests
            ),
            compatible_runtimes=[PYTHON_RUNTIME],
            compatible_architectures=[architecture(config)],
            removal_policy=RemovalPolicy.DESTROY,
        )


class StackLayers:
    """Layers of one stack. Each is created when the first function needs it.

    Every stack creates its own layers from the same asset. A layer that another stack imports could never be replaced.
    """

    def __init__(self, stack: Stack, *, config: StageConfig, root: Path, digests: dict[PackageRecipe, str]) -> None:
        """Prepare the layers. The stacks of a stage share `digests`, so that a layer's files are read only once."""
        self._stack, self._config, self._root, self._digests = stack, config, root, digests
        self._made: dict[Layer, lambda_.ILayerVersion] = {}

    def of(self, layers: Iterable[Layer]) -> list[lambda_.ILayerVersion]:
        """Return `common` and the given layers, in that order."""
        return [self._layer(layer) for layer in dict.fromkeys((Layer.COMMON, *layers))]

    def _layer(self, layer: Layer) -> lambda_.ILayerVersion:
        if layer not in self._made:
            self._made[layer] = PackagedLayer(
                self._stack,
                f"{layer.title()}Layer",
                layer=layer,
                config=self._config,
                root=self._root,
                digests=self._digests,
            )
        return self._made[layer]
