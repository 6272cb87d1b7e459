/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/vz-qemu-img.h"

#include <string.h>

#include "disk/vz-sandbox.h"
#include "foundation/vz-fail.h"

void
vz_qemu_img_work_clear (VzQemuImgWork *self)
{
  g_clear_pointer (&self->said, g_free);
}

void
vz_qemu_img_take_line (const char *line, gpointer user_data)
{
  VzQemuImgWork *self = user_data;
  const char *open = strchr (line, '(');

  if (open == NULL || strstr (line, "/100%)") == NULL)
    {
      if (*line != '\0')
        {
          g_free (self->said);
          self->said = g_strdup (line);
        }
      return;
    }
  if (self->progress != NULL)
    vz_progress_set_completed (self->progress, (guint64) (g_ascii_strtod (open + 1, NULL) / 100 *
                                                          (double) self->units));
}

gboolean
vz_qemu_img_judge (int status, const VzQemuImgWork *work, VzError code, const char *what,
                   GError **error)
{
  const char *said = work->said != NULL ? work->said : "no reason is given";

  if (g_spawn_check_wait_status (status, NULL))
    return TRUE;
  return vz_fail (error, vz_sandbox_judge_words (said, code), "%s: %s", what, said);
}
