/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compose/vz-debian-archive.h"

#include <stdio.h>

#include "compose/vz-compose-host.h"
#include "foundation/vz-fail.h"
#include "transfer/vz-http-client.h"

#define CLOCK_ERROR_MAX (60 * 60) /* seconds */
#define RELEASE_SIZE_MAX (4 * 1024 * 1024)

static char *
find_field (char **lines, const char *name)
{
  gsize length = strlen (name);

  for (guint i = 0; lines[i] != NULL; i++)
    if (strncmp (lines[i], name, length) == 0 && lines[i][length] == ':')
      return g_strstrip (g_strdup (lines[i] + length + 1));
  return NULL;
}

/* "Sat, 12 Sep 2026 07:55:41 UTC" */
static GDateTime *
parse_date (const char *text)
{
  static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  int day, year, hour, minute, second;
  char month[4];

  if (text == NULL || sscanf (text, "%*3s, %2d %3s %4d %2d:%2d:%2d", &day, month, &year, &hour,
                              &minute, &second) != 6)
    return NULL;
  for (int i = 0; i < (int) G_N_ELEMENTS (months); i++)
    if (g_str_equal (month, months[i]))
      return g_date_time_new_utc (year, i + 1, day, hour, minute, second);
  return NULL;
}

static gboolean
is_name (const char *text)
{
  return text != NULL && *text != '\0' &&
         strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789.-") == strlen (text);
}

VzDebianRelease *
vz_debian_release_parse (GBytes *bytes, GError **error)
{
  g_autoptr (VzDebianRelease) self = g_new0 (VzDebianRelease, 1);
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autofree char *text = g_strndup (data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *date = find_field (lines, "Date");

  self->codename = find_field (lines, "Codename");
  self->version = find_field (lines, "Version");
  self->architectures = find_field (lines, "Architectures");
  self->date = parse_date (date);
  if (!is_name (self->codename) || self->date == NULL || self->architectures == NULL)
    return vz_fail_null (error, VZ_ERROR_NETWORK_ERROR,
                         "the server's answer is not a Debian release file");
  if (!is_name (self->version))
    {
      g_free (self->version);
      self->version = g_strdup (self->codename);
    }
  return g_steal_pointer (&self);
}

gboolean
vz_debian_release_check_clock (const VzDebianRelease *self, gint64 now, GError **error)
{
  g_autoptr (GDateTime) clock = g_date_time_new_from_unix_utc (now);
  g_autofree char *says = NULL;
  g_autofree char *date = NULL;

  if (g_date_time_to_unix (self->date) <= now + CLOCK_ERROR_MAX)
    return TRUE;
  says = g_date_time_format (clock, "%Y-%m-%d %H:%M UTC");
  date = g_date_time_format (self->date, "%Y-%m-%d %H:%M UTC");
  return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                  "this host's clock says %s, but the archive is from %s; set the clock "
                  "('timedatectl set-ntp true', or 'date -s')",
                  says, date);
}

void
vz_debian_release_free (VzDebianRelease *self)
{
  g_free (self->codename);
  g_free (self->version);
  g_free (self->architectures);
  g_clear_pointer (&self->date, g_date_time_unref);
  g_free (self);
}

void
vz_debian_archive_free (VzDebianArchive *self)
{
  g_clear_pointer (&self->release, vz_debian_release_free);
  g_free (self->state);
  g_free (self->sources_list);
  g_free (self->guest_sources);
  g_free (self);
}

typedef struct {
  const VzDistribution *distribution;
  VzDebianArchive *archive;
  VzHttpClient *client;
  GChecksum *checksum;
  GString *sources;
  GString *guest;
  GCancellable *cancellable;
} Collection;

