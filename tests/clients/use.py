"""Uses the generated client as a program would.

It registers, picks at a quote that has moved, takes the new one, and reads the CSV. Arguments: the API's address, a
username, the home team of a game, an outdated quote of its moneyline. Prints what it saw as JSON.
"""

import json
import sys
from typing import Literal, assert_type

from pick_vs_client import AuthenticatedClient, Client
from pick_vs_client.api.accounts import export_my_picks_csv, register
from pick_vs_client.api.games import list_upcoming_games
from pick_vs_client.api.picks import create_picks, list_public_picks, list_public_picks_csv
from pick_vs_client.models.market import Market
from pick_vs_client.models.moved_quote import MovedQuote
from pick_vs_client.models.odds_moved_problem import OddsMovedProblem
from pick_vs_client.models.picks_created import PicksCreated
from pick_vs_client.models.public_picks import PublicPicks
from pick_vs_client.models.registration import Registration
from pick_vs_client.models.selection import Selection
from pick_vs_client.models.submission import Submission
from pick_vs_client.models.tokens import Tokens
from pick_vs_client.models.upcoming_games import UpcomingGames
from pick_vs_client.models.wanted_pick import WantedPick

base_url, username, home_team, outdated = sys.argv[1:]

anybody = Client(base_url=base_url, timeout=None)
account = Registration(username=username, email=f"{username}@example.com", password="correct horse battery")
registered = register.sync(client=anybody, body=account)
assert isinstance(registered, Tokens), registered
user = AuthenticatedClient(base_url=base_url, token=registered.token, timeout=None)

upcoming = list_upcoming_games.sync(client=user, limit=100)
assert isinstance(upcoming, UpcomingGames), upcoming
[game] = [each for each in upcoming.games if each.home_team == home_team]

# Without stake_units, which has a default.
pick = WantedPick(game_id=game.id, market=Market.MONEYLINE, selection=Selection.HOME, quote_id=int(outdated))
refused = create_picks.sync(client=user, body=Submission(picks=[pick]))
assert isinstance(refused, OddsMovedProblem), refused
assert_type(refused.code, Literal["ODDS_MOVED"])
assert_type(refused.status, Literal[409])
assert_type(refused.quotes, list[MovedQuote])
[moved] = refused.quotes

pick.quote_id = moved.quote_id
made = create_picks.sync(client=user, body=Submission(picks=[pick]))
assert isinstance(made, PicksCreated), made
[first] = made.picks

own = export_my_picks_csv.sync_detailed(client=user)
assert isinstance(own.parsed, str), own
ledger = list_public_picks_csv.sync(client=anybody, market=Market.TOTAL)
assert isinstance(ledger, str), ledger
settled = list_public_picks.sync(client=anybody)
assert isinstance(settled, PublicPicks), settled

print(
    json.dumps(
        {
            "status": refused.status,
            "moved": {"index": moved.index, "selection": moved.selection.value, "price": moved.price},
            "pick": {"id": first.id, "price": first.price, "stake": first.stake_units},
            "own": own.parsed,
            "next": own.headers.get("X-Next-Cursor"),
            "ledger": ledger.split("\r\n", maxsplit=1)[0],
            "results": all(each.result is not None for each in settled.picks),
        }
    )
)
