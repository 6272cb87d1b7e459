/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <unistd.h>

#include "import/vz-foreign-machine.h"
#include <glib.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Descriptions of machines by other programs: the first byte chooses whose it is, the rest is the
 * file. Folders are beneath a place of ours, which has no disks. */

static char *
make_place (const char *name, const guint8 *data, gsize size)
{
  static char *folder;
  char *path;

  if (folder == NULL)
    folder = g_dir_make_tmp ("fuzz-foreign-XXXXXX", NULL);
  path = g_build_filename (folder, name, NULL);
  if (!g_file_set_contents (path, (const char *) data, (gssize) size, NULL))
    abort ();
  return path;
}

static const struct {
  const char *file;
  VzForeignMachine *(*read) (const char *place, GError **error);
  gboolean wants_file;
} readers[] = {
  { "lima.yaml", vz_foreign_lima_read, FALSE },   { "config.plist", vz_foreign_utm_read, FALSE },
  { "a.conf", vz_foreign_quickemu_read, TRUE },   { "a.xml", vz_foreign_libvirt_read, TRUE },
  { "config.json", vz_foreign_tart_read, FALSE }, { "vm.json", vz_foreign_macosvm_read, TRUE },
};

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *path = NULL;
  g_autofree char *folder = NULL;
  g_autoptr (VzForeignMachine) machine = NULL;
  g_autoptr (GError) error = NULL;
  gsize i;

  if (size == 0)
    return 0;
  i = (gsize) data[0] % G_N_ELEMENTS (readers);
  path = make_place (readers[i].file, data + 1, size - 1);
  folder = g_path_get_dirname (path);
  machine = readers[i].read (readers[i].wants_file ? path : folder, &error);
  g_assert_true ((machine != NULL) == (error == NULL));
  g_assert_true (machine == NULL || machine->disk != NULL);
  unlink (path);
  return 0;
}
