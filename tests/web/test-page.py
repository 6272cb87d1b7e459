#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The page with a machine's screen in a real browser, on the small guest, whose console is in text mode."""
import glob
import os

from chromium import Driver
from pageserver import PageServer
from vztest import Console, Home, eventually, main, small_guest

home = Home()
driver = None
server = None
bundle = None
desktop = None
phone = None
console = None

# How many of a canvas's pixels are light, in its upper and its lower half: text is; a dark screen is not.
LIGHT = '''
const canvas = document.querySelector('#screen canvas');
if (!canvas || !canvas.width) return [0, 0];
const half = Math.floor(canvas.height / 2);
return [0, half].map(top => {
  const data = canvas.getContext('2d').getImageData(0, top, canvas.width, half).data;
  let light = 0;
  for (let i = 0; i < data.length; i += 4)
    light += data[i] + data[i + 1] + data[i + 2] > 300;
  return light;
});
'''
# Everything that can be pressed is inside the window and large enough, and nothing makes the page scroll.
BADLY_PLACED = '''
const bad = [];
for (const button of document.querySelectorAll('header button, header summary')) {
  const box = button.getBoundingClientRect();
  if (!box.width)
    continue; // in a closed menu, or not for this device
  if (box.left < 0 || box.right > innerWidth || box.top < 0 || box.height < 32 || box.width < 32)
    bad.push(`${button.id} ${JSON.stringify(box)}`);
}
const page = document.documentElement;
if (page.scrollWidth > innerWidth || page.scrollHeight > innerHeight)
  bad.push(`scrolls: ${page.scrollWidth} ${page.scrollHeight}`);
return bad;
'''


OPEN_MENU = 'return document.querySelector("details[open]") !== null'
TEXT = 'return document.querySelector("#text").value'


def keep(browser, name):
    """A picture for the docs, when VZ_KEEP_PICTURES names a folder."""
    if os.environ.get('VZ_KEEP_PICTURES'):
        browser.screenshot(os.path.join(os.environ['VZ_KEEP_PICTURES'], name))


def opens():
    global driver, server, bundle, desktop, console
    bundle = small_guest(home)
    driver = Driver()
    server = PageServer(home, 'run', '--display', 'web', '--clipboard', bundle)
    desktop = driver.browser(1280, 800)
    desktop.open(server.address())
    eventually('the state', 60, lambda: desktop.text('#state') == 'running')
    console = Console(home, bundle)
    console.wait_until_up()
    assert 'token' not in desktop.run('return location.href')
    assert desktop.text('#title') == 'small', desktop.text('#title')


def console_is_on_the_canvas():
    eventually('text on the canvas', 60, lambda: min(desktop.run(LIGHT)) > 500)
    assert desktop.run('return document.querySelector("#notice").hidden')
    eventually('the line about booting goes when the agent answers', 60,
               lambda: desktop.run('return document.querySelector("#progress").hidden'))
    assert desktop.run(BADLY_PLACED) == []
    keep(desktop, 'small-desktop.png')


def typed_text_arrives():
    desktop.click('#screen canvas')
    desktop.type('ab')
    console.expect('key 30')
    console.expect('key 48')
    desktop.click('#keys-menu')
    desktop.run('[...document.querySelectorAll("#keys button")].find(b => b.innerText === "Alt-F4").click()')
    for code in (56, 62):
        console.expect(f'key {code}\r')
    assert not desktop.run('return document.querySelector("details[open]") !== null'), 'the menu stays open'
    desktop.run('document.querySelector("#text").value = "Z;"; document.querySelector("#clipboard").showModal()')
    desktop.click('#type')
    for code in (42, 44, 39):
        console.expect(f'key {code}\r')


def texts_do_not_mix():
    desktop.run("""
      const field = document.querySelector("#typing");
      document.querySelector("#keyboard").click();
      for (const text of ["2".repeat(20), "3"]) {
        field.value += text;
        field.dispatchEvent(new Event("input"));
      }""")
    console.expect('key 4\r')
    assert console.text.partition('key 4\r')[0].count('key 3\r') == 20, console.text


