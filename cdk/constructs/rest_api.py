from aws_cdk import RemovalPolicy
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.acknowledge import acknowledge

STAGE_NAME = "api"
"""Name of the REST API's stage. It is the first part of every path, with and without a custom domain."""

TLS_POLICY = apigateway.SecurityPolicy.TLS13_1_2_PFS_PQ_2025_09
"""TLS 1.2 or 1.3, with forward secrecy. API Gateway's default for a regional API allows TLS 1.0."""
ACCESS_MODE = apigateway.EndpointAccessMode.STRICT
"""Endpoint access mode, which such a policy requires. It rejects a request whose Host differs from the TLS SNI."""


BINARY_TYPES = ("text/csv", "application/octet-stream")
"""Media types of bodies that reach a function byte for byte. API Gateway replaces what is not UTF-8 in others."""


def api_name(config: StageConfig) -> str:
    """Return the API's name, which CloudWatch uses too."""
    return f"pickvs-{config.name}"


class PlatformApi(Construct):
    """Regional REST API. Its methods and its stage are in other stacks.

    This is a CfnRestApi, because CDK's RestApi requires a method.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig) -> None:
        super().__init__(scope, construct_id)
        self.resource = apigateway.CfnRestApi(
            self,
            "RestApi",
            name=api_name(config),
            description=f"PickVs, stage {config.name}",
            endpoint_configuration=apigateway.CfnRestApi.EndpointConfigurationProperty(types=["REGIONAL"]),
            disable_execute_api_endpoint=config.edge.domain is not None,
            security_policy=f"SecurityPolicy_{TLS_POLICY.value}",
            endpoint_access_mode=ACCESS_MODE.value,
            binary_media_types=list(BINARY_TYPES),
        )
        acknowledge(
            self.resource,
            "AwsSolutions-APIG2",
            "The functions validate every part of a request (pydantic) and answer with the list of invalid fields, as "
            "the contract requires. The gateway's validator cannot.",
        )
        self.rest_api_id = self.resource.ref
        self.root_resource_id = self.resource.attr_root_resource_id
        self._let_it_write_logs()

    def imported_by(self, scope: Construct) -> apigateway.IRestApi:
        """Return the API for use in `scope`. Resources that are added to it are in the stack of `scope`."""
        return apigateway.RestApi.from_rest_api_attributes(
            scope, "ImportedApi", rest_api_id=self.rest_api_id, root_resource_id=self.root_resource_id
        )

    def _let_it_write_logs(self) -> None:
        """Set the account's role with which API Gateway writes logs. A stage with logs cannot be created without it."""
        role = iam.Role(
            self,
            "CloudWatchRole",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name("service-role/AmazonAPIGatewayPushToCloudWatchLogs")
            ],
        )
        role.apply_removal_policy(RemovalPolicy.RETAIN)
        account = apigateway.CfnAccount(self, "Account", cloud_watch_role_arn=role.role_arn)
        account.apply_removal_policy(RemovalPolicy.RETAIN)
        account.node.add_dependency(self.resource)
        acknowledge(
            role,
            "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
            "AmazonAPIGatewayPushToCloudWatchLogs]",
            "The account has one such role for all APIs, and API Gateway rejects a role with fewer permissions.",
        )
