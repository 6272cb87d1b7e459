/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/vz-download-flush.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* The kernel would only start writing after some seconds, or when much memory is dirty: on a fast
 * network the whole file may have arrived by then, with all of it left to wait for. */
#define STEP_SIZE ((guint64) 8 << 20)

struct _VzDownloadFlush {
  int fd; /* borrowed */
  GThread *thread; /* owned */
  GMutex lock;
  GCond changed;
  guint64 unwritten; /* bytes since the last writeback */
  guint begun; /* how many flushes were requested */
  guint done; /* and how many of them have finished */
  int failure; /* errno; the kernel reports it only once */
  gboolean stop;
};

/* TRUE: there is something to make durable. */
static gboolean
wait_for_work (VzDownloadFlush *self)
{
  while (!self->stop && self->begun == self->done && self->unwritten < STEP_SIZE)
    g_cond_wait (&self->changed, &self->lock);
  self->unwritten = 0;
  return self->begun != self->done;
}

static gpointer
run (gpointer data)
{
  VzDownloadFlush *self = data;

  g_mutex_lock (&self->lock);
  while (!self->stop)
    {
      gboolean durable = wait_for_work (self);
      guint begun = self->begun;
      int failure = 0;

      if (self->stop)
        break;
      g_mutex_unlock (&self->lock);
      /* Only an attempt: a failure shows in the final wait. */
      if (!durable)
        sync_file_range (self->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
      else if (fdatasync (self->fd) != 0)
        failure = errno;
      g_mutex_lock (&self->lock);
      if (durable)
        self->done = begun;
      if (self->failure == 0)
        self->failure = failure;
      g_cond_broadcast (&self->changed);
    }
  g_mutex_unlock (&self->lock);
  return NULL;
}

VzDownloadFlush *
vz_download_flush_new (int fd)
{
  VzDownloadFlush *self = g_new0 (VzDownloadFlush, 1);

  self->fd = fd;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->thread = g_thread_new ("vz-flush", run, self);
  return self;
}

void
vz_download_flush_free (VzDownloadFlush *self)
{
  g_mutex_lock (&self->lock);
  self->stop = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->thread);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

void
vz_download_flush_wrote (VzDownloadFlush *self, gsize size)
{
  g_mutex_lock (&self->lock);
  self->unwritten += size;
  if (self->unwritten >= STEP_SIZE)
    g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

void
vz_download_flush_begin (VzDownloadFlush *self)
{
  g_mutex_lock (&self->lock);
  self->begun++;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

gboolean
vz_download_flush_is_idle (VzDownloadFlush *self)
{
  gboolean idle;

  g_mutex_lock (&self->lock);
  idle = self->begun == self->done;
  g_mutex_unlock (&self->lock);
  return idle;
}

int
vz_download_flush_wait (VzDownloadFlush *self)
{
  int failure;

  g_mutex_lock (&self->lock);
  while (self->begun != self->done)
    g_cond_wait (&self->changed, &self->lock);
  failure = self->failure;
  g_mutex_unlock (&self->lock);
  return failure;
}
