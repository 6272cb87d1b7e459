/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "systems/vz-system-files.h"

#include "foundation/file/vz-configuration-files.h"
#include "foundation/file/vz-file.h"
#include "systems/vz-system-file.h"
#include "systems/vz-system-name.h"
#include "systems/vz-system-private.h"

#define DIRECTORY "systems.d"

/* The first one counts, and the author of the other should know. */
static void
note_clash (GPtrArray *systems, const VzSystem *system, GStrvBuilder *notes)
{
  for (guint i = 0; i < systems->len; i++)
    {
      const VzSystem *first = g_ptr_array_index (systems, i);

      if (vz_system_name_clashes (first, system))
        {
          g_autofree char *name = vz_system_dup_full_name (system);
          g_autofree char *first_name = vz_system_dup_full_name (first);
          g_autofree char *note =
            g_strdup_printf ("'%s': a name of %s is also one of %s in '%s', which takes precedence",
                             system->source, name, first_name, first->source);

          g_strv_builder_add (notes, note);
          return;
        }
    }
}

GPtrArray *
vz_system_files_load (const char *architecture, GStrvBuilder *notes)
{
  GPtrArray *systems = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_system_unref);
  g_auto (GStrv) paths = vz_configuration_files_list (DIRECTORY);

  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = vz_file_read (paths[i], VZ_SYSTEM_FILE_MAX, &error);
      g_autoptr (GPtrArray)
        more = bytes != NULL ? vz_system_file_read (bytes, paths[i], architecture, &error) : NULL;

      if (more == NULL)
        {
          g_autofree char *note = g_strdup_printf ("systems skipped: %s", error->message);

          g_strv_builder_add (notes, note);
        }
      for (guint j = 0; more != NULL && j < more->len; j++)
        {
          note_clash (systems, more->pdata[j], notes);
          g_ptr_array_add (systems, vz_system_ref (more->pdata[j]));
        }
    }
  return systems;
}
