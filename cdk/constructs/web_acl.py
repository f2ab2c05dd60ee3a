"""AWS WAF in front of the API's stage.

The gateway answers a blocked request with 403 (`WAF_FILTERED`), a problem document like any other. Only the rate rules
have a response of their own: 429 with the code and the `Retry-After` of every other limit, so that clients wait. WAF's
responses replace the gateway's, and can have neither our content type (it is `application/json`) nor the request's id.

The rule groups are AWS managed rules (https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html).
Rules that legitimate requests to a JSON API can match only count here, and their matches are logged.
"""

from collections.abc import Iterator, Sequence

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.gateway_errors import problem_body, too_many_requests
from cdk.constructs.log_groups import log_group
from cdk.constructs.preflights import cross_origin_headers
from cdk.constructs.rest_api import STAGE_NAME
from cdk.constructs.security_headers import security_headers
from cdk.settings.edge import WebAclLimits
from cdk.settings.rates import Rate

_ACL = wafv2.CfnWebACL
_TOO_MANY = "too-many-requests"

LONG_BODIES = tuple(f"/{STAGE_NAME}/dfs/{name}" for name in ("builds", "contests", "projection-sets", "uploads"))
"""Paths that take files, or lists of a slate's players or a contest's prizes, as bodies. The function refuses one that
is too long, after the authorizer has let it pass."""

# Passwords and administrators' reasons are free text that may look like an attack on other software: a path, a script
# or SQL. They are harmless here: a password is hashed, and a reason is a query parameter and a value in JSON.
_FREE_TEXT_LFI_XSS = ("EC2MetaDataSSRF_BODY", "GenericLFI_BODY", "GenericRFI_BODY", "CrossSiteScripting_BODY")
_FREE_TEXT_SQL = ("SQLi_BODY", "SQLiExtendedPatterns_BODY")

MANAGED_GROUPS: dict[str, tuple[str, ...]] = {
    # Addresses that AWS has identified as sources of attacks or reconnaissance.
    "AWSManagedRulesAmazonIpReputationList": (),
    "AWSManagedRulesKnownBadInputsRuleSet": (),
    "AWSManagedRulesCommonRuleSet": (
        "SizeRestrictions_BODY",  # 8 KB, less than a submission of 50 picks may need; see our rule body-size
        "NoUserAgent_HEADER",  # clients need not send it
        *_FREE_TEXT_LFI_XSS,
    ),
    "AWSManagedRulesSQLiRuleSet": _FREE_TEXT_SQL,
}
"""Rule groups in order of evaluation, each with its rules that count instead of blocking."""


