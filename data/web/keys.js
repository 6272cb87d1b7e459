// SPDX-License-Identifier: LGPL-2.1-or-later
// Keys for the guest. Each is sent with the name of its place on the keyboard, so that QEMU passes on the key itself, not a
// character that it would have to look up in a layout.
import KeyTable from './novnc/core/input/keysym.js';

const shift = { symbol: KeyTable.XK_Shift_L, code: 'ShiftLeft' };
const control = { symbol: KeyTable.XK_Control_L, code: 'ControlLeft' };
const alt = { symbol: KeyTable.XK_Alt_L, code: 'AltLeft' };
const meta = { symbol: KeyTable.XK_Super_L, code: 'MetaLeft' };

function functionKey(number) {
  return { symbol: KeyTable.XK_F1 + number - 1, code: `F${number}` };
}

// What a browser or the system around it intercepts, or a telephone's keyboard lacks.
export const combinations = [
  ['Ctrl-Alt-Del', [control, alt, { symbol: KeyTable.XK_Delete, code: 'Delete' }]],
  ['Ctrl-Alt-F1', [control, alt, functionKey(1)]],
  ['Ctrl-Alt-F2', [control, alt, functionKey(2)]],
  ['Ctrl-Alt-F3', [control, alt, functionKey(3)]],
  ['Alt-Tab', [alt, { symbol: KeyTable.XK_Tab, code: 'Tab' }]],
  ['Alt-F4', [alt, functionKey(4)]],
  ['Super', [meta]],
  ['Ctrl-C', [control, { symbol: 0x63, code: 'KeyC' }]],
  ['Ctrl-D', [control, { symbol: 0x64, code: 'KeyD' }]],
  ['Ctrl-W', [control, { symbol: 0x77, code: 'KeyW' }]],
  ['Esc', [{ symbol: KeyTable.XK_Escape, code: 'Escape' }]],
  ['Tab', [{ symbol: KeyTable.XK_Tab, code: 'Tab' }]],
  ['Up', [{ symbol: KeyTable.XK_Up, code: 'ArrowUp' }]],
  ['Down', [{ symbol: KeyTable.XK_Down, code: 'ArrowDown' }]],
  ['Left', [{ symbol: KeyTable.XK_Left, code: 'ArrowLeft' }]],
  ['Right', [{ symbol: KeyTable.XK_Right, code: 'ArrowRight' }]],
];

const backspace = { symbol: KeyTable.XK_BackSpace, code: 'Backspace' };

// A US keyboard: the characters of each key, without and with Shift.
const places = new Map();
const rows = [
  ['Backquote', '`~'], ['Digit1', '1!'], ['Digit2', '2@'], ['Digit3', '3#'], ['Digit4', '4$'], ['Digit5', '5%'],
  ['Digit6', '6^'], ['Digit7', '7&'], ['Digit8', '8*'], ['Digit9', '9('], ['Digit0', '0)'], ['Minus', '-_'],
  ['Equal', '=+'], ['BracketLeft', '[{'], ['BracketRight', ']}'], ['Backslash', '\\|'], ['Semicolon', ';:'],
  ['Quote', '\'"'], ['Comma', ',<'], ['Period', '.>'], ['Slash', '/?'], ['Space', ' '],
];
for (const letter of 'abcdefghijklmnopqrstuvwxyz')
  rows.push([`Key${letter.toUpperCase()}`, letter + letter.toUpperCase()]);
for (const [code, characters] of rows)
  [...characters].forEach((character, index) => places.set(character, { code, shifted: index === 1 }));

function keysFor(character) {
  if (character === '\n')
    return [{ symbol: KeyTable.XK_Return, code: 'Enter' }];
  if (character === '\t')
    return [{ symbol: KeyTable.XK_Tab, code: 'Tab' }];
  if (character === '\b')
    return [backspace];
  const place = places.get(character);
  if (!place)
    return null;
  const key = { symbol: character.charCodeAt(0), code: place.code };
  return place.shifted ? [shift, key] : [key];
}

export function press(rfb, keys) {
  for (const key of keys)
    rfb.sendKey(key.symbol, key.code, true);
  for (const key of [...keys].reverse())
    rfb.sendKey(key.symbol, key.code, false);
}

// Types a text, no faster than a guest accepts it. Returns the characters that a US keyboard does not have.
export async function type(rfb, text) {
  const left = new Set();
  let count = 0;
  for (const character of text.replaceAll('\r\n', '\n')) {
    const keys = keysFor(character);
    if (keys)
      press(rfb, keys);
    else
      left.add(character);
    if (++count % 8 === 0)
      await new Promise(resolve => setTimeout(resolve, 60));
  }
  return [...left].join(' ');
}
