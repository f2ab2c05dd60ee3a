"""Small cloud assemblies, written by hand in the shape that `cdk synth` writes."""

import json
import textwrap
from pathlib import Path
from typing import Any

from local.assembly import read_assembly
from local.deployment import Deployment

TRUST = {"Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": "lambda"}}]}


def arn(logical_id: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [logical_id, "Arn"]}


def allow(action: str, resource: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


class AssemblyWriter:
    """Writes two stacks, like ours: `test-data` exports its secrets and buckets, `test-api` imports them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.data: dict[str, Any] = {}
        self.api: dict[str, Any] = {}
        self.outputs: dict[str, Any] = {}
        self._assets: dict[str, str] = {}

    def asset(self, name: str, files: dict[str, str]) -> dict[str, str]:
        for file, text in files.items():
            path = self.folder / f"asset.{name}" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text), encoding="utf-8")
        self._assets[f"{name}.zip"] = f"asset.{name}"
        return {"S3Bucket": "assets", "S3Key": f"{name}.zip"}

    def secret(self, logical_id: str, name: str, **properties: Any) -> dict[str, Any]:
        self.data[logical_id] = {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": name, **properties}}
        return self._export(logical_id, {"Ref": logical_id})

    def bucket(self, logical_id: str) -> dict[str, Any]:
        self.data[logical_id] = {
            "Type": "AWS::S3::Bucket",
            "Properties": {"VersioningConfiguration": {"Status": "Enabled"}},
        }
        return self._export(logical_id, {"Ref": logical_id})

    def function(
        self,
        logical_id: str,
        code: str,
        *,
        statements: list[dict[str, Any]] | None = None,
        environment: dict[str, Any] | None = None,
        **properties: Any,
    ) -> None:
        """Add a function called `test-<logical id in lower case>`; its code is one handler.py."""
        name = logical_id.lower()
        policies = [{"PolicyName": "work", "PolicyDocument": {"Statement": statements}}] if statements else []
        self.api[f"{logical_id}Role"] = {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": TRUST, "Policies": policies},
        }
        self.api[logical_id] = {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "FunctionName": f"test-{name}",
                "Code": self.asset(name, {"handler.py": code}),
                "Handler": "handler.handler",
                "Runtime": "python3.13",
                "Role": arn(f"{logical_id}Role"),
                "Environment": {"Variables": environment or {}},
                "Timeout": 5,
                "MemorySize": 256,
                **properties,
            },
        }

    def alias(self, logical_id: str, function: str) -> None:
        """Add a version of a function and an alias of it, as a rollout needs them; routes may name it."""
        self.api[f"{function}Version"] = {
            "Type": "AWS::Lambda::Version",
            "Properties": {"FunctionName": {"Ref": function}},
        }
        version = {"Fn::GetAtt": [f"{function}Version", "Version"]}
        self.api[logical_id] = {
            "Type": "AWS::Lambda::Alias",
            "Properties": {"FunctionName": {"Ref": function}, "FunctionVersion": version, "Name": "live"},
            "UpdatePolicy": {
                "CodeDeployLambdaAliasUpdate": {
                    "ApplicationName": {"Ref": f"{logical_id}Application"},
                    "DeploymentGroupName": {"Ref": f"{logical_id}Rollout"},
                }
            },
        }
        self.api[f"{logical_id}Application"] = {"Type": "AWS::CodeDeploy::Application", "Properties": {}}
        self.api[f"{logical_id}Rollout"] = {
            "Type": "AWS::CodeDeploy::DeploymentGroup",
            "Properties": {"ApplicationName": {"Ref": f"{logical_id}Application"}},
        }

    def rest_api(self, *, stage: dict[str, Any] | None = None, **properties: Any) -> None:
        self.api["Api"] = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "test", **properties}}
        self.api["Stage"] = {
            "Type": "AWS::ApiGateway::Stage",
            "Properties": {"StageName": "api", "RestApiId": {"Ref": "Api"}, **(stage or {})},
        }

    def route(self, method: str, path: str, function: str, *, authorizer: str | None = None, **more: Any) -> None:
        authorization = {"AuthorizationType": "NONE"}
        if authorizer is not None:
            authorization = {"AuthorizationType": "CUSTOM", "AuthorizerId": {"Ref": authorizer}}  # type: ignore[dict-item]
        self._method(
            method, path, Integration={"Type": "AWS_PROXY", "Uri": self._uri(function), **more}, **authorization
        )

    def mock(self, method: str, path: str, responses: list[dict[str, Any]], *, status: int = 200, **more: Any) -> None:
        """Add a method with a MOCK integration, as CDK writes it. The headers of each response are declared."""
        integration = {
            "Type": "MOCK",
            "RequestTemplates": {"application/json": f"{{ statusCode: {status} }}"},
            "IntegrationResponses": responses,
            **more,
        }
        declared = [
            {
                "StatusCode": response["StatusCode"],
                "ResponseParameters": dict.fromkeys(response.get("ResponseParameters", {}), True),
            }
            for response in responses
        ]
        self._method(method, path, Integration=integration, MethodResponses=declared, AuthorizationType="NONE")

    def _method(self, method: str, path: str, **properties: Any) -> None:
        parent: dict[str, Any] = {"Fn::GetAtt": ["Api", "RootResourceId"]}
        resource = "Root"
        for part in path.strip("/").split("/"):
            resource += "".join(letter for letter in part if letter.isalnum()).capitalize()
            self.api[resource] = {
                "Type": "AWS::ApiGateway::Resource",
                "Properties": {"ParentId": parent, "PathPart": part, "RestApiId": {"Ref": "Api"}},
            }
            parent = {"Ref": resource}
        self.api[f"{resource}{method.capitalize()}"] = {
            "Type": "AWS::ApiGateway::Method",
            "Properties": {
                "HttpMethod": method,
                "ResourceId": parent,
                "RestApiId": {"Ref": "Api"},
                **properties,
            },
        }

    def authorizer(self, logical_id: str, function: str, **properties: Any) -> None:
        self.api[logical_id] = {
            "Type": "AWS::ApiGateway::Authorizer",
            "Properties": {
                "Type": "REQUEST",
                "AuthorizerUri": self._uri(function),
                "IdentitySource": "method.request.header.Authorization",
                "AuthorizerResultTtlInSeconds": 300,
                **properties,
            },
        }

    def gateway_response(self, response_type: str, status: int, template: str, headers: dict[str, str]) -> None:
        self.api[f"Response{response_type.title().replace('_', '')}"] = {
            "Type": "AWS::ApiGateway::GatewayResponse",
            "Properties": {
                "ResponseType": response_type,
                "StatusCode": str(status),
                "ResponseTemplates": {"application/json": template},
                "ResponseParameters": {f"gatewayresponse.header.{name}": value for name, value in headers.items()},
            },
        }

    def trigger(self, logical_id: str, function: str) -> None:
        self.api["Provider"] = {
            "Type": "AWS::Lambda::Function",
            "Properties": {"Runtime": "nodejs24.x", "Handler": "index.handler", "Code": {}, "Role": "none"},
        }
        self.api[f"{function}Version"] = {
            "Type": "AWS::Lambda::Version",
            "Properties": {"FunctionName": {"Ref": function}},
        }
        self.api[logical_id] = {
            "Type": "Custom::Trigger",
            "Properties": {"ServiceToken": arn("Provider"), "HandlerArn": {"Ref": f"{function}Version"}},
        }

    def rule(self, logical_id: str, expression: str, function: str, **target: Any) -> None:
        self.api[logical_id] = {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "ScheduleExpression": expression,
                "State": "ENABLED",
                "Targets": [{"Id": "Target0", "Arn": arn(function), **target}],
            },
        }

    def write(self) -> Path:
        """Write everything and return the folder."""
        stacks = {
            "Data": ("test-data", {"Resources": self.data, "Outputs": self.outputs}, ["Data.assets"]),
            "Api": ("test-api", {"Resources": self.api}, ["Data", "Api.assets"]),
        }
        artifacts: dict[str, Any] = {}
        # The dependent stack comes first, so that the reader has to reorder them.
        for artifact, (name, template, dependencies) in reversed(stacks.items()):
            self._json(f"{artifact}.template.json", template)
            artifacts[artifact] = {
                "type": "aws:cloudformation:stack",
                "environment": "aws://unknown-account/unknown-region",
                "properties": {"templateFile": f"{artifact}.template.json", "stackName": name},
                "dependencies": dependencies,
            }
            artifacts[f"{artifact}.assets"] = {
                "type": "cdk:asset-manifest",
                "properties": {"file": f"{artifact}.assets.json"},
            }
            files = {
                key: {"source": {"path": path}, "destinations": {"here": {"objectKey": key}}}
                for key, path in self._assets.items()
            }
            self._json(f"{artifact}.assets.json", {"files": files})
        self._json("manifest.json", {"version": "55.0.0", "artifacts": artifacts})
        return self.folder

    def deployment(self) -> Deployment:
        return Deployment(read_assembly(self.write()))

    def _export(self, logical_id: str, value: Any) -> dict[str, Any]:
        name = f"test-data:{logical_id}"
        self.outputs[f"Export{logical_id}"] = {"Value": value, "Export": {"Name": name}}
        return {"Fn::ImportValue": name}

    def _uri(self, function: str) -> dict[str, Any]:
        prefix = ["arn:", {"Ref": "AWS::Partition"}, ":apigateway:", {"Ref": "AWS::Region"}]
        is_alias = self.api[function]["Type"] == "AWS::Lambda::Alias"
        called = {"Ref": function} if is_alias else arn(function)
        return {"Fn::Join": ["", [*prefix, ":lambda:path/2015-03-31/functions/", called, "/invocations"]]}

    def _json(self, name: str, content: Any) -> None:
        (self.folder / name).write_text(json.dumps(content), encoding="utf-8")
