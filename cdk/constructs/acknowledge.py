from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct

_SAME_FINDING = {
    "AwsSolutions-APIG3": "NIST.800.53.R5-APIGWAssociatedWithWAF",
    "AwsSolutions-RDS10": "NIST.800.53.R5-RDSInstanceDeletionProtectionEnabled",
    "AwsSolutions-S1": "NIST.800.53.R5-S3BucketLoggingEnabled",
    "AwsSolutions-SMG4": "NIST.800.53.R5-SecretsManagerRotationEnabled",
}
"""Rules of cdk-nag's two packs that look for the same, so that one reason answers both."""


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """State why the cdk-nag rule `rule` does not hold for this one construct (and what it is made of).

    A finding about one item needs the item too: `AwsSolutions-IAM5[Resource::*]`.
    """
    for name in (rule, _SAME_FINDING.get(rule)):
        if name is not None:
            Validations.of(construct).acknowledge(Acknowledgment(id=name, reason=reason))
