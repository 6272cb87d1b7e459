/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

#define VZ_TYPE_SYSTEM (vz_system_get_type ())

/**
 * VzSystem:
 * @name: its name, `ubuntu`; in lower case
 * @version: (nullable): its version, `24.04`; %NULL for a rolling release, which has none
 * @title: its display name, `Ubuntu 24.04 LTS`
 * @aliases: (array zero-terminated=1): other names of the system, `alma`
 * @version_aliases: (array zero-terminated=1): other names of the version, `noble`
 * @by_version_only: whether @name alone does not refer to it, since it refers to something else
 * @architecture: the guest's architecture, `x86_64` or `aarch64`
 * @source: the source of this information: the path of a file, or `osinfo-db`
 * @url: where its disk image is: an http or https address, or an absolute path
 * @checksums: (nullable): where the publisher's file with the image's digest is, in the same form
 * @signature: (nullable): where the signature of that file is
 * @is_clear_signed: whether that file contains its own signature
 * @listed_name: the image's name in that file; `*` and `?` are wildcards
 * @signers: (array zero-terminated=1): the fingerprints of the keys that may have signed it, 40 or
 *   64 upper-case hex digits; empty: any key of the keyrings
 * @keyrings: (array zero-terminated=1): files with the publisher's keys, if this host has them
 * @key: (nullable): where the publisher's key is, for hosts that have none of @keyrings; only with
 *   @signers, which tell whether it is the right one
 * @minimum_cpu_count: the number of processors that it needs; 0: unknown
 * @minimum_memory_size: the memory that it needs, in bytes; 0: unknown
 * @minimum_disk_size: the disk space that it needs, in bytes; 0: unknown
 *
 * A system that can be installed by name, from its publisher's disk image, which cloud-init sets
 * up. Immutable. Not in Apple's framework.
 *
 * Since: 0.1
 */
typedef struct {
  char *name;
  char *version;
  char *title;
  GStrv aliases;
  GStrv version_aliases;
  gboolean by_version_only;
  char *architecture;
  char *source;
  char *url;
  char *checksums;
  char *signature;
  gboolean is_clear_signed;
  char *listed_name;
  GStrv signers;
  GStrv keyrings;
  char *key;
  guint minimum_cpu_count;
  guint64 minimum_memory_size;
  guint64 minimum_disk_size;
} VzSystem;

VZ_PUBLIC
GType vz_system_get_type (void);
VZ_PUBLIC
VzSystem *vz_system_ref (VzSystem *self);
VZ_PUBLIC
void vz_system_unref (VzSystem *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzSystem, vz_system_unref)

VZ_PUBLIC
char *vz_system_dup_full_name (const VzSystem *self);
VZ_PUBLIC
gboolean vz_system_can_check_signature (const VzSystem *self);

G_END_DECLS
