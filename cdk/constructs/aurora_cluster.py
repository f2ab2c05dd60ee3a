from aws_cdk import ArnFormat, Aws, Duration, RemovalPolicy, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_rds as rds
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.acknowledge import acknowledge
from cdk.constructs.log_groups import log_group
from cdk.constructs.network import Network
from cdk.database import DATABASE_NAME, DATABASE_USER, AuroraDatabase

ENGINE = rds.DatabaseClusterEngine.aurora_postgres(version=rds.AuroraPostgresEngineVersion.VER_17_9)
PORT = 5432
CERTIFICATE_AUTHORITY = rds.CaCertificate.RDS_CA_RSA2048_G1

IDLE_SESSION = Duration.minutes(5)
"""When the server ends a connection that nobody uses. A function that Lambda has frozen cannot end its own, and one
such connection keeps the database from pausing; the function opens another one when it is called again."""

OPERATING_SYSTEM_LOGS = "RDSOSMetrics"
"""The log group of Enhanced Monitoring: RDS makes one for all databases of an account, and ends its lines after 30
days."""


class AuroraCluster(Construct):
    """The database: Aurora PostgreSQL Serverless v2, where nobody but the functions in its network can reach it.

    Cluster and instances have names of their own, so that a restored cluster can take the place of this one by taking
    its names: addresses, secret and stack stay as they are.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        database: AuroraDatabase,
        network: Network,
        secret: secretsmanager.ISecret,
    ) -> None:
        super().__init__(scope, construct_id)
        name = f"pickvs-{config.name}"
        group = ec2.SecurityGroup(
            self,
            "Group",
            vpc=network.vpc,
            security_group_name=f"{name}-database",
            description="The database: lets in the functions that speak with it, and nobody out",
            allow_all_outbound=False,
        )
        group.connections.allow_from(network.functions.group, ec2.Port.tcp(PORT), "The functions that speak with it")
        logs = log_group(self, "Logs", name=f"/aws/rds/cluster/{name}/postgresql", config=config)
        self.cluster = rds.DatabaseCluster(
            self,
            "Cluster",
            cluster_identifier=name,
            engine=ENGINE,
            default_database_name=DATABASE_NAME,
            credentials=rds.Credentials.from_secret(secret, DATABASE_USER),
            port=PORT,
            writer=_instance(f"{name}-1", network.vpc.availability_zones[0]),
            readers=[
                _instance(f"{name}-{number + 1}", network.vpc.availability_zones[number], follows=True)
                for number in range(1, database.readers + 1)
            ],
            serverless_v2_min_capacity=database.min_acu,
            serverless_v2_max_capacity=database.max_acu,
            serverless_v2_auto_pause_duration=None
            if database.pause_after_minutes is None
            else Duration.minutes(database.pause_after_minutes),
            vpc=network.vpc,
            vpc_subnets=network.database_subnets,
            security_groups=[group],
            storage_encrypted=True,
            parameters={"rds.force_ssl": "1", "idle_session_timeout": f"{IDLE_SESSION.to_milliseconds():.0f}"},
            backup=rds.BackupProps(retention=Duration.days(database.backup_days)),
            copy_tags_to_snapshot=True,
            delete_automated_backups=not config.data_is_kept,
            deletion_protection=config.data_is_kept,
            removal_policy=RemovalPolicy.SNAPSHOT if config.data_is_kept else RemovalPolicy.DESTROY,
            cloudwatch_logs_exports=["postgresql"],
            monitoring_interval=Duration.seconds(database.monitoring_seconds),
            monitoring_role=self._monitoring_role(name).without_policy_updates(),
        )
        cluster = self.cluster.node.default_child
        if not isinstance(cluster, rds.CfnDBCluster):
            raise TypeError(f"{self.cluster.node.path} is not made of a CfnDBCluster")
        # Otherwise RDS makes the group itself, whose lines never end.
        cluster.node.add_dependency(logs)
        self._acknowledge(cluster, config)

    def _monitoring_role(self, name: str) -> iam.Role:
        group = Stack.of(self).format_arn(
            service="logs",
            resource="log-group",
            resource_name=OPERATING_SYSTEM_LOGS,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        role = iam.Role(
            self,
            "MonitoringRole",
            description=f"Writes down what the instances of {name} are busy with",
            assumed_by=iam.ServicePrincipal(
                "monitoring.rds.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
            ),
            inline_policies={
                "logs": iam.PolicyDocument(
                    statements=[
                        # CloudWatch compares with the group's ARN and `:*` behind it; its documentation has the one
                        # without.
                        iam.PolicyStatement(
                            actions=["logs:CreateLogGroup", "logs:PutRetentionPolicy"],
                            resources=[group, f"{group}:*"],
                        ),
                        iam.PolicyStatement(
                            actions=[
                                "logs:CreateLogStream",
                                "logs:DescribeLogStreams",
                                "logs:GetLogEvents",
                                "logs:PutLogEvents",
                            ],
                            resources=[f"{group}:log-stream:*"],
                        ),
                    ]
                )
            },
        )
        acknowledge(
            role,
            "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:"
            f"{OPERATING_SYSTEM_LOGS}:log-stream:*]",
            "Enhanced Monitoring calls each stream after an instance, by an id that RDS gives it when it is made.",
        )
        acknowledge(
            role,
            "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:"
            f"{OPERATING_SYSTEM_LOGS}:*]",
            "This one group: to make it, and to say when its lines end, it is named with all that is in it.",
        )
        acknowledge(
            role,
            "NIST.800.53.R5-IAMNoInlinePolicy",
            "The role is this one cluster's: what it may do is written, read and removed with it. AWS's own policy for "
            "it would open every log group whose name begins with RDS, in every region.",
        )
        return role

    def _acknowledge(self, cluster: rds.CfnDBCluster, config: StageConfig) -> None:
        acknowledge(
            cluster,
            "AwsSolutions-RDS6",
            "The functions come by a password that is replaced every month, since the same code has to speak with a "
            "PostgreSQL outside AWS. IAM's tokens live for 15 minutes, and whoever makes them imports what makes a "
            "cold start slow.",
        )
        if not config.data_is_kept:
            acknowledge(
                cluster,
                "AwsSolutions-RDS10",
                "A stage whose data nobody has to keep is removed in one go, with its database.",
            )
        for instance in self.cluster.node.children:
            if isinstance(instance.node.default_child, rds.CfnDBInstance):
                acknowledge(
                    instance,
                    "NIST.800.53.R5-RDSInBackupPlan",
                    "Aurora itself keeps every moment of the last days, and the function back_up exports every table "
                    "to another service. AWS Backup would take the same snapshots again.",
                )


def _instance(identifier: str, availability_zone: str, *, follows: bool | None = None) -> rds.IClusterInstance:
    """Return an instance. follows: whether it is as large as the writer at any moment, and so can replace it."""
    return rds.ClusterInstance.serverless_v2(
        f"Instance{identifier.rpartition('-')[2]}",
        instance_identifier=identifier,
        availability_zone=availability_zone,
        scale_with_writer=follows,
        ca_certificate=CERTIFICATE_AUTHORITY,
        auto_minor_version_upgrade=True,
        publicly_accessible=False,
    )
