"""What people read on Signal: plain text, in which nothing they wrote is taken for markup."""

from headwater.api import Message
from headwater.api.texts import body_and_fields, clean, cut, is_link, one_line
from headwater.api.tones import SIGNS, tone_of

LONGEST = 2000  # characters; Signal makes an attachment of what is longer
LONGEST_TITLE = 200
LONGEST_LINK = 500
MOST_FIELDS = 15
BREAK = "\n\n"


def compose(message: Message) -> dict[str, object]:
    title = cut(one_line(clean(message.title)), LONGEST_TITLE)
    head = f"{SIGNS[tone_of(message)]} {title}".rstrip()
    link = message.link if is_link(message.link, LONGEST_LINK) else ""
    room = LONGEST - len(head) - len(link) - 2 * len(BREAK)
    parts = [head, cut(body_and_fields(message, MOST_FIELDS), room), link]
    return {"message": BREAK.join(filter(None, parts)), "text_mode": "normal"}
