from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.acknowledge import acknowledge


class RawAnswers(Construct):
    """The bucket of what providers answered, as it came, each provider under a prefix of its own."""

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
            if config.empty_buckets_with_stack
            else RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
            auto_delete_objects=config.empty_buckets_with_stack,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="raw-answers-expire",
                    expiration=Duration.days(config.raw_answers_expire_days),
                    noncurrent_version_expiration=Duration.days(30),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
        )
        acknowledge(
            self.bucket,
            "AwsSolutions-S1",
            "Public odds and scores, no personal data; two functions write, each write has its row in "
            "ingestion_runs, and nothing may read. A second bucket of access logs would tell nothing more.",
        )
        acknowledge(
            self.bucket,
            "NIST.800.53.R5-S3BucketReplicationEnabled",
            "Raw answers explain what is in the database, and nothing is restored from them: losing a region with them "
            "loses no pick and no result.",
        )
        acknowledge(
            self.bucket,
            "NIST.800.53.R5-S3DefaultEncryptionKMS",
            "Encrypted with S3's own keys: public odds and scores, which only the account may read.",
        )


def may_put(bucket: s3.IBucket, prefix: str) -> iam.PolicyStatement:
    """Return the permission to add objects under `prefix`, and to do nothing else."""
    return iam.PolicyStatement(actions=["s3:PutObject"], resources=[bucket.arn_for_objects(f"{prefix}/*")])


def acknowledge_put(role: iam.IRole, bucket: s3.IBucket, prefix: str) -> None:
    """State why `may_put` needs a wildcard in the policy of `role`, which belongs to another stack."""
    exported = Stack.of(role).resolve(Stack.of(bucket).export_value(bucket.bucket_arn))
    acknowledge(
        role,
        f"AwsSolutions-IAM5[Resource::{exported['Fn::ImportValue']}/{prefix}/*]",
        "The names of raw answers are made when they come; the function may add them under its own prefix only.",
    )
