/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/vz-virtual-machine-private.h"

#include "bundle/vz-runtime.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"

#include <string.h>

/* How this works
 *
 * From its start, a machine with a display has two VNC servers in QEMU. One is on a socket in the
 * runtime directory that only this user can reach; it needs no password and accepts any number of
 * clients. The other, "remote", requires a password and does not listen until told to. */

#define REMOTE_DISPLAY "remote"
#define PASSWORD_MAX 8 /* characters: VNC's authentication ignores the rest */

static VzEngine *
engine_with_display (VzVirtualMachine *self, GError **error)
{
  VzEngine *engine = vz_virtual_machine_get_running_engine (self, error);

  if (engine != NULL && vz_virtual_machine_configuration_get_graphics_devices (
                          vz_virtual_machine_get_configuration (self))
                            ->len == 0)
    return vz_fail_null (error, VZ_ERROR_NOT_FOUND, "the machine has no display");
  return engine;
}

/**
 * vz_virtual_machine_dup_display_socket_path:
 * @self: a machine
 *
 * Returns: (transfer full) (type filename) (nullable): the socket of a VNC server that shows the
 *   first display, present while the machine runs; %NULL when the machine has no display. Any
 *   number of clients may share it.
 */
char *
vz_virtual_machine_dup_display_socket_path (VzVirtualMachine *self)
{
  g_autofree char *directory = NULL;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), NULL);
  if (vz_virtual_machine_configuration_get_graphics_devices (
        vz_virtual_machine_get_configuration (self))
        ->len > 0)
    directory = vz_virtual_machine_dup_runtime_dir (self, NULL);
  return directory != NULL ? g_build_filename (directory, "vnc.sock", NULL) : NULL;
}

static JsonObject *
addresses_arguments (const char *address, guint port)
{
  JsonArray *addresses = json_array_new ();

  if (address != NULL)
    {
      g_autofree char *text = g_strdup_printf ("%u", port);

      json_array_add_object_element (addresses, vz_json_new_strings ("type", "inet", "host",
                                                                     address, "port", text, NULL));
    }
  return vz_json_new ("type", vz_json_string ("vnc"), "addresses", vz_json_array (addresses), NULL);
}

/* The port of the remote display in the answer to query-vnc-servers; 0 if it is not listening. */
static guint
find_remote_port (JsonNode *answer)
{
  JsonObject *display = vz_json_find (answer, "id", REMOTE_DISPLAY);
  JsonArray *servers = display != NULL ? json_object_get_array_member (display, "server") : NULL;
  const char *port = NULL;

  if (servers != NULL && json_array_get_length (servers) > 0)
    port = vz_json_get_string (json_array_get_object_element (servers, 0), "service");
  return port != NULL ? (guint) g_ascii_strtoull (port, NULL, 10) : 0;
}

static gboolean
set_password (VzEngine *engine, const char *password, GCancellable *cancellable, GError **error)
{
  return vz_engine_call (engine, "set_password",
                         vz_json_new_strings ("protocol", "vnc", "display", REMOTE_DISPLAY,
                                              "password", password, NULL),
                         cancellable, NULL, error);
}

static gboolean
check_remote (const char *address, guint port, const char *password, GError **error)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (address);

  if (inet == NULL || !g_inet_address_get_is_loopback (inet))
    return vz_fail (
      error, VZ_ERROR_INVALID_ARGUMENT,
      "address: '%s' found, must be one of this host's loopback, such as 127.0.0.1 or ::1",
      address);
  if (port > G_MAXUINT16)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "port: %u found, must be 0 to %d", port,
                    G_MAXUINT16);
  if (*password == '\0' || strlen (password) > PASSWORD_MAX)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "password: must have 1 to %d characters",
                    PASSWORD_MAX);
  return TRUE;
}

