import re
from collections.abc import Iterator, Mapping

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from cdk.alarm import RUNBOOK
from cdk.alarms import alarms
from cdk.config import StageConfig
from cdk.constructs.alarms import Alarms, metric
from cdk.dashboard import Chart, questions
from cdk.watched import CHARGED, Watched

_WIDTH, _HEIGHT = 24, 6
_IN_A_LINE = 4
_SHOWN = Duration.days(7)
_BILLING_REGION = "us-east-1"
"""Only region in which AWS publishes charges."""
_WORD = re.compile(r"\w+")


class Dashboard(Construct):
    """CloudWatch dashboard that answers: is it healthy, is the data fresh, what does it cost."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig, alarms: Alarms) -> None:
        super().__init__(scope, construct_id)
        name = f"pickvs-{config.name}"
        page = cloudwatch.Dashboard(self, "Page", dashboard_name=name, default_interval=_SHOWN)
        first: list[cloudwatch.IWidget] = [
            cloudwatch.TextWidget(markdown=_where_to_read_on(config), width=_WIDTH, height=3),
            cloudwatch.AlarmStatusWidget(
                title="Alarms", alarms=list(alarms.by_name.values()), width=_WIDTH, height=_HEIGHT
            ),
        ]
        for question in questions(config):
            heading = cloudwatch.TextWidget(markdown=f"# {question.text}", width=_WIDTH, height=1)
            for whole_line in (heading, *first):
                page.add_widgets(whole_line)
            first = []
            charts = [_chart(each) for each in question.charts]
            for begin in range(0, len(charts), _IN_A_LINE):
                page.add_widgets(*charts[begin : begin + _IN_A_LINE])
        region = Stack.of(self).region
        self.url = (
            f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#dashboards/dashboard/{name}"
        )
        """URL of the dashboard. It requires a login to the account."""


def _chart(chart: Chart) -> cloudwatch.GraphWidget:
    period = Duration.seconds(chart.period.total_seconds())
    limits = None
    if chart.limit is not None:
        label, value = chart.limit
        limits = [cloudwatch.HorizontalAnnotation(label=label, value=value)]
    return cloudwatch.GraphWidget(
        title=chart.title,
        left=list(_lines(chart, period)),
        left_annotations=limits,
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
        period=period,
        width=_WIDTH // _IN_A_LINE,
        height=_HEIGHT,
    )


def _lines(chart: Chart, period: Duration) -> Iterator[cloudwatch.IMetric]:
    for label, each in chart.lines.items():
        yield _labelled(each, period, label)
    for label, formula in chart.formulas.items():
        yield cloudwatch.MathExpression(
            expression=formula,
            using_metrics=_used(formula, chart.parts, period),
            label=label,
            period=period,
        )


def _used(formula: str, parts: Mapping[str, Watched], period: Duration) -> dict[str, cloudwatch.IMetric]:
    words = set(_WORD.findall(formula))
    return {name: metric(each, period) for name, each in parts.items() if name in words}


def _labelled(each: Watched, period: Duration, label: str) -> cloudwatch.Metric:
    region = _BILLING_REGION if each is CHARGED else None
    return metric(each, period).with_(label=label, region=region)


def _where_to_read_on(config: StageConfig) -> str:
    """Return the runbook's sections, as links if the address of the repository is known."""
    address = None if config.delivery is None else f"{config.delivery.address}/blob/main/{RUNBOOK}"
    sections = dict.fromkeys(each.section for each in alarms(config))
    listed = [each if address is None else f"[{each}]({address}#{each})" for each in sections]
    runbook = RUNBOOK if address is None else f"[{RUNBOOK}]({address})"
    return f"What to do about an alarm: see its section in {runbook}.\n\n{' · '.join(listed)}"
