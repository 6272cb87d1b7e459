/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/vz-monitors.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "foundation/vz-error.h"

/* A client that arrives as QEMU ends is told so, at whatever point QEMU is in leaving its files. */
static void
test_ended (void)
{
  g_autofree char *folder = g_dir_make_tmp ("vz-monitors-XXXXXX", NULL);
  g_autofree char *path = vz_monitor_dup_socket_path (folder, 1);
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  for (int has_socket = 0; has_socket < 2; has_socket++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (vz_monitor_connect (folder, 1, &error), ==, -1);
      g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_FOUND);
      g_assert_cmpstr (error->message, ==, "the machine has stopped");
      if (!has_socket)
        {
          int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

          g_strlcpy (address.sun_path, path, sizeof address.sun_path);
          g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
          close (fd); /* and nobody listens there */
        }
    }
  g_assert_cmpint (unlink (path), ==, 0);
  g_assert_cmpint (rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/monitors/ended", test_ended);
  return g_test_run ();
}
