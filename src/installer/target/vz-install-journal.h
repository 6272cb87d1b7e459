/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The note beside a disk image that an installation has restored its image to it and not come to
 * its end. With it the next one goes on with the first boot. It is there only while a bundle is
 * under construction. */
#define VZ_INSTALL_JOURNAL "Installation.json"

/* Writes the note, durably. @fingerprint stands for the restored content, @disk_size is in
 * bytes. */
gboolean vz_install_journal_write (const char *disk_path, const char *fingerprint,
                                   guint64 disk_size, GError **error);

/* TRUE when there is a note that says the same. A broken note is none. */
gboolean vz_install_journal_matches (const char *disk_path, const char *fingerprint,
                                     guint64 disk_size);

/* No note there is no error. */
gboolean vz_install_journal_remove (const char *disk_path, GError **error);

G_END_DECLS
