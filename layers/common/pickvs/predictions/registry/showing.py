"""Shows models to anybody."""

from pickvs.core.database import transaction
from pickvs.core.paging import read_cursor, write_cursor
from pickvs.predictions.registry import queries
from pickvs.predictions.registry.schemas import Model, ModelDetails, Models, ModelVersion, Promotion
from pickvs.predictions.registry.service import find_model

_MOST_PROMOTIONS = 20


def list_models() -> Models:
    """Return all models with their champions, by name."""
    with transaction() as connection:
        found = queries.models(connection)
        champions = {
            version.model_id: version
            for version in queries.versions(connection, [model.id for model in found], stage="champion")
        }
    return Models(
        models=[
            Model.of(
                model,
                champion=ModelVersion.of(champions[model.id]) if model.id in champions else None,
            )
            for model in found
        ]
    )


def show_model(name: str, *, limit: int, cursor: str | None) -> ModelDetails:
    """Return a model with a page of its versions, the latest first.

    Raises NotFound (MODEL_NOT_FOUND), and Invalid if the cursor belongs to another list.
    """
    before = read_cursor(cursor, int)[0] if cursor is not None else None
    with transaction() as connection:
        model = find_model(connection, name)
        champion = queries.versions(connection, [model.id], stage="champion")
        rows = queries.versions(connection, [model.id], before=before, limit=limit + 1)
        promotions = queries.promotions(connection, model.id)
    page = rows[:limit]
    return ModelDetails.of(
        model,
        champion=ModelVersion.of(champion[0]) if champion else None,
        versions=[ModelVersion.of(row) for row in page],
        promotions=[Promotion.of(row) for row in reversed(promotions[-_MOST_PROMOTIONS:])],
        next_cursor=write_cursor(page[-1].number) if len(rows) > limit else None,
    )
