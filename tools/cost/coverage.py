"""Coverage of the estimate: which resources it prices, which are free and why, and which it leaves out."""

from collections import Counter
from collections.abc import Callable

from tools.cost.inventory import Inventory, Resource
from tools.cost.network import endpoint_type

PRICED = frozenset(
    {
        "AWS::ApiGateway::RestApi",
        "AWS::CloudWatch::Alarm",
        "AWS::CloudWatch::CompositeAlarm",
        "AWS::CloudWatch::Dashboard",
        "AWS::EC2::EIP",
        "AWS::EC2::FlowLog",
        "AWS::EC2::NatGateway",
        "AWS::EC2::VPCEndpoint",
        "AWS::KMS::Key",
        "AWS::Lambda::Function",
        "AWS::Lambda::Version",
        "AWS::Logs::LogGroup",
        "AWS::Logs::MetricFilter",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::S3::Bucket",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::Scheduler::Schedule",
        "AWS::SecretsManager::Secret",
        "AWS::WAFv2::LoggingConfiguration",
        "AWS::WAFv2::WebACL",
    }
)
"""Resource types that the estimate prices."""

_PART = "part of the API, which is billed by the request"
_RIGHT = "a permission"
_DEPLOYED = "runs only at a deployment"
_NETWORK = "part of a network, whose gateways, addresses and endpoints are priced"
_CODE_DEPLOY = "CodeDeploy is free for Lambda"

FREE = {
    "AWS::ApiGateway::Account": _PART,
    "AWS::ApiGateway::Authorizer": _PART,
    "AWS::ApiGateway::BasePathMapping": _PART,
    "AWS::ApiGateway::Deployment": _PART,
    "AWS::ApiGateway::DomainName": _PART,
    "AWS::ApiGateway::GatewayResponse": _PART,
    "AWS::ApiGateway::Method": _PART,
    "AWS::ApiGateway::Model": _PART,
    "AWS::ApiGateway::RequestValidator": _PART,
    "AWS::ApiGateway::Resource": _PART,
    "AWS::ApiGateway::Stage": _PART,
    "AWS::Budgets::Budget": "budgets without actions are free",
    "AWS::CDK::Metadata": "creates no resource",
    "AWS::CertificateManager::Certificate": "certificates for AWS's own services are free",
    "AWS::CloudFormation::CustomResource": _DEPLOYED,
    "AWS::CodeDeploy::Application": _CODE_DEPLOY,
    "AWS::CodeDeploy::DeploymentConfig": _CODE_DEPLOY,
    "AWS::CodeDeploy::DeploymentGroup": _CODE_DEPLOY,
    "AWS::EC2::InternetGateway": _NETWORK,
    "AWS::EC2::Route": _NETWORK,
    "AWS::EC2::RouteTable": _NETWORK,
    "AWS::EC2::SecurityGroup": _RIGHT,
    "AWS::EC2::SecurityGroupEgress": _RIGHT,
    "AWS::EC2::SecurityGroupIngress": _RIGHT,
    "AWS::EC2::Subnet": _NETWORK,
    "AWS::EC2::SubnetRouteTableAssociation": _NETWORK,
    "AWS::EC2::VPC": _NETWORK,
    "AWS::EC2::VPCGatewayAttachment": _NETWORK,
    "AWS::Events::Rule": "scheduled rules and rules for AWS's own events are free",
    "AWS::IAM::ManagedPolicy": _RIGHT,
    "AWS::IAM::OIDCProvider": _RIGHT,
    "AWS::IAM::Policy": _RIGHT,
    "AWS::IAM::Role": _RIGHT,
    "AWS::KMS::Alias": "a name; its key is priced",
    "AWS::Lambda::Alias": "a name; its function is priced",
    "AWS::Lambda::EventInvokeConfig": "a setting",
    "AWS::Lambda::LayerVersion": "layers are free",
    "AWS::Lambda::Permission": _RIGHT,
    "AWS::RDS::DBClusterParameterGroup": "a setting",
    "AWS::RDS::DBSubnetGroup": "a setting",
    "AWS::S3::BucketPolicy": _RIGHT,
    "AWS::SNS::Subscription": "its deliveries are priced with its topic",
    "AWS::SNS::TopicPolicy": _RIGHT,
    "AWS::SQS::QueuePolicy": _RIGHT,
    "AWS::Scheduler::ScheduleGroup": "a name",
    "AWS::SecretsManager::ResourcePolicy": _RIGHT,
    "AWS::SecretsManager::RotationSchedule": "runs a function a few times a year",
    "AWS::SecretsManager::SecretTargetAttachment": "a setting",
    "AWS::WAFv2::IPSet": "a setting",
    "AWS::WAFv2::RegexPatternSet": "a setting",
    "AWS::WAFv2::WebACLAssociation": "a setting",
    "Custom::S3AutoDeleteObjects": _DEPLOYED,
    "Custom::Trigger": _DEPLOYED,
    "Custom::VpcRestrictDefaultSG": _DEPLOYED,
}
"""Resource types that are not billed, with the reason."""

