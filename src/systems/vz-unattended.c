/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "systems/vz-unattended.h"

#include <string.h>

#include "foundation/host/vz-version.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-hex.h"
#include "foundation/vz-host-name.h"
#include "foundation/vz-random.h"
#include "foundation/vz-text.h"
#include "systems/vz-osinfo-database.h"

/* How this works
 *
 * libosinfo recognizes a CD by its volume name, and knows where its kernel and initial ramdisk are,
 * and a script in its installer's language, a template to be filled in. A release that is newer
 * than the database, but whose name it or vz knows, gets the script of its newest ancestor. Of the
 * ways to pass a script to an installer, only the initial ramdisk is used, which all of these
 * installers support. */

#define LANGUAGE "en_US.UTF-8"
#define KEYBOARD "us"
#define TIME_ZONE "Etc/UTC"
#define DISK "/dev/vda"

void
vz_unattended_clear (VzUnattended *self)
{
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->distro, g_free);
  g_clear_pointer (&self->kernel, g_free);
  g_clear_pointer (&self->ramdisk, g_free);
  g_clear_pointer (&self->file, g_free);
  g_clear_pointer (&self->script, g_free);
  g_clear_pointer (&self->options, g_free);
}

static gboolean
find_kind (OsinfoInstallScript *script, VzUnattendedKind *ret_kind)
{
  const char *file = osinfo_install_script_get_expected_filename (script);

  if (file == NULL || strchr (file, '/') != NULL)
    return FALSE;
  if (g_str_has_suffix (file, ".cfg"))
    *ret_kind = VZ_UNATTENDED_PRESEED;
  else if (g_str_has_suffix (file, ".ks"))
    *ret_kind = VZ_UNATTENDED_KICKSTART;
  else if (g_str_equal (file, "autoinst.xml"))
    *ret_kind = VZ_UNATTENDED_AUTOYAST;
  else
    return FALSE;
  return TRUE;
}

static gboolean
is_small (OsinfoInstallScript *script)
{
  return g_strcmp0 (osinfo_install_script_get_profile (script),
                    OSINFO_INSTALL_SCRIPT_PROFILE_JEOS) == 0;
}

/* The one for a system without a desktop, if there are several. */
static OsinfoInstallScript *
choose_script (OsinfoInstallScriptList *list)
{
  OsinfoInstallScript *found = NULL;
  VzUnattendedKind kind;

  for (int i = 0; i < osinfo_list_get_length (OSINFO_LIST (list)); i++)
    {
      OsinfoInstallScript *script =
        OSINFO_INSTALL_SCRIPT (osinfo_list_get_nth (OSINFO_LIST (list), i));

      if ((osinfo_install_script_get_injection_methods (script) &
           OSINFO_INSTALL_SCRIPT_INJECTION_METHOD_INITRD) != 0 &&
          find_kind (script, &kind) && (found == NULL || is_small (script)))
        found = script;
    }
  return found != NULL ? g_object_ref (found) : NULL;
}

static OsinfoInstallScript *
find_script_of (OsinfoOs *os)
{
  g_autoptr (OsinfoInstallScriptList) list = osinfo_os_get_install_script_list (os);

  return choose_script (list);
}

/* The newest release of the same distribution that has a script for a small system: other kinds of
 * the distribution use the same version numbers. */
static OsinfoOs *
find_ancestor (OsinfoDb *db, OsinfoOs *os, OsinfoInstallScript **ret_script)
{
  g_autoptr (OsinfoOsList) list = osinfo_db_get_os_list (db);
  const char *distro = osinfo_os_get_distro (os);
  const char *newest = NULL;
  OsinfoOs *found = NULL;

  for (int i = 0; distro != NULL && i < osinfo_list_get_length (OSINFO_LIST (list)); i++)
    {
      OsinfoOs *other = OSINFO_OS (osinfo_list_get_nth (OSINFO_LIST (list), i));
      const char *version = osinfo_product_get_version (OSINFO_PRODUCT (other));
      g_autoptr (OsinfoInstallScript) script = NULL;

      if (g_strcmp0 (osinfo_os_get_distro (other), distro) != 0 || version == NULL ||
          !g_ascii_isdigit (*version) ||
          (newest != NULL && vz_version_compare (version, newest) <= 0) ||
          (script = find_script_of (other)) == NULL || !is_small (script))
        continue;
      g_set_object (ret_script, script);
      newest = version;
      found = other;
    }
  return found;
}

