/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/engine/vz-engine-nbd.h"

#include "configuration/storage/vz-nbd-url.h"
#include "configuration/vz-configuration-rules.h"
#include "foundation/file/vz-file-system.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"
#include "qemu/arguments/vz-arguments.h"
#include "qemu/engine/vz-engine-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOG_LINES 10
#define AUTHORITIES "ca-cert.pem" /* QEMU's file name for them */

/* A file with all certificate authorities, where distributions have it. */
static const char *
find_authorities (void)
{
  static const char *const paths[] = {
    "/etc/ssl/certs/ca-certificates.crt", /* Debian, Arch */
    "/etc/pki/tls/certs/ca-bundle.crt", /* Fedora */
    "/var/lib/ca-certificates/ca-bundle.pem", /* openSUSE */
    "/etc/ssl/cert.pem", /* Alpine */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    if (access (paths[i], R_OK) == 0)
      return paths[i];
  return NULL;
}

/* QEMU takes a folder that contains a file of that name. */
static gboolean
link_authorities (const char *runtime_dir, const char *url, GError **error)
{
  g_autofree char *folder = vz_arguments_dup_host_authorities (runtime_dir);
  g_autofree char *path = g_build_filename (folder, AUTHORITIES, NULL);
  const char *authorities = find_authorities ();

  if (authorities == NULL)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "'%s': this host has no certificate authorities (package ca-certificates), and "
                    "the address has no 'tls-certificates' parameter",
                    url);
  if (g_mkdir_with_parents (folder, 0700) != 0 || (unlink (path) != 0 && errno != ENOENT) ||
      !vz_fs_symlink (authorities, AT_FDCWD, path))
    return vz_fail_errno (error, "cannot create '%s'", path);
  return TRUE;
}

gboolean
vz_engine_prepare_nbd (VzVirtualMachineConfiguration *configuration, const char *runtime_dir,
                       GError **error)
{
  g_autoptr (GPtrArray) all = vz_virtual_machine_configuration_list_storage (configuration);

  for (guint i = 0; i < all->len; i++)
    {
      VzNetworkBlockDeviceStorageDeviceAttachment *nbd = vz_arguments_get_nbd (all->pdata[i]);
      const char *text =
        nbd != NULL ? vz_network_block_device_storage_device_attachment_get_url (nbd) : NULL;
      g_autoptr (VzNbdUrl) url = text != NULL ? vz_nbd_url_parse (text, NULL) : NULL;

      if (url != NULL && url->tls && url->tls_certificates == NULL)
        return link_authorities (runtime_dir, text, error);
    }
  return TRUE;
}

/* QEMU repeats the option as given, followed by what it could not do. NULL: not about this disk. */
static const char *
find_reason (const char *log, const char *node)
{
  g_autofree char *option = g_strdup_printf ("driver=nbd,node-name=%s,", node);
  const char *at = strstr (log, option);
  const char *end = at != NULL ? strstr (at, VZ_NBD_LAST_FIELD ": ") : NULL;

  return end != NULL ? end + strlen (VZ_NBD_LAST_FIELD ": ") : NULL;
}

/* QEMU waits for a server that is connected but silent, without reporting it. */
static void
blame_silence (GPtrArray *storage, GError **error)
{
  for (guint i = 0; i < storage->len; i++)
    {
      VzNetworkBlockDeviceStorageDeviceAttachment *nbd = vz_arguments_get_nbd (storage->pdata[i]);

      if (nbd == NULL)
        continue;
      g_clear_error (error);
      vz_fail (
        error, VZ_ERROR_TIMED_OUT,
        "QEMU did not answer in time; it is waiting for '%s', which is silent or not an NBD server",
        vz_network_block_device_storage_device_attachment_get_url (nbd));
      return;
    }
}

void
vz_engine_explain_nbd (VzVirtualMachineConfiguration *configuration, const char *log_path,
                       GError **error)
{
  g_autoptr (GPtrArray) all = vz_virtual_machine_configuration_list_storage (configuration);
  g_autofree char *log = vz_process_dup_log_tail (log_path, LOG_LINES);

  for (guint i = 0; log != NULL && i < all->len; i++)
    {
      VzNetworkBlockDeviceStorageDeviceAttachment *nbd = vz_arguments_get_nbd (all->pdata[i]);
      g_autofree char *node = vz_arguments_dup_disk_node_name (configuration, i);
      const char *reason = nbd != NULL ? find_reason (log, node) : NULL;

      if (reason == NULL)
        continue;
      g_clear_error (error);
      vz_fail (error, VZ_ERROR_NETWORK_BLOCK_DEVICE_NEGOTIATION_FAILED,
               "cannot use the NBD server of '%s': %s (log: %s)",
               vz_network_block_device_storage_device_attachment_get_url (nbd), reason, log_path);
      return;
    }
  if (error != NULL && g_error_matches (*error, VZ_ERROR, VZ_ERROR_TIMED_OUT))
    blame_silence (all, error);
}

int
vz_engine_open_log (VzEngine *self, const char **ret_path)
{
  int fd = open (self->log_path, O_RDONLY | O_CLOEXEC);

  *ret_path = self->log_path;
  if (fd >= 0 && self->process == NULL)
    lseek (fd, 0, SEEK_END);
  return fd;
}

gboolean
vz_engine_has_nbd (VzEngine *self, gboolean *ret_has, GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonNode) answer = NULL;

  if (!vz_engine_call (self, "query-named-block-nodes",
                       vz_json_new ("flat", vz_json_bool (TRUE), NULL), cancellable, &answer,
                       error))
    return FALSE;
  *ret_has = vz_json_find (answer, "drv", "nbd") != NULL;
  return TRUE;
}
