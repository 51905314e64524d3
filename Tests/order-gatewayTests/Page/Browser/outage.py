"""Has the live page tell when the broker goes and returns. Argument: the gateway's port.

Prints a line when the page says that the gateway is ready, then that it is not, then that it is again.
"""

import sys

from browser import WIDE, browser

with browser() as page:
    page.resize(WIDE)
    page.open(f"http://127.0.0.1:{sys.argv[1]}/")
    page.wait_for_text("#connection", "Live")
    page.wait("readiness", lambda: page.text("#readiness") == "Ready")
    print("ready", flush=True)
    page.wait("the outage", lambda: page.text("#readiness") == "Not ready")
    page.wait_for_announcement("The gateway is not ready. ")
    page.wait("the reason", lambda: page.text("#checks-list li[data-state=bad] .reason"))
    # It has no broker, and goes on answering the page.
    assert page.text("#connection") == "Live"
    page.fill_in("c-outage", "p-1")
    page.click("#order-submit")
    page.wait("a refusal", lambda: page.is_shown("#order-problem"))
    # The first answers of an outage are 504, which say no more than that.
    assert not page.is_shown("#answer") or "unknown" in page.text("#answer-title")
    page.save("outage-wide-light")
    print("not ready", flush=True)
    page.wait("the end of the outage", lambda: page.text("#readiness") == "Ready")
    page.wait_for_announcement("The gateway is ready again")
    page.click("#order-submit")
    page.wait_for_text("#answer-title", "Pending")
    # Refused orders belong to an outage; the browser itself notes them.
    page.check_console(["503", "504"])
    print("ready again", flush=True)
