/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/file/vz-file.h"
#include "foundation/host/vz-host.h"
#include "foundation/host/vz-translator.h"
#include "foundation/vz-error.h"

#include <elf.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/* Which program of a host is taken for the translator; the programs here have a header and no more.
 */

typedef struct {
  char *root;
  char *path; /* the environment's */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->root = g_dir_make_tmp ("vz-translator-XXXXXX", NULL);
  fixture->path = g_strdup (g_getenv ("PATH"));
  g_setenv ("PATH", fixture->root, TRUE);
  g_unsetenv ("VZ_TRANSLATOR");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_setenv ("PATH", fixture->path, TRUE);
  g_unsetenv ("VZ_TRANSLATOR");
  g_assert_true (vz_file_remove_tree (fixture->root, &error));
  g_assert_no_error (error);
  g_free (fixture->root);
  g_free (fixture->path);
}

static char *
add_program (Fixture *fixture, const char *name, guint16 machine, guint32 segment)
{
  char *path = g_build_filename (fixture->root, name, NULL);
  struct {
    Elf64_Ehdr header;
    Elf64_Phdr segment;
  } program = { .header = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
                                         ELFDATA2LSB, EV_CURRENT },
                            .e_machine = machine,
                            .e_phoff = sizeof (Elf64_Ehdr),
                            .e_phentsize = sizeof (Elf64_Phdr),
                            .e_phnum = 1 },
                .segment = { .p_type = segment } };
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, (const char *) &program, sizeof program, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (path, 0755), ==, 0);
  return path;
}

