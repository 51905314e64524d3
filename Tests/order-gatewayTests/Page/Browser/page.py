"""Uses the live page as people do. Arguments: the gateway's port, its brokers, another gateway's port.

Prints a line for each thing that it has seen; an assertion ends it. With PAGE_SCREENSHOTS, a folder,
it writes pictures there.
"""

import sys

import events
import httpx
from browser import NARROW, WIDE, browser
from interruption import Way
from selenium.webdriver.common.keys import Keys

HOSTILE = "<img src=x onerror=window.wasHostile=1>"
MOST_ROWS = 100

port, brokers, other_port = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
way = Way(port)
client = httpx.Client(base_url=f"http://127.0.0.1:{port}")


def place_by_keyboard(page):
    page.tab_to("customer")
    page.press(Keys.CONTROL, "a", Keys.NULL)
    page.press("c-keys")
    page.tab_to("product")
    page.press("p-2")
    page.tab_to("quantity")
    page.press(Keys.CONTROL, "a", Keys.NULL)
    page.press("3")
    page.tab_to("order-submit")
    page.press(Keys.ENTER)
    page.wait_for_text("#answer-title", "Confirmed")
    order_id = page.text("#answer-text").split()[-1]
    page.wait_for_text(page.row(order_id), "confirmed")
    assert "c-keys" in page.text(page.row(order_id))
    assert "3 × p-2" in page.text(page.row(order_id))
    assert page.focused() == "order-submit"
    return order_id


def see_one_cancelled(page):
    page.click("#product option[value^=out-of-stock]")
    page.click("#order-submit")
    page.wait_for_text("#answer-title", "Cancelled")
    page.wait_for_text("#way", "insufficient_stock")
    order_id = page.text("#answer-text").split()[-1]
    page.wait_for_text(page.row(order_id), "cancelled")
    page.wait_for_text(page.row(order_id), "insufficient_stock")
    page.wait_for_announcement("The order was cancelled")
    return order_id


def see_what_is_wrong(page):
    """With a wrong order: each problem stands beside its field, and the first field has the focus."""
    page.type("#quantity", "0")
    page.type("#price", "1.23456")
    page.press(Keys.ENTER)
    page.wait("problems", lambda: page.is_shown("#quantity-problem") and page.is_shown("#price-problem"))
    assert page.focused() == "quantity"
    for name in ("quantity", "price"):
        field = page.find(f"#{name}")
        assert field.get_attribute("aria-invalid") == "true"
        assert field.get_attribute("aria-describedby") == f"{name}-problem"
        assert field.accessible_name in ("Quantity", "Price of one")
    assert page.find("#customer").get_attribute("aria-invalid") == "false"
    assert page.is_shown("#order-problem")
    page.type("#quantity", "2")
    page.type("#price", "9.99")
    page.check_console(["422"])


def read_time_line(page, order_id):
    button = page.find(f"{page.row(order_id)} button")
    assert button.accessible_name.replace(" ", "").endswith(order_id)
    button.send_keys(Keys.ENTER)
    page.wait("three events", lambda: len(page.all("#trail-events > li")) == 3)
    assert page.focused() == "trail-title"
    text = page.text("#trail-events")
    types = ("OrderCreated", "InventoryReservationFailed", "OrderCancelled")
    for part in (*types, "order-events / ", "inventory-events / ", "version 1.0"):
        assert part in text, f"{part} is not in: {text}"
    correlation = client.get(f"/orders/{order_id}").json()["correlation_id"]
    assert correlation in text
    # The order was cancelled because of what inventory answered.
    assert "2. InventoryReservationFailed" in text, text
    page.save("time-line-wide-light", whole=False)
    page.check_access("the time line")
    page.resize(NARROW)
    page.paint("dark")
    page.check_width("the time line")
    page.check_access("the time line, narrow and dark")
    page.save("time-line-narrow-dark", whole=False)
    page.resize(WIDE)
    page.paint("light")
    page.press(Keys.ESCAPE)
    page.wait("the sheet to close", lambda: not page.is_shown("#trail"))
    assert page.run("return document.activeElement === arguments[0]", button)


def filter_orders(page, confirmed, cancelled):
    page.click("#status-filter option:nth-child(4)")
    page.wait("a row to go", lambda: not page.is_shown(page.row(confirmed)))
    assert page.is_shown(page.row(cancelled))
    page.click("#status-filter option:nth-child(1)")
    page.type("#customer-filter", "c-filtered\n")
    page.wait("all rows to go", lambda: not page.is_shown("#orders-scroll"))
    page.wait_for_text("#connection", "Live")
    order_id = page.place("c-filtered", "p-1")
    page.wait_for_text(page.row(order_id), "confirmed")
    other = page.place("c-other", "p-1")
    # The page asks for what its stream does not tell.
    page.wait_for_text("#answer-title", "Confirmed")
    assert not page.all(page.row(other))
    page.find("#customer-filter").send_keys(Keys.CONTROL, "a", Keys.NULL, Keys.DELETE, Keys.ENTER)
    page.wait("the rows to return", lambda: page.is_shown(page.row(confirmed)))


