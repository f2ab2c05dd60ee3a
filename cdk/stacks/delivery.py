from aws_cdk import ArnFormat, CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.acknowledge import acknowledge
from cdk.settings.delivery import Delivery

ISSUER = "token.actions.githubusercontent.com"
"""Issuer of the tokens with which a workflow's job authenticates."""
AUDIENCE = "sts.amazonaws.com"

_DEPLOYMENT = Duration.hours(2)
"""Lifetime of the credentials for a deployment. It exceeds the job's `timeout-minutes` in deploy-stage.yml, because a
deployment whose credentials expire continues at AWS unobserved."""

_WHY_INLINE = "The role is for the jobs of one repository only. Its policy is written, reviewed and removed with it."


class DeliveryStack(Stack):
    """Roles with which the workflows of one repository deploy the stage, using temporary credentials.

    An account has one OIDC provider for GitHub, which several stages may share. It is retained when this stack is
    deleted.

    CDK's roles belong to the account, not to the stage. A role that may assume them for one stage can deploy every
    other stage in the same account and region. Use a separate account for `prod`, or require approval for `dev` too.
    """

    def __init__(self, scope: Construct, *, config: StageConfig, delivery: Delivery) -> None:
        super().__init__(
            scope, f"pickvs-{config.name}-delivery", description="PickVs: roles for deployment from GitHub"
        )
        self._provider_arn = self._provider(delivery)
        deploys = self._role(
            "Deploy",
            subject=f"repo:{delivery.repository}:environment:{config.name}",
            description=f"Deploys pickvs-{config.name}. Only for jobs in the GitHub environment {config.name}",
            # All other permissions are in the roles of the CDK command line, which `cdk bootstrap` has created.
            statement=iam.PolicyStatement(
                actions=["sts:AssumeRole"],
                resources=[self._bootstrap_role(each) for each in ("deploy", "file-publishing", "lookup")],
            ),
            lasts=_DEPLOYMENT,
        )
        # CDK's lookup role is not used: it can read everything, including database exports, and the author of a pull
        # request decides what its job does.
        stacks = self.format_arn(service="cloudformation", resource="stack", resource_name=f"pickvs-{config.name}-*/*")
        compares = self._role(
            "Diff",
            subject=f"repo:{delivery.repository}:pull_request",
            description=f"Reads the templates of pickvs-{config.name}. Only for jobs of pull requests",
            statement=iam.PolicyStatement(
                actions=["cloudformation:DescribeStacks", "cloudformation:GetTemplate"], resources=[stacks]
            ),
        )
        acknowledge(
            compares,
            "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:cloudformation:<AWS::Region>:<AWS::AccountId>:stack/"
            f"pickvs-{config.name}-*/*]",
            "Limited to the stacks of this stage. CloudFormation ends their ARNs with an id that it assigns.",
        )
        CfnOutput(self, "DeployRole", value=deploys.role_arn, description="DEPLOY_ROLE of the GitHub environment")
        CfnOutput(self, "DiffRole", value=compares.role_arn, description="DIFF_ROLE_<STAGE> of the GitHub repository")

    def _provider(self, delivery: Delivery) -> str:
        if delivery.provider_exists:
            return self.format_arn(service="iam", region="", resource="oidc-provider", resource_name=ISSUER)
        provider = iam.CfnOIDCProvider(self, "GitHub", url=f"https://{ISSUER}", client_id_list=[AUDIENCE])
        provider.apply_removal_policy(RemovalPolicy.RETAIN)
        return provider.attr_arn

    def _role(
        self,
        construct_id: str,
        *,
        subject: str,
        description: str,
        statement: iam.PolicyStatement,
        lasts: Duration | None = None,
    ) -> iam.Role:
        role = iam.Role(
            self,
            construct_id,
            description=description,
            max_session_duration=lasts,
            assumed_by=iam.WebIdentityPrincipal(
                self._provider_arn,
                conditions={"StringEquals": {f"{ISSUER}:aud": AUDIENCE, f"{ISSUER}:sub": subject}},
            ),
            inline_policies={"work": iam.PolicyDocument(statements=[statement])},
        )
        acknowledge(role, "NIST.800.53.R5-IAMNoInlinePolicy", _WHY_INLINE)
        return role

    def _bootstrap_role(self, purpose: str) -> str:
        return self.format_arn(
            service="iam",
            region="",
            resource="role",
            resource_name=(f"cdk-{self.synthesizer.bootstrap_qualifier}-{purpose}-role-{self.account}-{self.region}"),
            arn_format=ArnFormat.SLASH_RESOURCE_NAME,
        )