def the_keyboard_reaches_everything():
    focused = 'return document.activeElement.id || document.activeElement.localName'
    desktop.click('#screen canvas')
    assert desktop.run(focused) == 'canvas', desktop.run(focused)
    desktop.chord('Control', 'Alt', 'Home')
    assert desktop.run(focused) == 'pause', desktop.run(focused)
    desktop.run('document.querySelector("#keys-menu").focus()')
    desktop.type('\n')
    eventually('the menu opens', 20, lambda: desktop.run(OPEN_MENU))
    desktop.chord('Tab')
    desktop.chord('Escape')
    assert not desktop.run(OPEN_MENU)
    assert desktop.run(focused) == 'keys-menu', desktop.run(focused)
    assert 'key 1\r' not in console.text, 'the guest got the Escape too'


def no_key_stays_pressed():
    """Keys that are held while the screen loses the keyboard, whatever takes it away."""
    hold = 'for (const [symbol, code] of [[0xffe3, "ControlLeft"], [0xffe9, "AltLeft"], [0x61, "KeyA"]])' \
           '  document.querySelector("#screen canvas").dispatchEvent(new KeyboardEvent("keydown", { code, key: {' \
           ' ControlLeft: "Control", AltLeft: "Alt", KeyA: "a" }[code], bubbles: true }));'
    ways = {
        'Ctrl-Alt-Home': lambda: desktop.chord('Control', 'Alt', 'Home'),
        'a button': lambda: desktop.click('#fit'),
        'a menu': lambda: desktop.click('#keys-menu'),
        'the panel': lambda: desktop.run('document.querySelector("#clipboard").showModal()'),
        'another window': lambda: desktop.run('window.dispatchEvent(new Event("blur"))'),
        'another tab': lambda: desktop.run('document.dispatchEvent(new Event("visibilitychange"))'),
    }
    console.say('releases')
    for way, leave in ways.items():
        desktop.run('document.querySelectorAll("dialog[open]").forEach(d => d.close());'
                    'document.querySelectorAll("details[open]").forEach(d => { d.open = false; });'
                    'document.querySelector("#screen canvas").focus()')
        start = len(console.text)
        desktop.run(hold)
        eventually(f'{way}: pressed', 60, lambda: 'key 30\r' in console.text[start:])
        leave()
        for code in (29, 56, 30):
            eventually(f'{way}: key {code} is let go', 60, lambda: f'up {code}\r' in console.text[start:])
    desktop.run('document.querySelector("#clipboard").close(); document.querySelector("#screen canvas").focus()')
    names = desktop.run('return [...document.querySelectorAll("#keys button")].map(b => b.textContent)')
    assert {'Left', 'Right', 'Up', 'Down'} <= set(names), names


def fills_the_screen():
    bar = 'return document.querySelector("header").getBoundingClientRect().bottom'
    desktop.click('#fullscreen')
    eventually('full screen', 20, lambda: desktop.run('return document.fullscreenElement !== null'))
    desktop.click('#screen canvas')
    eventually('the bar goes', 20, lambda: desktop.run(bar) <= 0)
    desktop.chord('Control', 'Alt', 'Home')
    eventually('the bar comes', 20, lambda: desktop.run(bar) > 30)
    desktop.click('#fullscreen')
    eventually('a window again', 20, lambda: desktop.run('return document.fullscreenElement === null'))
    assert desktop.run(BADLY_PLACED) == []


