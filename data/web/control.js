// SPDX-License-Identifier: LGPL-2.1-or-later
// The connection to vz: events of the machine arrive, commands are sent. It is opened again whenever it breaks.
const RETRY_MS = 2000;

export class Control extends EventTarget {
  constructor(address) {
    super();
    this.address = address;
    this.open();
  }

  open() {
    this.socket = new WebSocket(this.address);
    this.socket.onmessage = message => {
      const detail = JSON.parse(message.data);
      this.dispatchEvent(new CustomEvent(detail.event, { detail }));
    };
    this.socket.onclose = () => {
      this.dispatchEvent(new CustomEvent('lost'));
      setTimeout(() => this.open(), RETRY_MS);
    };
  }

  order(action, more = {}) {
    if (this.socket.readyState === WebSocket.OPEN)
      this.socket.send(JSON.stringify({ action, ...more }));
  }
}
