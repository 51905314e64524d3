"""Chromium without a window, with the page in it."""

import base64
import contextlib
import os
import shutil

from axe_selenium_python import Axe
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 40
"""Seconds to wait for what takes milliseconds on a machine that is not busy."""

WIDE = (1280, 900)
NARROW = (360, 780)


@contextlib.contextmanager
def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    arguments = ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
    arguments += ["--no-proxy-server", "--disable-background-networking", "--hide-scrollbars"]
    # Chromium refuses its sandbox to root.
    if os.getuid() == 0:
        arguments.append("--no-sandbox")
    for argument in arguments:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        yield Page(driver)
    finally:
        driver.quit()


class Page:
    def __init__(self, driver):
        self.driver = driver

    # What is there

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def text(self, selector):
        """What a reader can see; also of what has been scrolled away."""
        return self.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector)

    def is_shown(self, selector):
        return self.run("return document.querySelector(arguments[0])?.checkVisibility() ?? false", selector)

    def focused(self):
        return self.run("return document.activeElement.id")

    def wait(self, what, condition):
        """Waits until a condition holds, and returns its value."""
        last = WebDriverWait(self.driver, PATIENCE, poll_frequency=0.05)
        return last.until(lambda _: condition(), f"{what}. The page says:\n{self.text('body')}")

    def wait_for_text(self, selector, text):
        self.wait(f"'{text}' in {selector}", lambda: text in self.text(selector))

    def open(self, url):
        """Opens the page, and keeps what it announces: an announcement stands only until the next one."""
        self.driver.get(url)
        self.run("""
            const announcer = document.getElementById('announcer');
            window.announced = [];
            new MutationObserver(() => window.announced.push(announcer.textContent))
                .observe(announcer, {childList: true, characterData: true, subtree: true});
        """)

    def wait_for_announcement(self, text):
        said = lambda: self.run("return window.announced.some((said) => said.includes(arguments[0]))", text)
        self.wait(f"'{text}' announced", said)

    def row(self, order_id):
        return f'#orders-rows tr[data-order="{order_id}"]'

    # What a person does

    def press(self, *keys):
        self.driver.switch_to.active_element.send_keys(*keys)

    def tab_to(self, name):
        """Presses the tab key until an element has the focus."""
        for _ in range(40):
            if self.focused() == name:
                return
            self.press(Keys.TAB)
        raise AssertionError(f"The tab key does not lead to {name}")

    def click(self, selector):
        self.find(selector).click()

    def type(self, selector, text):
        element = self.find(selector)
        element.clear()
        element.send_keys(text)

    def fill_in(self, customer, product, quantity="1", price="2.50"):
        self.type("#customer", customer)
        self.run("document.getElementById('product').value = ''")
        self.run("document.getElementById('product').dispatchEvent(new Event('change'))")
        self.type("#other", product)
        self.type("#quantity", quantity)
        self.type("#price", price)

    def place(self, customer, product):
        """Places an order, and returns its id when the gateway has answered."""
        self.fill_in(customer, product)
        before = self.text("#answer-text")
        self.click("#order-submit")
        self.wait("an answer", lambda: self.text("#answer-text") not in ("", before))
        return self.text("#answer-text").split()[-1]

    # How it looks

    def resize(self, size):
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False},
        )

    def paint(self, scheme):
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})

    def save(self, name, whole=True):
        """Writes a picture into PAGE_SCREENSHOTS, if there is such a folder."""
        folder = os.environ.get("PAGE_SCREENSHOTS")
        if not folder:
            return
        width, height = self.run("return [innerWidth, document.documentElement.scrollHeight]")
        if not whole:
            height = self.run("return innerHeight")
        picture = self.driver.execute_cdp_cmd(
            "Page.captureScreenshot",
            {
                "captureBeyondViewport": whole,
                "clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 1},
            },
        )
        with open(os.path.join(folder, f"{name}.png"), "wb") as file:
            file.write(base64.b64decode(picture["data"]))

    def check_access(self, where):
        """Has axe-core look for what keeps people out."""
        axe = Axe(self.driver)
        axe.inject()
        violations = axe.run(options={"resultTypes": ["violations"]})["violations"]
        assert not violations, f"{where}: {axe.report(violations)}"

    def check_width(self, where):
        is_wide = "return document.documentElement.scrollWidth > innerWidth"
        assert not self.run(is_wide), f"{where}: the page scrolls to the side"

    def take_console(self):
        """What the console has been told since it was asked last."""
        return self.driver.get_log("browser")

    def check_console(self, expected=()):
        """The browser itself notes each failed request there; only those that belong here may be."""
        for entry in self.take_console():
            is_expected = entry["source"] == "network" and any(text in entry["message"] for text in expected)
            assert is_expected, f"The console has: {entry}"