def two_browsers():
    global phone
    eventually('another address', 20, lambda: len(server.addresses()) > 1)
    phone = driver.browser(390, 844, scheme='dark', mobile=True)
    phone.open(server.address())
    eventually('its state', 60, lambda: phone.text('#state') == 'running')
    eventually('text on its canvas', 60, lambda: min(phone.run(LIGHT)) > 500)
    assert phone.run(BADLY_PLACED) == []
    assert desktop.text('#state') == 'running'
    assert min(desktop.run(LIGHT)) > 500, 'the first lost its picture'
    keep(phone, 'small-phone.png')
    width = 'return document.querySelector("#screen canvas").getBoundingClientRect().width'
    drawn = 'return document.querySelector("#screen canvas").width'
    assert phone.run(width) <= 390 < phone.run(drawn), phone.run(drawn)
    phone.click('#zoom')
    eventually('pixels of their own size', 20, lambda: phone.run(width) == phone.run(drawn) == 390)
    phone.click('#zoom')
    eventually('the whole screen', 20, lambda: phone.run(width) <= 390 < phone.run(drawn))


def a_text_that_is_copied_in_the_guest_arrives():
    for browser in (desktop, phone):
        browser.run('return document.querySelector("#screen canvas").focus()')
    desktop.grant('clipboardReadWrite', 'clipboardSanitizedWrite')
    console.say('copy from the guest: \u00e9\u2713')
    eventually('it is on the clipboard of a browser that lets it', 60,
               lambda: desktop.run('return navigator.clipboard.readText()') == 'from the guest: \u00e9\u2713')
    phone.click('#paste')
    eventually('it is in the panel of the other', 60, lambda: phone.run(TEXT) == 'from the guest: \u00e9\u2713')
    assert 'copied in the guest' in phone.text('#clipboard-state'), phone.text('#clipboard-state')
    console.say('copy another one')
    eventually('the panel follows', 60, lambda: phone.run(TEXT) == 'another one')
    assert phone.run(BADLY_PLACED) == []
    keep(phone, 'small-phone-clipboard.png')
    phone.click('#clipboard button[value=cancel]')


def a_text_from_the_page_arrives_in_the_guest():
    desktop.click('#paste')
    eventually('it may be given', 60, lambda: desktop.run('return !document.querySelector("#give").disabled'))
    keep(desktop, 'small-desktop-clipboard.png')
    desktop.run('document.querySelector("#text").value = arguments[0]', 'to the guest \u00fc')
    desktop.click('#give')
    console.expect('clipboard 15 to the guest \u00fc')
    # Byte for byte: line ends as they are, and nothing behind the end.
    desktop.click('#paste')
    desktop.run('document.querySelector("#text").value = arguments[0]', 'a\nb')
    desktop.click('#give')
    console.expect('clipboard 3 a')
    # What was copied before that stays behind it, and reading it, which can take a while, does not disturb who types.
    desktop.run('window.dispatchEvent(new Event("focus")); await navigator.permissions.query({ name: "clipboard-read" });'
                'await navigator.clipboard.readText()')
    desktop.run('const { clipboard } = navigator, read = clipboard.readText.bind(clipboard);'
                'clipboard.readText = async () => { await new Promise(done => { window.readOn = done; }); return read(); }')
    desktop.click('#paste')
    desktop.run('document.querySelector("#text").value = arguments[0]', 'typed meanwhile')
    desktop.run('delete navigator.clipboard.readText; window.readOn();'
                'for (let i = 0; i < 3; i++) await navigator.clipboard.readText()')
    assert desktop.run(TEXT) == 'typed meanwhile', desktop.run(TEXT)
    desktop.click('#give')
    console.expect('clipboard 15 typed meanwhile')
    assert 'clipboard 11 another one' not in console.text
    long = 'long text ' * 3000
    desktop.click('#paste')
    desktop.run('document.querySelector("#text").value = arguments[0]', long)
    desktop.click('#give')
    console.expect(f'clipboard {len(long)} long text')
    largest = 512 * 1024 - 8
    for size, fits in ((largest, True), (largest + 1, False), (3 << 20, False)):
        desktop.run('document.querySelector("#message").hidden = true')
        desktop.click('#paste')
        desktop.run('const value = Array.from({ length: arguments[0] / 8 + 1 }, () => Math.random().toString(36)'
                    '.slice(2, 10).padEnd(8)).join("").slice(0, arguments[0]);'
                    'document.querySelector("#text").value = value', size)
        desktop.click('#give')
        if fits:
            console.expect(f'clipboard {size} ')
        else:
            eventually('the refusal is said', 20, lambda: '511 KiB' in desktop.text('#message'))
    # One that is copied elsewhere goes by itself when the page has the focus again, where the user has once agreed.
    desktop.run('await navigator.clipboard.writeText("copied elsewhere"); window.dispatchEvent(new Event("focus"))')
    console.expect('clipboard 16 copied elsewhere')
    # A browser of another system has line ends of its own.
    desktop.run('await navigator.clipboard.writeText("first\\r\\nsecond"); window.dispatchEvent(new Event("focus"))')
    console.expect('clipboard 12 first')


