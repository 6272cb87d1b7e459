/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "systems/vz-system-file.h"

#include <string.h>

#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-size.h"
#include "foundation/vz-text.h"
#include "systems/vz-system-name.h"
#include "systems/vz-system-private.h"

/* How this works
 *
 * A file describes one system. Its group [System] has what all releases have in common, and a group
 * [Release VERSION] what is specific to that release, whose keys take precedence. In addresses and
 * the title, {version}, {codename} and {arch} stand for the release's values, so that most releases
 * need only one line. Without such a group the system has no version. */

#define SYSTEM "System"
#define RELEASE "Release "
#define WORD "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"
#define SMALL_WORD "abcdefghijklmnopqrstuvwxyz0123456789.-_"
#define MAX_WORD 64
#define MAX_CPUS 1024

/* A release being read: where its values are looked up, and what replaces the words in braces. */
typedef struct {
  GKeyFile *file;
  const char *path;
  const char *group; /* of the release; NULL: none */
  const char *version; /* NULL: none */
  char *codename; /* owned */
  char *arch; /* owned: the publisher's word for the architecture */
} Reader;

static void
reader_clear (Reader *self)
{
  g_free (self->codename);
  g_free (self->arch);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

static const char *
find_group (const Reader *self, const char *key)
{
  if (self->group != NULL && g_key_file_has_key (self->file, self->group, key, NULL))
    return self->group;
  return g_key_file_has_key (self->file, SYSTEM, key, NULL) ? SYSTEM : NULL;
}

static gboolean wrong_key (const Reader *self, const char *key, GError **error, const char *format,
                           ...) G_GNUC_PRINTF (4, 5);

static gboolean
wrong_key (const Reader *self, const char *key, GError **error, const char *format, ...)
{
  const char *group = find_group (self, key);
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  if (group == NULL)
    group = self->group != NULL ? self->group : SYSTEM;
  return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'%s': [%s] %s: %s", self->path, group, key,
                  text);
}

/* NULL if there is none, or if it is empty: a release can remove a common value. */
static char *
dup_raw (const Reader *self, const char *key)
{
  const char *group = find_group (self, key);
  g_autofree char *text = group != NULL ? g_key_file_get_string (self->file, group, key, NULL)
                                        : NULL;

  return text != NULL && *text != '\0' ? g_steal_pointer (&text) : NULL;
}

static GStrv
dup_list (const Reader *self, const char *key)
{
  const char *group = find_group (self, key);
  GStrv list = group != NULL ? g_key_file_get_string_list (self->file, group, key, NULL, NULL)
                             : NULL;

  return list != NULL ? list : g_new0 (char *, 1);
}

static const char *
find_word (const Reader *self, const char *name, gsize length)
{
  const struct {
    const char *name;
    const char *value;
  } words[] = { { "version", self->version },
                { "codename", self->codename },
                { "arch", self->arch } };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strlen (words[i].name) == length && strncmp (words[i].name, name, length) == 0)
      return words[i].value;
  return NULL;
}

