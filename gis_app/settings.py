"""Every setting in one table: its type, its default and the reason it exists.

A setting is an environment variable with the prefix GIS_. An empty variable counts as unset, so that a line
left blank in a service file changes nothing. This file reads settings; it does not act on them, except that
`load_settings` makes the one secret a server cannot do without (see `secret_key`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from gis_app.errors import BadSettings
from gis_app.networks import PRIVATE_NETWORKS, is_private
from gis_app.secret_key import PREFIX, SECRET_KEY_BYTES, kept_secret_key

__all__ = [
    "PREFIX",
    "BadSettings",
    "DocumentedSetting",
    "Settings",
    "documented_settings",
    "kept_secret_key",
    "load_settings",
]

PORTS = r"^\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*$"


class Settings(BaseSettings):
    """Hold every setting of one server; immutable, so that no request can change it for the next."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    instance_dir: Path = Field(
        Path("instance"), description="Where this server keeps its database, secret key, photos and jobs."
    )
    database_url: str = Field(
        "",
        repr=False,
        description="SQLAlchemy address of the store; empty means gis.sqlite3 in the instance folder. "
        "Set postgresql://… for PostgreSQL with PostGIS.",
    )
    geodata_dir: Path = Field(
        Path("geodata"), description="The reference layers that a new database is filled from."
    )
    secret_key: str = Field(
        "",
        repr=False,
        description="Signs cookies; at least 32 characters. Empty means that one is made once and kept, "
        "readable by the owner only, in the instance folder.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on; loopback until you decide otherwise.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    workers: int = Field(2, ge=1, le=64, description="Server processes; each holds its copy of the layers.")
    threads: int = Field(4, ge=1, le=64, description="Threads per process, for requests that wait.")
    secure_cookies: bool = Field(
        False,
        description="Send cookies over HTTPS only, under the __Host- name; turn on wherever the server is "
        "not on loopback.",
    )
    trusted_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Host names that may be asked for, comma-separated; empty accepts any, for loopback."
    )
    proxy_hops: int = Field(
        0, ge=0, le=5, description="Proxies that stand in front, so that no forged address is believed."
    )
    walking_speed: float = Field(
        1.25, gt=0.2, lt=3, description="Metres per second on foot, that turns minutes into metres of walk."
    )
    snap_limit: float = Field(
        150.0, gt=0, le=2000, description="Metres beyond which a place counts as not connected to any street."
    )
    route_table_mib: int = Field(
        256,
        ge=0,
        le=16384,
        description="Memory in which each server process may keep the ways to all stations; a network too "
        "large for it is searched anew from each point, which is slower.",
    )
    households_per_seat: int = Field(
        20, ge=1, le=1000, description="Households that one seat serves; decides coverage within capacity."
    )
    tianditu_key: str = Field("", repr=False, description="Key of the Tianditu map; empty leaves it out.")
    osm_tiles: str = Field("", description="Tile address of an OpenStreetMap server; empty leaves it out.")
    gaode_tiles: str = Field(
        "", description="Tile address of the Gaode base map, whose offset is corrected; empty leaves it out."
    )
    map_review_number: str = Field(
        "", description="Review number (审图号) that the law wants shown on a published map."
    )
    map_attribution: str = Field("", description="Who made the data shown; stands in the corner of the map.")
    idle_minutes: int = Field(
        30, ge=1, le=720, description="A session ends after this long without a request, for an empty desk."
    )
    absolute_hours: int = Field(
        12, ge=1, le=72, description="A session ends after this long in any case, so a stolen one expires."
    )
    lockout_failures: int = Field(
        5,
        ge=3,
        le=100,
        description="Failed sign-ins from one address that lock an account there; four times as many from "
        "anywhere lock it for all.",
    )
    lockout_minutes: int = Field(
        15, ge=1, le=1440, description="How long the lock holds: long for a guesser, bearable for a person."
    )
    contact_days: int = Field(
        180,
        ge=1,
        le=3650,
        description="Days after its incident is done that a reporter's contact is kept; then "
        "`gis-app retain` erases it.",
    )
    field_pack_days: int = Field(
        7, ge=1, le=60, description="Days a phone may use what it carries without asking; then it is wiped."
    )
    service_line: str = Field(
        "12345",
        description="Number of the county's own service line, offered beside every grid's posts as a call "
        "link, as their numbers may be masked; empty offers none.",
    )
    job_workers: int = Field(
        1, ge=0, le=16, description="Pieces of long work done at once, such as siting; 0 does none here."
    )
    job_days: int = Field(
        30, ge=1, le=3650, description="Days that the result of a piece of long work is kept after its end."
    )
    webhook_networks: Annotated[tuple[str, ...], NoDecode] = Field(
        PRIVATE_NETWORKS,
        description="Private networks to which webhooks may be sent, comma-separated; add 127.0.0.0/8 for a "
        "receiver on this machine. Public networks are refused.",
    )
    webhook_ports: str = Field(
        "80,443,8080,8443",
        pattern=PORTS,
        description="Ports to which webhooks may be sent, comma-separated, ranges as 8000-8999.",
    )
    webhook_attempts: int = Field(
        10, ge=1, le=20, description="Times a webhook is sent before it is given up and noted."
    )
    webhook_retry_seconds: float = Field(
        5.0,
        ge=0.01,
        le=3600,
        description="Wait before a webhook is sent again; four times as long after each further failure, up "
        "to six hours.",
    )
    webhook_days: int = Field(
        30, ge=1, le=365, description="Days that the list of sent webhooks goes back, and that one may wait."
    )
    leader_targets: dict[str, float] = Field({}, description="A leader's own targets, as JSON by figure.")
    demo_accounts: bool = Field(
        True,
        description="Let `gis-app init` make the demonstration accounts; the server then refuses any "
        "host but loopback.",
    )
    default_language: Literal["zh", "en"] = Field(
        "zh", description="Language of a visitor who has not chosen one."
    )
    import_max_mib: int = Field(
        200, ge=1, le=4096, description="Largest file to import, packed or unpacked, against full disks."
    )
    import_max_features: int = Field(
        300_000, ge=1, description="Most rows in one imported file, so that checks end in minutes."
    )
    import_max_vertices: int = Field(
        20_000, ge=4, description="Most vertices in one shape; validity checks grow with their square."
    )
    import_seconds: int = Field(
        120, ge=1, le=3600, description="Time a reader of one untrusted file may take before it is stopped."
    )
    import_memory_mib: int = Field(
        2048, ge=256, le=65536, description="Memory a reader of one untrusted file may take."
    )

    @field_validator("trusted_hosts", "webhook_networks", mode="before")
    @classmethod
    def _split_texts(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("webhook_networks")
    @classmethod
    def _private_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(map(is_private, value)):
            raise ValueError("private networks such as 10.0.0.0/8 / 只能是内网网段，如 10.0.0.0/8")
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_secret(cls, value: str) -> str:
        if value and len(value) < SECRET_KEY_BYTES:
            raise ValueError(f"at least {SECRET_KEY_BYTES} characters / 至少 {SECRET_KEY_BYTES} 个字符")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(
            ("sqlite:///", "postgresql://", "postgres://", "postgresql+psycopg://")
        ):
            raise ValueError("sqlite:///… or postgresql://… / 只支持 sqlite:///… 或 postgresql://…")
        return value

    @model_validator(mode="after")
    def _default_database(self) -> Settings:
        if not self.database_url:
            path = self.instance_dir.absolute() / "gis.sqlite3"
            object.__setattr__(self, "database_url", f"sqlite:///{path}")
        return self


class DocumentedSetting(NamedTuple):
    """One line of the settings table."""

    variable: str
    type: str
    default: str
    description: str


def documented_settings() -> Iterator[DocumentedSetting]:
    """Yield (variable, type, default, description) of every setting, in the order of this file."""
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = ",".join(default) if isinstance(default, tuple) else str(default)
        if isinstance(default, bool):
            shown = shown.lower()
        variable = PREFIX + name.upper()
        yield DocumentedSetting(variable, _type_name(field.annotation), shown, field.description or "")


def _type_name(annotation: Any) -> str:
    names = {str: "text", int: "integer", float: "number", bool: "true or false", Path: "folder"}
    if annotation in names:
        return names[annotation]
    if getattr(annotation, "__origin__", None) is Literal:
        return " or ".join(annotation.__args__)
    return "JSON" if getattr(annotation, "__origin__", None) is dict else "comma-separated texts"


def load_settings(**overrides: Any) -> Settings:
    """Read the settings and make sure that there is a secret key.

    `overrides` win over the environment, as the options of a command do. Raises BadSettings, naming each
    variable at fault in Chinese and English.
    """
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        raise _explained(error) from None
    if settings.secret_key:
        return settings
    return settings.model_copy(update={"secret_key": kept_secret_key(settings.instance_dir)})


def _explained(error: ValidationError) -> BadSettings:
    fields, lines = {}, []
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        name = str(fault["loc"][0]) if fault["loc"] else ""
        variable = PREFIX + name.upper()
        reason = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            reason = "no such setting / 没有这项设置"
        fields[variable] = reason
        lines.append(f"设置 {variable} 的值不可用 / setting {variable} cannot be used: {reason}")
    return BadSettings(message="\n".join(lines), fields=fields)
