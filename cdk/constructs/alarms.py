from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from cdk.alarm import Alarm, Comparison, NoData
from cdk.alarms import alarms
from cdk.config import StageConfig
from cdk.watched import Watched


class Alarms(Construct):
    """CloudWatch alarms, one for each row of the table. All notify one topic."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig, topic: sns.ITopic) -> None:
        super().__init__(scope, construct_id)
        self.by_name: Mapping[str, cloudwatch.Alarm] = {
            alarm.name: self._alarm(alarm, config, actions.SnsAction(topic)) for alarm in alarms(config)
        }

    def _alarm(self, alarm: Alarm, config: StageConfig, tell: cloudwatch.IAlarmAction) -> cloudwatch.Alarm:
        made = cloudwatch.Alarm(
            self,
            "".join(part.capitalize() for part in alarm.name.replace("_", "-").split("-")),
            alarm_name=f"pickvs-{config.name}-{alarm.name}",
            alarm_description=alarm.description,
            metric=_compared(alarm),
            threshold=alarm.threshold,
            comparison_operator=_OPERATORS[alarm.comparison],
            evaluation_periods=alarm.periods,
            treat_missing_data=_MISSING[alarm.no_data],
        )
        made.add_alarm_action(tell)
        if alarm.no_data is NoData.RINGS:
            made.add_insufficient_data_action(tell)
        return made


def metric(watched: Watched, period: Duration) -> cloudwatch.Metric:
    """Return the CDK metric of a watched metric."""
    return cloudwatch.Metric(
        namespace=watched.namespace,
        metric_name=watched.name,
        dimensions_map=dict(watched.dimensions),
        statistic=watched.statistic,
        period=period,
    )


def _compared(alarm: Alarm) -> cloudwatch.IMetric:
    period = Duration.seconds(alarm.period.total_seconds())
    metrics = {name: metric(each, period) for name, each in alarm.watches.items()}
    if alarm.formula is None:
        (only,) = metrics.values()
        return only
    return cloudwatch.MathExpression(expression=alarm.formula, using_metrics=metrics, label=alarm.name, period=period)


_OPERATORS = {
    Comparison.AT_LEAST: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    Comparison.MORE: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    Comparison.LESS: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
}
_MISSING = {
    NoData.IS_WELL: cloudwatch.TreatMissingData.NOT_BREACHING,
    NoData.CHANGES_NOTHING: cloudwatch.TreatMissingData.IGNORE,
    NoData.RINGS: cloudwatch.TreatMissingData.MISSING,
}
