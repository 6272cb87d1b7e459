/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/sharing/vz-shared-directory.h"

G_BEGIN_DECLS

/* The host's virtio-fs server, if it has one that runs as this user. */
typedef struct {
  char *program;
  char *version;
  const char *sandbox; /* "namespace", or "none" if the host refuses what that needs */
} VzVirtiofsd;

/* Queries and tries the existing ones. NULL with NOT_SUPPORTED: why none can be used. VZ_VIRTIOFSD
 * overrides the search; "none" there means that none is wanted. */
VzVirtiofsd *vz_virtiofsd_find (GError **error);
void vz_virtiofsd_free (VzVirtiofsd *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzVirtiofsd, vz_virtiofsd_free)

/* Whether it confines itself to the folder. */
gboolean vz_virtiofsd_is_confined (const VzVirtiofsd *self);

/* The arguments that make it serve @directory to the client that connects to the listening socket
 * @fd, and then end. In the guest, the folder belongs to the guest's user. */
GStrv vz_virtiofsd_dup_arguments (const VzVirtiofsd *self, VzSharedDirectory *directory, int fd);

/* Creates a listening socket with one connection to it, whose other end is *@ret_peer. @path is
 * used briefly, and must be where nobody else can connect. -1 with @error. */
int vz_virtiofsd_listen (const char *path, int *ret_peer, GError **error);

G_END_DECLS
