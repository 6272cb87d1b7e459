/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/storage/vz-network-block-device-private.h"

#include "configuration/storage/vz-nbd-url.h"
#include "foundation/config/vz-field.h"
#include "foundation/config/vz-file-rules.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-text.h"
#include "vz-enum-types.h"

#define MAX_TIMEOUT 3600 /* seconds */
#define CA_FILE "ca-cert.pem"

/**
 * VzNetworkBlockDeviceStorageDeviceAttachment:
 *
 * A disk on a server that speaks the NBD protocol. Apple:
 * `VZNetworkBlockDeviceStorageDeviceAttachment`.
 *
 * The connection is made when the machine starts. If it fails, the machine does not start, with
 * %VZ_ERROR_NETWORK_BLOCK_DEVICE_NEGOTIATION_FAILED. The guest sees a read-only disk if the server
 * says that the export is read-only, or if that is forced.
 *
 * If the connection is lost later, QEMU notices at the guest's next request. It looks for the
 * server at growing intervals, 1, 2, 4, 8 and then 16 seconds, while the guest's requests wait for
 * at most the timeout: a guest whose server comes back by then notices nothing. After that, a
 * virtio disk pauses the machine and #VzVirtualMachine::did-pause-with-error is emitted; nothing is
 * lost, and vz_virtual_machine_resume() repeats the requests. A guest with an NVMe disk gets an
 * error instead.
 *
 * While requests wait, QEMU does not answer, so vz_virtual_machine_pause() and everything else that
 * needs the disks to be at rest wait too; with a timeout of more than 25 seconds they may give up
 * with %VZ_ERROR_TIMED_OUT.
 *
 * A machine with such a disk cannot be saved, since there is no way to tell whether another client
 * has written to it meanwhile; nor can it be ephemeral or cloned, unless the disk is forced to be
 * read-only. The disk's data is not part of the bundle, hence not of any backup. Only the server
 * can keep two machines from writing to the same export.
 *
 * QEMU: `-blockdev` with the driver `nbd`, the timeout as `reconnect-delay`, and with TLS
 * `tls-creds-x509`.
 *
 * Since: 0.1
 */
struct _VzNetworkBlockDeviceStorageDeviceAttachment {
  VzStorageDeviceAttachment parent_instance;

  char *url;
  guint timeout;
  gboolean forced_read_only;
  VzDiskSynchronizationMode synchronization_mode;
};

static const VzField fields[] = {
  VZ_STRING (
    "url", VzNetworkBlockDeviceStorageDeviceAttachment, url,
    "the address of the export: nbd://HOST[:PORT]/EXPORT, nbds:// with TLS, or "
    "nbd+unix:///EXPORT?socket=PATH",
    .more =
      "With TLS, the server's certificate is checked against this host's certificate authorities, "
      "or those in `ca-cert.pem` in the folder that the parameter `tls-certificates` names; a "
      "`client-cert.pem` there, with its `client-key.pem`, is presented to the server. The "
      "certificate must be for the host, or for the name in the parameter `tls-hostname`.",
    .flags = VZ_FIELD_REQUIRED),
  VZ_UINT ("timeout", VzNetworkBlockDeviceStorageDeviceAttachment, timeout,
           "how long the guest's requests wait for a lost server, in seconds",
           .def = VZ_NETWORK_BLOCK_DEVICE_TIMEOUT, .min = 1, .max = MAX_TIMEOUT),
  VZ_BOOL ("forced-read-only", VzNetworkBlockDeviceStorageDeviceAttachment, forced_read_only,
           "whether the guest may only read, even if the server allows writing"),
  VZ_ENUM ("synchronization-mode", VzNetworkBlockDeviceStorageDeviceAttachment,
           synchronization_mode, "what a flush by the guest does",
           vz_disk_synchronization_mode_get_type, .def = VZ_DISK_SYNCHRONIZATION_MODE_FULL),
};

