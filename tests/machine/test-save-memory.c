/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-fixture.h"

#include "machine/saved-state/vz-save-file.h"
#include "machine/saved-state/vz-save-format.h"
#include "qemu/engine/vz-state-stream.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#include <zstd.h>

/* The bytes of the stream that are in pieces of pages. */
static guint64
count_page_bytes (const char *data, gsize size)
{
  VzSaveEnd end;
  guint64 bytes = 0;

  memcpy (&end, data + size - sizeof end, sizeof end);
  for (guint64 i = 0; i < GUINT64_FROM_LE (end.n_pieces); i++)
    {
      VzSaveEntry entry;

      memcpy (&entry, data + size - sizeof end - (i + 1) * sizeof entry, sizeof entry);
      if ((GUINT32_FROM_LE (entry.flags) & VZ_SAVE_PAGES) != 0)
        bytes += GUINT32_FROM_LE (entry.unpacked);
    }
  return bytes;
}

/* The stream, as output by `zstd -dc`. */
static GByteArray *
unpack_all (const char *data, gsize size)
{
  GByteArray *stream = g_byte_array_new ();
  ZSTD_DCtx *context = ZSTD_createDCtx ();
  ZSTD_inBuffer input = { data, size, 0 };
  g_autofree guint8 *buffer = g_malloc (VZ_SAVE_PIECE_SIZE);

  while (input.pos < input.size)
    {
      ZSTD_outBuffer output = { buffer, VZ_SAVE_PIECE_SIZE, 0 };

      g_assert_false (ZSTD_isError (ZSTD_decompressStream (context, &output, &input)));
      g_byte_array_append (stream, buffer, (guint) output.pos);
    }
  ZSTD_freeDCtx (context);
  return stream;
}

/* The guest's memory from a saved state. */
static guint8 *
read_memory (const char *path, gsize size, guint64 *ret_page_bytes)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;
  g_autoptr (VzStateScanner) scanner = vz_state_scanner_new ("pc.ram");
  g_autoptr (GByteArray) stream = NULL;
  guint8 *memory = g_malloc0 (size);
  gsize file_size;

  g_file_get_contents (path, &data, &file_size, &error);
  g_assert_no_error (error);
  *ret_page_bytes = count_page_bytes (data, file_size);
  stream = unpack_all (data, file_size);
  for (gsize at = 0; at < stream->len;)
    {
      VzStatePart part = { 0 };

      vz_state_scanner_extend (scanner, stream->data + at, stream->len - at, FALSE, &part);
      for (gsize i = at; part.pages && i < at + part.size;)
        {
          VzStatePage page;

          g_assert_true (vz_state_page_parse (stream->data + i, at + part.size - i, &page));
          g_assert_cmpuint (page.address, <, size);
          if (page.data != NULL)
            memcpy (memory + page.address, page.data, VZ_STATE_PAGE_SIZE);
          i += page.size;
        }
      at += part.size;
    }
  return memory;
}

/* Saved, restored and, before the guest continues, saved again: every page is where it was. */
static void
assert_memory_comes_back (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autofree char *path = NULL, *again = NULL;
  g_autofree guint8 *before = NULL, *after = NULL;
  g_autoptr (GError) error = NULL;
  guint64 page_bytes;
  gsize size;

  if (guest == NULL)
    return;
  path = guest_dup_save_path (guest);
  again = g_build_filename (guest->root, "again", NULL);
  size = vz_virtual_machine_configuration_get_memory_size (guest->configuration);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  guest_say (guest, "fill 40");
  g_free (guest_expect (guest, "ok"));
  guest_pause_and_save (guest, path);
  before = read_memory (path, size, &page_bytes);
  g_assert_cmpuint (page_bytes, >, 40 << 20); /* most of it need not pass through QEMU */
  guest_make_again (guest);
  vz_virtual_machine_restore_machine_state_from_file (guest->machine, path, NULL, NULL, &error);
  g_assert_no_error (error);
  guest_save (guest, again);
  after = read_memory (again, size, &page_bytes);
  for (gsize at = 0; at < size; at += VZ_STATE_PAGE_SIZE)
    if (memcmp (before + at, after + at, VZ_STATE_PAGE_SIZE) != 0)
      g_error ("the page at %" G_GSIZE_FORMAT " is another one", at);
}

static void
test_memory (void)
{
  assert_memory_comes_back ();
}

/* From now on the kernel lets no process write to another's memory, as in some containers. */
static void
forbid_writing_to_processes (void)
{
  struct sock_filter rules[] = {
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, SYS_process_vm_writev, 0, 1),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = { G_N_ELEMENTS (rules), rules };
  char from = 1, to = 0;
  struct iovec here = { &from, 1 }, there = { &to, 1 };

  g_assert_cmpint (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), ==, 0);
  g_assert_cmpint (prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), ==, 0);
  g_assert_cmpint (process_vm_writev (getpid (), &here, 1, &there, 1, 0), ==, -1);
}

/* Then QEMU receives the pages. */
static void
test_confined (void)
{
  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }
  forbid_writing_to_processes ();
  assert_memory_comes_back ();
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/save-memory/comes-back", test_memory);
  g_test_add_func ("/save-memory/confined", test_confined);
  return g_test_run ();
}
