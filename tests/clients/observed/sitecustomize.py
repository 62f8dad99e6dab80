"""Notes what a client process asks and is answered, in the files named by HTTP_LOG and ANSWERS.

Python imports it by its name when its folder is on PYTHONPATH, so that scripts stay unmodified.
"""

import json
import logging
import os

if "HTTP_LOG" in os.environ:
    requests = logging.getLogger("httpx")
    requests.setLevel(logging.INFO)
    requests.propagate = False
    requests.addHandler(logging.FileHandler(os.environ["HTTP_LOG"]))

if "ANSWERS" in os.environ:
    import httpx

    file = os.open(os.environ["ANSWERS"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    send, asend = httpx.Client.send, httpx.AsyncClient.send

    def note(response: httpx.Response) -> httpx.Response:
        if response.is_closed:  # and so read
            noted = {
                "method": response.request.method,
                "path": response.request.url.raw_path.decode().partition("?")[0],
                "status": response.status_code,
                "type": response.headers.get("Content-Type"),
                "body": response.text,
            }
            os.write(file, json.dumps(noted).encode() + b"\n")  # whole, among other processes
        return response

    def send_and_note(*arguments, **named):
        return note(send(*arguments, **named))

    async def asend_and_note(*arguments, **named):
        return note(await asend(*arguments, **named))

    httpx.Client.send = send_and_note
    httpx.AsyncClient.send = asend_and_note