/* NULL with @error if other words are in braces. */
static char *
expand (const Reader *self, const char *key, const char *raw, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (const char *c = raw; *c != '\0';)
    {
      gsize plain = strcspn (c, "{}");
      const char *end, *value;

      g_string_append_len (text, c, (gssize) plain);
      c += plain;
      if (*c == '\0')
        break;
      end = *c == '{' ? strchr (c, '}') : NULL;
      value = end != NULL ? find_word (self, c + 1, (gsize) (end - c - 1)) : NULL;
      if (value == NULL)
        {
          wrong_key (
            self, key, error,
            "'%s' found, only {version}, {codename} and {arch} may be in braces, and must be known",
            raw);
          return NULL;
        }
      g_string_append (text, value);
      c = end + 1;
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* FALSE with @error; TRUE and NULL if the key is missing. */
static gboolean
read_text (const Reader *self, const char *key, char **ret_text, GError **error)
{
  g_autofree char *raw = dup_raw (self, key);

  if (raw == NULL)
    return TRUE;
  *ret_text = expand (self, key, raw, error);
  return *ret_text != NULL;
}

static gboolean
is_address (const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_ENCODED, NULL);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : NULL;

  return (g_strcmp0 (scheme, "https") == 0 || g_strcmp0 (scheme, "http") == 0) &&
         g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0' &&
         *g_uri_get_path (uri) == '/';
}

/* An address or an absolute path; other text is relative to @base, unless that is NULL. */
static gboolean
read_place (const Reader *self, const char *key, const char *base, char **ret_place, GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *folder = NULL;

  if (!read_text (self, key, &text, error))
    return FALSE;
  if (text == NULL || is_address (text) || g_path_is_absolute (text))
    {
      *ret_place = g_steal_pointer (&text);
      return TRUE;
    }
  if (base == NULL || g_uri_peek_scheme (text) != NULL)
    return wrong_key (self, key, error, "'%s' found, must be an http or https address, or a path",
                      text);
  folder = g_strndup (base, strcspn (base, "?#"));
  *(strrchr (folder, '/') + 1) = '\0';
  *ret_place = g_strconcat (folder, text, NULL);
  return TRUE;
}

static gboolean
read_size (const Reader *self, const char *key, guint64 *ret_bytes, GError **error)
{
  g_autofree char *text = dup_raw (self, key);

  return text == NULL || vz_size_parse (text, ret_bytes, NULL) ||
         wrong_key (self, key, error, "'%s' found, must be a size such as 4G", text);
}

static gboolean
read_count (const Reader *self, const char *key, guint *ret_count, GError **error)
{
  g_autofree char *text = dup_raw (self, key);
  guint64 count = 0;

  if (text != NULL && !g_ascii_string_to_unsigned (text, 10, 1, MAX_CPUS, &count, NULL))
    return wrong_key (self, key, error, "'%s' found, must be a number from 1 to %d", text,
                      MAX_CPUS);
  *ret_count = (guint) count;
  return TRUE;
}

static gboolean
read_boolean (const Reader *self, const char *key, gboolean *ret_value, GError **error)
{
  const char *group = find_group (self, key);
  g_autoptr (GError) local = NULL;

  if (group != NULL)
    *ret_value = g_key_file_get_boolean (self->file, group, key, &local);
  return local == NULL || wrong_key (self, key, error, "must be true or false");
}

/* Fingerprints may contain spaces, as users write them. */
static gboolean
read_signers (const Reader *self, VzSystem *system, GError **error)
{
  g_auto (GStrv) signers = dup_list (self, "SignedBy");

  for (guint i = 0; signers[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (signers[i], " ", -1);
      g_autofree char *joined = g_strjoinv ("", parts);
      gsize length = strlen (joined);

      if ((length != 40 && length != 64) || strspn (joined, "0123456789abcdefABCDEF") != length)
        return wrong_key (self, "SignedBy", error,
                          "'%s' found, must be a full fingerprint, 40 or 64 hex digits",
                          signers[i]);
      g_free (signers[i]);
      signers[i] = g_ascii_strup (joined, -1);
    }
  system->signers = g_steal_pointer (&signers);
  return TRUE;
}

static gboolean
check_words (const Reader *self, const char *key, GStrv words, const char *allowed, GError **error)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] == '\0' || strspn (words[i], allowed) != strlen (words[i]) ||
        strlen (words[i]) > MAX_WORD)
      return wrong_key (self, key, error, "'%s' found, must be letters, digits, '.', '-' and '_'",
                        words[i]);
  return TRUE;
}

static gboolean
read_names (const Reader *self, VzSystem *system, GError **error)
{
  g_autoptr (GStrvBuilder) versions = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;

  system->name = g_key_file_get_string (self->file, SYSTEM, "ID", NULL);
  system->version = g_strdup (self->version);
  names = g_strsplit (system->name != NULL ? system->name : "", "\n", 1);
  if (system->name == NULL)
    return wrong_key (self, "ID", error, "it is missing");
  if (!check_words (self, "ID", names, SMALL_WORD, error))
    return FALSE;
  if (!vz_system_name_is_one (system->name))
    return wrong_key (self, "ID", error,
                      "'%s' is the name of something else, or does not begin with a letter",
                      system->name);
  system->aliases = g_key_file_get_string_list (self->file, SYSTEM, "Aliases", NULL, NULL);
  if (system->aliases == NULL)
    system->aliases = g_new0 (char *, 1);
  if (!check_words (self, "Aliases", system->aliases, SMALL_WORD, error))
    return FALSE;
  if (self->codename != NULL)
    g_strv_builder_add (versions, self->codename);
  if (self->group != NULL)
    {
      g_auto (GStrv)
        more = g_key_file_get_string_list (self->file, self->group, "Aliases", NULL, NULL);

      if (more != NULL)
        g_strv_builder_addv (versions, (const char **) more);
    }
  system->version_aliases = g_strv_builder_end (versions);
  return check_words (self, "Aliases", system->version_aliases, WORD, error);
}

