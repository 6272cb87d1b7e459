/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>
#include <vz.h>

G_BEGIN_DECLS

/* What a button of the page does, named "pause", "resume", "save", "stop" or "switch-off". Called in
 * a thread of its own, one at a time. INVALID_ARGUMENT for a name that means nothing. */
typedef gboolean (*WebAct) (const char *action, gpointer data, GCancellable *cancellable, GError **error);

/* Tells browsers what the machine does and takes their orders, over WebSockets that carry JSON:
 *
 *   to the page    {"event":"state","state":"running","can-pause":true,...,"is-up":false,"action":null}
 *                  {"event":"error","message":"..."}
 *                  {"event":"progress","phase":"saving","fraction-completed":0.5}
 *   from the page  {"action":"pause"} */
typedef struct _WebControl WebControl;

WebControl *web_control_new (VzVirtualMachine *machine, const char *title, WebAct act, gpointer data);
void web_control_free (WebControl *self);
void web_control_add (WebControl *self, SoupWebsocketConnection *websocket);
/* Shows how far something has come, until it is replaced or cleared by NULL. */
void web_control_set_progress (WebControl *self, VzProgress *progress);

G_END_DECLS
