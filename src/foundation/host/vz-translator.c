/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-translator.h"

#include "foundation/file/vz-file.h"
#include "foundation/host/vz-host.h"
#include "foundation/vz-fail.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How this works
 *
 * The translator is the host's statically linked qemu-user. Distributions name and place it
 * differently, so the program itself decides: its ELF header says which processor it is for, and
 * whether it needs a dynamic linker. Candidates are the programs with the usual names in PATH, and
 * whatever the host's kernel starts for programs of the other architecture.
 *
 * The guest gets a copy. A hard link cannot lead from the runtime directory, which is a separate
 * file system, to /usr, and ordinary users may not make one to root's file; a symbolic link would
 * be followed in the guest. And a copy does not change when the host's package is updated while the
 * guest runs. Where the file system supports it, vz_file_copy() shares the bytes. */

#define HANDLERS "/proc/sys/fs/binfmt_misc"
#define MAX_HANDLER 4096 /* bytes of a handler's description */
#define MAX_HEADERS 128 /* program headers; a typical program has about ten */

typedef struct {
  const char *architecture;
  const char *other;
  guint16 machine; /* in ELF's header */
  const char *magic; /* its two bytes in a handler's pattern */
} Kind;

static const Kind kinds[] = {
  { "x86_64", "aarch64", EM_X86_64, "3e00" },
  { "aarch64", "x86_64", EM_AARCH64, "b700" },
};

static const Kind *
kind_of (const char *architecture)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].architecture, architecture))
      return &kinds[i];
  return NULL;
}

const char *
vz_translator_other_architecture (const char *architecture)
{
  const Kind *kind = kind_of (architecture);

  return kind != NULL ? kind->other : NULL;
}

/* Whether it names a dynamic linker; also TRUE if unknown. */
static gboolean
is_dynamic (int fd, const Elf64_Ehdr *header)
{
  if (header->e_phentsize != sizeof (Elf64_Phdr) || header->e_phnum > MAX_HEADERS)
    return TRUE;
  for (guint i = 0; i < header->e_phnum; i++)
    {
      Elf64_Phdr segment;
      off_t place = (off_t) header->e_phoff + (off_t) (i * sizeof segment);

      if (pread (fd, &segment, sizeof segment, place) != sizeof segment ||
          segment.p_type == PT_INTERP)
        return TRUE;
    }
  return FALSE;
}

static gboolean
judge (const char *path, const Kind *kind, GError **error)
{
  int fd VZ_AUTO_CLOSE = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  Elf64_Ehdr header;
  struct stat status;

  if (fd < 0 || fstat (fd, &status) != 0)
    return vz_fail_errno (error, "cannot open the translator '%s'", path);
  if (!S_ISREG (status.st_mode) || pread (fd, &header, sizeof header, 0) != sizeof header ||
      memcmp (header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64 ||
      header.e_ident[EI_DATA] != ELFDATA2LSB)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "the translator '%s' is not a program for an %s guest", path,
                    kind->architecture);
  /* Both processors and all hosts of vz are little-endian. */
  if (header.e_machine != kind->machine)
    return vz_fail (
      error, VZ_ERROR_NOT_SUPPORTED,
      "the translator '%s' is not for the guest's processor, %s; set VZ_TRANSLATOR to one that is",
      path, kind->architecture);
  if (is_dynamic (fd, &header))
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "the translator '%s' needs libraries that the guest does not get; use the one "
                    "in the package qemu-user-static",
                    path);
  return TRUE;
}

static void
add_from_path (GPtrArray *candidates, const Kind *kind)
{
  static const char *const formats[] = { "qemu-%s-static", "qemu-%s" };

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_auto (GStrv) parts = g_strsplit (formats[i], "%s", 2);
      g_autofree char *name = g_strjoin (kind->other, parts[0], parts[1], NULL);
      char *found = g_find_program_in_path (name);

      if (found != NULL)
        g_ptr_array_add (candidates, found);
    }
}