def pauses_and_resumes():
    assert desktop.run('return document.querySelector("#save").disabled'), 'with a shared clipboard nothing is saved'
    assert 'Spice agent port' in desktop.run('return document.querySelector("#save").title')
    desktop.click('#pause')
    for browser in (desktop, phone):
        eventually('paused', 60, lambda: browser.text('#state') == 'paused')
    assert desktop.text('#notice') == 'Paused'
    console.say('echo after the pause')
    assert 'after the pause' not in console.text
    phone.click('#resume')
    for browser in (desktop, phone):
        eventually('running', 60, lambda: browser.text('#state') == 'running')
    console.expect('after the pause')


def keeps_a_picture():
    desktop.command('Browser.setDownloadBehavior', behavior='allow', downloadPath=desktop.downloads)
    desktop.click('#screenshot')
    pictures = os.path.join(desktop.downloads, 'small *.png')
    eventually('a picture', 60, lambda: glob.glob(pictures))
    with open(glob.glob(pictures)[0], 'rb') as file:
        assert file.read(8) == b'\x89PNG\r\n\x1a\n'


def stops():
    desktop.click('#stop-menu')
    desktop.click('#stop')
    for browser in (desktop, phone):
        eventually('stopped', 120, lambda: 'stopped' in browser.text('#notice').lower())
    assert server.wait() == 0, server.text
    assert not home.processes()
    # The server is gone; and noVNC 1.6 leaves to the browser the frame by which it finds out whether there is H.264.
    harmless = ('ERR_CONNECTION_REFUSED', 'A VideoFrame was garbage collected')
    lost = [text for text in desktop.complaints() if not any(words in text for words in harmless)]
    assert not lost, lost


def a_wrong_token_shows_nothing_and_the_right_one_saves():
    global server
    server = PageServer(home, 'run', '--display', 'web', '--on-close', 'stop', bundle)
    other = driver.browser(1280, 800)
    other.open(server.address()[:-1] + ('1' if server.address()[-1] == '0' else '0'))
    # What is there then is the browser's own page for "not found".
    assert other.run('return document.querySelector("#screen, #title, #save, canvas") === null')
    other.open(server.address())
    eventually('the screen', 60, lambda: other.run('return document.querySelector("#screen canvas") !== null'))
    other.click('#save')
    eventually('saved', 120, lambda: 'saved' in other.text('#notice').lower())
    assert server.wait() == 0, server.text
    assert os.path.exists(os.path.join(bundle, 'SaveFile.vzvmsave'))
    server = PageServer(home, 'run', '--display', 'web', bundle)
    other.open(server.address())
    eventually('it goes on', 120, lambda: other.text('#state') == 'running')
    Console(home, bundle).say('echo awake again')
    other.click('#stop-menu')
    other.click('#switch-off')
    eventually('stopped', 60, lambda: 'stopped' in other.text('#notice').lower())
    assert server.wait() == 0, server.text


try:
    main([opens, console_is_on_the_canvas, typed_text_arrives, texts_do_not_mix,
          the_keyboard_reaches_everything, no_key_stays_pressed, fills_the_screen, two_browsers,
          a_text_that_is_copied_in_the_guest_arrives, a_text_from_the_page_arrives_in_the_guest, pauses_and_resumes,
          keeps_a_picture, stops,
          a_wrong_token_shows_nothing_and_the_right_one_saves])
finally:
    if driver:
        driver.close()
    home.close()
