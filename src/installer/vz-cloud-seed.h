/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "installer/vz-guest-settings.h"

G_BEGIN_DECLS

/* The volume from which a guest with cloud-init learns its settings in its first boot (NoCloud): a
 * small FAT file system with the label CIDATA. */
typedef struct {
  VzGuestSettings *settings; /* valid */
  const char *identifier; /* of this instance: a different one makes cloud-init start over */
  const char *mark; /* the guest prints it on its serial line at the end, followed by a status */
  GBytes *user_data; /* nullable: the user's own, from vz_cloud_seed_read() */
} VzCloudSeed;

/* Writes the volume to a new file @path. NOT_SUPPORTED if mkfs.vfat or mtools is missing. */
gboolean vz_cloud_seed_write (const VzCloudSeed *self, const char *path, GCancellable *cancellable,
                              GError **error);

/* The user-data of the volume: MIME, each part being one of cloud-init's kinds. */
char *vz_cloud_seed_dup_user_data (const VzCloudSeed *self);

/* Reads a user's file for cloud-init. INVALID_ARGUMENT if it is none of the kinds that cloud-init
 * recognizes by their first line. */
GBytes *vz_cloud_seed_read (const char *path, GError **error);

G_END_DECLS
