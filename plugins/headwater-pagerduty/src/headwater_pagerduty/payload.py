"""What PagerDuty is sent: its limits are those of its documentation of the Events API v2."""

from hashlib import sha256

from headwater.api import Kind, Message, Severity
from headwater.api.texts import cut, cut_fields, is_link, one_line, utf16
from headwater_pagerduty.settings import PagerDutySettings

LONGEST_SUMMARY = 1024  # characters; no word on how they are counted, so as the strictest would
LONGEST_KEY = 255
# An event may have 512 KB, in which a character takes up to 6 bytes. The details are below that.
LONGEST_BODY = 25_000
MOST_DETAILS = 40
LONGEST_NAME = 100
LONGEST_DETAIL = 1000
LONGEST_LINK = 2000
CLIENT = "Headwater"
OPEN = "Open in Headwater"
SEVERITIES = {Severity.INFO: "info", Severity.WARNING: "warning", Severity.ERROR: "error"}
# As the clients send them.
CHOSEN_SEVERITIES = {"success": "info", "warning": "warning", "failure": "critical"}
WORRYING = {"warning", "critical"}

Event = dict[str, object]


def is_change(message: Message, settings: PagerDutySettings) -> bool:
    """Say if *message* is no problem, but something that those on call may want to know."""
    chosen = CHOSEN_SEVERITIES.get(settings.notify_type)
    return message.kind is Kind.NEWS and chosen not in WORRYING


def compose_trigger(message: Message, settings: PagerDutySettings) -> Event:
    """Return what opens an alert, or adds to the one of this message's key that is open."""
    plain = compose_trigger_plainly(message, settings)
    more = {
        "component": settings.component,
        "group": settings.group,
        "class": settings.class_id,
        "custom_details": _details(message, settings),
    }
    payload = {**_payload(message, settings), **{k: v for k, v in more.items() if v}}
    client = {"client": CLIENT}
    if is_link(message.link, LONGEST_LINK):
        client["client_url"] = message.link
    return {**plain, "payload": payload, **client, "links": _links(settings)}


def compose_trigger_plainly(message: Message, settings: PagerDutySettings) -> Event:
    """Return the least that opens an alert, for when more is refused."""
    event = {"event_action": "trigger", "dedup_key": key_of(message)}
    return {**_routing(settings), **event, "payload": _payload(message, settings)}


def compose_resolve(message: Message, settings: PagerDutySettings) -> Event:
    return {**_routing(settings), "event_action": "resolve", "dedup_key": key_of(message)}


def compose_change(message: Message, settings: PagerDutySettings) -> Event:
    plain = compose_change_plainly(message, settings)
    links = _links(settings)
    if is_link(message.link, LONGEST_LINK):
        links.insert(0, {"href": message.link, "text": OPEN})
    payload = {**_summary(message, settings), "custom_details": _details(message, settings)}
    return {**plain, "payload": payload, "links": links}


def compose_change_plainly(message: Message, settings: PagerDutySettings) -> Event:
    return {**_routing(settings), "payload": _summary(message, settings)}


def key_of(message: Message) -> str:
    """Return what PagerDuty knows the problem by."""
    key = message.dedup_key
    return key if utf16(key) <= LONGEST_KEY else sha256(key.encode(errors="replace")).hexdigest()


def _routing(settings: PagerDutySettings) -> Event:
    return {"routing_key": settings.integration_key.get_secret_value()}


def _payload(message: Message, settings: PagerDutySettings) -> Event:
    severity = SEVERITIES[message.severity]
    if message.kind is not Kind.TEST:
        severity = CHOSEN_SEVERITIES.get(settings.notify_type, severity)
    return {**_summary(message, settings), "severity": severity}


def _summary(message: Message, settings: PagerDutySettings) -> Event:
    said = one_line(message.title) or one_line(message.body) or CLIENT
    summary = cut(said, LONGEST_SUMMARY, size=utf16)
    event: Event = {"summary": summary, "source": settings.source or CLIENT}
    return event | ({"timestamp": message.happened.isoformat()} if message.happened else {})


def _details(message: Message, settings: PagerDutySettings) -> dict[str, str]:
    """Return what is said beside the summary; what the settings say stays as it is."""
    own = settings.custom_details or {}
    fields = {
        cut(name, LONGEST_NAME): cut(value, LONGEST_DETAIL, size=utf16)
        for name, value in cut_fields(message.fields, MOST_DETAILS - len(own)).items()
    }
    body = {"Message": cut(message.body, LONGEST_BODY, size=utf16)} if message.body.strip() else {}
    return {**body, **fields, **own}


def _links(settings: PagerDutySettings) -> list[dict[str, str]]:
    return [{"href": str(settings.clickable_url)}] if settings.clickable_url else []
