/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/unattended/vz-settings-mark.h"

#include <stdlib.h>
#include <string.h>

#include "foundation/file/vz-file.h"
#include "foundation/vz-hex.h"
#include "foundation/vz-random.h"

#define LOG_MAX (16 << 20)

void
vz_settings_mark_init (VzSettingsMark *self)
{
  guint8 bytes[16];
  g_autofree char *random = NULL;

  vz_random_bytes (bytes, sizeof bytes);
  random = vz_hex_encode (bytes, sizeof bytes);
  *self = (VzSettingsMark){ .word = g_strdup_printf ("vz-settings-%s", random), .status = -1 };
}

void
vz_settings_mark_clear (VzSettingsMark *self)
{
  g_clear_pointer (&self->word, g_free);
  g_clear_pointer (&self->log, g_free);
  g_clear_pointer (&self->said, g_free);
}

/* The guest's kernel cannot echo any of it, since the script that prints it is encoded. */
gboolean
vz_settings_mark_look (VzSettingsMark *self)
{
  gboolean look = self->status < 0 && self->log != NULL;
  g_autoptr (GBytes) data = look ? vz_file_read (self->log, LOG_MAX, NULL) : NULL;
  gsize size = 0;
  const char *text = data != NULL ? g_bytes_get_data (data, &size) : NULL;
  const char *at = text != NULL ? g_strstr_len (text, (gssize) size, self->word) : NULL;
  const char *end = at != NULL ? memchr (at, '\n', size - (gsize) (at - text)) : NULL;
  g_autofree char *line = NULL;
  char *rest;

  if (end == NULL)
    return self->status >= 0;
  line = g_strndup (at + strlen (self->word), (gsize) (end - at) - strlen (self->word));
  self->status = (int) strtol (line, &rest, 10);
  g_free (self->said);
  self->said = g_strstrip (g_utf8_make_valid (rest, -1));
  return TRUE;
}
