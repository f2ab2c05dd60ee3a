"""The whole application for a server: `uvicorn fastapi_peer.server:app`."""

from . import accounts, drafts, games, health, picks, standings
from .web import create_app

app = create_app(
    health.router,
    games.upcoming_router,
    games.list_router,
    games.detail_router,
    picks.mine_router,
    picks.create_router,
    standings.router,
    drafts.router,
    accounts.login_router,
    accounts.register_router,
)
