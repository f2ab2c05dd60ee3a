from collections.abc import Mapping

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct

_SAME_FINDING = {
    "AwsSolutions-APIG3": "NIST.800.53.R5-APIGWAssociatedWithWAF",
    "AwsSolutions-RDS10": "NIST.800.53.R5-RDSInstanceDeletionProtectionEnabled",
    "AwsSolutions-S1": "NIST.800.53.R5-S3BucketLoggingEnabled",
    "AwsSolutions-SMG4": "NIST.800.53.R5-SecretsManagerRotationEnabled",
}
"""Equivalent rules of cdk-nag's two packs. One reason acknowledges both."""


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Acknowledge the cdk-nag rule `rule` for this construct and its parts, with the reason.

    A finding about a single item must include the item: `AwsSolutions-IAM5[Resource::*]`.
    """
    acknowledge_all(construct, {rule: reason})


def acknowledge_all(construct: IConstruct, reasons: Mapping[str, str]) -> None:
    """Acknowledge several rules, each with its reason.

    At once, because each call of the CDK is a message to another process, and a stage has more than a thousand rules.
    """
    Validations.of(construct).acknowledge(
        *(
            Acknowledgment(id=name, reason=reason)
            for rule, reason in reasons.items()
            for name in (rule, _SAME_FINDING.get(rule))
            if name is not None
        )
    )
