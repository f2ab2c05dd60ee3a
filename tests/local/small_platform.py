"""A minimal platform: secrets, a migration, a function to invoke and a function behind HTTP."""

from pathlib import Path

from tests.local.assemblies import AssemblyWriter, allow

COUNTS_STARTS = """
    import json, os, pathlib

    def handler(event, context):
        # Stands for a migration: every start of the laptop cloud runs it.
        file = pathlib.Path(os.environ["COUNTER"])
        file.write_text(str(int(file.read_text() if file.exists() else "0") + 1))
        if os.environ["COUNTER"].endswith("broken"):
            raise RuntimeError("the schema is\\nfrom the future")
"""

WORKS = """
    import json, os, time, urllib.request

    def secret(arn):
        credential = f"{os.environ['AWS_ACCESS_KEY_ID']}/20260101/us-east-1/secretsmanager/aws4_request"
        request = urllib.request.Request(
            os.environ["AWS_ENDPOINT_URL"],
            data=json.dumps({"SecretId": arn}).encode(),
            headers={
                "Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0",
                "X-Amz-Target": "secretsmanager.GetSecretValue",
                "Content-Type": "application/x-amz-json-1.1",
            },
        )
        return json.loads(json.load(urllib.request.urlopen(request, timeout=5))["SecretString"])

    def handler(event, context):
        if event.get("fail"):
            raise ValueError("asked to\\nfail")
        if event.get("sleep"):
            time.sleep(event["sleep"])
        if "report" in event:
            return event["report"]
        url = os.environ["ODDS_API_BASE_URL"]
        key = secret(os.environ["ODDS"])["api_key"]
        odds = None
        if event.get("fetch"):
            call = f"{url}/v4/sports/basketball_nba/odds?regions=us&apiKey={key}"
            odds = len(json.load(urllib.request.urlopen(call, timeout=5)))
        return {
            "event": event,
            "url": url,
            "database": secret(os.environ["DATABASE"])["url"],
            "direct": secret(os.environ["DIRECT"])["url"],
            "signing_key": secret(os.environ["SIGNING"])["current_key"],
            "odds": odds,
            "é": "ü",
        }
"""

ANSWERS = """
    def handler(event, context):
        return {"statusCode": 200, "body": "hello"}
"""


def write_assembly(folder: Path, counter: Path) -> Path:
    assembly = AssemblyWriter(folder)
    database = assembly.secret("Database", "test/database/pooled")
    direct = assembly.secret("Direct", "test/database/direct")
    odds = assembly.secret("Odds", "test/odds-api")
    signing = assembly.secret(
        "Signing",
        "test/signing-keys",
        GenerateSecretString={
            "SecretStringTemplate": '{"current_kid": "1"}',
            "GenerateStringKey": "current_key",
            "PasswordLength": 64,
            "ExcludePunctuation": True,
        },
    )
    secrets = {"DATABASE": database, "DIRECT": direct, "ODDS": odds, "SIGNING": signing}
    environment = {**secrets, "ODDS_API_BASE_URL": "https://the.real.one"}
    granted = allow("secretsmanager:GetSecretValue", list(secrets.values()))
    assembly.function("Work", WORKS, statements=[granted], environment=environment, Timeout=30)
    assembly.function("Migrate", COUNTS_STARTS, environment={"COUNTER": str(counter)})
    assembly.function("Answer", ANSWERS)
    assembly.trigger("Migration", "Migrate")
    assembly.rest_api()
    assembly.route("GET", "/hello", "Answer")
    return assembly.write()
