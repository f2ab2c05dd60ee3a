"""POST /auth/register: create an account and log in."""

from pickvs.accounts import service
from pickvs.accounts.limits import service as limits
from pickvs.accounts.requests import Registration
from pickvs.accounts.schemas import Tokens
from pickvs.core import snapshots
from pickvs.http.address import SourceAddress, source_address
from pickvs.http.app import create_app
from pickvs.http.user_agent import UserAgent

snapshots.prepare("pickvs.accounts.emails.service", "pickvs.accounts.weak_passwords.checks")

# EMAIL_TAKEN is in the contract of the last release, and no longer answered: it would tell who has an account.
app = create_app(
    problems={409: ["USERNAME_TAKEN", "EMAIL_TAKEN"], 429: ["TOO_MANY_REQUESTS"]},
    admit=lambda event: limits.admit_address("register", source_address(event)),
)


@app.post("/auth/register", status_code=201)
def register(registration: Registration, address: SourceAddress, user_agent: UserAgent) -> Tokens:
    """Create the account, open its first session, and return an access token and a refresh token.

    A token is mailed that confirms the e-mail address (POST /auth/confirm-email). Until then anybody may claim the
    address; who confirms it first has it. The answer is the same whether or not another account has the address.
    """
    return service.register(registration, address, user_agent)
