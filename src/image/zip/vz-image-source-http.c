/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/zip/vz-image-source-private.h"

#include "foundation/vz-fail.h"
#include "transfer/vz-http-client.h"

#include <string.h>

/* How this works
 *
 * An image on a server is read in blocks, each of which is a range fetched by one request over a
 * connection that stays open. The first request is for the end of the file: it tells how long the
 * file is and whether the server serves ranges at all, and brings the zip's directory, or most of
 * it. After that, the reader announces what it will need (a member from its header to its end), so
 * that a small member costs one request of its size and a large one a request for every BLOCK_MAX
 * bytes.
 *
 * Every answer must come from the same file as the first: with the same length, ETag and date.
 * Later requests go to the address from which the first answer came after redirects; such addresses
 * may expire, so if this fails, the redirects are followed again from the beginning. */

#define TAIL_SIZE (256 * 1024) /* the directory of an Apple image has about 150 KB */
#define BLOCK_MIN (64 * 1024) /* if nothing has been announced */
#define BLOCK_MAX (8 * 1024 * 1024)
#define N_BLOCKS 3 /* the directory's, and those of members read alternately */

typedef struct {
  guint64 begin;
  GBytes *bytes; /* NULL: unused */
  guint64 used; /* when, in HttpSource's clock */
} Block;

typedef struct {
  VzImageSource parent;
  VzHttpClient *client;
  char *url; /* the requested address */
  VzHttpResponse first; /* of the first answer: address, length, validators */
  Block blocks[N_BLOCKS];
  guint64 clock;
  guint64 expected_begin, expected_end;
} HttpSource;

static guint64
block_end (const Block *block)
{
  return block->begin + g_bytes_get_size (block->bytes);
}

static Block *
find_block (HttpSource *self, guint64 offset)
{
  for (guint i = 0; i < N_BLOCKS; i++)
    {
      Block *block = &self->blocks[i];

      if (block->bytes != NULL && offset >= block->begin && offset < block_end (block))
        return block;
    }
  return NULL;
}

/* Takes @bytes, replacing the block that they continue, which was read to its end, or else the
 * least recently used one. */
static Block *
keep_block (HttpSource *self, guint64 begin, GBytes *bytes)
{
  Block *place = &self->blocks[0];

  for (guint i = 0; i < N_BLOCKS; i++)
    {
      Block *block = &self->blocks[i];

      if (block->bytes != NULL && block_end (block) == begin)
        {
          place = block;
          break;
        }
      if (block->used < place->used)
        place = block;
    }
  g_clear_pointer (&place->bytes, g_bytes_unref);
  *place = (Block){ begin, bytes, ++self->clock };
  return place;
}

/* How much to request from @offset on: what is expected to be read, but nothing twice. */
static guint64
choose_length (HttpSource *self, guint64 offset)
{
  gboolean expected = offset >= self->expected_begin && offset < self->expected_end;
  guint64 end = expected ? MIN (self->expected_end, offset + BLOCK_MAX) : offset + BLOCK_MIN;

  end = MIN (end, self->parent.size);
  for (guint i = 0; i < N_BLOCKS; i++)
    if (self->blocks[i].bytes != NULL && self->blocks[i].begin > offset)
      end = MIN (end, self->blocks[i].begin);
  return end - offset;
}

static gboolean
check_same (HttpSource *self, const VzHttpResponse *response, GError **error)
{
  if (response->total == self->parent.size && g_strcmp0 (response->etag, self->first.etag) == 0 &&
      g_strcmp0 (response->last_modified, self->first.last_modified) == 0)
    return TRUE;
  return vz_fail (error, VZ_ERROR_NETWORK_ERROR,
                  "'%s' was changed on the server while it was being read", self->url);
}

static GBytes *
get (HttpSource *self, const char *url, const VzHttpRequest *request, GCancellable *cancellable,
     GError **error)
{
  g_auto (VzHttpResponse) response = { 0 };
  GBytes *bytes = vz_http_client_get (self->client, url, request, &response, cancellable, error);

  if (bytes != NULL && !check_same (self, &response, error))
    g_clear_pointer (&bytes, g_bytes_unref);
  return bytes;
}

static Block *
fetch_block (HttpSource *self, guint64 offset, GCancellable *cancellable, GError **error)
{
  VzHttpRequest request = { .offset = offset, .length = choose_length (self, offset) };
  g_autoptr (GError) local = NULL;
  GBytes *bytes = get (self, self->first.url, &request, cancellable, &local);

  if (bytes == NULL && !g_str_equal (self->url, self->first.url) && !vz_error_is_cancelled (local))
    {
      g_clear_error (&local);
      bytes = get (self, self->url, &request, cancellable, &local);
    }
  if (bytes != NULL)
    return keep_block (self, offset, bytes);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static gboolean
http_read (VzImageSource *source, guint64 offset, void *buffer, gsize size,
           GCancellable *cancellable, GError **error)
{
  HttpSource *self = (HttpSource *) source;
  gsize done = 0;

  while (done < size)
    {
      guint64 from = offset + done;
      Block *block = find_block (self, from);
      gsize n;

      if (block == NULL)
        block = fetch_block (self, from, cancellable, error);
      if (block == NULL)
        return FALSE;
      n = (gsize) MIN (size - done, block_end (block) - from);
      memcpy ((guint8 *) buffer + done,
              (const guint8 *) g_bytes_get_data (block->bytes, NULL) + (from - block->begin), n);
      block->used = ++self->clock;
      done += n;
    }
  return TRUE;
}

static void
http_expect (VzImageSource *source, guint64 begin, guint64 end)
{
  HttpSource *self = (HttpSource *) source;

  self->expected_begin = begin;
  self->expected_end = end;
}

static void
http_free (VzImageSource *source)
{
  HttpSource *self = (HttpSource *) source;

  for (guint i = 0; i < N_BLOCKS; i++)
    g_clear_pointer (&self->blocks[i].bytes, g_bytes_unref);
  vz_http_client_free (self->client);
  vz_http_response_clear (&self->first);
  g_free (self->url);
  g_free (self);
}

static const VzImageSourceKind http_kind = { http_read, http_expect, http_free };

VzImageSource *
vz_image_source_new_for_url (const char *url, GCancellable *cancellable, GError **error)
{
  HttpSource *self = g_new0 (HttpSource, 1);
  g_autoptr (VzImageSource) source = &self->parent;
  VzHttpRequest request = { .suffix = TAIL_SIZE };
  GBytes *tail;

  self->parent.kind = &http_kind;
  self->parent.fd = -1;
  self->url = g_strdup (url);
  self->client = vz_http_client_new ();
  tail = vz_http_client_get (self->client, url, &request, &self->first, cancellable, error);
  if (tail == NULL)
    return NULL;
  self->parent.size = self->first.total;
  keep_block (self, self->first.offset, tail);
  if (self->parent.size > G_MAXINT64)
    return vz_fail_null (error, VZ_ERROR_NETWORK_ERROR,
                         "'%s': the server says that the file has %" G_GUINT64_FORMAT " bytes", url,
                         self->parent.size);
  return g_steal_pointer (&source);
}
