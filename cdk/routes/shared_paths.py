"""Paths below which several wings may have endpoints.

They belong to the stack `gateway` permanently: CloudFormation can neither move a path from one stack to another nor
rename a path parameter. Below a shared path, each next segment has one owner.
"""

from cdk.routes.model import Wing

SHARED_PATHS = (
    "/admin",
    "/users",
    "/users/{username}",
    "/games",
    "/games/{game_id}",
    "/teams",
    "/teams/{team_id}",
    "/players",
    "/players/{player_id}",
)


def shared_part(path: str) -> str:
    """Return the longest shared path that `path` equals or is below. Empty if there is none."""
    return max((each for each in SHARED_PATHS if f"{path}/".startswith(f"{each}/")), key=len, default="")


def misplaced(wings: tuple[Wing, ...]) -> list[str]:
    """Return the violations of path ownership, one sentence each. Empty if every path belongs to one wing."""
    found = _renamed_parameters(wings)
    owners: dict[str, str] = {}
    for wing in wings:
        claimed = {f"/{segment}" for segment in wing.segments}
        found += [f"{wing.name} claims {path}, which is shared" for path in sorted(claimed & set(SHARED_PATHS))]
        for endpoint in wing.endpoints:
            shared = shared_part(endpoint.path)
            segment = endpoint.path.removeprefix(shared).split("/")[1:2]
            if not shared:
                claimed_by = f"/{endpoint.path.split('/')[1]}"
                if claimed_by not in claimed:
                    found.append(f"{endpoint.name}: {claimed_by} is not a first segment of {wing.name}")
            if segment:
                root = f"{shared}/{segment[0]}"
                owner = owners.setdefault(root, wing.name)
                if owner != wing.name:
                    found.append(f"{endpoint.name}: {root} belongs to {owner}, not to {wing.name}")
    return found


def _renamed_parameters(wings: tuple[Wing, ...]) -> list[str]:
    """Return the parameters that have a second name at the same place, which API Gateway refuses."""
    found: list[str] = []
    names: dict[str, str] = {}
    for path in (*SHARED_PATHS, *(endpoint.path for wing in wings for endpoint in wing.endpoints)):
        parent = ""
        for part in path.strip("/").split("/"):
            if part.startswith("{"):
                first = names.setdefault(parent, part)
                if first != part:
                    found.append(f"{path}: {part} is called {first} below {parent}")
            parent = f"{parent}/{part}"
    return found
