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
from cdk.settings.database import DATABASE_NAME, DATABASE_USER, AuroraDatabase

ENGINE = rds.DatabaseClusterEngine.aurora_postgres(version=rds.AuroraPostgresEngineVersion.VER_17_9)
PORT = 5432
CERTIFICATE_AUTHORITY = rds.CaCertificate.RDS_CA_RSA2048_G1

IDLE_SESSION = Duration.minutes(5)
"""Time after which the server closes an idle connection. A frozen Lambda function cannot close its own connection, and
one open connection prevents the database from pausing. The function reconnects at its next invocation."""

OPERATING_SYSTEM_LOGS = "RDSOSMetrics"
"""Log group of Enhanced Monitoring. RDS creates one for all databases of an account, with a retention of 30 days."""


class AuroraCluster(Construct):
    """Aurora PostgreSQL Serverless v2 cluster. Only the functions in its network can connect to it.

    Cluster and instances have fixed names. A restored cluster can therefore replace this one by taking its names, and
    addresses, secret and stack stay the same.
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
            # A changed description replaces the group, which fails because the name is taken.
            description="The database: lets in the functions that speak with it, and nobody out",
            allow_all_outbound=False,
        )
        group.connections.allow_from(network.functions.group, ec2.Port.tcp(PORT), "Functions that use the database")
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
            parameters={
                "rds.force_ssl": "1",
                "idle_session_timeout": f"{IDLE_SESSION.to_milliseconds():.0f}",
                # The details of an error hold values, such as an e-mail address.
                "log_error_verbosity": "terse",
            },
            backup=rds.BackupProps(retention=Duration.days(database.backup_days)),
            copy_tags_to_snapshot=True,
            delete_automated_backups=not config.retention.data_is_kept,
            deletion_protection=config.retention.data_is_kept,
            removal_policy=RemovalPolicy.SNAPSHOT if config.retention.data_is_kept else RemovalPolicy.DESTROY,
            cloudwatch_logs_exports=["postgresql"],
            monitoring_interval=Duration.seconds(database.monitoring_seconds),
            monitoring_role=self._monitoring_role(name).without_policy_updates(),
        )
        cluster = self.cluster.node.default_child
        if not isinstance(cluster, rds.CfnDBCluster):
            raise TypeError(f"{self.cluster.node.path} is not made of a CfnDBCluster")
        # Otherwise RDS creates the log group itself, without an expiry.
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
            description=f"Writes the Enhanced Monitoring reports of {name}",
            assumed_by=iam.ServicePrincipal(
                "monitoring.rds.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
            ),
            inline_policies={
                "logs": iam.PolicyDocument(
                    statements=[
                        # CloudWatch compares with the group's ARN followed by `:*`. Its documentation shows the ARN
                        # without it.
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
            "Enhanced Monitoring names each stream after an instance, by the id that RDS assigns on creation.",
        )
        acknowledge(
            role,
            "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:"
            f"{OPERATING_SYSTEM_LOGS}:*]",
            "Limited to this log group. The actions to create it and to set its retention require the ARN with :*.",
        )
        acknowledge(
            role,
            "NIST.800.53.R5-IAMNoInlinePolicy",
            "The role is for this cluster only. Its policy is written, reviewed and removed with it. The AWS managed "
            "policy would allow every log group whose name begins with RDS, in every region.",
        )
        return role

    def _acknowledge(self, cluster: rds.CfnDBCluster, config: StageConfig) -> None:
        acknowledge(
            cluster,
            "AwsSolutions-RDS6",
            "The functions log in with a password that is rotated every month, because the same code must also "
            "connect to a PostgreSQL outside AWS. IAM tokens expire after 15 minutes, and the imports that create "
            "them slow down cold starts.",
        )
        if not config.retention.data_is_kept:
            acknowledge(
                cluster,
                "AwsSolutions-RDS10",
                "The data of this stage need not be kept. The stage is removed in one step, with its database.",
            )
        for instance in self.cluster.node.children:
            if isinstance(instance.node.default_child, rds.CfnDBInstance):
                acknowledge(
                    instance,
                    "NIST.800.53.R5-RDSInBackupPlan",
                    "Aurora provides point-in-time recovery, and the function back_up exports every table to "
                    "another service. AWS Backup would duplicate the snapshots.",
                )


def _instance(identifier: str, availability_zone: str, *, follows: bool | None = None) -> rds.IClusterInstance:
    """Return an instance. `follows`: whether it scales with the writer, so that it can replace it at any time."""
    return rds.ClusterInstance.serverless_v2(
        f"Instance{identifier.rpartition('-')[2]}",
        instance_identifier=identifier,
        availability_zone=availability_zone,
        scale_with_writer=follows,
        ca_certificate=CERTIFICATE_AUTHORITY,
        auto_minor_version_upgrade=True,
        publicly_accessible=False,
    )
