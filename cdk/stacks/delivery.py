from aws_cdk import ArnFormat, CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.acknowledge import acknowledge
from cdk.delivery import Delivery

ISSUER = "token.actions.githubusercontent.com"
"""Who signs the tokens by which a workflow's job proves what it is."""
AUDIENCE = "sts.amazonaws.com"

_DEPLOYMENT = Duration.hours(2)
"""How long credentials to deploy last: longer than the job (`timeout-minutes` of deploy-stage.yml) may take, because a
deployment goes on at AWS when its credentials end, and nobody sees how."""

_WHY_INLINE = "The role is for the jobs of one repository alone; its policy is written, read and removed with it."


class DeliveryStack(Stack):
    """Lets the workflows of one repository deploy the stage, with credentials that end with the job.

    The account needs one provider for GitHub, whoever made it first: it stays when this stack goes.

    CDK's roles are the account's, not the stage's: who may take them for one stage may deploy every other in the same
    account and region. So `prod` belongs in an account of its own, or `dev` has to be approved like it.
    """

    def __init__(self, scope: Construct, *, config: StageConfig, delivery: Delivery) -> None:
        super().__init__(
            scope, f"pickvs-{config.name}-delivery", description="PickVs: who deploys, beside an engineer by hand"
        )
        self._provider_arn = self._provider(delivery)
        deploys = self._role(
            "Deploy",
            subject=f"repo:{delivery.repository}:environment:{config.name}",
            description=f"Deploys pickvs-{config.name}: a job in GitHub's environment {config.name}, and no other",
            # The rest is CDK's: these are the roles by which its command line works, made by `cdk bootstrap`.
            statement=iam.PolicyStatement(
                actions=["sts:AssumeRole"],
                resources=[self._bootstrap_role(each) for each in ("deploy", "file-publishing", "lookup")],
            ),
            lasts=_DEPLOYMENT,
        )
        # CDK would rather have its lookup role, which reads everything, the exports of the database too; whoever may
        # open a pull request may write what its job does.
        stacks = self.format_arn(service="cloudformation", resource="stack", resource_name=f"pickvs-{config.name}-*/*")
        compares = self._role(
            "Diff",
            subject=f"repo:{delivery.repository}:pull_request",
            description=f"Reads the templates of pickvs-{config.name}: a job of a pull request",
            statement=iam.PolicyStatement(
                actions=["cloudformation:DescribeStacks", "cloudformation:GetTemplate"], resources=[stacks]
            ),
        )
        acknowledge(
            compares,
            "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:cloudformation:<AWS::Region>:<AWS::AccountId>:stack/"
            f"pickvs-{config.name}-*/*]",
            "The stacks of this stage, whose ARNs end in a number that CloudFormation gives them.",
        )
        CfnOutput(self, "DeployRole", value=deploys.role_arn, description="DEPLOY_ROLE of GitHub's environment")
        CfnOutput(self, "DiffRole", value=compares.role_arn, description="DIFF_ROLE_… of GitHub's repository")

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
