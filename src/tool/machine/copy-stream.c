/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/copy-stream.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "foundation/file/vz-write.h"
#include "foundation/vz-fail.h"

/* How this works
 *
 * The command's stream goes through a pipe, and a thread moves the bytes between it and the
 * descriptor and counts them. If the command ends early or the descriptor fails, the pipe breaks,
 * which ends the other side. */

#define BLOCK 65536
#define SAID_MAX 4096

typedef struct {
  int from, to; /* closed by the thread */
  gboolean to_file;
  gboolean broken;
  guint64 left; /* bytes */
  VzProgress *progress;
  GError *error; /* owned: why it ended early, unless the pipe broke */
} Relay;

static gpointer
run_relay (gpointer data)
{
  Relay *self = data;
  g_autofree guint8 *block = g_malloc (BLOCK);
  ssize_t n;

  while ((n = read (self->from, block, (gsize) MIN (self->left, BLOCK))) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          vz_fail_errno (&self->error, "cannot read the file to copy");
          break;
        }
      if (!vz_write_all (self->to, block, (gsize) n))
        {
          self->broken = self->to_file && errno == EPIPE;
          if (self->to_file && !self->broken)
            vz_fail_errno (&self->error, "cannot write the copy");
          break;
        }
      self->left -= (guint64) n;
      if (self->progress != NULL)
        vz_progress_add_completed (self->progress, (guint64) n);
    }
  close (self->from);
  close (self->to);
  return NULL;
}

char *
copy_stream_dup_said (int fd)
{
  char text[SAID_MAX + 1];
  ssize_t n = pread (fd, text, SAID_MAX, 0);
  g_auto (GStrv) lines = NULL;
  g_autofree char *line = NULL;

  text[MAX (n, 0)] = '\0';
  lines = g_strsplit (g_strstrip (text), "\n", -1);
  line = g_strjoinv ("; ", lines);
  return g_utf8_make_valid (line, -1);
}

static gboolean
judge (CopyStream *self, int status, int said_fd, GError **error)
{
  g_autofree char *said = NULL;

  said = copy_stream_dup_said (said_fd);
  if (status == 0)
    {
      /* What was left out, or changed in the meantime. */
      if (*said != '\0')
        tool_say ("note: %s", said);
      return TRUE;
    }
  if (*said == '\0')
    return vz_fail (error, VZ_ERROR_GUEST_AGENT, "'%s' in the guest ended with status %d",
                    self->argv[0], status);
  return vz_fail (error,
                  status == COPY_STATUS_NOT_THERE ? VZ_ERROR_NOT_FOUND : VZ_ERROR_GUEST_AGENT, "%s",
                  said);
}

gboolean
copy_stream_run (CopyStream *self, GCancellable *cancellable, GError **error)
{
  int said = memfd_create ("said", MFD_CLOEXEC);
  int null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  g_autoptr (GError) cause = NULL;
  Relay relay = {
    .to_file = !self->to_guest,
    .left = self->limit > 0 ? self->limit : G_MAXUINT64,
    .progress = self->progress,
  };
  int ends[2], status = 0;
  GThread *thread;
  gboolean ran;

  if (said < 0 || null < 0 || pipe2 (ends, O_CLOEXEC) != 0)
    return vz_fail_errno (error, "cannot create a pipe");
  relay.from = self->to_guest ? self->fd : ends[0];
  relay.to = self->to_guest ? ends[1] : self->fd;
  thread = g_thread_new ("copy", run_relay, &relay);
  ran = vz_virtual_machine_execute (self->machine, self->argv, self->to_guest ? ends[0] : null,
                                    self->to_guest ? null : ends[1], said, &status, cancellable,
                                    &cause);
  close (self->to_guest ? ends[0] : ends[1]);
  g_thread_join (thread);
  self->broken = relay.broken;
  if (ran)
    ran = judge (self, status, said, &cause);
  close (said);
  close (null);
  /* The first failure explains the rest. */
  if (relay.error != NULL && !vz_error_is_cancelled (cause))
    {
      g_clear_error (&cause);
      cause = g_steal_pointer (&relay.error);
      ran = FALSE;
    }
  g_clear_error (&relay.error);
  if (cause != NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  return ran;
}

char *
copy_stream_ask (VzVirtualMachine *machine, const char *const *argv, GCancellable *cancellable,
                 GError **error)
{
  int answer = memfd_create ("answer", MFD_CLOEXEC);
  CopyStream stream = { machine, argv, fcntl (answer, F_DUPFD_CLOEXEC, 3), FALSE, NULL, 0, FALSE };
  char *text = NULL;

  if (stream.fd < 0)
    vz_fail_errno (error, "cannot create a file in memory");
  else if (copy_stream_run (&stream, cancellable, error))
    text = copy_stream_dup_said (answer);
  if (answer >= 0)
    close (answer);
  return text;
}
