/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/display/web-server.h"

#include "foundation/vz-fail.h"
#include "tool/display/web-files.h"
#include "tool/display/web-gate.h"
#include "tool/display/web-relay.h"

/* How this works
 *
 *   GET /, /NAME      the page's own files, from data/web; /novnc/...: noVNC's modules
 *   /socket/display   WebSocket: the machine's VNC server
 *   /socket/control   WebSocket: its state and its buttons, see web-control.h
 *
 * libsoup calls only the early handler of the most specific path, so each path has one. A path
 * matches all that begin with it, so no file of the page may begin like those of the sockets. */

#define SOCKETS "/socket/"
#define GOODBYE_MS 300

struct _WebServer {
  SoupServer *soup;
  VzVirtualMachine *machine;
  WebGate *gate;
  WebFiles files;
  WebControl *control;
  GPtrArray *relays; /* of WebRelay */
  WebServerUsed used;
  gpointer data;
  guint port;
  char *address; /* with the currently valid token */
};

static void
renew_address (WebServer *self)
{
  g_free (self->address);
  self->address =
    g_strdup_printf ("http://127.0.0.1:%u/?token=%s", self->port, web_gate_get_token (self->gate));
}

static void
check_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
               gpointer data)
{
  WebServer *self = data;

  if (!web_gate_check (self->gate, message, g_str_has_prefix (path, SOCKETS)))
    return;
  renew_address (self);
  if (self->used != NULL)
    self->used (self->address, self->data);
}

static void
serve_file (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer data)
{
  WebServer *self = data;

  web_files_serve (&self->files, message, path);
}

static void
add_display (SoupServer *server, SoupServerMessage *message, const char *path,
             SoupWebsocketConnection *websocket, gpointer data)
{
  WebServer *self = data;
  g_autofree char *socket_path = vz_virtual_machine_dup_display_socket_path (self->machine);

  for (guint i = self->relays->len; i > 0; i--)
    if (web_relay_is_closed (self->relays->pdata[i - 1]))
      g_ptr_array_remove_index_fast (self->relays, i - 1);
  g_ptr_array_add (self->relays, web_relay_new (websocket, socket_path));
}

static void
add_control (SoupServer *server, SoupServerMessage *message, const char *path,
             SoupWebsocketConnection *websocket, gpointer data)
{
  WebServer *self = data;

  web_control_add (self->control, websocket);
}

static void
add_websocket (WebServer *self, const char *path, SoupServerWebsocketCallback callback)
{
  soup_server_add_early_handler (self->soup, path, check_request, self, NULL);
  soup_server_add_websocket_handler (self->soup, path, NULL, NULL, callback, self, NULL);
}

static gboolean
listen_on_loopback (WebServer *self, GError **error)
{
  g_autoptr (GSocketAddress) any_port = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  GSList *uris;
  VZ_ERROR_PREFIX ("the page with the machine's screen");

  if (!soup_server_listen (self->soup, any_port, 0, error))
    return vz_fail_recode (error, VZ_ERROR_NETWORK_ERROR);
  uris = soup_server_get_uris (self->soup);
  self->port = (guint) g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return TRUE;
}

WebServer *
web_server_new (VzVirtualMachine *machine, const char *title, WebAct act, gpointer act_data,
                WebServerUsed used, gpointer used_data, GError **error)
{
  g_autoptr (WebServer) self = g_new0 (WebServer, 1);
  g_autofree char *socket_path = vz_virtual_machine_dup_display_socket_path (machine);

  self->machine = g_object_ref (machine);
  self->used = used;
  self->data = used_data;
  if (socket_path == NULL)
    return vz_fail_null (error, VZ_ERROR_NOT_FOUND, "the machine has no display");
  if (!web_files_find (&self->files, error))
    return NULL;
  self->soup = soup_server_new ("server-header", NULL, NULL);
  /* It costs a copy of every picture and saves nothing on the loopback. */
  soup_server_remove_websocket_extension (self->soup, SOUP_TYPE_WEBSOCKET_EXTENSION_DEFLATE);
  if (!listen_on_loopback (self, error))
    return NULL;
  self->gate = web_gate_new (self->port);
  self->control = web_control_new (machine, title, act, act_data);
  self->relays = g_ptr_array_new_with_free_func ((GDestroyNotify) web_relay_unref);
  renew_address (self);
  soup_server_add_early_handler (self->soup, "/", check_request, self, NULL);
  soup_server_add_handler (self->soup, "/", serve_file, self, NULL);
  add_websocket (self, SOCKETS "display", add_display);
  add_websocket (self, SOCKETS "control", add_control);
  return g_steal_pointer (&self);
}

void
web_server_free (WebServer *self)
{
  if (self->soup != NULL)
    soup_server_disconnect (self->soup);
  for (guint i = 0; self->relays != NULL && i < self->relays->len; i++)
    web_relay_close (self->relays->pdata[i]);
  g_clear_pointer (&self->relays, g_ptr_array_unref);
  g_clear_pointer (&self->control, web_control_free);
  g_clear_pointer (&self->gate, web_gate_free);
  g_clear_object (&self->soup);
  g_object_unref (self->machine);
  web_files_clear (&self->files);
  g_free (self->address);
  g_free (self);
}

const char *
web_server_get_address (WebServer *self)
{
  return self->address;
}

WebControl *
web_server_get_control (WebServer *self)
{
  return self->control;
}

static gboolean
on_timeout (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

void
web_server_say_goodbye (WebServer *self)
{
  gboolean over = FALSE;

  g_timeout_add (GOODBYE_MS, on_timeout, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}
