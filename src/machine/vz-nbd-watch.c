/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/vz-nbd-watch.h"

#include "configuration/storage/vz-nbd-url.h"
#include "configuration/storage/vz-network-block-device-private.h"
#include "configuration/vz-configuration-rules.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "machine/vz-virtual-machine-private.h"
#include "qemu/arguments/vz-arguments.h"
#include "qemu/engine/vz-engine-nbd.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

/* How this works
 *
 * QMP reports requests that have failed, but nothing about connections. With tracing enabled, QEMU
 * logs a line for each connection that it makes, and for each attempt. So the log is read as it
 * grows: inotify says when, on the machine's main context, where everything here happens except
 * what starts on one of the engine's threads and is handed over at once. QEMU logs the cause of an
 * event before reporting the event, so the log is read first then too. */

#define PIECE 4096
#define MAX_LINE 8192 /* of the log; we look for none that is longer */

struct _VzNbdWatch {
  GObject parent_instance;

  VzMachineCore *core; /* borrowed: it owns us */
  /* The following is used on the main context only. */
  int log;
  GSource *source; /* of inotify */
  GString *line; /* the part of it read so far */
  gboolean lost; /* an attempt has failed since the last connection */
  GHashTable *failed; /* of attachments with an error reported since the last connection */
};

G_DEFINE_FINAL_TYPE (VzNbdWatch, vz_nbd_watch, G_TYPE_OBJECT)

static void
forget_log (VzNbdWatch *self)
{
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  vz_file_close (&self->log);
  g_string_truncate (self->line, 0);
}

static void
finalize (GObject *object)
{
  VzNbdWatch *self = VZ_NBD_WATCH (object);

  forget_log (self);
  g_string_free (self->line, TRUE);
  g_hash_table_unref (self->failed);
  G_OBJECT_CLASS (vz_nbd_watch_parent_class)->finalize (object);
}

