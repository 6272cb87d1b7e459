/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/vz-download-state.h"

#include <string.h>

#define MAGIC "vz-download 1\n"
#define DIGEST_CHARACTERS 64
#define LINES 5

void
vz_download_origin_clear (VzDownloadOrigin *self)
{
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->etag, g_free);
  g_clear_pointer (&self->last_modified, g_free);
  self->length = 0;
}

void
vz_download_origin_set (VzDownloadOrigin *self, const char *url, const VzHttpHeaders *headers,
                        guint64 length)
{
  g_autofree char *copy = g_strdup (url); /* may be our own */

  vz_download_origin_clear (self);
  self->url = g_steal_pointer (&copy);
  self->length = length;
  self->etag = g_strdup (headers->etag);
  self->last_modified = g_strdup (headers->last_modified);
}

gboolean
vz_download_origin_matches (const VzDownloadOrigin *self, const VzHttpHeaders *headers)
{
  if (headers->has_range && headers->total != VZ_HTTP_UNKNOWN && headers->total != self->length)
    return FALSE;
  if (self->etag != NULL && headers->etag != NULL)
    return strcmp (self->etag, headers->etag) == 0;
  if (self->last_modified != NULL && headers->last_modified != NULL)
    return strcmp (self->last_modified, headers->last_modified) == 0;
  return TRUE;
}

const char *
vz_download_origin_get_condition (const VzDownloadOrigin *self)
{
  return vz_http_etag_is_strong (self->etag) ? self->etag : self->last_modified;
}

char *
vz_download_state_dup_boot (void)
{
  char *text = NULL;

  if (!g_file_get_contents ("/proc/sys/kernel/random/boot_id", &text, NULL, NULL))
    return g_strdup ("");
  return g_strstrip (text);
}

static char *
format_head (const VzDownloadOrigin *origin, const char *boot)
{
  return g_strdup_printf (MAGIC "%s\n%" G_GUINT64_FORMAT "\n%s\n%s\n%s\n", origin->url,
                          origin->length, origin->etag != NULL ? origin->etag : "",
                          origin->last_modified != NULL ? origin->last_modified : "", boot);
}

GBytes *
vz_download_state_format (const VzDownloadOrigin *origin, const VzDownloadPlan *plan,
                          const char *boot, gsize *ret_head)
{
  g_autofree char *head = format_head (origin, boot);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, head, -1);
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) head, (guint) strlen (head));
  g_byte_array_append (bytes, (const guint8 *) digest, DIGEST_CHARACTERS);
  g_byte_array_append (bytes, (const guint8 *) "\n", 1);
  *ret_head = bytes->len;
  g_byte_array_append (bytes, plan->blocks, (guint) plan->n_blocks);
  return g_byte_array_free_to_bytes (bytes);
}

/* Where the line after @count lines begins; NULL: there are fewer. */
static const char *
skip_lines (const char *text, const char *end, guint count)
{
  for (; count > 0 && text != NULL; count--)
    {
      text = memchr (text, '\n', (gsize) (end - text));
      text = text != NULL ? text + 1 : NULL;
    }
  return text;
}

static gboolean
parse_head (const char *head, gsize size, VzDownloadOrigin *origin, char **ret_boot)
{
  g_autofree char *text = g_strndup (head, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  if (strlen (text) != size || g_strv_length (lines) != LINES + 1 || *lines[0] == '\0' ||
      !g_ascii_string_to_unsigned (lines[1], 10, 1, G_MAXINT64 / 2, &origin->length, NULL))
    return FALSE;
  origin->url = g_strdup (lines[0]);
  origin->etag = *lines[2] != '\0' ? g_strdup (lines[2]) : NULL;
  origin->last_modified = *lines[3] != '\0' ? g_strdup (lines[3]) : NULL;
  *ret_boot = g_strdup (lines[4]);
  return TRUE;
}

/* The blocks, as far as they are reliable. FALSE: not a list of blocks. */
static gboolean
parse_blocks (const char *text, gsize size, gboolean same_boot, VzDownloadPlan *plan)
{
  static const char known[] = { '.', 'o', 'x', 's' };
  g_autofree guint8 *blocks = g_malloc (size + 1);

  for (gsize i = 0; i < size; i++)
    {
      if (memchr (known, text[i], sizeof known) == NULL)
        return FALSE;
      blocks[i] = text[i] == VZ_DOWNLOAD_THERE && !same_boot ? VZ_DOWNLOAD_FREE : (guint8) text[i];
    }
  vz_download_plan_restore (plan, blocks);
  return TRUE;
}

gboolean
vz_download_state_parse (GBytes *bytes, const char *boot, VzDownloadOrigin *ret_origin,
                         VzDownloadPlan *ret_plan, gsize *ret_head)
{
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);
  const char *end = text + size, *digest, *blocks;
  g_autofree char *computed = NULL, *written_in = NULL;
  g_auto (VzDownloadOrigin) origin = { NULL };
  g_auto (VzDownloadPlan) plan = { 0 };

  if (size < strlen (MAGIC) || memcmp (text, MAGIC, strlen (MAGIC)) != 0)
    return FALSE;
  digest = skip_lines (text, end, LINES + 1);
  blocks = digest != NULL ? skip_lines (digest, end, 1) : NULL;
  if (blocks == NULL || blocks - digest != DIGEST_CHARACTERS + 1)
    return FALSE;
  computed =
    g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) text, (gsize) (digest - text));
  if (memcmp (computed, digest, DIGEST_CHARACTERS) != 0 ||
      !parse_head (text + strlen (MAGIC), (gsize) (digest - text) - strlen (MAGIC), &origin,
                   &written_in) ||
      (origin.length - 1) / VZ_DOWNLOAD_BLOCK + 1 != (guint64) (end - blocks))
    return FALSE;
  vz_download_plan_init (&plan, origin.length);
  if (!parse_blocks (blocks, plan.n_blocks, strcmp (boot, written_in) == 0, &plan))
    return FALSE;
  *ret_origin = origin;
  *ret_plan = plan;
  *ret_head = (gsize) (blocks - text);
  origin = (VzDownloadOrigin){ NULL };
  plan = (VzDownloadPlan){ 0 };
  return TRUE;
}
