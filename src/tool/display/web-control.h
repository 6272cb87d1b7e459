/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>
#include <vz.h>

G_BEGIN_DECLS

/* What a button of the page does, named "pause", "resume", "save", "stop" or "switch-off". Called
 * in a thread of its own, one at a time. @progress is shown on the page when it is told of some.
 * INVALID_ARGUMENT for a name that means nothing. */
typedef gboolean (*WebAct) (const char *action, gpointer data, VzProgress *progress,
                            GCancellable *cancellable, GError **error);

/* Tells browsers what the machine does and takes their commands, over WebSockets that carry JSON:
 *
 *   to the page
 * {"event":"state","state":"running","can-pause":true,...,"is-up":false,"action":null,...}
 *                 ("booting-seconds" is there while a guest boots that was started under our eyes)
 *                  {"event":"error","message":"..."}
 *                  {"event":"progress","phase":"saving","fraction-completed":0.5}
 *                  {"event":"clipboard","state":"shared"}, when asked
 *   from the page  {"action":"pause"}, the question {"action":"clipboard"},
 *                 and {"action":"screen-size","width":1280,"height":755} when that has changed */
typedef struct _WebControl WebControl;

WebControl *web_control_new (VzVirtualMachine *machine, const char *title, WebAct act,
                             gpointer data);
void web_control_free (WebControl *self);
void web_control_add (WebControl *self, SoupWebsocketConnection *websocket);

G_END_DECLS
