/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-plist.h"

#include <string.h>

#include "foundation/vz-fail.h"

/* How this works
 *
 * libplist does the reading, but only of data that a walk over the object table has found sound:
 * objects may be shared, so a few hundred bytes can describe billions of nodes (an array of
 * references to an array of references ...), and libplist expands every one of them. The walk
 * counts nodes as libplist would create them and stops at a limit; it also checks bounds and
 * nesting.
 *
 * Writing is done here because libplist cannot produce Apple's bytes: it stores integers of 2^63
 * and above in eight bytes (which read as a negative number) and numbers objects in another order.
 * The format is that of Core Foundation: object 0 is the dictionary, then its keys, then each value
 * followed by its children; scalars with equal bytes are stored once; arrays are not shared. */

#define MAX_BYTES 4096
#define MAX_SETTINGS_BYTES (64 * 1024)
#define MAX_SETTINGS_NODES 8192
#define MAX_DEPTH 8
#define MAX_NODES 1024
#define HEADER "bplist00"
#define HEADER_LENGTH 8
#define TRAILER_LENGTH 32

void
vz_plist_cleanup (plist_t *plist)
{
  if (*plist != NULL)
    plist_free (*plist);
}

typedef struct {
  const guint8 *bytes;
  guint64 table; /* start of the offset table, which is the end of the objects */
  guint64 n_objects;
  guint offset_size;
  guint ref_size;
  guint n_nodes; /* as libplist would make them */
  guint max_nodes;
  const char *problem;
} Walk;

static guint64
read_be (const guint8 *bytes, guint size)
{
  guint64 value = 0;

  for (guint i = 0; i < size; i++)
    value = value << 8 | bytes[i];
  return value;
}

static gboolean
refuse (Walk *walk, const char *problem)
{
  walk->problem = problem;
  return FALSE;
}

static gboolean walk_object (Walk *walk, guint64 index, guint depth);

static gboolean
walk_references (Walk *walk, guint64 at, guint64 count, guint depth)
{
  if (count > (walk->table - at) / walk->ref_size)
    return refuse (walk, "a list of references runs past the end");
  for (guint64 i = 0; i < count; i++)
    if (!walk_object (walk, read_be (walk->bytes + at + i * walk->ref_size, walk->ref_size),
                      depth + 1))
      return FALSE;
  return TRUE;
}

/* The count in the marker's low half, or in the integer object that follows if that is 15. */
static gboolean
read_count (Walk *walk, guint low, guint64 *at, guint64 *ret_count)
{
  guint size;

  *ret_count = low;
  if (low != 15)
    return TRUE;
  if (*at >= walk->table || (walk->bytes[*at] & 0xfc) != 0x10)
    return refuse (walk, "a length is malformed");
  size = 1u << (walk->bytes[*at] & 3);
  if (size > walk->table - *at - 1)
    return refuse (walk, "a length runs past the end");
  *ret_count = read_be (walk->bytes + *at + 1, size);
  *at += 1 + size;
  return TRUE;
}

static gboolean
walk_integer (Walk *walk, guint low, guint64 at)
{
  if (low > 4 || (1u << low) > walk->table - at)
    return refuse (walk, "an integer runs past the end");
  if (low == 4 && read_be (walk->bytes + at, 8) != 0)
    return refuse (walk, "an integer has more than 64 bits");
  return TRUE;
}

static gboolean
walk_object (Walk *walk, guint64 index, guint depth)
{
  guint64 at, count;
  guint low;

  if (depth > MAX_DEPTH)
    return refuse (walk, "it is nested too deeply");
  if (++walk->n_nodes > walk->max_nodes)
    return refuse (walk, "it has too many items");
  if (index >= walk->n_objects)
    return refuse (walk, "a reference has no target");
  at = read_be (walk->bytes + walk->table + index * walk->offset_size, walk->offset_size);
  if (at < HEADER_LENGTH || at >= walk->table)
    return refuse (walk, "an offset points outside the list");
  low = walk->bytes[at] & 15;
  switch (walk->bytes[at++] >> 4)
    {
    case 0x0: /* false, true */
      return low == 8 || low == 9 ? TRUE : refuse (walk, "an item has an unknown type");
    case 0x1:
      return walk_integer (walk, low, at);
    case 0x4: /* data */
    case 0x5: /* ASCII */
      if (!read_count (walk, low, &at, &count))
        return FALSE;
      return count <= walk->table - at ? TRUE : refuse (walk, "a string runs past the end");
    case 0x6: /* UTF-16 */
      if (!read_count (walk, low, &at, &count))
        return FALSE;
      return count <= (walk->table - at) / 2 ? TRUE : refuse (walk, "a string runs past the end");
    case 0xa:
      return read_count (walk, low, &at, &count) && walk_references (walk, at, count, depth);
    case 0xd:
      if (!read_count (walk, low, &at, &count))
        return FALSE;
      if (count > walk->max_nodes)
        return refuse (walk, "it has too many items");
      return walk_references (walk, at, 2 * count, depth);
    default: /* real, date, uid, set: not used in identities */
      return refuse (walk, "an item has an unknown type");
    }
}