/* As the kernel describes one. */
static void
add_handler (Fixture *fixture, const char *name, const char *processor, const char *interpreter)
{
  g_autofree char *folder = g_build_filename (fixture->root, "handlers", NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text =
    g_strdup_printf ("enabled\ninterpreter %s\nflags: OCF\noffset 0\n"
                     "magic 7f454c46020101000000000000000000"
                     "0200%s\nmask ffffffffffffff00fffffffffffffffffeffffff\n",
                     interpreter, processor);

  g_mkdir (folder, 0755);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
assert_found (Fixture *fixture, const char *architecture, const char *name)
{
  g_autofree char *handlers = g_build_filename (fixture->root, "handlers", NULL);
  g_autofree char *expected = g_build_filename (fixture->root, name, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *found = vz_translator_find_in (architecture, handlers, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (found, ==, expected);
}

static void
assert_refused (Fixture *fixture, const char *architecture, const char *why)
{
  g_autofree char *handlers = g_build_filename (fixture->root, "handlers", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *found = vz_translator_find_in (architecture, handlers, &error);

  g_assert_null (found);
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  if (strstr (error->message, why) == NULL)
    g_error ("'%s' does not say '%s'", error->message, why);
}

static void
test_path (Fixture *fixture, gconstpointer data)
{
  g_free (add_program (fixture, "qemu-aarch64", EM_X86_64, PT_LOAD));
  assert_found (fixture, "x86_64", "qemu-aarch64");
  g_free (add_program (fixture, "qemu-aarch64-static", EM_X86_64, PT_LOAD));
  assert_found (fixture, "x86_64", "qemu-aarch64-static");
  g_free (add_program (fixture, "qemu-x86_64-static", EM_AARCH64, PT_LOAD));
  assert_found (fixture, "aarch64", "qemu-x86_64-static");
}

static void
test_libraries (Fixture *fixture, gconstpointer data)
{
  g_free (add_program (fixture, "qemu-aarch64-static", EM_X86_64, PT_INTERP));
  assert_refused (fixture, "x86_64", "needs libraries that the guest does not get");
  g_free (add_program (fixture, "qemu-aarch64", EM_X86_64, PT_LOAD));
  assert_found (fixture, "x86_64", "qemu-aarch64");
}

/* By whatever name, it is what the host's kernel starts. */
static void
test_handlers (Fixture *fixture, gconstpointer data)
{
  g_autofree char *program = add_program (fixture, "translate", EM_X86_64, PT_LOAD);

  add_handler (fixture, "a", "3e00", program);
  add_handler (fixture, "b", "f300", program);
  g_assert_true (vz_translator_find_in ("x86_64", fixture->root, NULL) == NULL);
  add_handler (fixture, "c", "b700", program);
  assert_found (fixture, "x86_64", "translate");
}

static void
test_none (Fixture *fixture, gconstpointer data)
{
  const char *host = vz_host_get_architecture ();
  const char *other = vz_translator_other_architecture (host);

  assert_refused (fixture, host, "-static on this host (package qemu-user-static)");
  assert_refused (fixture, other, "set VZ_TRANSLATOR to one that is built for it");
  assert_refused (fixture, "riscv64", "in x86_64 and aarch64 guests, not in riscv64 guests");
  g_assert_null (vz_translator_other_architecture ("riscv64"));
}

static void
test_named (Fixture *fixture, gconstpointer data)
{
  g_autofree char *program = add_program (fixture, "mine", EM_AARCH64, PT_LOAD);
  g_autofree char *text = g_build_filename (fixture->root, "text", NULL);
  g_autofree char *missing = g_build_filename (fixture->root, "missing", NULL);
  g_autoptr (GError) error = NULL;

  g_free (add_program (fixture, "qemu-aarch64-static", EM_X86_64, PT_LOAD));
  g_setenv ("VZ_TRANSLATOR", program, TRUE);
  assert_found (fixture, "aarch64", "mine");
  assert_refused (fixture, "x86_64", "is not for the guest's processor, x86_64");
  g_assert_true (g_file_set_contents (text, "#!/bin/sh\n", -1, NULL));
  g_setenv ("VZ_TRANSLATOR", text, TRUE);
  assert_refused (fixture, "x86_64", "is not a program for an x86_64 guest");
  g_setenv ("VZ_TRANSLATOR", "none", TRUE);
  assert_refused (fixture, "x86_64", "VZ_TRANSLATOR is 'none'");
  g_setenv ("VZ_TRANSLATOR", missing, TRUE);
  g_assert_null (vz_translator_find ("x86_64", &error));
  g_assert_nonnull (strstr (error->message, "cannot open the translator"));
}

static void
assert_alone (const char *folder, const char *program)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree char *path = g_build_filename (folder, VZ_TRANSLATOR_NAME, NULL);
  g_autofree char *copy = NULL, *original = NULL;
  gsize n_copy, n_original;
  struct stat status;

  g_assert_nonnull (dir);
  g_assert_cmpint (stat (folder, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 07777, ==, 0755);
  g_assert_cmpstr (g_dir_read_name (dir), ==, VZ_TRANSLATOR_NAME);
  g_assert_null (g_dir_read_name (dir));
  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 07777, ==, 0555);
  g_assert_true (g_file_get_contents (path, &copy, &n_copy, NULL));
  g_assert_true (g_file_get_contents (program, &original, &n_original, NULL));
  g_assert_cmpmem (copy, n_copy, original, n_original);
}

/* Whatever an earlier run has left, and for all users in the guest whatever the umask here. */
static void
test_provided (Fixture *fixture, gconstpointer data)
{
  g_autofree char *program = add_program (fixture, "mine", EM_X86_64, PT_LOAD);
  g_autofree char *folder = vz_translator_dup_folder (fixture->root);
  g_autofree char *left = g_build_filename (folder, "left", NULL);
  g_autoptr (GError) error = NULL;
  mode_t mask = umask (077);

  g_setenv ("VZ_TRANSLATOR", program, TRUE);
  g_assert_true (vz_translator_provide ("x86_64", fixture->root, &error));
  umask (mask);
  g_assert_no_error (error);
  assert_alone (folder, program);
  g_assert_true (g_file_set_contents (left, "x", -1, NULL));
  g_assert_true (vz_translator_provide ("x86_64", fixture->root, &error));
  g_assert_no_error (error);
  assert_alone (folder, program);
  g_setenv ("VZ_TRANSLATOR", "none", TRUE);
  g_assert_false (vz_translator_provide ("x86_64", fixture->root, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *name;
    void (*test) (Fixture *fixture, gconstpointer data);
  } cases[] = {
    { "/translator/path", test_path },         { "/translator/libraries", test_libraries },
    { "/translator/handlers", test_handlers }, { "/translator/none", test_none },
    { "/translator/named", test_named },       { "/translator/provided", test_provided },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].name, Fixture, NULL, set_up, cases[i].test, tear_down);
  return g_test_run ();
}
