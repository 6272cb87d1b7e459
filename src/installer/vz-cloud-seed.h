/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "installer/vz-guest-settings.h"

G_BEGIN_DECLS

/* The volume by which a guest with cloud-init learns its settings in its first boot (NoCloud): a
 * small FAT file system with the label CIDATA. */
typedef struct {
  VzGuestSettings *settings; /* valid */
  const char *identifier; /* of this instance: another one makes cloud-init begin anew */
  const char *mark; /* the guest says it on its serial line, with a status behind it, at the end */
  GBytes *user_data; /* nullable: the user's own, as vz_cloud_seed_read() */
} VzCloudSeed;

/* Writes the volume to a new file @path. NOT_SUPPORTED when mkfs.vfat or mtools are missing. */
gboolean vz_cloud_seed_write (const VzCloudSeed *self, const char *path, GCancellable *cancellable,
                              GError **error);

/* The user-data of the volume: MIME, of which each part is one kind of cloud-init's. */
char *vz_cloud_seed_dup_user_data (const VzCloudSeed *self);

/* A user's file for cloud-init. INVALID_ARGUMENT when it is none of the kinds that cloud-init
 * recognizes by their first line. */
GBytes *vz_cloud_seed_read (const char *path, GError **error);

G_END_DECLS