static const char *
find_problem (const guint8 *bytes, gsize size, gsize max_size, guint max_nodes)
{
  Walk walk = { .bytes = bytes, .max_nodes = max_nodes };
  const guint8 *trailer;
  guint64 top;

  if (size < HEADER_LENGTH || memcmp (bytes, HEADER, HEADER_LENGTH) != 0)
    return "it is not a binary property list";
  if (size > max_size)
    return "it is too large";
  if (size < HEADER_LENGTH + 1 + TRAILER_LENGTH)
    return "it is truncated";
  trailer = bytes + size - TRAILER_LENGTH;
  walk.offset_size = trailer[6];
  walk.ref_size = trailer[7];
  walk.n_objects = read_be (trailer + 8, 8);
  top = read_be (trailer + 16, 8);
  walk.table = read_be (trailer + 24, 8);
  if (walk.offset_size < 1 || walk.offset_size > 8 || walk.ref_size < 1 || walk.ref_size > 8)
    return "its trailer is malformed";
  if (walk.table <= HEADER_LENGTH || walk.table > size - TRAILER_LENGTH ||
      walk.n_objects > (size - TRAILER_LENGTH - walk.table) / walk.offset_size)
    return "its offset table runs past the end";
  walk_object (&walk, top, 0);
  return walk.problem;
}

static plist_t
read_dictionary (GBytes *data, gsize max_size, guint max_nodes, GError **error)
{
  VZ_AUTO_PLIST plist = NULL;
  gsize size;
  const guint8 *bytes = g_bytes_get_data (data, &size);
  const char *problem = size == 0 ? "it is empty" : find_problem (bytes, size, max_size, max_nodes);

  if (problem != NULL)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "malformed property list: %s", problem);
  plist_from_bin ((const char *) bytes, (uint32_t) size, &plist);
  if (plist == NULL)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "malformed property list");
  if (plist_get_node_type (plist) != PLIST_DICT)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                         "malformed property list: it is not a dictionary");
  return g_steal_pointer (&plist);
}

plist_t
vz_plist_read_dictionary (GBytes *data, GError **error)
{
  return read_dictionary (data, MAX_BYTES, MAX_NODES, error);
}

plist_t
vz_plist_read_settings (GBytes *data, GError **error)
{
  return read_dictionary (data, MAX_SETTINGS_BYTES, MAX_SETTINGS_NODES, error);
}

gboolean
vz_plist_get_uint (plist_t dict, const char *key, guint64 max, guint64 *ret_value, GError **error)
{
  plist_t item = plist_dict_get_item (dict, key);
  uint64_t value = 0;

  if (item == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "%s is missing", key);
  if (plist_get_node_type (item) != PLIST_UINT)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "%s is not an integer", key);
  plist_get_uint_val (item, &value);
  if (value > max)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "%s: %" G_GINT64_FORMAT " found, must be 0 to %" G_GUINT64_FORMAT, key,
                    (gint64) value, max);
  *ret_value = value;
  return TRUE;
}

gboolean
vz_plist_dup_string (plist_t dict, const char *key, gsize max_length, char **ret_text,
                     GError **error)
{
  plist_t item = plist_dict_get_item (dict, key);
  const char *value; /* libplist's, which aborts in plist_get_string_val() if it contains a NUL */
  uint64_t length = 0;

  if (item == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "%s is missing", key);
  if (plist_get_node_type (item) != PLIST_STRING)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "%s is not a string", key);
  value = plist_get_string_ptr (item, &length);
  if (value == NULL || length == 0 || length > max_length || strlen (value) != length ||
      !g_str_is_ascii (value))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "%s must be 1 to %" G_GSIZE_FORMAT " ASCII characters", key, max_length);
  *ret_text = g_strdup (value);
  return TRUE;
}

/* ---- writing ---- */