def hold_still(page):
    page.click("#hold")
    assert page.find("#hold").get_attribute("aria-pressed") == "true"
    order_id = place_elsewhere("c-held")
    page.wait_for_text("#orders-count", "held back")
    assert not page.all(page.row(order_id))
    page.click("#hold")
    page.wait_for_text(page.row(order_id), "confirmed")


def keep_the_newest(page):
    """The page stays small, however many orders there are."""
    for _ in range(MOST_ROWS + 20):
        last = place_elsewhere("c-many")
    page.wait_for_text(page.row(last), "confirmed")
    assert len(page.all("#orders-rows tr")) == MOST_ROWS


def place_elsewhere(customer):
    """Places an order as another client."""
    order = {"customer_id": customer, "items": [{"product_id": "p-1", "quantity": 1, "unit_price": "1"}]}
    answer = client.post("/orders", json=order).raise_for_status()
    return answer.json()["order_id"]


def see_figures(page):
    page.wait_for_text("#readiness", "Ready")
    page.wait("checks", lambda: len(page.all("#checks-list li")) >= 4)
    page.wait("charts", lambda: len(page.all("#charts svg.chart")) == 3)
    page.wait("a line", lambda: "M" in (page.find("#charts .line-0").get_attribute("d") or ""))
    for chart in page.all("#charts svg.chart"):
        assert "over time" in chart.accessible_name
    page.wait("lag", lambda: len(page.all("#lag-rows tr[data-state]")) >= 6)
    page.wait_for_text("#letters", "None since this gateway was started")


def see_hostile_text(page):
    """Hostile ids and reasons are shown as what they are: text."""
    order_id = page.place(HOSTILE, f"p{HOSTILE}")
    page.wait_for_text("#answer-title", "Confirmed")
    events.cancel(brokers, order_id, f"reason {HOSTILE}")
    page.wait_for_text(page.row(order_id), f"reason {HOSTILE}")
    assert page.text(page.row(order_id)).count(HOSTILE) == 3
    events.spoil(brokers, HOSTILE)
    page.wait("a dead letter", lambda: len(page.all("#letters-rows tr")) == 1)
    assert f"version {HOSTILE}" in page.text("#letters-rows")
    page.click(f"{page.row(order_id)} button")
    page.wait_for_text("#trail-order", f"reason {HOSTILE}")
    page.wait_for_text("#trail-events", "OrderCancelled")
    page.press(Keys.ESCAPE)
    page.wait("the sheet to close", lambda: not page.is_shown("#trail"))
    assert not page.all("img")
    assert page.run("return window.wasHostile === undefined")


def lose_connection(page):
    page.check_console()
    way.cut()
    page.wait_for_text("#connection", "Connection lost")
    assert "The connection was lost" in page.text("#notice")
    page.wait_for_announcement("The connection was lost")
    page.save("lost-wide-light", whole=False)
    page.check_access("without a connection")
    meanwhile = place_elsewhere("c-meanwhile")
    way.restore()
    page.wait_for_text("#connection", "Live")
    page.wait_for_text("#notice", "The connection is back")
    page.wait_for_announcement("The connection is back")
    # The stream goes on where it was, so nothing was missed.
    page.wait_for_text(page.row(meanwhile), "confirmed")
    assert not page.is_shown("#orders-notice")
    page.check_console(["net::ERR_"])


def meet_another_gateway(page):
    """It knows nothing of what the page has seen, so the page says that it missed something."""
    way.cut()
    page.wait_for_text("#connection", "Connection lost")
    way.target = other_port
    way.restore()
    page.wait_for_text("#connection", "Live")
    page.wait_for_text("#orders-notice", "Some changes were missed")
    page.wait_for_announcement("missed")
    order_id = page.place("c-elsewhere", "p-1")
    page.wait_for_text(page.row(order_id), "confirmed")
    page.check_console(["net::ERR_"])


def look_at(page):
    for name, size in (("wide", WIDE), ("narrow", NARROW)):
        for scheme in ("light", "dark"):
            page.resize(size)
            page.paint(scheme)
            page.check_width(f"{name}, {scheme}")
            page.check_access(f"{name}, {scheme}")
            page.save(f"{name}-{scheme}")


with browser() as page:
    page.resize(WIDE)
    page.paint("light")
    page.open(f"http://127.0.0.1:{way.port}/")
    page.wait_for_text("#connection", "Live")
    print("the page is live", flush=True)
    confirmed = place_by_keyboard(page)
    print("an order placed by keyboard is confirmed", flush=True)
    cancelled = see_one_cancelled(page)
    print("another is cancelled", flush=True)
    page.check_console()
    see_what_is_wrong(page)
    print("problems stand beside their fields", flush=True)
    see_figures(page)
    print("figures are shown", flush=True)
    read_time_line(page, cancelled)
    print("a time line is shown", flush=True)
    filter_orders(page, confirmed, cancelled)
    print("orders are filtered", flush=True)
    hold_still(page)
    print("the table holds still", flush=True)
    see_hostile_text(page)
    print("hostile text is inert", flush=True)
    lose_connection(page)
    print("the connection is lost and regained", flush=True)
    look_at(page)
    print("nobody is kept out", flush=True)
    page.check_console()
    keep_the_newest(page)
    print("the newest orders are kept", flush=True)
    meet_another_gateway(page)
    print("another gateway says what was missed", flush=True)
