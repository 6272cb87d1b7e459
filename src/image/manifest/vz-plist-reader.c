/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/manifest/vz-plist-reader.h"

#include "foundation/vz-fail.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 32 /* Apple's manifests go to 9; libplist frees recursively */
#define TAGS_MAX (512 * 1024) /* Apple's have about 100,000; a node takes about 100 bytes */
#define KEYS_MAX 1024 /* in one dictionary; Apple's have up to about 100 */
#define STRING_MAX 4096
#define ESCAPED_MAX 4096 /* bytes of a text that contains '&' */
#define KEY_MAX 256
#define fail(error, ...) vz_fail ((error), VZ_ERROR_INVALID_RESTORE_IMAGE, __VA_ARGS__)
#define fail_null(error, ...) vz_fail_null ((error), VZ_ERROR_INVALID_RESTORE_IMAGE, __VA_ARGS__)

static gboolean
tag_is (const char *tag, const char *end, const char *name)
{
  gsize length = strlen (name);

  return (gsize) (end - tag) >= length && memcmp (tag, name, length) == 0 &&
         ((gsize) (end - tag) == length || g_ascii_isspace (tag[length]) || tag[length] == '/');
}

typedef struct {
  int depth;
  guint keys[DEPTH_MAX + 1]; /* so far, in the dictionary at each depth */
} Shape;

/* Called when a dictionary or array begins or ends. */
static gboolean
scan_container (Shape *shape, gboolean closing, GError **error)
{
  if (closing && shape->depth == 0)
    return fail (error, "it is not well-formed XML");
  shape->depth += closing ? -1 : 1;
  if (shape->depth > DEPTH_MAX)
    return fail (error, "it is nested deeper than %d levels", DEPTH_MAX);
  if (!closing)
    shape->keys[shape->depth] = 0;
  return TRUE;
}

/* libplist looks up each new key among the existing ones with a hash for which anyone can make
 * collisions: 100,000 keys would keep it busy for minutes. */
static gboolean
scan_key (Shape *shape, GError **error)
{
  if (++shape->keys[shape->depth] > KEYS_MAX)
    return fail (error, "a dictionary in it has more than %d keys", KEYS_MAX);
  return TRUE;
}

/* Examines one tag, from after its '<' to its '>'. */
static gboolean
scan_tag (const char *tag, const char *end, Shape *shape, GError **error)
{
  gboolean closing = tag < end && *tag == '/';
  gboolean empty = tag < end && end[-1] == '/';

  if (tag < end && *tag == '!')
    {
      /* The one declaration that Apple writes, without an internal subset. */
      if (end - tag < 8 || memcmp (tag, "!DOCTYPE", 8) != 0 ||
          memchr (tag, '[', (gsize) (end - tag)) != NULL)
        return fail (error, "comments, CDATA and declarations are not allowed in it");
      return TRUE;
    }
  if (closing)
    tag++;
  if (!closing && tag_is (tag, end, "key"))
    return scan_key (shape, error);
  if (empty || (!tag_is (tag, end, "dict") && !tag_is (tag, end, "array")))
    return TRUE;
  return scan_container (shape, closing, error);
}

/* For each "&amp;", libplist moves the rest of the text, so a few megabytes of them take minutes.
 * Long texts are base64, which has none. */
static gboolean
scan_text (const char *text, const char *end, GError **error)
{
  gsize size = (gsize) (end - text);

  if (size > ESCAPED_MAX && memchr (text, '&', size) != NULL)
    return fail (error, "it has a string of %" G_GSIZE_FORMAT " bytes with '&', at most %d allowed",
                 size, ESCAPED_MAX);
  return TRUE;
}

/* libplist builds and frees its tree recursively without a limit, so the shape is checked first.
 * That is safe only if both see the same tags: hence no comments, no CDATA, and no '<' between a
 * '<' and its '>'. */
