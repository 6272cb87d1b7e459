/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What other programs are told about a machine. */
typedef struct {
  const char *name;
  const char *uuid;
  const char *architecture;
  const char *mac_address; /* nullable */
  guint cpu_count;
  guint64 memory_size; /* bytes */
  guint64 disk_size; /* bytes */
  const char *disk; /* path or name of the disk's file */
  const char *format; /* libvirt's word for it */
} VzExportMachine;

/* libvirt's domain XML. */
char *vz_export_dup_domain (const VzExportMachine *self);
/* The description in an .ova file; its disk, a vmdk, has @disk_length bytes. */
char *vz_export_dup_ovf (const VzExportMachine *self, guint64 disk_length);

G_END_DECLS
