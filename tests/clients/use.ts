// Uses the generated client as a program would.
//
// It registers, picks at a quote that has moved, takes the new one, and reads the CSV. Arguments: the API's address, a
// username, the home team of a game, an outdated quote of its moneyline. Prints what it saw as JSON.

import createClient from "openapi-fetch";
import type { components, paths } from "./schema.d.ts";

type Schemas = components["schemas"];

declare const process: { argv: string[] };

const [baseUrl, username, homeTeam, outdated] = process.argv.slice(2);
if (baseUrl === undefined || username === undefined || homeTeam === undefined) {
  throw new Error("four arguments are needed");
}
const client = createClient<paths>({ baseUrl });

const registered = await client.POST("/auth/register", {
  body: { username, email: `${username}@example.com`, password: "correct horse battery" },
});
if (registered.error) throw new Error(registered.error.detail);
const headers = { Authorization: `Bearer ${registered.data.token}` };

const upcoming = await client.GET("/games/upcoming", { headers, params: { query: { limit: 100 } } });
if (upcoming.error) throw new Error(upcoming.error.detail);
const game: Schemas["GameListing"] | undefined = upcoming.data.games.find((each) => each.home_team === homeTeam);
if (!game) throw new Error(`${homeTeam} does not play`);

// Without stake_units, which has a default.
const pick: Schemas["WantedPick"] = {
  game_id: game.id,
  market: "moneyline",
  selection: "home",
  quote_id: Number(outdated),
};
const refused = await client.POST("/picks", { headers, body: { picks: [pick] } });
if (refused.error?.code !== "ODDS_MOVED") throw new Error(`not refused, or for another reason: ${refused.error?.code}`);
const status: 409 = refused.error.status;
const quotes: Schemas["MovedQuote"][] = refused.error.quotes;
const [moved] = quotes;
if (!moved) throw new Error("no quote");

const made = await client.POST("/picks", { headers, body: { picks: [{ ...pick, quote_id: moved.quote_id }] } });
if (made.error) throw new Error(made.error.detail);
const [first] = made.data.picks;

const own = await client.GET("/users/me/picks.csv", { headers, parseAs: "text" });
if (own.error) throw new Error(own.error.detail);
const text: string = own.data;

const ledger = await client.GET("/picks/public.csv", { params: { query: { market: "total" } }, parseAs: "text" });
if (ledger.error) throw new Error(ledger.error.detail);
const settled = await client.GET("/picks/public");
if (settled.error) throw new Error(settled.error.detail);
const results: (Schemas["PickResult"] | null)[] = settled.data.picks.map((each) => each.result);

console.log(
  JSON.stringify({
    status,
    moved: { index: moved.index, selection: moved.selection, price: moved.price },
    pick: first && { id: first.id, price: first.price, stake: first.stake_units },
    own: text,
    next: own.response.headers.get("X-Next-Cursor"),
    ledger: ledger.data.split("\r\n")[0],
    results: results.every((each) => each !== null),
  }),
);
