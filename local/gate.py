"""The permission gate in front of the AWS services: evaluates the policies of the calling function's role.

moto does not check permissions. The gate wraps it as WSGI middleware, so that a function that reads a secret without
permission is refused here as it would be on AWS. The gate does not verify signatures. It identifies a caller by its
access key id, which is random and known to one function only.
"""

import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote
from xml.sax.saxutils import escape

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response
from werkzeug.wsgi import get_input_stream

from local.assembly import ACCOUNT, REGION
from local.inbox import SEND_EMAIL
from local.invocations import function_arn
from local.one_shot_schedules import schedule_arn
from local.policies import Decision, Statement, decide

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SERVICE = "local.service"
"""WSGI environment key of the service that a request is for."""
MAX_BODY_BYTES = 64 * 1024 * 1024

_CREDENTIAL = re.compile(r"AWS4-HMAC-SHA256 Credential=([A-Z0-9]+)/\d{8}/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request")
_PRESIGNED = re.compile(r"X-Amz-Credential=([A-Z0-9]+)/\d{8}/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request")
_S3_OBJECT_ACTIONS = {"GET": "GetObject", "HEAD": "GetObject", "PUT": "PutObject", "DELETE": "DeleteObject"}
_S3_BUCKET_ACTIONS = {"GET": "ListBucket", "HEAD": "ListBucket", "PUT": "CreateBucket", "DELETE": "DeleteBucket"}


@dataclass(frozen=True, slots=True)
class Principal:
    """A function's assumed role, with its policy statements."""

    arn: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class _Request:
    """An action on resources, each of which must be allowed."""

    service: str
    action: str
    resources: tuple[str, ...]
    passes: tuple[str, ...] = ()
    """ARNs of roles that the request passes to the service."""

    @property
    def needed(self) -> list[tuple[str, str]]:
        """All actions that must be allowed, each with its resource."""
        own = [(f"{self.service}:{self.action}", resource) for resource in self.resources]
        return own + [("iam:PassRole", role) for role in self.passes]


