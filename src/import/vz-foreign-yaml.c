/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "import/vz-foreign-yaml.h"

#include <string.h>
#include <yaml.h>

#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"

/* How this works
 *
 * libyaml reports one event for each scalar and for each end of a mapping or sequence. A stack has
 * a level for each open mapping or sequence, with the name of its next item. */

#define MAX_DEPTH 16
#define MAX_VALUES 10000
#define MAX_KEY 256 /* bytes: the names of all values below a key contain it */

typedef struct {
  gboolean is_sequence;
  guint index; /* of the next item */
  char *key; /* without a value so far; owned */
  gsize length; /* of the name of the enclosing level */
} Level;

typedef struct {
  GHashTable *table;
  Level levels[MAX_DEPTH];
  guint depth;
  GString *name; /* of the current level */
} Reader;

static void
reader_clear (Reader *self)
{
  g_clear_pointer (&self->table, g_hash_table_unref);
  for (guint i = 0; i < self->depth; i++)
    g_free (self->levels[i].key);
  g_string_free (self->name, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

static Level *
get_level (Reader *self)
{
  return self->depth > 0 ? &self->levels[self->depth - 1] : NULL;
}

/* The name of the next value; advances the level to the one after it. */
static char *
take_name (Reader *self)
{
  Level *level = get_level (self);
  g_autofree char *key = NULL;

  if (level == NULL)
    return g_strdup ("");
  if (level->is_sequence)
    return g_strdup_printf ("%s[%u]", self->name->str, level->index++);
  key = g_steal_pointer (&level->key);
  return g_strdup_printf ("%s%s%s", self->name->str, self->name->len > 0 ? "." : "", key);
}

static gboolean
wants_key (Reader *self)
{
  Level *level = get_level (self);

  return level != NULL && !level->is_sequence && level->key == NULL;
}

static gboolean
begin (Reader *self, gboolean is_sequence, GError **error)
{
  g_autofree char *name = NULL;

  if (wants_key (self) || self->depth == MAX_DEPTH)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "a key that is not text, or more than %d levels, found", MAX_DEPTH);
  name = take_name (self);
  self->levels[self->depth++] = (Level){ .is_sequence = is_sequence, .length = self->name->len };
  g_string_assign (self->name, name);
  return TRUE;
}

static void
end (Reader *self)
{
  Level *level = &self->levels[--self->depth];

  g_clear_pointer (&level->key, g_free);
  g_string_truncate (self->name, level->length);
}

static gboolean
take_scalar (Reader *self, const char *text, GError **error)
{
  if (wants_key (self))
    {
      if (strlen (text) > MAX_KEY)
        return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "a key of more than %d bytes found",
                        MAX_KEY);
      get_level (self)->key = g_strdup (text);
      return TRUE;
    }
  if (g_hash_table_size (self->table) >= MAX_VALUES)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "more than %d values found", MAX_VALUES);
  g_hash_table_replace (self->table, take_name (self), g_strdup (text));
  return TRUE;
}

/* Quoted text is always text, whatever it says. */
static gboolean
is_null (const yaml_event_t *event)
{
  const char *text = (const char *) event->data.scalar.value;

  return event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
         (g_str_equal (text, "null") || g_str_equal (text, "~"));
}

static gboolean
take_event (Reader *self, const yaml_event_t *event, GError **error)
{
  switch (event->type)
    {
    case YAML_SCALAR_EVENT:
      return take_scalar (self, is_null (event) ? "" : (const char *) event->data.scalar.value,
                          error);
    case YAML_MAPPING_START_EVENT:
      return begin (self, FALSE, error);
    case YAML_SEQUENCE_START_EVENT:
      return begin (self, TRUE, error);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
      end (self);
      return TRUE;
    case YAML_ALIAS_EVENT:
      return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "an alias found, which is not followed");
    default:
      return TRUE;
    }
}

static gboolean
read_events (Reader *self, yaml_parser_t *parser, GError **error)
{
  gboolean at_end = FALSE;

  while (!at_end)
    {
      yaml_event_t event;
      gboolean ok;

      if (!yaml_parser_parse (parser, &event))
        return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "line %zu: %s",
                        parser->problem_mark.line + 1,
                        parser->problem != NULL ? parser->problem : "it is not YAML");
      at_end = event.type == YAML_STREAM_END_EVENT;
      ok = take_event (self, &event, error);
      if (!ok)
        vz_fail_prefix (error, "line %zu: ", event.start_mark.line + 1);
      yaml_event_delete (&event);
      if (!ok)
        return FALSE;
    }
  return TRUE;
}

GHashTable *
vz_foreign_yaml_read (const char *path, gsize max, GError **error)
{
  g_autoptr (GBytes) bytes = vz_file_read (path, max, error);
  g_auto (Reader) self = { .name = g_string_new (NULL) };
  yaml_parser_t parser;
  gboolean ok;

  if (bytes == NULL)
    return NULL;
  self.table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (!yaml_parser_initialize (&parser))
    return vz_fail_null (error, VZ_ERROR_IO, "no memory for a parser");
  yaml_parser_set_input_string (&parser, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  ok = read_events (&self, &parser, error);
  yaml_parser_delete (&parser);
  return ok ? g_steal_pointer (&self.table) : NULL;
}
