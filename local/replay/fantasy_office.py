"""The administrator of a fantasy replay, who answers what the sources leave open."""

from collections import Counter
from typing import Any

from local.replay.fantasy_people import People

OK = 200
FIRST, SECOND = "jolpica", "f1db"


class Office:
    """Answers open questions as the runbook says: a result is what the first source says, as the tables do."""

    def __init__(self, people: People) -> None:
        self._people = people
        self.done: Counter[str] = Counter()
        """Answers, by the kind of the question and the choice."""

    def answer(self) -> None:
        """Answer what is open."""
        token = self._people.token(self._people.office)
        reviews = self._people.ask("GET", "/admin/reviews/races?state=open&limit=100", token=token)["reviews"]
        for review in reviews:
            choice = self._choice(review, token)
            order = {**choice, "reason": "the replay's tables say so"}
            answer = self._people.send("POST", f"/admin/reviews/{review['id']}/decide", order, token=token)
            said = choice["choice"] if answer.status == OK else answer.body.get("code", answer.status)
            self.done[f"{review['kind']}: {said}"] += 1

    def _choice(self, review: dict[str, Any], token: str) -> dict[str, Any]:
        match review["kind"]:
            case "result":
                return {"choice": "first"}
            case "schedule":
                doubted = {said["source"] for said in review["question"]["statements"] if said["doubts"]}
                told = {said["source"] for said in review["question"]["statements"]}
                return {"choice": SECOND if SECOND in told - doubted else FIRST}
            case "cancellation":
                return {"choice": "cancelled"}
            case "substitution":
                return {"choice": "nobody"}
        entries = self._people.ask("GET", f"/races/{review['race_id']}", token=token)["entries"]
        same = [each["driver_id"] for each in entries if each["number"] == review["question"]["number"]]
        return {"choice": "driver", "driver_id": same[0]} if same else {"choice": "new"}
