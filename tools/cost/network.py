"""The networks of a stage, as far as they are paid for."""

from dataclasses import dataclass
from typing import Any

from tools.cost.inventory import Inventory, Resource

_TO_LOGS = "cloud-watch-logs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What the networks are made of; nothing if the stage has none."""

    nat_gateways: int
    addresses: int
    """Public IPv4 addresses."""
    endpoint_zones: int
    """Interface endpoints, each as often as it has subnets: one in each availability zone."""
    private_services: frozenset[str]
    """AWS's services that are reached by an interface endpoint, by their short names."""
    flow_logs: int
    """Flow logs that are written to CloudWatch."""
    flow_logs_in_buckets: int
    """Flow logs that are written to S3."""


def network(inventory: Inventory) -> Network:
    """Return what the networks are made of."""
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
    """Return which kind of endpoint it is: `Gateway`, which is the one that need not be stated, or another."""
    return str(endpoint.properties.get("VpcEndpointType", "Gateway"))


def _short_name(service: Any) -> str:
    """Return the last part of a service's name, which may be joined from parts: `s3` of `com.amazonaws.(region).s3`."""
    last = service["Fn::Join"][1][-1] if isinstance(service, dict) else service
    return str(last).rsplit(".", 1)[-1]