/**
 * vz_virtual_machine_publish_display:
 * @self: a machine that is running or paused
 * @address: (nullable): the loopback address of this host to listen on; %NULL: 127.0.0.1
 * @port: the port to listen on; 0: any free port
 * @password: the password that clients must give, 1 to 8 characters
 * @ret_port: (out) (optional): the port
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Publishes the first display by VNC over TCP until the machine ends or
 * vz_virtual_machine_unpublish_display() is called. A second call replaces the address and the
 * password. Anyone on this host can try passwords; prefer the socket of
 * vz_virtual_machine_dup_display_socket_path(). Not in Apple's framework.
 *
 * Returns: whether it is listening; otherwise @error is code 3 (state), %VZ_ERROR_NOT_FOUND (the
 *   machine has no display), %VZ_ERROR_INVALID_ARGUMENT, or %VZ_ERROR_NETWORK_ERROR with QEMU's
 *   reason
 */
gboolean
vz_virtual_machine_publish_display (VzVirtualMachine *self, const char *address, guint port,
                                    const char *password, guint *ret_port,
                                    GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonNode) answer = NULL;
  VzEngine *engine;
  guint real_port;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self) && password != NULL, FALSE);
  if (address == NULL)
    address = "127.0.0.1";
  engine = engine_with_display (self, error);
  if (engine == NULL || !check_remote (address, port, password, error) ||
      !set_password (engine, password, cancellable, error))
    return FALSE;
  if (!vz_engine_call (engine, "display-update", addresses_arguments (address, port), cancellable,
                       NULL, error))
    {
      if (error != NULL && g_error_matches (*error, VZ_ERROR, VZ_ERROR_INTERNAL))
        vz_fail_recode (error, VZ_ERROR_NETWORK_ERROR);
      return FALSE;
    }
  if (!vz_engine_call (engine, "query-vnc-servers", NULL, cancellable, &answer, error))
    return FALSE;
  real_port = find_remote_port (answer);
  if (real_port == 0)
    return vz_fail (error, VZ_ERROR_INTERNAL, "QEMU does not say where its display listens");
  if (ret_port != NULL)
    *ret_port = real_port;
  return TRUE;
}

/**
 * vz_virtual_machine_unpublish_display:
 * @self: a machine that is running or paused
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Stops publishing the display; clients that are connected stay connected. Does nothing when
 * vz_virtual_machine_publish_display() was not called.
 *
 * Returns: whether it is no longer listening; otherwise @error is code 3 (state),
 *   %VZ_ERROR_NOT_FOUND (the machine has no display) or %VZ_ERROR_INTERNAL
 */
gboolean
vz_virtual_machine_unpublish_display (VzVirtualMachine *self, GCancellable *cancellable,
                                      GError **error)
{
  VzEngine *engine;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  engine = engine_with_display (self, error);
  return engine != NULL && vz_engine_call (engine, "display-update", addresses_arguments (NULL, 0),
                                           cancellable, NULL, error);
}

/**
 * vz_virtual_machine_query_clipboard:
 * @self: a machine that is running or paused
 * @ret_state: (out): whether the clipboard is shared
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Queries whether the guest and the VNC clients of its display share a clipboard, see
 * #VzSpiceAgentPortAttachment. Its contents travel over VNC itself. Not in Apple's framework.
 *
 * Returns: whether @ret_state is set; otherwise @error is code 3 (state), %VZ_ERROR_NOT_FOUND (the
 * machine has no display) or %VZ_ERROR_INTERNAL
 */
gboolean
vz_virtual_machine_query_clipboard (VzVirtualMachine *self, VzClipboardState *ret_state,
                                    GCancellable *cancellable, GError **error)
{
  static const VzClipboardState states[] = {
    [VZ_PORT_ABSENT] = VZ_CLIPBOARD_STATE_NOT_SHARED,
    [VZ_PORT_CLOSED] = VZ_CLIPBOARD_STATE_NO_AGENT,
    [VZ_PORT_OPEN] = VZ_CLIPBOARD_STATE_SHARED,
  };
  VzEngine *engine;
  VzPortState port;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self) && ret_state != NULL, FALSE);
  engine = engine_with_display (self, error);
  if (engine == NULL ||
      !vz_engine_query_port (engine, VZ_CLIPBOARD_PORT, &port, cancellable, error))
    return FALSE;
  *ret_state = states[port];
  return TRUE;
}
