/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-binary.h"

#include "foundation/host/vz-run.h"
#include "foundation/host/vz-version.h"
#include "foundation/vz-fail.h"

#define LIMIT_MS 30000 /* for a program on a slow disk, on a loaded host */

char *
vz_binary_find (const char *architecture, GError **error)
{
  gboolean is_arm = g_str_equal (architecture, "aarch64");
  const char *name = is_arm ? "qemu-system-aarch64" : "qemu-system-x86_64";
  const char *package = is_arm ? "qemu-system-arm" : "qemu-system-x86";
  const char *override = g_getenv (is_arm ? "VZ_QEMU_AARCH64" : "VZ_QEMU_X86_64");
  g_autofree char *found = g_find_program_in_path (override != NULL ? override : name);

  if (found != NULL)
    return g_canonicalize_filename (found, NULL); /* it is not started in our directory */
  return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED, "no %s on this host (package %s)",
                       override != NULL ? override : name, package);
}

char *
vz_binary_dup_version (const char *binary, GError **error)
{
  const char *argv[] = { binary, "--version", NULL };
  VzRun run = { .argv = argv, .limit_ms = LIMIT_MS, .wants_output = TRUE };
  int status;
  g_autofree char *output = NULL;
  g_autoptr (GRegex) pattern = NULL;
  g_autoptr (GMatchInfo) match = NULL;
  VZ_ERROR_PREFIX ("getting the version of '%s'", binary);

  if (!vz_run (&run, &status, &output, NULL, error))
    return NULL;
  pattern = g_regex_new ("^QEMU emulator version ([0-9]+(?:\\.[0-9]+)*)", 0, 0, NULL);
  if (!g_regex_match (pattern, output, 0, &match))
    return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED, "it does not look like QEMU");
  return g_match_info_fetch (match, 1);
}

gboolean
vz_binary_check_board (const char *binary, const char *board, GError **error)
{
  const char *dash = strrchr (board, '-');
  g_autofree char *version = NULL;
  g_auto (GStrv) parts = NULL;
  g_autofree char *known = NULL;

  if (dash == NULL || !g_ascii_isdigit (dash[1]))
    return TRUE;
  version = vz_binary_dup_version (binary, error);
  if (version == NULL)
    return FALSE;
  parts = g_strsplit (version, ".", 3); /* boards have no third number */
  known = parts[1] != NULL ? g_strdup_printf ("%s.%s", parts[0], parts[1]) : g_strdup (parts[0]);
  if (vz_version_compare (dash + 1, known) <= 0)
    return TRUE;
  return vz_fail (
    error, VZ_ERROR_NOT_SUPPORTED,
    "the machine's board, %s, is newer than this QEMU (%s); QEMU %s or newer is required", board,
    known, dash + 1);
}
