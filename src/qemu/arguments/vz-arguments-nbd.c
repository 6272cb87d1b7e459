/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/arguments/vz-arguments.h"

#include "configuration/storage/vz-nbd-url.h"
#include "foundation/vz-fail.h"

VzNetworkBlockDeviceStorageDeviceAttachment *
vz_arguments_get_nbd (VzStorageDeviceConfiguration *storage)
{
  VzStorageDeviceAttachment *attachment = vz_storage_device_configuration_get_attachment (storage);

  return VZ_IS_NETWORK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (attachment)
           ? VZ_NETWORK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (attachment)
           : NULL;
}

char *
vz_arguments_dup_host_authorities (const char *runtime_dir)
{
  return g_build_filename (runtime_dir, "authorities", NULL);
}

/* Returns the name of QEMU's object for certificates. QEMU checks given certificates more closely
 * than it can the host's, of which there are too many; a connection's are always checked. */
static char *
add_credentials (VzArguments *self, VzCommandLine *line, const char *name, const VzNbdUrl *url)
{
  char *id = g_strconcat (name, "-tls", NULL);
  g_autofree char *authorities = vz_arguments_dup_host_authorities (self->runtime_dir);
  VzOption *object = vz_command_line_add (line, "-object", "tls-creds-x509");

  vz_option_set (object, "id", id);
  vz_option_set (object, "endpoint", "client");
  vz_option_set_bool (object, "verify-peer", TRUE);
  vz_option_set (object, "dir",
                 url->tls_certificates != NULL ? url->tls_certificates : authorities);
  if (url->tls_certificates == NULL)
    vz_option_set_bool (object, "sanity-check", FALSE);
  return id;
}

static void
set_server (VzOption *node, const VzNbdUrl *url)
{
  if (url->socket != NULL)
    {
      vz_option_set (node, "server.type", "unix");
      vz_option_set (node, "server.path", url->socket);
      return;
    }
  vz_option_set (node, "server.type", "inet");
  vz_option_set (node, "server.host", url->host);
  vz_option_set_format (node, "server.port", "%u", url->port);
}

gboolean
vz_arguments_add_nbd (VzArguments *self, VzCommandLine *line, const char *name,
                      VzNetworkBlockDeviceStorageDeviceAttachment *attachment, GError **error)
{
  g_autoptr (VzNbdUrl)
    url = vz_nbd_url_parse (vz_network_block_device_storage_device_attachment_get_url (attachment),
                            error);
  gboolean read_only =
    vz_network_block_device_storage_device_attachment_get_forced_read_only (attachment);
  g_autofree char *credentials = NULL;
  VzOption *node;

  if (url == NULL)
    return FALSE;
  if (url->tls)
    credentials = add_credentials (self, line, name, url);
  /* Without another driver on top, which would not become read-only when the server demands it. */
  node = vz_command_line_add (line, "-blockdev", NULL);
  vz_option_set (node, "driver", "nbd");
  vz_option_set (node, "node-name", name);
  vz_option_set_bool (node, "read-only", read_only);
  if (!read_only)
    vz_option_set_bool (node, "auto-read-only", TRUE);
  vz_option_set_bool (node, "cache.no-flush",
                      vz_network_block_device_storage_device_attachment_get_synchronization_mode (
                        attachment) == VZ_DISK_SYNCHRONIZATION_MODE_NONE);
  set_server (node, url);
  vz_option_set (node, "export", url->export_name);
  if (credentials != NULL)
    vz_option_set (node, "tls-creds", credentials);
  if (url->tls_hostname != NULL)
    vz_option_set (node, "tls-hostname", url->tls_hostname);
  vz_option_set_format (node, "reconnect-delay", "%u",
                        vz_network_block_device_storage_device_attachment_get_timeout (attachment));
  vz_option_set (node, "discard", "unmap");
  vz_option_set (node, "detect-zeroes", "unmap"); /* see VZ_NBD_LAST_FIELD */
  return TRUE;
}
