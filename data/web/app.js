// SPDX-License-Identifier: LGPL-2.1-or-later
import { Clipboard } from './clipboard.js';
import { Control } from './control.js';
import { combinations, press, type } from './keys.js';
import Screen from './screen.js';

const $ = id => document.getElementById(id);
const socketBase = `ws://${location.host}/socket`;
const control = new Control(`${socketBase}/control`);

let machine = { state: null };
let rfb = null;
let connected = false;
let lost = false;
let ended = null; // why there is no machine any more
let bootSince = null; // what Date.now() was when the guest began to boot; null: it does not

const kinds = { running: 'good', stopped: 'bad', error: 'bad' };
const words = { error: 'stopped by an error' };

// --- the screen

function isOn() {
  return machine.state !== null && !['stopped', 'error', 'starting', 'restoring'].includes(machine.state);
}

function connect() {
  if (rfb || !isOn())
    return;
  rfb = new Screen($('screen'), `${socketBase}/display`, { shared: true });
  setZoom($('zoom').ariaPressed === 'true');
  rfb.resizeSession = $('fit').ariaPressed === 'true';
  rfb.compressionLevel = 0; // it does not leave this host
  rfb.qualityLevel = 9;
  rfb.background = 'transparent';
  rfb.addEventListener('connect', () => {
    connected = true;
    rfb.watchFocus($('screen').querySelector('canvas'));
    clipboard.attach(rfb);
    watchSize();
    if (!document.querySelector('dialog[open]'))
      rfb.focus();
    show();
  });
  rfb.addEventListener('disconnect', () => {
    rfb = null;
    clipboard.detach();
    connected = false;
    show();
    setTimeout(connect, 1000);
  });
}

// The guest's text consoles do not follow a change of the screen's size; vz tells them. A zoomed screen shows a part only.
function tellSize() {
  const canvas = $('screen').querySelector('canvas');
  if (canvas && $('zoom').ariaPressed !== 'true')
    control.order('screen-size', { width: canvas.width, height: canvas.height });
}

function watchSize() {
  new MutationObserver(tellSize).observe($('screen').querySelector('canvas'),
                                         { attributes: true, attributeFilter: ['width', 'height'] });
  tellSize();
}

// --- what is shown beside the screen

function notice() {
  if (lost)
    return ended ?? 'vz has ended. “vz display web” gives a new address.';
  if (machine.state === null)
    return 'Connecting…';
  if (machine.state === 'stopped' || machine.state === 'error')
    return ended ?? 'The machine has stopped.';
  if (machine.state === 'paused')
    return 'Paused';
  return connected ? '' : 'Waiting for the screen…';
}

const saveTitle = $('save').title;

function show() {
  const { state } = machine;
  const text = notice();

  $('title').textContent = machine.title ?? 'vz';
  document.title = machine.title ? `${machine.title} — ${words[state] ?? state}` : 'vz';
  $('state').textContent = lost ? 'not connected' : words[state] ?? state ?? 'connecting';
  $('state').dataset.kind = lost ? 'bad' : kinds[state] ?? 'wait';
  $('notice').textContent = text;
  $('notice').hidden = !text;
  $('notice').classList.toggle('over', connected && state === 'paused' && !lost);
  const free = !lost && !machine.action;
  $('pause').hidden = Boolean(machine['can-resume']);
  $('resume').hidden = !machine['can-resume'];
  $('pause').disabled = !(free && machine['can-pause']);
  $('resume').disabled = !(free && machine['can-resume']);
  const refusal = machine['save-refusal'];
  $('save').disabled = !(free && !refusal && (machine['can-pause'] || machine['can-resume']));
  $('save').title = refusal ? `The machine cannot be saved: ${refusal}` : saveTitle;
  $('stop').disabled = !(free && machine['can-request-stop']);
  $('switch-off').disabled = lost || !machine['can-stop'];
  for (const id of ['paste', 'screenshot'])
    $(id).disabled = !connected;
  for (const button of $('keys').children)
    button.disabled = !connected;
  showProgress();
}

const doing = { pause: 'Pausing…', resume: 'Resuming…', save: 'Saving…', stop: 'Asking the guest to shut down…',
                starting: 'Starting…', restoring: 'Restoring the saved state…', saving: 'Saving…' };
const BOOT_SHOWN_MS = 10 * 60 * 1000; // a guest without an agent never says that it is up
let fraction = null;