static void
vz_nbd_watch_class_init (VzNbdWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
vz_nbd_watch_init (VzNbdWatch *self)
{
  self->log = -1;
  self->line = g_string_new (NULL);
  self->failed = g_hash_table_new_full (g_direct_hash, g_direct_equal, g_object_unref, NULL);
}

/* Visits those with the export's name, or all if that is NULL; passes the name of their QEMU node
 * too. */
typedef void (*Visit) (VzNbdWatch *self, VzNetworkBlockDeviceStorageDeviceAttachment *attachment,
                       const char *node, gconstpointer data);

static void
visit (VzNbdWatch *self, VzVirtualMachine *machine, Visit call, gconstpointer data)
{
  VzVirtualMachineConfiguration *configuration = vz_virtual_machine_get_configuration (machine);
  g_autoptr (GPtrArray) all = vz_virtual_machine_configuration_list_storage (configuration);

  for (guint i = 0; i < all->len; i++)
    {
      VzNetworkBlockDeviceStorageDeviceAttachment *nbd = vz_arguments_get_nbd (all->pdata[i]);
      g_autofree char *node = vz_arguments_dup_disk_node_name (configuration, i);

      if (nbd != NULL)
        call (self, nbd, node, data);
    }
}

static void
tell_connected (VzNbdWatch *self, VzNetworkBlockDeviceStorageDeviceAttachment *nbd,
                const char *node, gconstpointer export_name)
{
  g_autoptr (VzNbdUrl)
    url = vz_nbd_url_parse (vz_network_block_device_storage_device_attachment_get_url (nbd), NULL);

  if (url == NULL || !g_str_equal (url->export_name, export_name))
    return;
  g_hash_table_remove (self->failed, nbd);
  vz_network_block_device_tell_connected (nbd);
}

/* "nbd_client_handshake_success export 'disk'", with or without a time before it. */
static void
read_line (VzNbdWatch *self, VzVirtualMachine *machine)
{
  const char *connected = strstr (self->line->str, VZ_NBD_TRACE_CONNECTED);
  const char *attempt = strstr (self->line->str, VZ_NBD_TRACE_ATTEMPT " ret ");
  const char *start = connected != NULL ? strchr (connected, '\'') : NULL;
  const char *end = start != NULL ? strrchr (start, '\'') : NULL;
  g_autofree char *name = NULL;

  if (attempt != NULL)
    self->lost = attempt[strlen (VZ_NBD_TRACE_ATTEMPT " ret ")] == '-';
  if (end == NULL || end == start)
    return;
  name = g_strndup (start + 1, (gsize) (end - start) - 1);
  self->lost = FALSE;
  visit (self, machine, tell_connected, name);
}

static void
read_log (VzNbdWatch *self, VzVirtualMachine *machine)
{
  char piece[PIECE];
  gssize n;

  while (self->log >= 0 && (n = read (self->log, piece, sizeof piece)) > 0)
    for (gssize i = 0; i < n; i++)
      if (piece[i] == '\n')
        {
          read_line (self, machine);
          g_string_truncate (self->line, 0);
        }
      else if (self->line->len < MAX_LINE)
        g_string_append_c (self->line, piece[i]);
}

static VzNbdWatch *
watch_of (VzVirtualMachine *machine)
{
  return machine->nbd_watch;
}

static gboolean
on_log (int fd, GIOCondition condition, gpointer data)
{
  g_autoptr (VzVirtualMachine) machine = g_weak_ref_get (data);
  char events[PIECE] __attribute__ ((aligned (__alignof__(struct inotify_event))));

  while (read (fd, events, sizeof events) > 0)
    ;
  if (machine != NULL)
    read_log (watch_of (machine), machine);
  return machine != NULL ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

typedef struct {
  GWeakRef machine;
  int inotify;
} Source;

static void
source_free (gpointer data)
{
  Source *source = data;

  g_weak_ref_clear (&source->machine);
  vz_file_close (&source->inotify);
  g_free (source);
}

typedef struct {
  int log;
  char *path;
} Begun;

static void
begun_free (gpointer data)
{
  Begun *begun = data;

  vz_file_close (&begun->log);
  g_free (begun->path);
  g_free (begun);
}

static void
follow_log (GObject *owner, gpointer data)
{
  VzVirtualMachine *machine = VZ_VIRTUAL_MACHINE (owner);
  VzNbdWatch *self = watch_of (machine);
  Begun *begun = data;
  Source *source = g_new0 (Source, 1);

  forget_log (self);
  g_hash_table_remove_all (self->failed);
  self->lost = FALSE;
  self->log = g_steal_fd (&begun->log);
  g_weak_ref_init (&source->machine, machine);
  source->inotify = inotify_init1 (IN_NONBLOCK | IN_CLOEXEC);
  if (source->inotify < 0 || inotify_add_watch (source->inotify, begun->path, IN_MODIFY) < 0)
    {
      g_debug ("cannot watch '%s': %s", begun->path, g_strerror (errno));
      source_free (source);
    }
  else
    {
      self->source = g_unix_fd_source_new (source->inotify, G_IO_IN);
      g_source_set_callback (self->source, G_SOURCE_FUNC (on_log), source, source_free);
      g_source_attach (self->source, vz_machine_core_get_context (machine->core));
    }
  read_log (self, machine);
}

static void
on_begun (VzEngine *engine, gpointer device)
{
  VzNbdWatch *self = device;
  Begun *begun = g_new0 (Begun, 1);
  const char *path;

  begun->log = vz_engine_open_log (engine, &path);
  begun->path = g_strdup (path);
  vz_machine_core_invoke (self->core, follow_log, begun, begun_free);
}

static void
tell_error (VzNbdWatch *self, VzNetworkBlockDeviceStorageDeviceAttachment *nbd, const char *node,
            gconstpointer data)
{
  JsonObject *event = (JsonObject *) data;
  gboolean is_full = json_object_get_boolean_member_with_default (event, "nospace", FALSE);
  const char *reason = json_object_get_string_member_with_default (event, "reason", "unknown");
  const char *url = vz_network_block_device_storage_device_attachment_get_url (nbd);
  g_autoptr (GError) error = NULL;

  if (g_strcmp0 (json_object_get_string_member_with_default (event, "node-name", NULL), node) !=
        0 ||
      !g_hash_table_add (self->failed, g_object_ref (nbd)))
    return;
  if (self->lost)
    vz_fail (&error, VZ_ERROR_NETWORK_BLOCK_DEVICE_DISCONNECTED,
             "the NBD server of '%s' is gone, and did not come back within %u seconds", url,
             vz_network_block_device_storage_device_attachment_get_timeout (nbd));
  else
    vz_fail (&error, is_full ? VZ_ERROR_OUT_OF_DISK_SPACE : VZ_ERROR_IO,
             "the NBD server of '%s' has refused a request: %s", url, reason);
  vz_network_block_device_tell_error (nbd, error);
}

static void
on_error (GObject *owner, gpointer data)
{
  VzVirtualMachine *machine = VZ_VIRTUAL_MACHINE (owner);

  read_log (watch_of (machine), machine);
  visit (watch_of (machine), machine, tell_error, data);
}

static void
on_resumed (GObject *owner, gpointer data)
{
  g_hash_table_remove_all (watch_of (VZ_VIRTUAL_MACHINE (owner))->failed);
}

static void
on_event (const char *name, JsonObject *data, gpointer device)
{
  VzNbdWatch *self = device;

  if (g_str_equal (name, "BLOCK_IO_ERROR") && data != NULL)
    vz_machine_core_invoke (self->core, on_error, json_object_ref (data),
                            (GDestroyNotify) json_object_unref);
  else if (g_str_equal (name, "RESUME"))
    vz_machine_core_invoke (self->core, on_resumed, NULL, NULL);
}

static void
find (VzNbdWatch *self, VzNetworkBlockDeviceStorageDeviceAttachment *nbd, const char *node,
      gconstpointer found)
{
  *(gboolean *) found = TRUE;
}

VzNbdWatch *
vz_nbd_watch_new (VzVirtualMachine *machine)
{
  static const VzMachineListener listener = { .begun = on_begun, .event = on_event };
  gboolean found = FALSE;
  VzNbdWatch *self;

  visit (NULL, machine, find, &found);
  if (!found)
    return NULL;
  self = g_object_new (VZ_TYPE_NBD_WATCH, NULL);
  self->core = machine->core;
  vz_machine_core_add_listener (machine->core, &listener, G_OBJECT (self));
  return self;
}

void
vz_nbd_watch_end (VzNbdWatch *self)
{
  if (self == NULL)
    return;
  forget_log (self);
  g_object_unref (self);
}
