/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bundle/vz-holder.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_NOTE 128

gboolean
vz_holder_write (int fd, int pid, const char *purpose)
{
  char note[MAX_NOTE];
  gsize length = (gsize) g_snprintf (note, sizeof note - 1, "%d %s", pid, purpose);

  length = MIN (length, sizeof note - 2);
  g_strdelimit (note, "\n\r", ' ');
  note[length++] = '\n';
  return pwrite (fd, note, length, 0) == (ssize_t) length && ftruncate (fd, (off_t) length) == 0;
}

gboolean
vz_holder_read (int fd, int *ret_pid, char **ret_purpose)
{
  char note[MAX_NOTE];
  ssize_t length = pread (fd, note, sizeof note - 1, 0);
  char *rest;
  long pid;

  if (length <= 0)
    return FALSE;
  note[length] = '\0';
  note[strcspn (note, "\n")] = '\0';
  pid = strtol (note, &rest, 10);
  if (*rest != ' ' || pid <= 0 || pid > G_MAXINT)
    return FALSE;
  *ret_pid = (int) pid;
  *ret_purpose = g_strdup (rest + 1);
  return TRUE;
}

char *
vz_holder_describe (int fd)
{
  g_autofree char *purpose = NULL;
  int pid;

  if (!vz_holder_read (fd, &pid, &purpose))
    return g_strdup ("another process");
  return g_strdup_printf ("process %d (%s)", pid, purpose);
}
