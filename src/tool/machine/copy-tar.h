/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A tar on this host, between a local folder and one in the guest. */
typedef struct {
  GSubprocess *process; /* owned */
  int fd; /* the stream to pack to or unpack from; the recipient closes it */
  int said; /* owned: a file with its messages */
} CopyTar;

/* For a shell at either end. $1: a folder, $2: what to pack in it, beginning with '.', $3: "-h"
 * follows links. Anything except files, folders and links is left out and named. */
extern const char copy_tar_pack_script[];

gboolean copy_tar_pack (CopyTar *self, const char *folder, const char *member, GError **error);

/* Into @folder, which is new; copy_tar_end() removes what a guest must not send. */
gboolean copy_tar_unpack (CopyTar *self, const char *folder, GError **error);

/* @cause: why the other end failed, or NULL; is freed. If @broken, the failure here explains the
 * one there. */
gboolean copy_tar_end (CopyTar *self, GError *cause, gboolean broken, GError **error);

/* Removes devices and set-user-ID bits from what has been unpacked in @folder. */
gboolean copy_tar_clean (const char *folder, GError **error);

/* Moves the contents of @from, a new folder in @folder, into @folder, replacing what is there. */
gboolean copy_tar_merge (const char *from, const char *folder, GError **error);

/* The same for a shell in the guest: from $new into $target. */
#define COPY_TAR_MERGE(from, to) \
  "cp -a -l --remove-destination " from "/. " to \
  "/ 2>/dev/null || cp -a --remove-destination " from "/. " to "/"

G_END_DECLS
