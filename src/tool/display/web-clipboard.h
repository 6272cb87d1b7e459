/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

#include "vz.h"

G_BEGIN_DECLS

/* Answers a page's query whether the guest's clipboard is shared, once QEMU has replied. */
void web_clipboard_answer (VzVirtualMachine *machine, SoupWebsocketConnection *websocket);

G_END_DECLS