class PermissionGate:
    """A WSGI application that forwards a request to `services` if the caller's role allows it.

    `principals` maps access key ids to callers. `deployer` is the key id with all permissions. `secret_arns` maps the
    names of secrets to their ARNs.
    """

    def __init__(
        self,
        services: "WSGIApplication",
        *,
        deployer: str,
        principals: Mapping[str, Principal],
        secret_arns: Mapping[str, str],
    ) -> None:
        self._services = services
        self._deployer = deployer
        self._principals = principals
        self._secret_arns = secret_arns

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Handle one request."""
        credential = _CREDENTIAL.match(environ.get("HTTP_AUTHORIZATION", "")) or _PRESIGNED.search(
            unquote(environ.get("QUERY_STRING", ""))
        )
        if credential is None:
            return _refusal("unknown", "MissingAuthenticationToken", "The request is not signed.")(
                environ, start_response
            )
        key, _, service = credential.groups()
        if key != self._deployer:
            try:
                refusal = self._refuse(key, service, environ)
            except HTTPException as error:
                refusal = Response(status=error.code or 400)
            if refusal is not None:
                return refusal(environ, start_response)
        environ[SERVICE] = service
        return self._services(environ, start_response)

    def _refuse(self, key: str, service: str, environ: "WSGIEnvironment") -> Response | None:
        """Return the service's error response, or None if the role allows the request."""
        principal = self._principals.get(key)
        if principal is None:
            return _refusal(service, "UnrecognizedClientException", "The security token in the request is invalid.")
        request = self._understand(service, environ)
        if request is None:
            return _refusal(
                service, "AccessDeniedException", f"The laptop cloud does not support this request to {service}."
            )
        for action, resource in request.needed:
            decision = decide(principal.statements, action, resource)
            if decision is not Decision.ALLOWED:
                reason = (
                    "with an explicit deny in an identity-based policy"
                    if decision is Decision.DENIED
                    else f"because no identity-based policy allows the {action} action"
                )
                return _refusal(
                    service,
                    "AccessDeniedException",
                    f"User: {principal.arn} is not authorized to perform: {action} on resource: {resource} {reason}",
                )
        return None

    def _understand(self, service: str, environ: "WSGIEnvironment") -> _Request | None:
        understand: Callable[[WSGIEnvironment], _Request | None] | None = {
            "lambda": self._lambda,
            "s3": self._s3,
            "scheduler": self._scheduler,
            "secretsmanager": self._secrets_manager,
            "ses": self._ses,
            "sqs": self._sqs,
            "sts": self._sts,
        }.get(service)
        return None if understand is None else understand(environ)

    def _secrets_manager(self, environ: "WSGIEnvironment") -> _Request | None:
        target, body = _json_request(environ)
        if not target:
            return None
        names = [body["SecretId"]] if isinstance(body.get("SecretId"), str) else body.get("SecretIdList", [])
        resources = tuple(self._secret_arn(str(name)) for name in names) or ("*",)
        return _Request("secretsmanager", target, resources)

    def _secret_arn(self, name: str) -> str:
        if name.startswith("arn:"):
            return next((arn for arn in self._secret_arns.values() if arn == name or arn[:-7] == name), name)
        arn = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}"
        return self._secret_arns.get(name, arn)

    def _sqs(self, environ: "WSGIEnvironment") -> _Request | None:
        target, body = _json_request(environ)
        if not target:
            return None
        queue = str(body.get("QueueUrl", body.get("QueueName", "*"))).rpartition("/")[2]
        return _Request("sqs", target, (f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}",))

    def _s3(self, environ: "WSGIEnvironment") -> _Request | None:
        # The raw path, because an encoded slash is part of the key.
        path, _, query = str(environ.get("RAW_URI", environ["PATH_INFO"])).partition("?")
        bucket, _, key = path.lstrip("/").partition("/")
        method = environ["REQUEST_METHOD"]
        options = set(parse_qs(query, keep_blank_values=True))
        if "HTTP_X_AMZ_COPY_SOURCE" in environ:
            return None
        if not bucket:
            return _Request("s3", "ListAllMyBuckets", ("*",)) if method == "GET" else None
        arn = f"arn:aws:s3:::{unquote(bucket)}"
        if not key:
            known = options <= {"list-type", "prefix", "delimiter", "max-keys", "start-after", "encoding-type", "x-id"}
            action = _S3_BUCKET_ACTIONS.get(method) if known else None
            return None if action is None else _Request("s3", action, (arn,))
        resource = f"{arn}/{unquote(key)}"
        if options & {"uploads", "uploadId"}:
            action = "AbortMultipartUpload" if method == "DELETE" else "PutObject"
        elif {option for option in options if not option.startswith("X-Amz-")} - {"versionId", "x-id"}:
            return None
        else:
            action = _S3_OBJECT_ACTIONS.get(method, "")
        if "versionId" in options and action in ("GetObject", "DeleteObject"):
            action += "Version"
        return _Request("s3", action, (resource,)) if action else None

    def _lambda(self, environ: "WSGIEnvironment") -> _Request | None:
        arn = function_arn(environ["PATH_INFO"])
        return None if arn is None else _Request("lambda", "InvokeFunction", (arn,))

    def _scheduler(self, environ: "WSGIEnvironment") -> _Request | None:
        try:
            body = json.loads(_read_body(environ))
            arn = schedule_arn(environ["PATH_INFO"], body)
            role = str(body["Target"]["RoleArn"])
        except (AttributeError, KeyError, TypeError, ValueError):
            return None
        is_known = environ["REQUEST_METHOD"] == "POST" and arn is not None
        return _Request("scheduler", "CreateSchedule", (str(arn),), passes=(role,)) if is_known else None

    def _ses(self, environ: "WSGIEnvironment") -> _Request | None:
        try:
            body = json.loads(_read_body(environ))
            domain = parseaddr(body["FromEmailAddress"])[1].rpartition("@")[2]
            rules = body.get("ConfigurationSetName")
        except (AttributeError, KeyError, TypeError, ValueError):
            return None
        if environ["REQUEST_METHOD"] != "POST" or environ["PATH_INFO"] != SEND_EMAIL:
            return None
        needed = [f"identity/{domain}", *([f"configuration-set/{rules}"] if rules else [])]
        return _Request("ses", "SendEmail", tuple(f"arn:aws:ses:{REGION}:{ACCOUNT}:{each}" for each in needed))

    def _sts(self, environ: "WSGIEnvironment") -> _Request | None:
        form = parse_qs(_read_body(environ).decode("utf-8", "replace"))
        action = form.get("Action", [""])[0]
        # GetCallerIdentity needs no permission.
        return _Request("sts", action, () if action == "GetCallerIdentity" else ("*",)) if action else None


def _json_request(environ: "WSGIEnvironment") -> tuple[str, dict[str, Any]]:
    """Return the action and the body of a request in an AWS JSON protocol."""
    action = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
    try:
        body = json.loads(_read_body(environ) or b"{}")
    except ValueError:
        return "", {}
    return (action, body) if isinstance(body, dict) else ("", {})


def _read_body(environ: "WSGIEnvironment") -> bytes:
    """Return the body and rewind the input, so that the service can read it again."""
    body = get_input_stream(environ, max_content_length=MAX_BODY_BYTES).read()
    environ["wsgi.input"] = io.BytesIO(body)
    environ["wsgi.input_terminated"] = True
    environ["CONTENT_LENGTH"] = str(len(body))
    return body


def _refusal(service: str, code: str, message: str) -> Response:
    """Return an error response in the service's protocol."""
    match service:
        case "s3":
            code = "AccessDenied" if code == "AccessDeniedException" else "InvalidAccessKeyId"
            text = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
            return Response(text, status=403, content_type="application/xml")
        case "sts":
            code = "AccessDenied" if code == "AccessDeniedException" else "InvalidClientTokenId"
            error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
            return Response(f"<ErrorResponse>{error}</ErrorResponse>", status=403, content_type="text/xml")
    return Response(
        json.dumps({"__type": code, "message": message}),
        status=400,
        content_type="application/x-amz-json-1.1",
        headers={"x-amzn-ErrorType": code},
    )
