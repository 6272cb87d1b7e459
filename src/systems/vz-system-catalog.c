/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "systems/vz-system-catalog.h"

#include "foundation/host/vz-host.h"
#include "foundation/vz-async.h"
#include "foundation/vz-fail.h"
#include "systems/vz-system-files.h"
#include "systems/vz-system-name.h"
#include "systems/vz-system-osinfo.h"

#define MAX_SIMILAR 3

/**
 * VzSystemCatalog:
 *
 * The systems that can be installed by name: those from files in `systems.d`, vz's own, the host's
 * and the user's, and those from libosinfo's database. None of this needs the network. Not in
 * Apple's framework.
 *
 * ```c
 * g_autoptr (VzSystemCatalog) catalog = vz_system_catalog_load ("fedora", NULL, &error);
 * g_autoptr (VzSystem) fedora =
 *   catalog != NULL ? vz_system_catalog_find (catalog, "fedora", &error) : NULL;
 * ```
 *
 * QEMU: not involved.
 *
 * Since: 0.1
 */
struct _VzSystemCatalog {
  GObject parent_instance;
  GPtrArray *systems; /* VzSystem; never changes */
  GStrv notes;
};

G_DEFINE_FINAL_TYPE (VzSystemCatalog, vz_system_catalog, G_TYPE_OBJECT)

static void
vz_system_catalog_finalize (GObject *object)
{
  VzSystemCatalog *self = VZ_SYSTEM_CATALOG (object);

  g_clear_pointer (&self->systems, g_ptr_array_unref);
  g_strfreev (self->notes);
  G_OBJECT_CLASS (vz_system_catalog_parent_class)->finalize (object);
}

static void
vz_system_catalog_class_init (VzSystemCatalogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vz_system_catalog_finalize;
}

static void
vz_system_catalog_init (VzSystemCatalog *self)
{
}

static VzSystem *
find_known (GPtrArray *systems, const VzSystem *system)
{
  for (guint i = 0; i < systems->len; i++)
    {
      VzSystem *one = g_ptr_array_index (systems, i);

      if (g_str_equal (one->name, system->name) && g_strcmp0 (one->version, system->version) == 0)
        return one;
    }
  return NULL;
}

static void
add_aliases (VzSystem *system, const char *const *more)
{
  g_autoptr (GStrvBuilder) all = g_strv_builder_new ();

  g_strv_builder_addv (all, (const char **) system->version_aliases);
  for (guint i = 0; more[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) system->version_aliases, more[i]))
      g_strv_builder_add (all, more[i]);
  g_strfreev (system->version_aliases);
  system->version_aliases = g_strv_builder_end (all);
}

/* A file's entry for a version takes precedence: it may say how to verify the image. libosinfo's
 * names apply to both. */
static void
add_unknown (GPtrArray *systems, GPtrArray *more)
{
  for (guint i = 0; i < more->len; i++)
    {
      VzSystem *system = g_ptr_array_index (more, i);
      VzSystem *known = find_known (systems, system);

      if (known != NULL)
        add_aliases (known, (const char *const *) system->version_aliases);
      else
        g_ptr_array_add (systems, vz_system_ref (system));
    }
}

/**
 * vz_system_catalog_load:
 * @name: (nullable): the name to look for, as for vz_system_catalog_find()
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Loads the systems that have a disk image for this host's architecture. If @name is in one of the
 * files, libosinfo's database, which takes half a second, is not read.
 * vz_system_catalog_get_notes() reports malformed files.
 *
 * Returns: (transfer full): the catalog; or %NULL with %G_IO_ERROR_CANCELLED
 *
 * Since: 0.1
 */
VzSystemCatalog *
vz_system_catalog_load (const char *name, GCancellable *cancellable, GError **error)
{
  const char *architecture = vz_host_get_architecture ();
  g_autoptr (GStrvBuilder) notes = g_strv_builder_new ();
  VzSystemCatalog *self;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  self = g_object_new (VZ_TYPE_SYSTEM_CATALOG, NULL);
  self->systems = vz_system_files_load (architecture, notes);
  if (name == NULL ||
      (vz_system_name_is_one (name) && vz_system_name_find (self->systems, name) == NULL &&
       !vz_system_name_is_taken (self->systems, name)))
    {
      g_autoptr (GPtrArray) more = vz_system_osinfo_load (architecture, notes);

      add_unknown (self->systems, more);
    }
  self->notes = g_strv_builder_end (notes);
  return self;
}