/* A handler's file has lines such as "interpreter /usr/bin/x" and "magic 7f454c46...", in which
 * bytes 18 and 19 are the processor. */
static void
add_handler (GPtrArray *candidates, const char *path, const Kind *other)
{
  g_autofree char *text = g_malloc0 (MAX_HANDLER + 1);
  int fd VZ_AUTO_CLOSE = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  g_auto (GStrv) lines = NULL;
  const char *interpreter = NULL, *magic = NULL;

  if (fd < 0 || read (fd, text, MAX_HANDLER) <= 0)
    return;
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (g_str_has_prefix (*line, "interpreter /"))
      interpreter = *line + strlen ("interpreter ");
    else if (g_str_has_prefix (*line, "magic 7f454c46"))
      magic = *line + strlen ("magic ");
  if (interpreter != NULL && magic != NULL && strlen (magic) >= 40 &&
      strncmp (magic + 36, other->magic, 4) == 0)
    g_ptr_array_add (candidates, g_strdup (interpreter));
}

static void
add_from_handlers (GPtrArray *candidates, const Kind *kind, const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (!g_str_equal (name, "register") && !g_str_equal (name, "status"))
        add_handler (candidates, path, kind_of (kind->other));
    }
}

static char *
fail_without (const Kind *kind, GError **error)
{
  if (!g_str_equal (kind->architecture, vz_host_get_architecture ()))
    return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED,
                         "no translator for an %s guest on this %s host; set VZ_TRANSLATOR to one "
                         "that is built for it",
                         kind->architecture, vz_host_get_architecture ());
  return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED,
                       "no qemu-%s-static on this host (package qemu-user-static)", kind->other);
}

char *
vz_translator_find_in (const char *architecture, const char *handlers, GError **error)
{
  const Kind *kind = kind_of (architecture);
  const char *override = g_getenv ("VZ_TRANSLATOR");
  g_autoptr (GPtrArray) candidates = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) first = NULL; /* the first one's error */

  if (kind == NULL)
    return vz_fail_null (
      error, VZ_ERROR_NOT_SUPPORTED,
      "programs can be translated in x86_64 and aarch64 guests, not in %s guests", architecture);
  if (g_strcmp0 (override, "none") == 0)
    return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED, "VZ_TRANSLATOR is 'none'");
  if (override != NULL)
    return judge (override, kind, error) ? g_canonicalize_filename (override, NULL) : NULL;
  add_from_path (candidates, kind);
  add_from_handlers (candidates, kind, handlers);
  for (guint i = 0; i < candidates->len; i++)
    if (judge (candidates->pdata[i], kind, first == NULL ? &first : NULL))
      return g_canonicalize_filename (candidates->pdata[i], NULL);
  if (first == NULL)
    return fail_without (kind, error);
  g_propagate_error (error, g_steal_pointer (&first));
  return NULL;
}

char *
vz_translator_find (const char *architecture, GError **error)
{
  return vz_translator_find_in (architecture, HANDLERS, error);
}

char *
vz_translator_dup_folder (const char *runtime_dir)
{
  return g_build_filename (runtime_dir, "translator", NULL);
}

gboolean
vz_translator_provide (const char *architecture, const char *runtime_dir, GError **error)
{
  g_autofree char *program = vz_translator_find (architecture, error);
  g_autofree char *folder = vz_translator_dup_folder (runtime_dir);
  g_autofree char *path = g_build_filename (folder, VZ_TRANSLATOR_NAME, NULL);
  VZ_ERROR_PREFIX ("translator");

  if (program == NULL)
    return FALSE;
  /* An earlier run may have left a different one, or anything else. */
  if (g_file_test (folder, G_FILE_TEST_EXISTS) && !vz_file_remove_tree (folder, error))
    return FALSE;
  /* For any user of the guest; the runtime directory around it is private. */
  if (mkdir (folder, 0755) != 0 || chmod (folder, 0755) != 0)
    return vz_fail_errno (error, "cannot create the directory '%s'", folder);
  return vz_file_copy (program, path, 0555, FALSE, error);
}
