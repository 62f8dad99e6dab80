"""The settings themselves: their names, types and defaults; docs/configuration.md lists them."""

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
)

from headwater.errors import ConfigError
from headwater.settings.gathered import DEFAULT, Gathered
from headwater.settings.kinds import (
    Home,
    HttpUrl,
    Level,
    LogLevel,
    Origins,
    PathPrefix,
    Period,
    PluginIds,
    Proxies,
    absolute,
    check_login,
)
from headwater.settings.names import PROFILES, name_of
from headwater.settings.shown import as_text, masked

# What to go to on this machine when the server listens on all addresses.
LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # nothing is bound here


class Settings(BaseModel):
    """The server's settings. A plugin reads its own HEADWATER_<ID>__* keys and none of these."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    home: Home = Field(default_factory=lambda: Path.home() / ".headwater")
    profile: str | None = None  # the one in force; the environment overrides profiles.toml

    # The server as clients and commands reach it.
    api_url: HttpUrl | None = None
    api_key: SecretStr | None = None
    api_auth_string: SecretStr | None = None

    api_database_connection_url: SecretStr | None = None
    api_refuse_nan: bool = False
    secret_key: SecretStr | None = None

    server_api_host: str = "127.0.0.1"
    server_api_port: int = Field(default=4200, ge=0, le=65535)
    server_api_base_path: PathPrefix = ""
    server_api_auth_string: SecretStr | None = None  # the one that all callers have to give
    server_allow_open: bool = False
    server_csrf_protection_enabled: bool = False
    server_csrf_token_expiration: int = Field(default=3600, ge=1, lt=2**31)  # seconds
    server_cors_allowed_origins: Origins = frozenset()
    server_trusted_proxies: Proxies = ""
    server_workers: int = Field(default=2, ge=1)
    server_logging_level: Level = LogLevel.WARNING
    server_metrics_enabled: bool = False
    server_late_runs_after_seconds: float = Field(default=15, ge=0)
    server_silent_runs_crash: bool = True
    server_silent_runs_frequency_seconds: float = Field(default=180, gt=0, le=31_536_000)
    server_silent_runs_grace_seconds: float = Field(default=90, ge=0, le=31_536_000)
    server_scheduler_min_runs: int = Field(default=3, ge=1, le=1000)
    server_scheduler_max_runs: int = Field(default=100, ge=1, le=1000)
    server_scheduler_min_seconds: float = Field(default=3600, ge=0, le=31_536_000)
    server_scheduler_max_seconds: float = Field(default=8_640_000, gt=0, le=315_360_000)
    server_retention_runs_days: float | None = Field(default=None, gt=0)
    server_retention_logs_days: float | None = Field(default=None, gt=0)
    server_retention_notifications_days: float = Field(default=90, gt=0, le=36_500)
    server_retention_firings_days: float = Field(default=30, gt=0, le=36_500)
    server_retention_answers_days: float = Field(default=30, gt=0, le=36_500)
    server_events_retention_period: Period = timedelta(days=7)
    server_events_heartbeat_retention_period: Period = timedelta(days=7)
    ui_url: HttpUrl | None = None  # how people reach the pages, where a proxy stands before them

    plugins_allow: PluginIds = frozenset()  # empty: all
    plugins_deny: PluginIds = frozenset()
    plugins_safe_mode: bool = False

    notifications_allow_private_urls: bool = True
    notifications_limit_rates: bool = True
    notifications_operators_channel: str | None = None

    _origins: Mapping[str, str] = PrivateAttr(default_factory=dict)

    @field_validator("server_api_auth_string")
    @classmethod
    def _check_login(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            check_login(value.get_secret_value())
        return value

    @classmethod
    def load(cls, **flags: Any) -> "Settings":
        """Read flags (None: not given), environment, active profile, defaults; or ConfigError."""
        settings, problems = cls.read(**flags)
        if settings is None or problems:
            raise ConfigError(problems[0])
        return settings

    @classmethod
    def read(cls, **flags: Any) -> tuple["Settings | None", list[str]]:
        """Do as `load` does, but return all that is wrong: a sentence each."""
        gathered = cls._gathered()
        gathered.add_flags({name: value for name, value in flags.items() if value is not None})
        gathered.add_environment(os.environ)
        _add_profile(gathered)
        return cls._made(gathered), gathered.problems

    @classmethod
    def problems_of_profile(cls, profile: str, named: Mapping[str, object]) -> list[str]:
        """Return what is wrong with the values of a profile, whatever the environment says."""
        gathered = cls._gathered()
        gathered.add_profile(profile, named)
        cls._made(gathered)
        return gathered.problems

    @classmethod
    def secrets(cls) -> set[str]:
        """Return the fields that are secret, and that a file may hold."""
        return {n for n, f in cls.model_fields.items() if SecretStr in get_args(f.annotation)}

    @classmethod
    def _gathered(cls) -> Gathered:
        return Gathered(cls.model_fields, cls.secrets())

    @classmethod
    def _made(cls, gathered: Gathered) -> "Settings | None":
        try:
            settings = cls(**gathered.values)  # type: ignore[arg-type]  # validated here
        except ValidationError as error:
            # The input may be a secret.
            for one in error.errors(include_input=False, include_url=False):
                reason = one["msg"].removeprefix("Value error, ")
                gathered.problems.append(f"{gathered.place_of(str(one['loc'][0]))}: {reason}")
            return None
        settings._origins = dict(gathered.origins)
        return settings

    def source_of(self, field: str) -> str:
        """Return what gave the value: flag, environment, file PATH, profile 'NAME' or default."""
        return self._origins.get(field, DEFAULT)

    def shown(self, field: str, *, secrets: bool = False) -> str:
        """Return the value as one would write it; without *secrets* those are masked."""
        text = as_text(getattr(self, field))
        return text if secrets else masked(field, text, self.secrets())

    @property
    def public_url(self) -> str:
        """The address of the pages, without a slash at its end."""
        if self.ui_url:
            return self.ui_url
        host = LOOPBACK.get(self.server_api_host, self.server_api_host)
        host = f"[{host}]" if ":" in host else host
        return f"http://{host}:{self.server_api_port}{self.server_api_base_path}"

    @property
    def client_url(self) -> str:
        """The address of the API for commands that go over it."""
        return self.api_url or f"{self.public_url}/api"

    @property
    def client_login(self) -> str | None:
        """The `user:password` for commands: of the server of these settings where no other is."""
        ours = self.server_api_auth_string if self.api_url is None and not self.api_key else None
        login = self.api_auth_string or ours
        return None if login is None else login.get_secret_value()

    @property
    def database_url(self) -> str:
        if self.api_database_connection_url:
            return self.api_database_connection_url.get_secret_value()
        return f"sqlite:///{self.home}/headwater.db"


def home_of(value: object = None) -> Path:
    """Return the home that *value*, else the environment, else the default names."""
    return absolute(Path(str(value or os.environ.get(name_of("home")) or "~/.headwater")))


def _add_profile(gathered: Gathered) -> None:
    """Add the values of the profile in force, which what was gathered so far may name."""
    home = home_of(gathered.values.get("home"))
    if "profile" not in gathered.values and _lacks_profiles(home):
        return
    from headwater.settings.profiles import Profiles  # late: most have none, and need no TOML

    try:
        profiles = Profiles.read(home)
        if profiles.active and "profile" not in gathered.values:
            gathered.values["profile"] = profiles.active
            gathered.origins["profile"] = PROFILES
        if name := gathered.values.get("profile"):
            gathered.add_profile(str(name), profiles.values(str(name)))
    except ConfigError as error:
        gathered.problems.append(str(error))


def _lacks_profiles(home: Path) -> bool:
    try:
        (home / PROFILES).stat()
    except FileNotFoundError:
        return True
    except OSError:
        pass  # who reads it says why it cannot be read
    return False