static gboolean
scan (const char *text, gsize size, GError **error)
{
  const char *end = text + size;
  const char *tag = memchr (text, '<', size);
  guint tags = 0;
  Shape shape = { 0 };

  if (tag == NULL || memchr (text, '\0', size) != NULL)
    return fail (error, "it is not XML");
  while (tag != NULL)
    {
      const char *close = memchr (tag, '>', (gsize) (end - tag));
      const char *next = memchr (tag + 1, '<', (gsize) (end - tag - 1));

      if (close == NULL || (next != NULL && next < close))
        return fail (error, "it is not well-formed XML");
      if (++tags > TAGS_MAX)
        return fail (error, "it has more than %d elements", TAGS_MAX / 2);
      if (!scan_tag (tag + 1, close, &shape, error) ||
          !scan_text (close + 1, next != NULL ? next : end, error))
        return FALSE;
      tag = next;
    }
  return shape.depth == 0 ? TRUE : fail (error, "it ends prematurely");
}

plist_t
vz_plist_reader_parse_xml (GBytes *bytes, gsize limit, GError **error)
{
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);
  plist_t root = NULL;

  if (size > limit || size > G_MAXUINT32)
    return fail_null (error,
                      "it has %" G_GSIZE_FORMAT " bytes, at most %" G_GSIZE_FORMAT " allowed", size,
                      limit);
  if (size >= 8 && memcmp (text, "bplist00", 8) == 0)
    return fail_null (error, "it is a binary property list, must be XML");
  if (size == 0)
    return fail_null (error, "it is empty");
  if (!scan (text, size, error))
    return NULL;
  plist_from_xml (text, (guint32) size, &root);
  if (root == NULL)
    return fail_null (error, "it is not a property list");
  if (plist_get_node_type (root) != PLIST_DICT)
    {
      plist_free (root);
      return fail_null (error, "it is not a dictionary");
    }
  return root;
}

gboolean
vz_plist_reader_get_node (plist_t dict, const char *key, plist_type type, VzPlistNeed need,
                          plist_t *ret_node, GError **error)
{
  plist_t node = plist_dict_get_item (dict, key);

  *ret_node = NULL;
  if (node == NULL)
    return need == VZ_PLIST_OPTIONAL ? TRUE : fail (error, "%s: it is missing", key);
  if (plist_get_node_type (node) != type)
    return fail (error, "%s: it has the wrong type", key);
  *ret_node = node;
  return TRUE;
}

static gboolean
check_text (const char *key, const char *text, gsize limit, GError **error)
{
  if (strlen (text) > limit)
    return fail (error, "%s: it has more than %" G_GSIZE_FORMAT " bytes", key, limit);
  if (!g_utf8_validate (text, -1, NULL))
    return fail (error, "%s: it is not UTF-8", key);
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    if (g_unichar_iscntrl (g_utf8_get_char (c)))
      return fail (error, "%s: it has control characters", key);
  return TRUE;
}

static gboolean
dup_text (plist_t node, const char *key, gsize limit, char **ret_value, GError **error)
{
  uint64_t length = 0;
  const char *text =
    plist_get_string_ptr (node, &length); /* plist_get_string_val() aborts on a NUL */

  if (text == NULL)
    return fail (error, "%s: it is empty", key);
  if (strlen (text) != length)
    return fail (error, "%s: it has control characters", key);
  if (!check_text (key, text, limit, error))
    return FALSE;
  *ret_value = g_strdup (text);
  return TRUE;
}

gboolean
vz_plist_reader_get_string (plist_t dict, const char *key, gsize limit, VzPlistNeed need,
                            char **ret_value, GError **error)
{
  plist_t node;

  if (!vz_plist_reader_get_node (dict, key, PLIST_STRING, need, &node, error))
    return FALSE;
  return node == NULL || dup_text (node, key, limit, ret_value, error);
}

static gboolean
parse_uint (plist_t node, const char *key, guint64 *ret_value, GError **error)
{
  g_autofree char *text = NULL;
  const char *digits;
  gboolean hex;

  if (plist_get_node_type (node) == PLIST_UINT)
    {
      uint64_t value = 0;

      plist_get_uint_val (node, &value);
      *ret_value = value;
      return TRUE;
    }
  if (plist_get_node_type (node) != PLIST_STRING)
    return fail (error, "%s: it has the wrong type", key);
  if (!dup_text (node, key, 32, &text, error))
    return FALSE;
  hex = g_ascii_strncasecmp (text, "0x", 2) == 0;
  digits = hex ? text + 2 : text;
  if (!g_ascii_string_to_unsigned (digits, hex ? 16 : 10, 0, G_MAXUINT64, ret_value, NULL))
    return fail (error, "%s: '%s' found, must be a number", key, text);
  return TRUE;
}

