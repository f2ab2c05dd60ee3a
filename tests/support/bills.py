"""A small stage for the cost estimate: a route, an authorizer, two schedules, and every resource type with a price."""

from copy import deepcopy
from typing import Any

type Template = dict[str, Any]


def function(**properties: Any) -> Template:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {"MemorySize": 1024, "Architectures": ["arm64"], **properties},
    }


def route(target: Any) -> Template:
    return {
        "Type": "AWS::ApiGateway::Method",
        "Properties": {"Integration": {"Type": "AWS_PROXY", "Uri": {"Fn::Join": ["", ["arn:", target, "/x"]]}}},
    }


def metric(namespace: str, name: str) -> Template:
    return {"Namespace": namespace, "MetricName": name, "Dimensions": []}


def instance(**properties: Any) -> Template:
    return {
        "Type": "AWS::RDS::DBInstance",
        "Properties": {
            "DBClusterIdentifier": {"Ref": "Database"},
            "DBInstanceClass": "db.serverless",
            "MonitoringInterval": 60,
            **properties,
        },
    }


def endpoint(service: str, **properties: Any) -> Template:
    name = {"Fn::Join": ["", ["com.amazonaws.", {"Ref": "AWS::Region"}, f".{service}"]]}
    return {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"ServiceName": name, **properties}}


def stage() -> Template:
    """Return a template with at least one resource of every priced type."""
    return deepcopy(_STAGE)


def resources(template: Template) -> Template:
    found: Template = template["Resources"]
    return found


_STAGE: Template = {
    "Resources": {
        "Api": {"Type": "AWS::ApiGateway::RestApi"},
        "Stage": {"Type": "AWS::ApiGateway::Stage", "Properties": {"AccessLogSetting": {}, "TracingEnabled": True}},
        "Read": function(FunctionName="read"),
        "List": function(FunctionName="list"),
        "Login": function(FunctionName="login", MemorySize=2048),
        "LoginLive": {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionName": {"Ref": "Login"}}},
        "ReadRoute": route({"Fn::GetAtt": ["Read", "Arn"]}),
        "ListRoute": route({"Fn::GetAtt": ["List", "Arn"]}),
        "LoginRoute": route({"Ref": "LoginLive"}),
        "Preflight": {"Type": "AWS::ApiGateway::Method", "Properties": {"Integration": {"Type": "MOCK"}}},
        "Knows": function(FunctionName="authorizer", MemorySize=512),
        "Authorizer": {
            "Type": "AWS::ApiGateway::Authorizer",
            "Properties": {"AuthorizerUri": {"Fn::GetAtt": ["Knows", "Arn"]}, "AuthorizerResultTtlInSeconds": 300},
        },
        "Fetch": function(
            FunctionName="fetch", Environment={"Variables": {"ANSWERS_BUCKET": {"Ref": "Bucket"}}}, VpcConfig={}
        ),
        "Daily": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "ScheduleExpression": "cron(0 5 * * ? *)",
                "State": "ENABLED",
                "Targets": [{"Arn": {"Fn::GetAtt": ["Fetch", "Arn"]}}],
            },
        },
        "BackUp": function(
            FunctionName="back_up", Environment={"Variables": {"EXPORTS_BUCKET": {"Ref": "Bucket"}}}, VpcConfig={}
        ),
        "Hourly": {
            "Type": "AWS::Scheduler::Schedule",
            "Properties": {"ScheduleExpression": "rate(1 hour)", "Target": {"Arn": {"Fn::GetAtt": ["BackUp", "Arn"]}}},
        },
        "Operator": function(FunctionName="operator", SnapStart={"ApplyOn": "PublishedVersions"}),
        "OperatorVersion": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Operator"}}},
        "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 7}},
        "MoreLogs": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 73}},
        "Plain": {"Type": "AWS::SecretsManager::Secret", "Properties": {}},
        "UnderKey": {"Type": "AWS::SecretsManager::Secret", "Properties": {"KmsKeyId": {"Ref": "Key"}}},
        "Key": {"Type": "AWS::KMS::Key", "Properties": {}},
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {}},
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {}},
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {}},
        "Errors": {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {"Period": 300, **metric("AWS/Lambda", "Errors")},
        },
        "Quick": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Period": 10, **metric("PickVs", "picks")}},
        "Share": {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "Metrics": [
                    {"Id": "a", "MetricStat": {"Period": 60, "Metric": metric("PickVs", "picks")}},
                    {"Id": "b", "MetricStat": {"Period": 60, "Metric": metric("PickVs", "games")}},
                    {"Id": "c", "Expression": "a / b"},
                ]
            },
        },
        "Any": {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": {}},
        "Board": {
            "Type": "AWS::CloudWatch::Dashboard",
            "Properties": {"DashboardBody": '{"widgets": []}'},
        },
        "Filter": {
            "Type": "AWS::Logs::MetricFilter",
            "Properties": {"MetricTransformations": [{"MetricNamespace": "PickVs", "MetricName": "filtered"}]},
        },
        "Database": {
            "Type": "AWS::RDS::DBCluster",
            "Properties": {
                "ServerlessV2ScalingConfiguration": {"MinCapacity": 0, "MaxCapacity": 4, "SecondsUntilAutoPause": 600},
                "DBClusterParameterGroupName": {"Ref": "Parameters"},
                "BackupRetentionPeriod": 7,
                "EnableCloudwatchLogsExports": ["postgresql"],
            },
        },
        "Parameters": {
            "Type": "AWS::RDS::DBClusterParameterGroup",
            "Properties": {"Parameters": {"idle_session_timeout": "1200000"}},
        },
        "Writer": instance(PromotionTier=0),
        "Reader": instance(PromotionTier=2),
        "WayOut": {"Type": "AWS::EC2::NatGateway", "Properties": {"AllocationId": {"Fn::GetAtt": ["Address", "Id"]}}},
        "Address": {"Type": "AWS::EC2::EIP", "Properties": {}},
        "ToBuckets": endpoint("s3"),
        "ToQueues": endpoint("sqs", VpcEndpointType="Interface", SubnetIds=["one", "two"]),
        "Flows": {"Type": "AWS::EC2::FlowLog", "Properties": {}},
        "Wall": {"Type": "AWS::WAFv2::WebACL", "Properties": {"Rules": [{"Statement": {}}, {"Statement": {}}]}},
        "WallLogs": {
            "Type": "AWS::WAFv2::LoggingConfiguration",
            "Properties": {"LoggingFilter": {"DefaultBehavior": "DROP"}},
        },
    }
}