static gboolean
read_keyrings (const Reader *self, VzSystem *system, GError **error)
{
  system->keyrings = dup_list (self, "Keyrings");
  for (guint i = 0; system->keyrings[i] != NULL; i++)
    {
      char *path = expand (self, "Keyrings", system->keyrings[i], error);

      if (path == NULL)
        return FALSE;
      g_free (system->keyrings[i]);
      system->keyrings[i] = path;
      if (!g_path_is_absolute (path))
        return wrong_key (self, "Keyrings", error, "'%s' found, must be absolute paths", path);
    }
  return TRUE;
}

static gboolean
read_proof (const Reader *self, VzSystem *system, GError **error)
{
  if (!read_place (self, "Checksums", system->url, &system->checksums, error) ||
      !read_place (self, "Signature", system->checksums != NULL ? system->checksums : system->url,
                   &system->signature, error) ||
      !read_boolean (self, "ClearSigned", &system->is_clear_signed, error) ||
      !read_place (self, "Key", NULL, &system->key, error) ||
      !read_text (self, "ListedAs", &system->listed_name, error) ||
      !read_signers (self, system, error))
    return FALSE;
  if (system->checksums == NULL && (system->signature != NULL || system->is_clear_signed))
    return wrong_key (self, "Checksums", error, "it is missing, and the signature is for it");
  if (system->signature != NULL && system->is_clear_signed)
    return wrong_key (self, "ClearSigned", error, "it cannot be combined with Signature");
  /* A key fetched from anywhere proves nothing by itself. */
  if (system->key != NULL && system->signers[0] == NULL)
    return wrong_key (self, "Key", error, "it needs SignedBy, to recognize the key");
  if (!read_keyrings (self, system, error))
    return FALSE;
  if (system->listed_name == NULL)
    system->listed_name = vz_system_dup_file_name (system->url);
  return *system->listed_name != '\0' ||
         wrong_key (self, "Image", error, "'%s' found, must end with the name of a file",
                    system->url);
}

/* "x86_64=amd64;aarch64=arm64": the available ones, with the publisher's names. FALSE with @error;
 * TRUE and NULL if there is no image for @architecture. */
