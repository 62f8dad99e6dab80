"""What the processes of a server count as they work, each for all."""

from dataclasses import dataclass

from headwater.db.session import Watches
from headwater.notifications.models import Outcome
from headwater.tallies import Histogram, Tallies, Tally

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
OUTCOMES: list[Outcome] = [outcome for outcome in Outcome if outcome is not Outcome.UNSEEN]


@dataclass(frozen=True)
class Counts:
    """Made before the forks; *tallies* is opened once all that counts is made."""

    tallies: Tallies
    reading: Histogram
    writing: Histogram
    sockets: Tally
    attempts: Tally

    @classmethod
    def make(cls, workers: int) -> "Counts":
        # Those that end while others begin in their place, the services and gunicorn's master.
        tallies = Tallies(2 * workers + 4)
        return cls(
            tallies,
            Histogram(tallies, BOUNDS),
            Histogram(tallies, BOUNDS),
            tallies.allot(1, gauge=True),
            tallies.allot(len(OUTCOMES)),
        )

    @property
    def watches(self) -> Watches:
        return Watches(self.reading, self.writing)

    def note_socket(self, change: int) -> None:
        self.sockets.add(0, change)

    def note_attempt(self, outcome: Outcome) -> None:
        self.attempts.add(OUTCOMES.index(outcome))
