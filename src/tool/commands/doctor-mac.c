/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/commands/doctor-mac.h"

#include "tool/vz-tool.h"

gboolean
tool_examine_mac (char **ret_text)
{
  gboolean (*const checks[]) (GError **) = {
    vz_host_check_mac_engine,
    vz_host_check_mac_boot_rom,
    vz_host_check_apple_licence,
  };
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (checks); i++)
    {
      g_autoptr (GError) error = NULL;

      if (!checks[i](&error))
        g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", error->message);
    }
  if (text->len == 0)
    {
      *ret_text =
        g_strdup ("QEMU has the board, the boot ROM is configured, and the licence allows it");
      return TRUE;
    }
  *ret_text = g_string_free (g_steal_pointer (&text), FALSE);
  return FALSE;
}
