"""How long a session lasts and how often a password may be guessed, as one value to pass around."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from gis_app.settings import Settings


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of sign-in and sessions; the defaults are those of the settings."""

    idle: timedelta = timedelta(minutes=30)
    absolute: timedelta = timedelta(hours=12)
    failures: int = 5
    lockout: timedelta = timedelta(minutes=15)
    # One address may serve a whole office, so it is slowed down for a short while only.
    address_failures: int = 10
    address_window: timedelta = timedelta(minutes=5)

    @property
    def account_failures(self) -> int:
        """Failures from any address after which an account is locked for all."""
        return 4 * self.failures

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """Return the limits that the settings ask for."""
        return cls(
            idle=timedelta(minutes=settings.idle_minutes),
            absolute=timedelta(hours=settings.absolute_hours),
            failures=settings.lockout_failures,
            lockout=timedelta(minutes=settings.lockout_minutes),
        )


DEFAULT = Limits()
