from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.acknowledge import acknowledge


def log_group(scope: Construct, construct_id: str, *, name: str, config: StageConfig) -> logs.LogGroup:
    """Return a log group called `name`, with the stage's retention. It is deleted with its stack."""
    group = logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        retention=_RETENTION[config.retention.log_days],
        removal_policy=RemovalPolicy.DESTROY,
    )
    acknowledge(
        group,
        "NIST.800.53.R5-CloudWatchLogGroupEncrypted",
        "CloudWatch encrypts every log group with its own keys, and no secret is logged. A customer managed key would "
        "cost by the month and by the request, and exclude no one who may read logs.",
    )
    return group


_RETENTION = {
    7: logs.RetentionDays.ONE_WEEK,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
}
