/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/vz-binary.h"

#include "foundation/vz-fail.h"

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
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *output = NULL;
  g_autoptr (GRegex) pattern = NULL;
  g_autoptr (GMatchInfo) match = NULL;
  VZ_ERROR_PREFIX ("Asking '%s' for its version", binary);

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                              error, binary, "--version", NULL);
  if (process == NULL ||
      !g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, error))
    return NULL;
  pattern = g_regex_new ("^QEMU emulator version ([0-9]+(?:\\.[0-9]+)*)", 0, 0, NULL);
  if (!g_regex_match (pattern, output != NULL ? output : "", 0, &match))
    return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED, "it does not look like QEMU");
  return g_match_info_fetch (match, 1);
}
