from collections.abc import Iterable

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.acknowledge import acknowledge
from cdk.routes.model import Uploads

VARIABLE = "UPLOADS_BUCKET"
"""Environment variable with the bucket's name."""

_ACTIONS = {
    Uploads.READ: (("s3:GetObject", "files/*"),),
    Uploads.SEND: (("s3:PutObject", "incoming/*"),),
    Uploads.KEEP: (("s3:GetObject", "incoming/*"), ("s3:PutObject", "files/*")),
    Uploads.ERASE: (("s3:DeleteObject", "files/*"), ("s3:DeleteObject", "incoming/*")),
}
_LISTING = frozenset({Uploads.READ, Uploads.KEEP})


class UploadsBucket(Construct):
    """Bucket of the files that users upload, each under its user's id and its SHA-256.

    incoming: what a client sends by a presigned URL, until the API has read it. files: what was read, compressed.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig) -> None:
        super().__init__(scope, construct_id)
        emptied = config.retention.empty_buckets_with_stack
        day = Duration.days(1)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            versioned=True,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=RemovalPolicy.DESTROY if emptied else RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
            auto_delete_objects=emptied,
            cors=[
                s3.CorsRule(
                    allowed_methods=[s3.HttpMethods.PUT],
                    allowed_origins=[config.edge.web_origin],
                    allowed_headers=["*"],
                    max_age=3600,
                )
            ]
            if config.edge.web_origin
            else None,
            lifecycle_rules=[
                s3.LifecycleRule(id="incoming-expires", prefix="incoming/", expiration=day),
                s3.LifecycleRule(
                    id="files-expire",
                    expiration=Duration.days(config.retention.uploads_days),
                    noncurrent_version_expiration=day,
                    abort_incomplete_multipart_upload_after=day,
                ),
            ],
        )
        acknowledge(
            self.bucket,
            "AwsSolutions-S1",
            "The bucket holds lists of athletes, and numbers of contests and entries. Each file has a row with its "
            "SHA-256 and its user. A bucket of access logs would be a second record of the same.",
        )
        acknowledge(
            self.bucket,
            "NIST.800.53.R5-S3BucketReplicationEnabled",
            "What was read from a file is in the database. Users have their files, and can upload them again.",
        )
        acknowledge(
            self.bucket,
            "NIST.800.53.R5-S3DefaultEncryptionKMS",
            "Encrypted with S3 managed keys. A customer managed key would need a second permission for the same "
            "functions, and cost by the month and by the request.",
        )


def may_use_uploads(bucket: s3.IBucket, uses: Iterable[Uploads]) -> list[iam.PolicyStatement]:
    """Return the permissions for what a function does with uploads.

    Without ListBucket, S3 does not report a missing object as missing.
    """
    wanted = sorted(uses)
    statements = [
        iam.PolicyStatement(actions=[action], resources=[bucket.arn_for_objects(pattern)])
        for action, pattern in sorted({pair for use in wanted for pair in _ACTIONS[use]})
    ]
    if _LISTING.intersection(wanted):
        statements.append(iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket.bucket_arn]))
    return statements


def acknowledge_uploads(role: iam.IRole, bucket: s3.IBucket, uses: Iterable[Uploads]) -> None:
    """Acknowledge the wildcards of `may_use_uploads` in the policy of `role`, which belongs to another stack."""
    exported = Stack.of(role).resolve(Stack.of(bucket).export_value(bucket.bucket_arn))
    for pattern in sorted({pattern for use in uses for _, pattern in _ACTIONS[use]}):
        acknowledge(
            role,
            f"AwsSolutions-IAM5[Resource::{exported['Fn::ImportValue']}/{pattern}]",
            "Files are named by their user and their content, which are not known in advance.",
        )