/* Adds one suite. @ret_release may be NULL. */
static gboolean
add_suite (Collection *self, const char *address, const char *suite, VzDebianRelease **ret_release,
           GError **error)
{
  g_autofree char *url = g_strdup_printf ("%s/dists/%s/InRelease", address, suite);
  VzHttpRequest request = { .limit = RELEASE_SIZE_MAX };
  g_autoptr (GBytes)
    bytes = vz_http_client_get (self->client, url, &request, NULL, self->cancellable, error);
  g_autoptr (VzDebianRelease) release = NULL;

  if (bytes == NULL)
    return FALSE;
  release = vz_debian_release_parse (bytes, error);
  if (release == NULL)
    {
      g_prefix_error (error, "'%s': ", url);
      return FALSE;
    }
  if (!vz_debian_release_check_clock (release, g_get_real_time () / G_USEC_PER_SEC, error))
    return FALSE;
  g_checksum_update (self->checksum, g_bytes_get_data (bytes, NULL),
                     (gssize) g_bytes_get_size (bytes));
  self->archive->time = MAX (self->archive->time, g_date_time_to_unix (release->date));
  if (ret_release != NULL)
    *ret_release = g_steal_pointer (&release);
  return TRUE;
}

static void
add_source (Collection *self, const char *address, const char *suite)
{
  const VzDistribution *distribution = self->distribution;
  g_autofree char *guest = vz_distribution_dup_keyring (distribution);
  g_autofree char *keyring = vz_distribution_find_keyring (distribution);

  g_string_append_printf (self->sources, "deb [signed-by=%s] %s %s %s\n",
                          keyring != NULL ? keyring : guest, address, suite,
                          distribution->components);
  g_string_append_printf (self->guest,
                          "%sTypes: deb\nURIs: %s\nSuites: %s\nComponents: %s\nSigned-By: %s\n",
                          self->guest->len > 0 ? "\n" : "", address, suite,
                          distribution->components, guest);
}

/* A suite that not every release has: testing and unstable have no fixes of their own. */
static gboolean
add_optional (Collection *self, const char *address, const char *suite, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (add_suite (self, address, suite, NULL, &local))
    add_source (self, address, suite);
  else if (!g_error_matches (local, VZ_ERROR, VZ_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return TRUE;
}

static gboolean
has_architecture (const VzDebianRelease *release, const char *architecture)
{
  g_auto (GStrv) words = g_strsplit (release->architectures, " ", -1);

  return g_strv_contains ((const char *const *) words, vz_debian_architecture (architecture));
}

static gboolean
collect (Collection *self, const char *mirror, const char *suite, const char *architecture,
         GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *address =
    g_strdup (*mirror != '\0' ? mirror
                              : vz_distribution_get_address (self->distribution, architecture));
  g_autofree char *updates = NULL;
  g_autofree char *security = NULL;

  while (g_str_has_suffix (address, "/"))
    address[strlen (address) - 1] = '\0';
  if (!add_suite (self, address, suite, &self->archive->release, &local))
    {
      if (g_error_matches (local, VZ_ERROR, VZ_ERROR_NOT_FOUND))
        return vz_fail (error, VZ_ERROR_NOT_FOUND, "there is no suite '%s' at %s", suite, address);
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!has_architecture (self->archive->release, architecture))
    return vz_fail (error, VZ_ERROR_NOT_FOUND, "%s '%s' has no packages for %s",
                    self->distribution->title, suite, architecture);
  /* From here on by code name: the guest must not become another release one day. */
  add_source (self, address, self->archive->release->codename);
  updates = g_strdup_printf ("%s-updates", self->archive->release->codename);
  security = g_strdup_printf ("%s-security", self->archive->release->codename);
  return add_optional (self, address, updates, error) &&
         add_optional (self,
                       vz_distribution_get_security_address (self->distribution, architecture),
                       security, error);
}

VzDebianArchive *
vz_debian_archive_fetch (const VzDistribution *distribution, const char *mirror, const char *suite,
                         const char *architecture, GCancellable *cancellable, GError **error)
{
  g_autoptr (VzDebianArchive) archive = g_new0 (VzDebianArchive, 1);
  g_autoptr (VzHttpClient) client = vz_http_client_new ();
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GString) sources = g_string_new (NULL);
  g_autoptr (GString) guest = g_string_new (NULL);
  Collection collection = { distribution, archive, client, checksum, sources, guest, cancellable };

  if (!collect (&collection, mirror, suite, architecture, error))
    return NULL;
  archive->state = g_strdup (g_checksum_get_string (checksum));
  archive->sources_list = g_string_free (g_steal_pointer (&sources), FALSE);
  archive->guest_sources = g_string_free (g_steal_pointer (&guest), FALSE);
  return g_steal_pointer (&archive);
}