function showProgress() {
  let text = doing[machine.action] ?? doing[machine.state] ?? '';
  const booting = Date.now() - bootSince;

  if (!text && machine.state === 'running' && bootSince !== null && booting < BOOT_SHOWN_MS) {
    const seconds = Math.floor(booting / 1000);
    text = `The guest is booting: ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  }
  if (fraction !== null && text)
    text += ` ${Math.round(fraction * 100)} %`;
  $('progress').hidden = !text || lost;
  $('progress').classList.toggle('unknown', fraction === null);
  $('progress').querySelector('span').textContent = text;
  $('progress').querySelector('b').style.width = fraction === null ? '' : `${fraction * 100}%`;
}
setInterval(showProgress, 1000);

let messageTimer = 0;

function say(text) {
  $('message').textContent = text;
  $('message').hidden = false;
  clearTimeout(messageTimer);
  messageTimer = setTimeout(() => { $('message').hidden = true; }, 8000);
}

control.addEventListener('state', ({ detail }) => {
  lost = false;
  bootSince = 'booting-seconds' in detail ? Date.now() - detail['booting-seconds'] * 1000 : null;
  if (machine.action === 'save' || machine.state === 'saving')
    ended = detail.state === 'stopped' ? 'The machine is saved. “vz run” resumes it.' : null;
  else if (detail.state !== 'stopped')
    ended = null;
  machine = detail;
  if (!machine.action && !['saving', 'restoring'].includes(machine.state))
    fraction = null;
  connect();
  show();
});
control.addEventListener('progress', ({ detail }) => {
  fraction = detail['fraction-completed'];
  showProgress();
});
control.addEventListener('error', ({ detail }) => say(detail.message));
control.addEventListener('lost', () => {
  lost = true;
  if (machine.state === 'stopped' || machine.state === 'error')
    ended ??= 'The machine has stopped. This page can be closed.';
  show();
});

// --- buttons

for (const action of ['pause', 'resume', 'save', 'stop', 'switch-off'])
  $(action).addEventListener('click', () => control.order(action));

for (const [name, keys] of combinations) {
  const button = document.createElement('button');
  button.textContent = name;
  button.addEventListener('click', () => press(rfb, keys));
  $('keys').append(button);
}

const menus = [...document.querySelectorAll('details.menu')];

function closeMenus(except) {
  for (const menu of menus)
    if (menu !== except)
      menu.open = false;
}

// These keys are the page's own, wherever the focus is: one leads from the guest's screen, which takes every other key, to
// the buttons, and one closes a menu.
window.addEventListener('keydown', event => {
  const menu = event.target.closest?.('details[open]');
  if (event.key === 'Home' && event.ctrlKey && event.altKey)
    document.querySelector('nav > button:enabled:not([hidden]), nav summary').focus();
  else if (event.key === 'Escape' && menu) {
    menu.open = false;
    menu.querySelector('summary').focus();
  } else
    return;
  event.preventDefault();
  event.stopPropagation();
}, true);
document.addEventListener('click', event => {
  const menu = event.target.closest('details.menu');
  closeMenus(event.target.closest('.menu > div') ? null : menu);
  if (rfb && event.target.closest('header') && !event.target.closest('summary, #keyboard, #paste'))
    rfb.focus();
}, true);
$('screen').addEventListener('pointerdown', () => closeMenus(null), true);

function pictureName() {
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  return `${(machine.title ?? 'vz').replaceAll('/', '-')} ${time}.png`;
}

$('screenshot').addEventListener('click', () => {
  $('screen').querySelector('canvas').toBlob(picture => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(picture);
    link.download = pictureName();
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  });
});

async function fillScreen() {
  await document.documentElement.requestFullscreen();
  await navigator.keyboard?.lock?.(); // Esc, Alt-Tab and the like go to the guest; Esc held down ends it
}

$('fullscreen').addEventListener('click', () => {
  if (document.fullscreenElement)
    document.exitFullscreen();
  else
    fillScreen().catch(error => say(error.message));
});
$('fullscreen').hidden = !document.fullscreenEnabled;

// On a telephone the guest keeps its size: most guests are unusable at a width of 390 points.
function setFit(fit) {
  $('fit').ariaPressed = String(fit);
  if (rfb)
    rfb.resizeSession = fit;
}

// On a telephone, a screen that is scaled to fit is too small to read. With a mouse, dragging belongs to the guest.
function setZoom(zoom) {
  $('zoom').ariaPressed = String(zoom);
  if (rfb)
    Object.assign(rfb, { clipViewport: zoom, dragViewport: zoom, scaleViewport: !zoom });
}
$('zoom').addEventListener('click', () => setZoom($('zoom').ariaPressed !== 'true'));

setFit((localStorage.getItem('fit') ?? String(innerWidth > 600)) === 'true');
$('fit').addEventListener('click', () => {
  const fit = $('fit').ariaPressed !== 'true';
  localStorage.setItem('fit', String(fit));
  setFit(fit);
});

// --- text

// One text after another: typing takes time, and the letters of two texts must not mix.
let typed = Promise.resolve();

function typeText(text) {
  typed = typed.then(async () => {
    const left = rfb ? await type(rfb, text) : '';
    if (left)
      say(`Skipped, because a US keyboard does not have them: ${left}`);
  });
}

const clipboard = new Clipboard({
  element: $, say, type: typeText, ask: () => control.order('clipboard'), closed: () => rfb?.focus(),
});
control.addEventListener('clipboard', ({ detail }) => clipboard.setState(detail.state));

// A device's on-screen keyboard needs a field to type into. What changes in the field is typed into the guest.
const typing = $('typing');
let before = '';

function resetTyping() {
  typing.value = before = '\u00a0'.repeat(32); // something to delete
  typing.setSelectionRange(before.length, before.length);
}

$('keyboard').addEventListener('click', () => {
  resetTyping();
  typing.focus();
});
typing.addEventListener('input', () => {
  const now = typing.value;
  let same = 0;
  while (same < now.length && same < before.length && now[same] === before[same])
    same++;
  typeText('\b'.repeat(before.length - same) + now.slice(same));
  before = now;
  if (now.length < 8 || now.length > 256)
    resetTyping();
});

show();