gboolean
vz_plist_reader_get_uint (plist_t dict, const char *key, guint64 min, guint64 max, VzPlistNeed need,
                          guint64 *ret_value, GError **error)
{
  plist_t node = plist_dict_get_item (dict, key);
  guint64 value;

  if (node == NULL)
    return need == VZ_PLIST_OPTIONAL ? TRUE : fail (error, "%s: it is missing", key);
  if (!parse_uint (node, key, &value, error))
    return FALSE;
  if (value < min || value > max)
    return fail (error,
                 "%s: %" G_GUINT64_FORMAT " found, %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
                 " allowed",
                 key, value, min, max);
  *ret_value = value;
  return TRUE;
}

gboolean
vz_plist_reader_get_bool (plist_t dict, const char *key, VzPlistNeed need, gboolean *ret_value,
                          GError **error)
{
  uint8_t value = 0;
  plist_t node;

  if (!vz_plist_reader_get_node (dict, key, PLIST_BOOLEAN, need, &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  plist_get_bool_val (node, &value);
  *ret_value = value != 0;
  return TRUE;
}

gboolean
vz_plist_reader_get_data (plist_t dict, const char *key, gsize limit, VzPlistNeed need,
                          GBytes **ret_value, GError **error)
{
  uint64_t size = 0;
  char *data = NULL;
  plist_t node;

  if (!vz_plist_reader_get_node (dict, key, PLIST_DATA, need, &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  plist_get_data_val (node, &data, &size);
  if (size > limit)
    {
      free (data);
      return fail (error,
                   "%s: %" G_GUINT64_FORMAT " bytes found, at most %" G_GSIZE_FORMAT " allowed",
                   key, (guint64) size, limit);
    }
  *ret_value = g_bytes_new (data, size);
  free (data);
  return TRUE;
}

gboolean
vz_plist_reader_get_strings (plist_t dict, const char *key, guint limit, VzPlistNeed need,
                             GStrv *ret_value, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  plist_t array;
  guint count;

  if (!vz_plist_reader_get_node (dict, key, PLIST_ARRAY, need, &array, error))
    return FALSE;
  if (array == NULL)
    return TRUE;
  count = plist_array_get_size (array);
  if (count > limit)
    return fail (error, "%s: %u entries found, at most %u allowed", key, count, limit);
  for (guint i = 0; i < count; i++)
    {
      plist_t node = plist_array_get_item (array, i);
      g_autofree char *text = NULL;

      if (plist_get_node_type (node) != PLIST_STRING)
        return fail (error, "%s: entry %u is not a string", key, i);
      if (!dup_text (node, key, STRING_MAX, &text, error))
        return FALSE;
      g_strv_builder_add (builder, text);
    }
  *ret_value = g_strv_builder_end (builder);
  return TRUE;
}

static gboolean
visit_item (const char *key, plist_t value, VzPlistVisit visit, gpointer data, GError **error)
{
  g_autofree char *safe_key = g_utf8_make_valid (key, (gssize) strnlen (key, KEY_MAX));
  VZ_ERROR_PREFIX ("%s", safe_key);

  return check_text ("Key", key, KEY_MAX, error) && visit (key, value, data, error);
}

gboolean
vz_plist_reader_for_each (plist_t dict, guint limit, VzPlistVisit visit, gpointer data,
                          GError **error)
{
  plist_dict_iter iter = NULL;
  gboolean good = TRUE;

  if (plist_get_node_type (dict) != PLIST_DICT)
    return fail (error, "it is not a dictionary");
  if (plist_dict_get_size (dict) > limit)
    return fail (error, "%u items found, at most %u allowed", plist_dict_get_size (dict), limit);
  plist_dict_new_iter (dict, &iter);
  while (good)
    {
      char *key = NULL;
      plist_t value = NULL;

      plist_dict_next_item (dict, iter, &key, &value);
      if (value == NULL)
        break;
      good = visit_item (key, value, visit, data, error);
      free (key);
    }
  free (iter);
  return good;
}
