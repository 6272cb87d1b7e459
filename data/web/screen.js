// SPDX-License-Identifier: LGPL-2.1-or-later
// noVNC's screen, with what it leaves to its users: no key stays pressed in the guest once it is released here, and texts
// for the guest's clipboard arrive unchanged.

import Deflator from './novnc/core/deflator.js';
import RFB from './novnc/core/rfb.js';

const PROVIDE = 1 << 28;
const TEXT = 1;

// QEMU unpacks a text into at most half a megabyte, including its length. It drops a longer one silently, and the guest,
// which was promised the text, waits for it.
export const TEXT_MAX = 512 * 1024 - 8;

// The protocol asks for CR LF and a final NUL. QEMU passes on what it gets, byte for byte.
RFB.messages.extendedClipboardProvide = (socket, formats, [text]) => {
  const bytes = new TextEncoder().encode(text);
  const content = new Uint8Array(4 + bytes.length);
  new DataView(content.buffer).setUint32(0, bytes.length);
  content.set(bytes, 4);
  const packed = new Deflator().deflate(content);
  const message = new Uint8Array(4 + packed.length);
  message.set(RFB.messages._buildExtendedClipboardFlags([PROVIDE], [TEXT]));
  message.set(packed, 4);
  RFB.messages.clientCutText(socket, message, true);
};

export default class Screen extends RFB {
  #held = new Map();

  sendKey(symbol, code, down) {
    if (down)
      this.#held.set(code, symbol);
    else
      this.#held.delete(code);
    super.sendKey(symbol, code, down);
  }

  // The browser does not report keys that are released while something else has the keyboard.
  releaseKeys() {
    for (const [code, symbol] of [...this.#held])
      this.sendKey(symbol, code, false);
  }

  // To be called once the screen is connected.
  watchFocus(canvas) {
    const release = () => this.releaseKeys();
    canvas.addEventListener('blur', release);
    for (const [target, event] of [[window, 'blur'], [window, 'pagehide'], [document, 'visibilitychange']]) {
      target.addEventListener(event, release);
      this.addEventListener('disconnect', () => target.removeEventListener(event, release));
    }
  }
}
