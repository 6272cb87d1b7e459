/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/display/web-control.h"

G_BEGIN_DECLS

/* A page with a machine's screen and its buttons, served on this host's loopback to browsers
 * admitted by a token. Lives on the default main context. */
typedef struct _WebServer WebServer;

/* Receives the address that admits the next browser, after one was used up. */
typedef void (*WebServerUsed) (const char *next_address, gpointer data);

/* The machine need not run yet. NOT_SUPPORTED if noVNC is missing, NOT_FOUND if the machine has no
 * display. @act is called with @act_data, from threads; @used may be NULL. */
WebServer *web_server_new (VzVirtualMachine *machine, const char *title, WebAct act,
                           gpointer act_data, WebServerUsed used, gpointer used_data,
                           GError **error);
void web_server_free (WebServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WebServer, web_server_free)

/* "http://127.0.0.1:PORT/?token=..."; admits one browser. */
const char *web_server_get_address (WebServer *self);
WebControl *web_server_get_control (WebServer *self);
/* Gives browsers time to learn of the machine's end. */
void web_server_say_goodbye (WebServer *self);

G_END_DECLS