static gboolean
has_unattended_cd (OsinfoOs *os)
{
  g_autoptr (OsinfoInstallScript) script = find_script_of (os);
  g_autoptr (OsinfoMediaList) list = osinfo_os_get_media_list (os);

  for (int i = 0; script != NULL && i < osinfo_list_get_length (OSINFO_LIST (list)); i++)
    {
      OsinfoMedia *media = OSINFO_MEDIA (osinfo_list_get_nth (OSINFO_LIST (list), i));

      if (osinfo_media_supports_installer_script (media) && !osinfo_media_get_live (media) &&
          osinfo_media_get_kernel_path (media) != NULL)
        return TRUE;
    }
  return FALSE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* "almalinux, centos, debian, ..." */
static char *
dup_known (OsinfoDb *db)
{
  g_autoptr (OsinfoOsList) list = osinfo_db_get_os_list (db);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (int i = 0; i < osinfo_list_get_length (OSINFO_LIST (list)); i++)
    {
      OsinfoOs *os = OSINFO_OS (osinfo_list_get_nth (OSINFO_LIST (list), i));
      const char *distro = osinfo_os_get_distro (os);

      if (distro != NULL && has_unattended_cd (os) &&
          !g_ptr_array_find_with_equal_func (names, distro, g_str_equal, NULL))
        g_ptr_array_add (names, (char *) distro);
    }
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return names->len > 1 ? g_strjoinv (", ", (char **) names->pdata) : g_strdup ("none");
}

/* NULL: the library cannot read it. Its strings for the location are leaked (libosinfo 1.10). */
static OsinfoMedia *
read_media (const char *iso, GCancellable *cancellable, GError **error)
{
  OsinfoMedia *media;

  vz_osinfo_begin_leaks ();
  media = osinfo_media_create_from_location (iso, cancellable, error);
  vz_osinfo_end_leaks ();
  return media;
}

static OsinfoMedia *
identify (const char *iso, OsinfoLoader *loader, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (OsinfoMedia) media = read_media (iso, cancellable, &cause);
  OsinfoDb *db = osinfo_loader_get_db (loader);
  g_autofree char *known = NULL;
  g_autofree char *volume = NULL;

  if (media == NULL)
    {
      if (vz_error_is_cancelled (cause))
        g_propagate_error (error, g_steal_pointer (&cause));
      else
        vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "libosinfo cannot read it: %s", cause->message);
      return NULL;
    }
  if (osinfo_db_identify_media (db, media))
    return g_steal_pointer (&media);
  vz_osinfo_database_add_own (loader);
  if (osinfo_db_identify_media (db, media))
    return g_steal_pointer (&media);
  known = dup_known (db);
  volume = vz_text_dup_clean (osinfo_media_get_volume_id (media) != NULL
                                ? osinfo_media_get_volume_id (media)
                                : "");
  return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED,
                       "osinfo-db does not know the CD '%s', so its installer cannot be answered "
                       "automatically; it has scripts for CDs of %s",
                       volume, known);
}

/* What the database says about the CD itself: the library also looks for scripts of its release.
 */
static gboolean
takes_script (OsinfoMedia *media)
{
  return osinfo_entity_get_param_value_boolean_with_default (OSINFO_ENTITY (media),
                                                             OSINFO_MEDIA_PROP_INSTALLER_SCRIPT,
                                                             TRUE);
}

static gboolean
check (OsinfoDb *db, OsinfoMedia *media, const char *title, gboolean has_script, GError **error)
{
  g_autofree char *known = NULL;

  if (osinfo_media_get_live (media) || !osinfo_media_get_installer (media))
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "this CD of %s is a live CD, whose installer accepts no script", title);
  if (has_script && takes_script (media) && osinfo_media_get_kernel_path (media) != NULL &&
      osinfo_media_get_initrd_path (media) != NULL)
    return TRUE;
  known = dup_known (db);
  return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                  "osinfo-db has no script for this CD of %s; it has scripts for CDs of %s", title,
                  known);
}

static OsinfoInstallConfig *
make_config (const char *architecture, const char *host_name)
{
  OsinfoInstallConfig *config = osinfo_install_config_new ("http://vz/unattended");
  guint8 bytes[16];
  g_autofree char *password = NULL;

  vz_random_bytes (bytes, sizeof bytes);
  password = vz_hex_encode (bytes, sizeof bytes);
  osinfo_install_config_set_hardware_arch (config, architecture);
  osinfo_install_config_set_hostname (config, host_name);
  osinfo_install_config_set_admin_password (config, password);
  osinfo_install_config_set_l10n_language (config, LANGUAGE);
  osinfo_install_config_set_l10n_keyboard (config, KEYBOARD);
  osinfo_install_config_set_l10n_timezone (config, TIME_ZONE);
  osinfo_install_config_set_target_disk (config, DISK);
  return config;
}

