from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """State why the cdk-nag rule `rule` does not hold for this one construct (and what it is made of).

    A finding about one item needs the item too: `AwsSolutions-IAM5[Resource::*]`.
    """
    Validations.of(construct).acknowledge(Acknowledgment(id=rule, reason=reason))
