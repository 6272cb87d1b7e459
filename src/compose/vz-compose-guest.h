/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "compose/vz-compose-request.h"
#include "compose/vz-debian-archive.h"
#include "foundation/vz-progress.h"

G_BEGIN_DECLS

/* The two partitions of a composed guest, as nameless files. */
typedef struct {
  int esp_fd;
  int root_fd;
} VzComposedGuest;

/* The identifiers of the guest's file systems and partitions; all are derived from the key. */
typedef struct {
  char *root_uuid; /* of the file system */
  char *esp_id; /* "1234-ABCD" */
  char *root_partition_uuid;
  char *esp_partition_uuid;
} VzGuestNames;

VzGuestNames *vz_guest_names_new (const char *key);
void vz_guest_names_free (VzGuestNames *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzGuestNames, vz_guest_names_free)

/* What to create. All borrowed. */
typedef struct {
  VzComposeRequest *request;
  const VzDebianArchive *archive;
  const VzGuestNames *names;
  const char *files; /* as from vz_compose_files_digest() */
} VzComposeWork;

/* A digest of all files of the recipe, as hex digits. */
char *vz_compose_recipe_digest (GError **error);

/* Runs the recipe. Leaves nothing behind, whatever happens to this process. @progress (nullable)
 * advances by VZ_COMPOSE_LOG_UNITS. */
gboolean vz_compose_guest (const VzComposeWork *work, VzProgress *progress,
                           VzComposedGuest *ret_guest, GCancellable *cancellable, GError **error);
void vz_composed_guest_clear (VzComposedGuest *guest);

G_END_DECLS