static void
generate (VzUnattended *self, OsinfoMedia *media, OsinfoOs *ancestor, OsinfoInstallScript *script,
          OsinfoInstallConfig *config, GCancellable *cancellable, GError **error)
{
  vz_osinfo_begin_leaks ();
  self->script =
    ancestor != NULL
      ? osinfo_install_script_generate (script, ancestor, config, cancellable, error)
      : osinfo_install_script_generate_for_media (script, media, config, cancellable, error);
  if (self->script != NULL)
    self->options =
      ancestor != NULL
        ? osinfo_install_script_generate_command_line (script, ancestor, config)
        : osinfo_install_script_generate_command_line_for_media (script, media, config);
  vz_osinfo_end_leaks ();
}

/* @ancestor: the script's release; NULL: it is for this very CD. */
static gboolean
fill_in (VzUnattended *self, OsinfoMedia *media, OsinfoOs *ancestor, OsinfoInstallScript *script,
         const char *host_name, GCancellable *cancellable, GError **error)
{
  g_autoptr (OsinfoInstallConfig)
    config = make_config (osinfo_media_get_architecture (media), host_name);

  osinfo_install_script_set_preferred_injection_method (
    script, OSINFO_INSTALL_SCRIPT_INJECTION_METHOD_INITRD);
  osinfo_install_script_set_installation_source (script,
                                                 OSINFO_INSTALL_SCRIPT_INSTALLATION_SOURCE_MEDIA);
  generate (self, media, ancestor, script, config, cancellable, error);
  if (self->script == NULL)
    return FALSE;
  self->options = self->options != NULL ? g_strstrip (self->options) : g_strdup ("");
  self->kernel = g_strdup (osinfo_media_get_kernel_path (media));
  self->ramdisk = g_strdup (osinfo_media_get_initrd_path (media));
  self->file = g_strdup (osinfo_install_script_get_expected_filename (script));
  return find_kind (script, &self->kind);
}

static gboolean
make (const char *iso, const char *host_name, VzUnattended *ret, GCancellable *cancellable,
      GError **error)
{
  VZ_ERROR_PREFIX ("'%s'", iso);
  g_auto (VzUnattended) self = { NULL };
  g_autofree char *wrong = vz_host_name_judge (host_name);
  g_autoptr (OsinfoLoader) loader = NULL;
  g_autoptr (OsinfoMedia) media = NULL;
  g_autoptr (OsinfoOs) os = NULL;
  g_autoptr (OsinfoInstallScriptList) own = NULL;
  g_autoptr (OsinfoInstallScript) script = NULL;
  OsinfoOs *ancestor = NULL;

  if (wrong != NULL) /* the script contains it unquoted */
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "host-name: '%s' found, %s", host_name,
                    wrong);
  loader = vz_osinfo_database_load (NULL);
  media = identify (iso, loader, cancellable, error);
  if (media == NULL)
    return FALSE;
  os = osinfo_media_get_os (media);
  if (os == NULL)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "osinfo-db does not say what it installs");
  own = osinfo_media_get_install_script_list (media);
  script = choose_script (own);
  if (script == NULL)
    script = find_script_of (os);
  if (script == NULL)
    ancestor = find_ancestor (osinfo_loader_get_db (loader), os, &script);
  self.title = vz_text_dup_clean (osinfo_product_get_name (OSINFO_PRODUCT (os)));
  self.distro = g_strdup (osinfo_os_get_distro (os));
  if (!check (osinfo_loader_get_db (loader), media, self.title, script != NULL, error) ||
      !fill_in (&self, media, ancestor, script, host_name, cancellable, error))
    return FALSE;
  *ret = self;
  self = (VzUnattended){ NULL };
  return TRUE;
}

/* Its blocking calls run the thread's main loop: another one may belong to other code. */
gboolean
vz_unattended_make (const char *iso, const char *host_name, VzUnattended *ret,
                    GCancellable *cancellable, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  gboolean ok;

  g_main_context_push_thread_default (context);
  ok = make (iso, host_name, ret, cancellable, error);
  g_main_context_pop_thread_default (context);
  return ok;
}
