from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.acknowledge import acknowledge


class RawAnswers(Construct):
    """Bucket of the providers' raw answers. Each provider has its own prefix."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig) -> None:
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            versioned=True,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=RemovalPolicy.DESTROY
            if config.retention.empty_buckets_with_stack
            else RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
            auto_delete_objects=config.retention.empty_buckets_with_stack,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="raw-answers-expire",
                    expiration=Duration.days(config.retention.raw_answers_days),
                    noncurrent_version_expiration=Duration.days(30),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
        )
        acknowledge(
            self.bucket,
            "AwsSolutions-S1",
            "The bucket holds public odds and scores, and no personal data. Two functions write, each write has a row "
            "in ingestion_runs, and nothing may read. A bucket of access logs would add no information.",
        )
        acknowledge(
            self.bucket,
            "NIST.800.53.R5-S3BucketReplicationEnabled",
            "Raw answers explain the contents of the database, and nothing is restored from them. If a region is lost "
            "with them, no pick and no result is lost.",
        )
        acknowledge(
            self.bucket,
            "NIST.800.53.R5-S3DefaultEncryptionKMS",
            "Encrypted with S3 managed keys. The bucket holds public odds and scores, which only the account may read.",
        )


def may_put(bucket: s3.IBucket, prefix: str) -> iam.PolicyStatement:
    """Return the permission to write objects under `prefix`, and nothing else."""
    return iam.PolicyStatement(actions=["s3:PutObject"], resources=[bucket.arn_for_objects(f"{prefix}/*")])


def acknowledge_put(role: iam.IRole, bucket: s3.IBucket, prefix: str) -> None:
    """Acknowledge the wildcard of `may_put` in the policy of `role`, which belongs to another stack."""
    exported = Stack.of(role).resolve(Stack.of(bucket).export_value(bucket.bucket_arn))
    acknowledge(
        role,
        f"AwsSolutions-IAM5[Resource::{exported['Fn::ImportValue']}/{prefix}/*]",
        "Raw answers are named when they arrive. The function may write them under its own prefix only.",
    )
