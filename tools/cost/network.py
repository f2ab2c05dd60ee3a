"""Networks of a stage: their billed parts."""

from dataclasses import dataclass
from typing import Any

from tools.cost.inventory import Inventory, Resource

_TO_LOGS = "cloud-watch-logs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Billed parts of all networks of a stage. Zero if it has none."""

    nat_gateways: int
    addresses: int
    """Number of public IPv4 addresses."""
    endpoint_zones: int
    """Number of interface endpoints, each counted once per subnet (one per availability zone)."""
    private_services: frozenset[str]
    """Short names of the AWS services that have an interface endpoint."""
    flow_logs: int
    """Number of flow logs in CloudWatch."""
    flow_logs_in_buckets: int
    """Number of flow logs in S3."""


def network(inventory: Inventory) -> Network:
    """Return the billed parts of the networks."""
    interfaces = [each for each in inventory.of("AWS::EC2::VPCEndpoint") if endpoint_type(each) == "Interface"]
    destinations = [each.properties.get("LogDestinationType", _TO_LOGS) for each in inventory.of("AWS::EC2::FlowLog")]
    return Network(
        nat_gateways=len(inventory.of("AWS::EC2::NatGateway")),
        addresses=len(inventory.of("AWS::EC2::EIP")),
        endpoint_zones=sum(len(each.properties.get("SubnetIds", [])) for each in interfaces),
        private_services=frozenset(_short_name(each.properties["ServiceName"]) for each in interfaces),
        flow_logs=destinations.count(_TO_LOGS),
        flow_logs_in_buckets=len(destinations) - destinations.count(_TO_LOGS),
    )


def endpoint_type(endpoint: Resource) -> str:
    """Return the type of an endpoint. The default is `Gateway`."""
    return str(endpoint.properties.get("VpcEndpointType", "Gateway"))


def _short_name(service: Any) -> str:
    """Return the last part of a service's name, which may be joined from parts: `s3` of `com.amazonaws.(region).s3`."""
    last = service["Fn::Join"][1][-1] if isinstance(service, dict) else service
    return str(last).rsplit(".", 1)[-1]