class WebAcl(Construct):
    """Web ACL that blocks floods, oversized requests and known attacks before an invocation, and logs its matches."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        limits: WebAclLimits,
        stage: apigateway.Stage,
    ) -> None:
        super().__init__(scope, construct_id)
        name = f"pickvs-{config.name}"
        self.acl = wafv2.CfnWebACL(
            self,
            "Acl",
            name=name,
            description=f"Web ACL of the PickVs API, stage {config.name}",
            scope="REGIONAL",
            default_action=_ACL.DefaultActionProperty(allow={}),
            visibility_config=_visibility(f"{name}-web-acl"),
            rules=[
                _ACL.RuleProperty(
                    name=rule_name,
                    priority=priority,
                    statement=statement,
                    # The rules of a group have their own actions. Our own rules block.
                    action=None if _is_group(statement) else _block(statement, config.edge.web_origin),
                    override_action=_ACL.OverrideActionProperty(none={}) if _is_group(statement) else None,
                    visibility_config=_visibility(f"{name}-{rule_name}"),
                )
                for priority, (rule_name, statement) in enumerate(_statements(limits))
            ],
            custom_response_bodies={
                _TOO_MANY: _ACL.CustomResponseBodyProperty(
                    content=problem_body(too_many_requests(retry_after_seconds=0), request_id=""),
                    content_type="APPLICATION_JSON",
                )
            },
            data_protection_config=_ACL.DataProtectionConfigProperty(data_protections=_secrets_of_callers()),
        )
        wafv2.CfnWebACLAssociation(self, "Association", resource_arn=stage.stage_arn, web_acl_arn=self.acl.attr_arn)
        # WAF accepts only log groups with this prefix.
        group = log_group(self, "Logs", name=f"aws-waf-logs-{name}", config=config)
        wafv2.CfnLoggingConfiguration(
            self,
            "Logging",
            resource_arn=self.acl.attr_arn,
            log_destination_configs=[_plain_arn(group)],
            redacted_fields=[
                wafv2.CfnLoggingConfiguration.FieldToMatchProperty(single_header={"Name": "authorization"})
            ],
            # The access log has every request. This log has only requests that a rule matched.
            logging_filter={
                "DefaultBehavior": "DROP",
                "Filters": [
                    {
                        "Behavior": "KEEP",
                        "Requirement": "MEETS_ANY",
                        "Conditions": [
                            {"ActionCondition": {"Action": action}}
                            for action in ("BLOCK", "COUNT", "EXCLUDED_AS_COUNT")
                        ],
                    }
                ],
            },
        )


def _statements(limits: WebAclLimits) -> Iterator[tuple[str, wafv2.CfnWebACL.StatementProperty]]:
    """Yield the rules with their names, the cheapest first."""
    yield "rate-per-address", _more_often_than(limits.requests_per_address)
    yield "writes-per-address", _more_often_than(limits.writes_per_address, only=_writes())
    # A body that WAF cannot inspect completely exceeds the limit.
    body = _ACL.FieldToMatchProperty(body=_ACL.BodyProperty(oversize_handling="MATCH"))
    yield "body-size", _all_of(_longer_than(limits.body_bytes, body), _not(_is_one_of(LONG_BODIES)))
    yield "path-size", _longer_than(limits.path_bytes, _ACL.FieldToMatchProperty(uri_path={}))
    yield "query-size", _longer_than(limits.query_bytes, _ACL.FieldToMatchProperty(query_string={}))
    for name, counted in MANAGED_GROUPS.items():
        yield (
            name,
            _ACL.StatementProperty(
                managed_rule_group_statement=_ACL.ManagedRuleGroupStatementProperty(
                    vendor_name="AWS",
                    name=name,
                    rule_action_overrides=[
                        _ACL.RuleActionOverrideProperty(name=rule, action_to_use=_ACL.RuleActionProperty(count={}))
                        for rule in counted
                    ],
                )
            ),
        )


def _block(statement: wafv2.CfnWebACL.StatementProperty, origin: str | None) -> wafv2.CfnWebACL.RuleActionProperty:
    """Return the action of one of our own rules.

    After one window without requests, WAF lets an address through again.
    """
    rate = statement.rate_based_statement
    if not isinstance(rate, _ACL.RateBasedStatementProperty):
        return _ACL.RuleActionProperty(block={})
    limited = too_many_requests(retry_after_seconds=int(rate.evaluation_window_sec or 0))
    quoted = {"Cache-Control": "'no-store'", **security_headers(), **cross_origin_headers(origin)}
    headers = {
        "Retry-After": str(limited.retry_after_seconds),
        **{name: value.removeprefix("'").removesuffix("'") for name, value in quoted.items()},
    }
    response = _ACL.CustomResponseProperty(
        response_code=limited.status.value,
        custom_response_body_key=_TOO_MANY,
        response_headers=[_ACL.CustomHTTPHeaderProperty(name=name, value=value) for name, value in headers.items()],
    )
    return _ACL.RuleActionProperty(block=_ACL.BlockActionProperty(custom_response=response))


def _more_often_than(
    rate: Rate, *, only: wafv2.CfnWebACL.StatementProperty | None = None
) -> wafv2.CfnWebACL.StatementProperty:
    """Return the statement that matches the requests of an address beyond a rate. `only`: the requests that count."""
    return _ACL.StatementProperty(
        rate_based_statement=_ACL.RateBasedStatementProperty(
            limit=rate.times,
            evaluation_window_sec=rate.seconds,
            aggregate_key_type="IP",
            scope_down_statement=only,
        )
    )


def _writes() -> wafv2.CfnWebACL.StatementProperty:
    """Return the statement that matches requests with a method that may write."""
    reads = [
        _ACL.StatementProperty(
            byte_match_statement=_ACL.ByteMatchStatementProperty(
                field_to_match=_ACL.FieldToMatchProperty(method={}),
                positional_constraint="EXACTLY",
                search_string=method,
                text_transformations=[_ACL.TextTransformationProperty(priority=0, type="NONE")],
            )
        )
        for method in ("GET", "HEAD", "OPTIONS")
    ]
    return _ACL.StatementProperty(
        not_statement=_ACL.NotStatementProperty(
            statement=_ACL.StatementProperty(or_statement=_ACL.OrStatementProperty(statements=reads))
        )
    )


def _is_one_of(paths: Sequence[str]) -> wafv2.CfnWebACL.StatementProperty:
    return _ACL.StatementProperty(or_statement=_ACL.OrStatementProperty(statements=[_is_path(path) for path in paths]))


def _is_path(path: str) -> wafv2.CfnWebACL.StatementProperty:
    return _ACL.StatementProperty(
        byte_match_statement=_ACL.ByteMatchStatementProperty(
            field_to_match=_ACL.FieldToMatchProperty(uri_path={}),
            positional_constraint="EXACTLY",
            search_string=path,
            text_transformations=[_ACL.TextTransformationProperty(priority=0, type="NONE")],
        )
    )


def _not(statement: wafv2.CfnWebACL.StatementProperty) -> wafv2.CfnWebACL.StatementProperty:
    return _ACL.StatementProperty(not_statement=_ACL.NotStatementProperty(statement=statement))


def _all_of(*statements: wafv2.CfnWebACL.StatementProperty) -> wafv2.CfnWebACL.StatementProperty:
    return _ACL.StatementProperty(and_statement=_ACL.AndStatementProperty(statements=list(statements)))


def _longer_than(limit: int, field: wafv2.CfnWebACL.FieldToMatchProperty) -> wafv2.CfnWebACL.StatementProperty:
    return _ACL.StatementProperty(
        size_constraint_statement=_ACL.SizeConstraintStatementProperty(
            field_to_match=field,
            comparison_operator="GT",
            size=limit,
            text_transformations=[_ACL.TextTransformationProperty(priority=0, type="NONE")],
        )
    )


def _is_group(statement: wafv2.CfnWebACL.StatementProperty) -> bool:
    return statement.managed_rule_group_statement is not None


def _visibility(metric: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    """Return settings that count matches and keep no samples, which would show whole requests in the console."""
    return _ACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=metric, sampled_requests_enabled=False
    )


def _secrets_of_callers() -> Sequence[wafv2.CfnWebACL.DataProtectProperty]:
    """Return the fields that WAF masks wherever it shows a request. A match in a body could quote a password."""
    return [
        _ACL.DataProtectProperty(
            action="SUBSTITUTION", field=_ACL.FieldToProtectProperty(field_type=kind, field_keys=keys)
        )
        for kind, keys in (("BODY", None), ("SINGLE_HEADER", ["authorization"]))
    ]


def _plain_arn(group: logs.ILogGroup) -> str:
    """Return the group's ARN without the trailing `:*` that CloudFormation adds, as WAF requires."""
    return Stack.of(group).format_arn(
        service="logs",
        resource="log-group",
        resource_name=group.log_group_name,
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
