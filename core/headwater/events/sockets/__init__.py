"""The sockets of events: what clients tell, and what they follow."""

from headwater.events.sockets.following import FOLLOWER, make_follower
from headwater.events.sockets.incoming import EVENTS_IN
from headwater.events.sockets.outgoing import EVENTS_OUT

__all__ = ["EVENTS_IN", "EVENTS_OUT", "FOLLOWER", "make_follower"]
