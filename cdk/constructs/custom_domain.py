from aws_cdk import CfnOutput
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from constructs import Construct

from cdk.constructs.rest_api import ACCESS_MODE, STAGE_NAME, TLS_POLICY
from cdk.settings.edge import Domain


class CustomDomain(Construct):
    """Custom domain of the API. Paths begin with the stage's name there too."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        domain: Domain,
        api: apigateway.IRestApi,
        stage: apigateway.Stage,
    ) -> None:
        super().__init__(scope, construct_id)
        self.domain_name = apigateway.DomainName(
            self,
            "Name",
            domain_name=domain.name,
            certificate=acm.Certificate.from_certificate_arn(self, "Certificate", domain.certificate_arn),
            endpoint_type=apigateway.EndpointType.REGIONAL,
            security_policy=TLS_POLICY,
            endpoint_access_mode=ACCESS_MODE,
        )
        self.domain_name.add_base_path_mapping(api, base_path=STAGE_NAME, stage=stage)
        if domain.zone is not None:
            zone = route53.HostedZone.from_hosted_zone_attributes(
                self, "Zone", hosted_zone_id=domain.zone.zone_id, zone_name=domain.zone.name
            )
            route53.ARecord(
                self,
                "Record",
                zone=zone,
                record_name=f"{domain.name}.",
                target=route53.RecordTarget.from_alias(targets.ApiGatewayDomain(self.domain_name)),
            )
        self.target = CfnOutput(
            self,
            "Target",
            value=self.domain_name.domain_name_alias_domain_name,
            description="Target of the DNS record of the domain",
        )
        self.target.override_logical_id("DomainTarget")
