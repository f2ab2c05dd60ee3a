from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.acknowledge import acknowledge

PREFIX = "exports"
"""What the names of all exported objects begin with."""

KEPT_AFTER_DELETION = Duration.days(7)
"""How long an export, or a line of the access log, can be brought back after somebody deleted it, or it expired."""

ACCESS_LOG_DAYS = 400


class DatabaseExports(Construct):
    """The bucket of the database's exports, and the one in which S3 notes who touched them.

    Exports hold addresses and hashes of passwords: what reads or deletes one leaves a line behind.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        access_log = self._bucket("AccessLog", expire_days=ACCESS_LOG_DAYS)
        self.bucket = self._bucket("Bucket", expire_days=config.exports_expire_days, access_log=access_log)

    def _bucket(self, construct_id: str, *, expire_days: int, access_log: s3.IBucket | None = None) -> s3.Bucket:
        emptied = self._config.empty_buckets_with_stack
        bucket = s3.Bucket(
            self,
            construct_id,
            versioned=True,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=RemovalPolicy.DESTROY if emptied else RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
            auto_delete_objects=emptied,
            server_access_logs_bucket=access_log,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="expire",
                    expiration=Duration.days(expire_days),
                    noncurrent_version_expiration=KEPT_AFTER_DELETION,
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
        )
        acknowledge(
            bucket,
            "NIST.800.53.R5-S3BucketReplicationEnabled",
            "Exports are a second copy of what is in the database, with another service. What is promised after the "
            "loss of a whole region is nothing: secrets and functions are in that region too.",
        )
        acknowledge(
            bucket,
            "NIST.800.53.R5-S3DefaultEncryptionKMS",
            "Encrypted with S3's own keys. One role may write and one may read, and each says so itself; a key of ours "
            "would ask the same two callers for a second permission, and cost by the month and by the request.",
        )
        return bucket


def may_export(bucket: s3.IBucket) -> iam.PolicyStatement:
    """Return the permission to add exports, and to give up one that broke off."""
    return iam.PolicyStatement(
        actions=["s3:PutObject", "s3:AbortMultipartUpload"], resources=[bucket.arn_for_objects(f"{PREFIX}/*")]
    )


def may_restore(bucket: s3.IBucket) -> list[iam.PolicyStatement]:
    """Return the permissions to read exports. Who may not list is not told that an object is missing."""
    return [
        iam.PolicyStatement(actions=["s3:GetObject"], resources=[bucket.arn_for_objects(f"{PREFIX}/*")]),
        iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket.bucket_arn]),
    ]


def acknowledge_exports(role: iam.IRole, bucket: s3.IBucket) -> None:
    """State why these permissions need a wildcard in the policy of `role`, which belongs to another stack."""
    exported = Stack.of(role).resolve(Stack.of(bucket).export_value(bucket.bucket_arn))
    acknowledge(
        role,
        f"AwsSolutions-IAM5[Resource::{exported['Fn::ImportValue']}/{PREFIX}/*]",
        "Exports are named by the moment when they are made; the function sees them under their own prefix only.",
    )
