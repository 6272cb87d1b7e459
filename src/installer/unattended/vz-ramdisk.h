/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A file for the root folder of an initial ramdisk. */
typedef struct {
  const char *name;
  const char *text;
} VzRamdiskFile;

/* Adds files to the initial ramdisk @path of a Linux that unpacks one archive after the other; they
 * replace existing ones. */
gboolean vz_ramdisk_append (const char *path, const VzRamdiskFile *files, guint n, GError **error);

G_END_DECLS
