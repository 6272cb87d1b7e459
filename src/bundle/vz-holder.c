/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bundle/vz-holder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "foundation/file/vz-lock.h"
#include "foundation/host/vz-proc.h"
#include "foundation/vz-deadline.h"

#define MAX_NOTE (32 * 1024) /* three paths, escaped */
/* A killed process keeps its locks for a moment after it has vanished from every list. */
#define MAX_ENDING_MS 2000
#define ENDING_INTERVAL_MS 20

VzHolder *
vz_holder_new (int pid, const char *purpose)
{
  VzHolder *self = g_new0 (VzHolder, 1);

  self->pid = pid;
  self->start = vz_proc_get_start (pid);
  self->uid = geteuid ();
  self->purpose = g_strdup (purpose);
  self->program = vz_proc_dup_program (pid);
  return self;
}

void
vz_holder_free (VzHolder *self)
{
  if (self == NULL)
    return;
  g_free (self->purpose);
  g_free (self->program);
  g_free (self->bundle);
  g_free (self->runtime_dir);
  g_free (self->state_dir);
  g_free (self);
}

static void
add_line (GString *note, const char *key, const char *value)
{
  g_autofree char *escaped = value != NULL ? g_strescape (value, NULL) : NULL;

  if (escaped != NULL)
    g_string_append_printf (note, "%s %s\n", key, escaped);
}

/* What all notes contain. */
static GString *
note_new (int pid, guint64 start, const char *purpose)
{
  GString *note = g_string_new (NULL);

  g_string_printf (note, "%d %s", pid, purpose);
  g_strdelimit (note->str, "\n\r", ' ');
  g_string_append_printf (note, "\nstart %" G_GUINT64_FORMAT "\n", start);
  return note;
}

static gboolean
put (int fd, const GString *note)
{
  return pwrite (fd, note->str, note->len, 0) == (ssize_t) note->len &&
         ftruncate (fd, (off_t) note->len) == 0;
}

gboolean
vz_holder_save (const VzHolder *self, int fd)
{
  g_autoptr (GString) note = note_new (self->pid, self->start, self->purpose);

  g_string_append_printf (note, "uid %" G_GINT64_FORMAT "\n", self->uid);
  if (self->layout != 0)
    g_string_append_printf (note, "layout %u\n", self->layout);
  add_line (note, "program", self->program);
  add_line (note, "bundle", self->bundle);
  add_line (note, "runtime-directory", self->runtime_dir);
  add_line (note, "state-directory", self->state_dir);
  return put (fd, note);
}

static void
take_line (VzHolder *self, const char *line)
{
  const char *space = strchr (line, ' ');
  g_autofree char *key = space != NULL ? g_strndup (line, (gsize) (space - line)) : g_strdup ("");
  struct {
    const char *key;
    char **member;
  } texts[] = {
    { "program", &self->program },
    { "bundle", &self->bundle },
    { "runtime-directory", &self->runtime_dir },
    { "state-directory", &self->state_dir },
  };

  if (g_str_equal (key, "start"))
    self->start = g_ascii_strtoull (space + 1, NULL, 10);
  else if (g_str_equal (key, "uid"))
    self->uid = g_ascii_strtoll (space + 1, NULL, 10);
  else if (g_str_equal (key, "layout"))
    self->layout = (guint) g_ascii_strtoull (space + 1, NULL, 10);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    if (g_str_equal (key, texts[i].key))
      {
        g_free (*texts[i].member);
        *texts[i].member = g_strcompress (space + 1);
      }
}

VzHolder *
vz_holder_load (int fd)
{
  g_autofree char *note = g_malloc (MAX_NOTE);
  ssize_t length = pread (fd, note, MAX_NOTE - 1, 0);
  g_auto (GStrv) lines = NULL;
  VzHolder *self;
  char *rest;
  long pid;

  if (length <= 0)
    return NULL;
  note[length] = '\0';
  lines = g_strsplit (note, "\n", -1);
  pid = strtol (lines[0], &rest, 10);
  if (*rest != ' ' || pid <= 0 || pid > G_MAXINT)
    return NULL;
  self = g_new0 (VzHolder, 1);
  self->pid = (int) pid;
  self->uid = -1;
  self->purpose = g_strdup (rest + 1);
  for (char **line = lines + 1; *line != NULL; line++)
    take_line (self, *line);
  return self;
}

gboolean
vz_holder_is_alive (const VzHolder *self)
{
  return self->start != 0 && vz_proc_get_start (self->pid) == self->start;
}

gboolean
vz_holder_is_gone (const VzHolder *self)
{
  return self->start != 0 && !vz_holder_is_alive (self);
}

gboolean
vz_holder_wait_for_ending (VzHolderLook look, const char *where, VzHolder **ret_holder)
{
  gint64 deadline = vz_deadline_after (MAX_ENDING_MS);

  for (;;)
    {
      *ret_holder = NULL;
      if (!look (where, ret_holder))
        return TRUE;
      if (*ret_holder != NULL || vz_deadline_is_past (deadline))
        return FALSE;
      vz_pause (ENDING_INTERVAL_MS, NULL, NULL);
    }
}

gboolean
vz_holder_take_lock (int fd, VzHolderLook look, const char *where, VzHolder **ret_holder)
{
  for (int attempt = 0; attempt < 2; attempt++) /* a process that got there first is named */
    {
      if (!vz_holder_wait_for_ending (look, where, ret_holder))
        {
          errno = EAGAIN;
          return FALSE;
        }
      if (vz_lock_take (fd))
        return TRUE;
      if (errno != EAGAIN)
        return FALSE;
    }
  return FALSE;
}

char *
vz_holder_to_text (const VzHolder *self)
{
  if (self == NULL)
    return g_strdup ("another process");
  if (self->program == NULL)
    return g_strdup_printf ("process %d (%s)", self->pid, self->purpose);
  return g_strdup_printf ("process %d (%s, %s)", self->pid, self->program, self->purpose);
}

gboolean
vz_holder_write (int fd, int pid, const char *purpose)
{
  g_autoptr (GString) note = note_new (pid, vz_proc_get_start (pid), purpose);

  return put (fd, note);
}

gboolean
vz_holder_read (int fd, int *ret_pid, char **ret_purpose)
{
  g_autoptr (VzHolder) holder = vz_holder_load (fd);

  if (holder == NULL)
    return FALSE;
  *ret_pid = holder->pid;
  *ret_purpose = g_steal_pointer (&holder->purpose);
  return TRUE;
}

char *
vz_holder_describe (int fd)
{
  g_autoptr (VzHolder) holder = vz_holder_load (fd);

  return vz_holder_to_text (holder);
}
