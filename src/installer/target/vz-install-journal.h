/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The note beside a disk image saying that an interrupted installation has restored its image to
 * it. The next installation can then continue with the first boot. It exists only while a bundle is
 * under construction. */
#define VZ_INSTALL_JOURNAL "Installation.json"

/* Writes the note, durably. @fingerprint identifies the restored content, @disk_size is in
 * bytes. */
gboolean vz_install_journal_write (const char *disk_path, const char *fingerprint,
                                   guint64 disk_size, GError **error);

/* TRUE if there is a note with the same content, and not a broken one. */
gboolean vz_install_journal_matches (const char *disk_path, const char *fingerprint,
                                     guint64 disk_size);

/* A missing note is not an error. */
gboolean vz_install_journal_remove (const char *disk_path, GError **error);

G_END_DECLS
