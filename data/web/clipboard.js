// SPDX-License-Identifier: LGPL-2.1-or-later
// The guest's clipboard and this browser's. Text travels over the screen's connection (VNC); vz knows whether the guest
// takes part. A browser lets a page read its clipboard only with the user's consent, and write to it only while the page
// has the focus: buttons do what cannot happen by itself.
import { TEXT_MAX } from './screen.js';

const explanations = {
  'shared': 'Text copied in the guest appears here.',
  'no-agent': 'The guest’s clipboard is shared once its agent runs: install “spice-vdagent” in the guest.',
  'not-shared': 'The guest’s clipboard is not shared; “vz run --clipboard” shares it.',
};
const typing = 'A text can be typed into the guest, as on a US keyboard.';

// Line ends as a text field has them.
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
  // element: finds an element by its name; ask: asks vz for the state; type: types text
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
      this.say(`Not sent to the guest: the text has ${Math.ceil(bytes.length / 1024)} KiB, and the limit is ` +
               `${Math.floor(TEXT_MAX / 1024)} KiB. “vz copy” copies files.`);
    else if (this.state !== 'shared')
      this.say(`Not sent to the guest. ${explanations[this.state] ?? ''}`);
    else if (!this.rfb)
      this.say('Not sent to the guest: its screen is not connected.');
    else
      this.rfb.clipboardPasteFrom(new TextDecoder().decode(bytes)); // halves of characters have been replaced
  }

  // Only a new text: an older one must not replace a text that was sent from the panel.
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
    // Reading can take a while, and the user may type meanwhile.
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