_BOUGHT_RULES = (
    "AWSManagedRulesACFPRuleSet",
    "AWSManagedRulesATPRuleSet",
    "AWSManagedRulesAntiDDoSRuleSet",
    "AWSManagedRulesBotControlRuleSet",
)


def _more_storage(resource: Resource) -> bool:
    included_mb = 512
    return int(resource.properties.get("EphemeralStorage", {}).get("Size", included_mb)) > included_mb


def _bought_rules(resource: Resource) -> bool:
    groups = (
        rule.get("Statement", {}).get("ManagedRuleGroupStatement", {}) for rule in resource.properties.get("Rules", [])
    )
    return any(
        group.get("VendorName", "AWS") != "AWS" or group.get("Name") in _BOUGHT_RULES for group in groups if group
    )


_FREE_INSIGHT_DAYS = 7
_COUNTED_LATER = ("SELECT ", "ANOMALY_DETECTION_BAND")
"""Parts of an alarm's expression whose number of metrics only CloudWatch knows."""


def _counted_later(alarm: Resource) -> bool:
    expressions = (str(query.get("Expression", "")) for query in alarm.properties.get("Metrics", []))
    return any(word in expression for expression in expressions for word in _COUNTED_LATER)


def _long_insight(instance: Resource) -> bool:
    days = int(instance.properties.get("PerformanceInsightsRetentionPeriod", _FREE_INSIGHT_DAYS))
    return days > _FREE_INSIGHT_DAYS


_UNPRICED_SETTINGS: tuple[tuple[str, str, Callable[[Resource], bool]], ...] = (
    ("AWS::ApiGateway::Stage", "a cache", lambda stage: bool(stage.properties.get("CacheClusterEnabled"))),
    ("AWS::CloudWatch::Alarm", "metrics that only CloudWatch can count", _counted_later),
    (
        "AWS::EC2::VPCEndpoint",
        "an endpoint that is neither a gateway nor an interface",
        lambda endpoint: endpoint_type(endpoint) not in {"Gateway", "Interface"},
    ),
    (
        "AWS::Lambda::Alias",
        "provisioned concurrency",
        lambda alias: "ProvisionedConcurrencyConfig" in alias.properties,
    ),
    (
        "AWS::Lambda::Version",
        "provisioned concurrency",
        lambda version: "ProvisionedConcurrencyConfig" in version.properties,
    ),
    ("AWS::Lambda::Function", "more than 512 MB of storage", _more_storage),
    ("AWS::Logs::LogGroup", "no end of retention", lambda group: "RetentionInDays" not in group.properties),
    ("AWS::Events::Rule", "an event bus of its own", lambda rule: "EventBusName" in rule.properties),
    (
        "AWS::RDS::DBCluster",
        "storage without a price for reads and writes",
        lambda cluster: cluster.properties.get("StorageType", "aurora") != "aurora",
    ),
    (
        "AWS::RDS::DBCluster",
        "Database Insights beyond the free mode",
        lambda cluster: cluster.properties.get("DatabaseInsightsMode") == "advanced",
    ),
    (
        "AWS::RDS::DBInstance",
        "an instance that is not serverless",
        lambda instance: instance.properties.get("DBInstanceClass") != "db.serverless",
    ),
    ("AWS::RDS::DBInstance", "insights that are kept for more than a week", _long_insight),
    ("AWS::S3::Bucket", "a replica", lambda bucket: "ReplicationConfiguration" in bucket.properties),
    ("AWS::WAFv2::WebACL", "rules that are bought or subscribed to", _bought_rules),
)
"""Settings of priced or free types that cost extra."""


def not_estimated(inventory: Inventory) -> list[str]:
    """Return everything that may cost something and is left out of the estimate, one phrase each."""
    known = PRICED | FREE.keys()
    unknown = Counter(resource.type for resource in inventory.of() if resource.type not in known)
    return [
        *(f"{type_} ({count}): no price is known for this type" for type_, count in sorted(unknown.items())),
        *(
            f"{resource} ({type_}): {what}"
            for type_, what, applies in _UNPRICED_SETTINGS
            for resource in inventory.of(type_)
            if applies(resource)
        ),
    ]