static gpointer
load (gpointer source, gpointer name, GCancellable *cancellable, GError **error)
{
  return vz_system_catalog_load (name, cancellable, error);
}

/**
 * vz_system_catalog_load_async:
 * @name: (nullable): the name to look for
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * vz_system_catalog_load() without blocking.
 *
 * Since: 0.1
 */
void
vz_system_catalog_load_async (const char *name, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  vz_async_start_with_text (load, vz_system_catalog_load_async, name, cancellable, callback,
                            user_data);
}

/**
 * vz_system_catalog_load_finish:
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Finishes vz_system_catalog_load_async().
 *
 * Returns: (transfer full): as vz_system_catalog_load()
 *
 * Since: 0.1
 */
VzSystemCatalog *
vz_system_catalog_load_finish (GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, NULL, vz_system_catalog_load_async, error);
}

/**
 * vz_system_catalog_list_systems:
 * @self: a catalog
 *
 * Lists all systems: those from files in the order of the files, then those from libosinfo's
 * database by name, the newest version first.
 *
 * Returns: (transfer full) (element-type VzSystem): the systems
 *
 * Since: 0.1
 */
GPtrArray *
vz_system_catalog_list_systems (VzSystemCatalog *self)
{
  GPtrArray *list;

  g_return_val_if_fail (VZ_IS_SYSTEM_CATALOG (self), NULL);
  list = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_system_unref);
  for (guint i = 0; i < self->systems->len; i++)
    g_ptr_array_add (list, vz_system_ref (g_ptr_array_index (self->systems, i)));
  return list;
}

static VzSystem *
fail_unknown (VzSystemCatalog *self, const char *name, GError **error)
{
  g_auto (GStrv) similar = vz_system_name_list_similar (self->systems, name, MAX_SIMILAR);
  g_autofree char *names = g_strjoinv (", ", similar);

  if (similar[0] == NULL)
    return vz_fail_null (error, VZ_ERROR_NOT_FOUND,
                         "no system is called '%s'; 'vz image list' shows the known ones", name);
  return vz_fail_null (error, VZ_ERROR_NOT_FOUND, "no system is called '%s'; %s %s", name,
                       similar[1] == NULL ? "the nearest name is" : "the nearest names are", names);
}

/**
 * vz_system_catalog_find:
 * @self: a catalog
 * @name: `fedora`, `fedora@41`, `ubuntu@noble`, or libosinfo's name, `fedora36`
 * @error: return location for an error, or %NULL
 *
 * Finds a system by name. Without a version, the first release in its file is meant, or else the
 * newest one; `ubuntu@24` stands for the first 24.x.
 *
 * Returns: (transfer full): the system; or %NULL with %VZ_ERROR_NOT_FOUND, whose message has the
 *   nearest names, or %VZ_ERROR_INVALID_ARGUMENT when @name is not a valid name or is that of a
 *   restore image
 *
 * Since: 0.1
 */
VzSystem *
vz_system_catalog_find (VzSystemCatalog *self, const char *name, GError **error)
{
  VzSystem *system;

  g_return_val_if_fail (VZ_IS_SYSTEM_CATALOG (self) && name != NULL, NULL);
  if (!vz_system_name_is_one (name))
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "'%s' cannot be the name of a system",
                         name);
  system = vz_system_name_find (self->systems, name);
  return system != NULL ? vz_system_ref (system) : fail_unknown (self, name, error);
}

/**
 * vz_system_catalog_get_notes:
 * @self: a catalog
 *
 * Returns: (transfer none) (array zero-terminated=1): what the user should know, one sentence each:
 *   a malformed file, or a name that two files use
 *
 * Since: 0.1
 */
const char *const *
vz_system_catalog_get_notes (VzSystemCatalog *self)
{
  g_return_val_if_fail (VZ_IS_SYSTEM_CATALOG (self), NULL);
  return (const char *const *) self->notes;
}
