"""Fantasy leagues: members, constructors, invitations, drafts, queues and boards."""

from cdk.routes.model import Wing

WING = Wing(
    name="fantasy_leagues",
    segments=("leagues", "constructors", "drafts", "invitations"),
    endpoints=(),
)
