/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-apple-licence.h"

#include <string.h>

#include "foundation/file/vz-file.h"
#include "foundation/file/vz-owner.h"
#include "foundation/host/vz-user-settings.h"
#include "foundation/vz-fail.h"

#define WORD_FILE "apple-licence"
#define WORD "accepted"
#define MAX_WORD 4096 /* bytes */

gboolean
vz_apple_licence_is_hardware (const char *compatible, gsize size)
{
  for (gsize at = 0; at < size; at += strnlen (compatible + at, size - at) + 1)
    if (size - at > strlen ("apple,") && g_str_has_prefix (compatible + at, "apple,"))
      return TRUE;
  return FALSE;
}

static gboolean
is_on_apple_hardware (void)
{
  g_autofree char *compatible = NULL;
  gsize size;

  /* GLib ends the data with a NUL. */
  return g_file_get_contents ("/proc/device-tree/compatible", &compatible, &size, NULL) &&
         vz_apple_licence_is_hardware (compatible, size);
}

static gboolean
has_word (void)
{
  g_autofree char *path = vz_user_settings_dup_path (WORD_FILE);
  g_autoptr (GBytes) data = vz_file_read (path, MAX_WORD, NULL);

  return data != NULL && g_bytes_get_size (data) >= strlen (WORD "\n") &&
         memcmp (g_bytes_get_data (data, NULL), WORD "\n", strlen (WORD "\n")) == 0;
}

gboolean
vz_apple_licence_check (GError **error)
{
  if (is_on_apple_hardware () || has_word ())
    return TRUE;
  return vz_fail (
    error, VZ_ERROR_NOT_SUPPORTED,
    "this is not Apple's hardware, and Apple's licence allows macOS in virtual machines only on "
    "Macs; if you may run it here, say so once with 'vz doctor --accept-apple-licence'");
}

gboolean
vz_apple_licence_accept (GError **error)
{
  static const char text[] = WORD
    "\n"
    "The owner of this file has confirmed to vz that Apple's licence of macOS allows it in\n"
    "virtual machines on this host. To withdraw that, remove the file.\n";
  g_autofree char *path = vz_user_settings_dup_path (WORD_FILE);
  g_autofree char *directory = g_path_get_dirname (path);
  g_autoptr (GBytes) data = g_bytes_new_static (text, strlen (text));

  if (!vz_owner_make_folders (directory, 0700))
    return vz_fail_errno (error, "cannot create '%s'", directory);
  return vz_file_write (path, data, 0600, error);
}
