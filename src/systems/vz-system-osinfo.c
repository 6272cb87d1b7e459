/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "systems/vz-system-osinfo.h"

#include <string.h>

#include "foundation/host/vz-version.h"
#include "foundation/vz-text.h"
#include "systems/vz-osinfo-database.h"
#include "systems/vz-system-private.h"
#include "transfer/vz-http-handle.h"

/* How suitable an image is; 0: unsuitable. Some systems have several, which only their names
 * distinguish. */
static guint
rate_image (OsinfoImage *image, const char *architecture)
{
  const char *format = osinfo_image_get_format (image);
  const char *url = osinfo_image_get_url (image);
  guint rate = 4;

  if (!osinfo_image_get_cloud_init (image) || url == NULL || !vz_http_is_url (url) ||
      g_strcmp0 (osinfo_image_get_architecture (image), architecture) != 0)
    return 0;
  if (g_strcmp0 (format, "qcow2") == 0)
    rate += 8;
  else if (g_strcmp0 (format, "raw") != 0 && g_strcmp0 (format, "vmdk") != 0)
    return 0;
  if (strstr (url, "uefi") != NULL) /* vz's machines boot with EFI */
    rate += 2;
  if (strstr (url, "-generic-") != NULL)
    rate += 1;
  return rate;
}

static char *
dup_image_url (OsinfoOs *os, const char *architecture)
{
  g_autoptr (OsinfoImageList) images = osinfo_os_get_image_list (os);
  OsinfoImage *best = NULL;
  guint best_rate = 0;

  for (int i = 0; i < osinfo_list_get_length (OSINFO_LIST (images)); i++)
    {
      OsinfoImage *image = OSINFO_IMAGE (osinfo_list_get_nth (OSINFO_LIST (images), i));
      guint rate = rate_image (image, architecture);

      if (rate > best_rate)
        {
          best = image;
          best_rate = rate;
        }
    }
  return best != NULL ? g_strdup (osinfo_image_get_url (best)) : NULL;
}

static guint64
at_least_zero (gint64 value)
{
  return value > 0 ? (guint64) value : 0;
}

static void
read_resources (OsinfoOs *os, VzSystem *system)
{
  g_autoptr (OsinfoResourcesList) list = osinfo_os_get_minimum_resources (os);

  for (int i = 0; list != NULL && i < osinfo_list_get_length (OSINFO_LIST (list)); i++)
    {
      OsinfoResources *one = OSINFO_RESOURCES (osinfo_list_get_nth (OSINFO_LIST (list), i));
      const char *architecture = osinfo_resources_get_architecture (one);

      if (g_strcmp0 (architecture, "all") != 0 &&
          g_strcmp0 (architecture, system->architecture) != 0)
        continue;
      system->minimum_cpu_count = (guint) at_least_zero (osinfo_resources_get_n_cpus (one));
      system->minimum_memory_size = at_least_zero (osinfo_resources_get_ram (one));
      system->minimum_disk_size = at_least_zero (osinfo_resources_get_storage (one));
      if (g_strcmp0 (architecture, system->architecture) == 0)
        return;
    }
}

static VzSystem *
make_system (OsinfoOs *os, const char *architecture)
{
  const char *name = osinfo_os_get_distro (os);
  const char *version = osinfo_product_get_version (OSINFO_PRODUCT (os));
  const char *title = osinfo_product_get_name (OSINFO_PRODUCT (os));
  const char *short_id = osinfo_product_get_short_id (OSINFO_PRODUCT (os));
  g_autofree char *url = dup_image_url (os, architecture);
  VzSystem *system;

  if (url == NULL || name == NULL || short_id == NULL)
    return NULL;
  system = vz_system_new ();
  system->name = g_ascii_strdown (name, -1);
  system->version = g_strdup (version);
  system->title = vz_text_dup_clean (title != NULL ? title : short_id);
  system->aliases = g_new0 (char *, 1);
  system->version_aliases = g_new0 (char *, 2);
  system->version_aliases[0] = g_strdup (short_id);
  system->architecture = g_strdup (architecture);
  system->source = g_strdup (VZ_SYSTEM_SOURCE_OSINFO);
  system->listed_name = vz_system_dup_file_name (url);
  system->url = g_steal_pointer (&url);
  system->signers = g_new0 (char *, 1);
  system->keyrings = g_new0 (char *, 1);
  read_resources (os, system);
  return system;
}

static int
compare_systems (gconstpointer a, gconstpointer b)
{
  const VzSystem *one = *(VzSystem *const *) a;
  const VzSystem *other = *(VzSystem *const *) b;
  int order = strcmp (one->name, other->name);

  return order != 0 ? order
                    : vz_version_compare (other->version != NULL ? other->version : "",
                                          one->version != NULL ? one->version : "");
}

GPtrArray *
vz_system_osinfo_load (const char *architecture, GStrvBuilder *notes)
{
  GPtrArray *systems = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_system_unref);
  g_autoptr (OsinfoLoader) loader = vz_osinfo_database_load (notes);
  g_autoptr (OsinfoOsList) list = osinfo_db_get_os_list (osinfo_loader_get_db (loader));

  for (int i = 0; i < osinfo_list_get_length (OSINFO_LIST (list)); i++)
    {
      VzSystem *system =
        make_system (OSINFO_OS (osinfo_list_get_nth (OSINFO_LIST (list), i)), architecture);

      if (system != NULL)
        g_ptr_array_add (systems, system);
    }
  g_ptr_array_sort (systems, compare_systems);
  return systems;
}
