/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/unattended/vz-standstill.h"

#include <glib/gstdio.h>

gint64
vz_standstill_look (VzStandstill *self, gint64 now)
{
  GStatBuf log = { 0 }, disk = { 0 };

  if (self->log != NULL)
    g_stat (self->log, &log);
  g_stat (self->disk, &disk);
  if (self->since == 0 || self->said != log.st_size || self->written != disk.st_blocks)
    {
      self->said = log.st_size;
      self->written = disk.st_blocks;
      self->since = now;
    }
  return now - self->since;
}
