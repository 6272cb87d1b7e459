/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/display/display.h"

#include <stdlib.h>
#include <string.h>

#include "foundation/vz-fail.h"
#include "foundation/vz-random.h"
#include "tool/display/browser.h"
#include "tool/display/web-server.h"
#include "tool/display/window.h"

#define PASSWORD_SIZE 8 /* the length that VNC uses */

struct _Display {
  WebServer *server;
  char *opened; /* file that redirects a browser to the page, or NULL */
  Window *window;
};

static gboolean
fail_parse (const char *text, GError **error)
{
  return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                  "display: '%s' found, must be gtk, web, vnc, vnc=PORT or vnc=ADDRESS:PORT with a "
                  "loopback address",
                  text);
}

static gboolean
parse_address (const char *text, const char *address, DisplayRequest *request, GError **error)
{
  g_autoptr (GSocketConnectable) parsed = NULL;
  g_autoptr (GInetAddress) inet = NULL;
  const char *host;
  guint64 port;

  if (g_ascii_string_to_unsigned (address, 10, 0, G_MAXUINT16, &port, NULL))
    {
      request->port = (guint) port;
      return TRUE;
    }
  parsed = g_network_address_parse (address, 0, NULL);
  host = parsed != NULL ? g_network_address_get_hostname (G_NETWORK_ADDRESS (parsed)) : "";
  inet = g_inet_address_new_from_string (host);
  if (inet == NULL || !g_inet_address_get_is_loopback (inet))
    return fail_parse (text, error);
  request->address = g_strdup (host);
  request->port = g_network_address_get_port (G_NETWORK_ADDRESS (parsed));
  return TRUE;
}

gboolean
display_parse (const char *text, DisplayRequest *request, GError **error)
{
  if (g_str_equal (text, "gtk"))
    request->kind = DISPLAY_GTK;
  else if (g_str_equal (text, "web"))
    request->kind = DISPLAY_WEB;
  else if (g_str_equal (text, "vnc") || g_str_has_prefix (text, "vnc="))
    request->kind = DISPLAY_VNC;
  else
    return fail_parse (text, error);
  return !g_str_has_prefix (text, "vnc=") ||
         parse_address (text, text + strlen ("vnc="), request, error);
}

void
display_request_clear (DisplayRequest *request)
{
  g_clear_pointer (&request->address, g_free);
}

static gboolean
has_desktop (void)
{
  return g_getenv ("WAYLAND_DISPLAY") != NULL || g_getenv ("DISPLAY") != NULL;
}

static void
on_address_used (const char *next_address, gpointer data)
{
  tool_say ("a browser has connected; for another one, use %s", next_address);
}

static gboolean
open_page (Display *self, MachineAction *action, GError **error)
{
  g_autofree char *name = g_path_get_basename (vz_bundle_get_path (action->bundle));
  char *suffix = strstr (name, ".bundle");

  if (suffix != NULL && suffix != name && suffix[strlen (".bundle")] == '\0')
    *suffix = '\0';
  self->server = web_server_new (action->machine, name, machine_action_run, action, on_address_used,
                                 self, error);
  if (self->server == NULL)
    return FALSE;
  tool_say ("screen: %s", web_server_get_address (self->server));
  if (has_desktop ())
    self->opened = browser_open (action->bundle, web_server_get_address (self->server));
  return TRUE;
}

static void
make_password (char *password)
{
  static const char characters[] =
    "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789-+=."; /* 61 and a NUL */
  guint8 bytes[PASSWORD_SIZE * 4];
  gsize n = 0;

  /* A byte that would make some characters likelier than others is skipped. */
  while (n < PASSWORD_SIZE)
    {
      vz_random_bytes (bytes, sizeof bytes);
      for (gsize i = 0; i < sizeof bytes && n < PASSWORD_SIZE; i++)
        if (bytes[i] < 256 / (sizeof characters - 1) * (sizeof characters - 1))
          password[n++] = characters[bytes[i] % (sizeof characters - 1)];
    }
  password[n] = '\0';
}

static gboolean
publish (const DisplayRequest *request, MachineAction *action, char *password, guint *ret_port,
         GError **error)
{
  make_password (password);
  return vz_virtual_machine_publish_display (action->machine, request->address, request->port,
                                             password, ret_port, NULL, error);
}

static gboolean
show_by_vnc (const DisplayRequest *request, MachineAction *action, GError **error)
{
  char password[PASSWORD_SIZE + 1];
  const char *address = request->address != NULL ? request->address : "127.0.0.1";
  gboolean is_v6 = strchr (address, ':') != NULL;
  guint port;

  if (!publish (request, action, password, &port, error))
    return FALSE;
  tool_say ("screen: vnc://%s%s%s:%u password: %s", is_v6 ? "[" : "", address, is_v6 ? "]" : "",
            port, password);
  return TRUE;
}

static gboolean
open_window (Display *self, MachineAction *action, GError **error)
{
  if (vz_virtual_machine_configuration_get_graphics_devices (
        vz_virtual_machine_get_configuration (action->machine))
        ->len == 0)
    return vz_fail (error, VZ_ERROR_NOT_FOUND, "the machine has no display");
  self->window = window_open (action->bundle, error);
  return self->window != NULL;
}

Display *
display_open (const DisplayRequest *request, MachineAction *action, GError **error)
{
  g_autoptr (Display) self = g_new0 (Display, 1);
  gboolean ok;

  if (request->kind == DISPLAY_WEB)
    ok = open_page (self, action, error);
  else if (request->kind == DISPLAY_VNC)
    ok = show_by_vnc (request, action, error);
  else
    ok = open_window (self, action, error);
  return ok ? g_steal_pointer (&self) : NULL;
}

void
display_follow (Display *self, DisplayClosed closed, gpointer data)
{
  if (self->window != NULL)
    window_show (self->window, closed, data);
}

void
display_close (Display *self)
{
  if (self->server != NULL)
    {
      web_server_say_goodbye (self->server);
      web_server_free (self->server);
    }
  browser_forget (self->opened);
  g_clear_pointer (&self->window, window_close);
  g_free (self);
}
