/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/vz-virtual-machine-private.h"

#include "configuration/storage/vz-disk-image-storage-device-attachment.h"
#include "configuration/storage/vz-storage-device-configuration.h"
#include "configuration/vz-configuration-rules.h"
#include "foundation/vz-fail.h"
#include "machine/vz-pause-note.h"
#include "qemu/arguments/vz-arguments.h"

/* Why a machine is paused when nobody has paused it. */

/* The file or address of the disk that QEMU calls @name; NULL: it has none, or was attached while
 * the machine ran. */
static const char *
find_disk (VzVirtualMachine *self, const char *name, gboolean *ret_on_server)
{
  g_autoptr (GPtrArray) all = vz_virtual_machine_configuration_list_storage (self->configuration);

  for (guint i = 0; i < all->len; i++)
    {
      g_autofree char *node = vz_arguments_dup_disk_node_name (self->configuration, i);
      VzDiskImageStorageDeviceAttachment *image =
        vz_storage_device_configuration_get_disk_image (all->pdata[i]);

      VzStorageDeviceAttachment *attachment =
        vz_storage_device_configuration_get_attachment (all->pdata[i]);
      VzNetworkBlockDeviceStorageDeviceAttachment *nbd = vz_arguments_get_nbd (all->pdata[i]);

      if (g_strcmp0 (node, name) != 0)
        continue;
      *ret_on_server = nbd != NULL;
      if (image != NULL)
        return vz_disk_image_storage_device_attachment_get_path (image);
      if (nbd != NULL)
        return vz_network_block_device_storage_device_attachment_get_url (nbd);
      if (VZ_IS_DISK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (attachment))
        return vz_disk_block_device_storage_device_attachment_get_path (
          VZ_DISK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (attachment));
    }
  return NULL;
}

GError *
vz_virtual_machine_name_disk_error (VzVirtualMachine *self, const char *name, const GError *error)
{
  gboolean on_server = FALSE;
  const char *path = find_disk (self, name, &on_server);

  if (on_server)
    return g_error_new (VZ_ERROR, error->code,
                        "the machine is paused because the server of its disk '%s' is gone or "
                        "refuses the guest's requests: %s; resume it once the problem is fixed",
                        path, error->message);
  if (vz_engine_is_ephemeral (vz_machine_core_get_engine (self->core)))
    return g_error_new (VZ_ERROR, error->code,
                        "the machine is paused because the host cannot store its temporary changes "
                        "to the disk '%s': %s; resume it once the problem is fixed",
                        path != NULL ? path : name, error->message);
  return g_error_new (VZ_ERROR, error->code,
                      "the machine is paused because the host cannot write its disk '%s': %s; "
                      "resume it once the problem is fixed",
                      path != NULL ? path : name, error->message);
}

/* The first disk that QEMU reports as failed. */
static GError *
find_failed_disk (VzVirtualMachine *self, JsonArray *blocks, gboolean *ret_on_server)
{
  for (guint i = 0; i < json_array_get_length (blocks); i++)
    {
      JsonObject *block = json_array_get_object_element (blocks, i);
      const char *status = json_object_get_string_member_with_default (block, "io-status", "ok");
      JsonObject *inserted = json_object_has_member (block, "inserted")
                               ? json_object_get_object_member (block, "inserted")
                               : NULL;
      g_autoptr (GError) cause = NULL;
      const char *node;

      if (g_str_equal (status, "ok") || inserted == NULL)
        continue;
      if (g_str_equal (status, "nospace"))
        g_set_error_literal (&cause, VZ_ERROR, VZ_ERROR_OUT_OF_DISK_SPACE, g_strerror (ENOSPC));
      else
        g_set_error_literal (&cause, VZ_ERROR, VZ_ERROR_IO, "input/output error");
      node = json_object_get_string_member_with_default (inserted, "node-name", "?");
      if (ret_on_server != NULL)
        find_disk (self, node, ret_on_server);
      return vz_virtual_machine_name_disk_error (self, node, cause);
    }
  return NULL;
}

