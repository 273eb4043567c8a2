"""Choosing in lists that are searched by typing."""

from playwright.sync_api import Locator, Page


def pick(within: Page | Locator, testid: str, words: str) -> None:
    """Type into a list's field and take the first that fits, by keys alone."""
    field = within.get_by_test_id(testid).first
    field.click()
    field.fill(words)
    field.press("Enter")


def choose(page: Page, what: str, value: str) -> None:
    """Choose in a menu of the dashboard by its test id; that of a setting is opened first."""
    if not page.get_by_test_id(what).count():
        page.get_by_test_id("settings").click()
    field = page.get_by_test_id(what).first
    if field.get_attribute("role") != "combobox":
        field.select_option(value)
    elif value:
        pick(page, what, value)
    else:
        # No words find the choice of nothing: without any, Enter takes what is chosen already.
        field.click()
        page.locator('[role=option][data-value=""]').click()
