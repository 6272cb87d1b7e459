/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vz.h"

#include "qemu/vz-bridge-helper.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The descriptor that QEMU's helper returns, and the message if it returns none; programs stand in
 * for the helper, which needs root. */

static void
write_helper (const char *path, const char *lines)
{
  g_autofree char *text = g_strconcat ("#!/usr/bin/python3\nimport array, socket, sys\n"
                                       "options = dict(a[2:].split('=') for a in sys.argv[2:])\n"
                                       "assert sys.argv[1] == '--use-vnet', sys.argv\n"
                                       "assert options['br'] == 'br7', options\n",
                                       lines, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (g_chmod (path, 0755), ==, 0);
  g_setenv ("VZ_BRIDGE_HELPER", path, TRUE);
}

static void
test_given (void)
{
  g_autofree char *folder = g_dir_make_tmp ("vzb-XXXXXX", NULL);
  g_autofree char *helper = g_build_filename (folder, "helper", NULL);
  g_autoptr (GError) error = NULL;
  struct stat given, null;
  int fd;

  write_helper (helper, "peer = socket.socket(fileno=int(options['fd']))\n"
                        "null = open('/dev/null')\n"
                        "fds = array.array('i', [null.fileno()])\n"
                        "peer.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])\n");
  fd = vz_bridge_helper_open ("br7", &error);
  g_assert_no_error (error);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (fstat (fd, &given), ==, 0);
  g_assert_cmpint (stat ("/dev/null", &null), ==, 0);
  g_assert_true (given.st_rdev == null.st_rdev);
  close (fd);
  g_unlink (helper);
  g_rmdir (folder);
}

static void
test_refused (void)
{
  g_autofree char *folder = g_dir_make_tmp ("vzb-XXXXXX", NULL);
  g_autofree char *helper = g_build_filename (folder, "helper", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) absent = NULL;

  write_helper (helper, "sys.exit('access denied by acl file')\n");
  g_assert_cmpint (vz_bridge_helper_open ("br7", &error), ==, -1);
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "'br7' cannot be used: access denied by acl file"));
  g_assert_nonnull (strstr (error->message, "/etc/qemu/bridge.conf must have a line 'allow br7'"));
  g_unlink (helper);
  g_assert_cmpint (vz_bridge_helper_open ("br7", &absent), ==, -1);
  g_assert_error (absent, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  g_rmdir (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bridge-helper/given", test_given);
  g_test_add_func ("/bridge-helper/refused", test_refused);
  return g_test_run ();
}
