/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A file for the root of an initial ramdisk. */
typedef struct {
  const char *name;
  const char *text;
} VzRamdiskFile;

/* Adds files to the initial ramdisk @path, of a Linux that unpacks one archive after the other;
 * they win over what is there. */
gboolean vz_ramdisk_append (const char *path, const VzRamdiskFile *files, guint n, GError **error);

G_END_DECLS
