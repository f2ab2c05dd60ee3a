from dataclasses import dataclass

from aws_cdk import ArnFormat, Aws, Fn, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.acknowledge import acknowledge
from cdk.constructs.log_groups import log_group
from cdk.constructs.provider_function import DEFAULT_GROUP_PROVIDER, keep_house_rules
from cdk.settings.database import AuroraDatabase

ADDRESSES = "10.20.0.0/20"
"""CIDR block of the VPC. Nothing is connected to the VPC, so all stages can use the same block."""
HTTPS = 443

_OUTSIDE, _LEAVING, _SHUT_IN = "Outside", "Leaving", "ShutIn"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionNetwork:
    """Placement of functions in the network."""

    vpc: ec2.IVpc
    subnets: ec2.SubnetSelection
    group: ec2.ISecurityGroup
    """Security group: no inbound; outbound to HTTPS and the database only."""


_INTERFACES = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)


def may_be_connected(scope: Construct, function_name: str) -> list[iam.PolicyStatement]:
    """Return the statements with which Lambda can attach the function `function_name` to a VPC.

    Lambda creates network interfaces with the function's role. The function's code has the same role, so the second
    statement denies it these actions.
    Source: "Giving Lambda functions access to resources in an Amazon VPC", AWS Lambda developer guide.
    """
    function = Stack.of(scope).format_arn(
        service="lambda",
        resource="function",
        resource_name=function_name,
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
    return [
        iam.PolicyStatement(actions=[*_INTERFACES], resources=["*"]),
        iam.PolicyStatement(
            effect=iam.Effect.DENY,
            actions=[*_INTERFACES],
            resources=["*"],
            conditions={"ArnEquals": {"lambda:SourceFunctionArn": function}},
        ),
    ]


class Network(Construct):
    """VPC of the database and of the functions that connect to it.

    The database has no outbound connections. The functions use a NAT gateway, which is alone in its subnet. No inbound
    connection from outside is possible.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig, database: AuroraDatabase) -> None:
        super().__init__(scope, construct_id)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            vpc_name=f"pickvs-{config.name}",
            ip_addresses=ec2.IpAddresses.cidr(ADDRESSES),
            # The names differ by account and are known only at deployment. By default, CDK uses at most two zones.
            availability_zones=[Fn.select(number, Fn.get_azs()) for number in range(database.availability_zones)],
            nat_gateways=database.nat_gateways,
            restrict_default_security_group=True,
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name=_OUTSIDE, subnet_type=ec2.SubnetType.PUBLIC, cidr_mask=28, map_public_ip_on_launch=False
                ),
                ec2.SubnetConfiguration(name=_LEAVING, subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS, cidr_mask=24),
                ec2.SubnetConfiguration(name=_SHUT_IN, subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=26),
            ],
        )
        self.database_subnets = ec2.SubnetSelection(subnet_group_name=_SHUT_IN)
        functions = ec2.SecurityGroup(
            self,
            "Functions",
            vpc=self.vpc,
            security_group_name=f"pickvs-{config.name}-functions",
            # A changed description replaces the group, which fails because the name is taken.
            description="The functions that speak with the database",
            allow_all_outbound=False,
        )
        functions.add_egress_rule(
            ec2.Peer.any_ipv4(), ec2.Port.tcp(HTTPS), "AWS services and the odds provider, by HTTPS"
        )
        self.functions = FunctionNetwork(
            vpc=self.vpc, subnets=ec2.SubnetSelection(subnet_group_name=_LEAVING), group=functions
        )
        self._give_buckets_a_door()
        self._log_flows(config)
        keep_house_rules(Stack.of(self), DEFAULT_GROUP_PROVIDER, name="close_default_group", config=config)
        self._acknowledge()

    def _give_buckets_a_door(self) -> None:
        """Route traffic to S3 through a gateway endpoint, because the NAT gateway costs by the gigabyte.

        The endpoint allows this account's buckets only. Each function's role limits its actions there.
        """
        endpoint = self.vpc.add_gateway_endpoint(
            "Buckets", service=ec2.GatewayVpcEndpointAwsService.S3, subnets=[self.functions.subnets]
        )
        endpoint.add_to_policy(
            iam.PolicyStatement(
                principals=[iam.AnyPrincipal()],
                actions=["s3:*"],
                resources=["*"],
                conditions={
                    "StringEquals": {"aws:PrincipalAccount": Aws.ACCOUNT_ID, "aws:ResourceAccount": Aws.ACCOUNT_ID}
                },
            )
        )

    def _log_flows(self, config: StageConfig) -> None:
        group = log_group(self, "FlowLogs", name=f"/aws/vpc/pickvs-{config.name}-flows", config=config)
        role = iam.Role(
            self,
            "FlowLogsRole",
            description=f"Writes the flow logs of the VPC pickvs-{config.name}",
            assumed_by=iam.ServicePrincipal("vpc-flow-logs.amazonaws.com"),
            inline_policies={
                "logs": iam.PolicyDocument(
                    statements=[
                        iam.PolicyStatement(
                            actions=["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
                            resources=[group.log_group_arn],
                        )
                    ]
                )
            },
        )
        acknowledge(
            role,
            "NIST.800.53.R5-IAMNoInlinePolicy",
            "The role is for this flow log only. Its policy is written, reviewed and removed with it.",
        )
        ec2.FlowLog(
            self,
            "Flows",
            resource_type=ec2.FlowLogResourceType.from_vpc(self.vpc),
            destination=ec2.FlowLogDestination.to_cloud_watch_logs(group, role.without_policy_updates()),
            traffic_type=ec2.FlowLogTrafficType.ALL,
            max_aggregation_interval=ec2.FlowLogMaxAggregationInterval.TEN_MINUTES,
        )

    def _acknowledge(self) -> None:
        for subnet in self.vpc.public_subnets:
            acknowledge(
                subnet.node.find_child("DefaultRoute"),
                "NIST.800.53.R5-VPCNoUnrestrictedRouteToIGW",
                "Outbound route of a subnet that holds at most a NAT gateway. No public address is assigned unless "
                "requested. Functions and database are in subnets without a public route.",
            )
