/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/vz-binary.h"

#include "foundation/vz-fail.h"
#include "foundation/vz-run.h"

#define LIMIT_MS 30000 /* a program on a slow disk, on a loaded host */

char *
vz_binary_find (const char *architecture, GError **error)
{
  gboolean is_arm = g_str_equal (architecture, "aarch64");
  const char *name = is_arm ? "qemu-system-aarch64" : "qemu-system-x86_64";
  const char *package = is_arm ? "qemu-system-arm" : "qemu-system-x86";
  const char *override = g_getenv (is_arm ? "VZ_QEMU_AARCH64" : "VZ_QEMU_X86_64");
  char *found = g_find_program_in_path (override != NULL ? override : name);

  if (found != NULL)
    return found;
  return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED, "No %s on this host; package %s has it",
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
  VZ_ERROR_PREFIX ("Asking '%s' for its version", binary);

  if (!vz_run (&run, &status, &output, NULL, error))
    return NULL;
  pattern = g_regex_new ("^QEMU emulator version ([0-9]+(?:\\.[0-9]+)*)", 0, 0, NULL);
  if (!g_regex_match (pattern, output, 0, &match))
    return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED, "it does not look like QEMU");
  return g_match_info_fetch (match, 1);
}
