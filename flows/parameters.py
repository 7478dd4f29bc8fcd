"""What one run of a flow may be given beside its places, in Prefect's form or by its API."""

from pydantic import BaseModel, ConfigDict, Field

from pipeline.settings import Cleaning, Furniture, Reading, Settings, Work, flatten, load


class Given(BaseModel):
    """Settings for one run; what is left out is as ``copydesk.toml`` and the environment say.

    Prefect keeps and shows what a run is given: nothing secret may stand here.
    """

    model_config = ConfigDict(extra="forbid")

    reading: Reading = Reading()
    cleaning: Cleaning = Cleaning()
    furniture: Furniture = Furniture()
    work: Work = Work()
    run_hours: float | None = Field(
        default=None, ge=0, description="hours after which the run is ended; 0: never"
    )


def chosen(given: Given | None) -> Settings:
    """Lay what a run is given over the settings that hold here. Raises SettingsError."""
    flags = flatten(given.model_dump(exclude_unset=True)) if given else {}
    hours = flags.pop("run_hours", None)
    return load({**flags, "watch.run_hours": hours})[0]
