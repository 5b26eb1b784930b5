import pytest

from tests.tell.page import made

PHONE = {"viewport": {"width": 390, "height": 844}}
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
HOSTILE = ("hostile", "hostile_labels")

# One browser, in one process.
pytestmark = pytest.mark.xdist_group("browser")


def tasks_in_order(page):
    return page.locator("table.scores tbody th").all_inner_texts()


@pytest.mark.parametrize("name", ["usual", *HOSTILE])
def test_it_opens_without_a_complaint_and_asks_no_host(opened, addresses, name):
    one = opened(name)
    one.open_everything()
    one.page.emulate_media(media="print")
    assert one.complaints == []
    assert one.requests == [addresses[name]]


def test_the_table_sorts_by_a_click_on_its_head_and_says_so(opened):
    page = opened("usual").page
    assert tasks_in_order(page) == ["weather", "moods"]
    head = page.locator("table.scores").get_by_role("columnheader", name="task")
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert tasks_in_order(page) == ["moods", "weather"]
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert tasks_in_order(page) == ["weather", "moods"]


def test_numbers_sort_as_numbers_the_largest_first_and_by_keyboard(opened):
    page = opened("usual").page
    # Gaps are +30 and -10 points: as texts, "+" stands before "-".
    gap = page.get_by_role("columnheader", name="gap, zero-shot")
    gap.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert tasks_in_order(page) == ["weather", "moods"]
    page.keyboard.press("Enter")
    assert gap.get_attribute("aria-sort") == "ascending"
    assert tasks_in_order(page) == ["moods", "weather"]
    sorted_heads = page.locator('[aria-sort="ascending"], [aria-sort="descending"]')
    assert sorted_heads.count() == 1
    assert page.locator("table.scores tfoot th").inner_text() == "mean of 2 tasks"


def test_a_task_opens_by_its_link_by_its_address_and_by_keyboard(opened):
    page = opened("usual").page
    moods, weather = page.locator("#task-moods"), page.locator("#task-weather")
    assert moods.get_attribute("open") is None
    page.get_by_role("link", name="moods").click()
    page.wait_for_function("document.querySelector('#task-moods').open")
    assert moods.get_by_role("heading", name="Scores by model and seed").is_visible()
    weather.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert weather.get_by_role("heading", name="Prompts").is_visible()
    page.get_by_role("button", name="Close all").click()
    assert not moods.get_by_role("heading", name="Prompts").is_visible()
    page.get_by_role("button", name="Open all").click()
    assert moods.get_by_role("heading", name="Prompts").is_visible()
    page.goto(page.url.split("#")[0] + "#task-weather")
    page.reload()
    assert weather.get_by_role("heading", name="Prompts").is_visible()


@pytest.mark.parametrize("name", ["usual", *HOSTILE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_all_of_it_without_scrolling_aside(opened, name, scheme):
    one = opened(name, color_scheme=scheme, **PHONE)
    assert one.fits()
    one.screenshot(f"phone_{name}_{scheme}")
    one.open_everything()
    assert one.fits()
    # What is too wide scrolls in a frame of its own; nothing else stands over the edge.
    beyond = one.page.evaluate(
        """[...document.querySelectorAll('main *')]
           .filter(e => !e.closest('.scroll, svg'))
           .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
           .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert beyond == []


def test_dark_mode_is_dark_and_its_drawings_can_be_seen(opened):
    one = opened("usual", color_scheme="dark", **DESKTOP)
    one.screenshot("desktop_dark")
    light = opened("usual", color_scheme="light", **DESKTOP)
    light.screenshot("desktop_light")
    read = """() => {
      const brightness = c => c.match(/[\\d.]+/g).slice(0, 3).reduce((a, b) => a + +b, 0) / 765;
      const style = (q, name) => brightness(getComputedStyle(document.querySelector(q))[name]);
      return [style('body', 'backgroundColor'), style('body', 'color'),
              style('.chart text', 'fill'), style('.chart g.zero', 'fill')];
    }"""
    paper, ink, text, mark = one.page.evaluate(read)
    assert paper < 0.2 < 0.45 < mark
    assert min(ink, text) > 0.8
    paper, ink, text, _ = light.page.evaluate(read)
    assert paper > 0.9
    assert max(ink, text) < 0.2


def test_print_is_on_white_and_without_buttons(opened):
    one = opened("usual", color_scheme="dark")
    one.page.emulate_media(media="print")
    assert not one.page.get_by_role("button", name="Open all").is_visible()
    one.screenshot("print", full_page=True)
    ink = one.page.evaluate("getComputedStyle(document.body).color")
    assert ink == "rgb(28, 32, 36)", "as in light mode"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_texts(opened, name):
    one = opened(name)
    one.open_everything()
    page = one.page
    assert page.title().startswith("synthgap")
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, object").count() == 0
    shown = page.locator("#task-weather").inner_text()
    for text in (made.HOSTILE[0], made.HOSTILE[1], made.HOSTILE[4], made.HOSTILE[5]):
        assert text in shown
    assert "⟨U+202E⟩right to left" in shown
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    titles = page.locator("svg.map title").all_text_contents()
    assert any("script" in title or "/table" in title for title in titles)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["usual", "hostile"])
def test_axe_has_no_serious_finding(opened, name, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    one = opened(name, color_scheme=scheme, **DESKTOP)
    one.open_everything()
    found = axe.Axe().run(one.page).response["violations"]
    serious = [each for each in found if each["impact"] in ("serious", "critical")]
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in serious] == []


def test_a_phones_cards_are_still_a_table_to_a_screen_reader(opened):
    page = opened("usual", **PHONE).page
    table = page.get_by_role("table").first
    assert table.get_by_role("row").count() == 1 + 2 + 1
    assert table.get_by_role("columnheader").count() == 6
    assert table.get_by_role("rowheader", name="weather").count() == 1
