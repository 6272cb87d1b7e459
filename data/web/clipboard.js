// SPDX-License-Identifier: LGPL-2.1-or-later
// The clipboard of the guest and that of this browser. Texts go over the screen's connection (VNC); whether the guest
// takes part is asked of vz. A browser lets a page read its clipboard only with its user's consent, and write it only
// while the page has the focus: what may not happen by itself is done by buttons.
import { TEXT_MAX } from './screen.js';

const explanations = {
  'shared': 'What is copied in the guest appears here.',
  'no-agent': 'The guest’s clipboard is shared once its agent runs: install “spice-vdagent” on its desktop.',
  'not-shared': 'The guest’s clipboard is not shared; “vz run --clipboard” does that.',
};
const typing = 'A text can be typed into the guest, as on a US keyboard.';

// The form in which a field has a text, too.
function withOwnLineEnds(text) {
  return text?.replaceAll('\r\n', '\n') ?? null;
}

async function mayReadByItself() {
  try {
    return (await navigator.permissions.query({ name: 'clipboard-read' })).state === 'granted';
  } catch {
    return false; // this browser knows no such permission
  }
}

export class Clipboard {
  // element: finds an element by its name; ask: asks vz for the state; type: types a text
  constructor({ element, ask, type, say, closed }) {
    Object.assign(this, { element, ask, say });
    this.rfb = null;
    this.state = 'not-shared';
    this.exchanged = null; // the text that both sides have
    this.seen = null; // what was on this browser's clipboard when that was given or taken
    this.offered = null; // what of it is in the panel
    this.unseen = false;
    element('paste').addEventListener('click', () => this.show());
    element('copy').addEventListener('click', () => this.copy());
    element('clipboard').addEventListener('close', () => {
      const { returnValue } = element('clipboard');
      if (returnValue === 'type')
        type(element('text').value);
      if (returnValue === 'give') {
        this.seen = this.offered ?? this.seen; // and is not what the user has chosen, or is given now
        this.give(element('text').value);
      }
      closed();
    });
    window.addEventListener('focus', () => this.follow());
  }

  attach(rfb) {
    this.rfb = rfb;
    rfb.addEventListener('clipboard', ({ detail }) => this.receive(detail.text));
    this.ask();
  }

  detach() {
    this.rfb = null;
  }

  setState(state) {
    this.state = state;
    this.element('clipboard-state').textContent = `${explanations[state] ?? ''} ${typing}`;
    this.element('give').hidden = state === 'not-shared';
    this.element('give').disabled = state !== 'shared';
    this.element('type').classList.toggle('main', state !== 'shared');
  }

  markUnseen(unseen) {
    this.unseen = unseen;
    this.element('paste').classList.toggle('news', unseen);
  }

  async receive(text) {
    this.exchanged = text;
    if (this.element('clipboard').open)
      this.element('text').value = text;
    try {
      await navigator.clipboard.writeText(text);
      this.seen = text;
    } catch {
      this.markUnseen(!this.element('clipboard').open);
    }
  }

  give(text) {
    if (!text)
      return;
    this.exchanged = text; // also one that is refused, so that this is said once
    const bytes = new TextEncoder().encode(text);
    if (bytes.length > TEXT_MAX)
      this.say(`Not given to the guest: the text has ${Math.ceil(bytes.length / 1024)} KiB, and at most ` +
               `${Math.floor(TEXT_MAX / 1024)} KiB can be given. “vz copy” copies files.`);
    else if (this.state !== 'shared')
      this.say(`Not given to the guest. ${explanations[this.state] ?? ''}`);
    else if (!this.rfb)
      this.say('Not given to the guest: its screen is not connected.');
    else
      this.rfb.clipboardPasteFrom(new TextDecoder().decode(bytes)); // halves of characters have been replaced
  }

  // Only what is new there: an older text must not take the place of one that was given from the panel.
  async follow() {
    if (this.state !== 'shared' || this.element('clipboard').open || !await mayReadByItself())
      return;
    const found = await navigator.clipboard.readText().catch(() => null); // the focus has gone again
    const text = withOwnLineEnds(found);
    if (text === null || text === this.seen)
      return;
    this.seen = text;
    if (text !== this.exchanged)
      this.give(text);
  }

  async show() {
    const text = this.element('text');
    this.ask();
    this.element('clipboard').returnValue = ''; // Escape leaves what was there before
    this.element('clipboard').showModal();
    if (this.unseen)
      text.value = this.exchanged;
    text.select();
    this.offered = null;
    if (this.unseen) {
      this.markUnseen(false);
      return;
    }
    const before = text.value;
    let found;
    try {
      found = await navigator.clipboard.readText();
      this.offered = withOwnLineEnds(found);
    } catch {
      found = this.exchanged; // the browser asks its user first, who may say no; the text can be put in by hand
    }
    // Reading can take a while, in which the user types.
    if (found && text.value === before)
      text.value = found;
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.element('text').value);
    } catch (error) {
      this.say(error.message);
    }
  }
}
