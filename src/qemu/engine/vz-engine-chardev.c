/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/engine/vz-engine-chardev.h"

#include "configuration/console/vz-file-serial-port-attachment.h"
#include "configuration/console/vz-socket-serial-port-attachment.h"
#include "foundation/config/vz-problems.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"
#include "qemu/engine/vz-engine-private.h"
#include "qemu/engine/vz-serial-relay.h"

#define DESCRIPTOR "vz-port"

/* A backend in the form of QEMU's schema: its type, and that type's data. */
static JsonObject *
new_backend (const char *type, JsonObject *data)
{
  return vz_json_new ("type", vz_json_string (type), "data", vz_json_object (data), NULL);
}

static JsonObject *
new_socket (JsonObject *address, gboolean is_server)
{
  JsonObject *data =
    vz_json_new ("addr", vz_json_object (address), "server", vz_json_bool (is_server), NULL);

  if (is_server)
    json_object_set_boolean_member (data, "wait", FALSE);
  return new_backend ("socket", data);
}

/* The equivalent of vz_arguments_add_serial() on the command line. */
static JsonObject *
describe (VzEngine *self, const char *id, VzSerialPortAttachment *attachment)
{
  if (VZ_IS_FILE_SERIAL_PORT_ATTACHMENT (attachment))
    {
      VzFileSerialPortAttachment *file = VZ_FILE_SERIAL_PORT_ATTACHMENT (attachment);
      const char *path = vz_file_serial_port_attachment_get_path (file);
      gboolean append = vz_file_serial_port_attachment_get_append (file);

      return new_backend ("file", vz_json_new ("out", vz_json_string (path), "append",
                                               vz_json_bool (append), NULL));
    }
  if (VZ_IS_SOCKET_SERIAL_PORT_ATTACHMENT (attachment))
    {
      const char *path =
        vz_socket_serial_port_attachment_get_path (VZ_SOCKET_SERIAL_PORT_ATTACHMENT (attachment));
      g_autofree char *standard = g_build_filename (self->runtime_dir, "console.sock", NULL);
      g_autofree char *log =
        g_strdup_printf ("%s/%s.log", self->state_dir, path == NULL ? "console" : id);
      JsonObject *backend =
        new_socket (new_backend ("unix",
                                 vz_json_new_strings ("path", path != NULL ? path : standard,
                                                      NULL)),
                    TRUE);
      JsonObject *data = json_object_get_object_member (backend, "data");

      json_object_set_string_member (data, "logfile", log);
      json_object_set_boolean_member (data, "logappend", TRUE);
      return backend;
    }
  return attachment != NULL
           ? new_socket (new_backend ("fd", vz_json_new_strings ("str", DESCRIPTOR, NULL)), FALSE)
           : new_backend ("null", json_object_new ());
}

static gboolean
change (VzEngine *self, const char *id, VzSerialPortAttachment *attachment,
        GCancellable *cancellable, GError **error)
{
  return vz_engine_call (self, "chardev-change",
                         vz_json_new ("id", vz_json_string (id), "backend",
                                      vz_json_object (describe (self, id, attachment)), NULL),
                         cancellable, NULL, error);
}

/* In one session: QEMU forgets a descriptor when the client that sent it leaves. */
static gboolean
change_to_descriptor (VzEngine *self, const char *id, VzSerialPortAttachment *attachment,
                      GCancellable *cancellable, GError **error)
{
  int fd VZ_AUTO_CLOSE = -1;
  VzSerialRelay *relay =
    vz_serial_relay_new (VZ_FILE_HANDLE_SERIAL_PORT_ATTACHMENT (attachment), &fd, error);
  gboolean ok;

  if (relay == NULL)
    return FALSE;
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->relays, relay); /* it ends with QEMU's end, and is freed with the run */
  g_mutex_unlock (&self->lock);
  if (!vz_engine_begin_session (self, cancellable, error))
    return FALSE;
  ok = vz_engine_call_with_fd (self, "getfd", vz_json_new_strings ("fdname", DESCRIPTOR, NULL), fd,
                               cancellable, error) &&
       change (self, id, attachment, cancellable, error);
  vz_engine_end_session (self);
  return ok;
}

gboolean
vz_engine_change_chardev (VzEngine *self, const char *id, VzSerialPortAttachment *attachment,
                          GCancellable *cancellable, GError **error)
{
  /* The old backend is closed first: a socket's path may be the same, and is removed with it. */
  if (!change (self, id, NULL, cancellable, error))
    return FALSE;
  if (attachment == NULL)
    return TRUE;
  if (VZ_IS_FILE_HANDLE_SERIAL_PORT_ATTACHMENT (attachment))
    return change_to_descriptor (self, id, attachment, cancellable, error);
  if (VZ_IS_FILE_SERIAL_PORT_ATTACHMENT (attachment) ||
      VZ_IS_SOCKET_SERIAL_PORT_ATTACHMENT (attachment))
    return change (self, id, attachment, cancellable, error);
  return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "QEMU does not support a %s",
                  vz_problems_kind_of (attachment));
}
