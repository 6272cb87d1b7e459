/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How a component is laid out on the disk: what the writer is told. */
typedef struct {
  const char *partition_type; /* GUID of the partition's type, as text; NULL: not a partition */
  const char *partition_name; /* GPT name; NULL: none */
  const char *partition_uuid; /* GUID of the partition itself; NULL: random at the restore */
  gboolean grow;              /* the partition takes what is left of the disk */
} VzComponentInfo;

/* One item of a build identity's manifest. Immutable once the manifest is parsed. */
typedef struct {
  char *name;         /* "RootFileSystem", or Apple's "KernelCache" */
  char *device_class; /* of its identity: "q35-x86_64", "vma2macosap" */
  char *variant;      /* of its identity; may be NULL */
  char *path;         /* member, or the folder of the chunks; may be NULL */
  char *digest;       /* lower-case hex; may be NULL */
  guint64 size;       /* unpacked bytes; 0 when the manifest does not say */

  guint32 chunk_size; /* 0: not in chunks, and the rest is unset */
  guint32 n_chunks;
  GBytes *chunk_digests; /* VZ_CHUNK_DIGEST_SIZE bytes for each chunk */
  char *partition_type;  /* upper-case GUID, may be NULL */
  char *partition_name;  /* may be NULL */
  char *partition_uuid;  /* upper-case GUID, may be NULL */
  gboolean grow;
} VzComponent;

VzComponent *vz_component_new (void);
VzComponent *vz_component_ref (VzComponent *self);
void vz_component_unref (VzComponent *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzComponent, vz_component_unref)

/* The 32 bytes for chunk @number. */
const guint8 *vz_component_get_chunk_digest (const VzComponent *self, guint32 number);

G_END_DECLS