enum { SIGNAL_CONNECTED, SIGNAL_ENCOUNTERED_ERROR, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
check (VzConfig *config, VzProblems *problems)
{
  VzNetworkBlockDeviceStorageDeviceAttachment *self =
    VZ_NETWORK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (config);
  g_autoptr (GError) error = NULL;
  g_autoptr (VzNbdUrl) url = NULL;
  g_autofree char *authorities = NULL;

  if (self->url == NULL || *self->url == '\0')
    return; /* already reported */
  url = vz_nbd_url_parse (self->url, &error);
  if (url == NULL)
    vz_problems_add (problems, config, "url", self->url, VZ_NBD_URL_RULE ": %s", error->message);
  else if (url->tls_certificates != NULL)
    {
      authorities = g_build_filename (url->tls_certificates, CA_FILE, NULL);
      vz_check_file (problems, config, "url", authorities, FALSE);
    }
}

static void
check_save_restore (VzConfig *config, VzProblems *problems)
{
  VzNetworkBlockDeviceStorageDeviceAttachment *self =
    VZ_NETWORK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (config);

  vz_problems_add (problems, config, "url", self->url,
                   "must be absent: another program could write to it before the machine "
                   "continues, and nothing could tell");
}

static void
add_signals (gpointer klass)
{
  /**
   * VzNetworkBlockDeviceStorageDeviceAttachment::connected:
   * @self: the attachment
   *
   * QEMU has connected to the server: at the start of the machine, and each time that a lost
   * connection is re-established, which happens at a request of the guest. Apple:
   * `attachmentWasConnected`.
   *
   * It is emitted on the attachment of the machine's own configuration and on the one that it was
   * copied from, on the machine's main context, in the program that started the machine; in a
   * program that attached to the machine, only for connections made since. Two attachments whose
   * exports have the same name both report a connection of either, since QEMU tells only that name.
   */
  signals[SIGNAL_CONNECTED] = g_signal_new ("connected", G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /**
   * VzNetworkBlockDeviceStorageDeviceAttachment::encountered-error:
   * @self: the attachment
   * @error: %VZ_ERROR_NETWORK_BLOCK_DEVICE_DISCONNECTED when the server did not come back within
   *   the timeout, %VZ_ERROR_OUT_OF_DISK_SPACE or %VZ_ERROR_IO when it has refused a request
   *
   * A request of the guest has failed. It is emitted where and as
   * #VzNetworkBlockDeviceStorageDeviceAttachment::connected is, once until the machine is resumed
   * or the server is connected to again. A lost connection that no request has encountered is not
   * reported, as it has gone unnoticed. Apple: `attachment(_:didEncounterError:)`; unlike Apple's,
   * the attachment can be used again afterwards.
   */
  signals[SIGNAL_ENCOUNTERED_ERROR] = g_signal_new ("encountered-error", G_TYPE_FROM_CLASS (klass),
                                                    G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                    G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
free_origin (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/* A program connects to the signals of the attachment that it created, but a machine has a copy. */
static void
remember_origin (VzConfig *self, VzConfig *copy)
{
  GWeakRef *origin = g_new0 (GWeakRef, 1);

  g_weak_ref_init (origin, self);
  g_object_set_data_full (G_OBJECT (copy), "vz-origin", origin, free_origin);
}

VZ_DEFINE_CONFIG (VzNetworkBlockDeviceStorageDeviceAttachment,
                  vz_network_block_device_storage_device_attachment,
                  VZ_TYPE_STORAGE_DEVICE_ATTACHMENT, .check = check,
                  .check_save_restore = check_save_restore, .set_up_class = add_signals,
                  .copied = remember_origin)

static VzNetworkBlockDeviceStorageDeviceAttachment *
dup_origin (VzNetworkBlockDeviceStorageDeviceAttachment *self)
{
  GWeakRef *origin = g_object_get_data (G_OBJECT (self), "vz-origin");

  return origin != NULL ? g_weak_ref_get (origin) : NULL;
}

static void
tell (VzNetworkBlockDeviceStorageDeviceAttachment *self, guint signal, const GError *error)
{
  g_autoptr (VzNetworkBlockDeviceStorageDeviceAttachment) origin = dup_origin (self);

  if (error != NULL)
    g_signal_emit (self, signals[signal], 0, error);
  else
    g_signal_emit (self, signals[signal], 0);
  if (origin != NULL)
    tell (origin, signal, error);
}

void
vz_network_block_device_tell_connected (VzNetworkBlockDeviceStorageDeviceAttachment *self)
{
  tell (self, SIGNAL_CONNECTED, NULL);
}

void
vz_network_block_device_tell_error (VzNetworkBlockDeviceStorageDeviceAttachment *self,
                                    const GError *error)
{
  tell (self, SIGNAL_ENCOUNTERED_ERROR, error);
}

/**
 * vz_network_block_device_storage_device_attachment_new:
 * @url: the address of the export, see
 *   vz_network_block_device_storage_device_attachment_validate_url()
 *
 * Makes an attachment with a timeout of %VZ_NETWORK_BLOCK_DEVICE_TIMEOUT seconds and full
 * synchronization, which is read-only if the server says so. Validation checks the address; this
 * function does not. Apple: `init(url:)`.
 *
 * Returns: (transfer full): the attachment
 */
VzNetworkBlockDeviceStorageDeviceAttachment *
vz_network_block_device_storage_device_attachment_new (const char *url)
{
  return g_object_new (VZ_TYPE_NETWORK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT, "url", url, NULL);
}

/**
 * vz_network_block_device_storage_device_attachment_new_full:
 * @url: the address of the export
 * @timeout: how long the guest's requests wait for a lost server, in seconds, 1 to 3600
 * @forced_read_only: whether the guest may only read, whatever the server allows
 * @synchronization_mode: what a flush by the guest does
 *
 * Makes an attachment. Validation checks the values; this function does not. Apple:
 * `init(url:timeout:isForcedReadOnly:synchronizationMode:)`.
 *
 * Returns: (transfer full): the attachment
 */
VzNetworkBlockDeviceStorageDeviceAttachment *
vz_network_block_device_storage_device_attachment_new_full (
  const char *url, guint timeout, gboolean forced_read_only,
  VzDiskSynchronizationMode synchronization_mode)
{
  return g_object_new (VZ_TYPE_NETWORK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT, "url", url,
                       "timeout", timeout, "forced-read-only", forced_read_only,
                       "synchronization-mode", synchronization_mode, NULL);
}

/**
 * vz_network_block_device_storage_device_attachment_validate_url:
 * @url: the address
 * @error: return location for an error, or %NULL
 *
 * Checks the form of the address of an NBD export; no connection is made. The form is that of the
 * NBD project's [uri.md](https://github.com/NetworkBlockDevice/nbd/blob/master/doc/uri.md), without
 * vsock, and with the parameters `tls-certificates` and `tls-hostname` of libnbd. Apple:
 * `validate(_:)`.
 *
 * Returns: whether it is valid; otherwise @error is %VZ_ERROR_INVALID_ARGUMENT
 */
gboolean
vz_network_block_device_storage_device_attachment_validate_url (const char *url, GError **error)
{
  g_autoptr (VzNbdUrl) parsed = NULL;
  g_autoptr (GError) cause = NULL;
  g_autofree char *shown = NULL;

  g_return_val_if_fail (url != NULL, FALSE);
  parsed = vz_nbd_url_parse (url, &cause);
  if (parsed != NULL)
    return TRUE;
  shown = vz_text_dup_clean (url);
  return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'%.200s' found, " VZ_NBD_URL_RULE ": %s",
                  shown, cause->message);
}

VZ_ACCESS_STRING (VzNetworkBlockDeviceStorageDeviceAttachment,
                  vz_network_block_device_storage_device_attachment, url)
VZ_ACCESS_NUMBER (guint, VzNetworkBlockDeviceStorageDeviceAttachment,
                  vz_network_block_device_storage_device_attachment, timeout)
VZ_ACCESS_NUMBER (gboolean, VzNetworkBlockDeviceStorageDeviceAttachment,
                  vz_network_block_device_storage_device_attachment, forced_read_only)
VZ_ACCESS_NUMBER (VzDiskSynchronizationMode, VzNetworkBlockDeviceStorageDeviceAttachment,
                  vz_network_block_device_storage_device_attachment, synchronization_mode)
