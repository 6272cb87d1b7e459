/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vz.h"

#include "qemu/vz-virtiofsd.h"

#include <glib/gstdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* Which virtiofsd is chosen, and which is not and why; programs that only report what they are
 * stand in for it. */

typedef struct {
  const char *says; /* to --version */
  const char *refuses; /* the sandbox that it cannot use; "*": any */
  const char *sandbox; /* that it should use; NULL: it is not chosen */
  const char *reason; /* a part of it */
} Row;

static const Row rows[] = {
  { "virtiofsd 1.13.2", "nothing", "namespace", NULL },
  { "virtiofsd 1.13.0", "namespace", "none", NULL },
  { "virtiofsd backend 2.0.1", "nothing", "namespace", NULL },
  { "virtiofsd 1.13.2", "*", NULL, "does not start here: no rights" },
  { "virtiofsd 1.10.0", "nothing", NULL, "is 1.10.0 and cannot map" },
  { "virtiofsd version 7.2.22 (Debian 1:7.2+dfsg-7)", "nothing", NULL,
    "is from QEMU 7.2.22 and needs root" },
  { "hello", "nothing", NULL, "does not look like virtiofsd" },
};

static char *
make_program (const char *folder, const Row *row)
{
  char *path = g_build_filename (folder, "virtiofsd", NULL);
  g_autofree char *text =
    g_strdup_printf ("#!/bin/sh\n"
                     "[ \"$1\" = --version ] && echo '%s' && exit 0\n"
                     "case \"$*\" in\n"
                     "*'--sandbox '%s*) echo '[x ERROR virtiofsd] no rights'; exit 1 ;;\n"
                     "esac\n",
                     row->says, row->refuses);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (g_chmod (path, 0755), ==, 0);
  return path;
}

static void
test_choice (void)
{
  g_autofree char *folder = g_dir_make_tmp ("vzv-XXXXXX", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = make_program (folder, &rows[i]);
      g_autoptr (VzVirtiofsd) found = NULL;
      g_autoptr (GError) error = NULL;

      g_setenv ("VZ_VIRTIOFSD", path, TRUE);
      found = vz_virtiofsd_find (&error);
      if (rows[i].sandbox != NULL)
        {
          g_assert_no_error (error);
          g_assert_cmpstr (found->program, ==, path);
          g_assert_cmpstr (found->sandbox, ==, rows[i].sandbox);
        }
      else
        {
          g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
          g_assert_nonnull (strstr (error->message, rows[i].reason));
        }
      g_unlink (path);
    }
  g_rmdir (folder);
}

static void
test_none (void)
{
  static const char *const values[] = { "none", "/nowhere/virtiofsd" };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (GError) error = NULL;

      g_setenv ("VZ_VIRTIOFSD", values[i], TRUE);
      g_assert_null (vz_virtiofsd_find (&error));
      g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
      g_assert_nonnull (strstr (error->message, values[i]));
    }
}

static void
test_arguments (void)
{
  VzVirtiofsd server = { (char *) "/bin/virtiofsd", (char *) "1.13.2", "namespace" };

  for (guint read_only = 0; read_only < 2; read_only++)
    {
      g_autoptr (VzSharedDirectory) directory = vz_shared_directory_new ("/usr", read_only != 0);
      g_auto (GStrv) argv = vz_virtiofsd_dup_arguments (&server, directory, 7);
      g_autofree char *line = g_strjoinv (" ", argv);
      g_autofree char *own = g_strdup_printf (geteuid () != 0
                                                ? "--translate-uid host:%u:1000:1"
                                                : "--translate-uid host:%u:1000:1 --translate-uid "
                                                  "host:1000:0:1",
                                              (guint) geteuid ());

      g_assert_true (
        g_str_has_prefix (line, "/bin/virtiofsd --fd 7 --shared-dir /usr --sandbox namespace "
                                "--cache never --allow-mmap "));
      g_assert_nonnull (strstr (line, own));
      g_assert_true ((strstr (line, " --readonly") != NULL) == (read_only != 0));
    }
}

/* Nobody can be confined to the root folder. */
static void
test_root (void)
{
  VzVirtiofsd server = { (char *) "/bin/virtiofsd", (char *) "1.13.2", "namespace" };
  g_autoptr (VzSharedDirectory) directory = vz_shared_directory_new ("/", TRUE);
  g_auto (GStrv) argv = vz_virtiofsd_dup_arguments (&server, directory, 7);
  g_autofree char *line = g_strjoinv (" ", argv);

  g_assert_nonnull (strstr (line, "--shared-dir / --sandbox none "));
}

/* A folder for temporary files may have a longer path than a socket. */
static void
test_long_path (void)
{
  g_autofree char *root = g_dir_make_tmp ("vz-test-XXXXXX", NULL);
  g_autofree char *name = g_strnfill (200, 'n');
  g_autofree char *folder = g_build_filename (root, name, NULL);
  g_autofree char *path = g_build_filename (folder, "socket", NULL);
  g_autoptr (GError) error = NULL;
  int peer = -1, fd, connection;
  char byte = 0;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  fd = vz_virtiofsd_listen (path, &peer, &error);
  g_assert_no_error (error);
  connection = accept (fd, NULL, NULL);
  g_assert_cmpint (write (peer, "x", 1), ==, 1);
  g_assert_cmpint (read (connection, &byte, 1), ==, 1);
  g_assert_cmpint (byte, ==, 'x');
  close (connection);
  close (peer);
  close (fd);
  g_assert_cmpint (g_rmdir (folder), ==, 0); /* nothing is left in it */
  g_assert_cmpint (g_rmdir (root), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/virtiofsd/long-path", test_long_path);
  g_test_add_func ("/virtiofsd/choice", test_choice);
  g_test_add_func ("/virtiofsd/none", test_none);
  g_test_add_func ("/virtiofsd/arguments", test_arguments);
  g_test_add_func ("/virtiofsd/root", test_root);
  return g_test_run ();
}