static gboolean
read_architecture (Reader *self, const char *architecture, GError **error)
{
  g_auto (GStrv) list = dup_list (self, "Architectures");

  if (list[0] == NULL)
    return wrong_key (self, "Architectures", error, "it is missing");
  for (guint i = 0; list[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (list[i], "=", 2);

      if (!check_words (self, "Architectures", pair, WORD, error))
        return FALSE;
      if (g_strcmp0 (pair[0], architecture) != 0)
        continue;
      if (self->arch != NULL)
        return wrong_key (self, "Architectures", error, "'%s' found twice", architecture);
      self->arch = g_strdup (pair[1] != NULL ? pair[1] : pair[0]);
    }
  return TRUE;
}

/* It is printed for users, also into pipes that lead to a terminal. */
static void
clean_title (VzSystem *system)
{
  g_autofree char *title = system->title;

  system->title = title != NULL ? vz_text_dup_clean (title) : vz_system_dup_full_name (system);
}

/* FALSE with @error; TRUE without adding anything if it is not for @architecture. */
static gboolean
read_system (Reader *self, const char *architecture, GPtrArray *systems, GError **error)
{
  g_autoptr (VzSystem) system = vz_system_new ();

  self->codename = dup_raw (self, "Codename");
  if (!read_architecture (self, architecture, error) || !read_names (self, system, error))
    return FALSE;
  if (self->arch == NULL)
    return TRUE;
  system->architecture = g_strdup (architecture);
  system->source = g_strdup (self->path);
  if (!read_text (self, "Title", &system->title, error) ||
      !read_place (self, "Image", NULL, &system->url, error) ||
      !read_boolean (self, "ByVersionOnly", &system->by_version_only, error) ||
      !read_count (self, "MinimumCPUs", &system->minimum_cpu_count, error) ||
      !read_size (self, "MinimumMemory", &system->minimum_memory_size, error) ||
      !read_size (self, "MinimumDisk", &system->minimum_disk_size, error))
    return FALSE;
  if (system->url == NULL)
    return wrong_key (self, "Image", error, "it is missing");
  clean_title (system);
  if (!read_proof (self, system, error))
    return FALSE;
  g_ptr_array_add (systems, g_steal_pointer (&system));
  return TRUE;
}

/* Otherwise a misspelt key would silently have no effect. */
static gboolean
check_keys (GKeyFile *file, const char *path, const char *group, GError **error)
{
  static const char *const known[] = {
    "Aliases",   "Architectures", "Checksums", "ClearSigned", "Codename",    "Image",
    "Key",       "Keyrings",      "ListedAs",  "MinimumCPUs", "MinimumDisk", "MinimumMemory",
    "Signature", "SignedBy",      "Title",     NULL,
  };
  static const char *const of_all[] = { "ByVersionOnly", "Enabled", "ID", NULL };
  gboolean is_release = !g_str_equal (group, SYSTEM);
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);

  if (is_release && (!g_str_has_prefix (group, RELEASE) || group[strlen (RELEASE)] == '\0'))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "'%s': the group [%s] found, must be [System] or [Release VERSION]", path,
                    group);
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    if (!g_strv_contains (known, keys[i]) && (is_release || !g_strv_contains (of_all, keys[i])))
      return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'%s': [%s]: the key '%s' is not known",
                      path, group, keys[i]);
  return TRUE;
}

static gboolean
read_release (GKeyFile *file, const char *path, const char *group, const char *architecture,
              GPtrArray *systems, GError **error)
{
  g_auto (Reader) reader = { .file = file, .path = path, .group = group };

  if (group != NULL)
    {
      char *const version[] = { (char *) group + strlen (RELEASE), NULL };

      reader.version = version[0];
      if (!check_words (&reader, "VERSION", (GStrv) version, WORD, error))
        return FALSE;
    }
  return read_system (&reader, architecture, systems, error);
}

GPtrArray *
vz_system_file_read (GBytes *bytes, const char *path, const char *architecture, GError **error)
{
  g_autoptr (GPtrArray) systems = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_system_unref);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) local = NULL;
  g_auto (GStrv) groups = NULL;
  gboolean enabled = TRUE;
  guint n_releases = 0;
  const Reader reader = { .file = file, .path = path };

  if (!g_key_file_load_from_bytes (file, bytes, G_KEY_FILE_NONE, &local))
    return vz_fail_because_null (error, VZ_ERROR_INVALID_ARGUMENT, local, "'%s'", path);
  if (!g_key_file_has_group (file, SYSTEM))
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "'%s': it has no group [%s]", path,
                         SYSTEM);
  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    if (!check_keys (file, path, groups[i], error))
      return NULL;
    else
      n_releases += g_str_has_prefix (groups[i], RELEASE);
  if (n_releases > VZ_SYSTEM_RELEASES_MAX)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                         "'%s': %u releases found, must be at most %d", path, n_releases,
                         VZ_SYSTEM_RELEASES_MAX);
  if (!read_boolean (&reader, "Enabled", &enabled, error))
    return NULL;
  for (guint i = 0; enabled && groups[i] != NULL; i++)
    if (g_str_has_prefix (groups[i], RELEASE) &&
        !read_release (file, path, groups[i], architecture, systems, error))
      return NULL;
  if (enabled && n_releases == 0 && !read_release (file, path, NULL, architecture, systems, error))
    return NULL;
  return g_steal_pointer (&systems);
}