static void
append_be (GByteArray *array, guint64 value, guint size)
{
  for (guint i = size; i-- > 0;)
    {
      guint8 byte = (guint8) (value >> (8 * i));

      g_byte_array_append (array, &byte, 1);
    }
}

static void
append_integer (GByteArray *array, guint64 value, gboolean wide)
{
  guint low = value <= G_MAXUINT8 ? 0 : value <= G_MAXUINT16 ? 1 : value <= G_MAXUINT32 ? 2 : 3;

  if (wide || value > G_MAXINT64)
    {
      append_be (array, 0x14, 1);
      append_be (array, 0, 8);
      append_be (array, value, 8);
      return;
    }
  append_be (array, 0x10 | low, 1);
  append_be (array, value, 1u << low);
}

/* Index of the object with these bytes; takes @object. */
static guint8
add_scalar (GPtrArray *objects, GByteArray *object)
{
  g_autoptr (GByteArray) owned = object;

  for (guint i = 1; i < objects->len; i++)
    {
      GByteArray *other = g_ptr_array_index (objects, i);

      if (other->len == owned->len && memcmp (other->data, owned->data, owned->len) == 0)
        return (guint8) i;
    }
  g_ptr_array_add (objects, g_steal_pointer (&owned));
  return (guint8) (objects->len - 1);
}

static guint8
add_string (GPtrArray *objects, const char *text)
{
  GByteArray *object = g_byte_array_new ();
  gsize length = strlen (text);

  append_be (object, 0x50 | MIN (length, 15), 1);
  if (length >= 15)
    append_integer (object, length, FALSE);
  g_byte_array_append (object, (const guint8 *) text, (guint) length);
  return add_scalar (objects, object);
}

static guint8
add_integer (GPtrArray *objects, guint64 value, gboolean wide)
{
  GByteArray *object = g_byte_array_new ();

  append_integer (object, value, wide);
  return add_scalar (objects, object);
}

static guint8
add_value (GPtrArray *objects, const VzPlistEntry *entry)
{
  GByteArray *array;
  guint8 index;

  switch (entry->kind)
    {
    case VZ_PLIST_UINT:
    case VZ_PLIST_UINT_128:
      return add_integer (objects, entry->value, entry->kind == VZ_PLIST_UINT_128);
    case VZ_PLIST_STRING:
      return add_string (objects, entry->string);
    case VZ_PLIST_UINTS:
      g_assert (entry->n_values < 15);
      array = g_byte_array_new ();
      index = (guint8) objects->len;
      g_ptr_array_add (objects, array);
      append_be (array, 0xa0 | entry->n_values, 1);
      for (gsize i = 0; i < entry->n_values; i++)
        append_be (array, add_integer (objects, entry->values[i], FALSE), 1);
      return index;
    default:
      g_assert_not_reached ();
    }
}

/* A dictionary of fewer than 15 entries, with keys in the given order. */
GBytes *
vz_plist_write_dictionary (const VzPlistEntry *entries, gsize n_entries)
{
  g_autoptr (GPtrArray)
    objects = g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
  g_autoptr (GArray) offsets = g_array_new (FALSE, FALSE, sizeof (guint));
  GByteArray *out = g_byte_array_new ();
  GByteArray *dict = g_byte_array_new ();
  guint table, offset_size;

  g_assert (n_entries < 15);
  g_ptr_array_add (objects, dict);
  append_be (dict, 0xd0 | n_entries, 1);
  for (gsize i = 0; i < n_entries; i++)
    append_be (dict, add_string (objects, entries[i].key), 1);
  for (gsize i = 0; i < n_entries; i++)
    append_be (dict, add_value (objects, &entries[i]), 1);

  g_byte_array_append (out, (const guint8 *) HEADER, HEADER_LENGTH);
  for (guint i = 0; i < objects->len; i++)
    {
      GByteArray *object = g_ptr_array_index (objects, i);

      g_array_append_val (offsets, out->len);
      g_byte_array_append (out, object->data, object->len);
    }
  table = out->len;
  offset_size = table <= G_MAXUINT8 ? 1 : 2;
  for (guint i = 0; i < offsets->len; i++)
    append_be (out, g_array_index (offsets, guint, i), offset_size);
  append_be (out, 0, 6); /* unused bytes and sort version */
  append_be (out, offset_size, 1);
  append_be (out, 1, 1); /* bytes per reference */
  append_be (out, objects->len, 8);
  append_be (out, 0, 8); /* the top object */
  append_be (out, table, 8);
  return g_byte_array_free_to_bytes (out);
}
