/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/vz-provision.h"

#include <string.h>

#include "foundation/vz-fail.h"
#include "src/guest/vz-guest-programs.h"

#define OUTPUT_TAIL_LINES 5

static void
assign (GString *script, const char *variable, const char *value)
{
  g_autofree char *quoted = g_shell_quote (value);

  g_string_append_printf (script, "%s=%s\n", variable, quoted);
}

/* The script goes to a shell's standard input: values are quoted here, and nowhere else. */
char *
vz_provision_script (VzGuestSettings *settings)
{
  const char *const *keys = vz_guest_settings_get_ssh_authorized_keys (settings);
  g_autoptr (GString) lines = g_string_new (NULL);
  GString *script = g_string_new (NULL);

  for (guint i = 0; keys[i] != NULL; i++)
    g_string_append_printf (lines, "%s\n", keys[i]);
  assign (script, "host_name", vz_guest_settings_get_host_name (settings));
  assign (script, "user_name", vz_guest_settings_get_user_name (settings));
  assign (script, "console_login", vz_guest_settings_get_console_login (settings) ? "1" : "0");
  assign (script, "keys", lines->str);
  g_string_append (script, VZ_GUEST_PROVISION_SH);
  return g_string_free (script, FALSE);
}

char *
vz_provision_dup_reporting_script (VzGuestSettings *settings, const char *variable,
                                   const char *mark)
{
  g_autofree char *script = vz_provision_script (settings);
  g_autofree char *quoted = g_shell_quote (script);

  return g_strdup_printf (
    "#!/bin/sh\n"
    "said=$(printf '%%s\\n' %s | %s sh -s 2>&1)\n"
    "status=$?\n"
    "! command -v systemctl > /dev/null ||\n"
    "  systemctl enable --now qemu-guest-agent > /dev/null 2>&1 || :\n"
    "for line in /dev/ttyS0 /dev/ttyAMA0; do\n"
    "  [ ! -c \"$line\" ] ||\n"
    "    printf '\\n%s %%s %%s\\n' \"$status\" \"$(echo \"$said\" | tail -n 1)\" "
    "> \"$line\" || :\n"
    "done\n",
    quoted, variable, mark);
}

char *
vz_provision_dup_tail (GBytes *output)
{
  g_autofree char *text = NULL;
  g_autofree char *valid = NULL;
  g_auto (GStrv) lines = NULL;
  guint n;

  if (output == NULL || g_bytes_get_size (output) == 0)
    return g_strdup ("it gave no reason");
  text = g_strndup (g_bytes_get_data (output, NULL), g_bytes_get_size (output));
  valid = g_utf8_make_valid (text, -1);
  lines = g_strsplit (g_strchomp (valid), "\n", -1);
  n = g_strv_length (lines);
  return g_strjoinv ("; ", lines + (n > OUTPUT_TAIL_LINES ? n - OUTPUT_TAIL_LINES : 0));
}

gboolean
vz_provision_judge (int status, GBytes *output, GError **error)
{
  g_autofree char *said = NULL;

  if (status == 0)
    return TRUE;
  said = vz_provision_dup_tail (output);
  return vz_fail (error, VZ_ERROR_INSTALLATION_FAILED,
                  "the guest did not accept its settings (status %d): %s", status, said);
}
