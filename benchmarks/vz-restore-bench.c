/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The two ends of a restore as a program, for measuring:
 *
 *   vz-restore-bench write RAW IMAGE [LEVEL]   make a restore image of one component
 *   vz-restore-bench restore IMAGE DISK        restore it to a sparse file of the same size
 *   vz-restore-bench verify IMAGE              compare its digests
 *
 * Prints the peak of its resident memory in KiB. */

#include "foundation/vz-fail.h"
#include "image/chunks/vz-restore-image-writer.h"
#include "image/vz-restore-component.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define COMPONENT "RootFileSystem"

static gboolean
write_image (const char *raw, const char *path, int level, GError **error)
{
  g_autoptr (VzRestoreImageWriter) writer = vz_restore_image_writer_new (path);
  VzRestoreImageDescription description = {
    .operating_system = "Benchmark",
    .product_version = "1",
    .build_version = "1",
    .architecture = "x86_64",
    .minimum_cpu_count = 1,
    .minimum_memory_size = 1024 * 1024,
  };
  VzComponentInfo info = { 0 };
  int fd = open (raw, O_RDONLY | O_CLOEXEC);
  gboolean done;

  if (fd < 0)
    return vz_fail_errno (error, "Opening '%s'", raw);
  vz_restore_image_writer_set_level (writer, level);
  done = vz_restore_image_writer_set_description (writer, &description, error) &&
         vz_restore_image_writer_add_component (writer, COMPONENT, &info, fd, error) &&
         vz_restore_image_writer_finish (writer, NULL, NULL, error);
  close (fd);
  return done;
}

static gboolean
restore (const char *path, const char *disk, GError **error)
{
  g_autoptr (VzRestoreImage) image = vz_restore_image_load (path, NULL, error);
  g_autoptr (GPtrArray) components = image != NULL ? vz_restore_image_list_disk_components (image)
                                                   : NULL;
  gboolean done;
  int fd;

  if (image == NULL)
    return FALSE;
  if (components->len != 1)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'%s' was not made by this program", path);
  fd = open (disk, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0)
    return vz_fail_errno (error, "Creating '%s'", disk);
  if (ftruncate (fd, (off_t) ((VzComponent *) components->pdata[0])->size) < 0)
    done = vz_fail_errno (error, "Resizing '%s'", disk);
  else
    done = vz_restore_component_to_fd (image, COMPONENT, fd, 0, NULL, NULL, error);
  close (fd);
  return done;
}

static gboolean
verify (const char *path, GError **error)
{
  g_autoptr (VzRestoreImage) image = vz_restore_image_load (path, NULL, error);

  return image != NULL && vz_restore_image_verify (image, NULL, NULL, error);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  struct rusage usage;
  gboolean done;

  if (argc >= 4 && g_str_equal (argv[1], "write"))
    done = write_image (argv[2], argv[3], argc > 4 ? (int) g_ascii_strtoll (argv[4], NULL, 10) : 3,
                        &error);
  else if (argc == 4 && g_str_equal (argv[1], "restore"))
    done = restore (argv[2], argv[3], &error);
  else if (argc == 3 && g_str_equal (argv[1], "verify"))
    done = verify (argv[2], &error);
  else
    {
      fprintf (
        stderr,
        "usage: vz-restore-bench write RAW IMAGE [LEVEL] | restore IMAGE DISK | verify IMAGE\n");
      return 2;
    }
  if (!done)
    {
      fprintf (stderr, "vz-restore-bench: %s\n", error->message);
      return 1;
    }
  getrusage (RUSAGE_SELF, &usage);
  printf ("%ld\n", usage.ru_maxrss);
  return 0;
}
