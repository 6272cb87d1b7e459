/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

#define VZ_TYPE_COMPONENT (vz_component_get_type ())

/**
 * VzComponent:
 * @name: the component's name, `RootFileSystem` or Apple's `KernelCache`
 * @device_class: the board that it is for, `q35-x86_64` or `vma2macosap`
 * @variant: (nullable): the kind of installation that it is for
 * @path: (nullable): the member of the image that holds it, or the folder of its chunks
 * @digest: (nullable): in lower-case hex; for a component in chunks, the digest of @chunk_digests
 * @payload_type: (nullable): the four letters that replace its payload's type before the digest is
 * taken, Apple's `Img4PayloadType`; %NULL: the type is left as it is
 * @size: the unpacked size in bytes; 0 when unknown
 * @packed_size: the bytes that it takes in the image; 0 when unknown
 * @is_present: whether all of it is in the image; %FALSE also for an image that is only described
 * @chunk_size: the size of a chunk in bytes; 0 when it is not in chunks, in which case everything
 *   that follows is unset
 * @n_chunks: the number of chunks, including those of zeros
 * @chunk_digests: (nullable): 32 bytes for each chunk, SHA-256 of the packed chunk; zeros for a
 *   chunk of zeros, which is not stored
 * @partition_type: (nullable): the GUID of the type of the partition that it fills, in upper case
 * @partition_name: (nullable): the name of the partition
 * @partition_uuid: (nullable): the GUID of the partition itself, in upper case
 * @grow: whether the partition takes the rest of the disk
 * @data_size: in a backup: the bytes of the file that were not holes; 0 when unknown
 * @modified: in a backup: when the file was last written, in nanoseconds since 1970; 0 when unknown
 *
 * One item of a restore image's manifest. Immutable.
 */
typedef struct {
  char *name;
  char *device_class;
  char *variant;
  char *path;
  char *digest;
  char *payload_type;
  guint64 size;
  guint64 packed_size;
  gboolean is_present;

  guint32 chunk_size;
  guint32 n_chunks;
  GBytes *chunk_digests;
  char *partition_type;
  char *partition_name;
  char *partition_uuid;
  gboolean grow;

  guint64 data_size;
  gint64 modified;
} VzComponent;

VZ_PUBLIC
GType vz_component_get_type (void);
VZ_PUBLIC
VzComponent *vz_component_ref (VzComponent *self);
VZ_PUBLIC
void vz_component_unref (VzComponent *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzComponent, vz_component_unref)

VZ_PUBLIC
const char *vz_component_get_encoding (const VzComponent *self);

G_END_DECLS
