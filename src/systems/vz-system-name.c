/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "systems/vz-system-name.h"

#include <string.h>

#define MAX_NAME 64 /* longer ones resemble nothing */

typedef struct {
  const char *at; /* NULL: no version */
  gsize length; /* of the preceding word */
} Parts;

static Parts
split (const char *name)
{
  const char *at = strchr (name, '@');

  return (Parts){ at, at != NULL ? (gsize) (at - name) : strlen (name) };
}

gboolean
vz_system_name_is_one (const char *text)
{
  static const char *const others[] = { "latest", "linux", "macos" };
  Parts parts = split (text);

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (strlen (others[i]) == parts.length &&
        g_ascii_strncasecmp (text, others[i], parts.length) == 0)
      return FALSE;
  return g_ascii_isalpha (*text) && strpbrk (text, "/:,") == NULL;
}

static gboolean
equal (const char *word, gsize length, const char *other)
{
  return strlen (other) == length && g_ascii_strncasecmp (word, other, length) == 0;
}

static gboolean
is_listed (const char *word, gsize length, const GStrv list)
{
  for (guint i = 0; list[i] != NULL; i++)
    if (equal (word, length, list[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_joined (const VzSystem *system, const char *name)
{
  gsize length = strlen (system->name);

  return system->version != NULL && g_ascii_strncasecmp (name, system->name, length) == 0 &&
         g_ascii_strcasecmp (name + length, system->version) == 0;
}

static gboolean
is_named (const VzSystem *system, const char *word, gsize length)
{
  return equal (word, length, system->name) || is_listed (word, length, system->aliases);
}

/* "24" means the first 24.x. */
static gboolean
is_major (const char *version, const char *other)
{
  gsize length = strlen (version);

  return strspn (version, "0123456789") == length && strncmp (version, other, length) == 0 &&
         other[length] == '.';
}

static gboolean
has_version (const VzSystem *system, const char *version, gboolean exactly)
{
  if (system->version == NULL)
    return FALSE;
  return exactly ? equal (version, strlen (version), system->version) ||
                     is_listed (version, strlen (version), system->version_aliases)
                 : is_major (version, system->version);
}

static VzSystem *
find_version (GPtrArray *systems, const char *name, Parts parts, gboolean exactly)
{
  for (guint i = 0; i < systems->len; i++)
    {
      VzSystem *system = g_ptr_array_index (systems, i);

      if (is_named (system, name, parts.length) && has_version (system, parts.at + 1, exactly))
        return system;
    }
  return NULL;
}

gboolean
vz_system_name_is_taken (GPtrArray *systems, const char *name)
{
  for (guint i = 0; i < systems->len; i++)
    {
      const VzSystem *system = g_ptr_array_index (systems, i);

      if (system->by_version_only && is_named (system, name, strlen (name)))
        return TRUE;
    }
  return FALSE;
}

static gboolean
shares_version (const VzSystem *first, const VzSystem *system)
{
  if (system->version == NULL || first->version == NULL)
    return TRUE;
  for (guint i = 0; system->version_aliases[i] != NULL; i++)
    if (has_version (first, system->version_aliases[i], TRUE))
      return TRUE;
  return has_version (first, system->version, TRUE);
}

gboolean
vz_system_name_clashes (const VzSystem *first, const VzSystem *system)
{
  gboolean named = is_named (first, system->name, strlen (system->name));

  for (guint i = 0; !named && system->aliases[i] != NULL; i++)
    named = is_named (first, system->aliases[i], strlen (system->aliases[i]));
  /* One system's versions may be in several files. */
  return named && (!g_str_equal (first->name, system->name) || shares_version (first, system));
}

VzSystem *
vz_system_name_find (GPtrArray *systems, const char *name)
{
  Parts parts = split (name);
  VzSystem *found;

  if (parts.at != NULL)
    {
      found = find_version (systems, name, parts, TRUE);
      return found != NULL ? found : find_version (systems, name, parts, FALSE);
    }
  if (vz_system_name_is_taken (systems, name))
    return NULL;
  for (guint i = 0; i < systems->len; i++)
    {
      VzSystem *system = g_ptr_array_index (systems, i);

      /* "fedora36" is what osinfo-db calls it, or would. */
      if (is_named (system, name, parts.length) || is_joined (system, name) ||
          (g_ascii_isdigit (name[parts.length - 1]) && system->version != NULL &&
           is_listed (name, parts.length, system->version_aliases)))
        return system;
    }
  return NULL;
}

/* The number of characters to be changed, removed or inserted, where swapping two adjacent ones
 * counts as one. */
static guint
measure_distance (const char *a, const char *b)
{
  guint rows[3][MAX_NAME + 1];
  gsize n = strlen (a), m = strlen (b);

  if (n > MAX_NAME || m > MAX_NAME)
    return G_MAXUINT;
  for (guint j = 0; j <= m; j++)
    rows[0][j] = j;
  for (guint i = 1; i <= n; i++)
    {
      guint *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];

      row[0] = i;
      for (guint j = 1; j <= m; j++)
        {
          guint cost = g_ascii_tolower (a[i - 1]) != g_ascii_tolower (b[j - 1]);

          row[j] = MIN (MIN (above[j] + 1, row[j - 1] + 1), above[j - 1] + cost);
          if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
            row[j] = MIN (row[j], before[j - 2] + 1);
        }
    }
  return rows[n % 3][m];
}

typedef struct {
  char *name; /* owned */
  guint distance; /* twice that of the words, plus one if the version differs */
  guint order;
} Candidate;

static void
candidate_free (gpointer data)
{
  Candidate *self = data;

  g_free (self->name);
  g_free (self);
}

static int
compare_candidates (gconstpointer a, gconstpointer b)
{
  const Candidate *one = *(Candidate *const *) a;
  const Candidate *other = *(Candidate *const *) b;

  if (one->distance != other->distance)
    return one->distance < other->distance ? -1 : 1;
  return one->order < other->order ? -1 : one->order > other->order;
}

static gboolean
has_name (gconstpointer candidate, gconstpointer name)
{
  return g_str_equal (((const Candidate *) candidate)->name, name);
}

/* Without a version, names with versions are too many; if the word is right, they are the only ones
 * that help. */
static void
add_candidate (GPtrArray *candidates, const VzSystem *system, const char *text, Parts parts,
               guint *seen)
{
  g_autofree char *word = g_strndup (text, parts.length);
  gboolean right = is_named (system, text, parts.length);
  g_autofree char *name = right || parts.at != NULL ? vz_system_dup_full_name (system)
                                                    : g_strdup (system->name);
  guint distance = right ? 0 : measure_distance (word, system->name);
  gboolean fits = parts.at != NULL && has_version (system, parts.at + 1, TRUE);
  Candidate *candidate;

  for (guint i = 0; !right && system->aliases[i] != NULL; i++)
    distance = MIN (distance, measure_distance (word, system->aliases[i]));
  if (distance > MAX (1, parts.length / 3) || distance >= parts.length ||
      g_ptr_array_find_with_equal_func (candidates, name, has_name, NULL))
    return;
  candidate = g_new (Candidate, 1);
  *candidate = (Candidate){ g_steal_pointer (&name), 2 * distance + !fits, (*seen)++ };
  g_ptr_array_add (candidates, candidate);
}

GStrv
vz_system_name_list_similar (GPtrArray *systems, const char *name, guint max)
{
  g_autoptr (GPtrArray) candidates = g_ptr_array_new_with_free_func (candidate_free);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  guint seen = 0;

  for (guint i = 0; i < systems->len; i++)
    add_candidate (candidates, g_ptr_array_index (systems, i), name, split (name), &seen);
  g_ptr_array_sort (candidates, compare_candidates);
  for (guint i = 0; i < candidates->len && i < max; i++)
    {
      const Candidate *candidate = candidates->pdata[i];

      /* If the word is right, no other word is meant. */
      if (candidate->distance > 1 && ((const Candidate *) candidates->pdata[0])->distance <= 1)
        break;
      g_strv_builder_add (names, candidate->name);
    }
  return g_strv_builder_end (names);
}
