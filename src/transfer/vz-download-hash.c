/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/vz-download-hash.h"

#include "foundation/vz-fail.h"
#include "foundation/vz-hex.h"

#include <errno.h>
#include <openssl/evp.h>
#include <unistd.h>

#define BUFFER_SIZE (1024 * 1024)

struct _VzDownloadHash {
  int fd; /* borrowed */
  EVP_MD_CTX *digest; /* owned; the thread's while it runs */
  GThread *thread; /* owned; NULL: ended */
  GMutex lock;
  GCond changed;
  guint64 end; /* bytes available */
  guint64 done; /* bytes included in the digest */
  gboolean stop;
  int failure; /* errno of a read; 0: none */
};

/* Waits until there is something to read. 0: the thread must end. */
static gsize
wait_for_bytes (VzDownloadHash *self)
{
  gsize size;

  g_mutex_lock (&self->lock);
  while (!self->stop && self->done == self->end)
    g_cond_wait (&self->changed, &self->lock);
  size = self->stop ? 0 : (gsize) MIN (self->end - self->done, BUFFER_SIZE);
  g_mutex_unlock (&self->lock);
  return size;
}

static gpointer
run (gpointer data)
{
  VzDownloadHash *self = data;
  g_autofree guint8 *buffer = g_malloc (BUFFER_SIZE);
  gsize size;

  while ((size = wait_for_bytes (self)) > 0)
    {
      gssize got = pread (self->fd, buffer, size, (off_t) self->done);

      if (got > 0)
        EVP_DigestUpdate (self->digest, buffer, (gsize) got);
      g_mutex_lock (&self->lock);
      if (got > 0)
        self->done += (guint64) got;
      else if (got == 0 || errno != EINTR)
        {
          self->failure = got == 0 ? EIO : errno;
          self->stop = TRUE;
        }
      g_cond_broadcast (&self->changed);
      g_mutex_unlock (&self->lock);
    }
  return NULL;
}

VzDownloadHash *
vz_download_hash_new (int fd, const char *algorithm)
{
  VzDownloadHash *self = g_new0 (VzDownloadHash, 1);

  self->fd = fd;
  self->digest = EVP_MD_CTX_new ();
  if (EVP_DigestInit_ex (self->digest, EVP_get_digestbyname (algorithm), NULL) != 1)
    g_error ("libcrypto has no %s", algorithm);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->thread = g_thread_new ("vz-hash", run, self);
  return self;
}

static void
end_thread (VzDownloadHash *self)
{
  g_mutex_lock (&self->lock);
  self->stop = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&self->thread, g_thread_join);
}

void
vz_download_hash_free (VzDownloadHash *self)
{
  end_thread (self);
  EVP_MD_CTX_free (self->digest);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

void
vz_download_hash_advance (VzDownloadHash *self, guint64 end)
{
  g_mutex_lock (&self->lock);
  if (end > self->end)
    {
      self->end = end;
      g_cond_broadcast (&self->changed);
    }
  g_mutex_unlock (&self->lock);
}

static gboolean
wait_a_while (VzDownloadHash *self, guint64 end, guint64 *ret_done)
{
  gboolean waits;

  g_mutex_lock (&self->lock);
  if (self->done < end && self->failure == 0)
    g_cond_wait_until (&self->changed, &self->lock, g_get_monotonic_time () + G_USEC_PER_SEC / 10);
  *ret_done = self->done;
  waits = self->done < end && self->failure == 0;
  g_mutex_unlock (&self->lock);
  return waits;
}

static gboolean
wait_until_done (VzDownloadHash *self, guint64 end, VzProgress *progress, GCancellable *cancellable)
{
  guint64 done;

  vz_download_hash_advance (self, end);
  while (wait_a_while (self, end, &done) && !g_cancellable_is_cancelled (cancellable))
    if (progress != NULL)
      vz_progress_set_completed (progress, done);
  return done == end;
}

char *
vz_download_hash_finish (VzDownloadHash *self, guint64 end, VzProgress *progress,
                         GCancellable *cancellable, GError **error)
{
  guint8 bytes[EVP_MAX_MD_SIZE];
  guint size = 0;
  gboolean done = wait_until_done (self, end, progress, cancellable);

  end_thread (self);
  if (!done && g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (!done)
    {
      errno = self->failure;
      return vz_fail_errno_null (error, "cannot read what was fetched");
    }
  EVP_DigestFinal_ex (self->digest, bytes, &size);
  return vz_hex_encode (bytes, size);
}