GError *
vz_virtual_machine_find_pause_error (VzVirtualMachine *self, gboolean *ret_on_server,
                                     GCancellable *cancellable)
{
  g_autoptr (JsonNode) answer = NULL;
  VzEngine *engine;

  if (vz_virtual_machine_get_state (self) != VZ_VIRTUAL_MACHINE_STATE_PAUSED)
    return NULL;
  engine = vz_machine_core_get_engine (self->core);
  if (!vz_engine_call (engine, "query-block", NULL, cancellable, &answer, NULL) ||
      !JSON_NODE_HOLDS_ARRAY (answer))
    return NULL;
  return find_failed_disk (self, json_node_get_array (answer), ret_on_server);
}

/**
 * vz_virtual_machine_dup_pause_error:
 * @self: a machine
 * @cancellable: (nullable): stops the wait
 *
 * Tells why a machine is paused if no command paused it: the host cannot write to a disk, see
 * #VzVirtualMachine::did-pause-with-error. It serves programs that attach later. Not in Apple's
 * framework.
 *
 * Returns: (transfer full) (nullable): the reason, %VZ_ERROR_OUT_OF_DISK_SPACE or %VZ_ERROR_IO, or
 *   %NULL when there is none
 */
GError *
vz_virtual_machine_dup_pause_error (VzVirtualMachine *self, GCancellable *cancellable)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), NULL);
  return vz_virtual_machine_find_pause_error (self, NULL, cancellable);
}

/* What is working on the machine, or was when it was killed; NULL: nothing. */
static char *
describe_note (VzVirtualMachine *self)
{
  g_autofree char *directory = vz_virtual_machine_dup_runtime_dir (self, NULL);
  g_autofree char *purpose = NULL;
  gboolean restores;
  int pid = 0;
  VzPauseNote note = directory != NULL ? vz_pause_note_read (directory, &pid, &purpose)
                                       : VZ_PAUSE_NOTE_NONE;

  if (note == VZ_PAUSE_NOTE_NONE)
    return NULL;
  restores = g_str_equal (purpose, VZ_PAUSE_NOTE_RESTORE);
  if (note == VZ_PAUSE_NOTE_HELD)
    return g_strdup_printf ("process %d %s it", pid, restores ? "restores" : "saves");
  return g_strdup_printf ("process %d was killed while it was %s it", pid,
                          restores ? "restoring" : "saving");
}

/* QEMU's own word, for what is neither a command nor a disk. */
static char *
describe_status (VzVirtualMachine *self, GCancellable *cancellable)
{
  g_autoptr (JsonNode) answer = NULL;
  VzEngine *engine = vz_machine_core_get_engine (self->core);
  const char *status = NULL;

  if (vz_engine_call (engine, "query-status", NULL, cancellable, &answer, NULL) &&
      JSON_NODE_HOLDS_OBJECT (answer))
    status =
      json_object_get_string_member_with_default (json_node_get_object (answer), "status", NULL);
  if (g_strcmp0 (status, "guest-panicked") == 0)
    return g_strdup ("the guest's kernel panicked");
  if (g_strcmp0 (status, "io-error") == 0)
    return g_strdup ("the host cannot write one of its disks");
  if (status == NULL || g_str_equal (status, "paused") || g_str_equal (status, "postmigrate"))
    return g_strdup ("by a command; it continues when it is resumed");
  return g_strdup_printf ("QEMU says '%s'", status);
}

/**
 * vz_virtual_machine_dup_pause_reason:
 * @self: a machine
 * @cancellable: (nullable): stops the wait
 *
 * Tells in words why a machine is paused: it is being saved or restored, or a program was killed
 * while doing so; the host cannot write to a disk, see vz_virtual_machine_dup_pause_error(); QEMU
 * failed; or a command paused it. Not in Apple's framework.
 *
 * Returns: (transfer full) (nullable): the reason, or %NULL when it is not paused
 */
char *
vz_virtual_machine_dup_pause_reason (VzVirtualMachine *self, GCancellable *cancellable)
{
  g_autoptr (GError) disk = NULL;
  char *text;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), NULL);
  if (vz_virtual_machine_get_state (self) != VZ_VIRTUAL_MACHINE_STATE_PAUSED)
    return NULL;
  text = describe_note (self);
  if (text != NULL)
    return text;
  disk = vz_virtual_machine_dup_pause_error (self, cancellable);
  return disk != NULL ? g_strdup (disk->message) : describe_status (self, cancellable);
}
