from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.acknowledge import acknowledge

KEPT_AFTER_DELETION = Duration.days(30)
"""Time for which an artefact that somebody deleted or wrote over can be restored."""


class ModelsBucket(Construct):
    """Bucket of models' artefacts, named by their content. They do not expire: a version of any age can be restored."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig) -> None:
        super().__init__(scope, construct_id)
        emptied = config.retention.empty_buckets_with_stack
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
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="replaced-artefacts-expire",
                    noncurrent_version_expiration=KEPT_AFTER_DELETION,
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
        )
        acknowledge(
            self.bucket,
            "AwsSolutions-S1",
            "The bucket holds numbers that were learnt from public results, and no personal data. Each artefact has a "
            "row with its SHA-256, and one that was changed is refused. A bucket of access logs would add nothing.",
        )
        acknowledge(
            self.bucket,
            "NIST.800.53.R5-S3BucketReplicationEnabled",
            "An artefact is made again, to the last bit, from the database and the code of its run.",
        )
        acknowledge(
            self.bucket,
            "NIST.800.53.R5-S3DefaultEncryptionKMS",
            "Encrypted with S3 managed keys. The bucket holds what was learnt from public results, which only the "
            "account may read.",
        )


def may_use_artefacts(bucket: s3.IBucket) -> list[iam.PolicyStatement]:
    """Return the permissions to read and add artefacts.

    Without ListBucket, S3 does not report a missing object as missing. Nothing may be deleted, and what is written
    over stays as an older version.
    """
    return [
        iam.PolicyStatement(actions=["s3:GetObject", "s3:PutObject"], resources=[bucket.arn_for_objects("*")]),
        iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket.bucket_arn]),
    ]


_REGISTRY = "registry/*"
"""Where the exports of the registry lie, apart from the artefacts of any model."""


def may_add_exports(bucket: s3.IBucket) -> list[iam.PolicyStatement]:
    """Return the permission to add exports of the registry, and nothing else."""
    return [iam.PolicyStatement(actions=["s3:PutObject"], resources=[bucket.arn_for_objects(_REGISTRY)])]


def acknowledge_exports(role: iam.IRole, bucket: s3.IBucket) -> None:
    """Acknowledge the wildcard of `may_add_exports` in the policy of `role`, which belongs to another stack."""
    exported = Stack.of(role).resolve(Stack.of(bucket).export_value(bucket.bucket_arn))
    acknowledge(
        role,
        f"AwsSolutions-IAM5[Resource::{exported['Fn::ImportValue']}/{_REGISTRY}]",
        "Exports are named by the time of their making, which is not known in advance.",
    )


def acknowledge_artefacts(role: iam.IRole, bucket: s3.IBucket) -> None:
    """Acknowledge the wildcard of `may_use_artefacts` in the policy of `role`, which belongs to another stack."""
    exported = Stack.of(role).resolve(Stack.of(bucket).export_value(bucket.bucket_arn))
    acknowledge(
        role,
        f"AwsSolutions-IAM5[Resource::{exported['Fn::ImportValue']}/*]",
        "Artefacts are named by their content, which is not known in advance. The bucket holds nothing else.",
    )
