from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.acknowledge import acknowledge

PREFIX = "exports"
"""Key prefix of all exported objects."""

KEPT_AFTER_DELETION = Duration.days(7)
"""Time for which a deleted or expired export or access log can be restored."""

ACCESS_LOG_DAYS = 400


class DatabaseExports(Construct):
    """Bucket of the database's exports, and bucket of their access log.

    Exports contain mail addresses and password hashes. Every read and every deletion is therefore logged.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        access_log = self._bucket("AccessLog", expire_days=ACCESS_LOG_DAYS)
        self.bucket = self._bucket("Bucket", expire_days=config.recovery.exports_expire_days, access_log=access_log)

    def _bucket(self, construct_id: str, *, expire_days: int, access_log: s3.IBucket | None = None) -> s3.Bucket:
        emptied = self._config.retention.empty_buckets_with_stack
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
            "Exports are a second copy of the database, in another service. The loss of a whole region is out of "
            "scope: secrets and functions are in the same region too.",
        )
        acknowledge(
            bucket,
            "NIST.800.53.R5-S3DefaultEncryptionKMS",
            "Encrypted with S3 managed keys. One role may write and one may read. A customer managed key would need a "
            "second permission for the same two roles, and cost by the month and by the request.",
        )
        return bucket


def may_export(bucket: s3.IBucket) -> iam.PolicyStatement:
    """Return the permission to write exports and to abort an unfinished upload."""
    return iam.PolicyStatement(
        actions=["s3:PutObject", "s3:AbortMultipartUpload"], resources=[bucket.arn_for_objects(f"{PREFIX}/*")]
    )


def may_restore(bucket: s3.IBucket) -> list[iam.PolicyStatement]:
    """Return the permissions to read exports. Without ListBucket, S3 does not report a missing object as missing."""
    return [
        iam.PolicyStatement(actions=["s3:GetObject"], resources=[bucket.arn_for_objects(f"{PREFIX}/*")]),
        iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket.bucket_arn]),
    ]


def acknowledge_exports(role: iam.IRole, bucket: s3.IBucket) -> None:
    """Acknowledge the wildcard of these permissions in the policy of `role`, which belongs to another stack."""
    exported = Stack.of(role).resolve(Stack.of(bucket).export_value(bucket.bucket_arn))
    acknowledge(
        role,
        f"AwsSolutions-IAM5[Resource::{exported['Fn::ImportValue']}/{PREFIX}/*]",
        "Exports are named after the time of creation. The function has access to their prefix only.",
    )
