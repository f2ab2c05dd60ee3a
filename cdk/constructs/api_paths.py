from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from cdk.constructs.rest_api import PlatformApi
from cdk.routes.shared_paths import SHARED_PATHS, shared_part


class SharedPaths(Construct):
    """Path resources of SHARED_PATHS, which several wings use."""

    def __init__(self, scope: Construct, construct_id: str, *, api: PlatformApi) -> None:
        super().__init__(scope, construct_id)
        root = api.imported_by(self).root
        self.by_path = {path: root.resource_for_path(path) for path in SHARED_PATHS}


class WingPaths(Construct):
    """Path resources of one wing, below the API's root and below shared paths."""

    def __init__(self, scope: Construct, construct_id: str, *, api: PlatformApi, shared: SharedPaths) -> None:
        super().__init__(scope, construct_id)
        self.api = api.imported_by(self)
        self._shared = shared

    def resource(self, path: str) -> apigateway.IResource:
        """Return the resource of a path. Create it here unless it is shared."""
        shared = shared_part(path)
        if not shared:
            return self.api.root.resource_for_path(path)
        construct_id = shared.strip("/").replace("/", ".")
        imported = self.node.try_find_child(construct_id)
        if imported is None:
            imported = apigateway.Resource.from_resource_attributes(
                self,
                construct_id,
                rest_api=self.api,
                resource_id=self._shared.by_path[shared].resource_id,
                path=shared,
            )
        if not isinstance(imported, apigateway.ResourceBase):
            raise TypeError(f"{imported.node.path} is not a resource of an API")
        below = path.removeprefix(shared)
        return imported.resource_for_path(below.removeprefix("/")) if below else imported
