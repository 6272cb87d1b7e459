/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

#define VZ_TYPE_SYSTEM (vz_system_get_type ())

/**
 * VzSystem:
 * @name: what it is called, `ubuntu`; lower case
 * @version: (nullable): its version, `24.04`; %NULL for one that has none, as it is never finished
 * @title: its name for people, `Ubuntu 24.04 LTS`
 * @aliases: (array zero-terminated=1): other names of the system, `alma`
 * @version_aliases: (array zero-terminated=1): other names of the version, `noble`
 * @by_version_only: whether @name alone does not mean it, since it means something else
 * @architecture: of the guest, `x86_64` or `aarch64`
 * @source: where this is known from: the path of a file, or `osinfo-db`
 * @url: where its disk image is: an http or https address, or an absolute path
 * @checksums: (nullable): where the publisher's file with the image's digest is, likewise
 * @signature: (nullable): where the signature of that file is
 * @is_clear_signed: whether that file has its signature in itself
 * @listed_name: what that file calls the image; `*` and `?` stand for others
 * @signers: (array zero-terminated=1): fingerprints of the keys that may have signed it, 40 or 64
 *   upper-case hex digits; empty: any key of the keyrings
 * @keyrings: (array zero-terminated=1): files with the publisher's keys, if this host has them
 * @key: (nullable): where the publisher has his key, for hosts that have none of @keyrings; only
 *   with @signers, which say whether it is the right one
 * @minimum_cpu_count: processors that it needs; 0: not known
 * @minimum_memory_size: bytes of memory that it needs; 0: not known
 * @minimum_disk_size: bytes of disk that it needs; 0: not known
 *
 * A system that can be installed by its name, from a disk image of its publisher that cloud-init
 * sets up. Immutable. Not in Apple's framework.
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
