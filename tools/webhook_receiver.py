"""A webhook receiver of some forty lines: verifies each message and prints it (docs/webhooks.md).

Usage: python3 tools/webhook_receiver.py SECRET [PORT]
"""

import base64
import hashlib
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

OLDEST_SECONDS = 300
MOST_BYTES = 65_536


def is_genuine(secret: str, id_: str, timestamp: str, signatures: str, body: bytes) -> bool:
    """Return whether PickVs has signed the message, in the last five minutes."""
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > OLDEST_SECONDS:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = base64.b64encode(hmac.digest(key, f"{id_}.{timestamp}.".encode() + body, hashlib.sha256))
    return any(hmac.compare_digest(each.encode(), b"v1," + digest) for each in signatures.split())


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 to a genuine message, and 403 to any other."""

    secret = ""
    timeout = 5

    def do_POST(self) -> None:
        """Verify and print one message."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), MOST_BYTES))
        id_, timestamp, signatures = (
            self.headers.get(f"webhook-{each}", "") for each in ("id", "timestamp", "signature")
        )
        genuine = is_genuine(self.secret, id_, timestamp, signatures, body)
        self.send_response(204 if genuine else 403)
        self.end_headers()
        if genuine:
            sys.stdout.write(f"{id_} {json.dumps(json.loads(body))}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    Receiver.secret = sys.argv[1]
    HTTPServer(("127.0.0.1", int((sys.argv[2:] or ["8801"])[0])), Receiver).serve_forever()
